"""Where service mode can be, and what each page has learnt. Values only; what comes next is in `step`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jinghou_devices.commands.trying import Trial
from jinghou_devices.kinds.common import Kind
from jinghou_kiosk.enrolling.state import Enrolment, Welcome

CARD_MM: Final = 85.6
"""The width of a bank card (ISO/IEC 7810 ID-1): what everybody has at hand to measure a screen with."""


@dataclass(frozen=True)
class Network:
    """How the line to the server is. It answered after `answered_ms`, None: not at all; `fault` "": and well.

    `clock_ahead_s` is how far this machine's clock is ahead of the server's. `waiting` counts what the box has to tell,
    `services` those it has numbers of; None without a box.
    """

    fault: str = ""
    answered_ms: int | None = None
    clock_ahead_s: int | None = None
    waiting: int | None = None
    services: int | None = None


@dataclass(frozen=True)
class Export:
    """What became of a copy of the log: its file and how many lines, or the fault. `missing`: there was no stick."""

    file: str = ""
    lines: int = 0
    fault: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Figures:
    """What this kiosk did on one day, counted of nobody in particular."""

    day: str = ""
    visits: int = 0
    numbers: int = 0
    papers: int = 0


class Role(StrEnum):
    """Who may be there."""

    TECHNICIAN = "technician"
    MANAGER = "manager"


class Way(StrEnum):
    """Where the menu leads."""

    DEVICES = "devices"
    NETWORK = "network"
    RULER = "ruler"
    TOUCH = "touch"
    LOGS = "logs"
    TICKET = "ticket"
    HOT = "hot"
    FIGURES = "figures"
    ENROL = "enrol"


WAYS: Final[Mapping[Role, tuple[Way, ...]]] = {
    Role.TECHNICIAN: (Way.DEVICES, Way.NETWORK, Way.RULER, Way.TOUCH, Way.LOGS, Way.TICKET, Way.ENROL),
    Role.MANAGER: (Way.TICKET, Way.HOT, Way.FIGURES),
}
"""Who may go where; out of service and back is the manager's to say."""


@dataclass(frozen=True)
class Offered:
    """A service that is offered at this kiosk, by its names."""

    id: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Offer:
    """All that is offered here, what the settings put first, and what the staff put first instead, if they did."""

    services: tuple[Offered, ...] = ()
    set_first: tuple[str, ...] = ()
    pinned: tuple[str, ...] | None = None

    @property
    def first(self) -> tuple[str, ...]:
        """What somebody put first, of what is offered."""
        offered = {service.id for service in self.services}
        return tuple(each for each in (self.set_first if self.pinned is None else self.pinned) if each in offered)


@dataclass(frozen=True)
class PinPad:
    """Who is there? `checking`: the PIN is being looked at. `wrong`: the last one was."""

    digits: str = field(default="", repr=False)
    checking: bool = False
    wrong: bool = False


@dataclass(frozen=True)
class Menu:
    """What would you like to do?"""


@dataclass(frozen=True)
class Devices:
    """All devices, and how they are."""


@dataclass(frozen=True)
class DevicePage:
    """One device, what it has done in its life, and a trial of it: under way, or how it ended.

    Of a locker, `door` is the place in its list of doors; `armed`: the next tap opens that one.
    """

    kind: Kind
    counters: Mapping[str, int] = field(default_factory=dict)
    trying: bool = False
    trial: Trial | None = None
    door: int = 0
    armed: bool = False


@dataclass(frozen=True)
class Candidate:
    """A device that answers: to which driver, where, how fast; `makes` is what it is, `complaint` "" when well."""

    driver: str
    port: str
    baud: int | None
    makes: str
    complaint: str = ""


@dataclass(frozen=True)
class ReplacePage:
    """Another device takes the place of the one of that kind. `found` are those that answer, None before a look.

    `busy` while ports are asked, or the new one is put in; `trial` how that ended, when it did not.
    """

    kind: Kind
    found: tuple[Candidate, ...] | None = None
    busy: bool = False
    trial: Trial | None = None


@dataclass(frozen=True)
class NetworkPage:
    """The line to the server; None while it is being looked at."""

    network: Network | None = None


@dataclass(frozen=True)
class Ruler:
    """A field that is to be as wide as a bank card: then its pixels tell how many make a millimetre."""

    width_px: int

    @property
    def px_per_mm(self) -> float:
        """What is to stand in the settings."""
        return round(self.width_px / CARD_MM, 3)


@dataclass(frozen=True)
class TouchGrid:
    """The whole glass in fields: which have felt a finger."""

    touched: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Logs:
    """Where the log may be copied to, and how that ended."""

    copying: bool = False
    export: Export | None = None


@dataclass(frozen=True)
class TicketPage:
    """The paper ticket as it would be, and how printing it ended."""

    printing: bool = False
    trial: Trial | None = None


@dataclass(frozen=True)
class HotPage:
    """What stands first on the first page. `chosen` is the service that is to be pinned, or moved."""

    chosen: str | None = None


@dataclass(frozen=True)
class FiguresPage:
    """Today's figures; None while they are fetched."""

    figures: Figures | None = None


@dataclass(frozen=True)
class EnrolPage:
    """Enrolling this machine anew; None where its token stands in the settings, which go first."""

    enrolment: Enrolment | None

    @property
    def is_done(self) -> bool:
        """Whether this machine is another terminal now, as which the program has not begun."""
        return self.enrolment is not None and isinstance(self.enrolment.page, Welcome)


Page = (
    PinPad
    | Menu
    | Devices
    | DevicePage
    | ReplacePage
    | NetworkPage
    | Ruler
    | TouchGrid
    | Logs
    | TicketPage
    | HotPage
    | FiguresPage
    | EnrolPage
)
