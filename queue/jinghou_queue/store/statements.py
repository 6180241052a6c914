"""Every statement on a hall, its counters, tickets and queues, written once in SQLAlchemy Core, with its rows.

What is recorded beside them is in `record_statements`.
"""

from typing import Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    select,
    tuple_,
    update,
)

from jinghou_queue.contract.messages import Lane, LegState
from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class HallRow(NamedTuple):
    """A hall, and where its feed and its day stand."""

    name: str
    name_en: str
    timezone: str
    day: str
    seq: int
    chain: str
    audit_seq: int
    audit_chain: str
    epoch: str
    plan_version: int
    plan: str
    key_check: str


class ServiceRow(NamedTuple):
    """A service of a hall."""

    service: str
    prefix: str
    name: str
    name_en: str
    zone: str
    identity: str
    retired: int


class CounterRow(NamedTuple):
    """A counter of a hall."""

    counter: str
    label: str
    state: str
    why: str
    clerk: str | None
    changed_at: int
    free_at: int


class CounterServiceRow(NamedTuple):
    """One service that a counter can serve, and whether it does."""

    counter: str
    service: str
    serves: int


class TicketRow(NamedTuple):
    """A ticket without anything that could lead to a person."""

    ticket: str
    day: str
    number: str
    service: str
    state: str
    taken_at: int
    route: str


class LegRow(NamedTuple):
    """A leg with what everybody needs of its ticket."""

    ticket: str
    step: int
    day: str
    number: str
    service: str
    lane: int
    sort_time: int
    seq: int
    entered_at: int
    state: str
    counter: str | None
    called_at: int | None
    shown_at: int | None
    started_at: int | None
    parked_at: int | None
    parked_ms: int
    calls: int
    recalls: int
    reason: str
    masked_name: str | None


class LegsDone(NamedTuple):
    """How many legs a counter finished on a day, and how long they were served in all, in ms."""

    people: int
    served_ms: int


_HALL: Final[BindParameter[str]] = bindparam("hall")
_DAY: Final[BindParameter[str]] = bindparam("day")
_SERVICE: Final[BindParameter[str]] = bindparam("service")
_COUNTER: Final[BindParameter[str]] = bindparam("counter")
_TICKET: Final[BindParameter[str]] = bindparam("ticket")

# hall

_HALL_COLUMNS: Final = select(
    t.hall.c.name,
    t.hall.c.name_en,
    t.hall.c.timezone,
    t.hall.c.day,
    t.hall.c.seq,
    t.hall.c.chain,
    t.hall.c.audit_seq,
    t.hall.c.audit_chain,
    t.hall.c.epoch,
    t.hall.c.plan_version,
    t.hall.c.plan,
    t.hall.c.key_check,
).where(t.hall.c.hall == _HALL)

HALL: Final = Query(_HALL_COLUMNS, HallRow)
HALL_LOCKED: Final = Query(_HALL_COLUMNS.with_for_update(), HallRow)
"""The hall's row, held until the commit where the database has several writers: a feed has no gaps."""
HALL_IDS: Final = Query(select(t.hall.c.hall).order_by(t.hall.c.hall), str)
HALL_ADD: Final = Command(insert(t.hall))
HALL_MOVE: Final = Command(
    update(t.hall)
    .where(t.hall.c.hall == _HALL)
    .values(
        seq=bindparam("to_seq"),
        day=bindparam("to_day"),
        chain=bindparam("to_chain"),
        audit_seq=bindparam("to_audit_seq"),
        audit_chain=bindparam("to_audit_chain"),
    )
)
HALL_PLAN: Final = Command(
    update(t.hall)
    .where(t.hall.c.hall == _HALL)
    .values(
        plan_version=bindparam("to_version"),
        plan=bindparam("to_plan"),
        name=bindparam("to_name"),
        name_en=bindparam("to_name_en"),
        timezone=bindparam("to_timezone"),
    )
)
HALL_EPOCH: Final = Command(update(t.hall).where(t.hall.c.hall == _HALL).values(epoch=bindparam("to_epoch")))

# services and counters

_SERVICE_COLUMNS: Final = select(
    t.service.c.service,
    t.service.c.prefix,
    t.service.c.name,
    t.service.c.name_en,
    t.service.c.zone,
    t.service.c.identity,
    t.service.c.retired,
).where(t.service.c.hall == _HALL)

