"""What service mode asks for. Values only; its runner does them and answers with events that carry `asked`."""

from dataclasses import dataclass, field

from jinghou_devices.kinds.common import Kind
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.events import Language, PinnedSeen, StaffCame, StaffLeft


@dataclass(frozen=True)
class TellSession:
    """Let the citizens' session know that staff came or left, or what they put first."""

    event: StaffCame | StaffLeft | PinnedSeen


@dataclass(frozen=True)
class CheckPin:
    """Is this the PIN?"""

    asked: int
    pin: str = field(repr=False)


@dataclass(frozen=True)
class ReadCounters:
    """What has the device done in its life?"""

    asked: int
    kind: Kind


@dataclass(frozen=True)
class TryDevice:
    """Use the device with a real command."""

    asked: int
    kind: Kind


@dataclass(frozen=True)
class OpenDoor:
    """Open one door of the locker."""

    asked: int
    board: int
    lock: int


@dataclass(frozen=True)
class PrintSample:
    """Print a ticket of nobody's, marked as such."""

    asked: int
    language: Language


@dataclass(frozen=True)
class EndTrials:
    """Nothing that a device still has for the staff is handed over any more."""


@dataclass(frozen=True)
class TryNetwork:
    """Ask the server something, and look into the box."""

    asked: int


@dataclass(frozen=True)
class CopyLog:
    """Copy the log to the folder at that place of the settings."""

    asked: int
    place: int


@dataclass(frozen=True)
class ReadFigures:
    """What did this kiosk do today?"""

    asked: int


@dataclass(frozen=True)
class KeepOutOfService:
    """Whether the kiosk is out of service, for the next start of the program."""

    out: bool


Effect = (
    TellSession
    | CheckPin
    | ReadCounters
    | TryDevice
    | OpenDoor
    | PrintSample
    | EndTrials
    | TryNetwork
    | CopyLog
    | ReadFigures
    | KeepOutOfService
    | StartTimer
    | StopTimer
)
