"""The box's file: SQLite, open in one process alone, each transaction on disk when it ends; begun anew when broken."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jinghou_config.log import get_logger
from jinghou_kiosk.box.seal import NotSealed, Seal

# The WAL makes a commit one write; FULL waits for the disk at each, so that a power cut takes nothing that was
# committed; EXCLUSIVE keeps other processes out until this one ends, however it ends.
_PRAGMAS: Final = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS lease (
    ticket TEXT PRIMARY KEY, service TEXT NOT NULL, day TEXT NOT NULL, epoch TEXT NOT NULL, place INTEGER NOT NULL,
    sealed BLOB NOT NULL, press TEXT UNIQUE, holder BLOB);
"""
_BROKEN: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

log = get_logger(__name__)


class BoxFault(Exception):
    """The box cannot do it now: no room, no right, a broken disk. Nothing of it was done; the text says why."""


class BoxInUse(BoxFault):
    """Another program has the box open."""


class BoxFile:
    """The file from its opening to `close`. Safe to use from several threads, one at a time.

    One that is broken, or sealed with another token, is put aside and begun anew, at the opening or whenever that
    shows. `now` gives Unix time in milliseconds. Raises BoxInUse, and BoxFault when it can be neither read nor made.
    """

    def __init__(self, path: Path, seal: Seal, now: Callable[[], int]) -> None:
        self._path = path
        self._seal = seal
        self._now = now
        self._gate = threading.RLock()
        with _faults_told():
            try:
                self._connection = self._connect()
            except (sqlite3.DatabaseError, NotSealed) as fault:
                if not _is_lost(fault):
                    raise
                self._put_aside(fault)
                self._connection = self._connect()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """To look something up. Raises BoxFault."""
        with self._gate, _faults_told():
            try:
                yield self._connection
            except (sqlite3.DatabaseError, NotSealed) as fault:
                if _is_lost(fault):
                    self._begin_anew(fault)
                raise

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk at the end, or nothing. Raises BoxFault."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has ended it already
                    connection.execute("ROLLBACK")
                raise

    def wipe(self) -> None:
        """Leave nothing of what was deleted in the log of writes either. Raises BoxFault."""
        with self.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let the file go."""
        with self._gate:
            self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        if not self._path.exists():
            _create(self._path)
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            self._check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        """Raises sqlite3.DatabaseError and NotSealed for a file that is not whole, or not ours."""
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise NotSealed("the file is not whole")
        connection.executescript(_TABLES)
        row = connection.execute("SELECT sealed FROM known WHERE name = 'token'").fetchone()
        if row is None:
            sealed = self._seal.seal(b"", "token")
            connection.execute("INSERT INTO known (name, sealed) VALUES ('token', ?)", (sealed,))
        else:
            self._seal.open(row[0], "token")

    def _begin_anew(self, fault: Exception) -> None:
        self._connection.close()
        self._put_aside(fault)
        self._connection = self._connect()

    def _put_aside(self, fault: Exception) -> None:
        """Keep the file under another name, in case somebody can still use it; its log of writes goes with it."""
        log.error("box cannot be used: put aside and begun anew", reason=_reason(fault))
        aside = f"{self._path.name}.aside-{self._now()}"
        for part in ("", "-wal"):
            old = self._path.with_name(self._path.name + part)
            if old.exists():
                old.rename(self._path.with_name(aside + part))


def _create(path: Path) -> None:
    """An empty file for its owner alone, whose name a power cut does not take away."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _faults_told() -> Iterator[None]:
    """Whatever the file or the disk refuses is a BoxFault; its text holds nothing of what the box holds."""
    try:
        yield
    except (sqlite3.Error, NotSealed, OSError) as fault:
        busy = getattr(fault, "sqlite_errorcode", None) in _BUSY
        raise (BoxInUse if busy else BoxFault)(_reason(fault)) from None


def _is_lost(fault: Exception) -> bool:
    return isinstance(fault, NotSealed) or getattr(fault, "sqlite_errorcode", None) in _BROKEN


def _reason(fault: Exception) -> str:
    return getattr(fault, "sqlite_errorname", None) or getattr(fault, "strerror", None) or type(fault).__name__
