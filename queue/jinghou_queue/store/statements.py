"""Every statement of the desk, written once in SQLAlchemy Core, with the rows they answer."""

from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, func, insert, literal_column, select, tuple_, update

from jinghou_queue.contract.messages import LegState
from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class HallRow(NamedTuple):
    """A hall, and where its feed and its day stand."""

    name: str
    name_en: str
    timezone: str
    day: str
    seq: int
    key_check: str


class ServiceRow(NamedTuple):
    """A service of a hall."""

    service: str
    prefix: str
    name: str
    name_en: str
    zone: str
    identity: str


class CounterRow(NamedTuple):
    """A counter of a hall."""

    counter: str
    label: str
    state: str


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
    masked_name: str | None


class FeedRow(NamedTuple):
    """An event as its readers get it."""

    seq: int
    kind: str
    body: str


class AnswerRow(NamedTuple):
    """What was answered to a press with an idempotency key."""

    fingerprint: str
    body: str


class TokenRow(NamedTuple):
    """An API token, without the token."""

    token: str
    hall: str
    role: str
    name: str
    added_at: int


_HALL: Final[BindParameter[str]] = bindparam("hall")
_DAY: Final[BindParameter[str]] = bindparam("day")
_SERVICE: Final[BindParameter[str]] = bindparam("service")
_COUNTER: Final[BindParameter[str]] = bindparam("counter")
_TICKET: Final[BindParameter[str]] = bindparam("ticket")

# hall

_HALL_COLUMNS: Final = select(
    t.hall.c.name, t.hall.c.name_en, t.hall.c.timezone, t.hall.c.day, t.hall.c.seq, t.hall.c.key_check
).where(t.hall.c.hall == _HALL)

HALL: Final = Query(_HALL_COLUMNS, HallRow)
HALL_LOCKED: Final = Query(_HALL_COLUMNS.with_for_update(), HallRow)
"""The hall's row, held until the commit where the database has several writers: a feed has no gaps."""
HALL_IDS: Final = Query(select(t.hall.c.hall).order_by(t.hall.c.hall), str)
HALL_ADD: Final = Command(insert(t.hall))
HALL_MOVE: Final = Command(
    update(t.hall).where(t.hall.c.hall == _HALL).values(seq=bindparam("to_seq"), day=bindparam("to_day"))
)

# services and counters

_SERVICE_COLUMNS: Final = select(
    t.service.c.service,
    t.service.c.prefix,
    t.service.c.name,
    t.service.c.name_en,
    t.service.c.zone,
    t.service.c.identity,
).where(t.service.c.hall == _HALL)

SERVICE: Final = Query(_SERVICE_COLUMNS.where(t.service.c.service == _SERVICE), ServiceRow)
SERVICES: Final = Query(_SERVICE_COLUMNS.order_by(t.service.c.place), ServiceRow)
SERVICE_ADD: Final = Command(insert(t.service))

_COUNTER_COLUMNS: Final = select(t.counter.c.counter, t.counter.c.label, t.counter.c.state).where(
    t.counter.c.hall == _HALL
)
COUNTER: Final = Query(_COUNTER_COLUMNS.where(t.counter.c.counter == _COUNTER), CounterRow)
COUNTERS: Final = Query(_COUNTER_COLUMNS.order_by(t.counter.c.place), CounterRow)
COUNTER_ADD: Final = Command(insert(t.counter))
COUNTER_MOVE: Final = Command(
    update(t.counter)
    .where(t.counter.c.hall == _HALL, t.counter.c.counter == _COUNTER)
    .values(state=bindparam("to_state"))
)

_COUNTER_SERVICE_COLUMNS: Final = select(
    t.counter_service.c.counter, t.counter_service.c.service, t.counter_service.c.serves
).where(t.counter_service.c.hall == _HALL)
COUNTER_SERVICES: Final = Query(
    _COUNTER_SERVICE_COLUMNS.where(t.counter_service.c.counter == _COUNTER).order_by(t.counter_service.c.place),
    CounterServiceRow,
)
ALL_COUNTER_SERVICES: Final = Query(_COUNTER_SERVICE_COLUMNS.order_by(t.counter_service.c.place), CounterServiceRow)
COUNTER_SERVICE_ADD: Final = Command(insert(t.counter_service))
COUNTER_SERVICE_MOVE: Final = Command(
    update(t.counter_service)
    .where(
        t.counter_service.c.hall == _HALL,
        t.counter_service.c.counter == _COUNTER,
        t.counter_service.c.service == _SERVICE,
    )
    .values(serves=bindparam("to_serves"))
)

# numbers and tally

