"""A recorded day, read back from a hall's feed and its legs. No person is in it: ids and times only."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from jinghou_queue.backtest.days import (
    Booked,
    Called,
    Day,
    End,
    Ended,
    Entered,
    Happening,
    Staffed,
    Started,
    Unbooked,
    Withdrew,
)
from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.events import BookingChanged, CounterChanged, LegChanged
from jinghou_queue.contract.messages import Lane, LegState
from jinghou_queue.rules.days import start_of_day
from jinghou_queue.rules.states import AT_COUNTER
from jinghou_queue.store import Connection
from jinghou_queue.store import backtest_statements as st
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store.statements import HALL

_LEG: Final = msgspec.json.Decoder(LegChanged)
_BOOKING: Final = msgspec.json.Decoder(BookingChanged)
_COUNTER: Final = msgspec.json.Decoder(CounterChanged)
_COUNTER_KIND: Final = "counter"
_DAY_MS: Final = 24 * 3600 * 1000
_LEFT_OPEN_MS: Final = 4 * _DAY_MS  # a counter that nobody touched for longer is taken to be closed
_ENDS: Final = {
    LegState.DONE: End.DONE,
    LegState.MISSED: End.MISSED,
    LegState.PARKED: End.PARKED,
    LegState.WAITING: End.UNDONE,
    LegState.CANCELLED: End.MISSED,
    LegState.NO_SHOW: End.MISSED,
}


def days_of(connection: Connection, hall: str) -> list[str]:
    """The business days on which somebody took a number, the first first."""
    return connection.all(st.DAYS, hall=hall)


@dataclass(frozen=True)
class Records:
    """What a database holds of one day in a hall, as it stands there."""

    day: str
    begins_at: int
    services: tuple[str, ...]
    counters: tuple[st.CounterName, ...]
    able: tuple[tuple[str, str], ...]  # counter, service
    places: tuple[st.LegPlace, ...]
    bookings: tuple[st.BookingMade, ...]
    before: tuple[st.FeedLine, ...]
    feed: tuple[st.FeedLine, ...]


def records_of(connection: Connection, hall: str, day: str) -> Records | None:
    """Fetch a day; None when there is no such hall. Short, because a server may want to write meanwhile."""
    row = connection.one(HALL, hall=hall)
    if row is None:
        return None
    begins_at = start_of_day(day, ZoneInfo(row.timezone))

    def feed(since: int, until: int) -> tuple[st.FeedLine, ...]:
        places = range(1, row.seq + 1)
        first, last = (bisect_left(places, at, key=lambda seq: _at(connection, hall, seq)) for at in (since, until))
        return tuple(connection.all(st.FEED_BETWEEN, hall=hall, after=first, until=last))

    return Records(
        day=day,
        begins_at=begins_at,
        services=tuple(connection.all(st.SERVICES, hall=hall)),
        counters=tuple(connection.all(st.COUNTERS, hall=hall)),
        able=tuple(connection.all(st.COUNTER_SERVICES, hall=hall)),
        places=tuple(connection.all(st.LEGS, hall=hall, day=day)),
        bookings=tuple(connection.all(st.BOOKINGS, hall=hall, day=day)),
        before=tuple(line for line in feed(begins_at - _LEFT_OPEN_MS, begins_at) if line.kind == _COUNTER_KIND),
        feed=feed(begins_at, begins_at + _DAY_MS),
    )


def _at(connection: Connection, hall: str, seq: int) -> int:
    at = connection.one(rs.FEED_AT, hall=hall, seq=seq)
    assert at is not None, "a feed has no gaps"
    return at


def day_of(records: Records) -> Day:
    """The day as it was recorded."""
    return Day(
        name=records.day,
        begins_at=records.begins_at,
        services=records.services,
        counters={
            row.counter: tuple(service for counter, service in records.able if counter == row.counter)
            for row in records.counters
        },
        happened=tuple(_Reader(records).read()),
    )


class _Reader:
    """Turns a day's feed into what happened."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.counters = {row.label: row.counter for row in records.counters}
        self.places = {(row.ticket, row.step): row for row in records.places}
        self.steps = defaultdict[str, int](int)
        self.at_counter: dict[str, str] = {}
        self.booked: set[str] = set()

    def read(self) -> Iterator[Happening]:
        """What happened, in order; first the counters that nobody closed the evening before, and who had booked."""
        last = {event.counter: event for event in map(_changed, self.records.before)}
        for event in last.values():
            yield Staffed(self.records.begins_at, event.counter, event.state, event.services)
        yield from self._booked_before()
        for line in self.records.feed:
            match line.kind:
                case "counter":
                    event = _changed(line)
                    yield Staffed(event.at, event.counter, event.state, event.services)
                case "booking":
                    yield from self._booking(line.subject, _BOOKING.decode(line.body))
                case "leg":
                    leg = _LEG.decode(line.body)
                    if leg.day == self.records.day:  # and not of somebody served past midnight
                        yield from self._leg(line.subject, leg)

    def _booked_before(self) -> Iterator[Happening]:
        """Who had booked by midnight; of somebody who cancelled, only that it was before or after is on record."""
        told = {line.subject for line in self.records.feed if line.kind == "booking"}
        for row in self.records.bookings:
            expected = row.state in (BookingState.CONFIRMED, BookingState.CHECKED_IN) or row.missed
            if row.made_at < self.records.begins_at and (expected or row.booking in told):
                self.booked.add(row.booking)
                yield Booked(self.records.begins_at, row.booking, row.service, row.starts_at)

    def _booking(self, booking: str, event: BookingChanged) -> Iterator[Happening]:
        """A booking is no longer expected as it was, and perhaps from now on, later today."""
        if booking in self.booked:
            self.booked.remove(booking)
            yield Unbooked(event.at, booking, came=event.state is BookingState.CHECKED_IN)
        today = self.records.begins_at <= event.starts_at < self.records.begins_at + _DAY_MS
        if event.state is BookingState.CONFIRMED and today:
            self.booked.add(booking)
            yield Booked(event.at, booking, event.service, event.starts_at)

    def _leg(self, ticket: str, event: LegChanged) -> list[Happening]:
        if event.was is None:
            self.steps[ticket] += 1
        leg = f"{ticket}.{self.steps[ticket]}"
        counter = self.counters.get(event.counter or "")
        if event.was in AT_COUNTER and event.state not in AT_COUNTER:
            held = self.at_counter.pop(leg, counter)
            return [] if held is None else [Ended(event.at, leg, held, _ENDS[event.state])]
        match event.state:
            case LegState.WAITING if event.was is LegState.WAITING:
                return []  # another place in the queue, which is the one on record
            case LegState.WAITING:
                return self._entered(ticket, leg, event)
            case LegState.CALLED if counter is not None and event.was is LegState.WAITING:
                self.at_counter[leg] = counter
                return [Called(event.at, leg, counter)]
            case LegState.SERVING if counter is not None:
                self.at_counter[leg] = counter
                return [Started(event.at, leg, counter)]
            case LegState.CANCELLED if event.was is LegState.WAITING:
                return [Withdrew(event.at, leg)]
            case _:  # recalled; or missed and not back by the evening
                return []

    def _entered(self, ticket: str, leg: str, event: LegChanged) -> list[Happening]:
        """Somebody came into a queue. Of who came back later only the last place is on record: first, a walk-in's."""
        row, again = self.places.get((ticket, self.steps[ticket])), event.was is not None
        if row is None or row.seq != event.seq:
            return [Entered(event.at, leg, event.service, Lane.WALK_IN, event.at, again=again)]
        return [Entered(event.at, leg, event.service, Lane(row.lane), row.sort_time, again=again)]


def _changed(line: st.FeedLine) -> CounterChanged:
    return _COUNTER.decode(line.body)
