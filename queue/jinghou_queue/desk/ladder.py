"""Going on with calls that were not seen: a message, then the ushers; and telling who waits that the turn is near.

Nobody presses: a server looks every second. Which step is due is the rule's to say; whoever writes it down first takes
it, so that several servers take it once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from jinghou_config.hall import LadderPlan
from jinghou_queue.contract.calls import NoticeKind, Reached, UnreachedLine
from jinghou_queue.contract.messages import CallChannel, CallState
from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.calling import add_delivery
from jinghou_queue.desk.notices import add_notice
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.queueing import latest_leg
from jinghou_queue.desk.views import hall_row
from jinghou_queue.rules.days import day_of_press
from jinghou_queue.rules.ladder import OpenCall, notice_due, steps_due
from jinghou_queue.rules.states import CallAction
from jinghou_queue.store import Connection
from jinghou_queue.store import notice_statements as ns
from jinghou_queue.store import statements as st


@dataclass(frozen=True)
class Reach:
    """The channels, by name, over which people and ushers are written to; None: over none."""

    people: str | None = None
    ushers: str | None = None


@dataclass(frozen=True)
class _Due:
    """What is due for a ticket: a step of its call, or the notice that so many are ahead."""

    ticket: str
    channel: CallChannel
    ahead: int = 0


def ladder_due(connection: Connection, hall: str, at: int, reach: Reach) -> bool:
    """Whether `climb` has something to do at `at`, a Unix time in milliseconds. Raises Refused HALL_UNKNOWN."""
    row = hall_row(connection, hall)
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    return any(_due(connection, hall, day, plan_of(connection, hall, row).ladder, at, reach))


def climb(connection: Connection, press: Press, reach: Reach) -> None:
    """Take every step that is due at the moment of `press`. Raises Refused HALL_UNKNOWN."""
    pressed(connection, press, NOTHING, lambda book: _climb(book, reach))


def unreached(connection: Connection, hall: str) -> list[UnreachedLine]:
    """Who was called and has seen it on no channel, once ushers are asked to look, who was called first first."""
    zones = {row.service: row.zone for row in connection.all(st.SERVICES, hall=hall)}
    lines = []
    for rows in _calls(connection, hall):
        call = _open_call(rows, Reach())
        asked = next((row.at for row in rows if row.channel == CallChannel.USHER), None)
        if asked is None or call.seen:
            continue
        latest = {row.channel: row for row in rows}
        leg = latest_leg(connection, hall, rows[0].ticket)
        assert leg.counter is not None
        label = connection.one(st.COUNTER_LABEL, hall=hall, counter=leg.counter)
        assert label is not None
        lines.append(
            UnreachedLine(
                ticket=leg.ticket,
                number=leg.number,
                service=leg.service,
                zone=zones.get(leg.service, ""),
                counter=label,
                called_at=call.called_at,
                since=asked,
                channels=tuple(
                    Reached(channel=channel, state=CallState(row.state), at=row.at)
                    for channel in CallChannel
                    if (row := latest.get(channel)) is not None and row.state is not None and row.at is not None
                ),
                masked_name=leg.masked_name,
            )
        )
    return lines


def _climb(book: Book, reach: Reach) -> None:
    for due in list(_due(book.connection, book.hall, book.day, book.plan.ladder, book.press.at, reach)):
        leg = latest_leg(book.connection, book.hall, due.ticket)
        match due.channel:
            case CallChannel.MESSAGE if due.ahead:
                assert reach.people is not None
                add_notice(book, leg, NoticeKind.AHEAD, reach.people, ahead=due.ahead)
            case CallChannel.MESSAGE:
                assert reach.people is not None
                state = add_delivery(book, leg, leg.calls, CallChannel.MESSAGE)
                book.call_changed(leg, CallChannel.MESSAGE, state, None)
                add_notice(book, leg, NoticeKind.CALLED, reach.people, attempt=leg.calls)
            case _:
                state = add_delivery(book, leg, leg.calls, due.channel, CallAction.SEND)
                book.call_changed(leg, due.channel, state, None)
                if reach.ushers is not None:
                    add_notice(book, leg, NoticeKind.UNREACHED, reach.ushers, attempt=leg.calls)


def _due(connection: Connection, hall: str, day: str, plan: LadderPlan, at: int, reach: Reach) -> Iterator[_Due]:
    for rows in _calls(connection, hall):
        if rows[0].day != day:
            continue  # the end of the day took that call back
        for channel in steps_due(plan, _open_call(rows, reach), at):
            yield _Due(rows[0].ticket, channel)
    if reach.people is None or not plan.notices:
        return
    for service in connection.all(st.SERVICES, hall=hall):
        heads = connection.all(ns.HEADS, hall=hall, day=day, service=service.service, most=max(plan.notices) + 1)
        for ahead, head in enumerate(heads):
            if head.phone_sealed is None:
                continue
            given = connection.all(ns.AHEAD_GIVEN, hall=hall, ticket=head.ticket, at_step=head.step)
            notice = notice_due(plan, ahead, given)
            if notice is not None:
                yield _Due(head.ticket, CallChannel.MESSAGE, notice)


def _calls(connection: Connection, hall: str) -> Iterator[list[ns.CallRow]]:
    """The calls that stand, each with its channels."""
    for _, rows in groupby(connection.all(ns.CALLS, hall=hall), key=lambda row: row.ticket):
        yield list(rows)


def _open_call(rows: list[ns.CallRow], reach: Reach) -> OpenCall:
    return OpenCall(
        called_at=rows[0].called_at,
        states=[
            (CallChannel(row.channel), CallState(row.state))
            for row in rows
            if row.channel is not None and row.state is not None
        ],
        reachable=reach.people is not None and rows[0].phone_sealed is not None,
    )
