"""What was measured in a hall, and the hall as it is now, for the estimates."""

from collections import defaultdict
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from jinghou_queue.contract.messages import CounterState
from jinghou_queue.desk.book import Book
from jinghou_queue.desk.views import services_served
from jinghou_queue.rules.days import day_of_press, days_before
from jinghou_queue.rules.estimate import MOST_KEYS, Busy, CounterNow, HallNow, Paces, QueueNow
from jinghou_queue.rules.expected import expected_check_ins
from jinghou_queue.rules.pace import BUCKETS, Measured, Pace, bucket_of, merged
from jinghou_queue.store import Connection, Value
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st

_DAYS: Final = 28  # of measured times that still say something about today


class Timing(StrEnum):
    """Which stretch of a visit a time is of."""

    SERVICE = "service"  # start → finish, without what was parked
    WALK = "walk"  # call → start
    MISS = "miss"  # call → passed over


def measure(book: Book, service: str, what: Timing, duration_ms: int) -> None:
    """Count one measured time."""
    key: dict[str, Value] = {
        "hall": book.hall,
        "day": book.day,
        "service": service,
        "what": what,
        "bucket": bucket_of(duration_ms),
    }
    if not book.connection.run(rs.PACE_COUNT, **key):
        book.connection.run(rs.PACE_FIRST, **key, count=1)


def paces(connection: Connection, hall: str, day: str) -> Paces:
    """The times measured in the last weeks and on `day` so far."""
    counts = defaultdict[tuple[str, str, str], list[int]](lambda: [0] * BUCKETS)
    for row in connection.all(rs.PACES, hall=hall, since=days_before(day, _DAYS)):
        counts[row.what, row.service, row.day][row.bucket] += row.times
    by_thing = defaultdict[tuple[str, str], dict[str, Pace]](dict)
    for (what, service, on), buckets in counts.items():
        by_thing[what, service][on] = Pace(tuple(buckets))
    measured = {thing: _measured(days, day) for thing, days in by_thing.items()}
    return Paces(
        services={service: each for (what, service), each in measured.items() if what == Timing.SERVICE},
        walk=_in_all(measured, Timing.WALK),
        miss=_in_all(measured, Timing.MISS),
    )


def _measured(days: dict[str, Pace], today: str) -> Measured:
    earlier = [pace for on, pace in sorted(days.items(), reverse=True) if on != today]
    return Measured(earlier=merged(earlier), today=days.get(today, Pace()))


def _in_all(measured: dict[tuple[str, str], Measured], what: Timing) -> Measured:
    """What lies between services does not depend on the service."""
    whole = Measured()
    for (each, _), pace in measured.items():
        if each == what:
            whole = Measured(earlier=whole.earlier + pace.earlier, today=whole.today + pace.today)
    return whole


def hall_now(connection: Connection, hall: str, at: int) -> tuple[HallNow, Paces] | None:
    """The hall at `at`, a Unix time in milliseconds, with its paces; None when it is unknown."""
    row = connection.one(st.HALL, hall=hall)
    if row is None:
        return None
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    waiting = dict(connection.all(st.TALLY_BY_SERVICE, hall=hall, day=day))
    queues = tuple(
        QueueNow(
            service=service.service,
            waiting=waiting.get(service.service, 0),
            keys=tuple(connection.all(st.LEG_KEYS, hall=hall, day=day, service=service.service, most=MOST_KEYS)),
        )
        for service in connection.all(st.SERVICES, hall=hall)
    )
    now = HallNow(
        at=at,
        queues=queues,
        counters=_counters(connection, hall, at),
        expected=expected_check_ins(connection.all(bs.TO_COME, hall=hall, day=day), at),
    )
    return now, paces(connection, hall, day)


def _counters(connection: Connection, hall: str, at: int) -> tuple[CounterNow, ...]:
    serves = services_served(connection, hall)
    busy = {
        leg.counter: Busy(leg.service, leg.called_at or at, leg.started_at)
        for leg in connection.all(st.LEGS_AT_COUNTERS, hall=hall)
    }
    return tuple(
        CounterNow(
            services=tuple(serves[row.counter]),
            state=CounterState(row.state),
            since=at,
            busy=busy.get(row.counter),
        )
        for row in connection.all(st.COUNTERS, hall=hall)
    )
