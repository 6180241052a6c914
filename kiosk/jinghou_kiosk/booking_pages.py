"""The pages of somebody who looks for a quieter time, or changes a booking; the rest is in `pages`."""

from dataclasses import dataclass, field

from jinghou_kiosk.booking_events import BookFault
from jinghou_queue.contract.bookings import Booking, SlotView
from jinghou_queue.contract.messages import ServiceView


@dataclass(frozen=True)
class Wish:
    """A time is wanted for `service`: a new booking, or another time for the one that is `moving`."""

    service: ServiceView
    moving: Booking | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FindingSlots:
    """The server is asked for times. `missed`: the one that somebody else just took."""

    wish: Wish
    missed: SlotView | None = None


@dataclass(frozen=True)
class ChooseDay:
    """Which day? `taken`: the time that was chosen went to somebody else."""

    wish: Wish
    slots: tuple[SlotView, ...]
    taken: bool = False


@dataclass(frozen=True)
class ChooseTime:
    """Which time of that day, such as 2026-03-02?"""

    wish: Wish
    slots: tuple[SlotView, ...]
    day: str
    taken: bool = False


@dataclass(frozen=True)
class ConfirmBooking:
    """Check before you commit: this time?"""

    wish: Wish
    slots: tuple[SlotView, ...]
    slot: SlotView


@dataclass(frozen=True)
class BookingPlace:
    """The server is told."""

    wish: Wish
    slot: SlotView


@dataclass(frozen=True)
class NotBooked:
    """No place, and why. Without a `slot`: the times were not even found."""

    wish: Wish
    slot: SlotView | None
    fault: BookFault


@dataclass(frozen=True)
class FindingBookings:
    """The server is asked what belongs to `code`, or to whose card was read."""

    code: str | None = field(repr=False)


@dataclass(frozen=True)
class MyBooking:
    """What belongs to `code` or to the card; the one at `place` is on show."""

    code: str | None = field(repr=False)
    bookings: tuple[Booking, ...] = field(repr=False)
    place: int = 0

    @property
    def shown(self) -> Booking:
        """The one on show."""
        return self.bookings[self.place]


@dataclass(frozen=True)
class NoBooking:
    """Nothing was found, and why."""

    code: str | None = field(repr=False)
    fault: BookFault


@dataclass(frozen=True)
class AskGiveUp:
    """Check before you commit: give up the booking on show?"""

    found: MyBooking


@dataclass(frozen=True)
class GivingUp:
    """The server is told."""

    found: MyBooking


@dataclass(frozen=True)
class NotGivenUp:
    """The server did not answer: nobody knows whether the booking was given up."""

    found: MyBooking


@dataclass(frozen=True)
class GivenUp:
    """The place is nobody's any more."""

    booking: Booking = field(repr=False)


BookingPage = (
    FindingSlots
    | ChooseDay
    | ChooseTime
    | ConfirmBooking
    | BookingPlace
    | NotBooked
    | FindingBookings
    | MyBooking
    | NoBooking
    | AskGiveUp
    | GivingUp
    | NotGivenUp
    | GivenUp
)