SERVICE: Final = Query(_SERVICE_COLUMNS.where(t.service.c.service == _SERVICE), ServiceRow)
SERVICES: Final = Query(_SERVICE_COLUMNS.where(t.service.c.retired == 0).order_by(t.service.c.place), ServiceRow)
SERVICE_ADD: Final = Command(insert(t.service))
SERVICE_CHANGE: Final = Command(
    update(t.service)
    .where(t.service.c.hall == _HALL, t.service.c.service == _SERVICE)
    .values(
        place=bindparam("to_place"),
        prefix=bindparam("to_prefix"),
        name=bindparam("to_name"),
        name_en=bindparam("to_name_en"),
        zone=bindparam("to_zone"),
        identity=bindparam("to_identity"),
        retired=0,
    )
)
SERVICES_RETIRE: Final = Command(update(t.service).where(t.service.c.hall == _HALL).values(retired=1))

_COUNTER_COLUMNS: Final = select(
    t.counter.c.counter,
    t.counter.c.label,
    t.counter.c.state,
    t.counter.c.why,
    t.counter.c.clerk,
    t.counter.c.changed_at,
    t.counter.c.free_at,
).where(t.counter.c.hall == _HALL, t.counter.c.retired == 0)
COUNTER: Final = Query(_COUNTER_COLUMNS.where(t.counter.c.counter == _COUNTER), CounterRow)
COUNTERS: Final = Query(_COUNTER_COLUMNS.order_by(t.counter.c.place), CounterRow)
COUNTER_OF_CLERK: Final = Query(
    _COUNTER_COLUMNS.where(t.counter.c.clerk == bindparam("clerk"), t.counter.c.counter != _COUNTER).limit(1),
    CounterRow,
)
"""Another counter that this clerk works at."""
COUNTER_LABEL: Final = Query(
    select(t.counter.c.label).where(t.counter.c.hall == _HALL, t.counter.c.counter == _COUNTER), str
)
"""Also of a counter that the plan has no more."""
COUNTER_ADD: Final = Command(insert(t.counter))
COUNTER_MOVE: Final = Command(
    update(t.counter)
    .where(t.counter.c.hall == _HALL, t.counter.c.counter == _COUNTER)
    .values(state=bindparam("to_state"), why=bindparam("to_why"), clerk=bindparam("to_clerk"))
)
COUNTER_TURN: Final = Command(
    update(t.counter)
    .where(t.counter.c.hall == _HALL, t.counter.c.counter == _COUNTER)
    .values(changed_at=bindparam("to_changed_at"), free_at=bindparam("to_free_at"))
)
COUNTER_FREE: Final = Command(
    update(t.counter)
    .where(t.counter.c.hall == _HALL, t.counter.c.counter == _COUNTER)
    .values(free_at=bindparam("to_free_at"))
)
COUNTER_CHANGE: Final = Command(
    update(t.counter)
    .where(t.counter.c.hall == _HALL, t.counter.c.counter == _COUNTER)
    .values(place=bindparam("to_place"), label=bindparam("to_label"), retired=0)
)
COUNTERS_RETIRE: Final = Command(update(t.counter).where(t.counter.c.hall == _HALL).values(retired=1))

_COUNTER_SERVICE_COLUMNS: Final = select(
    t.counter_service.c.counter, t.counter_service.c.service, t.counter_service.c.serves
).where(t.counter_service.c.hall == _HALL)
COUNTER_SERVICES: Final = Query(
    _COUNTER_SERVICE_COLUMNS.where(t.counter_service.c.counter == _COUNTER).order_by(t.counter_service.c.place),
    CounterServiceRow,
)
ALL_COUNTER_SERVICES: Final = Query(_COUNTER_SERVICE_COLUMNS.order_by(t.counter_service.c.place), CounterServiceRow)
_COUNTER_SERVICE_KEY: Final = (
    (t.counter_service.c.hall == _HALL)
    & (t.counter_service.c.counter == _COUNTER)
    & (t.counter_service.c.service == _SERVICE)
)
COUNTER_SERVICE_ADD: Final = Command(insert(t.counter_service))
COUNTER_SERVICE_MOVE: Final = Command(
    update(t.counter_service).where(_COUNTER_SERVICE_KEY).values(serves=bindparam("to_serves"))
)

