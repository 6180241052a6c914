"""Statements behind what a manager looks at: the day's counts of a whole hall, and the audit by day and person."""

from typing import Final, NamedTuple

from sqlalchemy import BigInteger, BindParameter, ColumnClause, bindparam, func, literal_column, select

from jinghou_queue.store import Query
from jinghou_queue.store import tables as t


class DoneAtCounter(NamedTuple):
    """How many people a counter finished on a day, how long they had waited and were served in all, in ms."""

    counter: str
    people: int
    waited_ms: int
    served_ms: int


class AuditLine(NamedTuple):
    """A line of the audit, without its link."""

    seq: int
    at: int
    actor: str
    action: str
    subject: str
    detail: str


_HALL: Final[BindParameter[str]] = bindparam("hall")
_DAY: Final[BindParameter[str]] = bindparam("day")

TICKETS_OF_DAY: Final = Query(
    select(func.count()).select_from(t.ticket).where(t.ticket.c.hall == _HALL, t.ticket.c.day == _DAY), int
)
_ZERO: Final[ColumnClause[int]] = literal_column("0")
DONE_BY_COUNTER: Final = Query(
    select(
        t.leg.c.counter,
        func.count(),
        func.coalesce(func.sum(t.leg.c.called_at - t.leg.c.entered_at), _ZERO),
        func.coalesce(func.sum(t.leg.c.ended_at - t.leg.c.started_at - t.leg.c.parked_ms), _ZERO),
    )
    .where(t.leg.c.hall == _HALL, t.leg.c.day == _DAY, t.IS_DONE, t.leg.c.started_at.is_not(None))
    .group_by(t.leg.c.counter),
    lambda counter, people, waited, served: DoneAtCounter(str(counter), int(people), int(waited), int(served)),
)

AUDIT_PAGE: Final = Query(
    select(t.audit.c.seq, t.audit.c.at, t.audit.c.actor, t.audit.c.action, t.audit.c.subject, t.audit.c.detail)
    .where(
        t.audit.c.hall == _HALL,
        t.audit.c.seq < bindparam("before_seq", type_=BigInteger),
        t.audit.c.at >= bindparam("since", type_=BigInteger),
        t.audit.c.at < bindparam("until", type_=BigInteger),
        t.audit.c.actor.like(bindparam("actor_like"), escape="\\"),
    )
    .order_by(t.audit.c.seq.desc())
    .limit(bindparam("most")),
    AuditLine,
)
"""The newest lines before one, within a time, by whoever fits."""
