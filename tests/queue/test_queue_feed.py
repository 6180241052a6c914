"""The feed of a hall, in one event loop on a real database: resume, page, keep alive, reset, end."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial

import pytest
from queue_house import HALL, NINE, House

from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.desk import numbers, tickets
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refused
from jinghou_queue.feed import Feeds
from jinghou_queue.store import Published
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store.databases import connect, open_store


class Hall:
    """A hall whose feed is read; each visitor makes two events, the first also begins the day."""

    def __init__(self, house: House, keep_alive_s: float = 15) -> None:
        self.feeds = Feeds(keep_alive_s)
        self.store = open_store(house.url, self._committed)
        self._held: list[Published] | None = None
        self._made = 0

    def _committed(self, events: list[Published]) -> None:
        if self._held is None:
            self.feeds.committed(events)
        else:
            self._held += events

    def hold_news(self) -> None:
        """From now on what is committed is on disk and the feed has not heard of it yet."""
        self._held = []

    @property
    def held(self) -> list[Published]:
        """What the feed has not heard of."""
        assert self._held
        return self._held

    def tell_news(self) -> None:
        """Let the feed hear what was held back."""
        assert self._held
        self.feeds.committed(self._held)
        self._held = None

    async def visit(self, count: int = 1) -> None:
        for _ in range(count):
            self._made += 1
            wish = numbers.Wish(
                service="tax",
                channel=Channel.KIOSK,
                lane=Lane.WALK_IN,
                ticket=f"{id(self)}-{self._made}",
                token_hash=f"{id(self)}-{self._made}",
                identity_hash=None,
                masked_name=None,
            )
            await self.store.transact(partial(tickets.take_number, press=Press(HALL, "test", NINE), wish=wish))

    async def read(self, count: int, after: int | None = None) -> list[int]:
        """The numbers of the next `count` events."""
        seen: list[int] = []
        async with aclosing(await self.feeds.open(self.store, HALL, after)) as stream:
            async with asyncio.timeout(20):
                async for chunk in stream:
                    seen += ids(chunk)
                    if len(seen) >= count:
                        break
        return seen

    def close(self) -> None:
        self.feeds.close()
        self.store.close()


def ids(chunk: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"^id: (\d+)$", chunk, re.MULTILINE)]


@pytest.fixture
async def hall(house: House) -> AsyncIterator[Hall]:
    """A hall in this test's event loop."""
    hall = Hall(house)
    yield hall
    hall.close()


async def test_a_reader_gets_what_was_before_and_what_comes_after(hall: Hall) -> None:
    await hall.visit(2)
    reading = asyncio.ensure_future(hall.read(9, after=0))
    await hall.visit(2)
    assert await reading == list(range(1, 10))


async def test_a_reader_without_a_place_begins_now(hall: Hall) -> None:
    await hall.visit(2)
    stream = await hall.feeds.open(hall.store, HALL, None)
    assert ids(await anext(stream)) == []
    await hall.visit()
    assert ids(await anext(stream)) == [6, 7]


async def test_a_reader_who_comes_back_misses_nothing_and_sees_nothing_twice(hall: Hall) -> None:
    await hall.visit(3)
    first = await hall.read(3, after=0)
    await hall.visit(3)
    assert [*first, *await hall.read(13 - len(first), after=first[-1])] == list(range(1, 14))


async def test_events_from_before_a_restart_are_read_from_the_store(hall: Hall, house: House) -> None:
    await hall.visit(3)
    hall.close()
    again = Hall(house)
    await again.visit()
    assert await again.read(9, after=0) == list(range(1, 10))
    assert await again.read(2, after=7) == [8, 9]
    again.close()


