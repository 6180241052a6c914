"""Which machines belong to a hall: announced, enrolled with a code, replaced, retired; and how fast they give numbers.

How they are and what they are told to be is in `terminal_care`.
"""

from typing import Final

import msgspec

from jinghou_queue.contract.terminals import TerminalKind
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.helping import end_help
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.terminal_care import Body, checked_profile, terminal_row
from jinghou_queue.keys import Keys
from jinghou_queue.rules.rate import draw
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import terminal_statements as ts

_CODE_VALID_MS: Final = 24 * 3600 * 1000
_MINUTE_MS: Final = 60_000
_USED: Final = 0  # what TERMINAL_ENROL leaves in place of the time until which a code is valid


class Invitation(msgspec.Struct, frozen=True):
    """A code for a terminal, until a Unix time in milliseconds, as the desk may know it.

    `Keys.enrol_code` tells the code itself, also to a press that is repeated.
    """

    terminal: str
    code_hash: str
    until: int


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal that used its code, without the token that it got."""

    terminal: str
    kind: TerminalKind
    name: str
    epoch: str


_INVITATION: Final = msgspec.json.Decoder(Invitation)
_JOINED: Final = msgspec.json.Decoder(Joined)
_NOTHING: Final = msgspec.json.Decoder(None)


def invitation(keys: Keys, hall: str, terminal: str, at: int) -> Invitation:
    """A code for a terminal, for a day from `at`."""
    until = at + _CODE_VALID_MS
    return Invitation(terminal, keys.enrol_hash(keys.enrol_code(hall, terminal, until)), until)


def add_terminal(
    connection: Connection, press: Press, invited: Invitation, *, kind: TerminalKind, name: str, profile: Body
) -> Invitation:
    """Announce a machine, which its code will enrol. Raises Refused: HALL_UNKNOWN, PROFILE_INVALID, KEY_REUSED."""
    return pressed(connection, press, _INVITATION, lambda book: _add(book, invited, kind, name, profile))


def replace_terminal(connection: Connection, press: Press, invited: Invitation) -> Invitation:
    """Let other hardware become this terminal: it works on as it is until the new code is used.

    Raises Refused: HALL_UNKNOWN, TERMINAL_UNKNOWN, KEY_REUSED.
    """
    return pressed(connection, press, _INVITATION, lambda book: _replace(book, invited))


def retire_terminal(connection: Connection, press: Press, terminal: str) -> None:
    """End a terminal and its token. Raises Refused: HALL_UNKNOWN, TERMINAL_UNKNOWN, KEY_REUSED."""
    pressed(connection, press, _NOTHING, lambda book: _retire(book, terminal))


def awaited(connection: Connection, code_hash: str, hall: str | None = None) -> ts.AwaitedRow:
    """The hall and terminal that a code was made for, used or not. `hall`: of whoever brings it, where that is known.

    Raises Refused: CODE_UNKNOWN, CODE_OTHER_HALL.
    """
    row = connection.one(ts.TERMINAL_OF_CODE, code_hash=code_hash)
    if row is None:
        raise _code_unknown()
    if hall is not None and hall != row.hall:
        raise Refused(
            Refusal.CODE_OTHER_HALL, f"this code is for the hall {row.hall}, this machine is set up for {hall}"
        )
    return row


def enrol_terminal(
    connection: Connection, press: Press, code_hash: str, token_hash: str, kind: TerminalKind | None = None
) -> Joined:
    """Make whoever brings the code the terminal of the press; the token it had until now ends.

    What was leased to it is not leased again: the hardware before may have given those numbers to people.
    `kind` is that of the machine, where it is known. Raises Refused: CODE_UNKNOWN (also when another was made since),
    CODE_USED, CODE_OLD, CODE_OTHER_KIND.
    """
    return pressed(connection, press, _JOINED, lambda book: _enrol(book, code_hash, token_hash, kind))


def count_number(book: Book) -> None:
    """Let an enrolled terminal take one more number. Raises Refused TOO_MANY_NUMBERS.

    A token that was given out by hand is not held back: it is a program that takes numbers for many people at once.
    """
    if book.press.role != Role.TERMINAL:
        return
    row = book.connection.one(ts.TERMINAL, hall=book.hall, terminal=book.press.who)
    if row is None:
        return
    most = book.plan.people.numbers_per_terminal_minute
    drawn = draw(row.full_at, most, _MINUTE_MS, book.press.at)
    if drawn.wait_ms:
        detail = f"this terminal took {most} numbers within a minute: wait a moment"
        raise Refused(Refusal.TOO_MANY_NUMBERS, detail, drawn.wait_ms)
    book.connection.run(ts.TERMINAL_PACE, hall=book.hall, terminal=row.terminal, to_full_at=drawn.full_at)


def _add(book: Book, invited: Invitation, kind: TerminalKind, name: str, profile: Body) -> Invitation:
    book.connection.run(
        ts.TERMINAL_ADD,
        hall=book.hall,
        terminal=invited.terminal,
        kind=kind,
        name=name,
        profile=checked_profile(book, kind, profile),
        profile_version=1,
        added_at=book.press.at,
        code_hash=invited.code_hash,
        code_until=invited.until,
        report="",
        seen_at=None,
        full_at=0,
        retired=0,
    )
    book.audit("add terminal", invited.terminal, f"{kind} {name}")
    return invited


def _replace(book: Book, invited: Invitation) -> Invitation:
    row = terminal_row(book.connection, book.hall, invited.terminal)
    book.connection.run(
        ts.TERMINAL_CODE,
        hall=book.hall,
        terminal=row.terminal,
        to_hash=invited.code_hash,
        to_until=invited.until,
    )
    book.audit("replace terminal", row.terminal, row.name)
    return invited


def _retire(book: Book, terminal: str) -> None:
    row = terminal_row(book.connection, book.hall, terminal)
    end_help(book, terminal)
    for command in (ts.TERMINAL_RETIRE, ts.TERMINAL_TOKEN_DROP, ts.LEASES_CLOSE):
        book.connection.run(command, hall=book.hall, terminal=terminal)
    book.audit("retire terminal", terminal, row.name)


def _enrol(book: Book, code_hash: str, token_hash: str, kind: TerminalKind | None) -> Joined:
    key = {"hall": book.hall, "terminal": book.press.who}
    row = book.connection.one(ts.TERMINAL, **key)
    if row is None or row.code_hash != code_hash:
        raise _code_unknown()
    if row.code_until == _USED:
        raise Refused(Refusal.CODE_USED, "this code was used already, and works once: have the terminal replaced")
    if row.code_until <= book.press.at:
        raise Refused(Refusal.CODE_OLD, "this code is older than a day: have the terminal replaced for a new one")
    if kind is not None and kind != row.kind:
        raise Refused(Refusal.CODE_OTHER_KIND, f"this code is for a {row.kind}, this machine is a {kind.value}")
    for command in (ts.TERMINAL_ENROL, ts.TERMINAL_TOKEN_DROP, ts.LEASES_CLOSE):
        book.connection.run(command, **key)
    book.connection.run(
        rs.TOKEN_ADD,
        hall=book.hall,
        token=row.terminal,
        role=Role.TERMINAL,
        name=row.name,
        token_hash=token_hash,
        added_at=book.press.at,
    )
    book.audit("enrol terminal", row.terminal, row.name)
    return Joined(terminal=row.terminal, kind=TerminalKind(row.kind), name=row.name, epoch=book.epoch)


def _code_unknown() -> Refused:
    return Refused(Refusal.CODE_UNKNOWN, "this code is not right, or another was made since: look at it again")
