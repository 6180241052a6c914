"""Which database a URL names: the one place that knows both."""

from contextlib import AbstractContextManager
from pathlib import Path

from jinghou_queue.store import Commits, Connection, Store, postgres, sqlite
from jinghou_queue.store.postgres_store import PostgresStore


def is_postgres(url: str) -> bool:
    """Whether the URL names a PostgreSQL database, rather than an SQLite file."""
    return url.startswith("postgresql://")


def database_file(url: str) -> Path | None:
    """The file of an SQLite database; None when it is none."""
    return None if is_postgres(url) else sqlite.database_file(url)


def shown(url: str) -> str:
    """The URL as it may be printed: without its password."""
    return postgres.shown(url) if is_postgres(url) else url


def connect(url: str) -> AbstractContextManager[Connection]:
    """One transaction of a short-lived program such as the command line. Raises StoreUnavailable."""
    return postgres.connect(url) if is_postgres(url) else sqlite.connect(url)


def open_store(url: str, commits: Commits) -> Store:
    """The store of a server; must be made inside the event loop that will ask. Raises StoreUnavailable."""
    return PostgresStore(url, commits) if is_postgres(url) else sqlite.SqliteStore(url, commits)
