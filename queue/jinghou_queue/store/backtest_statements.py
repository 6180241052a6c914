"""What a replay of recorded days reads. Nothing that could lead to a person."""

from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, select

from jinghou_queue.store import Query
from jinghou_queue.store import tables as t


class CounterName(NamedTuple):
    """A counter and what the screens call it."""

    counter: str
    label: str


class LegPlace(NamedTuple):
    """Where a leg stood in its queue at last."""

    ticket: str
    step: int
    lane: int
    sort_time: int
    seq: int


class BookingMade(NamedTuple):
    """A booking for a day, as it stood at last."""

    booking: str
    service: str
    starts_at: int
    made_at: int
    state: str
    missed: int


class FeedLine(NamedTuple):
    """A public event, and the id of what it is about."""

    kind: str
    subject: str
    body: str


_HALL: Final[BindParameter[str]] = bindparam("hall")

SERVICES: Final = Query(select(t.service.c.service).where(t.service.c.hall == _HALL).order_by(t.service.c.place), str)
COUNTERS: Final = Query(
    select(t.counter.c.counter, t.counter.c.label).where(t.counter.c.hall == _HALL).order_by(t.counter.c.place),
    CounterName,
)
COUNTER_SERVICES: Final = Query(
    select(t.counter_service.c.counter, t.counter_service.c.service)
    .where(t.counter_service.c.hall == _HALL)
    .order_by(t.counter_service.c.place),
    lambda counter, service: (str(counter), str(service)),
)
DAYS: Final = Query(select(t.ticket.c.day).where(t.ticket.c.hall == _HALL).distinct().order_by(t.ticket.c.day), str)
LEGS: Final = Query(
    select(t.leg.c.ticket, t.leg.c.step, t.leg.c.lane, t.leg.c.sort_time, t.leg.c.seq).where(
        t.leg.c.hall == _HALL, t.leg.c.day == bindparam("day")
    ),
    LegPlace,
)
BOOKINGS: Final = Query(
    select(
        t.booking.c.booking,
        t.booking.c.service,
        t.booking.c.starts_at,
        t.booking.c.made_at,
        t.booking.c.state,
        t.booking.c.missed,
    )
    .where(t.booking.c.hall == _HALL, t.booking.c.day == bindparam("day"))
    .order_by(t.booking.c.starts_at, t.booking.c.booking),
    BookingMade,
)
FEED_BETWEEN: Final = Query(
    select(t.feed.c.kind, t.feed.c.subject, t.feed.c.body)
    .where(t.feed.c.hall == _HALL, t.feed.c.seq > bindparam("after"), t.feed.c.seq <= bindparam("until"))
    .order_by(t.feed.c.seq),
    FeedLine,
)
