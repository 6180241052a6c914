"""What a machine that is no hall's terminal yet asks its technician, and what it has learnt. Values only."""

from dataclasses import dataclass, field
from enum import StrEnum

from jinghou_kiosk.events import Language
from jinghou_queue.contract.terminals import TerminalKind


class Fault(StrEnum):
    """Why a machine was not enrolled. The value is a key of the words that say what to do."""

    CODE_UNKNOWN = "code_unknown"
    CODE_USED = "code_used"
    CODE_OLD = "code_old"
    OTHER_HALL = "other_hall"
    OTHER_KIND = "other_kind"
    TOO_MANY = "too_many"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    NO_SERVER = "no_server"  # somebody else answers at that address
    BUSY = "busy"  # the server is there and cannot save anything now
    NOT_KEPT = "not_kept"  # the token would have no place


@dataclass(frozen=True)
class AskAddress:
    """Where is the server? `secure`: it is spoken to over TLS."""

    typed: str = ""
    secure: bool = False


@dataclass(frozen=True)
class AskCode:
    """Which code did the manager give?"""

    typed: str = field(default="", repr=False)


@dataclass(frozen=True)
class Asking:
    """The server is being asked."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class NotEnrolled:
    """Why not, and `said`, what is known beyond that; `code` to ask with once more."""

    fault: Fault
    said: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class Welcome:
    """This machine is the terminal of that name. `clock_ahead_s`: how far its clock is ahead of the server's."""

    hall: str
    name: str
    clock_ahead_s: int | None = None


Page = AskAddress | AskCode | Asking | NotEnrolled | Welcome


@dataclass(frozen=True)
class Enrolment:
    """All that is known at one moment. `url` and `hall` are what the settings say, if they do; `kind` what this is.

    `address` is where the server is asked, "" while nobody has said. A code for another hall or kind is refused.
    """

    kind: TerminalKind
    language: Language
    url: str | None = None
    hall: str | None = None
    address: str = ""
    page: Page = field(default_factory=AskCode)


def begin(kind: TerminalKind, language: Language, url: str | None, hall: str | None, address: str = "") -> Enrolment:
    """The state in which a technician finds it. `address`: where the server was, when this machine was enrolled."""
    address = url or address
    return Enrolment(kind, language, url, hall, address, AskCode() if address else AskAddress())
