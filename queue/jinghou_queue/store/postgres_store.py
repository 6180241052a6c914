"""The store on PostgreSQL: a few threads with a connection each, and several server processes beside one another.

Group commit by hall: whatever waits for a hall when its last transaction has ended goes into the next, READ COMMITTED,
a savepoint each. A use case that writes locks its hall's row first, so the presses of a hall come one after another,
whichever process they reach, and its feed has no gaps; two halls in one transaction could lock each other out. What
other processes commit is heard through `listening`; what this one commits is told with whatever came before it
elsewhere, so `commits` sees each hall's events in order, once.
"""

import asyncio
import contextlib
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from jinghou_config.log import get_logger
from jinghou_queue.store import Commits, Connection, Published, StoreUnavailable
from jinghou_queue.store.group import Job, run_each
from jinghou_queue.store.listening import LOOK_S, Listener
from jinghou_queue.store.postgres import (
    Driver,
    PostgresConnection,
    events_between,
    explain,
    is_unavailable,
    notify,
    open_driver,
)

T = TypeVar("T")

log = get_logger(__name__)

_WRITERS: Final = 8  # transactions at once, each of another hall
_GROUP_LIMIT: Final = 64  # functions in one commit: the hall is locked for other processes meanwhile
_READERS: Final = 4
_TRIES: Final = 5  # of a transaction that met a deadlock or a serialization failure
_WRITE: Final = b"BEGIN"
_READ: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_TRY_AGAIN: Final = (errors.SerializationFailure, errors.DeadlockDetected)


@dataclass
class PostgresStore:
    """See the module. `commits` is called in the event loop with the events of each commit, before its answer."""

    url: str
    commits: Commits
    look_s: float = LOOK_S  # how often every hall is looked at, whoever told

    def __post_init__(self) -> None:
        """Begin to listen; must run inside the event loop that will ask."""
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._known: dict[str, int] = {}  # number of the last event told, by hall; changed in the event loop only
        self._waiting: dict[str, list[Job]] = {}  # for halls with a transaction under way; in the event loop only
        self._own = threading.local()
        self._drivers: set[Driver] = set()
        self._writers = ThreadPoolExecutor(_WRITERS, "jinghou-write")
        self._readers = ThreadPoolExecutor(_READERS, "jinghou-read")
        self._sender = secrets.token_hex(4)
        self._listener = Listener(self.url, self._sender, self._known.get, self._tell, self.look_s)

    async def transact(self, work: Callable[[Connection], T], hall: str | None = None) -> T:
        """Run `work` in a transaction and answer once it is on disk. Raises what it raises, or StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable("the server is stopping")
        answer: asyncio.Future[T] = self._loop.create_future()
        job = Job(work, answer)
        if hall is None:
            self._writers.submit(self._commit, [job])
        elif hall in self._waiting:
            self._waiting[hall].append(job)
        else:
            self._waiting[hall] = []
            self._writers.submit(self._commit, [job], hall)
        return await answer

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent snapshot, beside the writers."""
        if self._closed:
            raise StoreUnavailable("the server is stopping")
        return await self._loop.run_in_executor(self._readers, self._read, work)

    def close(self) -> None:
        """Finish what was accepted, then let go of the database."""
        if self._closed:
            return
        self._closed = True
        self._listener.close()
        for group in self._waiting.values():
            self._writers.submit(self._commit, group)
        self._writers.shutdown()
        self._readers.shutdown()
        for driver in self._drivers:
            driver.close()

    def _tell(self, events: list[Published]) -> None:
        """Have `commits` called with those of a hall's events that it was not called with yet. From any thread.

        They must be in order and go on from the last that is known.
        """
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody is left to hear
            self._loop.call_soon_threadsafe(self._deliver, events)

    def _deliver(self, events: list[Published]) -> None:
        fresh = [event for event in events if event.seq > self._known.get(event.hall, -1)]
        if fresh:
            self._known.update({event.hall: event.seq for event in fresh})
            self.commits(fresh)

    def _settle(self, group: list[Job], hall: str | None) -> None:
        """In the event loop: answer, and write what came for the hall meanwhile."""
        for job in group:
            job.settle()
        if hall is None or self._closed:
            return
        waiting = self._waiting.pop(hall)
        if waiting:
            self._waiting[hall] = waiting[_GROUP_LIMIT:]
            self._writers.submit(self._commit, waiting[:_GROUP_LIMIT], hall)

    # The threads of the readers and writers.

    def _read(self, work: Callable[[Connection], T]) -> T:
        return self._run(_READ, work)[0]

    def _commit(self, group: list[Job], hall: str | None = None) -> None:
        """One transaction for all of `group`."""
        try:
            _, events = self._run(_WRITE, partial(run_each, group=group, in_doubt=_in_doubt))
        except Exception as fault:  # noqa: BLE001  # each asker is told
            for job in group:
                job.fault = fault
        else:
            try:
                self._tell_others(events)
            except psycopg.Error as fault:  # it is on disk all the same; `listening` finds what nobody was told
                log.warning("others were not told", error=type(fault).__name__)
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody is left to hear
            self._loop.call_soon_threadsafe(self._settle, group, hall)

    def _tell_others(self, events: list[Published]) -> None:
        driver: Driver = self._own.driver
        by_hall: dict[str, list[Published]] = defaultdict(list)
        for event in events:
            by_hall[event.hall].append(event)
        for hall, own in by_hall.items():
            known, first = self._known.get(hall), own[0].seq
            missed = [] if known is None or known >= first - 1 else events_between(driver, hall, known, first)
            self._tell([*missed, *own])
        notify(driver, self._sender, events)

    def _run(self, begin: bytes, work: Callable[[Connection], T]) -> tuple[T, list[Published]]:
        """Run `work` in a transaction, again when it met another; its result and what it published."""
        try:
            for _ in range(_TRIES - 1):
                with contextlib.suppress(*_TRY_AGAIN):
                    return self._try(begin, work)
            return self._try(begin, work)
        except psycopg.Error as fault:
            if not is_unavailable(fault):
                raise
            log.error("transaction failed", error=type(fault).__name__, exc_info=fault)
            raise StoreUnavailable(explain(fault)) from fault

    def _try(self, begin: bytes, work: Callable[[Connection], T]) -> tuple[T, list[Published]]:
        connection = self._begun(begin)
        try:
            result = work(connection)
            connection.driver.execute(b"COMMIT")
        except BaseException:
            with contextlib.suppress(psycopg.Error):  # then the next BEGIN finds that the connection is gone
                connection.driver.execute(b"ROLLBACK")
            raise
        return result, connection.published

    def _begun(self, begin: bytes) -> PostgresConnection:
        """This thread's connection in a new transaction; one that broke while nobody used it is replaced."""
        driver: Driver | None = getattr(self._own, "driver", None)
        if driver is not None:
            try:
                driver.execute(begin)
                return PostgresConnection(driver)
            except psycopg.Error:
                self._drivers.discard(driver)
                driver.close()
        self._own.driver = driver = open_driver(self.url)
        self._drivers.add(driver)
        driver.execute(begin)
        return PostgresConnection(driver)


def _in_doubt(fault: Exception) -> bool:
    return isinstance(fault, psycopg.Error) and is_unavailable(fault)
