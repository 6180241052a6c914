"""The state of service mode, and the small steps that its pages share."""

from dataclasses import dataclass, field, replace

from jinghou_config.terminal import ServiceSettings
from jinghou_devices.kinds.common import DeviceStatus, Kind
from jinghou_kiosk.enrolling.state import Enrolment
from jinghou_kiosk.events import Language
from jinghou_kiosk.service.effects import Effect
from jinghou_kiosk.service.pages import WAYS, Offer, Page, Role, Way


@dataclass(frozen=True)
class Service:
    """All that service mode knows at one moment. `page` None: nobody is there. `roles` are of whoever is.

    `px_per_mm` is what the settings say of the glass. `asked` numbers the questions to devices, disk and server. Times
    are seconds of one clock that never goes back: `corner` of the last taps on the corner, `opened_at` of the entrance,
    `locked_until` of when the next PIN is looked at, after `wrong` ones in a row. `enrolment` is how this machine would
    be enrolled anew; None: its token stands in the settings.
    """

    settings: ServiceSettings
    px_per_mm: float
    home_language: Language
    language: Language
    out_of_service: bool = False
    page: Page | None = None
    roles: frozenset[Role] = frozenset()
    asked: int = 0
    corner: tuple[float, ...] = ()
    opened_at: float = 0.0
    wrong: int = 0
    locked_until: float = 0.0
    devices: tuple[DeviceStatus, ...] = ()
    doors: tuple[tuple[int, int], ...] = ()
    offer: Offer = field(default_factory=Offer)
    enrolment: Enrolment | None = None

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where the menu leads whoever is there."""
        return tuple(way for way in Way if any(way in WAYS[role] for role in self.roles))

    def device(self, kind: Kind) -> DeviceStatus:
        """How one of `devices` is."""
        return next(status for status in self.devices if status.name == kind)


@dataclass(frozen=True)
class Step:
    """The state after an event, and what to do."""

    state: Service
    effects: tuple[Effect, ...] = ()


def go(state: Service, page: Page | None) -> Step:
    """Another page: what was asked on the one before is not waited for."""
    return Step(replace(state, page=page, asked=state.asked + 1))
