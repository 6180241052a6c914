"""What can happen while somebody looks for a quieter time, or changes a booking. Values only; others in `events`."""

from dataclasses import dataclass
from enum import StrEnum

from jinghou_queue.contract.bookings import Booking, SlotView
from jinghou_queue.contract.messages import Estimate


@dataclass(frozen=True)
class BookTapped:
    """ "Another time, when fewer people are here.\""""


@dataclass(frozen=True)
class DayTapped:
    """A day was chosen, such as 2026-03-02."""

    day: str


@dataclass(frozen=True)
class TimeTapped:
    """A slot was chosen, by its `starts_at`."""

    starts_at: int


@dataclass(frozen=True)
class BookingsTapped:
    """ "What have I booked?": to move it or give it up."""


@dataclass(frozen=True)
class MoveTapped:
    """ "Another time for this booking.\""""


BookingTouch = BookTapped | DayTapped | TimeTapped | BookingsTapped | MoveTapped


@dataclass(frozen=True)
class WaitSeen:
    """How long people wait for `service` now; None while nobody can say."""

    session: str
    service: str
    wait: Estimate | None


@dataclass(frozen=True)
class SlotsFound:
    """The times that can be booked, in order; perhaps none."""

    session: str
    slots: tuple[SlotView, ...]


@dataclass(frozen=True)
class PlaceBooked:
    """The place is the person's: newly booked, or moved to."""

    session: str
    booking: Booking


@dataclass(frozen=True)
class BookingsFound:
    """What somebody has booked: one or more, the next first."""

    session: str
    bookings: tuple[Booking, ...]


@dataclass(frozen=True)
class BookingGivenUp:
    """The place is nobody's any more."""

    session: str


class BookFault(StrEnum):
    """Why a question about bookings got no better answer."""

    SERVER_LOST = "server_lost"  # no answer: a retry finds out
    TAKEN = "taken"  # somebody else was faster, or the time is past
    BOOKED_ALREADY = "booked_already"  # the person has a place for this service that day
    TOO_MANY = "too_many"
    PAUSED = "paused"  # after several that the person did not come for
    UNKNOWN = "unknown"  # nothing belongs to what was shown
    GONE = "gone"  # over, or its time has begun
    REFUSED = "refused"


@dataclass(frozen=True)
class BookingFailed:
    """What was asked about bookings last did not work."""

    session: str
    fault: BookFault


BookingResult = WaitSeen | SlotsFound | PlaceBooked | BookingsFound | BookingGivenUp | BookingFailed
