"""`user`: the accounts of the people who work in a hall, for the operator; the first manager's above all."""

import argparse
import sys
import warnings
from collections.abc import Callable
from functools import partial
from getpass import GetPassWarning, getpass
from typing import Final

import msgspec

from jinghou_config.queue import QueueSettings
from jinghou_queue.api.office import unix_ms
from jinghou_queue.commands import Commands, WrongCall, command, group, opened
from jinghou_queue.contract.staff import Login, StaffName, StaffRole
from jinghou_queue.desk import staff
from jinghou_queue.desk.access import Role, the_hall
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refused
from jinghou_queue.passwords import Passwords
from jinghou_queue.rules.passwords import weakness
from jinghou_queue.serve import check_form
from jinghou_queue.store import Connection
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.store import statements as st

_OPERATOR: Final = "operator"
_CHANGES: Final = (
    ("disable", "let somebody in no more; their sessions end within seconds", staff.disable_staff),
    ("enable", "let somebody in again", staff.enable_staff),
    ("remove", "take an account away", staff.remove_staff),
)


def add(commands: Commands) -> None:
    """Add this area's commands."""
    actions = group(commands, "user", "people who log in: add, list, disable, remove, give another password")
    adding = _action(actions, "add", "give somebody an account; asks for the password", _add)
    adding.add_argument("--name", required=True, type=_name, help="as colleagues know them, e.g. 王丽")
    adding.add_argument("--role", required=True, type=_role, help=", ".join(StaffRole))
    resetting = _action(actions, "password", "give somebody another password; their sessions end", _reset)
    for taking in (adding, resetting):
        taking.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    for name, help_, do in _CHANGES:
        _action(actions, name, help_, partial(_change, do))
    command(actions, "list", "who has an account", _list)


def _action(
    actions: Commands, name: str, help_: str, run: Callable[[argparse.Namespace, QueueSettings], None]
) -> argparse.ArgumentParser:
    """A command about one account."""
    parser = command(actions, name, help_, run)
    parser.add_argument("--login", required=True, type=_login, help="what its owner types, e.g. wangli or 10023")
    parser.add_argument("--hall", help="id of its hall; needed when there is more than one")
    return parser


def _login(text: str) -> str:
    try:
        return msgspec.convert(text, Login)
    except msgspec.ValidationError:
        raise argparse.ArgumentTypeError("2 to 32 of a-z, 0-9 and . _ -, a letter or digit first") from None


def _name(text: str) -> str:
    try:
        return msgspec.convert(text, StaffName)
    except msgspec.ValidationError:
        raise argparse.ArgumentTypeError("1 to 40 characters, without line breaks") from None


def _role(text: str) -> Role:
    try:
        return Role(StaffRole(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"there is no role {text} for people; {', '.join(StaffRole)}") from None


def _add(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    new = staff.NewStaff(
        login=arguments.login,
        name=arguments.name,
        role=arguments.role,
        password_hash=_password_hash(arguments, settings),
    )
    _press(arguments, settings, partial(staff.add_staff, new=new))


def _reset(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    password_hash = _password_hash(arguments, settings)
    _press(arguments, settings, partial(staff.reset_password, login=arguments.login, password_hash=password_hash))


def _change(do: Callable[..., None], arguments: argparse.Namespace, settings: QueueSettings) -> None:
    _press(arguments, settings, partial(do, login=arguments.login))


def _list(_: argparse.Namespace, settings: QueueSettings) -> None:
    with opened(settings) as connection:
        rows = [(hall, row) for hall in connection.all(st.HALL_IDS) for row in connection.all(ss.ALL_STAFF, hall=hall)]
    for hall, row in rows:
        state = "disabled" if row.disabled else ""
        print(f"{hall:<16} {row.login:<16} {row.role:<10} {state:<8} {row.name}")


def _press(arguments: argparse.Namespace, settings: QueueSettings, do: Callable[[Connection, Press], None]) -> None:
    with opened(settings) as connection:
        press = Press(the_hall(connection, arguments.hall), _OPERATOR, unix_ms())
        try:
            do(connection, press)
        except Refused as refused:
            raise WrongCall(refused.detail) from None


def _password_hash(arguments: argparse.Namespace, settings: QueueSettings) -> str:
    """Asked for before anything is opened: the hall must not wait for somebody who types."""
    check_form(settings.db)
    password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else _typed_password(arguments.login)
    weak = weakness(password, arguments.login)
    if weak is not None:
        raise WrongCall(weak)
    return Passwords().hash(password)


def _typed_password(login: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)  # it would be shown while it is typed
        try:
            password, again = getpass(f"New password for {login}: "), getpass("Once more: ")
        except (EOFError, GetPassWarning):
            raise WrongCall("there is no terminal to type the password at: use --password-stdin") from None
    if again != password:
        raise WrongCall("these were two different passwords; nothing was changed")
    return password
