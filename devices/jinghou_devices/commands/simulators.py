"""`control`: steer a simulator through its control socket. `sim` itself is the simulators' own program."""

import argparse
import json
from pathlib import Path

from jinghou_devices.commands.common import Commands, Exit, WrongCall
from jinghou_devices.control import ask


def add(commands: Commands) -> None:
    """Name the commands."""
    control = commands.add_parser("control", help="steer a simulator through its control socket")
    control.add_argument("socket", type=Path)
    control.add_argument("name", metavar="COMMAND", help="e.g. place, lift, status, papers, fault, unplug")
    control.add_argument("arguments", nargs="*", metavar="key=value")
    control.set_defaults(run=_control)

    commands.add_parser("sim", help="start a simulator: sim --help names them", add_help=False)


def _control(options: argparse.Namespace) -> Exit:
    arguments: dict[str, object] = {}
    for word in options.arguments:
        key, equals, value = word.partition("=")
        if not equals or key in {"", "command", "socket", "timeout_s"}:
            raise WrongCall(f"{word!r} is not of the form key=value")
        arguments[key] = value
    print(json.dumps(ask(options.socket, options.name, **arguments), ensure_ascii=False))  # type: ignore[arg-type]  # timeout_s cannot be among them
    return Exit.DONE
