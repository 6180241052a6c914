"""The clerk's buttons: open, pause, close; next, recall, undo, start, finish; miss, park, resume, transfer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from jinghou_queue.contract.messages import (
    Called,
    CounterState,
    CounterView,
    Lane,
    LegState,
    LegView,
    TicketState,
)
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.calling import (
    call_by_itself,
    call_first,
    deliveries,
    enter,
    move_delivery,
    show_call,
)
from jinghou_queue.desk.measure import Timing, counter_turned, measure_today
from jinghou_queue.desk.queueing import NewLeg, change_tally, leg_after, leg_view, move_ticket, offered_service
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.order import transfer_lane
from jinghou_queue.rules.states import (
    AT_COUNTER,
    COUNTER,
    CallAction,
    CounterAction,
    ForbiddenMove,
    LegAction,
    TicketAction,
    move,
)
from jinghou_queue.store import Command, Connection, Value
from jinghou_queue.store import statements as st

_COUNTER: Final = msgspec.json.Decoder(CounterView)
_CALLED: Final[msgspec.json.Decoder[Called | None]] = msgspec.json.Decoder(Called | None)
_LEG: Final = msgspec.json.Decoder(LegView)
_CLERK: Final = "clerk"


def open_counter(connection: Connection, press: Press, counter: str, services: tuple[str, ...] | None) -> CounterView:
    """Let a counter call people of `services`, or of all it can serve; an open one changes its services.

    A clerk takes the counter over for themselves. Raises Refused: COUNTER_UNKNOWN, COUNTER_SERVICE, COUNTER_TAKEN,
    CLERK_ELSEWHERE, KEY_REUSED.
    """
    return pressed(connection, press, _COUNTER, lambda book: _open(book, counter, services))


def pause_counter(connection: Connection, press: Press, counter: str, why: str) -> CounterView:
    """Call nobody for a while, and say why; who is there stays. `open_counter` ends it.

    Raises Refused: COUNTER_UNKNOWN, COUNTER_TAKEN, NOT_NOW, PAUSE_REASON, KEY_REUSED.
    """
    return pressed(connection, press, _COUNTER, lambda book: _pause(book, counter, why))


def close_counter(connection: Connection, press: Press, counter: str) -> CounterView:
    """Let a counter call nobody. Raises Refused: COUNTER_UNKNOWN, COUNTER_BUSY, COUNTER_TAKEN, KEY_REUSED."""
    return pressed(connection, press, _COUNTER, lambda book: _close(book, counter))


def call_next(connection: Connection, press: Press, counter: str) -> Called | None:
    """Call whoever is first among the counter's services; None when nobody waits.

    Raises Refused: COUNTER_UNKNOWN, COUNTER_CLOSED, COUNTER_BUSY, COUNTER_TAKEN, CLERK_ELSEWHERE, KEY_REUSED.
    """
    return pressed(connection, press, _CALLED, lambda book: _next(book, counter))


def recall(connection: Connection, press: Press, counter: str) -> LegView:
    """Call the same person once more. Raises Refused: COUNTER_UNKNOWN, COUNTER_IDLE, NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _recall(book, counter))


def undo_call(connection: Connection, press: Press, counter: str) -> LegView:
    """Take a call back: the person waits again at the old place. Raises Refused: COUNTER_IDLE, NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _undo(book, counter))


def start_serving(connection: Connection, press: Press, counter: str) -> LegView:
    """The person who was called is at the counter. Raises Refused: COUNTER_UNKNOWN, COUNTER_IDLE, NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _start(book, counter))


def miss(connection: Connection, press: Press, counter: str) -> LegView:
    """Pass over somebody who does not come, once called as often as the plan says; one scan brings them back.

    Raises Refused: COUNTER_UNKNOWN, COUNTER_IDLE, NOT_NOW, …
    """
    return pressed(connection, press, _LEG, lambda book: _miss(book, counter))


