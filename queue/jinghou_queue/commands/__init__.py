"""The commands of `jinghou-queue`, one module an area; each has `add(commands)`, which `cli` calls.

A command is a function of its arguments and the settings. It prints what it has to say and raises what went wrong.
"""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

from jinghou_config.queue import QueueSettings
from jinghou_queue.serve import check_form
from jinghou_queue.store import Connection
from jinghou_queue.store.databases import connect

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # it has no public name
Run: TypeAlias = Callable[[argparse.Namespace, QueueSettings], None]


class WrongCall(Exception):
    """The command line cannot be understood, or asks for what is not there. One line for the operator."""


class CommandFailed(Exception):
    """It could not be done, or what was asked about is not well. One line for the operator."""


def command(commands: Commands, name: str, help_: str, run: Run) -> argparse.ArgumentParser:
    """Add a command that works on a database. An option named like a setting overrides that setting."""
    parser = commands.add_parser(name, help=help_, description=help_)
    parser.add_argument(
        "--db", metavar="URL", help="database, e.g. sqlite:////var/lib/jinghou.db or postgresql://user@host/name"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings as TOML")
    parser.set_defaults(run=run)
    return parser


def group(commands: Commands, name: str, help_: str) -> Commands:
    """Add a word that other commands follow, such as `token` before `add`; gives what to add those to."""
    parser = commands.add_parser(name, help=help_, description=help_)
    return parser.add_subparsers(required=True, metavar="ACTION")


def whole_number(text: str) -> int:
    """An argument that counts something."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number")
    return int(text)


def opened(settings: QueueSettings) -> AbstractContextManager[Connection]:
    """One transaction on a database of this version's form. Raises CannotServe or StoreUnavailable."""
    check_form(settings.db)
    return connect(settings.db)
