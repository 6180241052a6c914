"""`backup`, `restore`, `restored` and `move`: a whole database as a copy, back from one, and into PostgreSQL."""

import argparse
import secrets
from datetime import UTC, datetime
from pathlib import Path

from jinghou_config.queue import QueueSettings
from jinghou_queue.commands import Commands, WrongCall, command, opened
from jinghou_queue.serve import alone, check_form, key_file, load_keys
from jinghou_queue.store import Connection
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.store import statements as st
from jinghou_queue.store.copies import beside_files, copied, is_empty, move, put
from jinghou_queue.store.databases import connect, database_file, is_postgres, shown
from jinghou_queue.store.migrate import Form, form_of, migrate


def add(commands: Commands) -> None:
    """Add this area's commands."""
    backing_up = command(commands, "backup", "copy the database while it is served", _backup)
    backing_up.add_argument("--to", required=True, type=Path, metavar="FILE", help="a file that does not exist yet")
    restoring = command(commands, "restore", "begin again from a copy; the server must be stopped", _restore)
    restoring.add_argument("--from", required=True, type=Path, metavar="FILE", dest="source", help="the copy")
    restoring.add_argument("--replace", action="store_true", help="move a database that is there aside")
    command(commands, "restored", "after pg_restore: let every terminal fetch its hall anew", _restored)
    moving = command(commands, "move", "copy an SQLite database into an empty PostgreSQL one", _move)
    moving.add_argument(
        "--to", required=True, metavar="URL", help="postgresql://…, made with `init` and without a hall"
    )


def _sqlite_file(settings: QueueSettings, instead: str) -> Path:
    file = database_file(settings.db)
    if file is None:
        raise WrongCall(f"PostgreSQL has tools of its own for this: {instead}; see docs/server.md")
    return file


def _backup(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    file = _sqlite_file(settings, "pg_dump --format=custom --file FILE URL")
    to: Path = arguments.to
    check_form(settings.db)
    if to.exists():
        raise WrongCall(f"{to} exists already: a backup overwrites nothing")
    if not to.parent.is_dir():
        raise WrongCall(f"folder {to.parent} does not exist: make it first")
    with copied(file, to) as copy:
        put(copy, to)
    print(f"{to} is a copy of {settings.db}; without {key_file(settings)} it is of no use: keep both, and apart")


def _restore(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    file = _sqlite_file(settings, "pg_restore --clean --if-exists --dbname URL FILE, then `jinghou-queue restored`")
    source: Path = arguments.source
    if not source.is_file():
        raise WrongCall(f"{source} does not exist")
    if not file.parent.is_dir():
        raise WrongCall(f"folder {file.parent} does not exist: make it first")
    with alone(settings.db):
        if file.exists() and not arguments.replace:
            raise WrongCall(f"{file} exists: with --replace it is moved aside first")
        with copied(source, file) as copy:
            _make_ready(copy, source, settings)
            aside = _move_aside(file) if file.exists() else None
            put(copy, file, aside)
    kept = "" if aside is None else f"; what was there is {aside} now"
    print(f"{settings.db} was restored from {source}{kept}")


def _make_ready(copy: Path, source: Path, settings: QueueSettings) -> None:
    """Bring a copy to this version's form, hold it to the key, give its feeds new names, and log everybody out."""
    url = f"sqlite:///{copy}"
    match form_of(url):
        case Form.EMPTY:
            raise WrongCall(f"{source} is not a database of ours")
        case Form.UNKNOWN:
            raise WrongCall(f"{source} is from a later version of jinghou: install that one")
        case Form.OLD:
            migrate(url)
        case Form.CURRENT:
            pass
    load_keys(settings.model_copy(update={"db": url, "identity_key_file": key_file(settings)}))
    with connect(url) as connection:
        _begin_anew(connection)


def _begin_anew(connection: Connection) -> None:
    """After a restore numbers of events are given again: terminals must not take the new for what they know.

    Nor is anybody logged in any more: who was on the day of the copy may have logged out or been shut out since.
    """
    for hall in connection.all(st.HALL_IDS):
        connection.run(ss.SESSIONS_END, hall=hall)
        connection.run(st.HALL_EPOCH, hall=hall, to_epoch=secrets.token_hex(8))


def _move_aside(file: Path) -> Path:
    aside = file.with_name(f"{file.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    for old, new in zip((file, *beside_files(file)), (aside, *beside_files(aside)), strict=True):
        if old.exists():
            old.rename(new)
    return aside


def _restored(_: argparse.Namespace, settings: QueueSettings) -> None:
    with alone(settings.db), opened(settings) as connection:
        _begin_anew(connection)
    print(f"{shown(settings.db)}: every terminal will fetch its hall anew")


def _move(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    if is_postgres(settings.db) or not is_postgres(arguments.to):
        raise WrongCall("move goes from --db sqlite:///… to --to postgresql://…")
    check_form(settings.db)
    check_form(arguments.to)
    load_keys(settings)
    if not is_empty(arguments.to):
        raise WrongCall(
            f"{shown(arguments.to)} is not empty: move needs a database made with `init` and without a hall"
        )
    with alone(settings.db):
        moved = move(settings.db, arguments.to)
    print(
        f"{sum(moved.values())} rows of {len(moved)} tables are in {shown(arguments.to)};"
        f" serve that from now on, with identity_key_file = {key_file(settings)}"
    )
