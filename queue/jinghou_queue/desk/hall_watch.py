"""What a manager looks at: the whole hall now, and who did what when. Nothing here writes."""

from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jinghou_queue.contract.helping import HelpLine
from jinghou_queue.contract.messages import CounterState, LegState
from jinghou_queue.contract.terminals import TerminalView
from jinghou_queue.desk.helping import help_asked
from jinghou_queue.desk.terminal_care import terminals
from jinghou_queue.desk.views import hall_row, services_served
from jinghou_queue.rules.days import day_of_press, days_after, start_of_day
from jinghou_queue.rules.needs import CounterWatch, Need, ServiceWatch, needs
from jinghou_queue.store import Connection
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.store import statements as st
from jinghou_queue.store import watch_statements as ws

AUDIT_PAGE: int = 50
_ALWAYS = 1 << 62


@dataclass(frozen=True)
class Today:
    """The day's counts so far. `waited_ms` and `served_ms` are those of all `done` people together."""

    taken: int
    waiting: int
    at_counters: int
    done: int
    missed: int
    waited_ms: int
    served_ms: int


@dataclass(frozen=True)
class HallWatch:
    """The hall as of event `seq`, on its business day; `needs` are what somebody should see to, the gravest first."""

    day: str
    seq: int
    epoch: str
    services: tuple[ServiceWatch, ...]
    counters: tuple[CounterWatch, ...]
    terminals: tuple[TerminalView, ...]
    helps: tuple[HelpLine, ...]
    needs: tuple[Need, ...]
    today: Today


def hall_watch(connection: Connection, hall: str, at: int) -> HallWatch:
    """The hall at `at`, a Unix time in milliseconds. Raises Refused HALL_UNKNOWN."""
    row = hall_row(connection, hall)
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    done = connection.all(ws.DONE_BY_COUNTER, hall=hall, day=day)
    counters = _counters(connection, hall, {each.counter: each.people for each in done})
    services = _services(connection, hall, day, counters)
    machines = tuple(terminals(connection, hall, at))
    helps = tuple(help_asked(connection, hall)) if day == row.day else ()
    aside = connection.all(st.LEGS_ASIDE, hall=hall, day=day)
    return HallWatch(
        day=day,
        seq=row.seq,
        epoch=row.epoch,
        services=services,
        counters=counters,
        terminals=machines,
        helps=helps,
        needs=tuple(needs(services, counters, machines, helps, at)),
        today=Today(
            taken=connection.one(ws.TICKETS_OF_DAY, hall=hall, day=day) or 0,
            waiting=sum(service.waiting for service in services),
            at_counters=sum(counter.number is not None for counter in counters),
            done=sum(each.people for each in done),
            missed=sum(leg.state == LegState.MISSED for leg in aside),
            waited_ms=sum(each.waited_ms for each in done),
            served_ms=sum(each.served_ms for each in done),
        ),
    )


def audit_page(
    connection: Connection, hall: str, *, day: str = "", who: str = "", before: int | None = None
) -> list[ws.AuditLine]:
    """The newest lines of the audit before line `before`, of a day such as 2026-03-01, by one login, token or terminal.

    At most one more than AUDIT_PAGE, which tells that there are others. Raises Refused HALL_UNKNOWN.
    """
    zone = ZoneInfo(hall_row(connection, hall).timezone)
    meant = who.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return connection.all(
        ws.AUDIT_PAGE,
        hall=hall,
        before_seq=_ALWAYS if before is None else before,
        since=start_of_day(day, zone) if day else 0,
        until=start_of_day(days_after(day, 1), zone) if day else _ALWAYS,
        actor_like=f"%:{meant}" if who else "%",
        most=AUDIT_PAGE + 1,
    )


def _counters(connection: Connection, hall: str, done: dict[str, int]) -> tuple[CounterWatch, ...]:
    names = {row.login: row.name for row in connection.all(ss.ALL_STAFF, hall=hall)}
    can_serve = defaultdict[str, list[str]](list)
    for able in connection.all(st.ALL_COUNTER_SERVICES, hall=hall):
        can_serve[able.counter].append(able.service)
    people = {leg.counter: leg for leg in connection.all(st.LEGS_AT_COUNTERS, hall=hall)}
    found = []
    for row in connection.all(st.COUNTERS, hall=hall):
        leg = people.get(row.counter)
        serving = leg is not None and leg.state == LegState.SERVING
        login = None if row.clerk is None else row.clerk.partition(":")[2]
        found.append(
            CounterWatch(
                id=row.counter,
                label=row.label,
                state=CounterState(row.state),
                why=row.why,
                clerk=None if login is None else names.get(login, login),
                changed_at=row.changed_at,
                number=None if leg is None else leg.number,
                serving=serving,
                person_since=None if leg is None else leg.started_at if serving else leg.called_at,
                can_serve=tuple(can_serve[row.counter]),
                done=done.get(row.counter, 0),
            )
        )
    return tuple(found)


def _services(
    connection: Connection, hall: str, day: str, counters: tuple[CounterWatch, ...]
) -> tuple[ServiceWatch, ...]:
    waiting = dict(connection.all(st.TALLY_BY_SERVICE, hall=hall, day=day))
    serves = services_served(connection, hall)
    return tuple(
        ServiceWatch(
            id=row.service,
            prefix=row.prefix,
            name=row.name,
            name_en=row.name_en,
            waiting=waiting.get(row.service, 0),
            since=connection.one(st.WAITING_SINCE, hall=hall, day=day, service=row.service)
            if waiting.get(row.service)
            else None,
            open_at=tuple(
                counter.label
                for counter in counters
                if counter.state is CounterState.OPEN and row.service in serves[counter.id]
            ),
        )
        for row in connection.all(st.SERVICES, hall=hall)
    )
