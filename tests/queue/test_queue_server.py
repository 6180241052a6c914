"""The real server process: its feed over HTTP, its stop, and what a kill -9 leaves behind."""

import signal
import socket
import threading
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException

import pytest
from queue_house import DAY, DEADLINE_S, HALL, Desk, House, Server, serving

from jinghou_queue.api.auth import FORGET_AFTER_S, Bearers
from jinghou_queue.api.halls import while_known
from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk.access import Bearer, Role, find_bearer
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store.databases import connect, open_store

BODY = {"service": "tax", "channel": "kiosk"}
TAKE = f"/halls/{HALL}/tickets"


def test_a_reader_goes_on_where_it_was_after_a_restart(house: House) -> None:
    kiosk = house.token(Role.TERMINAL)
    seen: list[int] = []
    with serving(house) as server, server.feed(kiosk, "?after=0") as events:
        assert server.call("POST", TAKE, kiosk, BODY).status == 201
        seen += [next(events)[0] for _ in range(2)]
        assert server.stop() == 0
        seen += [number for number, _, _ in events]
    with serving(house) as server, server.feed(kiosk, "?after=0", last=seen[-1]) as events:
        assert server.call("POST", TAKE, kiosk, BODY).status == 201
        kinds = [next(events) for _ in range(5 - len(seen))]
    seen += [number for number, _, _ in kinds]
    assert seen == [1, 2, 3, 4, 5]
    assert kinds[-1][1:] == ("leg", {**kinds[-1][2], "kind": "leg", "seq": 5, "number": "B002", "state": "waiting"})


def test_the_server_stops_within_two_seconds_with_readers_connected(house: House) -> None:
    kiosk = house.token(Role.TERMINAL)
    with serving(house) as server, server.feed(kiosk) as one, server.feed(kiosk) as other:
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 2
        assert {kind for _, kind, _ in (*one, *other)} <= {"day"}  # which the server begins by itself


def test_who_is_being_served_at_midnight_is_not_told_that_the_day_is_over(house: House) -> None:
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys, at=unix_ms() - DAY)
        taken = desk.take("tax")
        desk.open("c1")
        desk.next("c1")
        desk.start("c1")
        desk.at += DAY
        desk.open("c3")  # the first press of today
    with serving(house) as server:
        page = server.outside(f"/t/{house.keys.holder_token(HALL, taken.id)}").text
    assert "1 号窗口正在为您办理" in page
    assert 'http-equiv="refresh"' in page


def test_headers_that_do_not_end_are_cut_off(house: House) -> None:
    with serving(house) as server, socket.create_connection(("127.0.0.1", server.port), DEADLINE_S) as stranger:
        stranger.sendall(b"GET /healthz HTTP/1.1\r\nX-Endless: ")
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            stranger.sendall(b"a" * 20_000_000)
        assert server.outside("/healthz", X_Long="a" * 30_000).status == 200


async def test_a_revoked_token_stops_working_after_a_few_seconds_and_the_store_is_not_asked_each_time(
    house: House,
) -> None:
    kiosk = house.token(Role.TERMINAL)
    seconds = 100.0
    store = open_store(house.url, lambda events: None)
    bearers = Bearers(lambda token: store.read(partial(find_bearer, token=token)), lambda: seconds)
    assert await bearers.find(kiosk) == Bearer("terminal", HALL, Role.TERMINAL)
    with connect(house.url) as connection:
        connection.run(rs.TOKEN_DROP, token_id="terminal")
    seconds += FORGET_AFTER_S - 0.1
    assert await bearers.find(kiosk) is not None
    seconds += 0.2
    assert await bearers.find(kiosk) is None
    store.close()


async def test_a_feed_ends_when_its_reader_is_known_no_more_and_the_store_is_not_asked_with_each_event() -> None:
    asked: list[bool] = []
    seconds, known = 100.0, True

    async def events() -> AsyncGenerator[bytes]:
        nonlocal seconds, known
        yield b"1"
        yield b"2"
        seconds += FORGET_AFTER_S
        yield b"3"
        known = False
        yield b"4"
        seconds += FORGET_AFTER_S
        yield b"5"
        yield b"6"

    async def is_known() -> bool:
        asked.append(known)
        return known

    assert [chunk async for chunk in while_known(events(), is_known, lambda: seconds)] == [b"1", b"2", b"3", b"4"]
    assert asked == [True, False]


class Crowd:
    """Kiosks taking numbers, each press with a key of its own, remembering what was acknowledged."""

    def __init__(self, server: Server, token: str, enough: int) -> None:
        self.server = server
        self.token = token
        self.acknowledged: dict[str, dict[str, str]] = {}
        self.enough = threading.Event()
        self._count = enough

    def press(self, kiosk: int) -> None:
        for turn in range(10_000):
            key = f"{kiosk}-{turn}"
            try:
                answer = self.server.call("POST", TAKE, self.token, BODY, key=key)
            except (OSError, HTTPException):
                return  # the server is gone
            assert answer.status == 201, answer.text
            self.acknowledged[key] = answer.json
            if len(self.acknowledged) >= self._count:
                self.enough.set()


@pytest.mark.parametrize("enough", [1, 120])
def test_a_killed_server_loses_no_acknowledged_number_and_repeats_none(house: House, enough: int) -> None:
    kiosk = house.token(Role.TERMINAL)
    with serving(house) as server, ThreadPoolExecutor(8) as pool:
        crowd = Crowd(server, kiosk, enough)
        working = [pool.submit(crowd.press, number) for number in range(8)]
        assert crowd.enough.wait(DEADLINE_S)
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
        for work in working:
            work.result(DEADLINE_S)
    acknowledged = crowd.acknowledged
    with serving(house) as server:
        for key, ticket in acknowledged.items():
            again = server.call("POST", TAKE, kiosk, BODY, key=key)
            assert (again.status, again.json["number"], again.json["id"]) == (201, ticket["number"], ticket["id"])
        own = server.call("GET", f"/t/{next(iter(acknowledged.values()))['token']}")
        assert own.json["leg"] == "waiting"
        later = [server.call("POST", TAKE, kiosk, BODY).json["number"] for _ in range(10)]
        view = server.call("GET", f"/halls/{HALL}", kiosk).json
    numbers = [ticket["number"] for ticket in acknowledged.values()] + later
    assert len(set(numbers)) == len(numbers)
    with connect(house.url) as connection:
        events = connection.all(rs.FEED_AFTER, hall=HALL, after=0, most=1_000_000)
    assert [event.seq for event in events] == list(range(1, view["seq"] + 1))
    waiting = {service["id"]: service["waiting"] for service in view["services"]}["tax"]
    assert waiting == sum(event.kind == "leg" for event in events)
    assert waiting >= len(numbers)


def test_a_served_hall_is_alive_and_ready(house: House) -> None:
    with serving(house) as server:
        assert server.outside("/livez").json == {"alive": True}
        assert server.outside("/healthz").status == 200


def test_what_is_measured_names_routes_and_never_addresses(house: House) -> None:
    token = house.token(Role.TERMINAL)
    with serving(house) as server:
        taken = server.call("POST", f"/halls/{HALL}/tickets", token, {"service": "tax", "channel": "kiosk"}).json
        assert server.outside(f"/t/{taken['token']}").status == 200
        answer = server.outside("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'jinghou_waiting{hall="yunxi",service="tax"} 1.0' in answer.text
    assert 'jinghou_counters{hall="yunxi",state="closed"} 6.0' in answer.text
    assert "jinghou_feed_readers 0.0" in answer.text
    assert 'path="/t/{token}"' in answer.text
    assert taken["token"] not in answer.text
