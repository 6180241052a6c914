"""The stores: each press answered for itself, nothing acknowledged lost; SQLite: many presses in one commit."""

import asyncio
import re
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from queue_house import HALL, NINE, Desk, House, rows
from sqlalchemy.dialects import sqlite

from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.desk import numbers, tickets, views
from jinghou_queue.desk.book import Press
from jinghou_queue.store import (
    Command,
    Connection,
    Published,
    Query,
    StoreUnavailable,
    booking_statements,
    notice_statements,
    record_statements,
    sealed_statements,
    terminal_statements,
)
from jinghou_queue.store import statements as st
from jinghou_queue.store.databases import connect, open_store
from jinghou_queue.store.driver import DriverConnection
from jinghou_queue.store.migrate import Form, engine, form_of, migrate
from jinghou_queue.store.sqlite import SqliteConnection
from jinghou_queue.store.tables import metadata


class Watched:
    """A store, the events it told of, and how often it committed."""

    def __init__(self, house: House) -> None:
        self.commits: list[list[Published]] = []
        self.store = open_store(house.url, self.commits.append)
        self._made = 0

    def taking(self) -> Callable[[Connection], numbers.Taken]:
        self._made += 1
        wish = numbers.Wish(
            service="tax",
            channel=Channel.KIOSK,
            lane=Lane.WALK_IN,
            ticket=f"t{self._made}",
            token_hash=f"h{self._made}",
            identity_hash=None,
            masked_name=None,
        )
        return partial(tickets.take_number, press=Press(HALL, "test", NINE), wish=wish)

    async def hold(self) -> threading.Event:
        """Keep the writer busy until the event is set, so that whatever comes meanwhile is one group."""
        held, go = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def wait(_: Connection) -> None:
            loop.call_soon_threadsafe(held.set)
            assert go.wait(20)

        self.holding = asyncio.ensure_future(self.store.transact(wait))
        await asyncio.wait_for(held.wait(), 20)
        return go


@pytest.fixture
async def watched(house: House) -> AsyncIterator[Watched]:
    """A store in this test's event loop."""
    watched = Watched(house)
    yield watched
    watched.store.close()


@pytest.fixture
async def grouped(sqlite_house: House) -> AsyncIterator[Watched]:
    """A store that commits whatever waits at once."""
    watched = Watched(sqlite_house)
    yield watched
    watched.store.close()


def driver(connection: Connection) -> sqlite3.Connection:
    assert isinstance(connection, SqliteConnection)
    return connection.driver


def fail(_: Connection) -> None:
    raise LookupError("mine alone")


def write_half_and_fail(connection: Connection) -> None:
    assert connection.run(st.HALL_EPOCH, hall=HALL, to_epoch="never") == 1
    connection.publish(Published(HALL, 99, "leg", "{}"))
    raise LookupError("after half of it")


def wrong_statement(connection: Connection) -> None:
    driver(connection).execute("SELECT * FROM nowhere")


def unique(connection: Connection) -> None:
    connection.run(st.NUMBER_FIRST, hall=HALL, day="d", service="s", last=1, streak=0)
    connection.run(st.NUMBER_FIRST, hall=HALL, day="d", service="s", last=1, streak=0)


async def test_presses_at_the_same_moment_share_one_commit(grouped: Watched) -> None:
    go = await grouped.hold()
    asked = [asyncio.ensure_future(grouped.store.transact(grouped.taking())) for _ in range(20)]
    await asyncio.sleep(0)  # let them reach the queue
    go.set()
    numbers = [taken.number for taken in await asyncio.gather(*asked)]
    assert numbers == [f"B{place:03d}" for place in range(1, 21)]
    assert [len(events) for events in grouped.commits] == [1 + 2 * 20]


