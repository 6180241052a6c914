"""`jinghou-queue`: the command line. What each command does lives in `commands`, one module an area.

Exit codes: 0 done, 1 it failed, 2 wrong call or configuration. An error is one line on standard error.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, NoReturn

from jinghou_config.queue import QueueSettings
from jinghou_config.settings import ConfigError
from jinghou_queue.commands import (
    CommandFailed,
    WrongCall,
    audit,
    backtest,
    copies,
    database,
    notify,
    serving,
    terminals,
    tokens,
    users,
)
from jinghou_queue.desk.access import NoSuchHall
from jinghou_queue.desk.setup import HallExists
from jinghou_queue.keys import KeyFileError
from jinghou_queue.serve import CannotServe
from jinghou_queue.store import StoreUnavailable

_AREAS: Final = (audit, backtest, copies, database, notify, serving, terminals, tokens, users)
_WRONG: Final = (WrongCall, ConfigError, CannotServe, KeyFileError, NoSuchHall, HallExists)


class _Parser(argparse.ArgumentParser):
    """argparse whose errors are one line, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        """Instead of printing and leaving: say it the way every other error is said."""
        raise WrongCall(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    try:
        arguments = _parser().parse_args(argv)
        arguments.run(arguments, _settings(arguments))
    except _WRONG as wrong:
        return _say(str(wrong), 2)
    except (StoreUnavailable, CommandFailed) as failed:
        return _say(str(failed), 1)
    except KeyboardInterrupt:
        return _say("stopped", 1)
    return 0


def _say(text: str, code: int) -> int:
    print(f"jinghou-queue: {text}", file=sys.stderr)
    return code


def _parser() -> _Parser:
    parser = _Parser(prog="jinghou-queue", description="The silent-queue server.")
    parser.add_argument("--version", action="version", version=version("jinghou"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for area in _AREAS:
        area.add(commands)
    return parser


def _settings(arguments: argparse.Namespace) -> QueueSettings:
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    flags = {name: value for name, value in given.items() if name in QueueSettings.model_fields}
    return QueueSettings.load(arguments.config, flags)


if __name__ == "__main__":
    sys.exit(main())
