"""Bookings as a person at the kiosk asks about them, asked of the server. Blocks: on worker threads only.

Answers are events; what fails has to be said to the person, so nothing is raised.
"""

from collections.abc import Callable
from typing import Final, Protocol, assert_never

from jinghou_config.log import get_logger
from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookingGivenUp,
    BookingResult,
    BookingsFound,
    PlaceBooked,
    SlotsFound,
    WaitSeen,
)
from jinghou_kiosk.effects import (
    AskWait,
    BookingEffect,
    BookPlace,
    FindBookings,
    FindSlots,
    GiveUpBooking,
    MoveBooking,
)
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import bookings, messages

_FAULTS: Final = {
    "slot-full": BookFault.TAKEN,
    "slot-unknown": BookFault.TAKEN,  # it has begun, or the plan is another by now
    "booked-already": BookFault.BOOKED_ALREADY,
    "too-many-bookings": BookFault.TOO_MANY,
    "booking-paused": BookFault.PAUSED,
    "booking-unknown": BookFault.UNKNOWN,
    "invalid-request": BookFault.UNKNOWN,  # a code of something else altogether
    "not-now": BookFault.GONE,
}

log = get_logger(__name__)


class BookingServer(Protocol):
    """Who keeps the bookings; a ServerClient."""

    def hall(self) -> messages.HallView:
        """The hall as it is now."""

    def slots(self, service: str) -> list[bookings.SlotView]:
        """The times at which a service can be booked."""

    def book(self, request: bookings.BookPlace, key: str) -> bookings.Booking:
        """Keep a place."""

    def confirm_booking(self, booking: str, key: str) -> bookings.Booking:
        """Keep for good a place that was held."""

    def move_booking(self, booking: str, request: bookings.Reschedule, key: str) -> bookings.Booking:
        """Another time for a booking."""

    def cancel_booking(self, booking: str, key: str) -> bookings.Booking:
        """Give a place free."""

    def find_bookings(self, request: bookings.FindBookings) -> list[bookings.Booking]:
        """What somebody has booked."""


def answer(server: BookingServer, ask: BookingEffect, *, is_here: Callable[[str], bool]) -> BookingResult:
    """What the server says. `is_here` tells whether a session's person still stands there."""
    what = type(ask).__name__
    try:
        return _asked(server, ask, is_here)
    except ServerUnreachable as lost:
        log.warning("bookings: server lost", reason=f"{what}: {lost}")
        fault = BookFault.SERVER_LOST
    except ServerRefused as refused:
        log.info("bookings: refused", reason=f"{what}: {refused.slug}")
        fault = _FAULTS.get(refused.slug, BookFault.REFUSED)
    except Exception:
        log.exception("bookings: a fault of this program", reason=what)
        fault = BookFault.SERVER_LOST
    return WaitSeen(ask.session, ask.service, None) if isinstance(ask, AskWait) else BookingFailed(ask.session, fault)


def _asked(server: BookingServer, ask: BookingEffect, is_here: Callable[[str], bool]) -> BookingResult:
    match ask:
        case AskWait(session, service):
            waits = {each.id: each.estimate for each in server.hall().services}
            return WaitSeen(session, service, waits.get(service))
        case FindSlots(session, service):
            return SlotsFound(session, tuple(server.slots(service)))
        case BookPlace():
            return _book(server, ask, is_here)
        case MoveBooking(session, key, booking, starts_at):
            return PlaceBooked(session, server.move_booking(booking, bookings.Reschedule(starts_at=starts_at), key))
        case FindBookings(session, code, holder):
            request = bookings.FindBookings(code=code, identity=holder.identity if holder else None)
            return BookingsFound(session, tuple(server.find_bookings(request)))
        case GiveUpBooking(session, key, booking):
            server.cancel_booking(booking, key)
            return BookingGivenUp(session)
        case _:
            assert_never(ask)


def _book(server: BookingServer, ask: BookPlace, is_here: Callable[[str], bool]) -> BookingResult:
    """Hold the place, and confirm it while the person is there to see it: a hold ends by itself, and keeps no place
    from others that its person does not know of.
    """
    request = bookings.BookPlace(
        service=ask.service,
        starts_at=ask.starts_at,
        channel=messages.Channel.KIOSK,
        identity=ask.holder.identity,
        masked_name=ask.holder.masked_name,
        hold=True,
    )
    held = server.book(request, ask.key)
    if not is_here(ask.session):
        return BookingFailed(ask.session, BookFault.SERVER_LOST)
    if held.state is not bookings.BookingState.HELD:
        return PlaceBooked(ask.session, held)  # the person had it already
    return PlaceBooked(ask.session, server.confirm_booking(held.id, f"{ask.key}-confirm"))
