"""The clerk's buttons: open, close, next, start, finish."""

from collections.abc import Sequence
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
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.tickets import change_tally, move_ticket
from jinghou_queue.rules.order import OrderKey, call_reason
from jinghou_queue.rules.states import COUNTER, LEG, CounterAction, ForbiddenMove, LegAction, TicketAction, move
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st

_COUNTER: Final = msgspec.json.Decoder(CounterView)
_CALLED: Final[msgspec.json.Decoder[Called | None]] = msgspec.json.Decoder(Called | None)
_LEG: Final = msgspec.json.Decoder(LegView)


def open_counter(connection: Connection, press: Press, counter: str, services: tuple[str, ...] | None) -> CounterView:
    """Let a counter call people of `services`, or of all it can serve; an open one changes its services.

    Raises Refused: COUNTER_UNKNOWN, COUNTER_SERVICE, KEY_REUSED.
    """
    return pressed(connection, press, _COUNTER, lambda book: _open(book, counter, services))


def close_counter(connection: Connection, press: Press, counter: str) -> CounterView:
    """Let a counter call nobody. Raises Refused: COUNTER_UNKNOWN, COUNTER_BUSY, KEY_REUSED."""
    return pressed(connection, press, _COUNTER, lambda book: _close(book, counter))


def call_next(connection: Connection, press: Press, counter: str) -> Called | None:
    """Call whoever is first among the counter's services; None when nobody waits.

    Raises Refused: COUNTER_UNKNOWN, COUNTER_CLOSED, COUNTER_BUSY, KEY_REUSED.
    """
    return pressed(connection, press, _CALLED, lambda book: _next(book, counter))


def start_serving(connection: Connection, press: Press, counter: str) -> LegView:
    """The person who was called is at the counter. Raises Refused: COUNTER_UNKNOWN, COUNTER_IDLE, NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _move_held(book, counter, LegAction.START))


def finish_serving(connection: Connection, press: Press, counter: str) -> LegView:
    """The matter is done and the ticket closes. Raises Refused: COUNTER_UNKNOWN, COUNTER_IDLE, NOT_NOW, …"""
    return pressed(connection, press, _LEG, lambda book: _finish(book, counter))


def _open(book: Book, counter: str, services: tuple[str, ...] | None) -> CounterView:
    row = _counter(book, counter)
    able = book.connection.all(st.COUNTER_SERVICES, hall=book.hall, counter=counter)
    wanted = {able_to.service for able_to in able} if services is None else set(services)
    if not wanted or wanted - {able_to.service for able_to in able}:
        names = ", ".join(able_to.service for able_to in able)
        raise Refused(Refusal.COUNTER_SERVICE, f"counter {row.label} can serve {names}: name some of these")
    return _move_counter(book, row, CounterAction.OPEN, able, wanted)


def _close(book: Book, counter: str) -> CounterView:
    row = _counter(book, counter)
    _refuse_if_busy(book, row)
    able = book.connection.all(st.COUNTER_SERVICES, hall=book.hall, counter=counter)
    return _move_counter(book, row, CounterAction.CLOSE, able, set())


def _move_counter(
    book: Book, row: st.CounterRow, action: CounterAction, able: Sequence[st.CounterServiceRow], serves: set[str]
) -> CounterView:
    was = CounterState(row.state)
    state = move(COUNTER, was, action)
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
    if changed or state is not was:
        book.connection.run(st.COUNTER_MOVE, hall=book.hall, counter=row.counter, to_state=state)
        book.counter_changed(row.counter, state, was, services)
    return CounterView(id=row.counter, label=row.label, state=state, services=services)


def _next(book: Book, counter: str) -> Called | None:
    connection, hall = book.connection, book.hall
    row = _counter(book, counter)
    if row.state != CounterState.OPEN:
        raise Refused(Refusal.COUNTER_CLOSED, f"counter {row.label} is closed: open it first")
    _refuse_if_busy(book, row)
    heads = [
        head
        for able_to in connection.all(st.COUNTER_SERVICES, hall=hall, counter=counter)
        if able_to.serves
        and (head := connection.one(st.LEG_HEAD, hall=hall, day=book.day, service=able_to.service)) is not None
    ]
    if not heads:
        return None
    leg = min(heads, key=_order_key)
    called = move(LEG, LegState(leg.state), LegAction.CALL)
    connection.run(
        st.LEG_CALL,
        hall=hall,
        ticket=leg.ticket,
        at_step=leg.step,
        to_state=called,
        to_counter=counter,
        at=book.press.at,
    )
    change_tally(book, leg.day, leg.service, leg.lane, -1)
    reason = call_reason(_order_key(leg), leg.entered_at, book.zone)
    book.leg_changed(leg, called, row.label, reason)
    return Called(leg=_leg_view(leg, called), reason=reason)


def _finish(book: Book, counter: str) -> LegView:
    view = _move_held(book, counter, LegAction.FINISH)
    row = book.connection.one(st.TICKET, hall=book.hall, ticket=view.ticket)
    assert row is not None
    move_ticket(book, row.ticket, row.number, TicketState(row.state), TicketAction.ALL_DONE)
    return view


def _move_held(book: Book, counter: str, action: LegAction) -> LegView:
    row = _counter(book, counter)
    leg = book.connection.one(st.LEG_AT_COUNTER, hall=book.hall, counter=counter)
    if leg is None:
        raise Refused(Refusal.COUNTER_IDLE, f"nobody is called to counter {row.label}: press next first")
    try:
        state = move(LEG, LegState(leg.state), action)
    except ForbiddenMove:
        raise Refused(Refusal.NOT_NOW, f"{leg.number} is {leg.state}: {action.value} is not possible") from None
    book.connection.run(st.LEG_MOVE, hall=book.hall, ticket=leg.ticket, at_step=leg.step, to_state=state)
    book.leg_changed(leg, state, row.label)
    return _leg_view(leg, state)


def _counter(book: Book, counter: str) -> st.CounterRow:
    row = book.connection.one(st.COUNTER, hall=book.hall, counter=counter)
    if row is None:
        raise Refused(Refusal.COUNTER_UNKNOWN, "this hall has no counter of that id")
    return row


def _refuse_if_busy(book: Book, row: st.CounterRow) -> None:
    held = book.connection.one(st.LEG_AT_COUNTER, hall=book.hall, counter=row.counter)
    if held is not None:
        raise Refused(Refusal.COUNTER_BUSY, f"counter {row.label} has {held.number}: finish this one first")


def _order_key(leg: st.LegRow) -> OrderKey:
    return OrderKey(Lane(leg.lane), leg.sort_time, leg.seq)


def _leg_view(leg: st.LegRow, state: LegState) -> LegView:
    return LegView(
        id=f"{leg.ticket}.{leg.step}",
        ticket=leg.ticket,
        number=leg.number,
        service=leg.service,
        lane=Lane(leg.lane),
        state=state,
        masked_name=leg.masked_name,
    )