async def test_a_reader_far_behind_pages_through_the_store_without_a_gap(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jinghou_queue.feed._RECENT", 8)
    monkeypatch.setattr("jinghou_queue.feed._PAGE", 3)
    await hall.read(0, after=None)  # the hall is known from here on, with a memory of eight
    await hall.visit(20)
    assert await hall.read(41, after=0) == list(range(1, 42))


async def test_a_reader_ahead_of_the_feed_is_told_to_begin_anew(hall: Hall) -> None:
    await hall.visit()
    stream = await hall.feeds.open(hall.store, HALL, 500)
    await anext(stream)
    assert await anext(stream) == b'id: 3\nevent: reset\ndata: {"kind":"reset","seq":3}\n\n'
    await hall.visit()
    assert ids(await anext(stream)) == [4, 5]


async def test_a_reader_who_is_ahead_only_of_our_own_news_waits_for_them(hall: Hall) -> None:
    await hall.visit()
    hall.hold_news()
    await hall.visit()
    reading = asyncio.ensure_future(hall.read(2, after=5))  # as a hall view read from the disk just now says
    await asyncio.sleep(0)
    hall.tell_news()
    await hall.visit()
    assert await reading == [6, 7]


async def test_a_reader_who_pages_past_our_own_news_sees_nothing_twice(hall: Hall, house: House) -> None:
    await hall.visit(2)
    again = Hall(house)  # what the first two did is in no memory here
    await again.read(0)
    again.hold_news()
    await again.visit()
    stream = await again.feeds.open(again.store, HALL, 0)
    await anext(stream)
    seen = ids(await anext(stream))
    following = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    again.tell_news()
    await again.visit()
    while len(seen) < 9:
        seen += ids(await following)
        following = asyncio.ensure_future(anext(stream))
    following.cancel()
    assert seen == list(range(1, 10))
    again.close()


async def test_what_another_process_wrote_is_not_missed(hall: Hall, house: House) -> None:
    await hall.visit()
    reading = asyncio.ensure_future(hall.read(4, after=3))
    await asyncio.sleep(0)
    other = Hall(house)
    await other.visit()
    other.close()
    await hall.visit()
    assert await reading == [4, 5, 6, 7]


async def test_all_readers_share_the_bytes_of_an_event(hall: Hall) -> None:
    await hall.visit()
    streams = [await hall.feeds.open(hall.store, HALL, 3) for _ in range(20)]
    for stream in streams:
        await anext(stream)
    waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await hall.visit()
    chunks = await asyncio.gather(*waiting)
    assert ids(chunks[0]) == [4, 5]
    assert set(chunks) == {chunks[0]}


async def test_a_quiet_feed_says_that_it_is_alive(house: House) -> None:
    hall = Hall(house, keep_alive_s=0.01)
    stream = await hall.feeds.open(hall.store, HALL, None)
    await anext(stream)
    assert (await anext(stream)).startswith(b":")
    hall.close()


async def test_every_reader_is_let_go_when_the_server_stops(hall: Hall) -> None:
    streams = [await hall.feeds.open(hall.store, HALL, None) for _ in range(5)]
    for stream in streams:
        await anext(stream)
    waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
    await asyncio.sleep(0)
    hall.feeds.close()
    async with asyncio.timeout(20):
        ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(end, StopAsyncIteration) for end in ends)


async def test_one_reader_who_leaves_does_not_take_the_others_along(hall: Hall) -> None:
    streams = [await hall.feeds.open(hall.store, HALL, None) for _ in range(2)]
    for stream in streams:
        await anext(stream)
    leaving, staying = (asyncio.ensure_future(anext(stream)) for stream in streams)
    await asyncio.sleep(0)
    leaving.cancel()
    await hall.visit()
    assert ids(await staying) == [1, 2, 3]


async def test_a_hall_that_does_not_exist_has_no_feed(hall: Hall) -> None:
    with pytest.raises(Refused):
        await hall.feeds.open(hall.store, "atlantis", 0)


async def test_a_hall_first_heard_of_by_a_commit_is_read_from_its_first_event(hall: Hall) -> None:
    await hall.visit(2)
    hall.feeds.committed([Published(HALL, 7, "leg", "{}")])
    stream = await hall.feeds.open(hall.store, HALL, 6)
    await anext(stream)
    assert ids(await anext(stream)) == [7]


async def test_a_reader_of_another_feed_is_told_to_begin_anew(hall: Hall) -> None:
    await hall.visit(2)
    stream = await hall.feeds.open(hall.store, HALL, 1, "before the restore")
    await anext(stream)
    assert b"event: reset" in await anext(stream)


async def test_an_event_that_is_told_late_or_twice_is_neither_missed_nor_repeated(hall: Hall) -> None:
    await hall.visit()
    stream = await hall.feeds.open(hall.store, HALL, 3)
    await anext(stream)
    hall.hold_news()
    await hall.visit(2)
    four, five, six, seven = hall.held
    hall.feeds.committed([six, seven])  # as if 4 and 5 were another process's
    hall.feeds.committed([four, five])
    hall.feeds.committed([seven])
    assert ids(await anext(stream)) == [4, 5, 6, 7]
    hall.tell_news()
    await hall.visit()
    assert ids(await anext(stream)) == [8, 9]


async def test_a_name_erased_on_disk_does_not_live_on_in_memory(hall: Hall, house: House) -> None:
    await hall.visit()
    await hall.feeds.forget_old()
    await hall.visit()
    with connect(house.url) as connection:
        connection.run(rs.FEED_REWRITE, hall=HALL, at_seq=2, to_body='{"erased":true}')
    await hall.feeds.forget_old()
    await hall.visit()
    assert await hall.read(7, after=0) == list(range(1, 8))
    stream = await hall.feeds.open(hall.store, HALL, 1)
    await anext(stream)
    assert b'id: 2\nevent: ticket\ndata: {"erased":true}\n' in await anext(stream)
    assert await hall.read(4, after=3) == [4, 5, 6, 7]


async def test_a_reader_behind_gets_a_page_at_a_time_from_memory_too(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jinghou_queue.feed._PAGE", 3)
    await hall.visit(3)
    stream = await hall.feeds.open(hall.store, HALL, 0)
    await anext(stream)
    assert [ids(await anext(stream)) for _ in range(3)] == [[1, 2, 3], [4, 5, 6], [7]]
