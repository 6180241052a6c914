"""Calling the next person: who it is, why, and counters that call by themselves."""

from jinghou_queue.contract.messages import CallChannel, Called, CallState, CounterState, Lane
from jinghou_queue.desk.book import Book
from jinghou_queue.desk.measure import Timing, measure_today
from jinghou_queue.desk.queueing import NewLeg, add_leg, change_tally, leg_after, leg_view, order_key
from jinghou_queue.rules.order import Head, call_reason, valve_opens
from jinghou_queue.rules.states import CALL, CallAction, LegAction, move
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st


def call_first(book: Book, counter: st.CounterRow) -> Called | None:
    """Call whoever is first among the services an idle counter serves; None when nobody waits."""
    chosen = _choose(book, counter.counter)
    if chosen is None:
        return None
    leg, by_valve = chosen
    called = leg_after(leg, LegAction.CALL)
    reason = call_reason(order_key(leg), leg.entered_at, book.zone, by_valve=by_valve)
    book.connection.run(
        st.LEG_CALL,
        hall=book.hall,
        ticket=leg.ticket,
        at_step=leg.step,
        to_state=called,
        to_counter=counter.counter,
        at=book.press.at,
        to_reason=reason,
    )
    change_tally(book, leg.day, leg.service, leg.lane, -1)
    measure_today(book, leg, Timing.TURN, max(leg.entered_at, counter.free_at))
    show_call(book, leg)
    book.leg_changed(leg, called, counter.label, reason)
    return Called(leg=leg_view(leg, called, leg.calls + 1), reason=reason)


def show_call(book: Book, leg: st.LegRow) -> None:
    """Write that the next attempt is on the screens: they read the feed, so the commit sends it."""
    add_delivery(book, leg, leg.calls + 1, CallChannel.SCREEN, CallAction.SEND)


def add_delivery(book: Book, leg: st.LegRow, attempt: int, channel: CallChannel, *actions: CallAction) -> CallState:
    """Write how far an attempt got over a channel that it had not gone over yet, from queued on."""
    state = CallState.QUEUED
    for action in actions:
        state = move(CALL, state, action)
    book.connection.run(
        rs.DELIVERY_ADD,
        hall=book.hall,
        ticket=leg.ticket,
        step=leg.step,
        attempt=attempt,
        channel=channel,
        state=state,
        at=book.press.at,
    )
    return state


def move_delivery(book: Book, leg: st.LegRow, row: rs.DeliveryRow, action: CallAction) -> CallState | None:
    """Write what happened to an attempt on a channel; None when that changes nothing, or came too late."""
    was = CallState(row.state)
    state = CALL[was].get(action, was)
    if state is was:
        return None
    book.connection.run(
        rs.DELIVERY_MOVE,
        hall=book.hall,
        ticket=leg.ticket,
        at_step=leg.step,
        in_attempt=row.attempt,
        over_channel=row.channel,
        to_state=state,
        now=book.press.at,
    )
    return state


def deliveries(book: Book, leg: st.LegRow) -> list[rs.DeliveryRow]:
    """How far the call that stands got, over which channels, recalls included."""
    return book.connection.all(
        rs.DELIVERIES, hall=book.hall, ticket=leg.ticket, at_step=leg.step, since_attempt=first_attempt(leg)
    )


def first_attempt(leg: st.LegRow) -> int:
    """The number of the attempt that the call that stands began with."""
    return leg.calls - leg.recalls


def enter(book: Book, leg: NewLeg, lane: Lane) -> None:
    """Put a new leg at its place in the queue; where the hall wants it, an idle counter calls at once."""
    add_leg(book, leg, lane)
    let_idle_call(book, leg.service)


def let_idle_call(book: Book, service: str) -> None:
    """Where the hall wants it: somebody entered this queue, so an idle counter calls."""
    if not book.plan.calling.auto_call:
        return
    idle = book.connection.one(st.IDLE_COUNTER, hall=book.hall, service=service)
    if idle is not None:
        call_first(book, idle)


def call_by_itself(book: Book, counter: str) -> None:
    """Where the hall wants it: this counter may have become idle, and then calls."""
    if not book.plan.calling.auto_call:
        return
    row = book.connection.one(st.COUNTER, hall=book.hall, counter=counter)
    held = book.connection.one(st.LEG_AT_COUNTER, hall=book.hall, counter=counter)
    if row is not None and row.state == CounterState.OPEN and held is None:
        call_first(book, row)


def _choose(book: Book, counter: str) -> tuple[st.LegRow, bool] | None:
    """Whom this counter calls, and whether the valve let them through."""
    services = [
        row.service for row in book.connection.all(st.COUNTER_SERVICES, hall=book.hall, counter=counter) if row.serves
    ]
    heads = [
        head
        for service in services
        if (head := book.connection.one(st.LEG_HEAD, hall=book.hall, day=book.day, service=service)) is not None
    ]
    if not heads:
        return None
    first = min(heads, key=order_key)
    calling = book.plan.calling
    if (calling.walk_in_after_booked or calling.walk_in_after_minutes) and first.lane != Lane.PRIORITY:
        return _through_valve(book, heads, first)
    return first, False


def _through_valve(book: Book, heads: list[st.LegRow], first: st.LegRow) -> tuple[st.LegRow, bool]:
    """A walk-in whom the valve lets through, else `first`; counts either."""
    let_through = []
    for head in heads:
        if head.lane == Lane.WALK_IN:
            continue
        walk_in = book.connection.one(
            st.LEG_HEAD_IN_LANE, hall=book.hall, day=book.day, service=head.service, lane=Lane.WALK_IN
        )
        if walk_in is None:
            continue
        streak = book.connection.one(st.STREAK, hall=book.hall, day=book.day, service=head.service) or 0
        lanes = [Head(order_key(leg), leg.entered_at) for leg in (head, walk_in)]
        if valve_opens(book.plan.calling, lanes, streak, book.press.at):
            let_through.append(walk_in)
        elif head is first:
            _count_streak(book, head.service, streak + 1)
    chosen = min(let_through, key=order_key) if let_through else first
    if chosen.lane == Lane.WALK_IN:
        _count_streak(book, chosen.service, 0)
    return chosen, bool(let_through)


def _count_streak(book: Book, service: str, streak: int) -> None:
    book.connection.run(st.STREAK_MOVE, hall=book.hall, day=book.day, service=service, to_streak=streak)
