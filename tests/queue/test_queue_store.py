"""The SQLite store: many presses in one commit, each answered for itself, nothing acknowledged lost."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from queue_house import HALL, NINE, House
from sqlalchemy import create_engine

from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.desk import tickets, views
from jinghou_queue.desk.book import Press
from jinghou_queue.store import Connection, Published, StoreUnavailable
from jinghou_queue.store import statements as st
from jinghou_queue.store.migrate import Form, form_of, migrate
from jinghou_queue.store.sqlite import SqliteConnection, SqliteStore, connect
from jinghou_queue.store.tables import metadata


class Watched:
    """A store, the events it told of, and how often it committed."""

    def __init__(self, house: House) -> None:
        self.commits: list[list[Published]] = []
        self.store = SqliteStore(house.url, self.commits.append)
        self._made = 0

    def taking(self) -> Callable[[Connection], tickets.Taken]:
        self._made += 1
        wish = tickets.Wish(
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


def driver(connection: Connection) -> sqlite3.Connection:
    assert isinstance(connection, SqliteConnection)
    return connection.driver


def fail(_: Connection) -> None:
    raise LookupError("mine alone")


def write_half_and_fail(connection: Connection) -> None:
    connection.run(st.HALL_MOVE, hall=HALL, to_seq=99, to_day="never")
    connection.publish(Published(HALL, 99, "leg", "{}"))
    raise LookupError("after half of it")


def wrong_statement(connection: Connection) -> None:
    driver(connection).execute("SELECT * FROM nowhere")


def unique(connection: Connection) -> None:
    connection.run(st.NUMBER_FIRST, hall=HALL, day="d", service="s", last=1)
    connection.run(st.NUMBER_FIRST, hall=HALL, day="d", service="s", last=1)


async def test_presses_at_the_same_moment_share_one_commit(watched: Watched) -> None:
    go = await watched.hold()
    asked = [asyncio.ensure_future(watched.store.transact(watched.taking())) for _ in range(20)]
    await asyncio.sleep(0)  # let them reach the queue
    go.set()
    numbers = [taken.number for taken in await asyncio.gather(*asked)]
    assert numbers == [f"B{place:03d}" for place in range(1, 21)]
    assert [len(events) for events in watched.commits] == [1 + 2 * 20]


@pytest.mark.parametrize("bad", [fail, write_half_and_fail, wrong_statement, unique])
async def test_one_bad_press_does_not_harm_the_others(watched: Watched, bad: Callable[[Connection], None]) -> None:
    go = await watched.hold()
    asked = [asyncio.ensure_future(watched.store.transact(work)) for work in (watched.taking(), bad, watched.taking())]
    await asyncio.sleep(0)
    go.set()
    first, failed, last = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(first, tickets.Taken)
    assert isinstance(last, tickets.Taken)
    assert [first.number, last.number] == ["B001", "B002"]
    assert isinstance(failed, LookupError | sqlite3.Error)
    assert [event.seq for event in watched.commits[0]] == [1, 2, 3, 4, 5]


async def test_an_answer_is_on_disk_before_it_is_given(watched: Watched, house: House) -> None:
    taken = await watched.store.transact(watched.taking())
    with closing(sqlite3.connect(house.folder / "hall.db", isolation_level=None)) as other:
        assert other.execute("SELECT number FROM ticket").fetchall() == [(taken.number,)]
    assert await watched.store.read(lambda connection: driver(connection).execute("PRAGMA query_only").fetchone()) == (
        1,
    )
    levels = await watched.store.transact(
        lambda connection: [
            driver(connection).execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")
        ]
    )
    assert levels == [2, "wal"]  # 2 is FULL


async def test_a_full_disk_refuses_everybody_in_the_group_and_is_over_when_there_is_room(watched: Watched) -> None:
    await watched.store.transact(watched.taking())
    pages = await watched.store.transact(lambda c: driver(c).execute("PRAGMA page_count").fetchone()[0])

    def room(pages: int) -> Callable[[Connection], None]:
        return lambda connection: driver(connection).execute(f"PRAGMA max_page_count = {pages}").close()

    await watched.store.transact(room(pages))
    go = await watched.hold()
    asked = [asyncio.ensure_future(watched.store.transact(watched.taking())) for _ in range(200)]
    await asyncio.sleep(0)
    go.set()
    results = await asyncio.gather(*asked, watched.holding, return_exceptions=True)
    assert all(isinstance(result, StoreUnavailable | None) for result in results)
    refused = [result for result in results if isinstance(result, StoreUnavailable)]
    assert len(refused) == 200
    assert {str(error) for error in refused} == {"the disk is full; nothing was saved: free some space and press again"}
    await watched.store.transact(room(1_000_000))
    assert (await watched.store.transact(watched.taking())).number == "B002"
    told = [event.seq for events in watched.commits for event in events]
    assert told == [1, 2, 3, 4, 5]


def test_a_command_on_a_full_disk_says_so(house: House) -> None:
    def fill() -> None:
        with connect(house.url) as connection:
            pages = driver(connection).execute("PRAGMA page_count").fetchone()[0]
            driver(connection).execute(f"PRAGMA max_page_count = {pages}")
            for place in range(100_000):
                connection.run(st.NUMBER_FIRST, hall=HALL, day=f"{place:050}", service="tax", last=1)

    with pytest.raises(StoreUnavailable, match="the disk is full"):
        fill()


async def test_a_connection_that_broke_is_replaced(watched: Watched) -> None:
    await watched.store.transact(watched.taking())
    with pytest.raises(StoreUnavailable, match="nothing was saved"):
        await watched.store.transact(lambda connection: driver(connection).close())
    assert (await watched.store.transact(watched.taking())).number == "B002"


async def test_another_program_may_write_meanwhile(watched: Watched, house: House) -> None:
    with connect(house.url) as connection:
        asked = asyncio.ensure_future(watched.store.transact(watched.taking()))
        await asyncio.sleep(0)
        connection.run(st.NUMBER_FIRST, hall="other", day="d", service="s", last=1)
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


def test_the_first_migration_makes_exactly_the_tables_the_server_works_with(house: House) -> None:
    engine = create_engine(house.url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_database_tells_whether_it_is_ours(house: House) -> None:
    assert form_of(house.url) is Form.CURRENT
    migrate(house.url)
    assert form_of(f"sqlite:///{house.folder}/new.db") is Form.EMPTY
    with closing(sqlite3.connect(house.folder / "hall.db", isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    assert form_of(house.url) is Form.UNKNOWN
    (house.folder / "text.db").write_text("this is not a database, however long one looks at it" * 30)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        form_of(f"sqlite:///{house.folder}/text.db")


def test_a_part_that_fails_takes_back_only_itself_and_what_it_published(house: House) -> None:
    def part(connection: Connection, seq: int, fails: type[Exception] | None) -> None:
        with connection.savepoint():
            connection.run(st.NUMBER_FIRST, hall=HALL, day=f"d{seq}", service="s", last=seq)
            connection.publish(Published(HALL, seq, "leg", "{}"))
            if fails:
                raise fails

    def day(connection: Connection, seq: int) -> int | None:
        return connection.one(st.NUMBER_NEXT, hall=HALL, day=f"d{seq}", service="s")

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
        with pytest.raises(sqlite3.IntegrityError):
            part(connection, 1, None)
        part(connection, 5, None)
        assert [day(connection, seq) for seq in range(1, 6)] == [2, None, None, None, 6]
        assert isinstance(connection, SqliteConnection)
        assert [event.seq for event in connection.published] == [1, 5]