def park(connection: Connection, press: Press, counter: str) -> LegView:
    """Let the person go and fetch something; the counter may serve others meanwhile. Raises Refused: NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _park(book, counter))


def resume(connection: Connection, press: Press, counter: str, ticket: str | None) -> LegView:
    """Go on with somebody parked: `ticket`, or the one parked last at this counter.

    Raises Refused: COUNTER_UNKNOWN, COUNTER_BUSY, TICKET_UNKNOWN, …
    """
    return pressed(connection, press, _LEG, lambda book: _resume(book, counter, ticket))


def transfer(connection: Connection, press: Press, counter: str, service: str) -> LegView:
    """Done here; the person goes on to `service` with the same number. The leg that ended.

    Raises Refused: SERVICE_UNKNOWN, COUNTER_IDLE, NOT_NOW, …
    """
    return pressed(connection, press, _LEG, lambda book: _transfer(book, counter, service))


def finish_serving(connection: Connection, press: Press, counter: str) -> LegView:
    """The matter is done; the ticket closes unless it goes on to another service. Raises Refused: NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _finish(book, counter))


def _open(book: Book, counter: str, services: tuple[str, ...] | None) -> CounterView:
    row = _counter(book, counter)
    able = book.connection.all(st.COUNTER_SERVICES, hall=book.hall, counter=counter)
    wanted = {able_to.service for able_to in able} if services is None else set(services)
    if not wanted or wanted - {able_to.service for able_to in able}:
        names = ", ".join(able_to.service for able_to in able)
        raise Refused(Refusal.COUNTER_SERVICE, f"counter {row.label} can serve {names}: name some of these")
    view = _move_counter(book, row, CounterAction.OPEN, able, wanted)
    call_by_itself(book, counter)
    return view


def _pause(book: Book, counter: str, why: str) -> CounterView:
    row = _counter(book, counter)
    reasons = book.plan.calling.pause_reasons
    if reasons and why not in reasons:
        raise Refused(Refusal.PAUSE_REASON, f"a pause needs one of these reasons: {', '.join(reasons)}")
    able = book.connection.all(st.COUNTER_SERVICES, hall=book.hall, counter=counter)
    return _move_counter(book, row, CounterAction.PAUSE, able, {a.service for a in able if a.serves}, why)


def _close(book: Book, counter: str) -> CounterView:
    row = _counter(book, counter)
    _refuse_if_busy(book, row)
    able = book.connection.all(st.COUNTER_SERVICES, hall=book.hall, counter=counter)
    return _move_counter(book, row, CounterAction.CLOSE, able, set())


def _move_counter(
    book: Book,
    row: st.CounterRow,
    action: CounterAction,
    able: Sequence[st.CounterServiceRow],
    serves: set[str],
    why: str = "",
) -> CounterView:
    was = CounterState(row.state)
    try:
        state = move(COUNTER, was, action)
    except ForbiddenMove:
        raise Refused(Refusal.NOT_NOW, f"counter {row.label} is {was.value}: open it first") from None
    changed = [able_to for able_to in able if bool(able_to.serves) != (able_to.service in serves)]
    for able_to in changed:
        book.connection.run(
            st.COUNTER_SERVICE_MOVE,
            hall=book.hall,
            counter=row.counter,
            service=able_to.service,
            to_serves=int(able_to.service in serves),
        )
    services = tuple(able_to.service for able_to in able if able_to.service in serves)
    clerk = None if state is CounterState.CLOSED else row.clerk
    to_tell = changed or state is not was or why != row.why
    if state is not was:
        counter_turned(book, row, state)
    if to_tell or clerk != row.clerk:
        _write_counter(book, row, state, why, clerk)
    if to_tell:
        book.counter_changed(row.counter, state, was, services, why)
    return CounterView(id=row.counter, label=row.label, state=state, services=services)


def _write_counter(book: Book, row: st.CounterRow, state: CounterState, why: str, clerk: str | None) -> None:
    book.connection.run(
        st.COUNTER_MOVE, hall=book.hall, counter=row.counter, to_state=state, to_why=why, to_clerk=clerk
    )


