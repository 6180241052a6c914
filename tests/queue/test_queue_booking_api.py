"""Bookings and check-in over HTTP, through a real server process."""

import asyncio
import contextlib
import json
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from queue_house import HALL, MINUTE, House, Server, resident_number, serving
from queue_noon import move_to_noon

from jinghou_queue.desk.access import Role

CLIENTS = 200
BOOKINGS, CHECK_INS = f"/halls/{HALL}/bookings", f"/halls/{HALL}/check-ins"


@dataclass
class Hall:
    """A served hall that is open around the clock, so that there is a slot about to begin whenever the test runs."""

    server: Server
    kiosk: str
    manager: str
    zone: ZoneInfo

    def slots(self, service: str = "tax") -> list[int]:
        answer = self.server.call("GET", f"/halls/{HALL}/slots?service={service}", self.kiosk)
        assert answer.status == 200, answer.text
        return [slot["starts_at"] for slot in answer.json]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with contextlib.ExitStack() as databases:
        url = None
        if request.param == "postgres":
            url = databases.enter_context(request.getfixturevalue("postgres").database())
        house = House.build(tmp_path_factory.mktemp("bookings"), url)
        kiosk, manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
        with serving(house) as server:
            yield Hall(server, kiosk, manager, move_to_noon(server, manager))


people = count(100)


def request(hall: Hall, starts_at: int, person: int, service: str = "tax") -> dict[str, object]:
    return {
        "service": service,
        "starts_at": starts_at,
        "channel": "phone",
        "identity": {"kind": "resident", "number": resident_number(person)},
        "masked_name": "李*",
    }


def test_from_a_free_place_to_a_pinned_number(hall: Hall) -> None:
    person = next(people)
    starts_at = hall.slots()[0]
    booked = hall.server.call("POST", BOOKINGS, hall.kiosk, request(hall, starts_at, person))
    assert booked.status == 201, booked.text
    assert (booked.json["state"], booked.json["in_time_until"]) == ("confirmed", starts_at + 15 * MINUTE)
    assert (len(booked.json["code"]), booked.json["code"].isdecimal()) == (10, True)
    assert booked.json["url"].endswith(f"/b/{booked.json['token']}")
    spaced = f"{booked.json['code'][:5]} {booked.json['code'][5:]}"
    new, by_url = (
        hall.server.call("POST", CHECK_INS, hall.kiosk, {"channel": "kiosk", "code": code})
        for code in (spaced, booked.json["url"])
    )
    assert (new.status, new.json["lane"], new.json["booked_for"]) == (201, 1, starts_at)
    assert (by_url.status, by_url.json["id"]) == (200, new.json["id"])
    own = hall.server.call("GET", f"/b/{booked.json['token']}").json
    assert (own["state"], own["ticket_url"]) == ("checked_in", new.json["url"])
    assert hall.server.call("GET", f"/t/{new.json['token']}").json["leg"] == "waiting"


def test_a_holder_moves_and_cancels_the_own_booking(hall: Hall) -> None:
    first, second = hall.slots("property")[5:7]
    booked = hall.server.call("POST", BOOKINGS, hall.kiosk, request(hall, first, next(people), "property"))
    token, code = booked.json["token"], booked.json["code"]
    moved = hall.server.call("POST", f"/b/{token}/reschedule", None, {"starts_at": second})
    assert (moved.status, moved.json["starts_at"], moved.json["code"]) == (200, second, code)
    assert hall.server.call("POST", f"/b/{token}/cancel").json["state"] == "cancelled"
    again = hall.server.call("POST", f"/b/{token}/confirm")
    assert (again.status, again.problem) == (409, "not-now")
    shown = hall.server.call("POST", CHECK_INS, hall.kiosk, {"channel": "kiosk", "code": code})
    assert (shown.status, shown.problem) == (409, "not-now")


def test_the_bookings_page_says_when_to_come_and_leads_on_to_the_number(hall: Hall) -> None:
    starts_at = hall.slots("property")[7]
    body = request(hall, starts_at, next(people), "property")
    held = hall.server.call("POST", BOOKINGS, hall.kiosk, body | {"hold": True}).json
    page = hall.server.outside(f"/b/{held['token']}")
    assert (page.status, "名额保留到" in page.text, "<svg" in page.text) == (200, True, False)
    hall.server.call("POST", f"/b/{held['token']}/confirm")
    page = hall.server.outside(f"/b/{held['token']}", Accept_Language="en")
    time = datetime.fromtimestamp(starts_at / 1000, hall.zone)
    assert f"{time:%H:%M}" in page.text
    assert "Check in" in page.text
    assert page.text.count("<svg") == 1
    assert len(page.text.encode()) < 16384
    assert page.headers["cache-control"] == "no-store"
    checked_in = hall.server.call("POST", CHECK_INS, hall.kiosk, {"channel": "kiosk", "code": held["code"]}).json
    page = hall.server.outside(f"/b/{held['token']}")
    assert "已报到" in page.text
    assert f'href="{checked_in["url"]}"' in page.text
    assert hall.server.outside(f"/b/{HALL}.guessed").status == 404


