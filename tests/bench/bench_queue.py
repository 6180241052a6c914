"""What the server's store costs, on both databases, as ratios in one run on one machine.

Beside each figure stands the same server with no store behind its writes, and a loop on one connection that does the
same with no server before it. Run: `pytest -m bench tests/bench/bench_queue.py -s`.
"""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from bench import figures
from bench.queue_bench import COUNTERS, HALL, SERVICES, Bench, Load, load, loop
from queue_postgres import Postgres, running

from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk import counters
from jinghou_queue.desk.book import Press
from jinghou_queue.store import Connection

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

BUDGET = {("sqlite", 16): {"take": 0.3, "next": 0.4}}  # of the same server with no store
WAITING = (100, 1_000, 10_000, 50_000)
BUTTONS = ("next", "start", "finish")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
def bench(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A big hall in it."""
    if database == "sqlite":
        yield Bench.make(tmp_path)
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield Bench.make(tmp_path, url)


def say(what: str, database: str, clients: int, measured: Load, bare: Load, looped: float) -> None:
    """Keep a figure, and hold it against its budget, if it has one."""
    ratio = measured.rate / bare.rate
    budget = BUDGET.get((database, clients), {}).get(what.partition(" ")[0])
    figures.keep(
        f"{what}, {clients} client{'s' if clients > 1 else ''}, {database}",
        f"{measured.rate:.0f}/s, {measured.times}",
        f"no store {bare.rate:.0f}/s · bare loop {looped:.0f}/s",
        f"{ratio:.2f} · {measured.rate / looped:.2f}",
        "" if budget is None else f"≥ {budget} of no store",
    )
    assert budget is None or ratio >= budget


@pytest.mark.parametrize("clients", [1, 16])
def test_taking_a_number(bench: Bench, database: str, clients: int) -> None:
    work = [[bench.take(client % SERVICES)] for client in range(clients)]
    rounds = 4800 // 16 if clients > 1 else 800
    with bench.no_store() as server:
        load(server.port, work, 30, [0])  # warm up
        bare = load(server.port, work, rounds * 2, [0])
    looped = loop(bench.url, 1000, lambda connection, turn: bench.take_one(connection, turn % SERVICES))
    with bench.serving() as server:
        load(server.port, work, 30, [0])
        measured = load(server.port, work, rounds, [0])
    assert measured.statuses == {201: clients * rounds}
    assert len(set(measured.numbers)) == clients * rounds
    say("take a number", database, clients, measured, bare, looped)


@pytest.mark.parametrize("clients", [1, 16])
def test_calling_serving_and_never_calling_twice(bench: Bench, database: str, clients: int) -> None:
    rounds = 40 if clients > 1 else 8
    bench.fill(COUNTERS * (rounds + 4) + 400)
    mine = [range(client, COUNTERS, clients) for client in range(clients)]
    cycle = [[bench.press(counter, button) for counter in each for button in BUTTONS] for each in mine]
    nexts = list(range(0, len(BUTTONS) * (COUNTERS // clients + 1), len(BUTTONS)))
    with bench.no_store() as server:
        load(server.port, cycle, 3, nexts)
        bare = load(server.port, cycle, rounds + 20, nexts)
    with bench.serving() as server:
        load(server.port, [[bench.press(counter, "open") for counter in range(COUNTERS)]], 1, [])
        load(server.port, cycle, 3, nexts)
        measured = load(server.port, cycle, rounds, nexts)
    looped = loop(bench.url, 900, press_button)
    assert measured.statuses == {200: COUNTERS * rounds * 3}
    assert len(set(measured.numbers)) == len(measured.numbers) == COUNTERS * rounds
    say("next, start, finish at 54 counters", database, clients, measured, bare, looped)


def press_button(connection: Connection, turn: int) -> None:
    """The next of a counter's three presses, by no way but a call."""
    do = (counters.call_next, counters.start_serving, counters.finish_serving)[turn % 3]
    do(connection, Press(HALL, "bench", unix_ms()), f"c{turn // 3 % COUNTERS}")


def test_next_does_not_grow_with_the_number_waiting(tmp_path: Path) -> None:
    seconds: dict[int, list[float]] = {waiting: [] for waiting in WAITING}
    with ExitStack() as servers:
        halls = []
        for waiting in WAITING:
            folder = tmp_path / str(waiting)
            folder.mkdir()
            bench = Bench.make(folder)
            bench.fill(waiting)
            server = servers.enter_context(bench.serving())
            load(server.port, [[bench.press(0, "open")]], 1, [])
            halls.append((waiting, bench, server))
        for turn in range(8):  # in turns, so that all meet the same moods of the machine
            for waiting, bench, server in halls:
                cycle = [bench.take(0), *(bench.press(0, button) for button in BUTTONS)]
                outcome = load(server.port, [cycle], 60, [1])
                assert outcome.statuses == {200: 180, 201: 60}
                if turn:
                    seconds[waiting] += outcome.seconds
    few = statistics.median(seconds[WAITING[0]])
    for waiting in WAITING:
        median = statistics.median(seconds[waiting])
        figures.keep(
            f"next with {waiting:,} waiting, sqlite",
            f"median {median * 1000:.2f} ms",
            f"with {WAITING[0]} waiting {few * 1000:.2f} ms",
            f"{median / few:.2f}",
            "≤ 1.2",
        )
        assert median / few <= 1.2
