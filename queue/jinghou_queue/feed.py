"""The feed of each hall for its readers: in order, without gaps or doubles, each event encoded once for all.

A reader is no more than the number of the last event it got. Recent events are in memory; who is further behind reads
from the store. A commit is on disk a moment before we hear of it, so a reader can know an event that memory does not.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.store import Connection, Published, Store
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st
from jinghou_queue.store.record_statements import FeedRow

KEEP_ALIVE_S: Final = 15.0
FORGET_EVERY_S: Final = 3600.0
_RECENT: Final = 4096  # events a hall keeps in memory: about a minute of the busiest hall we know
_PAGE: Final = 500  # events a reader who is behind gets at a time: one who does not read holds no more
OPENING: Final = b"retry: 1000\n\n"  # headers and first bytes leave at once; reconnect after a second
KEEP_ALIVE: Final = b": still here\n\n"


def encode_event(row: FeedRow) -> bytes:
    """One event on the wire. A body is JSON of ours, so it holds no line break."""
    return f"id: {row.seq}\nevent: {row.kind}\ndata: {row.body}\n\n".encode()


def encode_reset(seq: int) -> bytes:
    """Tells a reader who is ahead of the feed to fetch the hall anew; the feed goes on after `seq`."""
    return f'id: {seq}\nevent: reset\ndata: {{"kind":"reset","seq":{seq}}}\n\n'.encode()


@dataclass
class _HallFeed:
    """The recent events of one hall, encoded; the last of them has number `last`."""

    last: int
    recent: deque[bytes] = field(default_factory=lambda: deque(maxlen=_RECENT))
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _old: int = 0  # the last event when `forget` was last called
    _joined: tuple[int, int, bytes] = (-1, -1, b"")  # what was asked for last: after which, up to which, the bytes

    def add(self, event: Published) -> None:
        """Remember the latest event; one that was read from the disk before it was told is known already.

        One that does not follow the last came after others that nobody told: forget those, readers have the disk.
        """
        if event.seq <= self.last:
            return
        if event.seq != self.last + 1:
            self.recent.clear()
        self.recent.append(encode_event(FeedRow(event.seq, event.kind, event.body)))
        self.last = event.seq

    def wake(self) -> None:
        """Wake who waits now; who comes later waits for the next news."""
        self.news.set()
        self.news = asyncio.Event()

    def since(self, after: int) -> tuple[int, bytes] | None:
        """A page of events after number `after`, which is before the last, and the number of its last.

        None when memory does not reach back so far. All readers who ask for the same get the same bytes.
        """
        missing = self.last - after
        if missing > len(self.recent):
            return None
        upto = min(self.last, after + _PAGE)
        if self._joined[:2] != (after, upto):
            start = len(self.recent) - missing
            chunk = b"".join(self.recent[place] for place in range(start, start + upto - after))
            self._joined = after, upto, chunk
        return self._joined[1:]

    def forget(self) -> None:
        """Let go of all that was here the last time already."""
        while self.recent and self.last - len(self.recent) < self._old:
            self.recent.popleft()
        self._old = self.last
        self._joined = (-1, -1, b"")


class Feeds:
    """All halls of one server process. Lives in the event loop."""

    def __init__(self, keep_alive_s: float = KEEP_ALIVE_S) -> None:
        self._keep_alive_s = keep_alive_s
        self._halls: dict[str, _HallFeed] = {}
        self._closed = False
        self.readers = 0
        """Streams that are open now."""

    def committed(self, events: list[Published]) -> None:
        """Take in what a commit put on disk, in the order of the feed."""
        touched = {}
        for event in events:
            hall = self._halls.get(event.hall)
            if hall is None:
                hall = self._halls[event.hall] = _HallFeed(event.seq - 1)
            hall.add(event)
            touched[event.hall] = hall
        for hall in touched.values():
            hall.wake()

    async def open(self, store: Store, hall: str, after: int | None, epoch: str | None = None) -> AsyncGenerator[bytes]:
        """A reader's stream after event `after` of the feed `epoch`, or from now on.

        Raises Refused HALL_UNKNOWN before it begins.
        """
        row = await _on_disk(store, hall)
        self._halls.setdefault(hall, _HallFeed(row.seq))  # a commit meanwhile knows better
        return self._stream(store, hall, after, other=epoch is not None and epoch != row.epoch)

    async def _stream(self, store: Store, name: str, after: int | None, *, other: bool) -> AsyncGenerator[bytes]:
        """`other` readers know another feed than this: the database was restored from a copy."""
        self.readers += 1
        try:
            async with aclosing(self._chunks(store, name, after, other=other)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self.readers -= 1

    async def _chunks(self, store: Store, name: str, after: int | None, *, other: bool) -> AsyncGenerator[bytes]:
        hall = self._halls[name]
        last = hall.last if after is None else after
        yield OPENING
        if other or last > hall.last:
            on_disk = (await _on_disk(store, name)).seq
            if other or last > on_disk:
                last = on_disk
                yield encode_reset(last)
        while not self._closed:
            if last >= hall.last:
                news = hall.news
                try:
                    async with asyncio.timeout(self._keep_alive_s):
                        await news.wait()
                except TimeoutError:
                    yield KEEP_ALIVE
                continue
            last, chunk = hall.since(last) or await _page(store, name, last)
            yield chunk

    async def forget_old(self) -> None:
        """Forget what was known when this was last called: names are erased on disk, and memory must not keep them."""
        for hall in self._halls.values():
            hall.forget()

    def close(self) -> None:
        """End every stream now."""
        self._closed = True
        for hall in self._halls.values():
            hall.wake()


async def _on_disk(store: Store, hall: str) -> st.HallRow:
    row = await store.read(lambda connection: connection.one(st.HALL, hall=hall))
    if row is None:
        raise Refused(Refusal.HALL_UNKNOWN, f"there is no hall {hall}")
    return row


async def _page(store: Store, hall: str, after: int) -> tuple[int, bytes]:
    def events(connection: Connection) -> list[FeedRow]:
        return connection.all(rs.FEED_AFTER, hall=hall, after=after, most=_PAGE)

    rows = await store.read(events)
    return rows[-1].seq, b"".join(map(encode_event, rows))