@pytest.mark.parametrize("bad", [fail, write_half_and_fail, wrong_statement, unique])
async def test_one_bad_press_does_not_harm_the_others(grouped: Watched, bad: Callable[[Connection], None]) -> None:
    go = await grouped.hold()
    asked = [asyncio.ensure_future(grouped.store.transact(work)) for work in (grouped.taking(), bad, grouped.taking())]
    await asyncio.sleep(0)
    go.set()
    first, failed, last = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(first, numbers.Taken)
    assert isinstance(last, numbers.Taken)
    assert [first.number, last.number] == ["B001", "B002"]
    assert isinstance(failed, LookupError | sqlite3.Error)
    assert [event.seq for event in grouped.commits[0]] == [1, 2, 3, 4, 5]


async def test_an_answer_is_on_disk_before_it_is_given(watched: Watched, house: House) -> None:
    taken = await watched.store.transact(watched.taking())
    with connect(house.url) as other:
        assert rows(other, "SELECT number FROM ticket") == [(taken.number,)]


async def test_sqlite_waits_for_the_disk_and_readers_cannot_write(grouped: Watched) -> None:
    assert await grouped.store.read(lambda connection: rows(connection, "PRAGMA query_only")) == [(1,)]
    levels = await grouped.store.transact(
        lambda connection: [rows(connection, f"PRAGMA {name}")[0][0] for name in ("synchronous", "journal_mode")]
    )
    assert levels == [2, "wal"]  # 2 is FULL


async def test_a_full_disk_refuses_everybody_in_the_group_and_is_over_when_there_is_room(grouped: Watched) -> None:
    await grouped.store.transact(grouped.taking())
    pages = await grouped.store.transact(lambda c: driver(c).execute("PRAGMA page_count").fetchone()[0])

    def room(pages: int) -> Callable[[Connection], None]:
        return lambda connection: driver(connection).execute(f"PRAGMA max_page_count = {pages}").close()

    await grouped.store.transact(room(pages))
    go = await grouped.hold()
    asked = [asyncio.ensure_future(grouped.store.transact(grouped.taking())) for _ in range(200)]
    await asyncio.sleep(0)
    go.set()
    results = await asyncio.gather(*asked, grouped.holding, return_exceptions=True)
    assert all(isinstance(result, StoreUnavailable | None) for result in results)
    refused = [result for result in results if isinstance(result, StoreUnavailable)]
    assert len(refused) == 200
    assert {str(error) for error in refused} == {"the disk is full; nothing was saved: free some space and press again"}
    await grouped.store.transact(room(1_000_000))
    assert (await grouped.store.transact(grouped.taking())).number == "B002"
    told = [event.seq for events in grouped.commits for event in events]
    assert told == [1, 2, 3, 4, 5]


def test_a_command_on_a_full_disk_says_so(sqlite_house: House) -> None:
    def fill() -> None:
        with connect(sqlite_house.url) as connection:
            pages = driver(connection).execute("PRAGMA page_count").fetchone()[0]
            driver(connection).execute(f"PRAGMA max_page_count = {pages}")
            for place in range(100_000):
                connection.run(st.NUMBER_FIRST, hall=HALL, day=f"{place:050}", service="tax", last=1, streak=0)

    with pytest.raises(StoreUnavailable, match="the disk is full"):
        fill()


async def test_a_connection_that_broke_is_replaced(grouped: Watched) -> None:
    await grouped.store.transact(grouped.taking())
    with pytest.raises(StoreUnavailable, match="nothing was saved"):
        await grouped.store.transact(lambda connection: driver(connection).close())
    assert (await grouped.store.transact(grouped.taking())).number == "B002"


async def test_another_program_may_write_meanwhile(watched: Watched, house: House) -> None:
    with connect(house.url) as connection:
        asked = asyncio.ensure_future(watched.store.transact(watched.taking()))
        await asyncio.sleep(0)
        connection.run(st.NUMBER_FIRST, hall="other", day="d", service="s", last=1, streak=0)
    assert (await asked).number == "B001"


async def test_a_reader_sees_one_moment_of_the_hall(watched: Watched) -> None:
    loop, began, go = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def look_twice(connection: Connection) -> tuple[int, int]:
        before = views.hall_view(connection, HALL, NINE).seq
        loop.call_soon_threadsafe(began.set)
        assert go.wait(20)
        return before, views.hall_view(connection, HALL, NINE).seq

    looking = asyncio.ensure_future(watched.store.read(look_twice))
    await asyncio.wait_for(began.wait(), 20)
    await watched.store.transact(watched.taking())
    go.set()
    assert await looking == (0, 0)


