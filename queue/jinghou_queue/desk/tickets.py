"""Taking a number, and what becomes of it before somebody is called."""

from typing import Final

import msgspec

from jinghou_queue.contract.messages import (
    CallChannel,
    Lane,
    LegState,
    PrintOutcome,
    TicketState,
    TicketStatus,
)
from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.calling import add_delivery, deliveries, let_idle_call
from jinghou_queue.desk.numbers import HELD, Taken, Wish, give_number, number_held
from jinghou_queue.desk.queueing import change_tally, latest_leg, leg_after, move_ticket, offered_service, place_anew
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.terminals import count_number
from jinghou_queue.rules.days import time_of_day
from jinghou_queue.rules.order import OrderKey, return_key
from jinghou_queue.rules.states import CallAction, LegAction, TicketAction
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st

_TAKEN: Final = msgspec.json.Decoder(Taken)
_STATUS: Final = msgspec.json.Decoder(TicketStatus)
_HOUR_MS: Final = 3600 * 1000


def take_number(connection: Connection, press: Press, wish: Wish) -> Taken:
    """Give a number, or the one that this person already has today for this service.

    Raises Refused: SERVICE_UNKNOWN, IDENTITY_REQUIRED, ONE_NUMBER, TOO_MANY_NUMBERS, KEY_REUSED.
    """
    return pressed(connection, press, _TAKEN, lambda book: take(book, wish))


def ticket_printed(connection: Connection, press: Press, ticket: str, outcome: PrintOutcome) -> TicketStatus:
    """The person has the number, on paper or on the screen. Raises Refused: TICKET_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _STATUS, lambda book: report_printed(book, ticket, outcome))


def cancel_ticket(connection: Connection, press: Press, ticket: str) -> TicketStatus:
    """Give a number back while nobody serves it. Raises Refused: TICKET_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _STATUS, lambda book: give_back(book, ticket))


def call_seen(connection: Connection, press: Press, ticket: str) -> None:
    """The holder has seen on the phone that the number is called. Raises Refused: TICKET_UNKNOWN, NOT_NOW."""
    pressed(connection, press, NOTHING, lambda book: _seen(book, ticket))


def return_missed(connection: Connection, press: Press, ticket: str) -> TicketStatus:
    """Somebody who was passed over is back, and waits again where the hall's plan says.

    Somebody who waits already keeps the place. Raises Refused: TICKET_UNKNOWN, NOT_NOW, KEY_REUSED.
    """
    return pressed(connection, press, _STATUS, lambda book: come_back(book, ticket))


def grant_priority(connection: Connection, press: Press, ticket: str, why: str) -> TicketStatus:
    """Put a waiting person into the lane of statutory priority. Raises Refused: TICKET_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _STATUS, lambda book: _grant(book, ticket, why))


def come_back(book: Book, ticket: str) -> TicketStatus:
    """Let somebody who was passed over wait again; who waits keeps the place. Raises Refused as `return_missed`."""
    row = ticket_row(book, ticket)
    leg = latest_leg(book.connection, book.hall, ticket)
    if leg.state != LegState.WAITING:
        waiting = leg_after(leg, LegAction.RETURN)
        book.leg_changed(leg, waiting, why=book.told("back after being passed over"))
        _place_again(book, leg, waiting, return_key(book.plan.calling, Lane(leg.lane), book.true_at, book.seq))
        let_idle_call(book, leg.service)
    return TicketStatus(id=ticket, number=row.number, state=TicketState(row.state))


def take(book: Book, wish: Wish) -> Taken:
    """The same within a press that does more. Raises the same."""
    service = offered_service(book, wish.service)
    for later in wish.then:
        offered_service(book, later)
    if wish.identity_hash is None:
        if service.identity == "required":
            raise Refused(Refusal.IDENTITY_REQUIRED, f"{service.name}: put the identity card on the reader first")
    elif (held := _held_number(book, wish)) is not None:
        return number_held(book, held)
    count_number(book)
    return give_number(book, wish, service.prefix)


def _held_number(book: Book, wish: Wish) -> st.TicketRow | None:
    """The active number of this person that stands in the way of another, by the hall's plan."""
    taken = book.connection.all(st.TICKETS_OF_IDENTITY, hall=book.hall, day=book.day, identity_hash=wish.identity_hash)
    held = [] if book.plan.people.one_ticket_per == "none" else [row for row in taken if row.state in HELD]
    same = next((row for row in held if row.service == wish.service), None)
    if held and not wish.proven and (same is not None or book.plan.people.one_ticket_per == "hall"):
        raise Refused(Refusal.ONE_NUMBER, "this person holds a number today")  # which is for that person alone
    if same is None and held and book.plan.people.one_ticket_per == "hall":
        raise Refused(Refusal.ONE_NUMBER, f"this person holds {held[0].number} today: one number at a time")
    if same is None:
        _refuse_too_many(book, [row.taken_at for row in taken])
    return same


