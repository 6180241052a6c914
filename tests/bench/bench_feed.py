"""Two hundred boards and five thousand phones on one process: from a counter's press to what each of them gets.

A phone gets its own call; the places of all others are counted every two seconds, in between. The readers are programs
of their own, and times are taken at their sockets. Run: `pytest -m bench tests/bench/bench_feed.py -s`.
"""

import asyncio
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench import figures
from bench.queue_bench import COUNTERS, HALL, HERE, SERVICES, Bench, Server, percentiles
from bench.queue_load import Client, prepare

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

BOARDS, PHONES = 200, 5000
BUDGET_S = {"boards": 0.1, "phones": 0.3}
CALLS, A_SECOND = 120, 3.0  # a day of 10,000 visits has one in three seconds
BURSTS, REST_S = 4, 1.3  # every counter at once; odd to the two seconds between counts of places


class Readers:
    """A program with open streams."""

    def __init__(self, port: int, streams: list[list[str]]) -> None:
        command = [sys.executable, str(HERE / "feed_load.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._tell(json.dumps({"host": "127.0.0.1", "port": port, "streams": streams}) + "\n")

    def _tell(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def ready(self) -> float:
        """Wait until every stream has said something; when that was, a Unix time in seconds."""
        assert self.process.stdout is not None
        word, _, at = self.process.stdout.readline().partition(" ")
        assert word == "ready"
        return float(at)

    def heard(self) -> list[tuple[str, float]]:
        """End; the number of each call that was heard of, and when."""
        said, _ = self.process.communicate(timeout=60)
        return [(number, at) for number, at in json.loads(said.splitlines()[-1])["calls"]]


@dataclass
class Counters:
    """The counters at work; each press comes over a connection of its own, as after a while of quiet."""

    bench: Bench
    port: int
    pressed: dict[str, float] = field(default_factory=dict)  # number called, Unix time of the press

    async def press(self, counter: int, button: str) -> bytes:
        loop = asyncio.get_running_loop()
        transport, client = await loop.create_connection(Client, "127.0.0.1", self.port)
        answer: tuple[int, bytes] = await client.ask(prepare(*self.bench.press(counter, button)))
        transport.close()
        assert answer[0] == 200, answer
        return answer[1]

    async def call(self, counter: int) -> None:
        at = time.time()
        self.pressed[json.loads(await self.press(counter, "next"))["leg"]["number"]] = at

    async def serve(self, counter: int) -> None:
        await self.press(counter, "start")
        await self.press(counter, "finish")

    async def steadily(self) -> None:
        """One counter after another."""
        for turn in range(CALLS):
            await self.call(turn % COUNTERS)
            await self.serve(turn % COUNTERS)
            await asyncio.sleep(1 / A_SECOND)

    async def all_at_once(self) -> None:
        """Every counter in the same moment, a few times."""
        for _ in range(BURSTS):
            await asyncio.gather(*(self.call(counter) for counter in range(COUNTERS)))
            await asyncio.sleep(REST_S)
            await asyncio.gather(*(self.serve(counter) for counter in range(COUNTERS)))
            await asyncio.sleep(REST_S)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A big hall."""
    return Bench.make(tmp_path)


@pytest.fixture
def many_files() -> None:
    """This many connections."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def reading(port: int, bench: Bench, tokens: list[str]) -> Iterator[dict[str, Readers]]:
    """All boards and phones, in two programs."""
    readers = {
        "boards": Readers(port, [[f"/halls/{HALL}/events", bench.token]] * BOARDS),
        "phones": Readers(port, [[f"/t/{token}/events", ""] for token in tokens]),
    }
    with readers["boards"].process, readers["phones"].process:
        try:
            yield readers
        finally:
            for each in readers.values():
                each.process.kill()


def delays(heard: list[tuple[str, float]], pressed: dict[str, float]) -> list[float]:
    return [at - pressed[number] for number, at in heard if number in pressed]


@pytest.mark.usefixtures("many_files")
def test_a_call_reaches_boards_and_phones_in_time(bench: Bench) -> None:
    tokens = bench.fill(PHONES, SERVICES)
    with bench.serving() as server:
        alone = server.kilobytes()
        with reading(server.port, bench, tokens) as readers:
            for each in readers.values():
                each.ready()
            held = (server.kilobytes() - alone) / (BOARDS + PHONES)
            figures.keep(f"memory of a stream, {BOARDS} boards and {PHONES} phones open", f"{held:.1f} KiB")
            steady, burst = Counters(bench, server.port), Counters(bench, server.port)
            asyncio.run(opened(steady))
            asyncio.run(steady.steadily())
            asyncio.run(burst.all_at_once())
            heard = {name: each.heard() for name, each in readers.items()}
    assert len(steady.pressed) == CALLS
    assert len(burst.pressed) == BURSTS * COUNTERS
    for name, budget_s in BUDGET_S.items():
        times = delays(heard[name], steady.pressed)
        budget = f"p99 ≤ {budget_s * 1000:.0f} ms"
        figures.keep(f"call → {name}, {A_SECOND:.0f} calls a second", percentiles(times), budget=budget)
        assert sorted(times)[int(len(times) * 0.99)] <= budget_s
        figures.keep(f"call → {name}, {COUNTERS} calls at once", percentiles(delays(heard[name], burst.pressed)))
    assert len(delays(heard["boards"], steady.pressed)) == CALLS * BOARDS


async def opened(work: Counters) -> None:
    for counter in range(COUNTERS):
        await work.press(counter, "open")


@pytest.mark.usefixtures("many_files")
def test_everybody_comes_back_soon_after_a_server_that_died(bench: Bench) -> None:
    tokens = bench.fill(PHONES, SERVICES)
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(bench.serving())
        readers = stack.enter_context(reading(first.port, bench, tokens))
        for each in readers.values():
            each.ready()
        again = restarted(bench, first, stack)
        served = time.time()
        times = {name: each.ready() - served for name, each in readers.items()}
        assert again.port == first.port
    boards, phones = times["boards"], times["phones"]
    figures.keep(
        f"{BOARDS} boards and {PHONES} phones back after a server was killed",
        f"boards {boards:.1f} s, phones {phones:.1f} s",
    )
    assert max(times.values()) < 30  # a page that is not back by then is reloaded


def restarted(bench: Bench, server: Server, stack: contextlib.ExitStack) -> Server:
    os.kill(server.pid, signal.SIGKILL)
    return stack.enter_context(bench.serving(server.port))
