"""How long people will wait: the hall as it is now, played forward many times, as look-up tables for each service.

Pure: the time, what was measured and the source of chance come in as arguments. One refresh is done every few seconds;
asking it for one ticket costs nothing.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from statistics import NormalDist
from typing import Final

from jinghou_queue.contract.messages import CounterState, Lane
from jinghou_queue.rules import simulate as sim
from jinghou_queue.rules.pace import (
    MISS_GUESS,
    PAUSE_GUESS,
    TURN_GUESS,
    WALK_GUESS,
    HallTempo,
    Measured,
    tempo_today,
)

MOST_KEYS: Final = 1500
"""Places of a service's queue that are worth reading; those behind them are taken to have come evenly until now."""

_MOST_GROUPS: Final = 1600  # in one course, all services together: a longer queue is played in groups of people
_FEWEST_GROUPS: Final = 20  # of a service that has as many people
_CALLS: Final = 30_000  # in all courses of a refresh together
_FEWEST_COURSES: Final = 24
_MOST_COURSES: Final = 100
_SAMPLES: Final = 512
_CLERKS: Final = 0.25  # by how much (logarithm) clerks differ; all of them together do what was measured
_EARLY_BREAK_MS: Final = 20 * 60_000
_NORMAL: Final = NormalDist()
_LATE_OPENING_MS: Final = 30 * 60_000  # a counter this late is not expected before its next opening


@dataclass(frozen=True)
class Busy:
    """Whom a counter has: called, or since `started_at` being served. Unix times in milliseconds."""

    service: str
    called_at: int
    started_at: int | None = None


@dataclass(frozen=True)
class CounterNow:
    """A counter: in which state since when, which services it serves (or would, once open), and whom it has.

    `since` is when it became free, or came into its state if that was later. `shifts` are, one for each earlier day,
    the stretches in which it was open on that day, as Unix times moved to today.
    """

    services: tuple[str, ...]
    state: CounterState
    since: int
    busy: Busy | None = None
    shifts: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True)
class QueueNow:
    """Who waits for a service: how many, and lane and sort time of the first of them, in calling order."""

    service: str
    waiting: int
    keys: tuple[tuple[Lane, int], ...]


@dataclass(frozen=True)
class Expected:
    """Somebody who has not arrived but may: between when and when, with which place, how likely (0 to 1)."""

    service: str
    earliest: int
    latest: int
    lane: Lane
    sort_time: int
    chance: float


@dataclass(frozen=True)
class HallNow:
    """A hall at one moment. `ends_at`: nobody is called from then on; None if everybody with a number is served."""

    at: int
    queues: tuple[QueueNow, ...]
    counters: tuple[CounterNow, ...]
    expected: tuple[Expected, ...] = ()
    ends_at: int | None = None


@dataclass(frozen=True)
class Paces:
    """What was measured in the hall: services by id, and what lies between them."""

    services: Mapping[str, Measured]
    walk: Measured = field(default_factory=Measured)  # call → start
    turn: Measured = field(default_factory=Measured)  # counter free and somebody waiting → call
    miss: Measured = field(default_factory=Measured)  # call → given up
    pause: Measured = field(default_factory=Measured)


@dataclass(frozen=True)
class Wait:
    """Half the people wait at most `p50` milliseconds, nine of ten at most `p90`; None: it may not be today."""

    p50: int | None
    p90: int | None


@dataclass(frozen=True)
class Outlook:
    """The waits of one service: at `places` (people ahead, ascending), and for a newcomer in each lane."""

    places: tuple[int, ...]
    waits: tuple[tuple[float, float], ...]
    newcomers: Mapping[Lane, tuple[int, float, float]]

    def wait(self, ahead: int, lane: Lane = Lane.WALK_IN) -> Wait:
        """The wait of somebody in `lane` with so many ahead in the service's queue."""
        return Wait(*(_milliseconds(self._wait(ahead, lane, part)) for part in (0, 1)))

    def _wait(self, ahead: int, lane: Lane, part: int) -> float:
        usual = self._at(ahead, part)
        place, *waits = self.newcomers[lane]
        if lane is Lane.WALK_IN or not math.isfinite(waits[part]):
            return usual
        if ahead <= place:  # of those yet to come, fewer get in front than of the walk-in who stands there now
            return min(usual, waits[part])
        more = usual - self._at(place, part)
        return waits[part] + (more if math.isfinite(more) else 0.0)

    def _at(self, ahead: int, part: int) -> float:
        right = bisect_left(self.places, ahead)
        if right == len(self.places):
            return self._beyond(ahead, part)
        if self.places[right] == ahead or right == 0:
            return self.waits[right][part]
        left = right - 1
        share = (ahead - self.places[left]) / (self.places[right] - self.places[left])
        low, high = self.waits[left][part], self.waits[right][part]
        return low + share * (high - low) if math.isfinite(high) else math.inf

    def _beyond(self, ahead: int, part: int) -> float:
        last, end = self.waits[-1][part], self.places[-1]
        per_person = (last - self.waits[0][part]) / end if end and math.isfinite(last) else 0.0
        return last + (ahead - end) * per_person


