"""Claims that race while the server is killed and started again: nobody is lost, doubled or called twice.

The long form runs under `make soak`.
"""

import http.client
import random
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count

import pytest
from queue_house import HALL, Answer, Client, House, rows, serving
from queue_postgres import free_port

from jinghou_queue.desk.access import Role
from jinghou_queue.store.databases import connect

COUNTERS = ("c1", "c3", "c5", "c6")
SERVICES = ("tax", "company", "enquiries")
TAKERS = 6


class Crowd:
    """Clients of a server that dies now and then; each repeats its press with the same key until it is answered."""

    def __init__(self, house: House, port: int) -> None:
        self.kiosk, self.manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
        self.client = Client(port)
        self.answered = 0
        self.changed = threading.Condition()
        self.everybody_has_a_number = False

    def press(self, path: str, token: str, body: object, key: str) -> Answer:
        while True:
            with suppress(OSError, http.client.HTTPException):
                answer = self.client.call("POST", path, token, body, key=key)
                if answer.status != 503:
                    with self.changed:
                        self.answered += 1
                        self.changed.notify_all()
                    return answer
            with self.changed:
                self.changed.wait(0.02)  # the server is away: ask again soon

    def take(self, taker: int, claims: int) -> list[str]:
        """Take so many numbers."""
        numbers = []
        for claim in range(claims):
            body = {"service": SERVICES[claim % 3], "channel": "kiosk"}
            answer = self.press(f"/halls/{HALL}/tickets", self.kiosk, body, f"take-{taker}-{claim}")
            assert answer.status == 201, answer.text
            numbers.append(answer.json["number"])
        return numbers

    def call(self, counter: str) -> list[str]:
        """Call and serve people until nobody comes any more."""
        called: list[str] = []
        for turn in count():
            answer = self.press(f"/counters/{counter}/next", self.manager, None, f"next-{counter}-{turn}")
            if answer.status == 204 and self.everybody_has_a_number:
                return called
            if answer.status == 200:
                called.append(answer.json["leg"]["number"])
                for button in ("start", "finish"):
                    key = f"{button}-{counter}-{turn}"
                    pressed = self.press(f"/counters/{counter}/{button}", self.manager, None, key)
                    assert pressed.status == 200, pressed.text
        raise AssertionError

    def wait_for(self, answers: int, *work: "Future[list[str]]") -> None:
        """Until so many more presses were answered, or the work is done."""
        with self.changed:
            until = self.answered + answers
            while self.answered < until and not all(each.done() for each in work):
                self.changed.wait(1)


@pytest.mark.parametrize(
    ("claims", "lives"),
    [
        pytest.param(480, 4, id="short"),
        pytest.param(25_000, 40, id="long: 100,000 presses", marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
    ],
)
def test_kills_and_restarts_lose_nobody_and_call_nobody_twice(house: House, claims: int, lives: int) -> None:
    chance = random.Random(claims)
    port = free_port()
    crowd = Crowd(house, port)
    begin = partial(serving, house, "--port", str(port))
    with ThreadPoolExecutor() as pool:
        with begin():
            for counter in COUNTERS:
                assert crowd.press(f"/counters/{counter}/open", crowd.manager, None, f"open-{counter}").status == 200
            taking = [pool.submit(crowd.take, taker, claims // TAKERS) for taker in range(TAKERS)]
            calling = [pool.submit(crowd.call, counter) for counter in COUNTERS]
            crowd.wait_for(claims // lives, *taking)
        for _ in range(lives - 1):  # leaving `serving` kills
            with begin():
                crowd.wait_for(chance.randint(1, 3 * claims // lives), *taking)
        with begin():
            numbers = [number for each in taking for number in each.result()]
            crowd.everybody_has_a_number = True
            called = [number for each in calling for number in each.result()]
    assert len(set(numbers)) == len(numbers) == claims // TAKERS * TAKERS
    assert sorted(called) == sorted(numbers)
    with connect(house.url) as connection:
        events, last = rows(connection, "SELECT count(*), max(feed.seq) FROM feed")[0]
        assert [(events,), (last,)] == [*rows(connection, "SELECT seq FROM hall")] * 2
        assert rows(connection, "SELECT count(*) FROM ticket WHERE state <> 'closed'") == [(0,)]
