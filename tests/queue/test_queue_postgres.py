"""PostgreSQL: several server processes on one database, and a database that goes away and comes back."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest
from queue_house import DEADLINE_S, HALL, NINE, Answer, House, Server, rows, serving
from queue_postgres import PASSWORD, Kept, Postgres

from jinghou_queue.cli import main
from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.desk import numbers, tickets
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.store import Connection, Published, StoreUnavailable
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st
from jinghou_queue.store.databases import connect
from jinghou_queue.store.listening import LOOK_S
from jinghou_queue.store.migrate import Form, form_of, migrate
from jinghou_queue.store.postgres_store import PostgresStore

BODY = {"service": "tax", "channel": "kiosk"}
TAKE = f"/halls/{HALL}/tickets"
NEVER_S = 3600.0


@pytest.fixture
def house(postgres_house: House) -> House:
    """On PostgreSQL only."""
    return postgres_house


def taking(name: str) -> Callable[[Connection], str]:
    """Gives somebody the next number for tax; `name` is the ticket's id."""
    wish = numbers.Wish(
        service="tax",
        channel=Channel.KIOSK,
        lane=Lane.WALK_IN,
        ticket=name,
        token_hash=name,
        identity_hash=None,
        masked_name=None,
    )
    return lambda connection: tickets.take_number(connection, Press(HALL, "test", NINE), wish).number


class Process:
    """What one server process has of the database: a store, and the events it was told of."""

    def __init__(self, house: House, look_s: float = NEVER_S) -> None:
        self.seen: list[int] = []
        self._news = asyncio.Event()
        self.store = PostgresStore(house.url, self._hear, look_s)
        self._made = 0

    def _hear(self, events: list[Published]) -> None:
        self.seen += [event.seq for event in events]
        self._news.set()

    async def take(self) -> str:
        self._made += 1
        name = f"{id(self)}-{self._made}"
        return await self.store.transact(taking(name), HALL)

    async def heard(self, seq: int) -> None:
        """Wait until it was told of event `seq`."""
        async with asyncio.timeout(DEADLINE_S):
            while seq not in self.seen:
                self._news.clear()
                await self._news.wait()


LISTENERS = """SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND state = 'idle' AND query LIKE 'SELECT%'"""  # others' last word is COMMIT


async def listening(*processes: Process) -> None:
    """Wait until they hear what others do."""
    async with asyncio.timeout(DEADLINE_S):
        while len(await processes[0].store.read(lambda connection: rows(connection, LISTENERS))) < len(processes):
            pass


@pytest.fixture
async def pair(house: House) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes that hear of each other by notices alone."""
    pair = Process(house), Process(house)
    await listening(*pair)
    await pair[0].take()  # events 1, 2 and 3
    for process in pair:
        await process.heard(3)
        process.seen = [3]
    yield pair
    for process in pair:
        process.store.close()


async def test_each_process_is_told_of_everything_in_order_and_once(pair: tuple[Process, Process]) -> None:
    numbers = await asyncio.gather(*(process.take() for _ in range(20) for process in pair))
    assert sorted(numbers) == [f"B{place:03d}" for place in range(2, 42)]
    for process in pair:
        await process.heard(83)
        assert process.seen == list(range(3, 84))


async def test_an_own_press_is_told_after_those_of_others_before_it(pair: tuple[Process, Process]) -> None:
    here, there = pair
    for turn in range(5):
        await there.take()
        await here.take()
        assert here.seen == list(range(3, 3 + 4 * (turn + 1) + 1))


async def test_a_listener_that_lost_its_connection_catches_up(
    pair: tuple[Process, Process], postgres: Postgres, house: House
) -> None:
    here, there = pair
    with connect(house.url) as connection:
        assert rows(connection, f"SELECT pg_terminate_backend(pid) FROM ({LISTENERS}) AS listeners")
    await here.take()
    await there.heard(5)
    assert there.seen == [3, 4, 5]


async def test_an_event_of_which_nobody_was_notified_is_found_by_looking(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jinghou_queue.store.postgres_store.notify", lambda *_: None)
    here, there = Process(house), Process(house, look_s=0.01)
    await listening(here, there)
    await here.take()
    await there.heard(3)
    assert LOOK_S <= 5  # a process that is killed between commit and notice leaves boards waiting no longer
    here.store.close()
    there.store.close()


def raising(code: str) -> Callable[[Connection], list[tuple[object, ...]]]:
    return lambda connection: rows(connection, f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_a_press_that_met_another_is_repeated_as_if_for_the_first_time(house: House, code: str) -> None:
    process, turns = Process(house), iter((True, True, False))

    def work(connection: Connection) -> int:
        connection.publish(Published(HALL, 1, "leg", "{}"))
        count = connection.run(st.NUMBER_FIRST, hall=HALL, day="d", service="s", last=1, streak=0)
        if next(turns):
            raising(code)(connection)
        return count

    assert await process.store.transact(work) == 1
    assert process.seen == [1]
    process.store.close()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("40001", "another program holds the database; nothing was saved"),
        ("55P03", "another program holds the database; nothing was saved"),
        ("53100", "the database's disk is full; nothing was saved: free some space"),
        ("25006", "PostgreSQL takes no writes; nothing was saved"),
        ("57P01", "PostgreSQL does not answer: see that it runs"),
    ],
)
async def test_a_database_that_fails_is_said_in_an_operators_words(house: House, code: str, said: str) -> None:
    process = Process(house)
    with pytest.raises(StoreUnavailable, match=said):
        await process.store.transact(raising(code))
    assert await process.take() == "B001"
    process.store.close()


async def test_a_mistake_of_one_function_is_its_own_and_takes_back_all_it_did(house: House) -> None:
    process = Process(house)

    def twice(connection: Connection) -> None:
        for _ in range(2):
            connection.run(st.NUMBER_FIRST, hall=HALL, day="d", service="s", last=1, streak=0)

    with pytest.raises(psycopg.errors.UniqueViolation):
        await process.store.transact(twice)
    with connect(house.url) as connection:
        assert rows(connection, "SELECT 1 FROM numbering") == []
    process.store.close()


async def grouped(process: Process, *works: Callable[[Connection], object]) -> list[object]:
    """What functions of a hall give that came while a transaction of it was under way; who fails gives the error."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        connection.one(st.HALL_LOCKED, hall=HALL)
        begun.set()
        assert go_on.wait(DEADLINE_S)

    holding = asyncio.ensure_future(process.store.transact(hold, HALL))
    await asyncio.to_thread(begun.wait, DEADLINE_S)
    waiting = [asyncio.ensure_future(process.store.transact(work, HALL)) for work in works]
    await asyncio.sleep(0)  # each has asked
    go_on.set()
    await holding
    return await asyncio.gather(*waiting, return_exceptions=True)


