"""What the server's store costs, as ratios in one run on one machine.

Run: `pytest -m bench tests/bench/bench_queue.py -s`.
"""

import contextlib
import json
import secrets
import signal
import statistics
import subprocess
import sys
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jinghou_config.hall import CounterPlan, HallPlan, ServicePlan
from jinghou_queue.api.office import unix_ms
from jinghou_queue.cli import main as cli
from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.desk import numbers, tickets
from jinghou_queue.desk.access import Role, add_token
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.setup import add_hall
from jinghou_queue.keys import load_key_file
from jinghou_queue.store.databases import connect

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

HERE = Path(__file__).parent
CLIENTS = 16
COUNTERS = 54
SERVICES = 6


@dataclass(frozen=True)
class Load:
    """How one load went: answers a second, the times of the counted calls, what they got."""

    rate: float
    seconds: list[float]
    statuses: Tally[int]
    numbers: list[str]

    def ms(self, percentile: int) -> float:
        return statistics.quantiles(self.seconds, n=100)[percentile - 1] * 1000


@dataclass
class Bench:
    """A database with one big hall."""

    url: str
    token: str

    def fill(self, waiting: int) -> None:
        """Put that many people in service s0's queue, in one transaction."""
        press = Press("big", "bench", unix_ms())
        with connect(self.url) as connection:
            for _ in range(waiting):
                wish = numbers.Wish(
                    service="s0",
                    channel=Channel.KIOSK,
                    lane=Lane.WALK_IN,
                    ticket=secrets.token_hex(12),
                    token_hash=secrets.token_hex(32),
                    identity_hash=None,
                    masked_name=None,
                )
                tickets.take_number(connection, press, wish)


def make(folder: Path) -> Bench:
    """A hall of 54 counters, all of which can serve all six services."""
    url = f"sqlite:///{folder}/hall.db"
    assert cli(["init", "--db", url]) == 0
    services = tuple(
        ServicePlan(id=f"s{n}", prefix="ABCDEF"[n], name=f"业务{n}", name_en=f"Service {n}") for n in range(SERVICES)
    )
    counters = tuple(
        CounterPlan(id=f"c{n}", label=str(n), services=tuple(service.id for service in services))
        for n in range(COUNTERS)
    )
    plan = HallPlan(id="big", name="大厅", name_en="Big hall", services=services, counters=counters)
    with connect(url) as connection:
        key_check = load_key_file(folder / "hall.db.key").check()
        add_hall(connection, plan, key_check=key_check, epoch="bench", at=0)
        token = add_token(
            connection, hall=None, role=Role.MANAGER, name="", at=0, token_id="bench", secret=secrets.token_urlsafe(32)
        )
    return Bench(url, token)


@contextlib.contextmanager
def serving(*command: str) -> Iterator[int]:
    """A server process; its port."""
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().rsplit(":", 1)[1])
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def real(bench: Bench) -> "contextlib.AbstractContextManager[int]":
    return serving("-m", "jinghou_queue.cli", "serve", "--db", bench.url, "--port", "0")


def no_store(bench: Bench) -> "contextlib.AbstractContextManager[int]":
    return serving(str(HERE / "queue_no_store.py"), bench.url)


def load(port: int, clients: list[list[tuple[str, ...]]], rounds: int, counted: list[int]) -> Load:
    """Run the load generator as a process of its own."""
    job = {"host": "127.0.0.1", "port": port, "clients": clients, "rounds": rounds, "counted": counted}
    done = subprocess.run(
        [sys.executable, str(HERE / "queue_load.py")],
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    outcome = json.loads(done.stdout)
    statuses = Tally(outcome["statuses"])
    return Load(statuses.total() / outcome["total"], outcome["seconds"], statuses, outcome["numbers"])


def take(bench: Bench, service: int) -> tuple[str, ...]:
    return "/halls/big/tickets", bench.token, json.dumps({"service": f"s{service}", "channel": "kiosk"})


def press(bench: Bench, counter: int, button: str) -> tuple[str, ...]:
    return f"/counters/c{counter}/{button}", bench.token


def say(what: str, measured: Load, bare: Load, budget: float) -> float:
    ratio = measured.rate / bare.rate
    print(  # the figures are what a bench is for
        f"{what:<28} {measured.rate:>7.0f}/s  p50 {measured.ms(50):5.2f} ms  p99 {measured.ms(99):5.2f} ms   "
        f"no store {bare.rate:>7.0f}/s   ratio {ratio:.2f} (budget ≥ {budget})"
    )
    return ratio


def test_taking_a_number_costs_at_most_what_the_budget_says(tmp_path: Path) -> None:
    bench = make(tmp_path)
    clients = [[take(bench, client % SERVICES)] for client in range(CLIENTS)]
    with no_store(bench) as port:
        load(port, clients, 30, [0])  # warm up
        bare = load(port, clients, 600, [0])
    with real(bench) as port:
        load(port, clients, 30, [0])
        measured = load(port, clients, 300, [0])
    assert measured.statuses == {201: CLIENTS * 300}
    assert len(set(measured.numbers)) == CLIENTS * 300
    assert say("take a number, 16 clients", measured, bare, 0.3) >= 0.3


def test_calling_next_costs_at_most_what_the_budget_says_and_never_calls_twice(tmp_path: Path) -> None:
    bench = make(tmp_path)
    bench.fill(6000)
    mine = [range(client, COUNTERS, CLIENTS) for client in range(CLIENTS)]
    opened = [[press(bench, counter, "open") for counter in counters] for counters in mine]
    buttons = ("next", "start", "finish")
    cycle = [[press(bench, counter, button) for counter in counters for button in buttons] for counters in mine]
    nexts = list(range(0, 3 * 4, 3))
    with no_store(bench) as port:
        load(port, cycle, 3, nexts)
        bare = load(port, cycle, 60, nexts)
    with real(bench) as port:
        load(port, opened, 1, [])
        load(port, cycle, 3, nexts)
        measured = load(port, cycle, 40, nexts)
    assert measured.statuses == {200: COUNTERS * 40 * 3}
    assert len(set(measured.numbers)) == len(measured.numbers) == COUNTERS * 40
    assert say("next, start, finish; 54 counters", measured, bare, 0.4) >= 0.4


def test_next_does_not_grow_with_the_number_waiting(tmp_path: Path) -> None:
    few, many = (make(folder) for folder in (_folder(tmp_path, "few"), _folder(tmp_path, "many")))
    few.fill(100)
    many.fill(50_000)
    seconds: dict[str, list[float]] = {few.url: [], many.url: []}
    with real(few) as few_port, real(many) as many_port:
        ports = ((few, few_port), (many, many_port))
        for bench, port in ports:
            load(port, [[press(bench, 0, "open")]], 1, [])
        for turn in range(8):  # in turns, so that both meet the same moods of the machine
            for bench, port in ports:
                cycle = [take(bench, 0), *(press(bench, 0, button) for button in ("next", "start", "finish"))]
                outcome = load(port, [cycle], 60, [1])
                assert outcome.statuses == {200: 180, 201: 60}
                if turn:
                    seconds[bench.url] += outcome.seconds
    at_few, at_many = (statistics.median(seconds[bench.url]) * 1000 for bench in (few, many))
    print(
        f"next, one client: {at_few:.2f} ms at 100 waiting, {at_many:.2f} ms at 50,000   "
        f"ratio {at_many / at_few:.2f} (budget ≤ 1.2)"
    )
    assert at_many / at_few <= 1.2


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
