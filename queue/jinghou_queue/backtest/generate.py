"""Made-up halls, and who comes to them on a day: the wishes only, what becomes of them is played by `truth`.

Figures as in large government halls: most people come in the morning and on Mondays, three of ten have booked, eight of
a hundred booked people do not come, matters take from one minute to a quarter of an hour.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from jinghou_queue.contract.messages import Lane

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
OPENS: Final = 9 * HOUR
LAST_NUMBER: Final = 16 * HOUR + 30 * MINUTE

_FIRST_DAY: Final = date(2026, 3, 2)  # a Monday
_ZONE_AHEAD: Final = timedelta(hours=8)
_RUSH: Final = (0.5, 1.5, 1.9, 1.8, 1.4, 1.0, 0.6, 0.5, 0.6, 1.2, 1.4, 1.3, 1.0, 0.8, 0.6, 0.4)
"""How many come in each half hour from half past eight, against the mean."""
_WEEK: Final = (1.18, 1.02, 0.98, 0.95, 0.92)
_SLOT: Final = 15 * MINUTE
_OVERHEAD_MS: Final = 38_000  # of a person beyond being served: walking, the clerk's next press
_HOURS_STAFFED: Final = 6.0  # of a counter on a day


@dataclass(frozen=True)
class MadeUpService:
    """A service of a made-up hall: median time of a matter, spread of its logarithm, how many of all visits."""

    id: str
    median_ms: float
    spread: float
    share: float


@dataclass(frozen=True)
class MadeUpCounter:
    """A counter: what its clerk can do, how quick the clerk is (1 = as usual), how far it is to walk."""

    id: str
    services: tuple[str, ...]
    quickness: float
    walk_ms: float
    reserve: bool  # opened only when many wait
    late_lunch: bool


@dataclass(frozen=True)
class MadeUpHall:
    """A hall, and how much of what its counters can do comes on an ordinary day (1 = everything)."""

    services: tuple[MadeUpService, ...]
    counters: tuple[MadeUpCounter, ...]
    load: float

    @property
    def visits(self) -> int:
        """How many come on an ordinary day."""
        each = sum(service.share * (service.median_ms * 1.35 + _OVERHEAD_MS) for service in self.services)
        return round(self.load * len(self.counters) * _HOURS_STAFFED * HOUR / each)


@dataclass(frozen=True)
class Visitor:
    """Somebody who comes: when, for what, in which lane; `patience_ms` until giving up (most never do)."""

    at: int
    service: str
    lane: Lane
    sort_time: int
    patience_ms: float
    booking: str | None = None


@dataclass(frozen=True)
class Reservation:
    """A booking for today; `comes_at` is None for who does not come."""

    id: str
    service: str
    start: int
    comes_at: int | None


@dataclass(frozen=True)
class Wishes:
    """Who comes on a day, and who is booked."""

    day: date
    begins_at: int
    visitors: tuple[Visitor, ...]
    reservations: tuple[Reservation, ...]


def made_up_hall(random: Random, counters: int = 54, services: int = 20, load: float = 0.76) -> MadeUpHall:
    """A hall whose counters can do one to four things each, the frequent ones at more counters."""
    weights = [1 / (place + 2) for place in range(services)]
    offered = tuple(
        MadeUpService(
            id=f"s{place + 1}",
            median_ms=random.lognormvariate(0, 0.7) * 2.4 * MINUTE,
            spread=random.uniform(0.45, 0.8),
            share=weight / sum(weights),
        )
        for place, weight in enumerate(weights)
    )
    return MadeUpHall(offered, tuple(_counters(random, offered, counters)), load)


def _counters(random: Random, offered: tuple[MadeUpService, ...], number: int) -> Iterator[MadeUpCounter]:
    """Each new counter does first what has the fewest counters for its work, and now and then something else too."""
    work = {service.id: service.share * (service.median_ms * 1.35 + _OVERHEAD_MS) for service in offered}
    staffed = dict.fromkeys(work, 0.0)
    for place in range(number):
        first = max(work, key=lambda name: work[name] / (staffed[name] + 0.3))
        others = [name for name in work if name != first]
        also = random.sample(others, min(len(others), random.choice((0, 0, 1, 1, 2, 3))))
        if place == number - 1:
            also += [name for name in others if not staffed[name] and name not in also]
        for name in (first, *also):
            staffed[name] += 1 / (1 + len(also))
        yield MadeUpCounter(
            id=f"c{place + 1}",
            services=(first, *also),
            quickness=random.lognormvariate(0, 0.22),
            walk_ms=random.uniform(6_000, 24_000),
            reserve=place % 9 == 7,
            late_lunch=place % 2 == 1,
        )


def working_day(number: int) -> date:
    """The so-manieth working day of a made-up calendar, from 0, a Monday."""
    return _FIRST_DAY + timedelta(days=7 * (number // 5) + number % 5)


def wishes(hall: MadeUpHall, number: int, random: Random) -> Wishes:
    """Who comes on that working day."""
    day = working_day(number)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - _ZONE_AHEAD
    begins_at = round(midnight.timestamp() * 1000)
    visits = round(hall.visits * _WEEK[day.weekday()] * random.lognormvariate(0, 0.06))
    names, shares = zip(*((service.id, service.share) for service in hall.services), strict=True)
    visitors: list[Visitor] = []
    reservations: list[Reservation] = []
    for person in range(visits):
        (service,) = random.choices(names, shares)
        if random.random() < 0.3:
            reservation = _reservation(f"b{person}", service, begins_at, random)
            reservations.append(reservation)
            if reservation.comes_at is not None:
                visitors.append(_booked(reservation, reservation.comes_at, random))
        else:
            visitors.append(_walk_in(service, begins_at, random))
    visitors.sort(key=lambda visitor: visitor.at)
    return Wishes(day, begins_at, tuple(visitors), tuple(reservations))


def _reservation(name: str, service: str, begins_at: int, random: Random) -> Reservation:
    moment = begins_at + OPENS + round(random.triangular(0, 7, 2.5) * HOUR)
    start = moment - moment % _SLOT
    if random.random() < 0.08:
        return Reservation(name, service, start, None)
    came = start + round(max(-30, random.gauss(-9, 9)) * MINUTE)
    return Reservation(name, service, start, came)


def _booked(reservation: Reservation, at: int, random: Random) -> Visitor:
    late = at > reservation.start + 15 * MINUTE
    return Visitor(
        at=at,
        service=reservation.service,
        lane=Lane.WALK_IN if late else Lane.BOOKED,
        sort_time=at if late else reservation.start,
        patience_ms=_patience(random),
        booking=reservation.id,
    )


def _walk_in(service: str, begins_at: int, random: Random) -> Visitor:
    edges = list(accumulate(_RUSH))
    half_hour = bisect_right(edges, random.random() * edges[-1])
    at = begins_at + OPENS - HOUR // 2 + round((half_hour + random.random()) * HOUR / 2)
    lane = Lane.PRIORITY if random.random() < 0.015 else Lane.WALK_IN
    return Visitor(at=at, service=service, lane=lane, sort_time=at, patience_ms=_patience(random))


def _patience(random: Random) -> float:
    return random.expovariate(1 / (60 * MINUTE)) if random.random() < 0.1 else float("inf")
