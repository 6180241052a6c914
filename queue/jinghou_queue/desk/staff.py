"""Accounts of the people who work in a hall: add, change, disable, remove. Their sessions are in `sessions`.

Nothing of this is in the feed, which everybody reads; each is a line of the audit.
"""

from dataclasses import dataclass

from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import staff_statements as ss


@dataclass(frozen=True)
class NewStaff:
    """Somebody who gets an account. A role of machines is not for people."""

    login: str
    name: str
    role: Role
    password_hash: str


def add_staff(connection: Connection, press: Press, new: NewStaff) -> None:
    """Give somebody an account. Raises Refused: HALL_UNKNOWN, STAFF_EXISTS."""
    pressed(connection, press, NOTHING, lambda book: _add(book, new))


def change_staff(connection: Connection, press: Press, login: str, name: str | None, role: Role | None) -> None:
    """Give an account another name or role, from now on and in its open sessions.

    Raises Refused: STAFF_UNKNOWN, NOT_YOURSELF for one's own role, LAST_MANAGER, KEY_REUSED.
    """
    pressed(connection, press, NOTHING, lambda book: _change(book, login, name, role))


def disable_staff(connection: Connection, press: Press, login: str) -> None:
    """Let somebody in no more until `enable_staff`; their sessions end.

    Raises Refused: STAFF_UNKNOWN, NOT_YOURSELF, LAST_MANAGER, KEY_REUSED.
    """
    pressed(connection, press, NOTHING, lambda book: _disable(book, login))


def enable_staff(connection: Connection, press: Press, login: str) -> None:
    """Let somebody in again. Raises Refused: STAFF_UNKNOWN, NOT_YOURSELF, KEY_REUSED."""
    pressed(connection, press, NOTHING, lambda book: _enable(book, login))


def reset_password(connection: Connection, press: Press, login: str, password_hash: str) -> None:
    """Give somebody another password; their sessions end. Raises Refused: STAFF_UNKNOWN, NOT_YOURSELF."""
    pressed(connection, press, NOTHING, lambda book: _reset(book, login, password_hash))


def remove_staff(connection: Connection, press: Press, login: str) -> None:
    """Take an account away; what its person did stays in the records.

    Raises Refused: STAFF_UNKNOWN, NOT_YOURSELF, LAST_MANAGER, KEY_REUSED.
    """
    pressed(connection, press, NOTHING, lambda book: _remove(book, login))


def _add(book: Book, new: NewStaff) -> None:
    if book.connection.one(ss.STAFF, hall=book.hall, login=new.login) is not None:
        raise Refused(Refusal.STAFF_EXISTS, f"somebody has the login {new.login} already")
    if any((row.hall, row.token) == (book.hall, new.login) for row in book.connection.all(rs.TOKENS)):
        raise Refused(Refusal.STAFF_EXISTS, f"a token has the id {new.login}: the records could not tell them apart")
    book.connection.run(
        ss.STAFF_ADD,
        hall=book.hall,
        login=new.login,
        name=new.name,
        role=new.role,
        password_hash=new.password_hash,
        added_at=book.press.at,
        disabled=0,
    )
    book.audit("add staff", new.login, new.role)


def _change(book: Book, login: str, name: str | None, role: Role | None) -> None:
    staff = _staff(book, login)
    to_role = staff.role if role is None else role.value
    if to_role != staff.role:
        _refuse_needed(book, staff)
    book.connection.run(
        ss.STAFF_CHANGE, hall=book.hall, login=login, to_name=staff.name if name is None else name, to_role=to_role
    )
    book.audit("change staff", login, f"{staff.role} to {to_role}" if to_role != staff.role else "name")


def _disable(book: Book, login: str) -> None:
    _refuse_needed(book, _staff(book, login))
    book.connection.run(ss.STAFF_DISABLE, hall=book.hall, login=login, to_disabled=1)
    _end_sessions(book, login)
    book.audit("disable staff", login)


def _enable(book: Book, login: str) -> None:
    _refuse_oneself(book, _staff(book, login))
    book.connection.run(ss.STAFF_DISABLE, hall=book.hall, login=login, to_disabled=0)
    book.audit("enable staff", login)


def _reset(book: Book, login: str, password_hash: str) -> None:
    _refuse_oneself(book, _staff(book, login))
    book.connection.run(ss.STAFF_PASSWORD, hall=book.hall, login=login, to_hash=password_hash)
    _end_sessions(book, login)
    book.audit("reset password", login)


def _remove(book: Book, login: str) -> None:
    _refuse_needed(book, _staff(book, login))
    book.connection.run(ss.STAFF_DROP, hall=book.hall, login=login)
    _end_sessions(book, login)
    book.audit("remove staff", login)


def _staff(book: Book, login: str) -> ss.StaffRow:
    row = book.connection.one(ss.STAFF, hall=book.hall, login=login)
    if row is None:
        raise Refused(Refusal.STAFF_UNKNOWN, "nobody in this hall has that login")
    return row


def _end_sessions(book: Book, login: str) -> None:
    book.connection.run(ss.SESSIONS_DROP, hall=book.hall, login=login, but="")


def _refuse_oneself(book: Book, staff: ss.StaffRow) -> None:
    """Whoever shuts themselves out by a slip cannot let themselves in again; one's own password has its own way."""
    if book.press.who == staff.login:  # whatever the role: it may just have become another
        raise Refused(Refusal.NOT_YOURSELF, "not your own account: another manager can do that")


def _refuse_needed(book: Book, staff: ss.StaffRow) -> None:
    """A hall with staff keeps a manager who can log in."""
    _refuse_oneself(book, staff)
    if staff.role != Role.MANAGER or staff.disabled:
        return
    if book.connection.one(ss.STAFF_IN_ROLE, hall=book.hall, role=Role.MANAGER) == 1:
        raise Refused(Refusal.LAST_MANAGER, f"{staff.login} is the last manager: add or enable another first")