_NUMBERING_KEY: Final = (
    (t.numbering.c.hall == _HALL) & (t.numbering.c.day == _DAY) & (t.numbering.c.service == _SERVICE)
)
NUMBER_NEXT: Final = Query(
    update(t.numbering).where(_NUMBERING_KEY).values(last=t.numbering.c.last + 1).returning(t.numbering.c.last), int
)
NUMBER_FIRST: Final = Command(insert(t.numbering))

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
).where(t.ticket.c.hall == _HALL)
TICKET: Final = Query(_TICKET_COLUMNS.where(t.ticket.c.ticket == _TICKET), TicketRow)
TICKET_BY_TOKEN: Final = Query(_TICKET_COLUMNS.where(t.ticket.c.token_hash == bindparam("token_hash")), TicketRow)
TICKET_BY_IDENTITY: Final = Query(
    _TICKET_COLUMNS.where(
        t.ticket.c.day == _DAY,
        t.ticket.c.service == _SERVICE,
        t.ticket.c.identity_hash == bindparam("identity_hash"),
        t.IS_HELD,
    ),
    TicketRow,
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
        t.ticket.c.masked_name,
    )
    .select_from(t.leg.join(t.ticket, (t.leg.c.hall == t.ticket.c.hall) & (t.leg.c.ticket == t.ticket.c.ticket)))
    .where(t.leg.c.hall == _HALL)
)
_ORDER: Final = (t.leg.c.lane, t.leg.c.sort_time, t.leg.c.seq)
_IN_QUEUE: Final = (t.leg.c.day == _DAY) & (t.leg.c.service == _SERVICE) & t.IS_WAITING

LEG_ADD: Final = Command(insert(t.leg))
LEG_HEAD: Final = Query(_LEG_COLUMNS.where(_IN_QUEUE).order_by(*_ORDER).limit(1), LegRow)
"""Who is first in a service's queue: one look-up in leg_waiting, however many wait."""
LEG_AT_COUNTER: Final = Query(_LEG_COLUMNS.where(t.leg.c.counter == _COUNTER, t.IS_AT_COUNTER), LegRow)
LEGS_AT_COUNTERS: Final = Query(
    _LEG_COLUMNS.where(t.leg.c.counter.is_not(None), t.IS_AT_COUNTER).order_by(t.leg.c.called_at.desc()), LegRow
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
LEG_MOVE: Final = Command(
    update(t.leg)
    .where(t.leg.c.hall == _HALL, t.leg.c.ticket == _TICKET, t.leg.c.step == bindparam("at_step"))
    .values(state=bindparam("to_state"))
)
LEG_CALL: Final = Command(
    update(t.leg)
    .where(t.leg.c.hall == _HALL, t.leg.c.ticket == _TICKET, t.leg.c.step == bindparam("at_step"))
    .values(state=bindparam("to_state"), counter=bindparam("to_counter"), called_at=bindparam("at"))
)
_END: Final = update(t.leg).where(t.leg.c.hall == _HALL, t.leg.c.day == _DAY).values(state=bindparam("to_state"))
LEGS_END: Final = {
    LegState.WAITING: Command(_END.where(t.IS_WAITING)),
    LegState.CALLED: Command(_END.where(t.IS_AT_COUNTER, t.leg.c.state == literal_column("'called'"))),
}
"""By state, so that each finds its legs in a partial index and not among those of all years."""

# feed

FEED_ADD: Final = Command(insert(t.feed))
FEED_AFTER: Final = Query(
    select(t.feed.c.seq, t.feed.c.kind, t.feed.c.body)
    .where(t.feed.c.hall == _HALL, t.feed.c.seq > bindparam("after"))
    .order_by(t.feed.c.seq)
    .limit(bindparam("most")),
    FeedRow,
)

# answers to presses with an idempotency key

ANSWER: Final = Query(
    select(t.answer.c.fingerprint, t.answer.c.body).where(t.answer.c.hall == _HALL, t.answer.c.key == bindparam("key")),
    AnswerRow,
)
ANSWER_ADD: Final = Command(insert(t.answer))
ANSWERS_FORGET: Final = Command(delete(t.answer).where(t.answer.c.hall == _HALL, t.answer.c.at < bindparam("before")))

# API tokens

_TOKEN_COLUMNS: Final = select(t.token.c.token, t.token.c.hall, t.token.c.role, t.token.c.name, t.token.c.added_at)
TOKEN_BY_HASH: Final = Query(
    _TOKEN_COLUMNS.where(t.token.c.hall == _HALL, t.token.c.token_hash == bindparam("token_hash")), TokenRow
)
TOKENS: Final = Query(_TOKEN_COLUMNS.order_by(t.token.c.hall, t.token.c.added_at, t.token.c.token), TokenRow)
TOKEN_ADD: Final = Command(insert(t.token))
TOKEN_DROP: Final = Command(delete(t.token).where(t.token.c.token == bindparam("token_id")))
