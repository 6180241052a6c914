"""What service mode asks for. Values only; its runner does them and answers with events that carry `asked`."""

from dataclasses import dataclass, field

from jinghou_devices.kinds.common import Kind
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.enrolling.step import AskServer, BeginAsEnrolled
from jinghou_kiosk.events import Language, PinnedSeen, StaffCame, StaffLeft
from jinghou_kiosk.service.pages import Candidate


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
class KeepWrongPins:
    """So many PINs in a row were wrong: for the next start of the program, which ends no pause."""

    wrong: int


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
class LookForDevice:
    """Take the device of that kind out, and ask where another one is."""

    asked: int
    kind: Kind


@dataclass(frozen=True)
class PutIn:
    """Let the candidate be the device of that kind from now on, also after the next start."""

    asked: int
    kind: Kind
    candidate: Candidate


@dataclass(frozen=True)
class PutBack:
    """Should the device of that kind be taken out still, it goes on as before."""

    kind: Kind


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
    AskServer
    | BeginAsEnrolled
    | TellSession
    | CheckPin
    | KeepWrongPins
    | ReadCounters
    | TryDevice
    | OpenDoor
    | LookForDevice
    | PutIn
    | PutBack
    | PrintSample
    | EndTrials
    | TryNetwork
    | CopyLog
    | ReadFigures
    | KeepOutOfService
    | StartTimer
    | StopTimer
)
