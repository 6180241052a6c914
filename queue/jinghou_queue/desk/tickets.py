"""Taking a number, and what becomes of it before somebody is called."""

from typing import Final

import msgspec

from jinghou_queue.contract.messages import (
    Channel,
    Lane,
    LegState,
    MaskedName,
    PrintOutcome,
    TicketState,
    TicketStatus,
)
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.numbers import ticket_number
from jinghou_queue.rules.order import entry_key
from jinghou_queue.rules.states import LEG, TICKET, ForbiddenMove, LegAction, TicketAction, move
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody who takes a number asks for, the identity already hashed.

    `ticket` is a fresh random id and `token_hash` belongs to it; both are dropped if the person has a number already.
    """

    service: str
    channel: Channel
    lane: Lane
    ticket: str
    token_hash: str
    identity_hash: str | None
    masked_name: MaskedName | None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was taken, without the holder's secret. `new` is false when the person had it already."""

    id: str
    number: str
    service: str
    state: TicketState
    ahead: int
    taken_at: int
    new: bool


_TAKEN: Final = msgspec.json.Decoder(Taken)
_STATUS: Final = msgspec.json.Decoder(TicketStatus)
_FIRST_STEP: Final = 1


def take_number(connection: Connection, press: Press, wish: Wish) -> Taken:
    """Give a number, or the one that this person already has today for this service.

    Raises Refused: SERVICE_UNKNOWN, IDENTITY_REQUIRED, KEY_REUSED.
    """
    return pressed(connection, press, _TAKEN, lambda book: _take(book, wish))


