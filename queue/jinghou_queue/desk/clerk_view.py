"""What the page of a counter shows its clerk: the person there, whoever waits or is set aside, the day so far.

Nothing here writes.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jinghou_queue.contract.messages import CallChannel, CallState, CounterDesk, LegState, LegView
from jinghou_queue.desk.calling import first_attempt
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.views import counter_desk, hall_row
from jinghou_queue.rules.days import day_of_press
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st


@dataclass(frozen=True)
class Delivery:
    """How far the call that stands got over one channel, and since when, as a Unix time in milliseconds."""

    channel: CallChannel
    state: CallState
    at: int


@dataclass(frozen=True)
class AtCounter:
    """The person called or served here. `since` is when that began, a Unix time in milliseconds.

    `parked_ms` is how long they were away since then. `recalls` have been made of those `needed` before passing over.
    """

    leg: LegView
    reason: str
    since: int
    parked_ms: int
    recalls: int
    needed: int
    deliveries: tuple[Delivery, ...]

    @property
    def may_be_passed(self) -> bool:
        """Whether somebody who does not come has been called as often as the hall wants it."""
        return self.recalls >= self.needed


@dataclass(frozen=True)
class Queue:
    """A service of the hall, as a clerk reads it. `able`: the counter can serve it; `serves`: it does now.

    `since` is when the one who waits longest came, a Unix time in milliseconds.
    """

    service: str
    name: str
    name_en: str
    waiting: int
    since: int | None
    able: bool
    serves: bool


@dataclass(frozen=True)
class ClerkView:
    """All of it, as of event `seq`. `clerk` works here now, as `Press.actor` names people.

    `served_ms` is how long the `done` people of today were served in all.
    """

    hall_name: str
    hall_name_en: str
    zone: ZoneInfo
    seq: int
    epoch: str
    desk: CounterDesk
    clerk: str | None
    person: AtCounter | None
    queues: tuple[Queue, ...]
    done: int
    served_ms: int
    pause_reasons: tuple[str, ...]

    @property
    def own_queues(self) -> tuple[Queue, ...]:
        """What this counter can serve."""
        return tuple(queue for queue in self.queues if queue.able)


def clerk_view(connection: Connection, hall: str, counter: str, at: int) -> ClerkView:
    """A counter at `at`, a Unix time in milliseconds. Raises Refused: HALL_UNKNOWN, COUNTER_UNKNOWN."""
    desk = counter_desk(connection, hall, counter, at)
    row = hall_row(connection, hall)
    counter_row = connection.one(st.COUNTER, hall=hall, counter=counter)
    assert counter_row is not None  # counter_desk has found it
    zone = ZoneInfo(row.timezone)
    day = day_of_press(at, zone, row.day)
    plan = plan_of(connection, hall, row)
    done = connection.one(st.LEGS_DONE, hall=hall, day=day, counter=counter)
    assert done is not None
    return ClerkView(
        hall_name=row.name,
        hall_name_en=row.name_en,
        zone=zone,
        seq=row.seq,
        epoch=row.epoch,
        desk=desk,
        clerk=counter_row.clerk,
        person=_person(connection, hall, counter, desk.leg, plan.calling.recalls),
        queues=_queues(connection, hall, counter, day),
        done=done.people,
        served_ms=done.served_ms,
        pause_reasons=plan.calling.pause_reasons,
    )


def _person(connection: Connection, hall: str, counter: str, leg: LegView | None, needed: int) -> AtCounter | None:
    held = connection.one(st.LEG_AT_COUNTER, hall=hall, counter=counter)
    if leg is None or held is None:
        return None
    since = held.called_at if leg.state is LegState.CALLED else held.started_at
    return AtCounter(
        leg=leg,
        reason=held.reason,
        since=since if since is not None else held.entered_at,
        parked_ms=held.parked_ms,
        recalls=held.recalls,
        needed=needed,
        deliveries=_deliveries(connection, hall, held),
    )


def _deliveries(connection: Connection, hall: str, leg: st.LegRow) -> tuple[Delivery, ...]:
    """Of each channel the latest attempt: a message goes out once, however often the screens show a call again."""
    rows = connection.all(
        rs.DELIVERIES, hall=hall, ticket=leg.ticket, at_step=leg.step, since_attempt=first_attempt(leg)
    )
    latest = {row.channel: row for row in rows}
    return tuple(
        Delivery(channel, CallState(row.state), row.at)
        for channel in CallChannel
        if (row := latest.get(channel)) is not None
    )


def _queues(connection: Connection, hall: str, counter: str, day: str) -> tuple[Queue, ...]:
    serves = {
        able_to.service: bool(able_to.serves)
        for able_to in connection.all(st.COUNTER_SERVICES, hall=hall, counter=counter)
    }
    waiting = dict(connection.all(st.TALLY_BY_SERVICE, hall=hall, day=day))
    since = {
        service: connection.one(st.WAITING_SINCE, hall=hall, day=day, service=service)
        for service in serves
        if waiting.get(service)
    }
    return tuple(
        Queue(
            service=row.service,
            name=row.name,
            name_en=row.name_en,
            waiting=waiting.get(row.service, 0),
            since=since.get(row.service),
            able=row.service in serves,
            serves=serves.get(row.service, False),
        )
        for row in connection.all(st.SERVICES, hall=hall)
    )
