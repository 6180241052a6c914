"""A recorded day, read back from a hall's feed and its legs. No person is in it: ids and times only."""

from collections import defaultdict
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from jinghou_queue.backtest.days import (
    Called,
    Day,
    End,
    Ended,
    Entered,
    Happening,
    Staffed,
    Started,
    Withdrew,
)
from jinghou_queue.contract.events import CounterChanged, LegChanged
from jinghou_queue.contract.messages import Lane, LegState
from jinghou_queue.store import Connection
from jinghou_queue.store import backtest_statements as st

_EVENT: Final[msgspec.json.Decoder[LegChanged | CounterChanged]] = msgspec.json.Decoder(LegChanged | CounterChanged)
_COUNTER: Final = msgspec.json.Decoder(CounterChanged)
_DAY_MS: Final = 24 * 3600 * 1000
_ENDS: Final = {
    LegState.DONE: End.DONE,
    LegState.MISSED: End.MISSED,
    LegState.PARKED: End.PARKED,
    LegState.WAITING: End.UNDONE,
    LegState.CANCELLED: End.MISSED,
    LegState.NO_SHOW: End.MISSED,
}
_AT_COUNTER: Final = frozenset({LegState.CALLED, LegState.SERVING})


def days_of(connection: Connection, hall: str) -> list[str]:
    """The business days on which somebody took a number, the first first."""
    return connection.all(st.DAYS, hall=hall)


def recorded_day(connection: Connection, hall: str, day: str) -> Day | None:
    """The day as it was recorded; None when there is no such hall."""
    zone = connection.one(st.TIME_ZONE, hall=hall)
    if zone is None:
        return None
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone))
    begins_at = round(midnight.timestamp() * 1000)
    reader = _Reader(connection, hall, day)
    return Day(
        name=day,
        begins_at=begins_at,
        services=tuple(connection.all(st.SERVICES, hall=hall)),
        counters=tuple(reader.counters.values()),
        happened=reader.read(begins_at),
    )


class _Reader:
    """Turns a day's feed into what happened."""

    def __init__(self, connection: Connection, hall: str, day: str) -> None:
        self.connection, self.hall, self.day = connection, hall, day
        self.counters = {row.label: row.counter for row in connection.all(st.COUNTERS, hall=hall)}
        self.places = {(row.ticket, row.step): row for row in connection.all(st.LEGS, hall=hall, day=day)}
        self.steps = defaultdict[str, int](int)
        self.at_counter: dict[str, str] = {}

    def read(self, begins_at: int) -> tuple[Happening, ...]:
        happened: list[Happening] = self._from_before(begins_at)
        for row in self.connection.all(st.FEED_OF_DAY, hall=self.hall, since=begins_at, until=begins_at + _DAY_MS):
            event = _EVENT.decode(row.body)
            match event:
                case LegChanged() if event.day == self.day:
                    happened += self._leg(row.subject, event)
                case CounterChanged():
                    happened.append(Staffed(event.at, event.counter, event.state, event.services))
                case _:  # somebody of yesterday, served past midnight
                    pass
        return tuple(happened)

    def _from_before(self, begins_at: int) -> list[Happening]:
        """The counters that nobody closed the evening before."""
        last: dict[str, Happening] = {}
        for body in self.connection.all(st.COUNTERS_BEFORE, hall=self.hall, until=begins_at):
            event = _COUNTER.decode(body)
            last[event.counter] = Staffed(begins_at, event.counter, event.state, event.services)
        return list(last.values())

    def _leg(self, ticket: str, event: LegChanged) -> list[Happening]:
        if event.was is None:
            self.steps[ticket] += 1
        leg = f"{ticket}.{self.steps[ticket]}"
        counter = self.counters.get(event.counter or "")
        if event.was in _AT_COUNTER and event.state not in _AT_COUNTER:
            held = self.at_counter.pop(leg, counter)
            return [] if held is None else [Ended(event.at, leg, held, _ENDS[event.state])]
        match event.state:
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
