"""Booking a place in a slot, and what becomes of it until the person arrives; arriving itself is in `arriving`."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from jinghou_config.hall import HallPlan, SlotPlan
from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.messages import Channel, MaskedName
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.lapsing import state_now
from jinghou_queue.desk.numbers import HELD
from jinghou_queue.desk.queueing import offered_service
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.days import business_day, days_after, days_before, time_of_day
from jinghou_queue.rules.slots import Slot, Stays, check_in_from, in_time_until, slots_of
from jinghou_queue.rules.states import BOOKING, BookingAction, ForbiddenMove, move
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import statements as st

_MINUTE_MS: Final = 60_000
_PAGE: Final = 500  # holds that end in one press: a hall at work must not wait for many


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody who books asks for, the identity already hashed.

    `hold`: it is to be confirmed later. Whose identity was only typed is not `proven`.
    """

    service: str
    starts_at: int
    channel: Channel
    identity_hash: str
    masked_name: MaskedName | None
    hold: bool
    proven: bool = True


class Fresh(NamedTuple):
    """A random id for a booking to be, the hashes of its code and token, and the identity sealed for it."""

    booking: str
    code_hash: str
    token_hash: str
    identity_sealed: str


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as it stands, without its holder's secrets.

    `ticket` is there once the person arrived; `new` is false when the person had the booking already.
    """

    id: str
    service: str
    starts_at: int
    ends_at: int
    check_in_from: int
    in_time_until: int
    state: BookingState
    held_until: int | None = None
    ticket: str | None = None
    new: bool = False


_BOOKED: Final = msgspec.json.Decoder(Booked)


def book_place(connection: Connection, press: Press, place: Place, draw: Callable[[], Fresh]) -> Booked:
    """Book a place, or answer the one this person has in that slot already; `draw` gives a new name each time.

    Raises Refused: SERVICE_UNKNOWN, NOT_BOOKABLE, SLOT_UNKNOWN, SLOT_FULL, BOOKED_ALREADY, TOO_MANY_BOOKINGS,
    BOOKING_PAUSED, KEY_REUSED.
    """
    return pressed(connection, press, _BOOKED, lambda book: _book(book, place, draw))


def confirm_booking(connection: Connection, press: Press, booking: str) -> Booked:
    """Keep a place that was held. Raises Refused: BOOKING_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _BOOKED, lambda book: _confirm(book, booking))


