"""A real server pressed by a crowd: hypothesis draws who presses what at once, and after each time all is counted.

The long form runs under `make soak`.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import queue_invariants as hold
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from queue_house import HALL, Answer, House, Server, resident_number, serving
from queue_noon import move_to_noon

from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk.access import Role
from jinghou_queue.store.databases import connect

COUNTERS = ("c1", "c2", "c3", "c5")
BUTTONS = (
    "next",
    "next",
    "next",
    "start",
    "finish",
    "miss",
    "undo",
    "recall",
    "park",
    "resume",
    "open",
    "close",
    "pause",
)

presses = st.one_of(
    st.tuples(st.just("take"), st.sampled_from(["property", "tax", "company"]), st.integers(0, 5)),
    st.tuples(st.just("book"), st.sampled_from(["property", "tax"]), st.integers(0, 5)),
    st.tuples(st.just("arrive"), st.just(""), st.integers(0, 5)),
    st.tuples(st.just("counter"), st.sampled_from(BUTTONS), st.integers(0, len(COUNTERS) - 1)),
    st.tuples(st.just("counter"), st.sampled_from(["next", "start", "finish"]), st.integers(0, len(COUNTERS) - 1)),
    st.tuples(st.just("cancel"), st.just(""), st.integers(0, 50)),
    st.tuples(st.just("unbook"), st.just(""), st.integers(0, 50)),
)


@dataclass
class Crowd:
    """Many clients of one server; what they were told is kept to be compared."""

    server: Server
    house: House
    kiosk: str
    manager: str

    def __post_init__(self) -> None:
        self.tickets: list[str] = []
        self.bookings: list[str] = []
        self.called: list[tuple[str, int]] = []
        self.slots: dict[str, list[int]] = {}
        self._keys = count()

    def press(self, press: tuple[str, str, int]) -> Answer:
        """One press, sent twice at the same moment by a nervous finger: it has the effect of one."""
        path, body, token = self._request(*press)
        key = f"press-{next(self._keys)}"
        with ThreadPoolExecutor(2) as fingers:
            answers = list(fingers.map(lambda _: self.server.call("POST", path, token, body, key=key), range(2)))
        for answer in answers:
            assert answer.status < 500, answer.text
            if answer.status >= 400:
                assert answer.problem != "invalid-request", (press, answer.text)
        done = [answer for answer in answers if answer.status < 300]
        if len(done) == 2 and done[0].text:
            told = [answer.json for answer in done]
            assert [told[0].get(name) for name in ("id", "leg")] == [told[1].get(name) for name in ("id", "leg")]
        return done[0] if done else answers[0]

    def _request(self, what: str, which: str, whom: int) -> tuple[str, dict[str, Any] | None, str]:
        identity = {"kind": "resident", "number": resident_number(whom)}
        match what:
            case "take":
                known = which == "property" or whom < 3  # the others come without a document
                body: dict[str, Any] = {"service": which, "channel": "kiosk", "identity": identity if known else None}
                return f"/halls/{HALL}/tickets", body, self.kiosk
            case "book":
                starts_at = self.slots[which][whom % 3]
                body = {"service": which, "channel": "phone", "identity": identity, "starts_at": starts_at}
                return f"/halls/{HALL}/bookings", body, self.kiosk
            case "arrive":
                return f"/halls/{HALL}/check-ins", {"channel": "kiosk", "identity": identity}, self.kiosk
            case "counter":
                return f"/counters/{COUNTERS[whom]}/{which}", None, self.manager
            case "cancel":
                ticket = self.tickets[whom % len(self.tickets)] if self.tickets else "none"
                return f"/tickets/{ticket}/cancel", None, self.kiosk
            case _:
                booking = self.bookings[whom % len(self.bookings)] if self.bookings else "none"
                return f"/bookings/{booking}/cancel", None, self.kiosk

    def remember(self, press: tuple[str, str, int], answer: Answer) -> None:
        """Who was called must never be told twice for one call; tickets and bookings can be cancelled later."""
        if answer.status >= 300 or not answer.text:
            return
        told = json.loads(answer.text)
        match press:
            case ("take" | "arrive", _, _):
                self.tickets.append(told["id"])
            case ("book", _, _):
                self.bookings.append(told["id"])
            case ("counter", "next", _):
                self.called.append((told["leg"]["id"], told["leg"]["calls"]))
            case _:
                pass


class Storms(RuleBasedStateMachine):
    """Storms of presses that happen at once."""

    crowd: Crowd

    @initialize()
    def begin(self) -> None:
        """Counters are open and people wait."""
        for number in range(len(COUNTERS)):
            self.crowd.press(("counter", "open", number))
        for whom in (3, 4, 5):
            for service in ("tax", "company"):
                self.crowd.press(("take", service, whom))

    @rule(storm=st.lists(presses, min_size=2, max_size=10))
    def storm(self, storm: list[tuple[str, str, int]]) -> None:
        crowd = self.crowd
        with ThreadPoolExecutor(len(storm)) as pool:
            for press, answer in zip(storm, pool.map(crowd.press, storm), strict=True):
                crowd.remember(press, answer)
        assert len(set(crowd.called)) == len(crowd.called)
        with connect(crowd.house.url) as connection:
            hold.a_counter_has_at_most_one_person_and_a_person_one_counter(connection)
            hold.who_waits_is_counted_and_has_left_no_counter(connection)
            hold.a_ticket_has_one_open_leg_at_most_and_a_number_of_its_own(connection)
            hold.who_booked_has_a_number_only_after_arriving(connection)
            hold.no_slot_is_oversold(connection, unix_ms())
            hold.the_feed_has_no_gap(connection)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    with ExitStack() as databases:
        url = None
        if request.param == "postgres":
            url = databases.enter_context(request.getfixturevalue("postgres").database())
        house = House.build(tmp_path_factory.mktemp("crowd"), url)
        kiosk, manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
        with serving(house) as server:
            move_to_noon(server, manager)
            yield Crowd(server, house, kiosk, manager)


@pytest.mark.parametrize(
    ("walks", "steps"),
    [
        pytest.param(4, 8, id="short"),
        pytest.param(60, 30, id="long", marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
    ],
)
def test_a_crowd_that_presses_at_once_breaks_nothing(crowd: Crowd, walks: int, steps: int) -> None:
    for service in ("property", "tax"):
        answer = crowd.server.call("GET", f"/halls/{HALL}/slots?service={service}", crowd.kiosk)
        crowd.slots[service] = [slot["starts_at"] for slot in answer.json[2:5]]

    class Walk(Storms):
        pass

    Walk.crowd = crowd
    chosen = settings(max_examples=walks, stateful_step_count=steps, deadline=None, database=None, print_blob=False)
    run_state_machine_as_test(Walk, settings=chosen)
    assert crowd.called