async def test_what_was_accepted_before_the_stop_is_done(house: House) -> None:
    watched = Watched(house)
    go = await watched.hold()
    asked = asyncio.ensure_future(watched.store.transact(watched.taking()))
    await asyncio.sleep(0)
    go.set()
    watched.store.close()
    assert (await asked).number == "B001"
    with pytest.raises(StoreUnavailable, match="stopping"):
        await watched.store.transact(watched.taking())


def test_the_migrations_make_exactly_the_tables_the_server_works_with(house: House) -> None:
    with engine(house.url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_tells_whether_it_is_ours(house: House) -> None:
    assert form_of(house.url) is Form.CURRENT
    migrate(house.url)
    with connect(house.url) as connection:
        rows(connection, "UPDATE alembic_version SET version_num = '9999' RETURNING 1")
    assert form_of(house.url) is Form.UNKNOWN


def test_a_file_tells_whether_it_is_a_database(tmp_path: Path) -> None:
    assert form_of(f"sqlite:///{tmp_path}/new.db") is Form.EMPTY
    (tmp_path / "text.db").write_text("this is not a database, however long one looks at it" * 30)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        form_of(f"sqlite:///{tmp_path}/text.db")


def test_a_part_that_fails_takes_back_only_itself_and_what_it_published(house: House) -> None:
    def part(connection: Connection, seq: int, fails: type[Exception] | None) -> None:
        with connection.savepoint():
            connection.run(st.NUMBER_FIRST, hall=HALL, day=f"d{seq}", service="s", last=seq, streak=0)
            connection.publish(Published(HALL, seq, "leg", "{}"))
            if fails:
                raise fails

    def day(connection: Connection, seq: int) -> int | None:
        return connection.one(st.NUMBER_NEXT, hall=HALL, day=f"d{seq}", service="s", by=1)

    def outer(connection: Connection) -> None:
        with connection.savepoint():
            part(connection, 2, None)
            with pytest.raises(KeyError):
                part(connection, 3, KeyError)
            part(connection, 4, LookupError)

    with connect(house.url) as connection:
        part(connection, 1, None)
        with pytest.raises(LookupError):
            outer(connection)
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
            part(connection, 1, None)
        part(connection, 5, None)
        assert [day(connection, seq) for seq in range(1, 6)] == [2, None, None, None, 6]
        assert isinstance(connection, DriverConnection)
        assert [event.seq for event in connection.published] == [1, 5]


@pytest.mark.parametrize(
    "module", [booking_statements, notice_statements, record_statements, sealed_statements, st, terminal_statements]
)
def test_no_statement_reads_all_that_a_hall_ever_had(sqlite_desk: Desk, module: ModuleType) -> None:
    """Tickets, legs and bookings are kept for years: whoever asks for one of them must not wait for all."""
    assert isinstance(sqlite_desk.connection, SqliteConnection)
    growing = "ticket|leg|booking|lease|answer|feed|delivery|notice"
    whole = re.compile(rf"SCAN ({growing})\b|SEARCH ({growing}) USING (PRIMARY KEY|.*INDEX \w+) \(hall=\?\)$")
    partial_and_small = ("leg_at_counter", "booking_to_come")  # hold who is at a counter now, and who is still to come
    looked_at = 0
    for name, kept in vars(module).items():
        for statement in kept.values() if name == "LEGS_END" else [kept]:
            if not isinstance(statement, Query | Command):
                continue
            made = statement.statement.compile(dialect=sqlite.dialect(paramstyle="named"))  # type: ignore[attr-defined]  # Executable hides that it compiles
            values = {each: value or 1 for each, value in made.params.items()}
            looked_at += 1
            for *_, step in sqlite_desk.connection.driver.execute(f"EXPLAIN QUERY PLAN {made}", values):
                assert whole.match(step) is None or any(each in step for each in partial_and_small), (name, step)
    assert looked_at > 5
