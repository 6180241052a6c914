"""Arriving at the hall with a code or a document: whoever booked gets their number, whoever was passed over is back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from jinghou_config.hall import SlotPlan
from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.messages import BookedFor, Channel, Lane, LegState, MaskedName
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.bookings import booking_after, move_booking, say_when
from jinghou_queue.desk.lapsing import state_now
from jinghou_queue.desk.numbers import HELD, Taken, Wish, give_number, number_held
from jinghou_queue.desk.queueing import latest_leg, offered_service, place_anew
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.tickets import come_back
from jinghou_queue.rules.days import time_of_day
from jinghou_queue.rules.slots import Arrival, arrival, check_in_from
from jinghou_queue.rules.states import BookingAction
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import statements as st


@dataclass(frozen=True)
class Shown:
    """What somebody who arrives shows, hashed: one of a token (a booking's or a ticket's), a code, an identity.

    Identities are hashed anew for each hall, so `identity_in` answers the hash for a hall.
    """

    token_hash: str | None = None
    code_hash: str | None = None
    identity_in: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Guest:
    """Somebody who arrives. `ticket` is a fresh random id and `token_hash` belongs to it, should one be made.

    `born` as YYYYMMDD, if an identity document was shown.
    """

    shown: Shown
    channel: Channel
    ticket: str
    token_hash: str
    masked_name: MaskedName | None
    born: str | None


class CheckedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The number of somebody who arrived, and the start of the slot they booked, if they did."""

    taken: Taken
    booked_for: int | None = None


_CHECKED_IN: Final = msgspec.json.Decoder(CheckedIn)


def check_in(connection: Connection, press: Press, guest: Guest) -> CheckedIn:
    """Put somebody who booked into the queue; shown again, the same number. Who was passed over waits again.

    In time, the booking is pinned to its slot; too late, it waits with those who just came. A number that was taken
    before for the same service stays and moves up. Raises Refused: BOOKING_UNKNOWN, CHECK_IN_EARLY,
    CHECK_IN_OTHER_DAY, CHECK_IN_OTHER_HALL, NOT_NOW, SERVICE_UNKNOWN, KEY_REUSED.
    """
    return pressed(connection, press, _CHECKED_IN, lambda book: _check_in(book, guest))


def with_booking(book: Book, wish: Wish, shown: Shown | None) -> Wish:
    """The wish of somebody who was given a number already, and came at the book's true time, with what they booked.

    The booking is of what was shown, else of the wish's identity. One that is good then is checked in by this number,
    and pinned to its slot in time; without one, or before its time, the number is a walk-in's.
    """
    booked = _booked_by(book, wish, shown, book.day)
    good = [row for row in _confirmed(book, booked) if row.service == wish.service]
    in_time = _coming(book, good, Arrival.IN_TIME)
    if not (coming := in_time or _coming(book, good, Arrival.LATE)):
        return wish
    row = coming[0]
    move_booking(book, row, BookingAction.CHECK_IN, wish.ticket)
    return msgspec.structs.replace(
        wish,
        lane=Lane.BOOKED if in_time else wish.lane,
        booked_for=row.starts_at,
        identity_hash=row.identity_hash,
        masked_name=wish.masked_name or row.masked_name,
    )


def has_come(book: Book, wish: Wish, shown: Shown | None, day: str) -> None:
    """Whoever was given a number on an earlier day has not missed what they had booked for it, as it seemed."""
    for row in _booked_by(book, wish, shown, day):
        if (row.day, row.service) == (day, wish.service):
            book.connection.run(bs.BOOKING_NOT_MISSED, hall=book.hall, of_booking=row.booking)


def _booked_by(book: Book, wish: Wish, shown: Shown | None, since: str) -> list[bs.BookingRow]:
    """The booking that was shown, else all that the wish's identity has for that day and later."""
    if shown is None:
        who = {"hall": book.hall, "identity_hash": wish.identity_hash, "since": since}
        return book.connection.all(bs.BOOKINGS_OF_IDENTITY, **who)
    row = booking_shown(book.connection, book.hall, shown)
    return [] if row is None else [row]


