"""`terminal`: announcing, listing, replacing and retiring the machines of a hall."""

import argparse
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
import segno

from jinghou_config.queue import QueueSettings
from jinghou_queue.api.office import unix_ms
from jinghou_queue.commands import Commands, WrongCall, command, group, opened
from jinghou_queue.contract.terminals import TerminalKind, TerminalName, TerminalView, enrol_link
from jinghou_queue.desk import terminal_care, terminals
from jinghou_queue.desk.access import the_hall
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refused
from jinghou_queue.keys import Keys
from jinghou_queue.serve import check_form, load_keys
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st

_ACTOR = "operator"


def add(commands: Commands) -> None:
    """Add this area's commands."""
    actions = group(commands, "terminal", "announce, list, replace and retire kiosks, boards and counter pads")
    adding = command(actions, "add", "announce a terminal and print the code that enrols it", _add)
    adding.add_argument("--kind", required=True, type=_kind, help=", ".join(kind.value for kind in TerminalKind))
    adding.add_argument("--name", required=True, type=_name, help="where it stands, e.g. B 区 03 号")
    replacing = command(actions, "replace", "print a code with which other hardware becomes this terminal", _replace)
    retiring = command(actions, "retire", "end a terminal; its token stops working within seconds", _retire)
    for one in (replacing, retiring):
        one.add_argument("terminal", metavar="ID", help="its id in the list")
    for one in (adding, replacing):
        one.add_argument(
            "--qr", metavar="URL", help="draw the code for the terminal's scanner, with this server address"
        )
    for one in (adding, replacing, retiring):
        one.add_argument("--hall", help="id of its hall; needed when there is more than one")
    command(actions, "list", "the terminals of every hall, and how they are", _list)


def _kind(text: str) -> TerminalKind:
    try:
        return TerminalKind(text)
    except ValueError:
        kinds = ", ".join(kind.value for kind in TerminalKind)
        raise argparse.ArgumentTypeError(f"there is no kind {text}; kinds are {kinds}") from None


def _name(text: str) -> str:
    try:
        return msgspec.convert(text, TerminalName)
    except msgspec.ValidationError:
        raise argparse.ArgumentTypeError("a name has 1 to 24 characters") from None


@contextmanager
def _pressed(arguments: argparse.Namespace, settings: QueueSettings) -> Iterator[tuple[Connection, Press]]:
    """The press that a command is, and its transaction."""
    with opened(settings) as connection:
        try:
            yield connection, Press(the_hall(connection, arguments.hall), _ACTOR, unix_ms())
        except Refused as refused:
            raise WrongCall(refused.detail) from None


def _keys(settings: QueueSettings) -> Keys:
    check_form(settings.db)
    return load_keys(settings)


def _add(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    keys = _keys(settings)
    with _pressed(arguments, settings) as (connection, press):
        invited = terminals.invitation(keys, press.hall, secrets.token_hex(4), press.at)
        terminals.add_terminal(connection, press, invited, kind=arguments.kind, name=arguments.name, profile={})
    _print_code(keys, press.hall, invited, arguments.qr)


def _replace(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    keys = _keys(settings)
    with _pressed(arguments, settings) as (connection, press):
        invited = terminals.invitation(keys, press.hall, arguments.terminal, press.at)
        terminals.replace_terminal(connection, press, invited)
    _print_code(keys, press.hall, invited, arguments.qr)


def _print_code(keys: Keys, hall: str, invited: terminals.Invitation, url: str | None) -> None:
    code = keys.enrol_code(hall, invited.terminal, invited.until)
    print(f"{invited.terminal}  {code}  (once, until {_time(invited.until)})")
    if url is not None:
        segno.make(enrol_link(url.rstrip("/"), code), micro=False).terminal(compact=True)


def _retire(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    with _pressed(arguments, settings) as (connection, press):
        terminals.retire_terminal(connection, press, arguments.terminal)


def _list(_: argparse.Namespace, settings: QueueSettings) -> None:
    with opened(settings) as connection:
        halls = {hall: terminal_care.terminals(connection, hall, unix_ms()) for hall in connection.all(st.HALL_IDS)}
    for hall, of_hall in halls.items():
        for each in of_hall:
            print(f"{each.id}  {hall:<16} {each.kind.value:<11} {_state(each)}  {each.name}")


def _state(terminal: TerminalView) -> str:
    if terminal.enrolled_at is None:
        return "waits for its code" if terminal.enrol_until else "its code was not used in time"
    if terminal.seen_at is None:
        return f"enrolled {_time(terminal.enrolled_at)}, not heard of"
    return f"{'silent since' if terminal.stale else 'heard of at'} {_time(terminal.seen_at)}"


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}Z"
