"""Holders who follow their own number: each gets the own ticket and nothing else, whenever something changes for it.

What happens to a number reaches its holder at once. The places of everybody behind a call are counted for all phones of
a service together, at most every two seconds: thousands may wait for one service. Lives in the event loop.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec

from jinghou_queue.contract.events import DayBegan, Event, LegChanged, TicketChanged
from jinghou_queue.contract.messages import LegState, OwnPhone, OwnTicket
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk.views import HolderView, holder_view, ticket_of_holder
from jinghou_queue.feed import KEEP_ALIVE, KEEP_ALIVE_S, OPENING
from jinghou_queue.keys import Keys, hall_of_token
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.store import Connection, Published, Store
from jinghou_queue.store import statements as st

COUNT_EVERY_S: Final = 2.0
_EVENT: Final = msgspec.json.Decoder(Event)
_JSON: Final = msgspec.json.Encoder()


@dataclass(eq=False)
class _Phone:
    """One open stream. `stale`: the ticket must be read; else `ticket` is what the holder should see."""

    ticket: OwnTicket | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    stale: bool = True

    def tell(self, ticket: OwnTicket | None = None) -> None:
        """Wake the stream, with the ticket as it is now or to read it."""
        if ticket is None:
            self.stale = True
        else:
            self.ticket = ticket
        self.news.set()


class Phones:
    """All holders that follow their number through this process."""

    def __init__(self, outlooks: Outlooks, keys: Keys, keep_alive_s: float = KEEP_ALIVE_S) -> None:
        self._outlooks = outlooks
        self._keys = keys
        self._keep_alive_s = keep_alive_s
        self._of: defaultdict[tuple[str, str], set[_Phone]] = defaultdict(set)  # by hall and number
        self._moved: set[tuple[str, str, str]] = set()  # hall, day and service of queues that changed
        self._closed = False

    def committed(self, events: list[Published]) -> None:
        """Take in what a commit put on disk."""
        if not self._of:
            return  # who comes later reads the ticket as it is then
        for each in events:
            match _EVENT.decode(each.body):
                case LegChanged() as event:
                    self._moved.add((each.hall, event.day, event.service))
                    self._tell(each.hall, event.number)
                case TicketChanged(number=number):
                    self._tell(each.hall, number)
                case DayBegan():
                    for hall, number in self._of:
                        if hall == each.hall:
                            self._tell(hall, number)
                case _:
                    pass

    def _tell(self, hall: str, number: str) -> None:
        for phone in self._of.get((hall, number), ()):
            phone.tell()

    async def open(self, store: Store, token: str, now: Callable[[], int]) -> AsyncIterator[bytes]:
        """The stream of a token's holder; `now` gives Unix times in milliseconds.

        Raises Refused TICKET_UNKNOWN before it begins.
        """
        row = await store.read(partial(ticket_of_holder, token=token))
        return self._stream(store, token, now, (hall_of_token(token), row.number))

    async def _stream(
        self, store: Store, token: str, now: Callable[[], int], key: tuple[str, str]
    ) -> AsyncGenerator[bytes]:
        phone = _Phone()
        self._of[key].add(phone)  # before the ticket is read: what happens meanwhile is not missed
        try:
            yield OPENING
            told: OwnTicket | None = None
            while not self._closed:
                phone.news.clear()
                if phone.stale:
                    phone.stale = False
                    view = await store.read(partial(holder_view, token=token, at=now()))
                    phone.ticket = self.told(view)
                if phone.ticket != told:
                    told = phone.ticket
                    yield b"event: ticket\ndata: " + _JSON.encode(told) + b"\n\n"
                    continue
                try:
                    async with asyncio.timeout(self._keep_alive_s):
                        await phone.news.wait()
                except TimeoutError:
                    yield KEEP_ALIVE
        finally:
            self._of[key].discard(phone)
            if not self._of[key]:
                del self._of[key]

    def told(self, view: HolderView) -> OwnTicket:
        """What a holder is told: the ticket with its estimate, and the phone that is bound to it, masked."""
        ticket = self._outlooks.told(view.ticket)
        if view.phone_sealed is None:
            return ticket
        phone = self._keys.open(Phone, view.phone_sealed, ticket.hall, view.id)
        return msgspec.structs.replace(ticket, phone=OwnPhone(masked=phone.masked, relative=phone.relative))

    async def count_places(self, store: Store) -> None:
        """Tell every holder in a queue that changed how many are ahead now. Raises StoreUnavailable."""
        moved, self._moved = self._moved, set()
        for hall, day, service in moved:
            waiting = [
                (phone, phone.ticket)
                for (of_hall, _), phones in self._of.items()
                if of_hall == hall
                for phone in phones
                if phone.ticket is not None and not phone.stale
                if phone.ticket.service == service and phone.ticket.leg is LegState.WAITING
            ]
            if not waiting:
                continue
            numbers = await store.read(partial(_in_order, hall=hall, day=day, service=service))
            places = {number: place for place, number in enumerate(numbers)}
            for phone, ticket in waiting:
                place = places.get(ticket.number)
                if place is not None and not phone.stale:
                    phone.tell(self._outlooks.told(msgspec.structs.replace(ticket, ahead=place)))

    def close(self) -> None:
        """End every stream now."""
        self._closed = True
        for phones in self._of.values():
            for phone in phones:
                phone.news.set()


def _in_order(connection: Connection, hall: str, day: str, service: str) -> list[str]:
    return connection.all(st.NUMBERS_WAITING, hall=hall, day=day, service=service)
