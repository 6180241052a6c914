"""Holding the estimates against what happened: made-up days, and days recorded at the desk."""

import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House

from jinghou_queue.backtest import days as d
from jinghou_queue.backtest.generate import MadeUpHall, made_up_hall, wishes
from jinghou_queue.backtest.recorded import day_of, records_of
from jinghou_queue.backtest.replay import Guess, Past, Watch, replay
from jinghou_queue.backtest.report import Report, as_text, report
from jinghou_queue.backtest.truth import play
from jinghou_queue.cli import main
from jinghou_queue.contract.messages import CounterState, Lane
from jinghou_queue.rules.estimate import Wait
from jinghou_queue.store.databases import connect

Run = Callable[..., tuple[int, str]]


def small_hall(seed: int) -> tuple[MadeUpHall, Random]:
    random = Random(seed)
    return made_up_hall(random, counters=8, services=4), random


def judged(seed: int) -> Report:
    """Two days after three to learn from, forty people each."""
    hall, random = small_hall(seed)
    past, chance = Past(), Random(seed)
    guesses = [
        guess
        for number in range(5)
        for guess in replay(play(hall, wishes(hall, number, random), random), past, chance, 0 if number < 3 else 40)
    ]
    made = report("made up", guesses)
    assert made is not None
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_our_estimates_are_nearer_than_the_usual_formula(seed: int) -> None:
    made = judged(seed)
    assert made.whole.ours.mean < 0.85 * made.whole.usual.mean
    assert made.whole.ours.median < made.whole.usual.median
    assert 0.6 <= made.whole.within_p90 <= 0.99
    assert 0.2 <= made.whole.within_p50 <= 0.8
    assert made.verdict.startswith("our estimates are better")


def test_the_same_seed_gives_the_same_figures() -> None:
    assert judged(2) == judged(2)


def test_a_made_up_day_could_have_happened() -> None:
    hall, random = small_hall(5)
    day = play(hall, wishes(hall, 0, random), random)
    assert [happening.at for happening in day.happened] == sorted(happening.at for happening in day.happened)
    waiting, busy, states = set[str](), dict[str, str](), defaultdict[str, CounterState](lambda: CounterState.CLOSED)
    services = dict[str, str]()
    for happening in day.happened:
        match happening:
            case d.Entered():
                assert happening.leg not in waiting
                waiting.add(happening.leg)
                services[happening.leg] = happening.service
            case d.Withdrew():
                waiting.remove(happening.leg)
            case d.Called():
                waiting.remove(happening.leg)
                assert happening.counter not in busy
                assert states[happening.counter] is CounterState.OPEN
                busy[happening.counter] = happening.leg
            case d.Started():
                assert busy[happening.counter] == happening.leg
            case d.Ended():
                assert busy.pop(happening.counter) == happening.leg
            case d.Staffed():
                assert happening.counter not in busy
                states[happening.counter] = happening.state
    assert len(services) > 100
    assert not busy


def test_nobody_is_told_anything_from_what_happened_later() -> None:
    hall, random = small_hall(6)
    day = play(hall, wishes(hall, 0, random), random)
    ten = day.begins_at + 10 * 60 * MINUTE
    until_ten = tuple(happening for happening in day.happened if happening.at <= ten)
    watch, blind = Watch(day, Past()), Watch(replace(day, happened=until_ten), Past())
    for happening in until_ten:
        watch.see(happening)
        blind.see(happening)
    assert (watch.now(ten), watch.paces()) == (blind.now(ten), blind.paces())
    assert sum(queue.waiting for queue in watch.now(ten).queues) > 0


def guess(told: int, usual: int, waited: int, service: str = "tax") -> Guess:
    """What somebody was told, in minutes."""
    wait = Wait(told * MINUTE, 2 * told * MINUTE)
    return Guess("2026-03-02", NINE, service, 3, wait, usual * MINUTE, waited * MINUTE)


def test_the_report_gives_the_errors_in_minutes_and_says_who_was_right() -> None:
    made = report("a hall", [guess(10, 2, 12), guess(10, 4, 8), guess(10, 10, 30, "company")])
    assert made is not None
    assert (made.whole.ours.median, made.whole.ours.mean, made.whole.ours.p90) == (2, 8, 20)
    assert made.whole.ours.bias == pytest.approx(-20 / 3)
    assert made.whole.usual.mean == pytest.approx(34 / 3)
    assert made.whole.within_p50 == pytest.approx(1 / 3)
    assert made.whole.within_p90 == pytest.approx(2 / 3)
    assert made.services["company"].people == 1
    assert made.verdict.startswith("our estimates are better by 29%")
    assert as_text(made).endswith(made.verdict)


def test_the_report_owns_up_when_the_usual_formula_was_nearer() -> None:
    worse, same = report("a hall", [guess(30, 12, 10)]), report("a hall", [guess(10, 10, 12)])
    assert worse is not None
    assert worse.verdict.startswith("the usual formula is better by 90%")
    assert same is not None
    assert same.verdict.startswith("neither is better")


def test_people_who_could_not_be_told_a_time_are_counted_apart() -> None:
    lost = Guess("2026-03-02", NINE, "tax", 3, Wait(None, None), 0, MINUTE)
    made = report("a hall", [guess(10, 2, 12), lost])
    assert made is not None
    assert (made.whole.people, made.whole.untold) == (1, 1)
    assert "1 people could not be told" in as_text(made)
    assert report("a hall", [lost]) is None


