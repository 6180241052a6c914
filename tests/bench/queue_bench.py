"""What the server's benches share: one big hall on either database, real servers, and the load on them."""

import contextlib
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinghou_config.hall import CounterPlan, HallPlan, ServicePlan
from jinghou_queue.api.office import unix_ms
from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.desk import numbers, tickets
from jinghou_queue.desk.access import Role, add_token
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.setup import add_hall
from jinghou_queue.keys import Keys, create_key_file, token_hash
from jinghou_queue.store import Connection, postgres, sqlite
from jinghou_queue.store.databases import connect, database_file
from jinghou_queue.store.migrate import migrate
from jinghou_queue.store.postgres import PostgresConnection
from jinghou_queue.store.sqlite import SqliteConnection

HERE = Path(__file__).parent
HALL = "big"
COUNTERS = 54
SERVICES = 6


@dataclass(frozen=True)
class Load:
    """How one load went: answers a second, the times of the counted calls, what they got."""

    rate: float
    seconds: list[float]
    statuses: Tally[int]
    numbers: list[str]

    @property
    def times(self) -> str:
        return percentiles(self.seconds)


def percentiles(seconds: list[float]) -> str:
    """For the reader of a figure."""
    of_100 = statistics.quantiles(seconds, n=100, method="inclusive")
    return ", ".join(f"p{place} {of_100[place - 1] * 1000:.1f} ms" for place in (50, 95, 99))


@dataclass
class Bench:
    """A database with one big hall: 54 counters, all of which can serve all six services."""

    url: str
    folder: Path
    keys: Keys
    token: str

    @classmethod
    def make(cls, folder: Path, url: str | None = None) -> "Bench":
        """In SQLite, or in the empty PostgreSQL database of that URL."""
        url = url or f"sqlite:///{folder}/hall.db"
        keys = create_key_file(folder / "hall.db.key", secrets.token_bytes(32))
        migrate(url)
        services = tuple(
            ServicePlan(id=f"s{n}", prefix="ABCDEF"[n], name=f"业务{n}", name_en=f"Service {n}")
            for n in range(SERVICES)
        )
        counters = tuple(
            CounterPlan(id=f"c{n}", label=str(n), services=tuple(service.id for service in services))
            for n in range(COUNTERS)
        )
        plan = HallPlan(id=HALL, name="大厅", name_en="Big hall", services=services, counters=counters)
        with connect(url) as connection:
            add_hall(connection, plan, key_check=keys.check(), epoch="bench", at=0)
            token = add_token(
                connection, hall=HALL, role=Role.MANAGER, name="", at=0, token_id="bench", secret=secrets.token_hex(16)
            )
        return cls(url, folder, keys, token)

    def fill(self, waiting: int, services: int = 1) -> list[str]:
        """Put that many people into the queues of the first so many services, in one transaction; their tokens."""
        with connect(self.url) as connection:
            return [self.take_one(connection, place % services) for place in range(waiting)]

    def take_one(self, connection: Connection, service: int) -> str:
        """One more person, who holds that token."""
        ticket = secrets.token_hex(12)
        token = self.keys.holder_token(HALL, ticket)
        wish = numbers.Wish(
            service=f"s{service}",
            channel=Channel.KIOSK,
            lane=Lane.WALK_IN,
            ticket=ticket,
            token_hash=token_hash(token),
            identity_hash=None,
            masked_name=None,
        )
        tickets.take_number(connection, Press(HALL, "bench", unix_ms()), wish)
        return token

    def take(self, service: int) -> tuple[str, ...]:
        """A request for a number."""
        return f"/halls/{HALL}/tickets", self.token, json.dumps({"service": f"s{service}", "channel": "kiosk"})

    def press(self, counter: int, button: str) -> tuple[str, ...]:
        """A request of a counter."""
        return f"/counters/c{counter}/{button}", self.token

    def serving(self, port: int = 0) -> "contextlib.AbstractContextManager[Server]":
        """The real server."""
        return self._serving("-m", "jinghou_queue.cli", "serve", "--db", self.url, "--port", str(port))

    def no_store(self) -> "contextlib.AbstractContextManager[Server]":
        """The same server with no store behind its writes."""
        return self._serving(str(HERE / "queue_no_store.py"), self.url)

    @contextlib.contextmanager
    def _serving(self, *command: str) -> Iterator["Server"]:
        key = {"JINGHOU_QUEUE_IDENTITY_KEY_FILE": str(self.folder / "hall.db.key")}
        process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, env={**os.environ, **key})
        with process:
            try:
                assert process.stdout is not None
                yield Server(process.pid, int(process.stdout.readline().rsplit(b":", 1)[1]))
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(10) in (0, -signal.SIGKILL)


@dataclass(frozen=True)
class Server:
    """A server process."""

    pid: int
    port: int

    def kilobytes(self) -> int:
        """Memory, of what it shares a share."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


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


def loop(url: str, count: int, work: Callable[[Connection, int], object]) -> float:
    """How often a second `work` is done by a loop on one connection, each in a transaction of its own: no server."""
    file = database_file(url)
    connection: PostgresConnection | SqliteConnection
    if file is None:
        connection = PostgresConnection(postgres.open_driver(url))
    else:
        connection = SqliteConnection(sqlite._open(file, read_only=False))
    began = time.perf_counter()
    for turn in range(count):
        connection._say("BEGIN")
        work(connection, turn)
        connection._say("COMMIT")
    rate = count / (time.perf_counter() - began)
    connection.driver.close()
    return rate
