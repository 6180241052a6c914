"""The store on SQLite: one writer thread that commits many functions at once, and readers beside it.

Group commit: whatever waits when the writer is free goes into one transaction, a savepoint each, and is answered after
the one fsync. A function that fails takes back only its own savepoint; a commit that fails fails all of them.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Executable, make_url
from sqlalchemy.dialects import sqlite

from jinghou_config.log import get_logger
from jinghou_queue.store import Commits, Connection, Published, StoreUnavailable, Value
from jinghou_queue.store.driver import DriverConnection, compiler
from jinghou_queue.store.group import Job, run_each

T = TypeVar("T")

log = get_logger(__name__)

_GROUP_LIMIT: Final = 256  # functions in one commit, so that nobody waits for an endless group
_BUSY_MS: Final = 5000  # another process of ours (token add) may hold the lock for a moment
_compiled = compiler(sqlite.dialect(paramstyle="named"))


def database_file(url: str) -> Path:
    """The file that a `sqlite:///` URL names."""
    name = make_url(url).database
    if not name:
        raise ValueError("the database URL names no file")
    return Path(name)


def _open(file: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to the database. Raises StoreUnavailable."""
    try:
        driver = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
        driver.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute("PRAGMA secure_delete = ON")  # what is erased must not be left in the file's free space
        if read_only:
            driver.execute("PRAGMA query_only = ON")
    except sqlite3.Error as fault:
        raise StoreUnavailable(_explain(fault)) from fault
    return driver


class SqliteConnection(DriverConnection):
    """Our statements on a sqlite3 connection."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        super().__init__()
        self.driver = driver

    def _execute(self, statement: Executable, values: dict[str, Value]) -> sqlite3.Cursor:
        text, own = _compiled(statement)
        return self.driver.execute(text, {**own, **values} if own else values)

    def _say(self, text: str) -> None:
        self.driver.execute(text)

    def _in_transaction(self) -> bool:
        return self.driver.in_transaction  # a full disk ends it


@contextlib.contextmanager
def connect(url: str) -> Iterator[Connection]:
    """One transaction of a short-lived program such as the command line. Raises StoreUnavailable."""
    driver = _open(database_file(url), read_only=False)
    try:
        driver.execute("BEGIN IMMEDIATE")
        try:
            yield SqliteConnection(driver)
        except BaseException:
            if driver.in_transaction:  # a full disk ends it by itself
                driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")
    except sqlite3.OperationalError as fault:
        raise StoreUnavailable(_explain(fault)) from fault
    finally:
        driver.close()


@dataclass
class SqliteStore:
    """See the module. `commits` is called in the event loop with the events of each commit, before its answers."""

    url: str
    commits: Commits
    _jobs: "queue.SimpleQueue[Job | None]" = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        """Open the database and start the writer; must run inside the event loop that will ask."""
        self._file = database_file(self.url)
        self._loop = asyncio.get_running_loop()
        self._connection = SqliteConnection(_open(self._file, read_only=False))
        self._closed = False
        self._own = threading.local()
        self._reader_drivers: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(2, "jinghou-read")
        self._writer = threading.Thread(target=self._write, name="jinghou-write", daemon=True)
        self._writer.start()

    async def transact(self, work: Callable[[Connection], T], hall: str | None = None) -> T:  # noqa: ARG002  # of any hall
        """Run `work` in the next commit. Raises what it raises, or StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable("the server is stopping")
        answer: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(Job(work, answer))
        return await answer

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent snapshot, beside the writer."""
        if self._closed:
            raise StoreUnavailable("the server is stopping")
        return await self._loop.run_in_executor(self._readers, self._read, work)

    def close(self) -> None:
        """Commit what was accepted, then close. Blocks for as long as one commit takes."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        self._writer.join()
        self._readers.shutdown()
        for driver in (*self._reader_drivers, self._connection.driver):
            driver.close()

    # The readers' threads.

    def _read(self, work: Callable[[Connection], T]) -> T:
        driver: sqlite3.Connection | None = getattr(self._own, "driver", None)
        try:
            if driver is None:
                driver = self._own.driver = _open(self._file, read_only=True)
                self._reader_drivers.append(driver)
            driver.execute("BEGIN")
            try:
                return work(SqliteConnection(driver))
            finally:
                driver.execute("COMMIT")
        except sqlite3.Error as fault:
            log.error("read failed", error=type(fault).__name__, exc_info=fault)
            raise StoreUnavailable(_explain(fault)) from fault

    # The writer's thread.

    def _write(self) -> None:
        while True:
            group = self._next_group()
            if not group:
                return
            events = self._commit(group)
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody is left to hear
                self._loop.call_soon_threadsafe(self._deliver, group, events)

    def _next_group(self) -> list[Job]:
        """Everything that waits, at least one; nothing once the store is closed and empty."""
        first = self._jobs.get()
        group: list[Job] = []
        while first is not None:
            group.append(first)
            if len(group) == _GROUP_LIMIT or self._jobs.empty():
                return group
            first = self._jobs.get()
        if group:
            self._jobs.put(None)  # finish these, then see the end again
        return group

    def _commit(self, group: list[Job]) -> list[Published]:
        """One transaction for all of `group`; the events that are now on disk."""
        connection = self._connection
        connection.published = []
        try:
            connection.driver.execute("BEGIN IMMEDIATE")
            run_each(connection, group, _in_doubt)
            connection.driver.execute("COMMIT")
        except sqlite3.Error as fault:
            log.error("commit failed", error=type(fault).__name__, count=len(group), exc_info=fault)
            self._recover()
            unavailable = StoreUnavailable(_explain(fault))
            for job in group:
                job.fault = unavailable
            return []
        return connection.published

    def _recover(self) -> None:
        """Back to a connection without a transaction, a new one if the old cannot be cleared."""
        driver = self._connection.driver
        try:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
        except sqlite3.Error:
            driver.close()
            with contextlib.suppress(StoreUnavailable):  # then the next BEGIN fails, and it is tried again
                self._connection = SqliteConnection(_open(self._file, read_only=False))

    def _deliver(self, group: list[Job], events: list[Published]) -> None:
        """In the event loop: first the feed, then the answers, so that nobody knows more than the feed."""
        if events:
            self.commits(events)
        for job in group:
            job.settle()


def _code(fault: sqlite3.Error) -> int:
    """SQLite's primary result code; an error of the driver's own has none."""
    return getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _in_doubt(fault: Exception) -> bool:
    """Whether the database failed: full disk, broken file. Else a function asked it for something wrong."""
    return isinstance(fault, sqlite3.OperationalError) and _code(fault) != sqlite3.SQLITE_ERROR


def _explain(fault: sqlite3.Error) -> str:
    """What an operator can do, by SQLite's own error code; never SQLite's text, which can quote a statement."""
    match _code(fault):
        case sqlite3.SQLITE_FULL:
            return "the disk is full; nothing was saved: free some space and press again"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program holds the database; nothing was saved: press again"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return "the database cannot be written; nothing was saved: check the file's owner and its folder's"
        case _:
            return "the database does not answer; nothing was saved: see the server's log"