COUNTER_SERVICE_DROP: Final = Command(delete(t.counter_service).where(_COUNTER_SERVICE_KEY))
COUNTER_SERVICE_PLACE: Final = Command(
    update(t.counter_service).where(_COUNTER_SERVICE_KEY).values(place=bindparam("to_place"))
)
IDLE_COUNTER: Final = Query(
    _COUNTER_COLUMNS.join(
        t.counter_service,
        (t.counter.c.hall == t.counter_service.c.hall) & (t.counter.c.counter == t.counter_service.c.counter),
    )
    .where(
        t.counter.c.state == literal_column("'open'"),
        t.counter_service.c.service == _SERVICE,
        t.counter_service.c.serves == 1,
        ~exists().where(t.leg.c.hall == t.counter.c.hall, t.leg.c.counter == t.counter.c.counter, t.IS_AT_COUNTER),
    )
    .order_by(t.counter.c.place)
    .limit(1),
    CounterRow,
)
"""An open counter that serves this and has nobody."""

# numbers and tally

_NUMBERING_KEY: Final = (
    (t.numbering.c.hall == _HALL) & (t.numbering.c.day == _DAY) & (t.numbering.c.service == _SERVICE)
)
NUMBER_NEXT: Final = Query(
    update(t.numbering).where(_NUMBERING_KEY).values(last=t.numbering.c.last + 1).returning(t.numbering.c.last), int
)
NUMBER_LAST: Final = Query(select(t.numbering.c.last).where(_NUMBERING_KEY), int)
NUMBER_FIRST: Final = Command(insert(t.numbering))
STREAK: Final = Query(select(t.numbering.c.streak).where(_NUMBERING_KEY), int)
STREAK_MOVE: Final = Command(update(t.numbering).where(_NUMBERING_KEY).values(streak=bindparam("to_streak")))

TALLY: Final = Query(
    select(t.tally.c.lane, t.tally.c.waiting).where(
        t.tally.c.hall == _HALL, t.tally.c.day == _DAY, t.tally.c.service == _SERVICE
    ),
    lambda lane, waiting: (int(lane), int(waiting)),
)
TALLY_BY_SERVICE: Final = Query(
    select(t.tally.c.service, func.sum(t.tally.c.waiting))
    .where(t.tally.c.hall == _HALL, t.tally.c.day == _DAY)
    .group_by(t.tally.c.service),
    lambda service, waiting: (str(service), int(waiting)),
)
TALLY_FIRST: Final = Command(insert(t.tally))
TALLY_CHANGE: Final = Command(
    update(t.tally)
    .where(
        t.tally.c.hall == _HALL,
        t.tally.c.day == _DAY,
        t.tally.c.service == _SERVICE,
        t.tally.c.lane == bindparam("in_lane"),
    )
    .values(waiting=t.tally.c.waiting + bindparam("by"))
)

# tickets

_TICKET_COLUMNS: Final = select(
    t.ticket.c.ticket,
    t.ticket.c.day,
    t.ticket.c.number,
    t.ticket.c.service,
    t.ticket.c.state,
    t.ticket.c.taken_at,
    t.ticket.c.route,
).where(t.ticket.c.hall == _HALL)
TICKET: Final = Query(_TICKET_COLUMNS.where(t.ticket.c.ticket == _TICKET), TicketRow)
TICKET_BY_TOKEN: Final = Query(_TICKET_COLUMNS.where(t.ticket.c.token_hash == bindparam("token_hash")), TicketRow)
TICKET_BY_NUMBER: Final = Query(
    _TICKET_COLUMNS.where(t.ticket.c.day == _DAY, t.ticket.c.number == bindparam("number")), TicketRow
)
TICKET_OF_OTHERS: Final = Query(
    _TICKET_COLUMNS.where(
        t.ticket.c.day == _DAY,
        func.rtrim(t.ticket.c.number, "0123456789") == bindparam("prefix"),
        t.ticket.c.service != _SERVICE,
    ).limit(1),
    TicketRow,
)
"""One whose number begins with those letters, and is for another service."""
TICKETS_OF_IDENTITY: Final = Query(
    _TICKET_COLUMNS.where(t.ticket.c.day == _DAY, t.ticket.c.identity_hash == bindparam("identity_hash")).order_by(
        t.ticket.c.taken_at
    ),
    TicketRow,
)
A_NUMBER_OF_DAY: Final = Query(
    select(t.ticket.c.number).where(t.ticket.c.hall == _HALL, t.ticket.c.day == _DAY).limit(1), str
)
TICKET_ROUTE: Final = Command(
    update(t.ticket).where(t.ticket.c.hall == _HALL, t.ticket.c.ticket == _TICKET).values(route=bindparam("to_route"))
)
TICKET_ADD: Final = Command(insert(t.ticket))
TICKET_MOVE: Final = Command(
    update(t.ticket).where(t.ticket.c.hall == _HALL, t.ticket.c.ticket == _TICKET).values(state=bindparam("to_state"))
)
TICKETS_CLOSE: Final = Command(
    update(t.ticket)
    .where(t.ticket.c.hall == _HALL, t.ticket.c.day == _DAY, t.ticket.c.state == bindparam("from_state"))
    .values(state=bindparam("to_state"))
)

