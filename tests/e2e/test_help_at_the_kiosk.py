"""Help at the kiosk, through the real processes and by touch: staff called, one's own number, a card left behind."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from jinghou_devices.control import ask
from jinghou_ui.demo.hall import DemoHall, wait_for
from jinghou_ui.demo.tour import Tour

SOON_S = 2.0
ALERT_S = 3.0


class Usher:
    """Somebody of the staff who looks at the hall's list."""

    def __init__(self, hall: DemoHall) -> None:
        self._hall = f"{hall.url}/api/v1/halls/{hall.plan.id}"
        self._headers = {"Authorization": f"Bearer {hall.add_token('usher')}"}

    def asked(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self._hall}/help", headers=self._headers, timeout=5)
        assert answer.ok, answer.text
        return list(answer.json())

    def answer(self, terminal: str, how: str) -> None:
        url = f"{self._hall}/terminals/{terminal}/help/{how}"
        answer = requests.post(url, headers=self._headers, timeout=5)
        assert answer.status_code == 204, answer.text


@pytest.fixture
def usher(hall: DemoHall) -> Iterator[Usher]:
    """The usher ends what a test left open."""
    person = Usher(hall)
    yield person
    for line in person.asked():
        person.answer(line["terminal"], "end")
    wait_for("the kiosk to hear of it", lambda: hall.kiosk.state()["staff"] in {"none", "failed"})


def test_staff_see_a_call_at_once_and_the_person_reads_that_somebody_comes(
    hall: DemoHall, visit: Tour, usher: Usher
) -> None:
    visit.touch("service-tax")
    visit.wait_page("confirm")
    tapped = visit.touch("staff")
    (line,) = wait_for("the staff to see it", lambda: usher.asked() or None)
    assert time.monotonic() - tapped < SOON_S
    assert (line["name"], line["page"], line["state"]) == ("演示 01 号", "confirm", "asked")
    visit.wait_page("confirm", staff="asked")
    assert hall.kiosk.read("staffTitle") == "已通知工作人员"
    visit.touch("staffRead")
    assert hall.kiosk.read("staff") == "已通知工作人员"

    said = time.monotonic()
    usher.answer(line["terminal"], "come")
    visit.wait_page("confirm", staff="coming")
    assert time.monotonic() - said < SOON_S
    assert hall.kiosk.read("staff") == "工作人员马上到"

    hall.programs["server"].kill()
    hall.start_server()
    visit.wait_page("confirm", online=True, staff="coming")
    assert [line["state"] for line in usher.asked()] == ["coming"], "a restart forgets nobody"
    usher.answer(line["terminal"], "end")
    visit.wait_page("confirm", staff="none")
    assert hall.kiosk.read("staff") == "呼叫工作人员"
    for page in ("choose_service", "home"):
        visit.touch("back")
        visit.wait_page(page)


def test_who_needs_nobody_after_all_takes_the_call_back(hall: DemoHall, visit: Tour, usher: Usher) -> None:
    visit.touch("staff")
    wait_for("the staff to see it", lambda: usher.asked() or None)
    visit.wait_page("home", staff="asked")
    visit.touch("staffNotNeeded")
    wait_for("the list to be empty", lambda: not usher.asked())
    visit.wait_page("home", staff="none")


def test_without_the_server_the_screen_says_where_to_go_and_calls_nobody(hall: DemoHall, visit: Tour) -> None:
    hall.programs["server"].kill()
    visit.wait_page("home", online=False)
    visit.touch("staff")
    visit.wait_page("home", staff="failed")
    assert hall.kiosk.read("staffTitle") == "现在通知不到工作人员"
    assert "咨询台" in hall.kiosk.read("staffNote")
    visit.touch("staffRead")
    hall.start_server()
    visit.wait_page("home", online=True)


@pytest.fixture
def holder(hall: DemoHall, visit: Tour) -> "Holder":
    """Somebody who took a number for property with a card, and holds the card again; nobody else waits for it."""
    clerk = hall.clerk("c1")
    clerk.open()
    while clerk.next() is not None:
        clerk.start()
        clerk.finish()
    person = ask(hall.reader_control, "place")["person"]
    assert isinstance(person, dict)
    visit.wait_page("choose_service")
    visit.touch("service-property")
    visit.wait_page("confirm")
    visit.touch("confirm")
    visit.wait_page("done")
    number = hall.kiosk.read("number")
    hall.lift_card()
    visit.touch("home")
    visit.wait_page("home")
    return Holder(hall, visit, str(person["name"]), str(person["number"]), number)


@dataclass
class Holder:
    """Whoever holds that number, and the card it was taken with."""

    hall: DemoHall
    visit: Tour
    name: str
    card: str
    number: str

    def looks_it_up(self) -> str:
        """From the first page to how the number stands; the headline."""
        self.visit.touch("findNumber")
        self.visit.wait_page("arrive")
        ask(self.hall.reader_control, "place", name=self.name, number=self.card)
        self.visit.wait_page("my_number")
        assert self.hall.kiosk.read("number") == self.number
        self.hall.lift_card()
        return self.hall.kiosk.read("headline")


def test_a_card_finds_its_number_and_gives_it_back(hall: DemoHall, visit: Tour, holder: Holder) -> None:
    assert holder.looks_it_up() == "正在排队，请安静等候"
    visit.touch("giveBack")
    visit.wait_page("ask_give_back")
    assert holder.number in hall.kiosk.read("headline")
    visit.touch("confirm")
    visit.wait_page("given_back")
    assert hall.clerk("c1").next() is None, "nobody is called in vain"


def test_who_was_passed_over_is_told_so_and_queues_again_by_one_tap(
    hall: DemoHall, visit: Tour, holder: Holder
) -> None:
    clerk = hall.clerk("c1")
    called = clerk.next()
    assert called is not None
    assert called.number == holder.number
    assert holder.looks_it_up() == "叫到您了，请到 1 号窗"
    visit.touch("home")
    visit.wait_page("home")
    for _ in range(hall.plan.calling.recalls):
        clerk.recall()
    clerk.miss()
    assert holder.looks_it_up() == "叫过您了，现在可以重新排队"
    visit.touch("checkIn")
    visit.wait_page("done")
    assert hall.kiosk.read("number") == holder.number
    again = clerk.next()
    assert again is not None
    assert again.number == holder.number
    clerk.start()
    clerk.finish()


def test_a_card_left_behind_is_said_within_three_seconds_and_begins_nobodys_visit(hall: DemoHall, visit: Tour) -> None:
    ask(hall.reader_control, "fault", name="finds_again", state="on")
    hall.place_card()
    visit.wait_page("choose_service")
    ended = visit.touch("back")
    alert = visit.wait_page("card_left")
    assert alert["since"] - ended < ALERT_S
    assert hall.kiosk.read("headline") == "请取走您的身份证"
    hall.lift_card()
    visit.wait_page("home")
    hall.place_card()
    visit.wait_page("choose_service")
    hall.lift_card()
    visit.touch("back")