def cancel_booking(connection: Connection, press: Press, booking: str) -> Booked:
    """Give a place free, before its slot begins. Raises Refused: BOOKING_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _BOOKED, lambda book: _cancel(book, booking))


def reschedule_booking(connection: Connection, press: Press, booking: str, starts_at: int) -> Booked:
    """Move a booking to another slot of its service, before its own begins; its code stays.

    Raises Refused: BOOKING_UNKNOWN, NOT_NOW, NOT_BOOKABLE, SLOT_UNKNOWN, SLOT_FULL, BOOKED_ALREADY, KEY_REUSED.
    """
    return pressed(connection, press, _BOOKED, lambda book: _reschedule(book, booking, starts_at))


def booking_after(book: Book, row: bs.BookingRow, action: BookingAction) -> BookingState:
    """The state that `action` brings a booking into. Raises Refused NOT_NOW."""
    state = state_now(row, book.press.at, book.day)
    try:
        return move(BOOKING, state, action)
    except ForbiddenMove:
        detail = f"the booking for {say_when(book, row.starts_at)} is {state.value}: {action.value} is not possible"
        raise Refused(Refusal.NOT_NOW, detail) from None


def move_booking(book: Book, row: bs.BookingRow, action: BookingAction, ticket: str | None = None) -> BookingState:
    """Bring a booking into the state that `action` leads to, for good. Raises Refused NOT_NOW."""
    state = booking_after(book, row, action)
    if state != row.state:
        book.connection.run(bs.BOOKING_MOVE, hall=book.hall, of_booking=row.booking, to_state=state, to_ticket=ticket)
        book.booking_changed(row.booking, row.service, row.starts_at, state, BookingState(row.state))
    return state


def say_when(book: Book, starts_at: int) -> str:
    """A slot in words, such as 2026-03-02 09:30."""
    return f"{business_day(starts_at, book.zone)} {time_of_day(starts_at, book.zone)}"


def slot_plan(plan: HallPlan, service: str) -> SlotPlan:
    """How a service is booked. Raises Refused NOT_BOOKABLE."""
    planned = plan.service(service)
    if planned is None or planned.slots is None:
        raise Refused(Refusal.NOT_BOOKABLE, f"{service} takes no bookings: take a number at the hall")
    return planned.slots


def booked(plan: HallPlan, row: bs.BookingRow, state: BookingState, *, new: bool = False) -> Booked:
    """A booking, now in `state`. One of a service that takes none any more is told by the usual figures."""
    planned = plan.service(row.service)
    slots = SlotPlan() if planned is None or planned.slots is None else planned.slots
    return Booked(
        id=row.booking,
        service=row.service,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        check_in_from=check_in_from(slots, row.starts_at),
        in_time_until=in_time_until(slots, row.starts_at),
        state=state,
        held_until=row.held_until if state is BookingState.HELD else None,
        ticket=row.ticket,
        new=new,
    )


def slots_to_book(
    connection: Connection, hall: str, plan: HallPlan, service: str, day: str, at: int
) -> list[tuple[Slot, int]]:
    """The slots of a service on a day that have not begun at `at`, each with how many can still be booked.

    Raises Refused NOT_BOOKABLE.
    """
    slots = slots_of(slot_plan(plan, service), plan.calendar, day, plan.zone_info)
    stays = Stays(connection.all(bs.STAYS, hall=hall, day=day, service=service, at=at))
    return [(slot, slot.left(stays)) for slot in slots if slot.starts_at > at]


def last_day(plan: HallPlan, today: str) -> str:
    """The last day that can be booked today."""
    return days_after(today, plan.booking.days_ahead)


def lapse_holds(book: Book) -> None:
    """Write down which holds are over; the rest of very many is for the next press."""
    for row in book.connection.all(bs.HOLDS_OVER, hall=book.hall, at=book.press.at, most=_PAGE):
        state = state_now(row, book.press.at, book.day)
        book.connection.run(bs.BOOKING_MOVE, hall=book.hall, of_booking=row.booking, to_state=state, to_ticket=None)
        book.booking_changed(row.booking, row.service, row.starts_at, state, BookingState(row.state))


def _book(book: Book, place: Place, draw: Callable[[], Fresh]) -> Booked:
    offered_service(book, place.service)
    standing = _standing(book, place.identity_hash)
    same = next((row for row in standing if (row.service, row.starts_at) == (place.service, place.starts_at)), None)
    if same is not None and place.proven:
        return booked(book.plan, same, BookingState(same.state))
    _refuse_second(book, standing, place.service, business_day(place.starts_at, book.zone))
    _refuse_paused(book, place.identity_hash)
    to_come = sum(row.ticket is None for row in standing)
    if to_come >= book.plan.booking.most_per_identity:
        detail = f"this person has {to_come} bookings, no more are taken: cancel one first"
        raise Refused(Refusal.TOO_MANY_BOOKINGS, detail)
    slot = _free_slot(book, place.service, place.starts_at)
    row = _add(book, place, slot, _draw_unused(book, draw))
    return booked(book.plan, row, BookingState(row.state), new=True)


def _add(book: Book, place: Place, slot: Slot, name: Fresh) -> bs.BookingRow:
    state = BookingState.HELD if place.hold else BookingState.CONFIRMED
    row = bs.BookingRow(
        booking=name.booking,
        service=place.service,
        day=business_day(slot.starts_at, book.zone),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=state,
        channel=place.channel,
        held_until=book.press.at + book.plan.booking.hold_minutes * _MINUTE_MS if place.hold else None,
        masked_name=place.masked_name,
        identity_hash=place.identity_hash,
        ticket=None,
    )
    book.connection.run(
        bs.BOOKING_ADD,
        hall=book.hall,
        made_at=book.press.at,
        code_hash=name.code_hash,
        token_hash=name.token_hash,
        identity_sealed=name.identity_sealed,
        missed=0,
        **row._asdict(),
    )
    book.booking_changed(row.booking, row.service, row.starts_at, state, None, place.channel)
    return row


def _draw_unused(book: Book, draw: Callable[[], Fresh]) -> Fresh:
    """Ten digits are few enough to type, so two bookings of all that are on record may be given the same ones."""
    while True:
        name = draw()
        if book.connection.one(bs.BOOKING_BY_CODE, hall=book.hall, code_hash=name.code_hash) is None:
            return name


def _standing(book: Book, identity_hash: str | None) -> list[bs.BookingRow]:
    """The bookings of a person that are still to be served."""
    rows = book.connection.all(bs.BOOKINGS_OF_IDENTITY, hall=book.hall, identity_hash=identity_hash, since=book.day)
    return [row for row in rows if _stands(book, row)]


def _stands(book: Book, row: bs.BookingRow) -> bool:
    if row.ticket is None:
        return state_now(row, book.press.at, book.day) in (BookingState.HELD, BookingState.CONFIRMED)
    ticket = book.connection.one(st.TICKET, hall=book.hall, ticket=row.ticket)
    return ticket is not None and ticket.state in HELD


def _refuse_second(book: Book, standing: list[bs.BookingRow], service: str, day: str) -> None:
    other = next((row for row in standing if (row.service, row.day) == (service, day)), None)
    if other is not None:
        detail = f"this person is booked for {say_when(book, other.starts_at)}: reschedule that"
        raise Refused(Refusal.BOOKED_ALREADY, detail)


def _refuse_paused(book: Book, identity_hash: str) -> None:
    """Places that nobody came for were kept from others."""
    most, days = book.plan.booking.no_shows, book.plan.booking.pause_days
    since = days_after(days_before(book.day, days), 1)
    missed = book.connection.all(bs.MISSED_DAYS, hall=book.hall, identity_hash=identity_hash, since=since)
    if 0 < most <= len(missed):
        again = days_after(missed[most - 1], days)
        detail = f"this person did not come {len(missed)} times: booking is possible again from {again}"
        raise Refused(Refusal.BOOKING_PAUSED, f"{detail}; a number can be taken at the hall")


def _free_slot(book: Book, service: str, starts_at: int) -> Slot:
    """The slot that begins then, with a place left. Raises Refused NOT_BOOKABLE, SLOT_UNKNOWN or SLOT_FULL."""
    day = business_day(starts_at, book.zone)
    when = say_when(book, starts_at)
    last = last_day(book.plan, book.day)
    if not book.day <= day <= last:
        raise Refused(Refusal.SLOT_UNKNOWN, f"{when} cannot be booked: days from {book.day} to {last} can")
    slots = slots_to_book(book.connection, book.hall, book.plan, service, day, book.press.at)
    found = next((each for each in slots if each[0].starts_at == starts_at), None)
    if found is None:
        raise Refused(Refusal.SLOT_UNKNOWN, f"no slot that can be booked begins at {when}: get the slots anew")
    slot, left = found
    if left == 0:
        raise Refused(Refusal.SLOT_FULL, f"every place of {when} is taken by now: choose another slot")
    return slot


def _confirm(book: Book, booking: str) -> Booked:
    row = _booking(book, booking)
    return booked(book.plan, row, move_booking(book, row, BookingAction.CONFIRM))


def _refuse_once_begun(book: Book, row: bs.BookingRow) -> None:
    """From then on the place is nobody else's any more: who does not come has missed it, whatever they press."""
    if book.press.at >= row.starts_at:
        detail = f"the slot of {say_when(book, row.starts_at)} has begun: it cannot be given back any more"
        raise Refused(Refusal.NOT_NOW, detail)