# legs

_WITH_TICKET: Final = t.leg.join(t.ticket, (t.leg.c.hall == t.ticket.c.hall) & (t.leg.c.ticket == t.ticket.c.ticket))
_LEG_COLUMNS: Final = (
    select(
        t.leg.c.ticket,
        t.leg.c.step,
        t.leg.c.day,
        t.ticket.c.number,
        t.leg.c.service,
        t.leg.c.lane,
        t.leg.c.sort_time,
        t.leg.c.seq,
        t.leg.c.entered_at,
        t.leg.c.state,
        t.leg.c.counter,
        t.leg.c.called_at,
        t.leg.c.shown_at,
        t.leg.c.started_at,
        t.leg.c.parked_at,
        t.leg.c.parked_ms,
        t.leg.c.calls,
        t.leg.c.recalls,
        t.leg.c.reason,
        t.ticket.c.masked_name,
    )
    .select_from(_WITH_TICKET)
    .where(t.leg.c.hall == _HALL)
)
_ORDER: Final = (t.leg.c.lane, t.leg.c.sort_time, t.leg.c.seq)
_IN_QUEUE: Final = (t.leg.c.day == _DAY) & (t.leg.c.service == _SERVICE) & t.IS_WAITING

LEG_ADD: Final = Command(insert(t.leg))
LEG_HEAD: Final = Query(_LEG_COLUMNS.where(_IN_QUEUE).order_by(*_ORDER).limit(1), LegRow)
"""Who is first in a service's queue: one look-up in leg_waiting, however many wait."""
LEG_HEAD_IN_LANE: Final = Query(
    _LEG_COLUMNS.where(_IN_QUEUE, t.leg.c.lane == bindparam("lane")).order_by(*_ORDER).limit(1), LegRow
)
LEGS_ASIDE: Final = Query(
    _LEG_COLUMNS.where(t.leg.c.day == _DAY, t.IS_ASIDE).order_by(t.leg.c.entered_at, t.leg.c.seq), LegRow
)
"""Who is parked or was missed today."""
LEG_AT_COUNTER: Final = Query(_LEG_COLUMNS.where(t.leg.c.counter == _COUNTER, t.IS_AT_COUNTER), LegRow)
LEGS_AT_COUNTERS: Final = Query(
    _LEG_COLUMNS.where(t.leg.c.counter.is_not(None), t.IS_AT_COUNTER).order_by(t.leg.c.shown_at.desc(), t.leg.c.ticket),
    LegRow,
)
LATEST_LEG: Final = Query(_LEG_COLUMNS.where(t.leg.c.ticket == _TICKET).order_by(t.leg.c.step.desc()).limit(1), LegRow)
LEGS_BEFORE: Final = Query(
    select(func.count())
    .select_from(t.leg)
    .where(
        t.leg.c.hall == _HALL,
        _IN_QUEUE,
        tuple_(*_ORDER) < tuple_(bindparam("lane"), bindparam("sort_time"), bindparam("seq")),
    ),
    int,
)
"""How many wait in front. Grows with the queue, so it is asked for a citizen who has a number, not to give one."""
_LEG_KEY: Final = (t.leg.c.hall == _HALL) & (t.leg.c.ticket == _TICKET) & (t.leg.c.step == bindparam("at_step"))
_MOVE: Final = update(t.leg).where(_LEG_KEY)
_AT: Final = bindparam("at", type_=BigInteger)
LEG_MOVE: Final = Command(_MOVE.values(state=bindparam("to_state")))
LEG_CALL: Final = Command(
    _MOVE.values(
        state=bindparam("to_state"),
        counter=bindparam("to_counter"),
        called_at=_AT,
        shown_at=_AT,
        calls=t.leg.c.calls + 1,
        recalls=0,
        reason=bindparam("to_reason"),
    )
)
LEG_RECALL: Final = Command(
    _MOVE.values(state=bindparam("to_state"), shown_at=_AT, calls=t.leg.c.calls + 1, recalls=t.leg.c.recalls + 1)
)
LEG_UNDO: Final = Command(
    _MOVE.values(state=bindparam("to_state"), counter=null(), called_at=null(), shown_at=null(), recalls=0)
)
LEG_START: Final = Command(_MOVE.values(state=bindparam("to_state"), started_at=_AT))
LEG_PARK: Final = Command(_MOVE.values(state=bindparam("to_state"), parked_at=_AT))
LEG_RESUME: Final = Command(
    _MOVE.values(
        state=bindparam("to_state"),
        counter=bindparam("to_counter"),
        shown_at=_AT,
        parked_at=null(),
        parked_ms=bindparam("to_parked_ms"),
    )
)
LEG_FINISH: Final = Command(_MOVE.values(state=bindparam("to_state"), ended_at=_AT))
LEG_ENTER_AGAIN: Final = Command(
    _MOVE.values(
        state=bindparam("to_state"),
        lane=bindparam("to_lane"),
        sort_time=bindparam("to_sort_time"),
        seq=bindparam("to_seq"),
        entered_at=_AT,
        counter=null(),
        called_at=null(),
        shown_at=null(),
        recalls=0,
    )
)
LEG_PLACE: Final = Command(_MOVE.values(lane=bindparam("to_lane"), sort_time=bindparam("to_sort_time")))
_END: Final = update(t.leg).where(t.leg.c.hall == _HALL, t.leg.c.day == _DAY).values(state=bindparam("to_state"))
LEGS_END: Final = {
    LegState.WAITING: Command(_END.where(t.IS_WAITING)),
    LegState.CALLED: Command(_END.where(t.IS_AT_COUNTER, t.leg.c.state == literal_column("'called'"))),
    LegState.PARKED: Command(_END.where(t.IS_ASIDE, t.leg.c.state == literal_column("'parked'"))),
    LegState.MISSED: Command(_END.where(t.IS_ASIDE, t.leg.c.state == literal_column("'missed'"))),
}
"""By state, so that each finds its legs in a partial index and not among those of all years."""

