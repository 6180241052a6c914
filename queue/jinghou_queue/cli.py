"""`jinghou-queue`: make a database, serve it, give out tokens.

Exit codes: 0 done, 1 it failed, 2 wrong call or configuration. An error is one line on standard error.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_config.log import configure_logging
from jinghou_config.queue import QueueSettings
from jinghou_config.settings import ConfigError
from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk.access import NoSuchHall, Role, add_token
from jinghou_queue.desk.setup import HallExists, add_hall
from jinghou_queue.keys import KeyFileError, create_key_file, load_key_file
from jinghou_queue.serve import CannotServe, check_form, key_file, load_keys, serve
from jinghou_queue.store import Connection, StoreUnavailable
from jinghou_queue.store import statements as st
from jinghou_queue.store.migrate import Form, form_of, migrate
from jinghou_queue.store.sqlite import connect, database_file


class _WrongCall(Exception):
    """The command line cannot be understood."""


class _Parser(argparse.ArgumentParser):
    """argparse whose errors are one line, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        """Instead of printing and leaving: say it the way every other error is said."""
        raise _WrongCall(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    try:
        arguments = _parser().parse_args(argv)
        settings = _settings(arguments)
        arguments.run(arguments, settings)
    except (_WrongCall, ConfigError, CannotServe, KeyFileError, NoSuchHall, HallExists) as wrong:
        return _say(str(wrong), 2)
    except StoreUnavailable as failed:
        return _say(str(failed), 1)
    return 0


def _say(text: str, code: int) -> int:
    print(f"jinghou-queue: {text}", file=sys.stderr)
    return code


def _parser() -> _Parser:
    parser = _Parser(prog="jinghou-queue", description="The silent-queue server.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    init = _command(commands, "init", "make the database, or add a hall to it", _init)
    plan = init.add_mutually_exclusive_group()
    plan.add_argument("--sample", action="store_true", help="with a made-up hall to try things")
    plan.add_argument("--hall", type=Path, metavar="FILE", help="with the hall that this TOML file describes")

    serving = _command(commands, "serve", "serve until told to stop", _serve)
    serving.add_argument("--host", help="address to listen on")
    serving.add_argument("--port", help="TCP port; 0 takes a free one")
    serving.add_argument("--public-url", help="address phones reach the server at")

    _command(commands, "migrate", "bring the database to the form this version needs", _migrate)

    token = commands.add_parser("token", help="give out, list and revoke API tokens")
    actions = token.add_subparsers(required=True, metavar="ACTION")
    add = _command(actions, "add", "give out a token and print it, this once", _token_add)
    add.add_argument("--role", required=True, type=_role, help=", ".join(role.value for role in Role))
    add.add_argument("--hall", help="id of its hall; needed when there is more than one")
    add.add_argument("--name", default="", help="a note for the list, e.g. kiosk 3")
    _command(actions, "list", "list the tokens, without the secrets", _token_list)
    revoke = _command(actions, "revoke", "end a token; it stops working within seconds", _token_revoke)
    revoke.add_argument("token", metavar="ID", help="its id in the list")
    return parser


def _command(
    commands: "argparse._SubParsersAction[_Parser]", name: str, help_: str, run: object
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_, description=help_)
    command.add_argument("--db", metavar="URL", help="database, e.g. sqlite:////var/lib/jinghou.db")
    command.add_argument("--config", type=Path, metavar="FILE", help="settings as TOML")
    command.set_defaults(run=run)
    return command


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        roles = ", ".join(role.value for role in Role)
        raise argparse.ArgumentTypeError(f"there is no role {text}; roles are {roles}") from None


def _settings(arguments: argparse.Namespace) -> QueueSettings:
    flags = {name: getattr(arguments, name, None) for name in ("db", "host", "port", "public_url")}
    return QueueSettings.load(arguments.config, {name: value for name, value in flags.items() if value is not None})


def _init(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    source = SAMPLE_HALL if arguments.sample else arguments.hall
    plan = None if source is None else HallPlan.load(source)
    file, key = database_file(settings.db), key_file(settings)
    if not file.parent.is_dir():
        raise CannotServe(f"folder {file.parent} does not exist: make it first")
    if file.exists() and form_of(settings.db) is not Form.EMPTY:
        check_form(settings.db)
        keys = load_keys(settings)
    else:
        keys = load_key_file(key) if key.exists() else create_key_file(key, secrets.token_bytes(32))
        migrate(settings.db)  # last: a database without its key is refused from then on
    if plan is not None:
        with connect(settings.db) as connection:
            add_hall(connection, plan, keys.check())
    hall = (
        "no hall yet"
        if plan is None
        else f"hall {plan.id}: {len(plan.services)} services, {len(plan.counters)} counters"
    )
    print(f"{settings.db} is ready with {hall}; keep {key} with your backups, and apart from them")


def _serve(_: argparse.Namespace, settings: QueueSettings) -> None:
    configure_logging(settings.log)
    serve(settings)


def _migrate(_: argparse.Namespace, settings: QueueSettings) -> None:
    form = form_of(settings.db) if database_file(settings.db).exists() else Form.EMPTY
    if form is not Form.OLD:
        check_form(settings.db)
        print(f"{settings.db} has the form this version needs")
        return
    migrate(settings.db)
    print(f"{settings.db} was brought to the form this version needs")


def _database(settings: QueueSettings) -> AbstractContextManager[Connection]:
    check_form(settings.db)
    return connect(settings.db)


def _token_add(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    with _database(settings) as connection:
        token = add_token(
            connection,
            hall=arguments.hall,
            role=arguments.role,
            name=arguments.name,
            at=unix_ms(),
            token_id=secrets.token_hex(4),
            secret=secrets.token_urlsafe(32),
        )
    print(token)


def _token_list(_: argparse.Namespace, settings: QueueSettings) -> None:
    with _database(settings) as connection:
        rows = connection.all(st.TOKENS)
    for row in rows:
        added = datetime.fromtimestamp(row.added_at / 1000, UTC)
        print(f"{row.token}  {row.hall:<16} {row.role:<10} {added:%Y-%m-%d %H:%M}Z  {row.name}".rstrip())


def _token_revoke(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    with _database(settings) as connection:
        if connection.run(st.TOKEN_DROP, token_id=arguments.token) == 0:
            raise _WrongCall(f"there is no token {arguments.token}; see `jinghou-queue token list`")


if __name__ == "__main__":
    sys.exit(main())
