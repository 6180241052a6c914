"""Days played back: what the estimates would have said to each person, knowing only what was known at that moment."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, assert_never

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
from jinghou_queue.contract.messages import CounterState, Lane
from jinghou_queue.rules.estimate import (
    MOST_KEYS,
    Busy,
    CounterNow,
    HallNow,
    Paces,
    QueueNow,
    Wait,
    outlooks,
)
from jinghou_queue.rules.expected import expected_check_ins, share_who_come
from jinghou_queue.rules.pace import SERVICE_GUESS, Measured, Pace, bucket_of, merged

_DAYS_KEPT: Final = 20
_DAYS_OF_SHIFTS: Final = 8
_WALK: Final = "walk"
_TURN: Final = "turn"
_MISS: Final = "miss"
_PAUSE: Final = "pause"

Key = tuple[Lane, int, int]
Shifts = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Guess:
    """What one person was told, and how long it took. Milliseconds.

    `usual` is what the usual formula would have said: average service time x people ahead ÷ counters open.
    """

    day: str
    at: int
    service: str
    ahead: int
    told: Wait
    usual: float
    waited: int


@dataclass
class Past:
    """What earlier days have taught: newest first."""

    paces: list[Mapping[str, Pace]] = field(default_factory=list)
    shifts: list[Mapping[str, Shifts]] = field(default_factory=list)  # from the day's beginning
    came: int = 0
    missed: int = 0


@dataclass
class _Counter:
    services: tuple[str, ...] = ()
    state: CounterState = CounterState.CLOSED
    since: int = 0
    free_since: int = 0
    leg: str | None = None
    busy: Busy | None = None
    shifts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class _Leg:
    service: str
    key: Key
    entered_at: int
    served_ms: int = 0


class Watch:
    """A hall as a server sees it, one happening after the other."""

    def __init__(self, day: Day, past: Past) -> None:
        self.day, self.past = day, past
        self.queues: dict[str, list[Key]] = {service: [] for service in day.services}
        self.counters = {counter: _Counter(since=day.begins_at) for counter in day.counters}
        self.legs: dict[str, _Leg] = {}
        self.booked: dict[str, tuple[str, int]] = {}
        self.came = 0
        self.measured = defaultdict[str, list[int]](lambda: [0] * len(Pace().counts))
        self.earlier = {
            what: merged([paces[what] for paces in past.paces if what in paces])
            for what in {what for paces in past.paces for what in paces}
        }
        self.entries = 0
        self.at = day.begins_at

    def see(self, happening: Happening) -> None:
        """Take note of what happened."""
        self.at = happening.at
        match happening:
            case Entered():
                self._entered(happening)
            case Withdrew():
                self._leave_queue(happening.leg)
            case Called():
                self._called(happening)
            case Started():
                self._started(happening)
            case Ended():
                self._ended(happening)
            case Staffed():
                self._staffed(happening)
            case Booked():
                self.booked[happening.booking] = (happening.service, happening.start)
            case Unbooked():
                self.booked.pop(happening.booking, None)
                self.came += happening.came
            case _:
                assert_never(happening)

    def _entered(self, entered: Entered) -> None:
        self.entries += 1
        leg = _Leg(entered.service, (entered.lane, entered.sort_time, self.entries), entered.at)
        self.legs[entered.leg] = leg
        insort(self.queues[leg.service], leg.key)

    def _leave_queue(self, name: str) -> _Leg:
        leg = self.legs[name]
        queue = self.queues[leg.service]
        place = bisect_left(queue, leg.key)
        if place < len(queue) and queue[place] == leg.key:
            del queue[place]
        return leg

    def _called(self, called: Called) -> None:
        leg, counter = self._leave_queue(called.leg), self.counters[called.counter]
        self._measure(_TURN, called.at - max(leg.entered_at, counter.free_since))
        counter.leg, counter.busy = called.leg, Busy(leg.service, called.at)

    def _started(self, started: Started) -> None:
        leg, counter = self.legs[started.leg], self.counters[started.counter]
        resumed = counter.busy is None
        called_at = started.at if counter.busy is None else counter.busy.called_at
        if not resumed and not leg.served_ms:
            self._measure(_WALK, started.at - called_at)
        counter.leg, counter.busy = started.leg, Busy(leg.service, called_at, started.at)

    def _ended(self, ended: Ended) -> None:
        leg, counter = self.legs[ended.leg], self.counters[ended.counter]
        busy, counter.leg, counter.busy, counter.free_since = counter.busy, None, None, ended.at
        if busy is not None and busy.started_at is not None:
            leg.served_ms += ended.at - busy.started_at
        match ended.how:
            case End.DONE:
                self._measure(leg.service, leg.served_ms, service=True)
            case End.MISSED:
                if busy is not None and busy.started_at is None:
                    self._measure(_MISS, ended.at - busy.called_at)
            case End.UNDONE:
                insort(self.queues[leg.service], leg.key)
            case End.PARKED:
                pass

    def _staffed(self, staffed: Staffed) -> None:
        counter = self.counters[staffed.counter]
        was, since = counter.state, counter.since
        if staffed.services:
            counter.services = staffed.services
        if staffed.state is was:
            return
        if was is CounterState.PAUSED:
            self._measure(_PAUSE, staffed.at - since)
        if was is CounterState.OPEN:
            counter.shifts.append((since - self.day.begins_at, staffed.at - self.day.begins_at))
        counter.state, counter.since = staffed.state, staffed.at
        if staffed.state is CounterState.OPEN:
            counter.free_since = staffed.at

    def _measure(self, what: str, duration_ms: int, *, service: bool = False) -> None:
        self.measured[f"service {what}" if service else what][bucket_of(duration_ms)] += 1

    def now(self, at: int) -> HallNow:
        """The hall at this moment."""
        share = share_who_come(self.past.came, self.past.missed)
        return HallNow(
            at=at,
            queues=tuple(
                QueueNow(service, len(queue), tuple((lane, sort_time) for lane, sort_time, _ in queue[:MOST_KEYS]))
                for service, queue in self.queues.items()
            ),
            counters=tuple(self._counter_now(name, counter) for name, counter in self.counters.items()),
            expected=expected_check_ins(self.booked.values(), at, share),
        )

    def _counter_now(self, name: str, counter: _Counter) -> CounterNow:
        begins_at = self.day.begins_at
        return CounterNow(
            services=counter.services or self.day.counters[name],
            state=counter.state,
            since=counter.free_since if counter.state is CounterState.OPEN else counter.since,
            busy=counter.busy,
            shifts=tuple(
                tuple((begins_at + opens, begins_at + closes) for opens, closes in shifts.get(name, ()))
                for shifts in self.past.shifts
            ),
        )

    def paces(self) -> Paces:
        """What was measured until now."""
        return Paces(
            services={service: self._measured(f"service {service}") for service in self.day.services},
            walk=self._measured(_WALK),
            turn=self._measured(_TURN),
            miss=self._measured(_MISS),
            pause=self._measured(_PAUSE),
        )

    def _measured(self, what: str) -> Measured:
        return Measured(self.earlier.get(what, Pace()), Pace(tuple(self.measured[what])))

    def usual(self, service: str, ahead: int) -> float:
        """What the usual formula says to somebody with so many ahead, in milliseconds."""
        open_now = sum(
            1
            for counter in self.counters.values()
            if counter.state is CounterState.OPEN and service in counter.services
        )
        return self._measured(f"service {service}").with_guess(SERVICE_GUESS).mean_ms * ahead / max(1, open_now)

    def remember(self) -> None:
        """The day is over: it becomes the newest of the past."""
        for counter in self.counters.values():
            if counter.state is CounterState.OPEN:
                counter.shifts.append((counter.since - self.day.begins_at, self.at - self.day.begins_at))
        self.past.paces.insert(0, {what: Pace(tuple(counts)) for what, counts in self.measured.items()})
        self.past.shifts.insert(0, {name: tuple(counter.shifts) for name, counter in self.counters.items()})
        del self.past.paces[_DAYS_KEPT:], self.past.shifts[_DAYS_OF_SHIFTS:]
        self.past.came += self.came
        self.past.missed += len(self.booked)


def replay(day: Day, past: Past, random: Random, most: int | None = None) -> list[Guess]:
    """What people were told when they took their number, of at most so many of them (a random choice).

    Only people who were called can be judged. The day is added to `past`.
    """
    called = _first_calls(day.happened)
    judged = [entered for entered in day.happened if isinstance(entered, Entered) and not entered.again]
    judged = [entered for entered in judged if entered.leg in called]
    if most is not None and most < len(judged):
        judged = random.sample(judged, most)
    chosen = set(judged)
    watch = Watch(day, past)
    guesses = []
    for happening in day.happened:
        if isinstance(happening, Entered) and happening in chosen:
            guesses.append(_guess(watch, happening, called[happening.leg], random))
        watch.see(happening)
    watch.remember()
    return guesses


def _first_calls(happened: Sequence[Happening]) -> dict[str, int]:
    calls: dict[str, int] = {}
    for happening in happened:
        if isinstance(happening, Called):
            calls.setdefault(happening.leg, happening.at)
    return calls


def _guess(watch: Watch, entered: Entered, called_at: int, random: Random) -> Guess:
    queue = watch.queues[entered.service]
    ahead = bisect_left(queue, (entered.lane, entered.sort_time, watch.entries + 1))
    outlook = outlooks(watch.now(entered.at), watch.paces(), random)[entered.service]
    return Guess(
        day=watch.day.name,
        at=entered.at,
        service=entered.service,
        ahead=ahead,
        told=outlook.wait(ahead, entered.lane),
        usual=watch.usual(entered.service, ahead),
        waited=called_at - entered.at,
    )
