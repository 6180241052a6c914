"""Legs in and out of queues: entering, moving, counting. What tickets, counters and check-in share."""

from dataclasses import dataclass

from jinghou_queue.contract.messages import Lane, LegState, LegView, TicketState
from jinghou_queue.desk.book import Book
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.order import OrderKey, entry_key
from jinghou_queue.rules.states import LEG, TICKET, ForbiddenMove, LegAction, TicketAction, move
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st


@dataclass(frozen=True)
class NewLeg:
    """A leg about to be made for a ticket. Unix times in milliseconds.

    `entered_at` is when the person came; `booked_for` is the start of the slot that somebody who booked is pinned to.
    """

    ticket: str
    step: int
    day: str
    number: str
    service: str
    masked_name: str | None
    entered_at: int
    booked_for: int | None = None


def add_leg(book: Book, leg: NewLeg, lane: Lane) -> None:
    """Put a new leg at its place in the queue, and count it there."""
    book.leg_entered(leg.ticket, leg.day, leg.number, leg.service, leg.masked_name)
    change_tally(book, leg.day, leg.service, lane, +1)
    write_leg(book, leg, lane, LegState.WAITING)


def write_leg(book: Book, leg: NewLeg, lane: Lane, state: LegState) -> None:
    """Write the row of a new leg, and nothing else."""
    key = entry_key(lane, leg.entered_at, book.seq, leg.booked_for)
    book.connection.run(
        st.LEG_ADD,
        hall=book.hall,
        ticket=leg.ticket,
        step=leg.step,
        day=leg.day,
        service=leg.service,
        lane=key.lane,
        sort_time=key.sort_time,
        seq=key.seq,
        entered_at=leg.entered_at,
        state=state,
        counter=None,
        called_at=None,
        shown_at=None,
        started_at=None,
        ended_at=None,
        parked_at=None,
        parked_ms=0,
        calls=0,
        recalls=0,
        reason="",
    )


def offered_service(book: Book, service: str) -> st.ServiceRow:
    """A service of the hall as it is planned now. Raises Refused SERVICE_UNKNOWN."""
    row = book.connection.one(st.SERVICE, hall=book.hall, service=service)
    if row is None or row.retired:
        raise Refused(Refusal.SERVICE_UNKNOWN, "this hall has no service of that name")
    return row


def change_tally(book: Book, day: str, service: str, lane: int, by: int) -> None:
    """Count one more or one less in a queue, in the same transaction as the leg itself."""
    changed = book.connection.run(st.TALLY_CHANGE, hall=book.hall, day=day, service=service, in_lane=lane, by=by)
    if not changed:
        book.connection.run(st.TALLY_FIRST, hall=book.hall, day=day, service=service, lane=lane, waiting=by)


def place_anew(book: Book, leg: st.LegRow, lane: Lane, sort_time: int, why: str) -> None:
    """Give somebody who waits another place in the same queue."""
    change_tally(book, leg.day, leg.service, leg.lane, -1)
    change_tally(book, leg.day, leg.service, lane, +1)
    book.connection.run(
        st.LEG_PLACE, hall=book.hall, ticket=leg.ticket, at_step=leg.step, to_lane=lane, to_sort_time=sort_time
    )
    book.leg_changed(leg, LegState(leg.state), why=why)


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


def leg_after(leg: st.LegRow, action: LegAction) -> LegState:
    """The state that `action` brings a leg into. Raises Refused NOT_NOW."""
    try:
        return move(LEG, LegState(leg.state), action)
    except ForbiddenMove:
        raise Refused(Refusal.NOT_NOW, f"{leg.number} is {leg.state}: {action.value} is not possible") from None


def order_key(leg: st.LegRow) -> OrderKey:
    """The place of a leg."""
    return OrderKey(Lane(leg.lane), leg.sort_time, leg.seq)


def leg_view(leg: st.LegRow, state: LegState, calls: int | None = None) -> LegView:
    """A leg as a clerk sees it, now in `state`."""
    return LegView(
        id=f"{leg.ticket}.{leg.step}",
        ticket=leg.ticket,
        number=leg.number,
        service=leg.service,
        lane=Lane(leg.lane),
        state=state,
        masked_name=leg.masked_name,
        calls=leg.calls if calls is None else calls,
    )


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
