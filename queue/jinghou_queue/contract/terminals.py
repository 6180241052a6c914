"""A terminal's life as messages: how it is enrolled, what it is told to be, and how it says that it is well.

What it says about itself has room for states, codes and counts only: nothing of a person fits into it.
"""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from jinghou_queue.contract.messages import HallSummary

Profile = Annotated[dict[str, Any], msgspec.Meta(description="keys of the terminal's kind, see docs/api.md")]
TerminalName = Annotated[str, msgspec.Meta(min_length=1, max_length=24, description="where it stands, e.g. B 区 03 号")]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class TerminalKind(StrEnum):
    """What an enrolled machine is."""

    KIOSK = "kiosk"
    BOARD = "board"
    COUNTER_PAD = "counter_pad"


class AddTerminal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/terminals."""

    kind: TerminalKind
    name: TerminalName
    profile: Profile = {}


class EnrolCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a technician types at the terminal, once, until `enrol_until`. The code is a secret.

    `enrol_link` is the same with the server's address, to be shown to the terminal's scanner as a QR code.
    """

    id: str
    enrol_code: str
    enrol_until: int
    enrol_link: str


def enrol_link(url: str, code: str) -> str:
    """What a terminal's scanner is shown. The code is a fragment: who opens it by mistake tells it to no server."""
    return f"{url}/enrol#{code}"


class Enrol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /terminals/enrol. Capitals, blanks and hyphens in the code do not matter.

    `hall` and `kind` are what the machine is set up to be, where it knows: a code for another is refused unused.
    """

    code: Annotated[str, msgspec.Meta(max_length=32)]
    hall: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    kind: TerminalKind | None = None


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """Who the terminal is from now on. `token` is its secret; `epoch` is of the hall's feed."""

    terminal: str
    hall: str
    kind: TerminalKind
    name: str
    token: str
    epoch: str


class ProfileVersion(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to PUT …/profile: the version now in force."""

    version: int


class ConfigService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a terminal offers or shows."""

    id: str
    prefix: str
    name: str
    name_en: str
    zone: str
    identity: str


class OpenHours(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which the hall is open."""

    opens_at: int
    closes_at: int


class TerminalConfig(msgspec.Struct, frozen=True, kw_only=True):
    """GET /terminals/me/config: all that a terminal must know to go on when the server is away.

    `services` are those of the profile, in its order, that the hall's plan still has. A key that `profile` does not
    have is left to the terminal's own file. `lease_numbers` is how many numbers of a service may be set aside for it.
    `hours` are those of the hall's calendar for two weeks from its day on; null when its plan has none: always open.
    """

    terminal: str
    kind: TerminalKind
    name: str
    hall: HallSummary
    epoch: str
    services: tuple[ConfigService, ...]
    lease_numbers: int
    profile: Profile
    hours: tuple[OpenHours, ...] | None = None


class Activity(StrEnum):
    """What a terminal does."""

    IDLE = "idle"
    VISIT = "visit"  # somebody stands at it
    SHOWING = "showing"  # a board with the hall on it
    OUT_OF_SERVICE = "out_of_service"
    MAINTENANCE = "maintenance"


class DeviceKind(StrEnum):
    """What a device at a terminal is for."""

    ID_READER = "id_reader"
    CODE_SCANNER = "code_scanner"
    RECEIPT_PRINTER = "receipt_printer"
    LOCKER_BOARD = "locker_board"


class DeviceLink(StrEnum):
    """Where the terminal stands with a device: the words of its own supervisor."""

    ABSENT = "absent"
    OPENING = "opening"
    PROBING = "probing"
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"


class DeviceDetail(StrEnum):
    """What more is known of a device, for whoever brings paper or tools."""

    PAPER_NEAR_END = "paper_near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER_FAULT = "cutter_fault"
    ERROR = "error"
    PORT_MISSING = "port_missing"
    PORT_BUSY = "port_busy"
    SILENT = "silent"
    REFUSED = "refused"
    PROTOCOL = "protocol"


class DeviceReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device. `id` is its key in the terminal's settings."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,30}[0-9]{0,2}(?!\n)$")]
    kind: DeviceKind
    state: DeviceLink
    details: Annotated[tuple[DeviceDetail, ...], msgspec.Meta(max_length=len(DeviceDetail))] = ()


class OutboxReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the terminal still has to tell: how much, and since when (its own clock)."""

    waiting: Count
    oldest_at: int | None = None


class TerminalReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /terminals/me/status, about once a minute and when something changes. `at` is the terminal's own clock."""

    at: int
    app_version: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){1,3}((a|b|rc)[0-9]{1,3})?(?!\n)$")]
    activity: Activity | None = None
    devices: Annotated[tuple[DeviceReport, ...], msgspec.Meta(max_length=32)] = ()
    outbox: OutboxReport | None = None


class ReportHeard(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to a report: the server's time, by which the terminal can tell that its own clock is wrong."""

    now: int


class TerminalView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls/{hall}/terminals.

    `enrolled_at` is missing until its code was used; `enrol_until` is there while a code waits to be. `stale`: it is
    enrolled and was not heard of for three minutes. `clock_ahead_ms` is how far its clock was ahead in its last report.
    """

    id: str
    kind: TerminalKind
    name: str
    profile_version: int
    enrolled_at: int | None
    enrol_until: int | None
    seen_at: int | None
    stale: bool
    clock_ahead_ms: int | None
    report: TerminalReport | None
