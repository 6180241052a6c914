"""Box and server, both real: an hour alone, power cuts, several kiosks, lost answers; each number arrives once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from queue_house import HALL, MINUTE, Client, House, change, resident, rows, serving
from queue_machines import enrol_over_http, let_leases_be_old
from queue_noon import move_to_noon
from queue_postgres import free_port

from jinghou_config.terminal import ServerLink
from jinghou_devices.kinds.common import DeviceStatus, Link
from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.entries import LostPress
from jinghou_kiosk.box.sync import CARE_S, Sync
from jinghou_kiosk.events import Event, HallRemembered, NumbersAtHand
from jinghou_kiosk.server import ServerClient
from jinghou_queue.api.office import unix_ms
from jinghou_queue.contract.messages import Channel, PrintOutcome, TakeNumber
from jinghou_queue.contract.offline import NumberCancelled, NumberGiven, NumberPrinted
from jinghou_queue.contract.terminals import Activity
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.records import Checked, check_page
from jinghou_queue.store.databases import connect

HOUR = 60 * MINUTE
WITH_LEG = "JOIN leg ON leg.hall = ticket.hall AND leg.ticket = ticket.ticket"
SERVICES = frozenset({"property", "tax", "social-security", "company", "residence", "enquiries"})


class Kiosk:
    """An enrolled kiosk without a glass: its box, and what keeps it even with the server."""

    def __init__(self, client: Client, token: str, file: Path) -> None:
        self.file, self.token = file, token
        self.at = unix_ms()
        self.seconds = 0.0
        self.server = ServerClient(
            ServerLink(url=client.origin, hall=HALL, token=SecretStr(token), timeout_s=10),
        )
        self.events: list[Event] = []
        self.begin()

    def begin(self) -> None:
        """The program starts."""
        self.box = Box(self.file, self.token, now=lambda: self.at)
        self.sync = Sync(
            self.box,
            self.server,
            self.events.append,
            now=lambda: self.at,
            monotonic=lambda: self.seconds,
            version="0.1.0",
        )

    def sees_server(self) -> None:
        """The watch has the hall; one round."""
        self.seconds += CARE_S
        self.sync.hall_seen(self.server.hall())
        self.sync.round()

    def gives(self, key: str, **other: Any) -> str:
        """The number that somebody gets while the kiosk is alone."""
        given = self.box.give(NumberGiven(key=key, at=self.at, ticket="", **{"service": "tax", **other}))
        assert given is not None
        return given.number.number

    @property
    def at_hand(self) -> frozenset[str]:
        return [event.services for event in self.events if isinstance(event, NumbersAtHand)][-1]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House.build(tmp_path)


@pytest.fixture
def client() -> Client:
    return Client(free_port())


@pytest.fixture
def begin(house: House, client: Client) -> Callable[[], Any]:
    """Starts the server; leaving the block kills it."""
    with serving(house, "--port", str(client.port)) as server:
        move_to_noon(server, house.token(Role.MANAGER))
        house.token(Role.TECHNICIAN)
    return partial(serving, house, "--port", str(client.port))


def enrolled(client: Client, house: House, name: str = "k1") -> Kiosk:
    technician = f"{HALL}.secret-of-{Role.TECHNICIAN.value}"
    token = str(enrol_over_http(client, technician, name)["token"])
    return Kiosk(client, token, house.folder / f"{name}.box")


@pytest.fixture
def kiosk(house: House, client: Client, begin: Callable[[], Any]) -> Iterator[Kiosk]:
    """One kiosk with numbers at hand, the server running."""
    with begin():
        kiosk = enrolled(client, house)
        kiosk.sees_server()
        kiosk.at = unix_ms()
        yield kiosk


def stored(house: House, columns: str, more: str = "") -> list[tuple[Any, ...]]:
    with connect(house.url) as connection:
        return rows(connection, f"SELECT {columns} FROM ticket {more}")


def entered(house: House) -> dict[str, int]:
    """When each number entered its queue."""
    return dict(stored(house, "number, entered_at", WITH_LEG))


def one_process(kiosk: Kiosk, since: int, first: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "kiosk_box", str(kiosk.file), kiosk.token, str(since), str(first), "60"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def hour_with_power_cuts(since: int, kiosk: Kiosk, cut_after: int) -> dict[str, int]:
    """Sixty visitors, one a minute, and a power cut after so many; the numbers that they saw, and when."""
    seen: dict[str, int] = {}
    visitor = 0
    while visitor < 60:
        with one_process(kiosk, since, visitor + 1) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(cut_after)]
            process.kill()
            lines += process.stdout.readlines()
        for line in filter(lambda line: line.endswith("\n"), lines):
            who, number, at = line.split()
            assert number not in seen
            seen[number], visitor = int(at), int(who)
        cut_after = 60
    return seen


def test_an_hour_alone_with_power_cuts_at_several_kiosks_arrives_once_each_at_its_true_time(
    house: House, client: Client, begin: Callable[[], Any]
) -> None:
    with begin() as server:
        kiosks = [enrolled(server, house, f"k{n}") for n in range(3)]
        plan_more_numbers(house, client)
        for kiosk in kiosks:
            kiosk.sees_server()
            assert kiosk.at_hand == SERVICES
            assert kiosk.box.at_hand(kiosk.at)["tax"] == 70
    with connect(house.url) as connection:
        let_leases_be_old(connection)

    since = unix_ms() - HOUR
    for kiosk in kiosks:
        kiosk.box.close()
    with ThreadPoolExecutor() as pool:
        seen = list(pool.map(partial(hour_with_power_cuts, since), kiosks, (13, 27, 41)))
    assert len(set().union(*seen)) == 180, "no number was given by two kiosks"

    for kiosk in kiosks:
        kiosk.begin()
    unseen = sum(kiosk.box.backlog().waiting for kiosk in kiosks) - 2 * 180
    with ThreadPoolExecutor() as pool, begin():
        telling = [pool.submit(kiosk.sees_server) for kiosk in kiosks]
        telling[0].result()
        # The server was killed while the others told.
    with begin():
        for kiosk in kiosks:
            kiosk.sees_server()
            assert kiosk.box.backlog().waiting == 0
            assert kiosk.box.at_hand(kiosk.at)["tax"] == 70, "filled up again"
    arrived = entered(house)
    assert {number: at for each in seen for number, at in each.items()}.items() <= arrived.items()
    assert len(arrived) - 180 <= max(unseen, 0), "at most what a cut took from before somebody's eyes"
    assert len(stored(house, "number")) == len(arrived)
    printed = {number for (number,) in stored(house, "number", "WHERE state = 'active'")}
    assert len(set(arrived) - printed) <= 6, "of each number but those cut off the paper is known"
    with connect(house.url) as connection:
        checked = Checked()
        while not checked.complete:
            checked = check_page(connection, HALL, checked)


def plan_more_numbers(house: House, client: Client) -> None:
    """Seventy numbers of a service may be set aside: sixty visitors, and what power cuts take."""
    manager = f"{HALL}.secret-of-{Role.MANAGER.value}"
    plan = client.call("GET", f"/halls/{HALL}/plan", manager)
    changed = plan.json | {"terminals": {"lease_numbers": 70}}
    answer = client.call("PUT", f"/halls/{HALL}/plan", manager, changed, headers={"If-Match": plan.headers["etag"]})
    assert answer.status == 200, answer.text


def test_a_press_whose_answer_was_lost_leaves_the_number_that_was_shown_and_no_other(
    house: House, kiosk: Kiosk
) -> None:
    request = TakeNumber(service="tax", channel=Channel.KIOSK, identity=resident(1), masked_name="张*")
    lost, _ = kiosk.server.take_number(request, "press")  # and the answer never came
    shown = kiosk.gives("press", identity=resident(1), masked_name="张*", instead_of="press")
    kiosk.sees_server()
    states = dict(stored(house, "number, state"))
    assert states == {lost.number: "void", shown: "reserved"}
    again, known = kiosk.server.take_number(request, "another press")
    assert (again.number, known) == (shown, True)


def test_a_press_that_nobody_waits_for_is_found_out_and_its_number_cancelled(house: House, kiosk: Kiosk) -> None:
    lost, _ = kiosk.server.take_number(TakeNumber(service="tax", channel=Channel.KIOSK), "press")
    kiosk.box.put(LostPress(key="l", at=kiosk.at, press="press", service="tax"))
    kiosk.box.put(NumberPrinted(key="p", at=kiosk.at, ticket="unheard-of", outcome=PrintOutcome.PRINTED))
    kiosk.sees_server()
    assert stored(house, "number, state") == [(lost.number, "void")]
    assert kiosk.box.backlog().waiting == 0, "what is refused is final as well"


def test_a_number_taken_back_before_the_server_knew_it_is_called_for_nobody(house: House, kiosk: Kiosk) -> None:
    number = kiosk.gives("press")
    (given,) = kiosk.box.oldest(10)
    assert isinstance(given, NumberGiven)
    kiosk.box.take_back(NumberCancelled(key="x", at=kiosk.at, ticket=given.ticket))
    kiosk.sees_server()
    assert stored(house, "number, state") == [(number, "void")]


def test_told_and_killed_before_it_was_forgotten_is_told_again_and_happened_once(house: House, kiosk: Kiosk) -> None:
    number = kiosk.gives("press")
    waiting = kiosk.box.oldest(10)
    kiosk.server.tell([entry for entry in waiting if isinstance(entry, NumberGiven)])
    kiosk.box.close()  # the power goes before the answer was read
    kiosk.begin()
    kiosk.sees_server()
    assert (list(entered(house)), kiosk.box.backlog().waiting) == ([number], 0)


def test_who_booked_and_came_while_the_kiosk_was_alone_is_pinned_to_the_slot(
    house: House, client: Client, kiosk: Kiosk
) -> None:
    slots = client.call("GET", f"/halls/{HALL}/slots?service=tax", kiosk.token).json
    body = {"service": "tax", "channel": "phone", "starts_at": slots[0]["starts_at"]}
    number = resident(1).number
    body["identity"] = {"kind": "resident", "number": number}
    booked = client.call("POST", f"/halls/{HALL}/bookings", kiosk.token, body).json
    kiosk.gives("press", code=booked["code"])
    kiosk.sees_server()
    lanes = stored(house, "lane", WITH_LEG)
    assert lanes == [(1,)]


def test_a_kiosk_that_starts_without_the_server_knows_its_hall_and_gives_numbers(
    house: House, client: Client, begin: Callable[[], Any]
) -> None:
    with begin():
        kiosk = enrolled(client, house)
        kiosk.sees_server()
    kiosk.box.close()
    kiosk.events.clear()
    kiosk.begin()
    kiosk.sync.start()
    kiosk.sync.close()
    remembered, numbers = kiosk.events
    assert isinstance(remembered, HallRemembered)
    assert {service.id for service in remembered.hall.services} == SERVICES
    assert numbers == NumbersAtHand(SERVICES)
    assert kiosk.gives("press") == "B601"


def test_a_token_given_out_by_hand_leases_nothing_and_says_so_once(
    house: House, client: Client, begin: Callable[[], Any]
) -> None:
    token = house.token(Role.TERMINAL)
    with begin(), structlog.testing.capture_logs() as lines:
        kiosk = Kiosk(client, token, house.folder / "k.box")
        ticket, _ = kiosk.server.take_number(TakeNumber(service="tax", channel=Channel.KIOSK), "press")
        kiosk.box.put(NumberPrinted(key="p", at=kiosk.at, ticket=ticket.id, outcome=PrintOutcome.PRINTED))
        for _ in range(3):
            kiosk.sees_server()
    assert [line["event"] for line in lines] == ["not enrolled: no numbers without the server, and no reports"]
    assert stored(house, "state") == [("active",)], "and reports of papers are told as before"
    assert kiosk.at_hand == frozenset()


def test_a_restored_hall_makes_the_numbers_worthless(house: House, client: Client, begin: Callable[[], Any]) -> None:
    with begin():
        kiosk = enrolled(client, house)
        kiosk.sees_server()
    with connect(house.url) as connection:
        change(connection, "UPDATE hall SET epoch = 'second'")
    with begin():
        kiosk.sync.hall_seen(kiosk.server.hall())
        kiosk.seconds += CARE_S
        kiosk.sync.round()
        kiosk.seconds += CARE_S
        kiosk.sync.round()
        kept = kiosk.box.hall()
        assert kept is not None
        assert (kept.epoch, kiosk.at_hand) == ("second", SERVICES), "and others come instead"


def test_a_terminal_that_was_retired_gives_nothing_more(kiosk: Kiosk) -> None:
    kiosk.gives("press")
    kiosk.sync.server_refused()
    kiosk.sync.server_lost()
    kiosk.sync.round()
    assert kiosk.at_hand == frozenset()
    assert kiosk.box.backlog().waiting == 1


def test_the_hall_sees_how_the_kiosk_is_and_what_it_has_not_told(client: Client, kiosk: Kiosk) -> None:
    kiosk.sync.device_changed(DeviceStatus("receipt_printer", Link.OFFLINE))
    kiosk.sync.device_changed(DeviceStatus("chip_card_reader", Link.ONLINE))  # of which the server does not know
    kiosk.sync.activity_changed(Activity.VISIT)
    kiosk.sync.round()
    (line,) = client.call("GET", f"/halls/{HALL}/terminals", f"{HALL}.secret-of-{Role.TECHNICIAN.value}").json
    report = line["report"]
    assert (report["activity"], report["outbox"]["waiting"]) == ("visit", 0)
    assert [(one["id"], one["state"]) for one in report["devices"]] == [("receipt_printer", "offline")]


def test_a_wrong_clock_is_said_once_and_again_after_it_was_right(kiosk: Kiosk) -> None:
    def rounds(ahead_ms: int) -> list[str]:
        with structlog.testing.capture_logs() as lines:
            for _ in range(2):
                kiosk.at = unix_ms() + ahead_ms
                kiosk.sees_server()
        return [str(line["event"]) for line in lines if line["log_level"] == "warning"]

    assert rounds(0) == []
    assert rounds(3 * MINUTE) == ["clock is wrong"]
    assert rounds(-MINUTE) == []
    assert rounds(-3 * MINUTE) == ["clock is wrong"]


def test_a_number_given_by_a_wrong_clock_has_a_time_that_can_be(house: House, kiosk: Kiosk) -> None:
    before = unix_ms()
    kiosk.at += 10 * MINUTE
    ahead = kiosk.gives("ahead")
    kiosk.sees_server()
    assert kiosk.at - 10 * MINUTE <= entered(house)[ahead] <= unix_ms() < kiosk.at
    assert before - MINUTE < entered(house)[ahead]