def ticket_printed(connection: Connection, press: Press, ticket: str, outcome: PrintOutcome) -> TicketStatus:
    """The person has the number, on paper or on the screen. Raises Refused: TICKET_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _STATUS, lambda book: _printed(book, ticket, outcome))


def cancel_ticket(connection: Connection, press: Press, ticket: str) -> TicketStatus:
    """Give a number back while nobody was called for it. Raises Refused: TICKET_UNKNOWN, NOT_NOW, KEY_REUSED."""
    return pressed(connection, press, _STATUS, lambda book: _cancel(book, ticket))


def _take(book: Book, wish: Wish) -> Taken:
    connection, hall, at = book.connection, book.hall, book.press.at
    service = connection.one(st.SERVICE, hall=hall, service=wish.service)
    if service is None:
        raise Refused(Refusal.SERVICE_UNKNOWN, "this hall has no service of that name")
    if wish.identity_hash is not None:
        held = connection.one(
            st.TICKET_BY_IDENTITY, hall=hall, day=book.day, service=wish.service, identity_hash=wish.identity_hash
        )
        if held is not None:
            return _taken_before(book, held)
    elif service.identity == "required":
        raise Refused(Refusal.IDENTITY_REQUIRED, f"{service.name}: put the identity card on the reader first")
    number = ticket_number(service.prefix, _next_place(book, wish.service))
    connection.run(
        st.TICKET_ADD,
        hall=hall,
        ticket=wish.ticket,
        day=book.day,
        number=number,
        service=wish.service,
        channel=wish.channel,
        state=TicketState.RESERVED,
        taken_at=at,
        masked_name=wish.masked_name,
        identity_hash=wish.identity_hash,
        token_hash=wish.token_hash,
    )
    book.ticket_changed(wish.ticket, number, TicketState.RESERVED, None, wish.channel)
    return Taken(
        id=wish.ticket,
        number=number,
        service=wish.service,
        state=TicketState.RESERVED,
        ahead=_enter_queue(book, wish, number),
        taken_at=at,
        new=True,
    )


def _taken_before(book: Book, ticket: st.TicketRow) -> Taken:
    return Taken(
        id=ticket.ticket,
        number=ticket.number,
        service=ticket.service,
        state=TicketState(ticket.state),
        ahead=people_ahead(book.connection, book.hall, latest_leg(book.connection, book.hall, ticket.ticket)),
        taken_at=ticket.taken_at,
        new=False,
    )


def _next_place(book: Book, service: str) -> int:
    key = {"hall": book.hall, "day": book.day, "service": service}
    place = book.connection.one(st.NUMBER_NEXT, **key)
    if place is None:
        place = 1
        book.connection.run(st.NUMBER_FIRST, **key, last=place)
    return place


def _enter_queue(book: Book, wish: Wish, number: str) -> int:
    """Put the first leg into its queue; how many wait in front of it."""
    connection, at = book.connection, book.press.at
    waiting = dict(connection.all(st.TALLY, hall=book.hall, day=book.day, service=wish.service))
    if wish.lane in waiting:
        change_tally(book, book.day, wish.service, wish.lane, +1)
    else:
        connection.run(st.TALLY_FIRST, hall=book.hall, day=book.day, service=wish.service, lane=wish.lane, waiting=1)
    book.leg_entered(wish.ticket, number, wish.service, wish.masked_name)
    key = entry_key(wish.lane, at, book.seq)
    connection.run(
        st.LEG_ADD,
        hall=book.hall,
        ticket=wish.ticket,
        step=_FIRST_STEP,
        day=book.day,
        service=wish.service,
        lane=key.lane,
        sort_time=key.sort_time,
        seq=key.seq,
        entered_at=at,
        state=LegState.WAITING,
        counter=None,
        called_at=None,
    )
    return sum(count for lane, count in waiting.items() if lane <= wish.lane)


def change_tally(book: Book, day: str, service: str, lane: int, by: int) -> None:
    """Count one more or one less in a queue, in the same transaction as the leg itself."""
    book.connection.run(st.TALLY_CHANGE, hall=book.hall, day=day, service=service, in_lane=lane, by=by)


def latest_leg(connection: Connection, hall: str, ticket: str) -> st.LegRow:
    """The leg that a ticket is in. A ticket always has one: both are made in one transaction."""
    leg = connection.one(st.LATEST_LEG, hall=hall, ticket=ticket)
    assert leg is not None
    return leg


def people_ahead(connection: Connection, hall: str, leg: st.LegRow) -> int:
    """How many are called before this leg if nobody with priority comes; 0 once it is called."""
    if leg.state != LegState.WAITING:
        return 0
    count = connection.one(
        st.LEGS_BEFORE,
        hall=hall,
        day=leg.day,
        service=leg.service,
        lane=leg.lane,
        sort_time=leg.sort_time,
        seq=leg.seq,
    )
    return count or 0


def _printed(book: Book, ticket: str, outcome: PrintOutcome) -> TicketStatus:
    row = _ticket(book, ticket)
    state = move_ticket(book, ticket, row.number, TicketState(row.state), TicketAction.PRINTED, outcome)
    return TicketStatus(id=ticket, number=row.number, state=state)


def _cancel(book: Book, ticket: str) -> TicketStatus:
    row = _ticket(book, ticket)
    state = move_ticket(book, ticket, row.number, TicketState(row.state), TicketAction.CANCEL)
    leg = latest_leg(book.connection, book.hall, ticket)
    try:
        cancelled = move(LEG, LegState(leg.state), LegAction.CANCEL)
    except ForbiddenMove:
        raise Refused(Refusal.NOT_NOW, f"{row.number} was called already and cannot be cancelled") from None
    book.connection.run(st.LEG_MOVE, hall=book.hall, ticket=ticket, at_step=leg.step, to_state=cancelled)
    change_tally(book, leg.day, leg.service, leg.lane, -1)
    book.leg_changed(leg, cancelled)
    return TicketStatus(id=ticket, number=row.number, state=state)


def _ticket(book: Book, ticket: str) -> st.TicketRow:
    row = book.connection.one(st.TICKET, hall=book.hall, ticket=ticket)
    if row is None:
        raise Refused(Refusal.TICKET_UNKNOWN, "this hall has no ticket of that id")
    return row


def move_ticket(
    book: Book, ticket: str, number: str, was: TicketState, action: TicketAction, why: str = ""
) -> TicketState:
    """Bring a ticket into the state that `action` leads to. Raises Refused NOT_NOW when it leads nowhere."""
    try:
        state = move(TICKET, was, action)
    except ForbiddenMove:
        raise Refused(Refusal.NOT_NOW, f"{number} is {was.value}: too late for {action.value}") from None
    if state != was:
        book.connection.run(st.TICKET_MOVE, hall=book.hall, ticket=ticket, to_state=state)
        book.ticket_changed(ticket, number, state, was, why)
    return state