def _next(book: Book, counter: str) -> Called | None:
    row = _counter(book, counter)
    if row.state != CounterState.OPEN:
        raise Refused(Refusal.COUNTER_CLOSED, f"counter {row.label} is {row.state}: open it first")
    _refuse_if_busy(book, row)
    return call_first(book, row)


@dataclass(frozen=True)
class _Held:
    """A counter and the person called or served there."""

    counter: st.CounterRow
    leg: st.LegRow


def _recall(book: Book, counter: str) -> LegView:
    held = _holding(book, counter)
    called = _move_held(book, held, LegAction.RECALL, st.LEG_RECALL, at=book.press.at)
    show_call(book, held.leg)
    return leg_view(held.leg, called, held.leg.calls + 1)


def _undo(book: Book, counter: str) -> LegView:
    held = _holding(book, counter)
    waiting = _move_held(book, held, LegAction.UNDO, st.LEG_UNDO)
    change_tally(book, held.leg.day, held.leg.service, held.leg.lane, +1)
    return leg_view(held.leg, waiting)


def _start(book: Book, counter: str) -> LegView:
    held = _holding(book, counter)
    serving = _move_held(book, held, LegAction.START, st.LEG_START, at=book.press.at)
    measure_today(book, held.leg, Timing.WALK, held.leg.called_at)
    for row in deliveries(book, held.leg):  # who said so earlier keeps the time
        move_delivery(book, held.leg, row, CallAction.SEE)
    return leg_view(held.leg, serving)


def _miss(book: Book, counter: str) -> LegView:
    held = _holding(book, counter)
    needed = book.plan.calling.recalls
    if held.leg.state == LegState.CALLED and held.leg.recalls < needed:
        raise Refused(Refusal.NOT_NOW, f"{held.leg.number} was recalled {held.leg.recalls} of {needed} times")
    missed = _move_held(book, held, LegAction.MISS, st.LEG_MOVE)
    measure_today(book, held.leg, Timing.MISS, held.leg.called_at)
    call_by_itself(book, counter)
    return leg_view(held.leg, missed)


def _park(book: Book, counter: str) -> LegView:
    held = _holding(book, counter)
    parked = _move_held(book, held, LegAction.PARK, st.LEG_PARK, at=book.press.at)
    call_by_itself(book, counter)
    return leg_view(held.leg, parked)


def _resume(book: Book, counter: str, ticket: str | None) -> LegView:
    row = _counter(book, counter)
    _refuse_if_busy(book, row)
    leg = _parked(book, row, ticket)
    serving = leg_after(leg, LegAction.RESUME)
    away_ms = 0 if leg.parked_at is None else max(0, book.press.at - leg.parked_at)
    book.connection.run(
        st.LEG_RESUME,
        hall=book.hall,
        ticket=leg.ticket,
        at_step=leg.step,
        to_state=serving,
        to_counter=counter,
        at=book.press.at,
        to_parked_ms=leg.parked_ms + away_ms,
    )
    book.leg_changed(leg, serving, row.label)
    return leg_view(leg, serving)


def _parked(book: Book, counter: st.CounterRow, ticket: str | None) -> st.LegRow:
    parked = [
        leg
        for leg in book.connection.all(st.LEGS_ASIDE, hall=book.hall, day=book.day)
        if leg.state == LegState.PARKED and (leg.counter == counter.counter if ticket is None else leg.ticket == ticket)
    ]
    if not parked:
        raise Refused(Refusal.TICKET_UNKNOWN, f"nobody is parked at counter {counter.label}")
    return max(parked, key=lambda leg: leg.parked_at or 0)


def _transfer(book: Book, counter: str, service: str) -> LegView:
    held = _holding(book, counter)
    done = _move_held(book, held, LegAction.TRANSFER, st.LEG_FINISH, why=service, at=book.press.at)
    measure_today(book, held.leg, Timing.SERVICE, held.leg.started_at, held.leg.parked_ms)
    _go_on(book, held.leg, service)
    call_by_itself(book, counter)
    return leg_view(held.leg, done)