def with_booking_of(book: Book, wish: Wish, lost: st.TicketRow) -> Wish:
    """The wish of somebody who gets another number instead of one they never saw, with the booking of that one."""
    row = _booking_of(book, lost)
    if row is None:
        return wish
    book.connection.run(
        bs.BOOKING_MOVE, hall=book.hall, of_booking=row.booking, to_state=row.state, to_ticket=wish.ticket
    )
    return msgspec.structs.replace(
        wish, identity_hash=row.identity_hash, masked_name=wish.masked_name or row.masked_name
    )


def _booking_of(book: Book, ticket: st.TicketRow) -> bs.BookingRow | None:
    key = {"hall": book.hall, "day": ticket.day, "service": ticket.service}
    return book.connection.one(bs.BOOKING_OF_TICKET, **key, ticket=ticket.ticket)


def _check_in(book: Book, guest: Guest) -> CheckedIn:
    shown = guest.shown
    if shown.identity_in is not None:
        return _with_identity(book, guest, shown.identity_in(book.hall))
    if shown.token_hash is not None:
        ticket = book.connection.one(st.TICKET_BY_TOKEN, hall=book.hall, token_hash=shown.token_hash)
        if ticket is not None:
            return _with_ticket(book, ticket)
    row = booking_shown(book.connection, book.hall, shown)
    if row is None:
        raise _not_here(book, shown)
    return _with_booking(book, guest, row)


def booking_shown(connection: Connection, hall: str, shown: Shown) -> bs.BookingRow | None:
    """The booking whose code or token was shown, in whatever state."""
    if shown.code_hash is not None:
        return connection.one(bs.BOOKING_BY_CODE, hall=hall, code_hash=shown.code_hash)
    return connection.one(bs.BOOKING_BY_TOKEN, hall=hall, token_hash=shown.token_hash)


def _not_here(book: Book, shown: Shown) -> Refused:
    """Says in which hall it would be right, if it is one of ours."""
    for hall in book.connection.all(st.HALL_IDS):
        if hall == book.hall:
            continue
        if shown.identity_in is not None:
            there = book.connection.all(
                bs.BOOKINGS_OF_IDENTITY, hall=hall, identity_hash=shown.identity_in(hall), since=book.day
            )
            found = next(iter(_confirmed(book, there)), None)
        else:
            found = booking_shown(book.connection, hall, shown)
        other = None if found is None else book.connection.one(st.HALL, hall=hall)
        if found is not None and other is not None:
            detail = f"the booking is for {other.name} ({other.name_en})"
            what = BookedFor(starts_at=found.starts_at, hall_name=other.name, hall_name_en=other.name_en)
            return Refused(Refusal.CHECK_IN_OTHER_HALL, detail, booked_for=what)
    return Refused(Refusal.BOOKING_UNKNOWN, "no booking belongs to what was shown")


def _with_ticket(book: Book, ticket: st.TicketRow) -> CheckedIn:
    """A number is shown again. Whoever was passed over waits from now on, all others keep their place."""
    if ticket.day != book.day or ticket.state not in HELD:
        raise Refused(Refusal.NOT_NOW, f"{ticket.number} of {ticket.day} is {ticket.state}: take a new number")
    if latest_leg(book.connection, book.hall, ticket.ticket).state == LegState.MISSED:
        come_back(book, ticket.ticket)
    booked = _booking_of(book, ticket)
    return CheckedIn(taken=number_held(book, ticket), booked_for=None if booked is None else booked.starts_at)


def _with_booking(book: Book, guest: Guest, row: bs.BookingRow) -> CheckedIn:
    if row.ticket is not None:
        ticket = book.connection.one(st.TICKET, hall=book.hall, ticket=row.ticket)
        assert ticket is not None
        return _with_ticket(book, ticket)
    booking_after(book, row, BookingAction.CHECK_IN)
    if row.day != book.day:
        detail = f"the booking is for {say_when(book, row.starts_at)}"
        raise Refused(Refusal.CHECK_IN_OTHER_DAY, detail, booked_for=BookedFor(starts_at=row.starts_at))
    planned = _slots(book, row.service)
    comes = arrival(planned, row.starts_at, book.press.at)
    if comes is Arrival.EARLY:
        first = check_in_from(planned, row.starts_at)
        when = time_of_day(row.starts_at, book.zone)
        detail = f"the booking is for {when}: check in from {time_of_day(first, book.zone)} on"
        what = BookedFor(starts_at=row.starts_at, check_in_from=first)
        raise Refused(Refusal.CHECK_IN_EARLY, detail, booked_for=what)
    return _arrive(book, guest, row, Lane.BOOKED if comes is Arrival.IN_TIME else Lane.WALK_IN)


