"""Statements on the calls that stand, channel by channel, and on the messages that are on their way."""

from typing import Final, NamedTuple

from sqlalchemy import BigInteger, BindParameter, bindparam, delete, insert, literal_column, select, update

from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class CallRow(NamedTuple):
    """One channel of a call that stands; without a channel yet it has one row without one."""

    ticket: str
    step: int
    day: str
    called_at: int
    phone_sealed: str | None
    attempt: int | None
    channel: str | None
    state: str | None
    at: int | None


class HeadRow(NamedTuple):
    """Somebody near the head of a queue."""

    ticket: str
    step: int
    phone_sealed: str | None


class NoticeRow(NamedTuple):
    """A message on its way."""

    notice: str
    kind: str
    ticket: str
    step: int
    attempt: int
    ahead: int
    channel: str
    state: str
    claimed_until: int
    tries: int
    receipt: str | None


_HALL: Final[BindParameter[str]] = bindparam("hall")
_NOTICE_KEY: Final = (t.notice.c.hall == _HALL) & (t.notice.c.notice == bindparam("notice"))

CALLS: Final = Query(
    select(
        t.leg.c.ticket,
        t.leg.c.step,
        t.leg.c.day,
        t.leg.c.called_at,
        t.ticket.c.phone_sealed,
        t.delivery.c.attempt,
        t.delivery.c.channel,
        t.delivery.c.state,
        t.delivery.c.at,
    )
    .select_from(
        t.leg.join(t.ticket, (t.leg.c.hall == t.ticket.c.hall) & (t.leg.c.ticket == t.ticket.c.ticket)).outerjoin(
            t.delivery,
            (t.leg.c.hall == t.delivery.c.hall)
            & (t.leg.c.ticket == t.delivery.c.ticket)
            & (t.leg.c.step == t.delivery.c.step)
            & (t.delivery.c.attempt >= t.leg.c.calls - t.leg.c.recalls),
        )
    )
    .where(
        t.leg.c.hall == _HALL,
        t.leg.c.counter.is_not(None),
        t.IS_AT_COUNTER,
        t.leg.c.state == literal_column("'called'"),
    )
    .order_by(t.leg.c.called_at, t.leg.c.ticket, t.delivery.c.attempt, t.delivery.c.channel),
    CallRow,
)
"""Who is called and not there yet, the longest first; found among those at counters, whatever waits or was."""

HEADS: Final = Query(
    select(t.leg.c.ticket, t.leg.c.step, t.ticket.c.phone_sealed)
    .select_from(t.leg.join(t.ticket, (t.leg.c.hall == t.ticket.c.hall) & (t.leg.c.ticket == t.ticket.c.ticket)))
    .where(
        t.leg.c.hall == _HALL,
        t.leg.c.day == bindparam("day"),
        t.leg.c.service == bindparam("service"),
        t.IS_WAITING,
    )
    .order_by(t.leg.c.lane, t.leg.c.sort_time, t.leg.c.seq)
    .limit(bindparam("most")),
    HeadRow,
)
"""The next few people of a service's queue."""

_NOTICE_COLUMNS: Final = select(
    t.notice.c.notice,
    t.notice.c.kind,
    t.notice.c.ticket,
    t.notice.c.step,
    t.notice.c.attempt,
    t.notice.c.ahead,
    t.notice.c.channel,
    t.notice.c.state,
    t.notice.c.claimed_until,
    t.notice.c.tries,
    t.notice.c.receipt,
).where(t.notice.c.hall == _HALL)
NOTICE: Final = Query(_NOTICE_COLUMNS.where(t.notice.c.notice == bindparam("notice")), NoticeRow)
NOTICES_DUE: Final = Query(
    _NOTICE_COLUMNS.where(
        t.notice.c.channel == bindparam("channel"), t.IS_QUEUED, t.notice.c.due_at <= bindparam("now")
    )
    .order_by(t.notice.c.due_at, t.notice.c.notice)
    .limit(bindparam("most")),
    NoticeRow,
)
"""What should be sent over a channel, or told of, by now; the longest due first."""
AHEAD_GIVEN: Final = Query(
    select(t.notice.c.ahead).where(
        t.notice.c.hall == _HALL,
        t.notice.c.ticket == bindparam("ticket"),
        t.notice.c.step == bindparam("at_step"),
        t.notice.c.ahead > 0,
    ),
    int,
)
NOTICE_OF_RECEIPT: Final = Query(
    select(t.notice.c.hall, t.notice.c.notice).where(
        t.notice.c.channel == bindparam("channel"), t.notice.c.receipt == bindparam("receipt")
    ),
    lambda hall, notice: (str(hall), str(notice)),
)
NOTICE_ADD: Final = Command(insert(t.notice))
NOTICE_CLAIM: Final = Command(
    update(t.notice)
    .where(_NOTICE_KEY)
    .values(
        claimed_until=bindparam("until", type_=BigInteger),
        due_at=bindparam("until", type_=BigInteger),
        tries=t.notice.c.tries + 1,
    )
)
NOTICE_AGAIN: Final = Command(
    update(t.notice)
    .where(_NOTICE_KEY)
    .values(claimed_until=literal_column("0"), due_at=bindparam("to_due_at"), tries=bindparam("to_tries"))
)
NOTICE_MOVE: Final = Command(
    update(t.notice)
    .where(_NOTICE_KEY)
    .values(
        state=bindparam("to_state"),
        at=bindparam("now"),
        claimed_until=literal_column("0"),
        receipt=bindparam("to_receipt"),
        fault=bindparam("to_fault"),
    )
)
NOTICES_FORGET: Final = Command(delete(t.notice).where(t.notice.c.hall == _HALL, t.notice.c.at < bindparam("before")))