def _milliseconds(wait: float) -> int | None:
    return round(wait) if math.isfinite(wait) else None


def outlooks(now: HallNow, paces: Paces, random: Random) -> dict[str, Outlook]:
    """The waits of every service of `now.queues`. The same arguments give the same answer."""
    stage = _Stage(now, paces, random)
    count = max(_FEWEST_COURSES, min(_MOST_COURSES, _CALLS // (1 + sum(map(len, stage.scene.queues)))))
    courses = [sim.simulate(stage.scene, chances, random) for chances in stage.chances(count)]
    return {
        queue.service: _outlook(queue, stage.groups[service], courses, service)
        for service, queue in enumerate(now.queues)
    }


class _Gaps:
    """Samples of what lies between services, shortest first."""

    def __init__(self, paces: Paces) -> None:
        walk, miss = paces.walk.with_guess(WALK_GUESS), paces.miss.with_guess(MISS_GUESS)
        self.walk = walk.spread_out(_SAMPLES)
        self.miss = miss.spread_out(_SAMPLES)
        self.turn = paces.turn.with_guess(TURN_GUESS).spread_out(_SAMPLES)
        self.pause = paces.pause.with_guess(PAUSE_GUESS).spread_out(_SAMPLES)
        self.missed = miss.total / (walk.total + miss.total)


class _Stage:
    """Everything about one moment that its courses share, and the dice for what they do not."""

    def __init__(self, now: HallNow, paces: Paces, random: Random) -> None:
        self.now, self.random = now, random
        self.names = {queue.service: index for index, queue in enumerate(now.queues)}
        self.tempo: HallTempo = tempo_today({name: paces.services.get(name, Measured()) for name in self.names})
        self.gaps = _Gaps(paces)
        self.services = {
            name: [duration * tempo.factor for duration in tempo.shape.spread_out(_SAMPLES)]
            for name, tempo in self.tempo.services.items()
        }
        self.groups = _groups([queue.waiting for queue in now.queues])
        self.scene = self._scene()
        self.notices = 0.0  # after how long a clerk who is idle calls the next who comes
        self.days = max((len(counter.shifts) for counter in now.counters), default=0)

    def _scene(self) -> sim.Scene:
        samples = [self._cycles(queue.service) for queue in self.now.queues]
        grouped = list(zip(self.now.queues, self.groups, strict=True))
        return sim.Scene(
            serves=tuple(
                tuple(self.names[name] for name in counter.services if name in self.names)
                for counter in self.now.counters
            ),
            queues=tuple(_places(queue, firsts, self.now.at) for queue, firsts in grouped),
            sizes=tuple(_sizes(firsts, queue.waiting) for queue, firsts in grouped),
            samples=tuple(samples),
            means=tuple(sum(cycles) / len(cycles) for cycles in samples),
            newcomers={lane: sim.packed(lane, self.now.at) + 1 for lane in Lane},
            ends_after=math.inf if self.now.ends_at is None else self.now.ends_at - self.now.at,
        )

    def _cycles(self, service: str) -> list[float]:
        """How long one person keeps a counter, from call to call, for people who came and people who did not."""
        choice, gaps = self.random.choice, self.gaps
        missed = round(_SAMPLES * gaps.missed)
        came = [duration + choice(gaps.walk) for duration in self.services[service]]
        self.random.shuffle(came)
        came[:missed] = [choice(gaps.miss) for _ in range(missed)]
        return [duration + choice(gaps.turn) for duration in came]

    def chances(self, count: int) -> Iterator[sim.Chances]:
        """Throw the dice for so many courses."""
        common = self._doubts(self.tempo.doubt, count)
        services = [self._doubts(self.tempo.services[queue.service].doubt, count) for queue in self.now.queues]
        for course in range(count):
            day = self.random.randrange(self.days) if self.days else 0
            yield self._chances(day, [math.exp(common[course] + doubts[course]) for doubts in services])

    def _doubts(self, spread: float, count: int) -> list[float]:
        """For each course one, all together just as likely as they should be: few courses must do."""
        doubts = [spread * _NORMAL.inv_cdf((course + 0.5) / count) for course in range(count)]
        self.random.shuffle(doubts)
        return doubts

    def _chances(self, day: int, factors: Sequence[float]) -> sim.Chances:
        now, random = self.now, self.random
        self.notices = random.choice(self.gaps.turn)
        free: list[tuple[float, int]] = []
        away: dict[int, Sequence[tuple[float, float]]] = {}
        for index, counter in enumerate(now.counters):
            after, stretches = self._staffed(counter, day)
            if math.isfinite(after):
                free.append((after, index))
                away[index] = stretches
        return sim.Chances(
            free=free,
            away=away,
            factors=factors,
            clerks=[random.lognormvariate(_CLERKS**2 / 2, _CLERKS) for _ in now.counters],
            arrivals=[
                sim.Arrival(
                    max(0.0, random.uniform(who.earliest, who.latest) - now.at),
                    self.names[who.service],
                    sim.packed(who.lane, who.sort_time, comes=True),
                )
                for who in now.expected
                if who.service in self.names and random.random() < who.chance
            ],
        )

    def _staffed(self, counter: CounterNow, day: int) -> tuple[float, list[tuple[float, float]]]:
        """After how long the counter can call, if at all, and when it is away after that, if it is as on that day."""
        at = self.now.at
        match counter.state:
            case CounterState.OPEN:
                return self._free_again(counter), _away(_shifts(counter, day, at))
            case CounterState.PAUSED:
                after = self._free_again(counter) if counter.busy else 0.0
                gone, shifts = at - counter.since, _shifts(counter, day, at)
                if _was_away(shifts):
                    return max(after, shifts[1][0]), _gaps_between(shifts[1:])
                if len(shifts) > 1 and shifts[0][1] < _EARLY_BREAK_MS:  # the break that was soon to come has come
                    return max(after, shifts[1][0] - shifts[0][1] - gone), _gaps_between(shifts[1:])
                return max(after, self._rest(self.gaps.pause, gone)), _away(shifts)
            case CounterState.CLOSED:
                shifts = _moved(counter.shifts[day], at) if counter.shifts else []
                after = _opens(shifts, at - counter.since)
                return after, _gaps_between([shift for shift in shifts if shift[1] > after])

    def _free_again(self, counter: CounterNow) -> float:
        at, busy, gaps, choice = self.now.at, counter.busy, self.gaps, self.random.choice
        if busy is None:
            if self._somebody_waits(counter):
                return self._rest(gaps.turn, at - counter.since)
            return self.notices
        service = self.services.get(busy.service) or [0.0]
        if busy.started_at is not None:
            return self._rest(service, at - busy.started_at) + choice(gaps.turn)
        called = at - busy.called_at
        if self.random.random() < gaps.missed:
            return self._rest(gaps.miss, called) + choice(gaps.turn)
        return self._rest(gaps.walk, called) + choice(service) + choice(gaps.turn)

    def _somebody_waits(self, counter: CounterNow) -> bool:
        return any(self.now.queues[self.names[name]].waiting for name in counter.services if name in self.names)

    def _rest(self, durations: Sequence[float], gone: float) -> float:
        """How much longer something takes that has taken `gone` already."""
        longer = bisect_right(durations, gone)
        if longer >= len(durations) - 2:  # longer than nearly everything measured: it may take as long again
            return gone * self.random.random()
        return durations[self.random.randrange(longer, len(durations))] - gone


def _groups(waiting: Sequence[int]) -> list[Sequence[int]]:
    """Who is first in each group of each service: so that a course stays short, the far end is played by groups."""
    share = min(1.0, _MOST_GROUPS / max(1, sum(waiting)))
    return [_firsts(count, max(_FEWEST_GROUPS, count * share)) for count in waiting]


def _firsts(waiting: int, most: float) -> Sequence[int]:
    """At most about so many groups, which grow with the number of people before them."""
    if waiting <= most:
        return range(waiting)
    alone = most
    while alone * (1 + math.log(waiting / alone)) > most:
        alone *= 0.9
    firsts, place = [], 0
    while place < waiting:
        firsts.append(place)
        place += 1 + int(place / alone)
    return firsts


def _sizes(firsts: Sequence[int], waiting: int) -> Sequence[int]:
    """How many are in each group; nothing when everybody is alone."""
    if len(firsts) == waiting:
        return ()
    return [following - first for first, following in pairwise([*firsts, waiting])]


def _places(queue: QueueNow, firsts: Sequence[int], at: int) -> tuple[int, ...]:
    """The place of every group; who is behind the keys that were read is taken to have come evenly until now."""
    known = len(queue.keys)
    last = queue.keys[-1][1] if queue.keys else at
    places = []
    for first in firsts:
        if first < known:
            places.append(sim.packed(*queue.keys[first]))
        else:
            share = (first - known + 1) / (queue.waiting - known + 1)
            places.append(sim.packed(Lane.WALK_IN, round(last + share * max(0, at - last))))
    return tuple(places)


def _moved(shifts: Sequence[tuple[int, int]], at: int) -> list[tuple[float, float]]:
    return [(opens - at, closes - at) for opens, closes in shifts]


def _shifts(counter: CounterNow, day: int, at: int) -> list[tuple[float, float]]:
    """A day's shifts that end after now (0), behind the one before them if they begin later than now.

    Those of another day when the counter did not work, or no longer, on that one.
    """
    for number in range(len(counter.shifts)):
        shifts = _moved(counter.shifts[(day + number) % len(counter.shifts)], at)
        if shifts and shifts[-1][1] > 0:
            first = next(place for place, (_, closes) in enumerate(shifts) if closes > 0)
            return shifts[max(0, first - 1) :] if shifts[first][0] > 0 else shifts[first:]
    return []


def _was_away(shifts: Sequence[tuple[float, float]]) -> bool:
    return bool(shifts) and shifts[0][1] <= 0


def _away(shifts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """When a counter that works now is away if it keeps to these shifts."""
    if not _was_away(shifts):
        return _gaps_between(shifts)
    late, back = -shifts[0][1], shifts[1][0]
    if late * 3 < late + back:  # the break is still to come, a little later than on that day
        return [(late, back + late), *_gaps_between(shifts[1:])]
    return _gaps_between(shifts[1:])


def _opens(shifts: Sequence[tuple[float, float]], closed_for: float) -> float:
    """After how long a closed counter opens if it keeps to these shifts; they begin before or after now (0)."""
    if not shifts:
        return math.inf
    first = shifts[0][0]
    if first > 0:
        return first
    if closed_for < -first:  # it was open before, as on that day
        return next((opens for opens, _ in shifts if opens > 0), math.inf)
    return max(60_000.0, -first) if -first < _LATE_OPENING_MS else math.inf  # as late again as it is now


def _gaps_between(shifts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The breaks. The end of the last shift is none: who went home with nobody waiting stays while somebody does."""
    return [(closes, opens) for (_, closes), (opens, _) in pairwise(shifts)]


def _grid(places: int) -> list[int]:
    """Every place at first, then ever fewer."""
    grid, place = [], 0
    while place < places:
        grid.append(place)
        place += 1 + place // 8
    return grid


def _outlook(queue: QueueNow, firsts: Sequence[int], courses: Sequence[sim.Course], service: int) -> Outlook:
    grid = _grid(len(firsts))
    waits = [_quantiles([_nth(course.calls[service], group) for course in courses]) for group in grid]
    newcomers = {}
    for order, lane in enumerate(Lane):
        ahead = queue.waiting if lane is Lane.WALK_IN else _before(queue, lane)
        newcomers[lane] = (ahead, *_quantiles([_nth(course.newcomers[service], order) for course in courses]))
    waits.append(newcomers[Lane.WALK_IN][1:])
    return Outlook((*(firsts[group] for group in grid), queue.waiting), _ascending(waits), newcomers)


def _before(queue: QueueNow, lane: Lane) -> int:
    """How many of those waiting are called before somebody who comes now in `lane`, where walk-ins are last."""
    return sum(1 for waiting, _ in queue.keys if waiting <= lane)


def _nth(calls: Sequence[float], place: int) -> float:
    return calls[place] if place < len(calls) else math.inf


def _quantiles(waits: list[float]) -> tuple[float, float]:
    waits.sort()
    return _quantile(waits, 0.5), _quantile(waits, 0.9)


def _quantile(waits: Sequence[float], share: float) -> float:
    """Between the two observations nearest to it, as the next one of the same kind would be below it that often."""
    rank = min(len(waits) - 1.0, max(0.0, share * (len(waits) + 1) - 1))
    low, high = waits[math.floor(rank)], waits[math.ceil(rank)]
    return low if low == high else low + (rank % 1) * (high - low)


def _ascending(waits: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Who has more people ahead does not wait less: what chance says otherwise is smoothed away."""
    risen: list[tuple[float, float]] = []
    median, most = 0.0, 0.0
    for p50, p90 in waits:
        median, most = max(median, p50), max(most, p90)
        risen.append((median, most))
    return tuple(risen)
