"""Copies of a whole database: an SQLite file while a server writes to it, and from SQLite into PostgreSQL."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Table

from jinghou_queue.store import StoreUnavailable, postgres
from jinghou_queue.store.sqlite import database_file
from jinghou_queue.store.tables import metadata

_BATCH = 1000  # rows read at a time


@contextlib.contextmanager
def copied(source: Path, beside: Path) -> Iterator[Path]:
    """A whole and checked copy of an SQLite database, in a file of its own in the folder of `beside`.

    Whoever serves it goes on meanwhile. The copy is gone at the end unless it was renamed. Raises StoreUnavailable.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{beside.name}-", dir=beside.parent)
    except OSError as fault:
        raise StoreUnavailable(f"folder {beside.parent} cannot be written: {fault.strerror}") from None
    os.close(handle)
    copy = Path(name)
    try:
        _copy(source, copy)
        yield copy
    finally:
        for leftover in (copy, *beside_files(copy)):
            leftover.unlink(missing_ok=True)


def _copy(source: Path, copy: Path) -> None:
    try:
        with (
            contextlib.closing(_open(source)) as old,
            contextlib.closing(sqlite3.connect(copy)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            if new.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise StoreUnavailable(f"{source} is damaged: it was not copied")
    except sqlite3.Error as fault:
        raise StoreUnavailable(f"{source} cannot be copied to {copy.parent}: {fault}") from None


def _open(file: Path) -> sqlite3.Connection:
    """For reading. Only who may write clears the log away at the end, and a stick or a share may be read only."""
    mode = "rw" if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK) else "ro"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True)


def put(copy: Path, at: Path, like: Path | None = None) -> None:
    """Rename a copy, once it and then its new name are on disk; whose it is and for whom as with the file `like`."""
    if like is not None:
        shutil.copymode(like, copy)
        os.chown(copy, like.stat().st_uid, like.stat().st_gid)
    with copy.open("rb") as stream:
        os.fsync(stream.fileno())
    copy.rename(at)
    folder = os.open(at.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def beside_files(file: Path) -> list[Path]:
    """What SQLite keeps beside a database: rename one with the other."""
    return [file.with_name(file.name + ending) for ending in ("-wal", "-shm", "-journal")]


def move(source: str, target: str) -> dict[str, int]:
    """Copy every row of an SQLite database into an empty PostgreSQL one, all or nothing; how many, by table.

    Raises StoreUnavailable.
    """
    try:
        driver = postgres.open_driver(target)
    except psycopg.Error as fault:
        raise postgres.cannot_open(target, fault) from None
    try:
        with contextlib.closing(driver), contextlib.closing(_open(database_file(source))) as old:
            old.execute("BEGIN")
            with driver.transaction():
                moved = {table.name: _move(old, driver, table) for table in metadata.sorted_tables}
            driver.execute(b"ANALYZE")  # the planner would not know for a while how large the tables are
    except sqlite3.Error as fault:
        raise StoreUnavailable(f"{source} cannot be read: {fault}") from None
    except psycopg.Error as fault:
        raise StoreUnavailable(f"{postgres.shown(target)}: nothing was moved: {type(fault).__name__}") from None
    return moved


def _move(old: sqlite3.Connection, driver: postgres.Driver, table: Table) -> int:
    columns = [column.name for column in table.columns]
    names = ", ".join(f'"{name}"' for name in columns)
    rows = old.execute(f'SELECT {names} FROM "{table.name}"')  # noqa: S608  # names of our own tables
    rows.arraysize = _BATCH
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        while batch := rows.fetchmany():
            for row in batch:
                copy.write_row(row)
            count += len(batch)
    if (found := rows_of(driver, table)) != count:
        raise StoreUnavailable(f"{table.name}: {count} rows were sent and {found} arrived; nothing was moved")
    return count


def rows_of(driver: postgres.Driver, table: Table) -> int:
    """How many rows a table has."""
    row = driver.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name))).fetchone()
    assert row is not None
    return int(row[0])


def is_empty(target: str) -> bool:
    """Whether a PostgreSQL database of our form holds nothing yet. Raises StoreUnavailable."""
    try:
        with contextlib.closing(postgres.open_driver(target)) as driver:
            return not any(rows_of(driver, table) for table in metadata.sorted_tables)
    except psycopg.Error as fault:
        raise postgres.cannot_open(target, fault) from None
