"""What the server tells the estimates of a hall is what a replay would: the figures measured of one hold for both."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from random import Random

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House

from jinghou_queue.backtest.recorded import day_of, records_of
from jinghou_queue.backtest.replay import Past, Watch
from jinghou_queue.contract.messages import CounterState
from jinghou_queue.desk.measure import hall_now
from jinghou_queue.desk.refused import Refused
from jinghou_queue.rules.estimate import HallNow, Paces
from jinghou_queue.store.databases import connect

COUNTERS = ("c1", "c2", "c3")
HALF_PAST_TEN = NINE + 90 * MINUTE


def press_something(desk: Desk, chance: Random, person: int) -> None:
    """One press; people come and book, clerks call, serve, pass over, park and take breaks."""
    counter = chance.choice(COUNTERS)
    match chance.randrange(10):
        case 0 | 1:
            desk.take(chance.choice(["property", "tax", "company"]), person)
        case 2:
            slot = desk.at - desk.at % (30 * MINUTE) + chance.choice([1, 2, 4]) * 30 * MINUTE
            desk.book(slot, person, "property", hold=chance.random() < 0.2)
        case 3:
            desk.arrive(chance.randrange(10, person + 1))
        case 4 | 5:
            desk.next(counter)
        case 6:
            desk.start(counter)
        case 7:
            desk.finish(counter)
        case 8:
            desk.button(chance.choice(["undo", "recall", "miss", "park"]), counter)
        case _:
            chance.choice([partial(desk.pause, counter, ""), partial(desk.open, counter)])()


def work_until(desk: Desk, at: int, chance: Random) -> None:
    """A busy hall until then."""
    person = 10
    while desk.at < at:
        desk.at += chance.randrange(MINUTE)
        person += 1
        with suppress(Refused):
            press_something(desk, chance, person)


def work_a_day(desk: Desk, begins_at: int, chance: Random) -> None:
    """Counters open at nine, are closed at half past ten, and everybody goes home."""
    desk.at = begins_at
    for counter in COUNTERS[:2]:
        desk.open(counter)
    work_until(desk, begins_at + 90 * MINUTE, chance)
    for counter in COUNTERS:
        for button in (desk.start, desk.finish, desk.close):
            with suppress(Refused):
                button(counter)


@pytest.fixture(params=[1, 2, 3])
def chance(request: pytest.FixtureRequest) -> Random:
    return Random(request.param)


def seen_by_replay(house: House, days: list[str], at: int) -> tuple[HallNow, Paces]:
    """The hall at `at` on the last of these days, from what is on record."""
    past = Past()
    for day in days:
        with connect(house.url) as connection:
            records = records_of(connection, HALL, day)
        assert records is not None
        watch = Watch(day_of(records), past)
        for happening in watch.day.happened:
            watch.see(happening)
        if day != days[-1]:
            watch.remember()
    return watch.now(at), watch.paces()


def comparable(now: HallNow) -> HallNow:
    """Without the services of closed counters: a replay takes the last they served, a server all they can."""
    counters = tuple(
        replace(counter, services=()) if counter.state is CounterState.CLOSED else counter for counter in now.counters
    )
    return replace(now, counters=counters, queues=tuple(sorted(now.queues, key=lambda queue: queue.service)))


def test_the_server_sees_what_a_replay_of_its_records_sees(sqlite_house: House, chance: Random) -> None:
    days = ["2026-03-02", "2026-03-03", "2026-03-04"]
    with connect(sqlite_house.url) as connection:
        desk = Desk(connection, sqlite_house.keys)
        for number in range(2):
            work_a_day(desk, NINE + number * DAY, chance)
        desk.at = NINE + 2 * DAY
        for counter in COUNTERS[:2]:
            desk.open(counter)
        work_until(desk, HALF_PAST_TEN + 2 * DAY - 20 * MINUTE, chance)
        at = desk.at + MINUTE
        server = hall_now(connection, HALL, at)
    assert server is not None
    paces = server.paces
    replayed, replayed_paces = seen_by_replay(sqlite_house, days, at)
    ours, theirs = comparable(server.now), comparable(replayed)
    assert ours.expected
    assert all(len(counter.shifts) == 2 for counter in ours.counters)
    assert ours.queues == theirs.queues
    assert ours.expected == theirs.expected
    assert [each for each in zip(ours.counters, theirs.counters, strict=True) if each[0] != each[1]] == []
    for what in ("walk", "turn", "miss", "pause"):
        assert getattr(paces, what).today == getattr(replayed_paces, what).today, what
    assert {name: paces.services[name].today for name in paces.services} == {
        name: replayed_paces.services[name].today for name in paces.services
    }