def transaction(connection: Connection) -> object:
    """Which one it is."""
    return rows(connection, "SELECT pg_current_xact_id()::text")


async def test_presses_that_wait_for_a_hall_share_one_commit_and_a_mistake_among_them_is_alone(house: House) -> None:
    process = Process(house)
    begun, first, second, mistake, third, ended = await grouped(
        process, transaction, taking("a"), taking("b"), taking("a"), taking("c"), transaction
    )
    assert isinstance(mistake, psycopg.errors.UniqueViolation)
    assert (first, second, third) == ("B001", "B002", "B003")
    assert process.seen == list(range(1, 8))
    assert begun == ended
    process.store.close()


async def test_a_group_that_met_another_transaction_is_repeated_as_a_whole(house: House) -> None:
    process, turns = Process(house), iter((True, False))

    def meets(connection: Connection) -> None:
        if next(turns):
            raising("40001")(connection)

    assert await grouped(process, taking("a"), meets, taking("b")) == ["B001", None, "B002"]
    assert process.seen == list(range(1, 6))
    process.store.close()


async def test_a_database_that_fails_fails_the_whole_group_and_nothing_is_done(house: House) -> None:
    process = Process(house)
    answers = await grouped(process, taking("a"), raising("53100"), taking("b"))
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
    assert process.seen == []
    assert await process.take() == "B001"
    process.store.close()


async def test_what_was_accepted_is_finished_when_the_store_closes(house: House) -> None:
    process = Process(house)
    asked = [asyncio.ensure_future(process.take()) for _ in range(20)]
    await asyncio.sleep(0)
    process.store.close()
    assert sorted(await asyncio.gather(*asked)) == [f"B{place:03d}" for place in range(1, 21)]


async def test_a_nul_that_a_stranger_sends_is_looked_for_in_vain_and_stored_as_a_mark(house: House) -> None:
    with connect(house.url) as connection:
        assert connection.one(st.HALL, hall=f"{HALL}\x00") is None
        connection.run(st.NUMBER_FIRST, hall=HALL, day="a\x00b", service="s", last=1, streak=0)
        assert rows(connection, "SELECT day FROM numbering") == [("a\ufffdb",)]


async def test_a_reader_cannot_write(house: House) -> None:
    process = Process(house)
    with pytest.raises(StoreUnavailable, match="takes no writes"):
        await process.store.read(lambda connection: connection.run(rs.TOKEN_DROP, token_id="none"))
    process.store.close()


@pytest.fixture
def servers(house: House) -> Iterator[tuple[Server, Server]]:
    """Two server processes of one hall."""
    with serving(house) as one, serving(house) as other:
        yield one, other


def test_a_press_on_one_server_reaches_a_reader_on_the_other(house: House, servers: tuple[Server, Server]) -> None:
    kiosk = house.token(Role.TERMINAL)
    one, other = servers
    with one.feed(kiosk, "?after=0") as here, other.feed(kiosk, "?after=0") as there:
        numbers = [server.call("POST", TAKE, kiosk, BODY).json["number"] for server in (one, other, one)]
        assert [next(here)[0] for _ in range(7)] == [next(there)[0] for _ in range(7)] == list(range(1, 8))
    assert numbers == ["B001", "B002", "B003"]


