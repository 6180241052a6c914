"""Bringing a database to the form this version of the server needs."""

import logging
import sqlite3
from enum import Enum
from pathlib import Path
from typing import Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import DatabaseError

from jinghou_queue.store import StoreUnavailable, postgres
from jinghou_queue.store.databases import is_postgres
from jinghou_queue.store.sqlite_statistics import pin_statistics

logging.getLogger("alembic").setLevel(logging.WARNING)  # each start would tell how it looked the version up

_STEPS: Final = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(7235441905)")  # the number says nothing but "jinghou"


class Form(Enum):
    """How a database stands to this version of the server."""

    EMPTY = "empty"
    OLD = "old"
    CURRENT = "current"
    UNKNOWN = "unknown"  # made by a later version


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def engine(url: str) -> Engine:
    """SQLAlchemy's way to the database, for what Alembic does; every connection is closed after its use."""
    if is_postgres(url):
        return create_engine("postgresql+psycopg://", creator=lambda: _open(url), poolclass=NullPool)
    return create_engine(url, poolclass=NullPool)


def _open(url: str) -> postgres.Driver:
    driver = postgres.open_driver(url)
    driver.autocommit = False  # as SQLAlchemy expects it
    return driver


def form_of(url: str) -> Form:
    """How the database stands. Raises StoreUnavailable when it cannot be read or is not a database."""
    steps = ScriptDirectory.from_config(_config())
    try:
        with engine(url).connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except (DatabaseError, sqlite3.Error) as fault:
        raise _unavailable(url, fault, "opened", "that it is ours") from None
    if revision is None:
        return Form.EMPTY
    if revision == steps.get_current_head():
        return Form.CURRENT
    return Form.OLD if revision in {step.revision for step in steps.walk_revisions()} else Form.UNKNOWN


def migrate(url: str, to: str = "head") -> None:
    """Run every step that is missing up to the step `to`, all in one transaction. Raises StoreUnavailable."""
    try:
        with engine(url).begin() as connection:
            if is_postgres(url):
                connection.execute(_ONE_AT_A_TIME)  # what another program has just done is not done again
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            if not is_postgres(url):  # which counts its rows by itself
                pin_statistics(connection)
    except (DatabaseError, sqlite3.Error) as fault:
        raise _unavailable(url, fault, "written", "the free space") from None


def _unavailable(url: str, fault: Exception, what: str, check: str) -> StoreUnavailable:
    cause = getattr(fault, "orig", None)
    if isinstance(cause, psycopg.Error):
        return postgres.cannot_open(url, cause)
    return StoreUnavailable(f"{url} cannot be {what}: check the path, its owner, and {check}")