def _finish(book: Book, counter: str) -> LegView:
    held = _holding(book, counter)
    done = _move_held(book, held, LegAction.FINISH, st.LEG_FINISH, at=book.press.at)
    measure_today(book, held.leg, Timing.SERVICE, held.leg.started_at, held.leg.parked_ms)
    ticket = book.connection.one(st.TICKET, hall=book.hall, ticket=held.leg.ticket)
    assert ticket is not None
    service, _, later = ticket.route.partition(" ")
    if service and ticket.day == book.day:
        book.connection.run(st.TICKET_ROUTE, hall=book.hall, ticket=ticket.ticket, to_route=later)
        _go_on(book, held.leg, service)
    else:
        move_ticket(book, ticket.ticket, ticket.number, TicketState(ticket.state), TicketAction.ALL_DONE)
    call_by_itself(book, counter)
    return leg_view(held.leg, done)


def _go_on(book: Book, leg: st.LegRow, service: str) -> None:
    """A further leg of the same ticket, in the queue of `service`."""
    offered_service(book, service)
    if leg.day != book.day:
        raise Refused(Refusal.NOT_NOW, f"{leg.number} is of an earlier day: finish it here")
    further = NewLeg(
        ticket=leg.ticket,
        step=leg.step + 1,
        day=leg.day,
        number=leg.number,
        service=service,
        masked_name=leg.masked_name,
        entered_at=book.press.at,
    )
    enter(book, further, transfer_lane(Lane(leg.lane)))


def _move_held(
    book: Book, held: _Held, action: LegAction, command: Command, *, why: str = "", **values: Value
) -> LegState:
    """Bring the person at a counter into the state that `action` leads to, with `command`."""
    state = leg_after(held.leg, action)
    key: dict[str, Value] = {"hall": book.hall, "ticket": held.leg.ticket, "at_step": held.leg.step}
    book.connection.run(command, **key, to_state=state, **values)
    if state not in AT_COUNTER:
        book.connection.run(st.COUNTER_FREE, hall=book.hall, counter=held.counter.counter, to_free_at=book.press.at)
    book.leg_changed(held.leg, state, held.counter.label, why)
    return state


def _holding(book: Book, counter: str) -> _Held:
    row = _counter(book, counter)
    leg = _held(book, counter)
    if leg is None:
        raise Refused(Refusal.COUNTER_IDLE, f"nobody is called to counter {row.label}: press next first")
    return _Held(row, leg)


def _held(book: Book, counter: str) -> st.LegRow | None:
    return book.connection.one(st.LEG_AT_COUNTER, hall=book.hall, counter=counter)


def _counter(book: Book, counter: str) -> st.CounterRow:
    """The counter, from now on the clerk's who pressed: one clerk has one counter, one counter one clerk."""
    row = book.connection.one(st.COUNTER, hall=book.hall, counter=counter)
    if row is None:
        raise Refused(Refusal.COUNTER_UNKNOWN, "this hall has no counter of that id")
    clerk = book.press.actor
    if book.press.role != _CLERK or row.clerk == clerk:
        return row
    if row.clerk is not None:
        raise Refused(Refusal.COUNTER_TAKEN, f"another clerk works at counter {row.label}")
    other = book.connection.one(st.COUNTER_OF_CLERK, hall=book.hall, counter=counter, clerk=clerk)
    if other is not None:
        raise Refused(Refusal.CLERK_ELSEWHERE, f"you work at counter {other.label}: close that first")
    _write_counter(book, row, CounterState(row.state), row.why, clerk)
    return row._replace(clerk=clerk)


def _refuse_if_busy(book: Book, row: st.CounterRow) -> None:
    held = _held(book, row.counter)
    if held is not None:
        raise Refused(Refusal.COUNTER_BUSY, f"counter {row.label} has {held.number}: finish this one first")
