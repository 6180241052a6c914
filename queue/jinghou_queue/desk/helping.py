"""Calling staff from a terminal: asked there, answered by whoever comes, open until somebody ends it.

One terminal has one call at a time, whoever stands there. It outlasts the visit it was asked in: a person who waits
for somebody may well have let the page go. The end of the day ends it too.
"""

from functools import partial
from typing import Final

import msgspec

from jinghou_queue.contract.helping import HelpAsked, HelpLine
from jinghou_queue.contract.messages import HelpState
from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.states import HELP, HelpAction, move
from jinghou_queue.store import Connection
from jinghou_queue.store import terminal_statements as ts

_ASKED: Final = msgspec.json.Decoder(HelpAsked)


def ask_help(connection: Connection, press: Press, page: str) -> HelpAsked:
    """Somebody at the terminal of the press asks for staff; asked again, what was asked stands.

    Raises Refused: HALL_UNKNOWN, KEY_REUSED.
    """
    return pressed(connection, press, _ASKED, lambda book: _ask(book, page))


def withdraw_help(connection: Connection, press: Press) -> None:
    """Nobody need come to the terminal of the press any more. Raises Refused: HALL_UNKNOWN, KEY_REUSED."""
    pressed(connection, press, NOTHING, lambda book: end_help(book, book.press.who))


def answer_help(connection: Connection, press: Press, terminal: str, action: HelpAction) -> None:
    """Somebody of the staff comes to a terminal, or is done there.

    Raises Refused: HALL_UNKNOWN, HELP_UNKNOWN when nobody asks for staff there, KEY_REUSED.
    """
    pressed(connection, press, NOTHING, partial(_answer, terminal=terminal, action=action))


def help_asked(connection: Connection, hall: str) -> list[HelpLine]:
    """Where somebody asks for staff, who asked first first."""
    rows = sorted(connection.all(ts.HELPS, hall=hall), key=lambda row: row.asked_at)
    return [
        HelpLine(
            terminal=row.terminal,
            name=row.name,
            page=row.page,
            state=HelpState(row.state),
            asked_at=row.asked_at,
            coming=row.coming,
        )
        for row in rows
    ]


def end_help(book: Book, terminal: str) -> None:
    """End what was asked at a terminal, if anything was."""
    if book.connection.one(ts.HELP, hall=book.hall, terminal=terminal) is not None:
        _answer(book, terminal, HelpAction.END)


def _ask(book: Book, page: str) -> HelpAsked:
    terminal = book.press.who
    row = book.connection.one(ts.HELP, hall=book.hall, terminal=terminal)
    if row is not None:
        return HelpAsked(terminal=terminal, state=HelpState(row.state), seq=book.seq)
    book.connection.run(
        ts.HELP_ADD,
        hall=book.hall,
        terminal=terminal,
        page=page,
        state=HelpState.ASKED,
        asked_at=book.press.at,
        coming=None,
    )
    book.help_changed(terminal, HelpState.ASKED, None, page)
    return HelpAsked(terminal=terminal, state=HelpState.ASKED, seq=book.seq)


def _answer(book: Book, terminal: str, action: HelpAction) -> None:
    row = book.connection.one(ts.HELP, hall=book.hall, terminal=terminal)
    if row is None:
        raise Refused(Refusal.HELP_UNKNOWN, "nobody asks for staff there: it was ended before")
    was = HelpState(row.state)
    state = move(HELP, was, action)
    key = {"hall": book.hall, "terminal": terminal}
    if state is HelpState.ENDED:
        book.connection.run(ts.HELP_END, **key)
    else:
        book.connection.run(ts.HELP_MOVE, **key, to_state=state, to_coming=book.press.who)
    book.help_changed(terminal, state, was)
