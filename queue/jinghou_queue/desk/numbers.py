"""Giving a number: the next of a service, or the one this person holds already. What taking one and check-in share."""

from typing import Final

import msgspec

from jinghou_queue.contract.messages import Channel, Lane, MaskedName, TicketState
from jinghou_queue.desk.book import Book
from jinghou_queue.desk.calling import enter
from jinghou_queue.desk.queueing import NewLeg, latest_leg, people_ahead
from jinghou_queue.rules.numbers import ticket_number
from jinghou_queue.rules.people import age_on
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts

HELD: Final = frozenset({TicketState.RESERVED, TicketState.ACTIVE})
"""States of a ticket whose holder is still to be served."""
_FIRST_STEP: Final = 1


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody who takes a number asks for, the identity already hashed and sealed, the phone sealed.

    `ticket` is a fresh random id; `token_hash` and what is sealed belong to it. All are dropped if the person has a
    number already. `proven`: a document was seen, its number not just typed. `born` is the date of birth as YYYYMMDD,
    used for the lane and not stored; `then` are services the same number goes on to; `booked_for` is the start of the
    slot that somebody in lane BOOKED is pinned to.
    """

    service: str
    channel: Channel
    lane: Lane
    ticket: str
    token_hash: str
    identity_hash: str | None
    masked_name: MaskedName | None
    identity_sealed: str | None = None
    phone_sealed: str | None = None
    proven: bool = True
    born: str | None = None
    then: tuple[str, ...] = ()
    booked_for: int | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was taken, without the holder's secret. `new` is false when the person had it already."""

    id: str
    number: str
    service: str
    state: TicketState
    ahead: int
    taken_at: int
    new: bool
    lane: Lane = Lane.WALK_IN


def give_number(book: Book, wish: Wish, prefix: str) -> Taken:
    """Make the next ticket of a service with that prefix, and put its first leg into the queue."""
    return give_this_number(book, wish, ticket_number(prefix, _next_place(book, wish.service)))


def give_this_number(book: Book, wish: Wish, number: str) -> Taken:
    """Make the ticket of a number that is nobody's, and put its first leg into the queue, at the book's true time."""
    add_ticket(book, wish, number, book.day, TicketState.RESERVED)
    lane = Lane.PRIORITY if _is_old(book, wish) else wish.lane
    return Taken(
        id=wish.ticket,
        number=number,
        service=wish.service,
        state=TicketState.RESERVED,
        lane=lane,
        ahead=_enter_queue(book, wish, number, lane),
        taken_at=book.true_at,
        new=True,
    )


def add_ticket(book: Book, wish: Wish, number: str, day: str, state: TicketState) -> None:
    """Write a ticket of a day, and append that it came into `state`."""
    book.connection.run(
        st.TICKET_ADD,
        hall=book.hall,
        ticket=wish.ticket,
        day=day,
        number=number,
        service=wish.service,
        channel=wish.channel,
        state=state,
        taken_at=book.true_at,
        masked_name=wish.masked_name,
        identity_hash=wish.identity_hash,
        identity_sealed=wish.identity_sealed,
        phone_sealed=wish.phone_sealed,
        phone_changes=0,
        route=" ".join(wish.then),
        token_hash=wish.token_hash,
    )
    book.ticket_changed(wish.ticket, number, state, None, wish.channel)


def first_leg(book: Book, wish: Wish, number: str, day: str, booked_for: int | None = None) -> NewLeg:
    """The leg that a visit on a day begins with."""
    return NewLeg(
        ticket=wish.ticket,
        step=_FIRST_STEP,
        day=day,
        number=number,
        service=wish.service,
        masked_name=wish.masked_name,
        entered_at=book.true_at,
        booked_for=booked_for,
    )


def number_held(book: Book, ticket: st.TicketRow) -> Taken:
    """A number that the person had already, as it stands now."""
    leg = latest_leg(book.connection, book.hall, ticket.ticket)
    return Taken(
        id=ticket.ticket,
        number=ticket.number,
        service=ticket.service,
        state=TicketState(ticket.state),
        lane=Lane(leg.lane),
        ahead=people_ahead(book.connection, book.hall, leg),
        taken_at=ticket.taken_at,
        new=False,
    )


def _next_place(book: Book, service: str) -> int:
    """The next place of today in a service that is not set aside for a terminal."""
    key = {"hall": book.hall, "day": book.day, "service": service}
    while True:
        place = book.connection.one(st.NUMBER_NEXT, **key)
        if place is None:
            place = 1
            book.connection.run(st.NUMBER_FIRST, **key, last=place, streak=0)
        if book.connection.one(ts.LEASED_PLACE, **key, place=place) is None:
            return place


def _enter_queue(book: Book, wish: Wish, number: str, lane: Lane) -> int:
    """Put the first leg into its queue; how many wait in front of it."""
    waiting = book.connection.all(st.TALLY, hall=book.hall, day=book.day, service=wish.service)
    booked_for = wish.booked_for if lane is Lane.BOOKED else None
    enter(book, first_leg(book, wish, number, book.day, booked_for), lane)
    return sum(count for other, count in waiting if other <= lane)


def _is_old(book: Book, wish: Wish) -> bool:
    limit = book.plan.calling.priority_age
    return limit > 0 and wish.born is not None and age_on(wish.born, book.day) >= limit
