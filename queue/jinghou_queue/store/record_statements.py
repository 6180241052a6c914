"""Statements on what is kept beside the queues: plans, times, shifts, calls, feed, audit, erasing, answers, tokens."""

from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, insert, null, or_, select, update

from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class PlanRow(NamedTuple):
    """A version of a hall's plan, without the plan."""

    version: int
    at: int
    actor: str


class PaceRow(NamedTuple):
    """How many times fell into one bucket."""

    day: str
    service: str
    what: str
    bucket: int
    times: int


class ShiftRow(NamedTuple):
    """A stretch in which a counter called people on an earlier day."""

    day: str
    counter: str
    opened_at: int
    closed_at: int


class DeliveryRow(NamedTuple):
    """How far one attempt of a call got over one channel."""

    attempt: int
    channel: str
    state: str
    at: int


class AuditRow(NamedTuple):
    """A line of the audit."""

    seq: int
    at: int
    actor: str
    action: str
    subject: str
    detail: str
    chain: str


class RecordRow(NamedTuple):
    """What the feed's chain covers of an event, and its link."""

    seq: int
    at: int
    actor: str
    subject: str
    was: str | None
    state: str
    why: str
    kind: str
    body: str
    chain: str


class FeedRow(NamedTuple):
    """An event as its readers get it."""

    seq: int
    kind: str
    body: str


class AnswerRow(NamedTuple):
    """What was answered to a press with an idempotency key."""

    fingerprint: str
    body: str


class ErasedRow(NamedTuple):
    """Up to which day and event a hall names nobody any more."""

    day: str
    seq: int


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
_TICKET: Final[BindParameter[str]] = bindparam("ticket")

# plans

PLAN: Final = Query(select(t.plan.c.body).where(t.plan.c.hall == _HALL, t.plan.c.version == bindparam("version")), str)
PLANS: Final = Query(
    select(t.plan.c.version, t.plan.c.at, t.plan.c.actor).where(t.plan.c.hall == _HALL).order_by(t.plan.c.version),
    PlanRow,
)
PLAN_ADD: Final = Command(insert(t.plan))

# measured times

PACE_COUNT: Final = Command(
    update(t.pace)
    .where(
        t.pace.c.hall == _HALL,
        t.pace.c.day == _DAY,
        t.pace.c.service == _SERVICE,
        t.pace.c.what == bindparam("what"),
        t.pace.c.bucket == bindparam("bucket"),
    )
    .values(count=t.pace.c.count + 1)
)
PACE_FIRST: Final = Command(insert(t.pace))
PACES: Final = Query(
    select(t.pace.c.day, t.pace.c.service, t.pace.c.what, t.pace.c.bucket, t.pace.c.count).where(
        t.pace.c.hall == _HALL, t.pace.c.day >= bindparam("first"), t.pace.c.day <= bindparam("last")
    ),
    PaceRow,
)

SHIFT_ADD: Final = Command(insert(t.shift))
SHIFT_GO_ON: Final = Command(
    update(t.shift)
    .where(
        t.shift.c.hall == _HALL,
        t.shift.c.day == _DAY,
        t.shift.c.counter == bindparam("counter"),
        t.shift.c.opened_at == bindparam("from_opened_at"),
    )
    .values(closed_at=bindparam("to_closed_at"))
)
SHIFTS: Final = Query(
    select(t.shift.c.day, t.shift.c.counter, t.shift.c.opened_at, t.shift.c.closed_at)
    .where(t.shift.c.hall == _HALL, t.shift.c.day >= bindparam("since"), t.shift.c.day < bindparam("before"))
    .order_by(t.shift.c.day.desc(), t.shift.c.counter, t.shift.c.opened_at),
    ShiftRow,
)

# calls, by channel