def test_a_held_place_is_confirmed_by_whoever_arranged_it(hall: Hall) -> None:
    body = request(hall, hall.slots("property")[8], next(people), "property") | {"hold": True}
    held = hall.server.call("POST", BOOKINGS, hall.kiosk, body).json
    assert held["held_until"] is not None
    confirmed = hall.server.call("POST", f"/bookings/{held['id']}/confirm", hall.kiosk)
    assert (confirmed.status, confirmed.json["state"], confirmed.json["held_until"]) == (200, "confirmed", None)


def test_staff_list_a_day_without_anything_that_leads_to_a_person(hall: Hall) -> None:
    starts_at, person = hall.slots("property")[9], next(people)
    hall.server.call("POST", BOOKINGS, hall.kiosk, request(hall, starts_at, person, "property"))
    day = datetime.fromtimestamp(starts_at / 1000, hall.zone).date()
    answer = hall.server.call("GET", f"{BOOKINGS}?date={day}", hall.manager)
    line = next(line for line in answer.json if line["starts_at"] == starts_at)
    assert (line["masked_name"], line["state"]) == ("李*", "confirmed")
    assert resident_number(person) not in answer.text
    empty = hall.server.call("GET", f"{BOOKINGS}?date={day + timedelta(400)}", hall.manager)
    assert (empty.status, empty.json) == (200, [])


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"channel": "kiosk"}, 400, "invalid-request"),
        (
            {"channel": "kiosk", "code": "12", "identity": {"kind": "passport", "number": "E12345"}},
            400,
            "invalid-request",
        ),
        ({"channel": "kiosk", "code": "0000000000"}, 404, "booking-unknown"),
        ({"channel": "kiosk", "code": "一二三"}, 404, "booking-unknown"),
        ({"channel": "kiosk", "code": f"https://example.org/b/{HALL}.guessed"}, 404, "booking-unknown"),
        ({"channel": "kiosk", "identity": {"kind": "passport", "number": "E12345"}}, 404, "booking-unknown"),
    ],
)
def test_what_was_shown_and_leads_nowhere_is_told(
    hall: Hall, body: dict[str, object], status: int, problem: str
) -> None:
    answer = hall.server.call("POST", CHECK_INS, hall.kiosk, body)
    assert (answer.status, answer.problem) == (status, problem)


@pytest.mark.parametrize("starts_at", [-1, 10**15, "soon", 0, 4_102_444_800_000])
def test_a_start_that_is_none_is_refused(hall: Hall, starts_at: object) -> None:
    body = request(hall, 0, next(people)) | {"starts_at": starts_at}
    answer = hall.server.call("POST", BOOKINGS, hall.kiosk, body)
    assert answer.problem in ("invalid-request", "slot-unknown")


def test_200_clients_on_the_last_place_book_it_once(hall: Hall) -> None:
    starts_at = hall.slots()[-1]
    bodies = [request(hall, starts_at, next(people)) for _ in range(CLIENTS)]

    async def all_at_once() -> Tally[tuple[int, str]]:
        ready = asyncio.Barrier(CLIENTS)
        return Tally(await asyncio.gather(*(post(hall, BOOKINGS, body, ready) for body in bodies)))

    assert asyncio.run(all_at_once()) == {(201, ""): 1, (409, "slot-full"): CLIENTS - 1}


def test_200_scans_of_one_code_give_one_number(hall: Hall) -> None:
    booked = hall.server.call("POST", BOOKINGS, hall.kiosk, request(hall, hall.slots()[1], next(people)))
    body = {"channel": "kiosk", "code": booked.json["code"]}

    async def all_at_once() -> Tally[tuple[int, str]]:
        ready = asyncio.Barrier(CLIENTS)
        return Tally(await asyncio.gather(*(post(hall, CHECK_INS, body, ready) for _ in range(CLIENTS))))

    assert asyncio.run(all_at_once()) == {(201, ""): 1, (200, ""): CLIENTS - 1}


async def post(hall: Hall, path: str, body: object, ready: asyncio.Barrier) -> tuple[int, str]:
    """Connect, wait for all the others, then ask: status, and the problem if it is one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.server.port)
    text = json.dumps(body).encode()
    head = (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer {hall.kiosk}\r\n"
        f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    await ready.wait()
    writer.write(head.encode() + text)
    answer = await reader.read()
    writer.close()
    top, _, told = answer.partition(b"\r\n\r\n")
    problem = json.loads(told).get("type", "").removeprefix("urn:jinghou:problem:")
    return int(top.split()[1]), problem
