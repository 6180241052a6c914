"""What a terminal did while it could not reach the server, told afterwards: each thing once, at its true time.

Whoever holds a paper is honoured: whatever else is known of the person, the number on it gets its place in the queue.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from jinghou_queue.contract.messages import Lane, LegState, PrintOutcome, TicketState, TicketStatus
from jinghou_queue.desk import numbers, tickets
from jinghou_queue.desk.arriving import CheckedIn, Shown, has_come, with_booking, with_booking_of
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.queueing import latest_leg, offered_service, write_leg
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.terminal_care import terminal_row
from jinghou_queue.rules.states import LEG, TICKET, LegAction, TicketAction, move
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What became of something a terminal told: the ticket it is about, and the time it was recorded with."""

    at: int
    ticket: TicketStatus


Tell = Callable[[Book, int], TicketStatus]
"""One of the things that a terminal tells below, done in a book; it happened at that time by the terminal's clock."""

_HEARD: Final = msgspec.json.Decoder(Heard)
_TAKEN: Final = msgspec.json.Decoder(numbers.Taken)
_CHECKED_IN: Final = msgspec.json.Decoder(CheckedIn)


def hear(connection: Connection, press: Press, at: int, tell: Tell) -> tuple[Heard, bool]:
    """Do what a terminal tells, once; and whether it was told before.

    Raises Refused: TERMINAL_UNKNOWN, KEY_REUSED, and what `tell` refuses. None of it succeeds later.
    """
    again = True

    def told(book: Book) -> Heard:
        nonlocal again
        again = False
        terminal_row(book.connection, book.hall, press.who)
        status = tell(book, at)
        return Heard(at=book.true_at, ticket=status)

    heard = pressed(connection, press, _HEARD, told)
    return heard, again


def number_given(book: Book, at: int, wish: numbers.Wish, shown: Shown | None, instead_of: str | None) -> TicketStatus:
    """A leased number was given to somebody; who holds another is not asked, because the paper is in their hand.

    `shown` is a booking's code or token that they showed, `instead_of` the key of a press of theirs whose answer never
    came. A number of an earlier day is recorded in that day, as one that was not called.
    Raises Refused: LEASE_UNKNOWN, SERVICE_UNKNOWN.
    """
    lease = book.connection.one(ts.LEASE, hall=book.hall, ticket=wish.ticket)
    if lease is None or (lease.terminal, lease.service) != (book.press.who, wish.service):
        raise Refused(Refusal.LEASE_UNKNOWN, "no number with this ticket and service is set aside for this terminal")
    _set_time(book, at, lease.at)
    known = book.connection.one(st.TICKET, hall=book.hall, ticket=wish.ticket)
    if known is not None:  # one paper, told under two keys
        return _status(known)
    for service in (wish.service, *wish.then):
        offered_service(book, service)
    book.connection.run(ts.LEASE_USE, hall=book.hall, ticket=wish.ticket)
    if instead_of is not None:
        wish = _instead_of(book, wish, instead_of)
    if lease.day != book.day:
        has_come(book, wish, shown, lease.day)
        return _record_late(book, wish, lease)
    taken = numbers.give_this_number(book, with_booking(book, wish, shown), lease.number)
    return TicketStatus(id=taken.id, number=taken.number, state=taken.state)


def number_printed(book: Book, at: int, ticket: str, outcome: PrintOutcome) -> TicketStatus:
    """How a number reached its holder; of one that is over this is news, and changes nothing.

    Raises Refused TICKET_UNKNOWN.
    """
    row = tickets.ticket_row(book, ticket)
    _set_time(book, at, row.taken_at)
    if TicketAction.PRINTED not in TICKET[TicketState(row.state)]:
        return _status(row)
    return tickets.report_printed(book, ticket, outcome)


def number_cancelled(book: Book, at: int, ticket: str) -> TicketStatus:
    """A number was given back. Raises Refused: TICKET_UNKNOWN, NOT_NOW once it was called."""
    _set_time(book, at, tickets.ticket_row(book, ticket).taken_at)
    return tickets.give_back(book, ticket)


def holder_back(book: Book, at: int, token_hash: str) -> TicketStatus:
    """Somebody who was passed over is back since then. Raises Refused: TICKET_UNKNOWN, NOT_NOW."""
    row = book.connection.one(st.TICKET_BY_TOKEN, hall=book.hall, token_hash=token_hash)
    if row is None:
        raise Refused(Refusal.TICKET_UNKNOWN, "no ticket of this hall has this code")
    _set_time(book, at, latest_leg(book.connection, book.hall, row.ticket).called_at or row.taken_at)
    return tickets.come_back(book, row.ticket)


def _set_time(book: Book, at: int, earliest: int) -> None:
    """Believe the terminal's clock, within what can be: not before `earliest`, and not in the future."""
    book.true_at = min(max(at, earliest), book.press.at)


def _instead_of(book: Book, wish: numbers.Wish, key: str) -> numbers.Wish:
    """Cancel what a press gave whose answer was lost, for a wish that has its lane: nobody has seen that number.

    One that was called all the same stays so.
    """
    answer = book.connection.one(rs.ANSWER, hall=book.hall, key=key)
    lost = None if answer is None else _number_in(answer.body)
    if lost is None:
        return wish
    row, leg = tickets.ticket_row(book, lost), latest_leg(book.connection, book.hall, lost)
    if row.state != TicketState.RESERVED or leg.state != LegState.WAITING:
        return wish
    tickets.give_back(book, lost)
    wish = with_booking_of(book, wish, row)
    lane = Lane(leg.lane)
    return msgspec.structs.replace(wish, lane=lane, booked_for=leg.sort_time if lane is Lane.BOOKED else None)


def _number_in(answer: str) -> str | None:
    """The ticket that a press answered with, if it was one that gives numbers."""
    with suppress(msgspec.ValidationError):
        return _TAKEN.decode(answer).id
    with suppress(msgspec.ValidationError):
        return _CHECKED_IN.decode(answer).taken.id
    return None


def _record_late(book: Book, wish: numbers.Wish, lease: ts.LeaseRow) -> TicketStatus:
    """A number that reached the server after its day: that it was given is true, and who it was is not needed."""
    nobody = msgspec.structs.replace(wish, masked_name=None, identity_hash=None, identity_sealed=None)
    closed = move(TICKET, TicketState.RESERVED, TicketAction.DAY_END)
    numbers.add_ticket(book, nobody, lease.number, lease.day, closed)
    leg = numbers.first_leg(book, nobody, lease.number, lease.day)
    write_leg(book, leg, nobody.lane, move(LEG, LegState.WAITING, LegAction.DAY_END))
    return TicketStatus(id=wish.ticket, number=lease.number, state=closed)


def _status(row: st.TicketRow) -> TicketStatus:
    return TicketStatus(id=row.ticket, number=row.number, state=TicketState(row.state))
