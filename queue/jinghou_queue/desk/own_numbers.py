"""The numbers that somebody holds today, found by a code or a document. Nothing here writes."""

from typing import Final
from zoneinfo import ZoneInfo

from jinghou_queue.contract.bookings import BookingState, OwnNumber
from jinghou_queue.contract.messages import BookedFor, LegState
from jinghou_queue.desk.arriving import Shown, booking_shown
from jinghou_queue.desk.lapsing import state_now
from jinghou_queue.desk.numbers import HELD
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.views import hall_row, own_ticket
from jinghou_queue.rules.days import day_of_press
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import statements as st

_URGENCY: Final = (LegState.CALLED, LegState.SERVING, LegState.MISSED, LegState.WAITING, LegState.PARKED)


def own_numbers(connection: Connection, hall: str, shown: Shown, at: int) -> list[OwnNumber]:
    """What belongs to what was shown and is not over at `at` (Unix time in ms): who is called first, then by place.

    Raises Refused: HALL_UNKNOWN, BOOKING_UNKNOWN when nothing belongs to it, CHECK_IN_NEEDED when it was booked and
    the person has not checked in, NOT_NOW when it is over.
    """
    row = hall_row(connection, hall)
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    tickets = _tickets(connection, hall, shown, day, at)
    held = [ticket for ticket in tickets if ticket.day == day and ticket.state in HELD]
    if tickets and not held:
        raise Refused(Refusal.NOT_NOW, f"{tickets[-1].number} of {tickets[-1].day} is over: take a new number")
    numbers = [OwnNumber(ticket=ticket.ticket, own=own_ticket(connection, hall, row, ticket, at)) for ticket in held]
    return sorted(numbers, key=lambda number: (_URGENCY.index(number.own.leg), number.own.ahead))


def _tickets(connection: Connection, hall: str, shown: Shown, day: str, at: int) -> list[st.TicketRow]:
    """Those of today that belong to a document, or the one of a code, of whatever day."""
    if shown.identity_in is not None:
        who = {"hall": hall, "identity_hash": shown.identity_in(hall)}
        taken = connection.all(st.TICKETS_OF_IDENTITY, **who, day=day)
        if any(ticket.state in HELD for ticket in taken):
            return taken
        booked = connection.all(bs.BOOKINGS_OF_IDENTITY, **who, since=day)
        _refuse_unarrived(booked, day, at)
        if not taken:
            raise _unknown()
        return taken
    if shown.token_hash is not None:
        ticket = connection.one(st.TICKET_BY_TOKEN, hall=hall, token_hash=shown.token_hash)
        if ticket is not None:
            return [ticket]
    booking = booking_shown(connection, hall, shown)
    if booking is None:
        raise _unknown()
    if booking.ticket is None:
        _refuse_unarrived([booking], day, at)
        raise Refused(Refusal.NOT_NOW, "the booking is over: take a new number")
    ticket = connection.one(st.TICKET, hall=hall, ticket=booking.ticket)
    assert ticket is not None
    return [ticket]


def _refuse_unarrived(booked: list[bs.BookingRow], day: str, at: int) -> None:
    """Raises Refused CHECK_IN_NEEDED with the first booking that is still good."""
    for row in booked:
        if state_now(row, at, day) is BookingState.CONFIRMED:
            detail = "this person has booked and has no number yet: check in"
            raise Refused(Refusal.CHECK_IN_NEEDED, detail, booked_for=BookedFor(starts_at=row.starts_at))


def _unknown() -> Refused:
    return Refused(Refusal.BOOKING_UNKNOWN, "no number and no booking belongs to what was shown")
