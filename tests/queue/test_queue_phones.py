"""Holders who follow their own number over a real server: called at once, told as the queue in front grows short."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from queue_house import DAY, DEADLINE_S, HALL, NINE, Desk, House, Server, rows, serving

from jinghou_queue.contract.messages import CallChannel, CallState, PrintOutcome
from jinghou_queue.desk import counters, tickets
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.desk.views import holder_views
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.phones import Phones
from jinghou_queue.store import Connection, Store
from jinghou_queue.store.databases import connect, open_store


@contextlib.contextmanager
def following(server: Server, token: str) -> Iterator[Iterator[Any]]:
    """The tickets that a holder's page is told of."""
    with contextlib.closing(server.connect()) as connection:
        connection.request("GET", f"/api/v1/t/{token}/events")
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        lines = map(partial(str, encoding="utf-8"), answer)
        yield (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


class Hall:
    """A served hall with counter 1 open for tax."""

    def __init__(self, server: Server, tokens: dict[Role, str]) -> None:
        self.server = server
        self._tokens = tokens
        self.press("open", {"services": ["tax"]})

    def take(self) -> Any:
        body = {"service": "tax", "channel": "kiosk"}
        return self.server.call("POST", f"/halls/{HALL}/tickets", self._tokens[Role.TERMINAL], body).json

    def press(self, button: str, body: object = None) -> Any:
        answer = self.server.call("POST", f"/counters/c1/{button}", self._tokens[Role.CLERK], body)
        assert answer.status == 200, answer.text
        return answer.json


@pytest.fixture
def hall(house: House) -> Iterator[Hall]:
    tokens = {role: house.token(role) for role in (Role.TERMINAL, Role.CLERK)}
    with serving(house) as server:
        yield Hall(server, tokens)


def test_a_holder_hears_of_the_own_call_and_of_nobody_elses(hall: Hall) -> None:
    mine, other = hall.take(), hall.take()
    with following(hall.server, mine["token"]) as told:
        assert next(told)["leg"] == "waiting"
        hall.press("next")
        called = next(told)
        assert (called["number"], called["leg"], called["counter"]) == (mine["number"], "called", "1")
        hall.press("start")
        hall.press("finish")
        hall.press("next")
        rest = [next(told)]
        while rest[-1]["leg"] != "done":  # a holder is told how it is now, so what passed by in between may be left out
            rest.append(next(told))
        assert other["number"] not in json.dumps([called, *rest])


def test_a_holder_sees_the_queue_in_front_grow_short(hall: Hall) -> None:
    hall.take()
    mine = hall.take()
    with following(hall.server, mine["token"]) as told:
        assert next(told)["ahead"] == 1
        hall.press("next")
        assert next(ticket for ticket in told if ticket["ahead"] == 0)["leg"] == "waiting"


def test_a_holder_says_that_the_call_was_seen(hall: Hall, house: House) -> None:
    mine = hall.take()
    seen = partial(hall.server.call, "POST", f"/t/{mine['token']}/seen")
    assert seen().problem == "not-now"
    hall.press("next")
    assert [seen().json["counter"] for _ in range(2)] == ["1", "1"]
    with connect(house.url) as connection:
        calls = rows(connection, "SELECT channel, state FROM delivery ORDER BY channel")
    assert calls == [(CallChannel.PHONE, CallState.SEEN), (CallChannel.SCREEN, CallState.SENT)]


def test_a_holder_gives_the_number_back_but_not_once_called(hall: Hall) -> None:
    first, second = hall.take(), hall.take()
    hall.press("next")
    assert hall.server.call("POST", f"/t/{first['token']}/cancel").problem == "not-now"
    assert hall.server.call("POST", f"/t/{second['token']}/cancel").json["state"] == "void"
    for path in ("events", "seen", "cancel"):
        method = "GET" if path == "events" else "POST"
        assert hall.server.call(method, f"/t/{HALL}.guessed/{path}").problem == "ticket-unknown"


def test_streams_of_holders_end_when_the_server_stops(hall: Hall) -> None:
    mine = hall.take()
    with following(hall.server, mine["token"]) as told:
        next(told)
        assert hall.server.stop() == 0
        assert list(told) == []


async def test_a_call_between_the_request_and_the_first_word_is_not_missed(house: House) -> None:
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys)
        mine = desk.take("tax")
    phones = Phones(Outlooks(), house.keys)
    store = open_store(house.url, phones.committed)
    stream = await phones.open(store, house.keys.holder_token(HALL, mine.id), lambda: NINE)
    for work in (partial(counters.open_counter, services=None), counters.call_next):
        await store.transact(partial(work, press=Press(HALL, "test", NINE), counter="c1"))
    told = [await anext(stream) for _ in range(2)]
    assert b'"leg":"called"' in told[1]
    phones.close()
    assert [chunk async for chunk in stream] == []
    store.close()


class SlowStore:
    """A store whose answers to holders can be held back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read_now, self.answer_now = asyncio.Event(), asyncio.Event()
        self.answer_now.set()

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        answer = await self._store.read(work)
        if isinstance(work, partial) and work.func is holder_views:
            self.read_now.set()
            await self.answer_now.wait()
        return answer

    async def transact(self, work: Callable[[Connection], Any], hall: str | None = None) -> Any:
        return await self._store.transact(work, hall)

    def close(self) -> None:
        self._store.close()


async def test_a_place_that_was_read_before_a_count_is_not_told_after_it(house: House) -> None:
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys)
        desk.open("c1", "tax")
        desk.take("tax")
        mine = desk.take("tax")
    phones = Phones(Outlooks(), house.keys)
    store = SlowStore(open_store(house.url, phones.committed))
    press = Press(HALL, "test", NINE)
    stream = await phones.open(store, house.keys.holder_token(HALL, mine.id), lambda: NINE)
    told = [await anext(stream) for _ in range(2)]
    assert b'"ahead":1' in told[1]
    store.read_now.clear()
    store.answer_now.clear()
    printed = partial(tickets.ticket_printed, press=press, ticket=mine.id, outcome=PrintOutcome.PRINTED)
    following = asyncio.ensure_future(anext(stream))
    await store.transact(printed)
    await store.read_now.wait()  # with one person ahead
    await store.transact(partial(counters.call_next, press=press, counter="c1"))
    await phones.count_places(store)
    store.answer_now.set()
    async with asyncio.timeout(DEADLINE_S):
        last = await following
    assert b'"state":"active"' in last
    assert b'"ahead":0' in last
    phones.close()
    store.close()


async def test_a_new_day_is_told_to_everybody_from_yesterday(house: House) -> None:
    with connect(house.url) as connection:
        mine = Desk(connection, house.keys).take("tax")
    phones = Phones(Outlooks(), house.keys)
    store = open_store(house.url, phones.committed)
    moments = iter((NINE, NINE + DAY))
    stream = await phones.open(store, house.keys.holder_token(HALL, mine.id), lambda: next(moments))
    assert b'"state":"reserved"' in [await anext(stream) for _ in range(2)][1]
    following = asyncio.ensure_future(anext(stream))
    await store.transact(partial(keep_hall, press=Press(HALL, "server", NINE + DAY)))
    await phones.count_places(store)
    async with asyncio.timeout(DEADLINE_S):
        assert b'"state":"closed"' in await following
    phones.close()
    store.close()