def a_day_at_the_desk(desk: Desk) -> None:
    """People at two counters: one is passed over and comes back, one goes on, one leaves, one waits in vain."""
    desk.open("c1", "tax")
    desk.open("c3", "tax", "company")
    tickets = []
    for number in range(14):
        tickets.append(desk.take("company" if number % 4 == 3 else "tax").id)
        desk.at += MINUTE
    desk.cancel(tickets[12])
    assert desk.next("c3") is not None
    desk.button("undo", "c3")
    for number in range(6):
        for counter in ("c1", "c3"):
            if desk.next(counter) is None:
                continue
            desk.at += MINUTE // 2
            if (number, counter) == (1, "c1"):
                for _ in range(3):
                    desk.button("recall", counter)
                desk.button("miss", counter)
                continue
            desk.start(counter)
            if (number, counter) == (2, "c3"):
                desk.button("park", counter)
                desk.at += 4 * MINUTE
                desk.resume(counter)
        desk.at += 5 * MINUTE
        for counter in ("c1", "c3"):
            if (number, counter) == (3, "c3"):
                desk.transfer(counter, "tax")
            elif (number, counter) != (1, "c1"):
                desk.finish(counter)
        if number == 1:
            desk.back(tickets[2])
    desk.close("c1")
    desk.close("c3")
    desk.take("residence", person=7)


def recorded(house: House) -> d.Day:
    with connect(house.url) as connection:
        records = records_of(connection, HALL, "2026-03-02")
    assert records is not None
    return day_of(records)


@pytest.fixture
def worked(house: House) -> House:
    """A hall with one day behind it."""
    with connect(house.url) as connection:
        a_day_at_the_desk(Desk(connection, house.keys))
    return house


def test_a_day_at_the_desk_is_read_back_as_it_was(worked: House) -> None:
    day = recorded(worked)
    by_kind = defaultdict[type, list[d.Happening]](list)
    for happening in day.happened:
        by_kind[type(happening)].append(happening)
    entered = [happening for happening in by_kind[d.Entered] if isinstance(happening, d.Entered)]
    assert [happening.again for happening in entered].count(True) == 1
    assert [happening.lane for happening in entered].count(Lane.RETURNED) == 2  # who came back, who was transferred
    assert len(entered) == 17
    ends = [happening.how for happening in by_kind[d.Ended] if isinstance(happening, d.Ended)]
    assert {how: ends.count(how) for how in d.End} == {
        d.End.DONE: 11,
        d.End.MISSED: 1,
        d.End.PARKED: 1,
        d.End.UNDONE: 1,
    }
    assert len(by_kind[d.Withdrew]) == 1
    assert [happening.at for happening in day.happened] == sorted(happening.at for happening in day.happened)
    assert day.happened[0] == d.Staffed(NINE, "c1", CounterState.OPEN, ("tax",))


def test_the_waits_of_a_recorded_day_are_those_people_had(worked: House) -> None:
    guesses = replay(recorded(worked), Past(), Random(1))
    calls = sorted(guess.waited for guess in guesses)
    assert len(guesses) == 11  # twelve calls, one of them to somebody who had been called before
    assert guesses[0].waited == 14 * MINUTE  # the first to come was the first to be called
    assert guesses[0].ahead == 0
    assert calls[-1] <= 45 * MINUTE
    assert {guess.service for guess in guesses} == {"tax", "company"}


def test_a_counter_left_open_overnight_is_open_in_the_morning(house: House) -> None:
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys, at=NINE - DAY)
        desk.open("c1", "tax")
        desk.at = NINE
        desk.take("tax")
        desk.next("c1")
    midnight = NINE - 9 * 60 * MINUTE
    assert recorded(house).happened[0] == d.Staffed(midnight, "c1", CounterState.OPEN, ("tax",))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command; its exit code and what it printed where it belongs."""

    def command(*words: str) -> tuple[int, str]:
        code = main(["backtest", *words])
        printed = capsys.readouterr()
        return code, printed.err if code else printed.out

    return command


def test_the_command_judges_the_recorded_days(worked: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in worked.environment.items():
        monkeypatch.setitem(os.environ, name, value)
    code, text = run("--db", worked.url, "--json")
    assert code == 0
    assert json.loads(text)["whole"]["people"] + json.loads(text)["whole"]["untold"] == 11
    code, text = run("--db", worked.url, "--day", "2026-03-02", "--people", "5")
    assert code == 0
    assert "| **all** | 5 |" in text
    assert run("--db", worked.url, "--day", "2026-03-05") == (
        2,
        "jinghou-queue: nothing was recorded on 2026-03-05\n",
    )
    code, text = run("--db", worked.url, "--hall", "atlantis")
    assert (code, text) == (2, f"jinghou-queue: name one of these halls with --hall: {HALL}\n")


def test_the_command_makes_up_days_without_a_database(run: Run) -> None:
    words = ("--generated", "--counters", "6", "--services", "3", "--days", "1", "--learn", "1", "--people", "10")
    code, text = run(*words)
    assert code == 0
    assert "| **all** | 10 |" in text
    assert text.splitlines()[-1].endswith("over 10 people")
    assert run(*words, "--seed", "2")[1] != text
    assert run("--generated", "--days", "0", "--learn", "0")[0] == 2


def test_a_day_that_is_over_teaches_the_next_its_shifts_and_paces(worked: House) -> None:
    past = Past()
    replay(recorded(worked), past, Random(1))
    (shifts,) = past.shifts
    assert [len(shifts[counter]) for counter in ("c1", "c2", "c3")] == [1, 0, 1]
    assert all(opens < closes for each in shifts.values() for opens, closes in each)
    assert past.paces[0]["service tax"].total >= 8
