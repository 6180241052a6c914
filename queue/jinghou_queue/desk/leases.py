"""Numbers set aside for a terminal, for the time when it cannot reach the server.

A number that is leased is nobody else's for the day, whether it is used or not. Leased numbers begin high up, where a
usual day's count does not come, so that the first person who comes has the first number.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.queueing import offered_service
from jinghou_queue.desk.terminal_care import terminal_row
from jinghou_queue.rules.days import days_before
from jinghou_queue.rules.numbers import ticket_number
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts

KEEP_DAYS: Final = 7
"""How late a terminal may tell what it did with a number."""


class LeasedPlace(msgspec.Struct, frozen=True):
    """A number set aside, and the id that its ticket will have."""

    number: str
    ticket: str


class Leased(msgspec.Struct, frozen=True, kw_only=True):
    """What a terminal may give of a service, without the holders' secrets."""

    day: str
    service: str
    epoch: str
    places: tuple[LeasedPlace, ...]


_LEASED: Final = msgspec.json.Decoder(Leased)


def lease_numbers(connection: Connection, press: Press, service: str, tickets: Sequence[str]) -> Leased:
    """Set numbers aside until the terminal of the press has as many as there are `tickets`, or as the plan allows.

    `tickets` are fresh random ids. Those that it has and did not use, as far as it told, come first.
    Raises Refused: TERMINAL_UNKNOWN, SERVICE_UNKNOWN, KEY_REUSED.
    """
    return pressed(connection, press, _LEASED, lambda book: _lease(book, service, tickets))


def _lease(book: Book, service: str, tickets: Sequence[str]) -> Leased:
    key = {"hall": book.hall, "terminal": terminal_row(book.connection, book.hall, book.press.who).terminal}
    prefix = offered_service(book, service).prefix
    book.connection.run(ts.LEASES_FORGET, **key, before=days_before(book.day, KEEP_DAYS))
    places = [
        LeasedPlace(row.number, row.ticket)
        for row in book.connection.all(ts.LEASES_OPEN, **key, day=book.day, service=service)
    ]
    fresh = tickets[: max(0, min(len(tickets), book.plan.terminals.lease_numbers) - len(places))]
    if fresh:
        for place, ticket in enumerate(fresh, _first_free(book, service)):
            number = ticket_number(prefix, place)
            places.append(LeasedPlace(number, ticket))
            book.connection.run(
                ts.LEASE_ADD,
                **key,
                ticket=ticket,
                day=book.day,
                place=place,
                number=number,
                service=service,
                at=book.press.at,
                open=1,
            )
    return Leased(day=book.day, service=service, epoch=book.epoch, places=tuple(places))


def _first_free(book: Book, service: str) -> int:
    """The place behind all that were given or leased today, from where the plan lets leases begin."""
    key = {"hall": book.hall, "day": book.day, "service": service}
    given = book.connection.one(st.NUMBER_LAST, **key) or 0
    leased = book.connection.one(ts.LEASED_LAST, **key) or 0
    return max(book.plan.terminals.lease_from, given + 1, leased + 1)
