"""What a session asks for. Values only; the runner does them and answers with events."""

from dataclasses import dataclass, field

from jinghou_kiosk.events import Holder, Language
from jinghou_queue.contract.bookings import Booking
from jinghou_queue.contract.messages import HallView, PrintOutcome, ServiceView, Ticket


@dataclass(frozen=True)
class RenewLease:
    """End the lease on every device's data, begin one for `session`, and wait for its card and its code."""

    session: str


@dataclass(frozen=True)
class EndLease:
    """End the lease on every device's data, and let none begin: `session` is nobody's."""

    session: str


@dataclass(frozen=True)
class FindServices:
    """Find which of `services` somebody means who has typed that much."""

    session: str
    typed: str = field(repr=False)
    services: tuple[ServiceView, ...]


@dataclass(frozen=True)
class TakeNumber:
    """Get a number, from the server or, when it cannot be reached, out of the box. The same `key` never yields two.

    For the box: `code` is what the person showed of a booking, `instead_of` the key of a check-in of theirs that was
    never answered. `box_first`: the server is not there, or does not know of those.
    """

    session: str
    key: str
    service: str
    holder: Holder | None
    code: str | None = field(default=None, repr=False)
    instead_of: str | None = None
    box_first: bool = False


@dataclass(frozen=True)
class CheckIn:
    """Tell the server that somebody has arrived, who shows `code` or, without one, is `holder`."""

    session: str
    key: str
    code: str | None = field(repr=False)
    holder: Holder | None


@dataclass(frozen=True)
class FindNumbers:
    """Ask how the numbers stand that belong to `code` or, without one, to `holder`. Changes nothing."""

    session: str
    code: str | None = field(repr=False)
    holder: Holder | None


@dataclass(frozen=True)
class GiveNumberBack:
    """Cancel the ticket of that id, as its holder wishes. The same `key` is the same press."""

    session: str
    ticket: str
    key: str


@dataclass(frozen=True)
class AskWait:
    """Ask how long people wait for `service` now."""

    session: str
    service: str


@dataclass(frozen=True)
class FindSlots:
    """Ask for the times at which `service` can be booked."""

    session: str
    service: str


@dataclass(frozen=True)
class BookPlace:
    """Book the slot that begins at `starts_at`. The same `key` is the same press, and books once."""

    session: str
    key: str
    service: str
    starts_at: int
    holder: Holder


@dataclass(frozen=True)
class MoveBooking:
    """Move the booking of that id to the slot that begins at `starts_at`. The same `key` is the same press."""

    session: str
    key: str
    booking: str
    starts_at: int


@dataclass(frozen=True)
class FindBookings:
    """Ask what is booked that belongs to `code` or, without one, to `holder`. Changes nothing."""

    session: str
    code: str | None = field(repr=False)
    holder: Holder | None


@dataclass(frozen=True)
class GiveUpBooking:
    """Cancel the booking of that id, as its holder wishes. The same `key` is the same press."""

    session: str
    key: str
    booking: str


BookingEffect = AskWait | FindSlots | BookPlace | MoveBooking | FindBookings | GiveUpBooking


@dataclass(frozen=True)
class AskPhoneCode:
    """Ask for the code that phones scan, after so many seconds; asked anew before that, the earlier is forgotten."""

    session: str
    after_s: float


@dataclass(frozen=True)
class BindPhone:
    """Let a phone be told of the ticket with that token."""

    session: str
    token: str = field(repr=False)
    phone: str = field(repr=False)
    relative: bool


@dataclass(frozen=True)
class AskStaff:
    """Tell the server that somebody on that page asks for staff."""

    page: str


@dataclass(frozen=True)
class TellStaffNotNeeded:
    """Tell the server that nobody need come; until it has heard it."""


@dataclass(frozen=True)
class GiveBack:
    """Nobody knows whether `key` gave a number, and its person has left: find out, and cancel the number.

    With `known_person` one that the server gave stays, because that person gets it again; one out of the box goes back.
    """

    key: str
    service: str
    known_person: bool = False


@dataclass(frozen=True)
class PrintTicket:
    """Put the ticket on paper, once. `offline`: nobody knows yet how many are ahead."""

    session: str
    ticket: Ticket
    service: ServiceView
    hall: HallView
    language: Language
    offline: bool = False


@dataclass(frozen=True)
class PrintBooking:
    """Put the booking on paper, once."""

    session: str
    booking: Booking = field(repr=False)
    service: ServiceView
    hall: HallView
    language: Language


@dataclass(frozen=True)
class ReportPrinted:
    """Tell the server how the number reached its holder; kept until the server has heard it."""

    ticket: str
    outcome: PrintOutcome


@dataclass(frozen=True)
class StartTimer:
    """Fire once after `seconds`, instead of any timer started before."""

    seconds: float


@dataclass(frozen=True)
class StopTimer:
    """Let no timer fire."""


Effect = (
    RenewLease
    | EndLease
    | FindServices
    | TakeNumber
    | CheckIn
    | FindNumbers
    | GiveNumberBack
    | BookingEffect
    | AskPhoneCode
    | BindPhone
    | AskStaff
    | TellStaffNotNeeded
    | GiveBack
    | PrintTicket
    | PrintBooking
    | ReportPrinted
    | StartTimer
    | StopTimer
)
