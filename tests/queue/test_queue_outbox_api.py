"""What kiosks that were alone tell over HTTP: item by item, bounded, and once each although the server is killed."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from itertools import islice
from typing import Any

from queue_house import (
    HALL,
    MINUTE,
    Answer,
    Client,
    House,
    resident_number,
    rows,
    serving,
)
from queue_machines import enrol_over_http, let_leases_be_old, tell_over_http
from queue_postgres import Postgres, free_port

from jinghou_queue.contract.offline import MOST_ITEMS
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.records import Checked, check_page
from jinghou_queue.store.databases import connect

HOUR = 60 * MINUTE
EACH_HOUR = 60  # visitors of a kiosk


def test_each_item_is_answered_on_its_own(house: House) -> None:
    technician = house.token(Role.TECHNICIAN)
    with serving(house) as server:
        me = enrol_over_http(server, technician)
        lease = server.call("POST", "/terminals/me/leases", me["token"], {"service": "tax", "count": 2}).json
        assert (lease["service"], lease["epoch"], me["epoch"]) == ("tax", "first", "first")
        first, second = lease["numbers"]
        person = {"identity": {"kind": "resident", "number": resident_number(1)}, "masked_name": "张*"}
        wrong = {"kind": "resident", "number": resident_number(1)[:-1]}
        take: dict[str, object] = {"kind": "take", "at": 0, "service": "tax"}
        items = [
            {"key": "1", **take, "ticket": first["ticket"], **person},
            {"key": "2", "kind": "printed", "at": 0, "ticket": first["ticket"], "outcome": "printed"},
            {"key": "3", **take, "ticket": "made-up"},
            {"key": "4", "kind": "dance", "at": 0},
            {"key": "5", **take, "ticket": second["ticket"], "identity": wrong},
            {"key": "1", **take, "ticket": first["ticket"], **person},
            {"key": "1", **take, "ticket": second["ticket"]},
            {"key": "6", **take, "ticket": second["ticket"]},
            {"key": "7", "kind": "return", "at": 0, "token": first["token"]},
            "nonsense",
        ]
        assert tell_over_http(server, me["token"], *items).status == 400  # the last is no object at all
        answer = tell_over_http(server, me["token"], *items[:-1])
        assert answer.status == 200, answer.text
        said = [
            (each["key"], each["status"], each["problem"] and each["problem"]["type"]) for each in answer.json["items"]
        ]
        problem = "urn:jinghou:problem:"
        assert said == [
            ("1", "done", None),
            ("2", "done", None),
            ("3", "refused", f"{problem}lease-unknown"),
            ("4", "refused", f"{problem}invalid-request"),
            ("5", "refused", f"{problem}invalid-request"),
            ("1", "again", None),
            ("1", "refused", f"{problem}key-reused"),
            ("6", "done", None),
            ("7", "done", None),
        ]
        assert answer.json["items"][1]["ticket"] == {"id": first["ticket"], "number": "B601", "state": "active"}
        own = server.call("GET", f"/t/{first['token']}").json
        assert (own["number"], own["leg"], own["ahead"]) == ("B601", "waiting", 0)
        assert first["url"].endswith(f"/t/{first['token']}")
        assert resident_number(1)[:-1] not in answer.text
    log = (house.folder / "server.log").read_text()
    assert first["token"] not in log
    assert resident_number(1)[:-1] not in log


def test_an_outbox_is_bounded_and_only_an_enrolled_terminals(sqlite_house: House) -> None:
    hand_made = sqlite_house.token(Role.TERMINAL)
    technician = sqlite_house.token(Role.TECHNICIAN)
    item = {"key": "k", "kind": "cancel", "at": 0, "ticket": "none"}
    with serving(sqlite_house) as server:
        me = enrol_over_http(server, technician)
        assert tell_over_http(server, me["token"]).status == 400
        assert tell_over_http(server, me["token"], *[item] * (MOST_ITEMS + 1)).status == 400
        assert tell_over_http(server, me["token"], *[{**item, "ticket": "x" * 2000}] * MOST_ITEMS).status == 413
        full = tell_over_http(server, me["token"], *[item] * MOST_ITEMS)
        assert [each["problem"]["status"] for each in full.json["items"]] == [404] * MOST_ITEMS
        (answer,) = tell_over_http(server, hand_made, item).json["items"]
        assert answer["problem"]["type"] == "urn:jinghou:problem:terminal-unknown"
        lease = server.call("POST", "/terminals/me/leases", hand_made, {"service": "tax", "count": 1})
        assert (lease.status, lease.problem) == (404, "terminal-unknown")


def test_a_database_that_is_away_stops_the_outbox_and_nothing_is_lost(
    postgres_house: House, postgres: Postgres
) -> None:
    technician = postgres_house.token(Role.TECHNICIAN)
    with serving(postgres_house) as server:
        me = enrol_over_http(server, technician)
        items = outbox_of(server, me["token"], 3)
        postgres.stop("immediate")
        try:
            away = tell_over_http(server, me["token"], *items)
        finally:
            postgres.start()
        assert (away.status, away.problem) == (503, "store-unavailable")
        back = tell_over_http(server, me["token"], *items)
        assert [each["status"] for each in back.json["items"]] == ["done"] * 6


def outbox_of(client: Client, token: str, visitors: int, since: int = 0) -> list[dict[str, Any]]:
    """Lease numbers, and tell that they were given one a minute, and printed."""
    lease = client.call("POST", "/terminals/me/leases", token, {"service": "tax", "count": visitors}).json
    items = []
    for minute, place in enumerate(lease["numbers"]):
        at, ticket = since + minute * MINUTE, place["ticket"]
        items.append({"key": f"take {ticket}", "kind": "take", "at": at, "ticket": ticket, "service": "tax"})
        items.append({"key": f"{ticket}", "kind": "printed", "at": at, "ticket": ticket, "outcome": "printed"})
    return items


def test_a_server_killed_in_the_middle_of_an_outbox_takes_each_item_once(house: House) -> None:
    technician, reader = house.token(Role.TECHNICIAN), house.token(Role.AUDITOR)
    port = free_port()
    client = Client(port)
    begin = partial(serving, house, "--port", str(port))
    with begin() as server:
        kiosks = [enrol_over_http(server, technician, f"kiosk {number}")["token"] for number in (1, 2)]
        now = tell_over_http(server, kiosks[0], {}).json["now"]
        outboxes = [outbox_of(server, kiosk, EACH_HOUR, now - HOUR) for kiosk in kiosks]
    with connect(house.url) as connection:
        let_leases_be_old(connection)

    def until_answered(kiosk: str, items: list[dict[str, Any]]) -> Answer:
        while True:
            with suppress(OSError, HTTPException):
                answer = tell_over_http(client, kiosk, *items)
                if answer.status == 200:
                    return answer

    with ThreadPoolExecutor() as pool:
        with begin() as server, server.feed(reader) as told:
            telling = [pool.submit(until_answered, *each) for each in zip(kiosks, outboxes, strict=True)]
            assert len(list(islice(told, 40))) == 40  # leaving `serving` kills
        with begin():
            answers = [each.result() for each in telling]
            again = [tell_over_http(client, *(kiosk, *items)) for kiosk, items in zip(kiosks, outboxes, strict=True)]
    statuses = [item["status"] for answer in answers for item in answer.json["items"]]
    assert set(statuses) == {"done", "again"}
    assert [item["status"] for answer in again for item in answer.json["items"]] == ["again"] * 240
    with connect(house.url) as connection:
        stored = rows(connection, "SELECT ticket.ticket, entered_at FROM leg JOIN ticket ON leg.ticket = ticket.ticket")
        meant = [(item["ticket"], item["at"]) for items in outboxes for item in items if item["kind"] == "take"]
        assert sorted(stored) == sorted(meant)
        assert rows(connection, "SELECT count(DISTINCT number) FROM ticket WHERE state = 'active'") == [(120,)]
        checked = Checked()
        while not checked.complete:
            checked = check_page(connection, HALL, checked)