def _cancel(book: Book, booking: str) -> Booked:
    row = _booking(book, booking)
    booking_after(book, row, BookingAction.CANCEL)
    _refuse_once_begun(book, row)
    return booked(book.plan, row, move_booking(book, row, BookingAction.CANCEL))


def _reschedule(book: Book, booking: str, starts_at: int) -> Booked:
    row = _booking(book, booking)
    state = booking_after(book, row, BookingAction.RESCHEDULE)
    _refuse_once_begun(book, row)
    if starts_at == row.starts_at:
        return booked(book.plan, row, state)
    others = [other for other in _standing(book, row.identity_hash) if other.booking != booking]
    day = business_day(starts_at, book.zone)
    _refuse_second(book, others, row.service, day)
    slot = _free_slot(book, row.service, starts_at)
    book.connection.run(
        bs.BOOKING_SLOT,
        hall=book.hall,
        of_booking=booking,
        to_day=day,
        to_start=slot.starts_at,
        to_end=slot.ends_at,
    )
    book.booking_changed(booking, row.service, slot.starts_at, state, state, f"was {say_when(book, row.starts_at)}")
    return booked(book.plan, row._replace(day=day, starts_at=slot.starts_at, ends_at=slot.ends_at), state)


def _booking(book: Book, booking: str) -> bs.BookingRow:
    row = book.connection.one(bs.BOOKING, hall=book.hall, booking=booking)
    if row is None:
        raise Refused(Refusal.BOOKING_UNKNOWN, "this hall has no booking of that id")
    return row