_OF_LEG: Final = (
    (t.delivery.c.hall == _HALL) & (t.delivery.c.ticket == _TICKET) & (t.delivery.c.step == bindparam("at_step"))
)
DELIVERY_ADD: Final = Command(insert(t.delivery))
DELIVERIES: Final = Query(
    select(t.delivery.c.attempt, t.delivery.c.channel, t.delivery.c.state, t.delivery.c.at)
    .where(_OF_LEG, t.delivery.c.attempt >= bindparam("since_attempt"))
    .order_by(t.delivery.c.attempt, t.delivery.c.channel),
    DeliveryRow,
)
DELIVERY_MOVE: Final = Command(
    update(t.delivery)
    .where(
        _OF_LEG,
        t.delivery.c.attempt == bindparam("in_attempt"),
        t.delivery.c.channel == bindparam("over_channel"),
    )
    .values(state=bindparam("to_state"), at=bindparam("now"))
)

# feed

FEED_ADD: Final = Command(insert(t.feed))
FEED_AT: Final = Query(select(t.feed.c.at).where(t.feed.c.hall == _HALL, t.feed.c.seq == bindparam("seq")), int)
FEED_AFTER: Final = Query(
    select(t.feed.c.seq, t.feed.c.kind, t.feed.c.body)
    .where(t.feed.c.hall == _HALL, t.feed.c.seq > bindparam("after"))
    .order_by(t.feed.c.seq)
    .limit(bindparam("most")),
    FeedRow,
)

RECORDS: Final = Query(
    select(
        t.feed.c.seq,
        t.feed.c.at,
        t.feed.c.actor,
        t.feed.c.subject,
        t.feed.c.was,
        t.feed.c.state,
        t.feed.c.why,
        t.feed.c.kind,
        t.feed.c.body,
        t.feed.c.chain,
    )
    .where(t.feed.c.hall == _HALL, t.feed.c.seq > bindparam("after"))
    .order_by(t.feed.c.seq)
    .limit(bindparam("most")),
    RecordRow,
)

# audit

_AUDIT_COLUMNS: Final = select(
    t.audit.c.seq,
    t.audit.c.at,
    t.audit.c.actor,
    t.audit.c.action,
    t.audit.c.subject,
    t.audit.c.detail,
    t.audit.c.chain,
).where(t.audit.c.hall == _HALL)
AUDIT_ADD: Final = Command(insert(t.audit))
AUDIT_LAST: Final = Query(_AUDIT_COLUMNS.order_by(t.audit.c.seq.desc()).limit(1), AuditRow)
AUDIT_AFTER: Final = Query(
    _AUDIT_COLUMNS.where(t.audit.c.seq > bindparam("after")).order_by(t.audit.c.seq).limit(bindparam("most")), AuditRow
)

# erasing who came

ERASED: Final = Query(select(t.hall.c.erased_day, t.hall.c.erased_seq).where(t.hall.c.hall == _HALL), ErasedRow)
ERASED_MOVE: Final = Command(
    update(t.hall).where(t.hall.c.hall == _HALL).values(erased_day=bindparam("to_day"), erased_seq=bindparam("to_seq"))
)
DAY_TO_ERASE: Final = Query(
    select(t.ticket.c.day)
    .where(t.ticket.c.hall == _HALL, t.ticket.c.day > bindparam("after"), t.ticket.c.day < bindparam("before"))
    .order_by(t.ticket.c.day)
    .limit(1),
    str,
)
_OF_A_PERSON: Final = (
    t.ticket.c.masked_name,
    t.ticket.c.identity_hash,
    t.ticket.c.identity_sealed,
    t.ticket.c.phone_sealed,
)
TICKETS_ERASE: Final = Command(
    update(t.ticket)
    .where(
        t.ticket.c.hall == _HALL,
        t.ticket.c.day == _DAY,
        or_(*(column.is_not(None) for column in _OF_A_PERSON)),
    )
    .values({column: null() for column in _OF_A_PERSON})
)
FEED_REWRITE: Final = Command(
    update(t.feed).where(t.feed.c.hall == _HALL, t.feed.c.seq == bindparam("at_seq")).values(body=bindparam("to_body"))
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