def test_two_servers_give_each_number_once_and_one_that_is_killed_loses_none(
    house: House, servers: tuple[Server, Server]
) -> None:
    kiosk = house.token(Role.TERMINAL)
    given: list[str] = []
    enough = threading.Event()

    def press(server: Server) -> None:
        for _ in range(1000):
            if enough.is_set():
                return
            try:
                given.append(server.call("POST", TAKE, kiosk, BODY).json["number"])
            except (OSError, HTTPException):
                return  # this server is gone
            if len(given) == 100:
                servers[0].stop(signal.SIGKILL)
            if len(given) >= 160:
                enough.set()

    with servers[1].feed(kiosk, "?after=0") as events, ThreadPoolExecutor(8) as pool:
        working = [pool.submit(press, server) for server in servers * 4]
        for work in working:
            work.result(DEADLINE_S)
        with connect(house.url) as connection:
            hall = connection.one(st.HALL, hall=HALL)
            stored = [number for (number,) in rows(connection, "SELECT number FROM ticket")]
        assert hall is not None
        assert [next(events)[0] for _ in range(hall.seq)] == list(range(1, hall.seq + 1))
    assert len(set(given)) == len(given) >= 160
    assert set(given) <= set(stored)
    assert sorted(stored) == [f"B{place:03d}" for place in range(1, len(stored) + 1)]


def test_a_database_that_goes_away_in_mid_day_and_comes_back(house: House, postgres: Postgres) -> None:
    kiosk = house.token(Role.TERMINAL)
    with serving(house) as server, ExitStack() as readers:
        events = readers.enter_context(server.feed(kiosk, "?after=0"))
        assert server.call("POST", TAKE, kiosk, BODY).json["number"] == "B001"
        postgres.stop("immediate")
        try:
            refused: list[Answer] = [server.call("POST", TAKE, kiosk, BODY) for _ in range(3)]
            health = server.outside("/healthz")
        finally:
            postgres.start()
        assert [(answer.status, answer.problem) for answer in refused] == [(503, "store-unavailable")] * 3
        assert "PostgreSQL does not answer" in refused[0].json["detail"]
        assert health.status == 503
        assert server.call("POST", TAKE, kiosk, BODY).json["number"] == "B002"
        assert server.outside("/healthz").status == 200
        assert [next(events)[0] for _ in range(5)] == [1, 2, 3, 4, 5]
    assert PASSWORD not in (house.folder / "server.log").read_text()


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Runs a command with a key file; gives its exit code and what it said, in which no password ever is."""
    monkeypatch.setenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE", str(tmp_path / "hall.key"))

    def run(url: str, *words: str) -> tuple[int, str]:
        code = main([*words, "--db", url])
        said = "".join(capsys.readouterr())
        assert PASSWORD not in said
        assert "Traceback" not in said
        return code, said.strip()

    return run


def test_a_hall_on_postgresql_from_nothing_to_a_working_token(
    run: Callable[..., tuple[int, str]], postgres: Postgres
) -> None:
    with postgres.database() as url:
        code, said = run(url, "serve")
        assert (code, "is not initialised: run `jinghou-queue init --db postgresql://jinghou:***@127" in said) == (
            2,
            True,
        )
        code, said = run(url, "init", "--sample")
        assert (code, "is ready with hall yunxi: 6 services, 6 counters" in said) == (0, True)
        assert run(url, "init", "--sample")[0] == 2
        assert run(url, "token", "add", "--role", "clerk")[1].startswith(f"{HALL}.")
        assert "clerk" in run(url, "token", "list")[1]
        assert "has the form this version needs" in run(url, "migrate")[1]


def test_what_is_wrong_with_a_postgresql_url_is_said_without_its_password(
    run: Callable[..., tuple[int, str]], postgres: Postgres, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = run(postgres.url("nowhere"), "migrate")
    assert (code, 'database "nowhere" does not exist' in said) == (1, True)
    code, said = run(f"postgresql://jinghou:{PASSWORD}@127.0.0.1:1/hall", "token", "list")
    assert (code, "jinghou:***@127.0.0.1:1/hall cannot be opened: " in said, "Connection refused" in said) == (
        1,
        True,
        True,
    )
    code, said = run(f"postgresql://jinghou@127.0.0.1:no/hall?password={PASSWORD}", "token", "list")
    assert (code, "cannot be opened: " in said) == (1, True)
    code, said = run(f"postgres://jinghou:{PASSWORD}@127.0.0.1/hall", "token", "list")
    assert (code, "--db = 'postgres://jinghou:‹hidden›@127.0.0.1/hall'" in said) == (2, True)
    monkeypatch.delenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE")
    code, said = run(kept.url, "serve", "--port", "0")
    assert (code, said) == (
        2,
        "jinghou-queue: set identity_key_file: with PostgreSQL there is no file to keep the key beside",
    )


def test_two_programs_that_migrate_at_once_do_not_collide(postgres: Postgres) -> None:
    with postgres.database() as url, ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrate, url) for _ in range(2)]:
            done.result(DEADLINE_S)
        assert form_of(url) is Form.CURRENT
