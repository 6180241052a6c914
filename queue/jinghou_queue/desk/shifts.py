"""When counters called people: stretches by day, for the estimates. Knows no book, because the book ends a day here."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from jinghou_queue.contract.messages import CounterState
from jinghou_queue.rules.days import days_before, start_of_day
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st

_LATEST: Final = 8  # days that say how today will go
_LOOK_BACK: Final = 28  # days among which they are

Shifts = tuple[tuple[int, int], ...]
"""Stretches of one day, as Unix times in milliseconds."""


def add_shift(connection: Connection, hall: str, day: str, counter: str, opened_at: int, closed_at: int) -> None:
    """Keep a stretch, unless it took no time; one that begins like another, after a clock was set back, goes on."""
    if closed_at <= opened_at:
        return
    key = {"hall": hall, "day": day, "counter": counter}
    if not connection.run(rs.SHIFT_GO_ON, **key, from_opened_at=opened_at, to_closed_at=closed_at):
        connection.run(rs.SHIFT_ADD, **key, opened_at=opened_at, closed_at=closed_at)


def end_shifts(connection: Connection, hall: str, day: str, zone: ZoneInfo, last_at: int) -> None:
    """Counters that nobody closed called people until the last that was heard of the day."""
    begins_at = start_of_day(day, zone)
    for row in connection.all(st.COUNTERS, hall=hall):
        if row.state == CounterState.OPEN:
            add_shift(connection, hall, day, row.counter, max(row.changed_at, begins_at), last_at)


def latest_shifts(connection: Connection, hall: str, day: str, zone: ZoneInfo) -> list[Mapping[str, Shifts]]:
    """The latest days before `day` on which anybody worked, newest first: each counter's stretches, moved to `day`."""
    rows = connection.all(rs.SHIFTS, hall=hall, since=days_before(day, _LOOK_BACK), before=day)
    moved = {each: start_of_day(day, zone) - start_of_day(each, zone) for each in {row.day for row in rows}}
    days = defaultdict[str, defaultdict[str, list[tuple[int, int]]]](lambda: defaultdict(list))
    for row in rows:
        days[row.day][row.counter].append((row.opened_at + moved[row.day], row.closed_at + moved[row.day]))
    latest = sorted(days, reverse=True)[:_LATEST]
    return [{counter: tuple(shifts) for counter, shifts in days[each].items()} for each in latest]
