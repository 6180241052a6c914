"""What was measured in a hall, and the hall as it is now, for the estimates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jinghou_config.hall import HallPlan
from jinghou_queue.contract.messages import CounterState
from jinghou_queue.desk.book import Book
from jinghou_queue.desk.earlier import Earlier, Thing, earlier_days, paces_of
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.shifts import Shifts, add_shift
from jinghou_queue.desk.views import services_served
from jinghou_queue.rules.calendar import opening
from jinghou_queue.rules.days import day_of_press, moment, start_of_day
from jinghou_queue.rules.estimate import MOST_KEYS, Busy, CounterNow, HallNow, Paces, QueueNow
from jinghou_queue.rules.expected import expected_check_ins
from jinghou_queue.rules.pace import Measured, Pace, bucket_of
from jinghou_queue.store import Connection, Value
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st


class Timing(StrEnum):
    """Which stretch of a visit a time is of."""

    SERVICE = "service"  # start → finish, without what was parked
    WALK = "walk"  # call → start
    MISS = "miss"  # call → passed over
    TURN = "turn"  # counter free and somebody waiting → call
    PAUSE = "pause"


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


def measure_today(book: Book, leg: st.LegRow, what: Timing, since: int | None, without_ms: int = 0) -> None:
    """Count a time that ends now; of a leg that began before the day or the server's last version nothing is known."""
    if since is not None and leg.day == book.day:
        measure(book, leg.service, what, max(0, book.press.at - since - without_ms))


def counter_turned(book: Book, counter: st.CounterRow, state: CounterState) -> None:
    """A counter came into another state: since when it is in it, and what the last one adds to what was measured."""
    at = book.press.at
    since = max(counter.changed_at, start_of_day(book.day, book.zone))
    match counter.state:
        case CounterState.OPEN:
            add_shift(book.connection, book.hall, book.day, counter.counter, since, at)
        case CounterState.PAUSED:
            measure(book, "", Timing.PAUSE, max(0, at - since))
        case _:
            pass
    free_at = at if state is CounterState.OPEN else counter.free_at
    book.connection.run(st.COUNTER_TURN, hall=book.hall, counter=counter.counter, to_changed_at=at, to_free_at=free_at)


@dataclass(frozen=True)
class Seen:
    """A hall at one moment, the paces that hold in it, and what earlier days taught, to be given back next time."""

    now: HallNow
    paces: Paces
    earlier: Earlier


def _paces(earlier: Mapping[Thing, Pace], today: Mapping[Thing, Pace]) -> Paces:
    measured = {
        thing: Measured(earlier=earlier.get(thing, Pace()), today=today.get(thing, Pace()))
        for thing in {*earlier, *today}
    }
    return Paces(
        services={service: each for (what, service), each in measured.items() if what == Timing.SERVICE},
        walk=_in_all(measured, Timing.WALK),
        turn=_in_all(measured, Timing.TURN),
        miss=_in_all(measured, Timing.MISS),
        pause=_in_all(measured, Timing.PAUSE),
    )


def _in_all(measured: Mapping[Thing, Measured], what: Timing) -> Measured:
    """What lies between services does not depend on the service."""
    whole = Measured()
    for (each, _), pace in measured.items():
        if each == what:
            whole = Measured(earlier=whole.earlier + pace.earlier, today=whole.today + pace.today)
    return whole


def hall_now(connection: Connection, hall: str, at: int, known: Earlier | None = None) -> Seen | None:
    """The hall at `at`, a Unix time in milliseconds; None when it is unknown.

    `known` is what was read of earlier days the last time; it is read anew when it is another day's.
    """
    row = connection.one(st.HALL, hall=hall)
    if row is None:
        return None
    plan = plan_of(connection, hall, row)
    day, zone = day_of_press(at, plan.zone_info, row.day), plan.zone_info
    if known is None or (known.day, known.zone) != (day, zone):
        known = earlier_days(connection, hall, day, zone)
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
        counters=_counters(connection, hall, plan, known, at),
        expected=expected_check_ins(connection.all(bs.TO_COME, hall=hall, day=day), at, known.share_who_come),
    )
    return Seen(now, _paces(known.paces, paces_of(connection, hall, day)), known)


def _counters(connection: Connection, hall: str, plan: HallPlan, earlier: Earlier, at: int) -> tuple[CounterNow, ...]:
    serves = services_served(connection, hall)
    able = {counter.id: counter.services for counter in plan.counters}
    busy = {
        leg.counter: Busy(leg.service, leg.called_at or at, leg.started_at)
        for leg in connection.all(st.LEGS_AT_COUNTERS, hall=hall)
    }
    begins_at = start_of_day(earlier.day, earlier.zone)
    hours = () if earlier.shifts else _opening(plan, earlier.day)
    return tuple(
        CounterNow(
            services=tuple(serves[row.counter]) or able[row.counter],
            state=CounterState(row.state),
            since=max(begins_at, row.free_at if row.state == CounterState.OPEN else row.changed_at),
            busy=busy.get(row.counter),
            shifts=tuple(shifts.get(row.counter, ()) for shifts in earlier.shifts) or _by_the_plan(row, hours, at),
        )
        for row in connection.all(st.COUNTERS, hall=hall)
    )


def _by_the_plan(counter: st.CounterRow, hours: Shifts, at: int) -> tuple[Shifts, ...]:
    """Where no earlier day is known, who works keeps the opening hours; who is late for them may not come at all."""
    comes = bool(hours) and (counter.state != CounterState.CLOSED or at < hours[0][0])
    return (hours,) if comes else ()


def _opening(plan: HallPlan, day: str) -> Shifts:
    return tuple(
        (moment(day, stretch.opens, plan.zone_info), moment(day, stretch.closes, plan.zone_info))
        for stretch in opening(plan.calendar, date.fromisoformat(day))
    )
