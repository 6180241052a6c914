"""Connections to PostgreSQL, our statements on them, and what its errors mean for an operator."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

import psycopg
from psycopg import errors, pq
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import psycopg as dialects

from jinghou_config.settings import without_password
from jinghou_queue.store import Connection, Published, StoreUnavailable, Value
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store.driver import DriverConnection, compiler

Driver = psycopg.Connection[tuple[Any, ...]]

CHANNEL: Final = "jinghou_feed"
_NUL: Final = "\x00"
_PAGE: Final = 1000  # events read at a time
_SESSION: Final = b"""
SET lock_timeout = '5s';
SET idle_in_transaction_session_timeout = '60s';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
"""An acknowledged press is on disk, and a server that hangs does not hold a hall for ever."""

_compiled = compiler(dialects.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types


def open_driver(url: str) -> Driver:
    """A connection outside any transaction. Raises psycopg.Error within seconds."""
    driver = psycopg.connect(
        url,
        autocommit=True,
        application_name="jinghou",
        client_encoding="utf8",
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=15_000,
    )
    driver.prepared_max = 500
    try:
        driver.execute(_SESSION)
    except BaseException:
        driver.close()
        raise
    return driver


class PostgresConnection(DriverConnection):
    """Our statements on a psycopg connection."""

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self.driver = driver

    def _execute(self, statement: Executable, values: dict[str, Value]) -> psycopg.Cursor[tuple[Any, ...]]:
        text, own = _compiled(statement)
        try:
            return self.driver.execute(text.encode(), {**own, **values})
        except psycopg.DataError:
            if not any(isinstance(value, str) and _NUL in value for value in values.values()):
                raise
            return self._execute(statement, {name: _without_nul(value) for name, value in values.items()})

    def _say(self, text: str) -> None:
        self.driver.execute(text.encode())

    def _in_transaction(self) -> bool:
        return self.driver.info.transaction_status in {pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR}


def _without_nul(value: Value) -> Value:
    """PostgreSQL's text cannot hold a NUL, which SQLite's can: what strangers send is no error of ours for that."""
    return value.replace(_NUL, "\ufffd") if isinstance(value, str) else value


@contextlib.contextmanager
def connect(url: str) -> Iterator[Connection]:
    """One transaction of a short-lived program such as the command line. Raises StoreUnavailable."""
    try:
        driver = open_driver(url)
    except psycopg.Error as fault:
        raise cannot_open(url, fault) from None
    try:
        with driver.transaction():
            connection = PostgresConnection(driver)
            yield connection
        notify(driver, "command", connection.published)
    except psycopg.Error as fault:
        if not is_unavailable(fault):
            raise
        raise StoreUnavailable(explain(fault)) from fault
    finally:
        driver.close()


def events_between(driver: Driver, hall: str, after: int, before: int) -> Iterator[Published]:
    """The events of a hall's feed with a number between these two, in order. Outside any transaction."""
    connection = PostgresConnection(driver)
    while after < before - 1:
        rows = connection.all(rs.FEED_AFTER, hall=hall, after=after, most=min(_PAGE, before - 1 - after))
        if not rows:
            return
        yield from (Published(hall, row.seq, row.kind, row.body) for row in rows)
        after = rows[-1].seq


def notify(driver: Driver, sender: str, events: Sequence[Published]) -> None:
    """Tell the processes that listen how far each hall's feed has come.

    Not within the transaction that wrote it: PostgreSQL commits transactions that notify one at a time, whatever
    hall they are of, and each would wait for the disk. What gets lost in between is found by looking now and then.
    """
    for hall, seq in {event.hall: event.seq for event in events}.items():
        driver.execute(b"SELECT pg_notify(%s, %s)", (CHANNEL, f"{sender} {seq} {hall}"))


def is_unavailable(fault: psycopg.Error) -> bool:
    """Whether the database failed, rather than a function that asked it for something wrong."""
    return isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError | errors.ReadOnlySqlTransaction)


def explain(fault: psycopg.Error) -> str:
    """What an operator can do, by PostgreSQL's own error code; never its text, which can quote a row."""
    match fault:
        case errors.DiskFull():
            return "the database's disk is full; nothing was saved: free some space and press again"
        case errors.LockNotAvailable() | errors.SerializationFailure() | errors.DeadlockDetected():
            return "another program holds the database; nothing was saved: press again"
        case errors.ReadOnlySqlTransaction():
            return "PostgreSQL takes no writes; nothing was saved: it is a standby, or was set to read only"
        case _:
            return "PostgreSQL does not answer: see that it runs, then press again; a press counts once however often"


def shown(url: str) -> str:
    """The URL as it may be printed: without its password."""
    return without_password(url, "***")


def cannot_open(url: str, fault: psycopg.Error) -> StoreUnavailable:
    """For the operator of a command: the last words of an attempt to connect, which name host, user and database."""
    words = str(fault).strip().splitlines()[0].rsplit(" failed: ", 1)[-1]
    return StoreUnavailable(f"{shown(url)} cannot be opened: {words}")
