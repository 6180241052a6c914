"""Statements on what is sealed of people, and on the numbers that phones took with the code on a hall's screens."""

from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, insert, null, select, update

from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class SealedRow(NamedTuple):
    """What is sealed on a ticket."""

    identity: str | None
    phone: str | None


class BookedRow(NamedTuple):
    """A booking, and what is sealed for it."""

    booking: str
    identity: str | None


_HALL: Final[BindParameter[str]] = bindparam("hall")
_TICKET_KEY: Final = (t.ticket.c.hall == _HALL) & (t.ticket.c.ticket == bindparam("ticket"))

BOOKED: Final = Query(
    select(t.booking.c.booking, t.booking.c.identity_sealed).where(
        t.booking.c.hall == _HALL,
        t.booking.c.day == bindparam("day"),
        t.booking.c.service == bindparam("service"),
        t.booking.c.ticket == bindparam("ticket"),
    ),
    BookedRow,
)
"""The booking that a ticket was given for."""
SEALED: Final = Query(select(t.ticket.c.identity_sealed, t.ticket.c.phone_sealed).where(_TICKET_KEY), SealedRow)
PHONE_BIND: Final = Command(
    update(t.ticket)
    .where(_TICKET_KEY, t.ticket.c.phone_changes < bindparam("most"))
    .values(phone_sealed=bindparam("to_phone"), phone_changes=t.ticket.c.phone_changes + 1)
)
PHONE_DROP: Final = Command(update(t.ticket).where(_TICKET_KEY).values(phone_sealed=null()))

_SCAN_KEY: Final = (t.scan.c.hall == _HALL) & (t.scan.c.shown_at == bindparam("at_shown"))
SCAN_NEXT: Final = Query(
    update(t.scan).where(_SCAN_KEY).values(numbers=t.scan.c.numbers + 1).returning(t.scan.c.numbers), int
)
SCAN_FIRST: Final = Command(insert(t.scan))
SCANS_FORGET: Final = Command(delete(t.scan).where(t.scan.c.hall == _HALL, t.scan.c.shown_at < bindparam("before")))