LEGS_DONE: Final = Query(
    select(
        func.count(),
        func.coalesce(func.sum(t.leg.c.ended_at - t.leg.c.started_at - t.leg.c.parked_ms), literal_column("0")),
    ).where(
        t.leg.c.hall == _HALL,
        t.leg.c.day == _DAY,
        t.leg.c.counter == _COUNTER,
        t.IS_DONE,
        t.leg.c.started_at.is_not(None),
    ),
    lambda count, served_ms: LegsDone(int(count), int(served_ms)),
)
"""What a counter finished on a day, by clerks who come and go."""

WAITING_SINCE: Final = Query(
    select(func.min(t.leg.c.entered_at)).where(t.leg.c.hall == _HALL, _IN_QUEUE),
    lambda first: None if first is None else int(first),
)
"""When the one who waits longest for a service came. Grows with the queue: it is for people's eyes, not to call."""

LEG_KEYS: Final = Query(
    select(t.leg.c.lane, t.leg.c.sort_time)
    .where(t.leg.c.hall == _HALL, _IN_QUEUE)
    .order_by(*_ORDER)
    .limit(bindparam("most")),
    lambda lane, sort_time: (Lane(lane), int(sort_time)),
)
"""The places of those who wait, first to last."""

NUMBERS_WAITING: Final = Query(
    select(t.ticket.c.number).select_from(_WITH_TICKET).where(t.leg.c.hall == _HALL, _IN_QUEUE).order_by(*_ORDER),
    str,
)
"""Everybody in a service's queue, first to last."""