def _arrive(book: Book, guest: Guest, row: bs.BookingRow, lane: Lane) -> CheckedIn:
    """The number of somebody whose booking is good now, in `lane`."""
    service = offered_service(book, row.service)
    before = _number_before(book, row)
    move_booking(book, row, BookingAction.CHECK_IN, guest.ticket if before is None else before.ticket)
    if before is not None:
        return CheckedIn(taken=_moved_up(book, before, lane, row.starts_at), booked_for=row.starts_at)
    wish = Wish(
        service=row.service,
        channel=guest.channel,
        lane=lane,
        ticket=guest.ticket,
        token_hash=guest.token_hash,
        identity_hash=row.identity_hash,
        masked_name=row.masked_name or guest.masked_name,
        born=guest.born,
        booked_for=row.starts_at,
    )
    return CheckedIn(taken=give_number(book, wish, service.prefix), booked_for=row.starts_at)


def _number_before(book: Book, row: bs.BookingRow) -> st.TicketRow | None:
    """What this person took as a walk-in for the same service, and still has."""
    taken = book.connection.all(st.TICKETS_OF_IDENTITY, hall=book.hall, day=book.day, identity_hash=row.identity_hash)
    return next((ticket for ticket in taken if ticket.service == row.service and ticket.state in HELD), None)


def _moved_up(book: Book, ticket: st.TicketRow, lane: Lane, starts_at: int) -> Taken:
    leg = latest_leg(book.connection, book.hall, ticket.ticket)
    if leg.state == LegState.MISSED:
        come_back(book, ticket.ticket)
        leg = latest_leg(book.connection, book.hall, ticket.ticket)
    if leg.state == LegState.WAITING and leg.service == ticket.service and lane < leg.lane:
        place_anew(book, leg, lane, starts_at, "checked in with a booking")
    return number_held(book, ticket)


def _with_identity(book: Book, guest: Guest, identity_hash: str) -> CheckedIn:
    """Of several bookings the one that is good now; else the number held; else one for earlier or later today."""
    booked = book.connection.all(bs.BOOKINGS_OF_IDENTITY, hall=book.hall, identity_hash=identity_hash, since=book.day)
    confirmed = _confirmed(book, booked)
    good_now = _coming(book, confirmed, Arrival.IN_TIME)
    if good_now:
        return _with_booking(book, guest, good_now[0])
    taken = book.connection.all(st.TICKETS_OF_IDENTITY, hall=book.hall, day=book.day, identity_hash=identity_hash)
    held = [ticket for ticket in taken if ticket.state in HELD]
    if held:
        return _with_ticket(book, _passed_over(book, held) or held[-1])
    late = _coming(book, confirmed, Arrival.LATE)
    if confirmed:
        return _with_booking(book, guest, (late or confirmed)[0])
    raise _not_here(book, guest.shown)


def _confirmed(book: Book, rows: Sequence[bs.BookingRow]) -> list[bs.BookingRow]:
    return [row for row in rows if state_now(row, book.press.at, book.day) is BookingState.CONFIRMED]


def _coming(book: Book, rows: Sequence[bs.BookingRow], comes: Arrival) -> list[bs.BookingRow]:
    return [
        row
        for row in rows
        if row.day == book.day and arrival(_slots(book, row.service), row.starts_at, book.true_at) is comes
    ]


def _passed_over(book: Book, tickets: Sequence[st.TicketRow]) -> st.TicketRow | None:
    for ticket in tickets:
        if latest_leg(book.connection, book.hall, ticket.ticket).state == LegState.MISSED:
            return ticket
    return None


def _slots(book: Book, service: str) -> SlotPlan:
    """How a booked service is booked: a plan cannot take that away while it is booked."""
    planned = book.plan.service(service)
    assert planned is not None
    assert planned.slots is not None
    return planned.slots
