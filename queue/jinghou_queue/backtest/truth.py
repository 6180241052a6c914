"""What becomes of a made-up day: the hall that the estimates are held against.

It shares nothing with the estimates: matters now and then take very long, clerks differ and get tired, all are slower
on some days, someone is ill, the supervisor opens a reserve counter when many wait, people leave, miss their call and
come back. None of that is told to whoever estimates; they see what a server sees.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final

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
from jinghou_queue.backtest.generate import (
    HOUR,
    LAST_NUMBER,
    MINUTE,
    OPENS,
    MadeUpCounter,
    MadeUpHall,
    Reservation,
    Visitor,
    Wishes,
)
from jinghou_queue.contract.messages import CounterState, Lane

_LATEST: Final = 20 * HOUR  # the lights go out
_LONGEST_MS: Final = 100 * MINUTE


@dataclass
class _Clerk:
    counter: MadeUpCounter
    slowness: float
    state: CounterState = CounterState.CLOSED
    busy: bool = False
    had_lunch: bool = False
    lunch_at: int = 0
    pauses_at: float = 0.0
    waits_to_press: bool = False


@dataclass
class _Person:
    leg: str
    visitor: Visitor
    entered_at: int
    returned: bool = False
    waits: bool = True


@dataclass(order=True)
class _Due:
    at: int
    order: int
    do: Callable[[], None] = field(compare=False)


class _Hall:
    """A hall on one day, moved on from one moment to the next."""

    def __init__(self, hall: MadeUpHall, wishes: Wishes, random: Random) -> None:
        self.hall, self.wishes, self.random = hall, wishes, random
        self.now = wishes.begins_at
        self.order = count()
        self.agenda: list[_Due] = []
        self.happened: list[Happening] = []
        self.queues: dict[str, list[tuple[Lane, int, int, _Person]]] = {service.id: [] for service in hall.services}
        day = random.lognormvariate(0, 0.12)
        self.medians = {
            service.id: service.median_ms * day * random.lognormvariate(0, 0.10) for service in hall.services
        }
        self.spreads = {service.id: service.spread for service in hall.services}
        self.clerks = [
            _Clerk(counter, slowness=random.lognormvariate(0, 0.08) / counter.quickness) for counter in hall.counters
        ]

    def run(self) -> tuple[Happening, ...]:
        """Play the day; what happened, in order."""
        begins_at = self.wishes.begins_at
        for reservation in self.wishes.reservations:
            self.happened.append(Booked(begins_at, reservation.id, reservation.service, reservation.start))
            if reservation.comes_at is None:
                self.at(reservation.start + 15 * MINUTE, lambda gone=reservation: self.expire(gone))  # type: ignore[misc]
        for number, visitor in enumerate(self.wishes.visitors):
            self.at(visitor.at, lambda n=number, who=visitor: self.arrive(f"t{n}", who))  # type: ignore[misc]
        for clerk in self.clerks:
            self.plan(clerk)
        for quarter in range(4, 7 * 4):
            self.at(begins_at + OPENS + quarter * 15 * MINUTE, self.supervise)
        while self.agenda and self.agenda[0].at < begins_at + _LATEST:
            due = heappop(self.agenda)
            self.now = due.at
            due.do()
        return tuple(self.happened)

    def at(self, moment: float, do: Callable[[], None]) -> None:
        """Do something then."""
        heappush(self.agenda, _Due(round(moment), next(self.order), do))

    # people

    def arrive(self, leg: str, visitor: Visitor) -> None:
        if visitor.booking is not None:
            self.happened.append(Unbooked(self.now, visitor.booking, came=True))
        self.enter(_Person(leg, visitor, self.now), visitor.lane, visitor.sort_time)
        if visitor.patience_ms < _LATEST:
            person = self.queues[visitor.service][-1][3]
            self.at(self.now + visitor.patience_ms, lambda: self.give_up(person))

    def expire(self, reservation: Reservation) -> None:
        self.happened.append(Unbooked(self.now, reservation.id, came=False))

    def enter(self, person: _Person, lane: Lane, sort_time: int) -> None:
        service = person.visitor.service
        self.happened.append(Entered(self.now, person.leg, service, lane, sort_time, again=person.returned))
        self.queues[service].append((lane, sort_time, next(self.order), person))
        self.wake(service)

    def wake(self, service: str) -> None:
        """Some idle clerk notices that somebody waits."""
        idle = [clerk for clerk in self.clerks if self.is_free(clerk) and service in clerk.counter.services]
        if idle:
            self.press_soon(self.random.choice(idle), 2_000 + self.random.expovariate(1 / 6_000))

    def give_up(self, person: _Person) -> None:
        queue = self.queues[person.visitor.service]
        if person.waits and self.random.random() < 0.5:  # the others just go, and are called in vain
            queue[:] = [place for place in queue if place[3] is not person]
            person.waits = False
            self.happened.append(Withdrew(self.now, person.leg))

    def is_gone(self, person: _Person) -> bool:
        """Whether who is called does not come."""
        waited = self.now - person.entered_at
        if waited > person.visitor.patience_ms:
            return True
        return self.random.random() < 0.015 + min(0.15, 0.05 * waited / HOUR)

    # clerks

    def plan(self, clerk: _Clerk) -> None:
        begins_at, random = self.wishes.begins_at, self.random
        lunch = 12 * HOUR + 40 * MINUTE if clerk.counter.late_lunch else 11 * HOUR + 40 * MINUTE
        clerk.lunch_at = begins_at + lunch + round(random.gauss(0, 8) * MINUTE)
        clerk.pauses_at = begins_at + OPENS + random.expovariate(1 / (150 * MINUTE))
        if clerk.counter.reserve or random.random() < 0.07:
            return
        late = 60 * MINUTE if random.random() < 0.06 else 0
        opens = begins_at + OPENS - 10 * MINUTE + random.gauss(0, 5) * MINUTE + late
        self.at(opens, lambda: self.open(clerk))

    def open(self, clerk: _Clerk) -> None:
        if clerk.state is not CounterState.OPEN:
            self.staff(clerk, CounterState.OPEN)
            self.press_soon(clerk, self.random.uniform(5_000, 60_000))

    def staff(self, clerk: _Clerk, state: CounterState) -> None:
        clerk.state = state
        services = () if state is CounterState.CLOSED else clerk.counter.services
        self.happened.append(Staffed(self.now, clerk.counter.id, state, services))

    def supervise(self) -> None:
        """Open a reserve counter for whichever service has the longest queue, and close idle ones."""
        for clerk in self.clerks:
            if not clerk.counter.reserve or clerk.busy:
                continue
            waiting = sum(len(self.queues[service]) for service in clerk.counter.services)
            if clerk.state is CounterState.CLOSED and waiting > 25 * len(clerk.counter.services):
                self.open(clerk)
            elif clerk.state is CounterState.OPEN and waiting < 3:
                self.staff(clerk, CounterState.CLOSED)

    def is_free(self, clerk: _Clerk) -> bool:
        return clerk.state is CounterState.OPEN and not clerk.busy and not clerk.waits_to_press

    def press_soon(self, clerk: _Clerk, after: float) -> None:
        clerk.waits_to_press = True
        self.at(self.now + after, lambda: self.press(clerk))

    def press(self, clerk: _Clerk) -> None:
        """The clerk presses next, unless it is time for something else."""
        clerk.waits_to_press = False
        if clerk.state is not CounterState.OPEN or clerk.busy or self.leaves(clerk):
            return
        heads = [
            (min(self.queues[service], key=lambda place: place[:3]), service)
            for service in clerk.counter.services
            if self.queues[service]
        ]
        if not heads:
            if self.now > self.wishes.begins_at + LAST_NUMBER + 30 * MINUTE:
                self.staff(clerk, CounterState.CLOSED)
            return
        place, service = min(heads, key=lambda head: head[0][:3])
        self.queues[service].remove(place)
        self.call(clerk, place[3])

    def leaves(self, clerk: _Clerk) -> bool:
        """Whether the clerk goes to lunch or for a pause instead; arranges the return."""
        random = self.random
        if not clerk.had_lunch and self.now >= clerk.lunch_at:
            clerk.had_lunch = True
            away = random.gauss(55, 5) * MINUTE
        elif self.now >= clerk.pauses_at:
            away = random.lognormvariate(0, 0.5) * 9 * MINUTE
        else:
            return False
        clerk.pauses_at = self.now + away + random.expovariate(1 / (150 * MINUTE))
        self.staff(clerk, CounterState.PAUSED)
        for service in clerk.counter.services:
            if self.queues[service]:
                self.wake(service)
        self.at(self.now + max(MINUTE, away), lambda: self.open(clerk))
        return True

    def call(self, clerk: _Clerk, person: _Person) -> None:
        clerk.busy, person.waits = True, False
        self.happened.append(Called(self.now, person.leg, clerk.counter.id))
        if self.is_gone(person):
            self.at(self.now + self.random.uniform(55_000, 110_000), lambda: self.miss(clerk, person))
            return
        walk = clerk.counter.walk_ms + self.random.expovariate(1 / 7_000)
        if self.random.random() < 0.05:
            walk *= 3
        self.at(self.now + walk, lambda: self.start(clerk, person))

    def miss(self, clerk: _Clerk, person: _Person) -> None:
        self.end(clerk, person, End.MISSED)
        if not person.returned and self.random.random() < 0.4:
            person.returned, person.waits = True, True
            back = self.random.uniform(2, 15) * MINUTE
            self.at(self.now + back, lambda: self.enter(person, Lane.RETURNED, self.now))

    def start(self, clerk: _Clerk, person: _Person) -> None:
        service, random = person.visitor.service, self.random
        self.happened.append(Started(self.now, person.leg, clerk.counter.id))
        tired = 1 + 0.06 * (self.now - self.wishes.begins_at - OPENS) / (8 * HOUR)
        takes = self.medians[service] * random.lognormvariate(0, self.spreads[service])
        if random.random() < 0.04:
            takes *= random.paretovariate(1.5)
        takes = min(_LONGEST_MS, max(8_000, takes * clerk.slowness * tired))
        self.at(self.now + takes, lambda: self.end(clerk, person, End.DONE))

    def end(self, clerk: _Clerk, person: _Person, how: End) -> None:
        self.happened.append(Ended(self.now, person.leg, clerk.counter.id, how))
        clerk.busy = False
        tidying = self.random.random() < 0.15
        self.press_soon(
            clerk, self.random.expovariate(1 / 60_000) if tidying else 3_000 + self.random.expovariate(1 / 7_000)
        )


def play(hall: MadeUpHall, wishes: Wishes, random: Random) -> Day:
    """The day as it went."""
    happened = _Hall(hall, wishes, random).run()
    return Day(
        name=wishes.day.isoformat(),
        begins_at=wishes.begins_at,
        services=tuple(service.id for service in hall.services),
        counters={counter.id: counter.services for counter in hall.counters},
        happened=happened,
    )
