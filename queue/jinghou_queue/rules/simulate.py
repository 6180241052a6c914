"""One possible course of a hall from now on: who is called when. Plain numbers in and out, made to run many times.

Services and counters are indices, times are milliseconds from now. Newcomers are imagined at the end of each lane of
each service: they are given the moment at which somebody would call them, but take nobody's place.
"""

import math
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from random import Random
from typing import Final

from jinghou_queue.contract.messages import Lane

_NOBODY: Final = 1 << 62
_LANE_BITS: Final = 44  # above the milliseconds of a Unix time


def packed(lane: Lane, sort_time: int, *, comes: bool = False) -> int:
    """A place in calling order as one number; `comes` marks who is only expected."""
    return ((lane << _LANE_BITS | sort_time) << 1) | comes


@dataclass(frozen=True)
class Arrival:
    """Somebody expected to come into the queue of `service` in `after` milliseconds, at that place."""

    after: float
    service: int
    place: int


@dataclass(frozen=True)
class Scene:
    """What every course of one moment has in common.

    `queues` holds, for each service, the places of its groups in calling order: everybody alone, or in a very long
    queue those far behind by so-and-so-many as one; `sizes` how many, or nothing where everybody is alone. `samples`
    say how long one person keeps a counter, and `means` the same on average; all services have as many samples.
    """

    serves: tuple[tuple[int, ...], ...]
    queues: tuple[tuple[int, ...], ...]
    sizes: tuple[Sequence[int], ...]
    samples: tuple[Sequence[float], ...]
    means: tuple[float, ...]
    newcomers: Mapping[Lane, int]
    ends_after: float = math.inf


@dataclass(frozen=True)
class Chances:
    """What may go one way or another: where this course begins.

    `free` says after how long each counter can call again, `away` when it then leaves and comes back, in order;
    `factors` stretch the samples of each service, `clerks` those of each counter.
    """

    free: Sequence[tuple[float, int]]
    away: Mapping[int, Sequence[tuple[float, float]]]
    factors: Sequence[float]
    clerks: Sequence[float]
    arrivals: Sequence[Arrival] = ()


@dataclass(frozen=True)
class Course:
    """After how long each group of each service was called, and a newcomer in each lane; who is missing was not."""

    calls: list[list[float]]
    newcomers: list[list[float]]


class _Hall:
    """The hall while a course runs."""

    def __init__(self, scene: Scene, chances: Chances) -> None:
        self.scene = scene
        self.counters = list(chances.free)
        heapify(self.counters)
        self.away = {counter: list(reversed(stretches)) for counter, stretches in chances.away.items()}
        self.leaves = [self.away[c][-1][0] if self.away.get(c) else math.inf for c in range(len(scene.serves))]
        self.arrivals = sorted(chances.arrivals, key=lambda arrival: -arrival.after)
        self.idle: list[int] = []
        self.queues: list[Sequence[int]] = list(scene.queues)
        self.next = [0] * len(scene.queues)
        self.heads = [queue[0] if queue else _NOBODY for queue in scene.queues]
        self.lanes = sorted(scene.newcomers.values())
        self.course = Course([[] for _ in scene.queues], [[] for _ in scene.queues])
        first = self.lanes[0] if self.lanes else _NOBODY
        self.least_newcomer = [first] * len(scene.queues)
        self.bars = [first] * len(scene.serves)

    def leave(self, counter: int, after: float) -> float:
        """When the counter, which could leave only now, comes back: its break is no shorter for that."""
        stretches = self.away[counter]
        leaves, back = stretches.pop()
        self.leaves[counter] = stretches[-1][0] if stretches else math.inf
        return after if after >= back else after + back - leaves

    def arrive(self, arrival: Arrival) -> None:
        """Somebody expected comes; an idle counter that can serve them wakes up."""
        queue = self.queues[arrival.service]
        if not isinstance(queue, list):
            queue = self.queues[arrival.service] = list(queue)
        insort(queue, arrival.place, lo=self.next[arrival.service])
        self.heads[arrival.service] = queue[self.next[arrival.service]]
        for counter in self.idle:
            if arrival.service in self.scene.serves[counter]:
                self.idle.remove(counter)
                heappush(self.counters, (arrival.after, counter))
                break

    def newcomers_called(self, counter: int, after: float, head: int) -> None:
        """The counter would now call every newcomer who comes before `head`."""
        for service in self.scene.serves[counter]:
            called = self.course.newcomers[service]
            while self.least_newcomer[service] < head:
                called.append(after)
                self.least_newcomer[service] = self.lanes[len(called)] if len(called) < len(self.lanes) else _NOBODY
        waiting = (self.least_newcomer[service] for service in self.scene.serves[counter])
        self.bars[counter] = min(waiting, default=_NOBODY)


def simulate(scene: Scene, chances: Chances, random: Random) -> Course:
    """Run one course until everybody is called or nobody is there to call."""
    hall = _Hall(scene, chances)
    counters, heads, queues, bars, leaves = hall.counters, hall.heads, hall.queues, hall.bars, hall.leaves
    following, calls, arrivals, serves = hall.next, hall.course.calls, hall.arrivals, scene.serves
    factors, clerks, samples, draw = chances.factors, chances.clerks, scene.samples, random.random
    many = len(samples[0]) if samples else 0
    while counters:
        after, counter = counters[0]
        if arrivals and arrivals[-1].after <= after:
            hall.arrive(arrivals.pop())
            continue
        if after >= scene.ends_after:
            break
        if after >= leaves[counter]:
            heapreplace(counters, (hall.leave(counter, after), counter))
            continue
        head, service = _NOBODY, -1
        for able_to in serves[counter]:
            if heads[able_to] < head:
                head, service = heads[able_to], able_to
        if head > bars[counter]:
            hall.newcomers_called(counter, after, head)
        if service < 0:
            heappop(counters)
            hall.idle.append(counter)
            continue
        duration = samples[service][int(draw() * many)]
        if not head & 1:
            if scene.sizes[service]:
                duration = _of_group(scene, service, len(calls[service]), duration)
            calls[service].append(after)
        following[service] = place = following[service] + 1
        queue = queues[service]
        heads[service] = queue[place] if place < len(queue) else _NOBODY
        heapreplace(counters, (after + duration * factors[service] * clerks[counter], counter))
    return hall.course


def _of_group(scene: Scene, service: int, group: int, duration: float) -> float:
    """How long a group keeps a counter: as its people would on average, varying as their sum does."""
    size, mean = scene.sizes[service][group], scene.means[service]
    return max(mean, size * mean + size**0.5 * (duration - mean)) if size > 1 else duration
