"""Logging in and out: tries are counted, sessions open and end, people change their own password.

Passwords are looked at elsewhere, between two transactions and never within one: a hall would stand still meanwhile.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import msgspec

from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.rules.passwords import pause_ms
from jinghou_queue.store import Connection
from jinghou_queue.store import staff_statements as ss

SEEN_EVERY_MS: Final = 60_000
"""How often at most a session's last request is written down."""

_TRIES_COUNT_MS: Final = 24 * 3600 * 1000  # after the last of them
_ACCOUNT: Final[msgspec.json.Decoder[ss.StaffRow | None]] = msgspec.json.Decoder(ss.StaffRow | None)


@dataclass(frozen=True)
class Proven:
    """Somebody who has just given the right password; `renewed` is its new hash, if there is one."""

    staff: ss.StaffRow
    login_hash: str
    renewed: str | None


def count_try(connection: Connection, press: Press, login: str, login_hash: str) -> ss.StaffRow | None:
    """Whose password is to be looked at; None when nobody may log in so. Counts the try as wrong until it is right.

    It is counted first, so that many at once do not all pass as one. Raises Refused: HALL_UNKNOWN, TOO_MANY_TRIES.
    """
    return pressed(connection, press, _ACCOUNT, lambda book: _count_try(book, login, login_hash))


def refuse_try(connection: Connection, press: Press, login: str) -> None:
    """Record that the password was wrong. What is nobody's login is not written down: it can be a password."""
    pressed(connection, press, NOTHING, lambda book: _refuse_try(book, login))


def open_session(connection: Connection, press: Press, proven: Proven, token: str, ends_at: int) -> None:
    """Let somebody in; of `token` only a hash is kept. Raises Refused LOGIN_REFUSED: the account was just changed."""
    pressed(connection, press, NOTHING, lambda book: _open(book, proven, token_hash(token), ends_at))


def end_session(connection: Connection, press: Press, token: str) -> None:
    """Log out."""
    pressed(connection, press, NOTHING, lambda book: _end(book, token_hash(token)))


def change_password(connection: Connection, press: Press, proven: Proven, password_hash: str, token: str) -> None:
    """Give oneself another password; all of one's sessions end but that of `token`.

    Raises Refused PASSWORD_WRONG: somebody changed the account in this moment.
    """
    pressed(connection, press, NOTHING, lambda book: _change(book, proven, password_hash, token_hash(token)))


def find_session(connection: Connection, token: str, at: int, idle_ms: int) -> ss.SessionRow | None:
    """The session of that token, unless it has ended or nothing came from it for `idle_ms`."""
    key = {"hall": hall_of_token(token), "session_hash": token_hash(token)}
    return connection.one(ss.SESSION, **key, now=at, idle_since=at - idle_ms)


def session_seen(connection: Connection, token: str, at: int) -> None:
    """Write down that a session is in use."""
    connection.run(ss.SESSION_SEEN, hall=hall_of_token(token), session_hash=token_hash(token), now=at)


def forget_ended(book: Book) -> None:
    """Remove the sessions whose time is over, and wrong tries of a day ago."""
    book.connection.run(ss.SESSIONS_FORGET, hall=book.hall, now=book.press.at)
    book.connection.run(ss.TRIES_FORGET, hall=book.hall, before=book.press.at - _TRIES_COUNT_MS)


def _count_try(book: Book, login: str, login_hash: str) -> ss.StaffRow | None:
    key = {"hall": book.hall, "login_hash": login_hash}
    tries = book.connection.one(ss.TRY, **key)
    if tries is None:
        book.connection.run(ss.TRY_ADD, **key, failures=1, failed_at=book.press.at)
    else:
        over = tries.failed_at + pause_ms(tries.failures)
        if tries.failed_at <= book.press.at < over:  # a clock that was set back keeps nobody out
            wait_ms = over - book.press.at
            words = f"too many wrong passwords for this login: try again in {ceil(wait_ms / 1000)} s"
            raise Refused(Refusal.TOO_MANY_TRIES, words, wait_ms)
        book.connection.run(ss.TRY_COUNT, **key, now=book.press.at)
    staff = book.connection.one(ss.STAFF, hall=book.hall, login=login)
    return None if staff is None or staff.disabled else staff


def _refuse_try(book: Book, login: str) -> None:
    known = book.connection.one(ss.STAFF, hall=book.hall, login=login) is not None
    book.audit("wrong password", login if known else "unknown")


def _open(book: Book, proven: Proven, session_hash: str, ends_at: int) -> None:
    login = _still(book, proven, Refusal.LOGIN_REFUSED)
    if proven.renewed is not None:
        book.connection.run(ss.STAFF_PASSWORD, hall=book.hall, login=login, to_hash=proven.renewed)
    book.connection.run(
        ss.SESSION_ADD,
        hall=book.hall,
        session_hash=session_hash,
        login=login,
        opened_at=book.press.at,
        seen_at=book.press.at,
        ends_at=ends_at,
    )
    book.audit("log in", login)


def _end(book: Book, session_hash: str) -> None:
    session = {"hall": book.hall, "session_hash": session_hash}
    if book.connection.run(ss.SESSION_DROP, **session):
        book.audit("log out", book.press.who)


def _change(book: Book, proven: Proven, password_hash: str, session_hash: str) -> None:
    login = _still(book, proven, Refusal.PASSWORD_WRONG)
    book.connection.run(ss.STAFF_PASSWORD, hall=book.hall, login=login, to_hash=password_hash)
    book.connection.run(ss.SESSIONS_DROP, hall=book.hall, login=login, but=session_hash)
    book.audit("change password", login)


def _still(book: Book, proven: Proven, refusal: Refusal) -> str:
    """The login of an account that is as it was when its password was looked at; its wrong tries count no more."""
    login = proven.staff.login
    if book.connection.one(ss.STAFF, hall=book.hall, login=login) != proven.staff:
        raise Refused(refusal, "this account was changed in this moment: try again")
    book.connection.run(ss.TRY_DROP, hall=book.hall, login_hash=proven.login_hash)
    return login
