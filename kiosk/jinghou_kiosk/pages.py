"""Where a session can be. A page holds just what it shows; its journey decides what comes next."""

import re
from dataclasses import dataclass, field
from enum import Enum

from jinghou_kiosk.booking_pages import BookingPage
from jinghou_kiosk.events import ArriveFault, FindFault, TakeFault
from jinghou_kiosk.phone_events import PhoneFault
from jinghou_queue.contract.bookings import Booking, OwnNumber
from jinghou_queue.contract.messages import BookedFor, Estimate, OwnPhone, ServiceView, Ticket


@dataclass(frozen=True)
class Home:
    """Nobody is here, or somebody just came. `unreadable`: the last card could not be read."""

    unreadable: bool = False


@dataclass(frozen=True)
class ChooseService:
    """Which service?"""


@dataclass(frozen=True)
class Search:
    """A service by what is typed of it. `found`: the ids of those it may be, None before anything was looked for."""

    typed: str = field(default="", repr=False)
    found: tuple[str, ...] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AskCard:
    """`service` needs a card, or booking it does: put it down. `unreadable`: the last one could not be read."""

    service: ServiceView
    unreadable: bool = False
    to_book: bool = False


@dataclass(frozen=True)
class Confirm:
    """Check before you commit: a number for `service`? `wait`: how long people wait now, if that is known."""

    service: ServiceView
    wait: Estimate | None = None


@dataclass(frozen=True)
class Taking:
    """The server is asked."""

    service: ServiceView


class Purpose(Enum):
    """What somebody shows a code or a card for."""

    ARRIVE = "arrive"
    FIND_NUMBER = "find_number"


@dataclass(frozen=True)
class Arrive:
    """Show a code, or put the card down. `unreadable`: the last card could not be read."""

    unreadable: bool = False
    purpose: Purpose = Purpose.ARRIVE


@dataclass(frozen=True)
class TypeCode:
    """The ten digits of a booking, as far as they are typed."""

    digits: str = field(default="", repr=False)
    purpose: Purpose = Purpose.ARRIVE


@dataclass(frozen=True)
class Arriving:
    """The server is asked about `code`, or about whose card was read."""

    code: str | None = field(repr=False)


@dataclass(frozen=True)
class NotArrived:
    """No number for somebody who arrived: why, and what the booking is for."""

    code: str | None = field(repr=False)
    fault: ArriveFault
    booked_for: BookedFor | None = None


@dataclass(frozen=True)
class Finding:
    """The server is asked for the numbers that belong to `code`, or to whose card was read."""

    code: str | None = field(repr=False)


@dataclass(frozen=True)
class MyNumber:
    """How the numbers stand that belong to `code` or to the card; the one at `place` is on show."""

    code: str | None = field(repr=False)
    numbers: tuple[OwnNumber, ...]
    place: int = 0

    @property
    def shown(self) -> OwnNumber:
        """The one on show."""
        return self.numbers[self.place]


@dataclass(frozen=True)
class NoNumber:
    """Somebody asked for the own number and there is none: why, and what the booking is for."""

    code: str | None = field(repr=False)
    fault: FindFault
    booked_for: BookedFor | None = None


@dataclass(frozen=True)
class AskGiveBack:
    """Check before you commit: give back the number on show?"""

    found: MyNumber


@dataclass(frozen=True)
class GivingBack:
    """The server is told."""

    found: MyNumber


@dataclass(frozen=True)
class NotGivenBack:
    """The server did not answer: nobody knows whether the number was given back."""

    found: MyNumber


@dataclass(frozen=True)
class GivenBack:
    """The number is nobody's any more."""

    number: OwnNumber


@dataclass(frozen=True)
class Printing:
    """The number is there, the paper is coming. `arrived`: the person came with a booking or a number.

    `offline`: it joins the queue when the server is back.
    """

    service: ServiceView
    ticket: Ticket
    again: bool
    arrived: bool = False
    offline: bool = False


class Paper(Enum):
    """What became of the paper."""

    PRINTED = "printed"
    NOT_WANTED = "not_wanted"  # no printer stands here
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    BEFORE = "before"  # the person had the number already, and need not have another paper


@dataclass(frozen=True)
class Done:
    """The number, and whether it is on paper too."""

    service: ServiceView
    ticket: Ticket
    again: bool
    paper: Paper
    arrived: bool = False
    offline: bool = False


@dataclass(frozen=True)
class PrintingBooking:
    """The place is the person's, the paper is coming."""

    service: ServiceView
    booking: Booking = field(repr=False)


@dataclass(frozen=True)
class Booked:
    """The place, and whether it is on paper too."""

    service: ServiceView
    booking: Booking = field(repr=False)
    paper: Paper


@dataclass(frozen=True)
class PhoneCode:
    """The code that phones scan, which is in the session because it changes; or why there is none."""

    fault: PhoneFault | None = None


@dataclass(frozen=True)
class TypePhone:
    """The phone that is to be told of the number of `done`, as far as it is typed."""

    done: Done
    digits: str = field(default="", repr=False)
    relative: bool = False


@dataclass(frozen=True)
class BindingPhone:
    """The server is told."""

    done: Done
    digits: str = field(repr=False)
    relative: bool


@dataclass(frozen=True)
class BoundPhone:
    """The phone is told of the number from now on."""

    done: Done
    phone: OwnPhone


@dataclass(frozen=True)
class UnboundPhone:
    """The phone is not told, and why. Without `digits` none was typed: there was no server."""

    done: Done
    digits: str = field(repr=False)
    relative: bool
    fault: PhoneFault


@dataclass(frozen=True)
class Trouble:
    """No number came, and why."""

    service: ServiceView
    fault: TakeFault


@dataclass(frozen=True)
class Staff:
    """Somebody looks after the kiosk: nothing here for a citizen."""


@dataclass(frozen=True)
class OutOfService:
    """No visit begins here now, and where else to go."""


Page = (
    Home
    | ChooseService
    | Search
    | AskCard
    | Confirm
    | Taking
    | Arrive
    | TypeCode
    | Arriving
    | NotArrived
    | Finding
    | MyNumber
    | NoNumber
    | AskGiveBack
    | GivingBack
    | NotGivenBack
    | GivenBack
    | Printing
    | Done
    | BookingPage
    | PrintingBooking
    | Booked
    | PhoneCode
    | TypePhone
    | BindingPhone
    | BoundPhone
    | UnboundPhone
    | Trouble
    | Staff
    | OutOfService
)


def page_name(page: Page) -> str:
    """The page's name for screens and server: ChooseService is choose_service."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(page).__name__).lower()
