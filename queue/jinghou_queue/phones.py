"""Holders who follow their own number: each gets the own ticket and nothing else, whenever something changes for it.

What happens to a number reaches its holder at once. The places of everybody behind a call are counted for all phones of
a service together, at most every two seconds: thousands may wait for one service. Lives in the event loop.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec

from jinghou_queue.contract.events import DayBegan, Event, LegChanged, TicketChanged
from jinghou_queue.contract.messages import LegState, OwnPhone, OwnTicket
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk.views import HolderView
from jinghou_queue.feed import KEEP_ALIVE, KEEP_ALIVE_S, OPENING
from jinghou_queue.keys import Keys
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.reading import Reading
from jinghou_queue.store import Connection, Published, Store, StoreUnavailable
from jinghou_queue.store import statements as st

COUNT_EVERY_S: Final = 2.0
_TOLD_AT_ONCE: Final = 10  # phones that only learn their place; then it is the turn of boards and of who is called
_EVENT: Final = msgspec.json.Decoder(Event)
_JSON: Final = msgspec.json.Encoder()


@dataclass(eq=False)
class _Phone:
    """One open stream. `stale`: the ticket must be read; else `ticket` is what the holder should see."""

    ticket: OwnTicket
    stale: bool
    news: asyncio.Event = field(default_factory=asyncio.Event)

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
        self._reading = Reading()
        self._of: defaultdict[tuple[str, str], set[_Phone]] = defaultdict(set)  # by hall and number
        self._heard: dict[str, int] = {}  # the last event of each hall that we were told of
        self._moved: set[tuple[str, str, str]] = set()  # hall, day and service of queues that changed
        self._counted: dict[tuple[str, str], int] = {}  # the last event that a count knew, by hall and service
        self._begun: set[str] = set()  # halls whose day began
        self._closed = False

    def committed(self, events: list[Published]) -> None:
        """Take in what a commit put on disk."""
        self._heard.update({event.hall: event.seq for event in events})
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
                    self._begun.add(each.hall)
                case _:
                    pass

    def _tell(self, hall: str, number: str) -> None:
        for phone in self._of.get((hall, number), ()):
            phone.tell()

    async def open(self, store: Store, token: str, now: Callable[[], int]) -> AsyncIterator[bytes]:
        """The stream of a token's holder; `now` gives Unix times in milliseconds.

        Raises Refused TICKET_UNKNOWN before it begins.
        """
        return self._stream(store, token, now, await self._reading.view(store, token, now))

    async def _stream(
        self, store: Store, token: str, now: Callable[[], int], first: HolderView
    ) -> AsyncGenerator[bytes]:
        hall, number = first.ticket.hall, first.ticket.number
        phones = self._of[hall, number]
        phone = _Phone(self.told(first), stale=first.seq < self._heard.get(hall, 0))
        phones.add(phone)
        try:
            yield OPENING
            told: OwnTicket | None = None
            while not self._closed:
                phone.news.clear()
                while phone.stale:
                    phone.stale = False
                    view = await self._reading.view(store, token, now, soon=True)
                    phone.ticket = self.told(view)
                    if view.seq < self._counted.get((hall, view.ticket.service), 0):
                        phone.stale = True  # the places were counted meanwhile: this one may be older
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
            phones.discard(phone)
            if not phones:
                del self._of[hall, number]

    def told(self, view: HolderView) -> OwnTicket:
        """What a holder is told: the ticket with its estimate, and the phone that is bound to it, masked."""
        ticket = self._outlooks.told(view.ticket)
        if view.phone_sealed is None:
            return ticket
        phone = self._keys.open(Phone, view.phone_sealed, ticket.hall, view.id)
        return msgspec.structs.replace(ticket, phone=OwnPhone(masked=phone.masked, relative=phone.relative))

    async def count_places(self, store: Store) -> None:
        """Tell every holder in a queue that changed how many are ahead now. Raises StoreUnavailable."""
        while self._begun:
            await self._tell_all((phone, None) for phone in self._following(self._begun.pop()))
        moved, self._moved = self._moved, set()
        while moved:
            hall, day, service = queue = moved.pop()
            if not any(_waits(phone.ticket, service) for phone in self._following(hall)):
                continue
            try:
                seq, numbers = await store.read(partial(_in_order, hall=hall, day=day, service=service))
            except StoreUnavailable:
                self._moved |= {queue, *moved}
                raise
            self._counted[hall, service] = seq
            places = {number: place for place, number in enumerate(numbers)}
            await self._tell_all(self._moved_up(hall, service, places))

    def _following(self, hall: str) -> list[_Phone]:
        return [phone for (of_hall, _), phones in self._of.items() if of_hall == hall for phone in phones]

    def _moved_up(
        self, hall: str, service: str, places: Mapping[str, int]
    ) -> Iterator[tuple[_Phone, OwnTicket | None]]:
        """Who waits for the service with another place or estimate than was told; each is looked at when asked for."""
        for phone in self._following(hall):
            ticket = phone.ticket
            place = places.get(ticket.number)
            if place is None or phone.stale or not _waits(ticket, service):
                continue
            now = self._outlooks.told(msgspec.structs.replace(ticket, ahead=place))
            if now != ticket:
                yield phone, now

    async def _tell_all(self, news: Iterable[tuple[_Phone, OwnTicket | None]]) -> None:
        """Tell many phones, a few at a time: between them go events for boards and calls."""
        for count, (phone, ticket) in enumerate(news, start=1):
            phone.tell(ticket)
            if count % _TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    def close(self) -> None:
        """End every stream now."""
        self._closed = True
        for phones in self._of.values():
            for phone in phones:
                phone.news.set()


def _waits(ticket: OwnTicket, service: str) -> bool:
    return ticket.service == service and ticket.leg is LegState.WAITING


def _in_order(connection: Connection, hall: str, day: str, service: str) -> tuple[int, list[str]]:
    """The numbers waiting in a queue, first to last, and the event of the hall as of which they do."""
    row = connection.one(st.HALL, hall=hall)
    assert row is not None
    return row.seq, connection.all(st.NUMBERS_WAITING, hall=hall, day=day, service=service)
