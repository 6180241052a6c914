"""What is kept sealed of a person: a phone bound to a ticket, and everything, for who serves them.

What is sealed is sealed before and opened after the transaction, by whoever has the keys.
"""

from dataclasses import replace
from typing import Final

import msgspec

from jinghou_queue.contract.messages import LegState, TicketState
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.numbers import HELD
from jinghou_queue.desk.queueing import latest_leg
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.tickets import ticket_row
from jinghou_queue.rules.states import AT_COUNTER
from jinghou_queue.store import Connection
from jinghou_queue.store import sealed_statements as ss
from jinghou_queue.store import statements as st

PHONE_CHANGES: Final = 5
"""How often a ticket's phone may be bound: enough for a slip, too few to pester people with."""
_NOTHING: Final = msgspec.json.Decoder(None)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of who holds a ticket, still sealed: the phone for the ticket, the identity for that `record`.

    The record is the ticket, or the booking it was given for, to which the person may have come with a code only.
    """

    identity: str | None
    record: str
    phone: str | None


_KEPT: Final = msgspec.json.Decoder(Kept)


def bind_phone(connection: Connection, press: Press, ticket: str, sealed: str) -> None:
    """Let a sealed phone be told of this ticket, instead of any other.

    Raises Refused: TICKET_UNKNOWN, NOT_NOW once the visit is over, TOO_MANY_PHONES.
    """
    pressed(connection, press, _NOTHING, lambda book: _bind(book, ticket, sealed))


def drop_phone(connection: Connection, press: Press, ticket: str) -> None:
    """Forget the phone of a ticket, if it has one. Raises Refused TICKET_UNKNOWN."""
    pressed(connection, press, _NOTHING, lambda book: _drop(book, ticket))


def reveal(connection: Connection, press: Press, ticket: str, why: str) -> Kept:
    """Who holds a ticket, still sealed: for the clerk who has the person at the counter, and for managers who say why.

    Every look is checked and is a line of the audit, so a press sent again is another look. Raises Refused:
    TICKET_UNKNOWN, NOT_AT_COUNTER, REASON_NEEDED, NOTHING_KEPT.
    """
    return pressed(connection, replace(press, key=None), _KEPT, lambda book: _reveal(book, ticket, why.strip()))


def _bind(book: Book, ticket: str, sealed: str) -> None:
    row = ticket_row(book, ticket)
    if TicketState(row.state) not in HELD:
        raise Refused(Refusal.NOT_NOW, f"{row.number} is {row.state}: there is nothing to tell a phone any more")
    key = {"hall": book.hall, "ticket": ticket}
    if not book.connection.run(ss.PHONE_BIND, **key, to_phone=sealed, most=PHONE_CHANGES):
        raise Refused(Refusal.TOO_MANY_PHONES, f"the phone of {row.number} was changed {PHONE_CHANGES} times")


def _drop(book: Book, ticket: str) -> None:
    ticket_row(book, ticket)
    book.connection.run(ss.PHONE_DROP, hall=book.hall, ticket=ticket)


def _reveal(book: Book, ticket: str, why: str) -> Kept:
    row = ticket_row(book, ticket)
    if book.press.role == Role.CLERK:
        where = f"at counter {_own_counter(book, ticket)}"
        why = f"{where}: {why}" if why else where
    elif not why:
        raise Refused(Refusal.REASON_NEEDED, "say why you need to know who this is: it is recorded")
    kept = _kept(book, row)
    if kept.identity is None and kept.phone is None:
        raise Refused(Refusal.NOTHING_KEPT, f"nothing is kept of who holds {row.number}")
    book.audit("reveal", ticket, why)
    return kept


def _kept(book: Book, row: st.TicketRow) -> Kept:
    sealed = book.connection.one(ss.SEALED, hall=book.hall, ticket=row.ticket)
    assert sealed is not None
    if sealed.identity is None:
        booked = book.connection.one(ss.BOOKED, hall=book.hall, day=row.day, service=row.service, ticket=row.ticket)
        if booked is not None:
            return Kept(identity=booked.identity, record=booked.booking, phone=sealed.phone)
    return Kept(identity=sealed.identity, record=row.ticket, phone=sealed.phone)


def _own_counter(book: Book, ticket: str) -> str:
    """The label of the counter where the clerk who pressed has this person."""
    leg = latest_leg(book.connection, book.hall, ticket)
    if leg.counter is not None and LegState(leg.state) in AT_COUNTER:
        counter = book.connection.one(st.COUNTER, hall=book.hall, counter=leg.counter)
        if counter is not None and counter.clerk == book.press.actor:
            return counter.label
    raise Refused(Refusal.NOT_AT_COUNTER, f"{leg.number} is not called to your counter, nor served there")