def _refuse_too_many(book: Book, taken_at: list[int]) -> None:
    """Taking and giving back is how a tout keeps numbers at hand. Raises Refused TOO_MANY_NUMBERS."""
    most = book.plan.people.numbers_per_hour
    if len(taken_at) >= most and book.press.at < (again := taken_at[-most] + _HOUR_MS):
        detail = f"this person took {most} numbers within an hour: the next from {time_of_day(again, book.zone)}"
        raise Refused(Refusal.TOO_MANY_NUMBERS, detail, again - book.press.at)


def report_printed(book: Book, ticket: str, outcome: PrintOutcome) -> TicketStatus:
    """See ticket_printed."""
    row = ticket_row(book, ticket)
    state = move_ticket(book, ticket, row.number, TicketState(row.state), TicketAction.PRINTED, outcome)
    return TicketStatus(id=ticket, number=row.number, state=state)


def give_back(book: Book, ticket: str) -> TicketStatus:
    """See cancel_ticket."""
    row = ticket_row(book, ticket)
    state = move_ticket(book, ticket, row.number, TicketState(row.state), TicketAction.CANCEL)
    leg = latest_leg(book.connection, book.hall, ticket)
    cancelled = leg_after(leg, LegAction.CANCEL)
    book.connection.run(st.LEG_MOVE, hall=book.hall, ticket=ticket, at_step=leg.step, to_state=cancelled)
    if leg.state == LegState.WAITING:
        change_tally(book, leg.day, leg.service, leg.lane, -1)
    book.leg_changed(leg, cancelled)
    return TicketStatus(id=ticket, number=row.number, state=state)


def _seen(book: Book, ticket: str) -> None:
    leg = latest_leg(book.connection, book.hall, ticket_row(book, ticket).ticket)
    if leg.state != LegState.CALLED:
        raise Refused(Refusal.NOT_NOW, f"{leg.number} is {leg.state}: there is no call to be seen")
    if not any((row.attempt, row.channel) == (leg.calls, CallChannel.PHONE) for row in deliveries(book, leg)):
        state = add_delivery(book, leg, leg.calls, CallChannel.PHONE, CallAction.SEND, CallAction.SEE)
        book.call_changed(leg, CallChannel.PHONE, state, None)


def _grant(book: Book, ticket: str, why: str) -> TicketStatus:
    row = ticket_row(book, ticket)
    leg = latest_leg(book.connection, book.hall, ticket)
    if leg.state != LegState.WAITING:
        raise Refused(Refusal.NOT_NOW, f"{leg.number} is {leg.state}: only who waits can go first")
    place_anew(book, leg, Lane.PRIORITY, leg.sort_time, "priority was granted")
    book.audit("priority", ticket, why)
    return TicketStatus(id=ticket, number=row.number, state=TicketState(row.state))


def _place_again(book: Book, leg: st.LegRow, waiting: LegState, key: OrderKey) -> None:
    change_tally(book, leg.day, leg.service, key.lane, +1)
    book.connection.run(
        st.LEG_ENTER_AGAIN,
        hall=book.hall,
        ticket=leg.ticket,
        at_step=leg.step,
        to_state=waiting,
        to_lane=key.lane,
        to_sort_time=key.sort_time,
        to_seq=key.seq,
        at=book.true_at,
    )


def ticket_row(book: Book, ticket: str) -> st.TicketRow:
    """A ticket of the hall, of whatever day. Raises Refused TICKET_UNKNOWN."""
    row = book.connection.one(st.TICKET, hall=book.hall, ticket=ticket)
    if row is None:
        raise Refused(Refusal.TICKET_UNKNOWN, "this hall has no ticket of that id")
    return row
