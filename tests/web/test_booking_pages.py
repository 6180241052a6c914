"""Booking on the server's page with a phone of 360 by 740, and what becomes of the booking there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect
from queue_house import HALL, Answer, Desk, House, Server, replan, resident_number, serving
from web_hall import PHONE, Seat, breaches, seated

from jinghou_config.hall import BookingPlan, HallPlan
from jinghou_queue.desk.access import Role
from jinghou_queue.store.databases import connect

BOOK: Final = f"/h/{HALL}/book"
people: Final = count(1)


@dataclass
class Hall:
    """A served hall, seen by strangers and by its kiosk."""

    server: Server
    kiosk: str

    def starts(self, service: str = "property") -> list[int]:
        """The slots that are left, from the last day on: those of today may begin meanwhile."""
        slots = self.server.call("GET", f"/halls/{HALL}/slots?service={service}", self.kiosk).json
        return [int(slot["starts_at"]) for slot in reversed(slots)]

    def send(self, at: int, person: int, *, key: str = "", service: str = "property") -> Answer:
        """The last form of booking."""
        number = resident_number(person)
        return self.server.form(BOOK, {"service": service, "at": str(at), "key": key, "number": number})

    def booked(self, at: int, person: int) -> str:
        """The page of a booking that was confirmed."""
        home = self.send(at, person).headers["location"]
        assert self.server.form(f"{home}/confirm", {}).status == 303
        return home

    def state(self, home: str) -> str:
        return str(self.server.call("GET", home).json["state"])


@pytest.fixture
def hall(house: House) -> Iterator[Hall]:
    kiosk = house.token(Role.TERMINAL)
    with serving(house) as server:
        yield Hall(server, kiosk)


@pytest.fixture
def seat(browser: Browser, hall: Hall) -> Iterator[Seat]:
    with seated(browser, hall.server, **PHONE) as seat:
        yield seat
        assert seat.complaints == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()


def choose_last_day(page: Page) -> None:
    page.locator("a.day").last.click()
    expect(page.get_by_role("heading", name="几点来？")).to_be_visible()


def change(house: House, **changes: Any) -> None:
    with connect(house.url) as connection:
        replan(Desk(connection, house.keys), **changes)


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_books_checks_and_gets_a_code(browser: Browser, hall: Hall, scripts: bool) -> None:
    with seated(browser, hall.server, **PHONE, java_script_enabled=scripts) as seat:
        page = seat.open(BOOK)
        press(page, "不动产登记")
        expect(page.locator(".day.none", has_text="休息").first).to_be_visible()
        expect(page.locator("li")).to_have_count(16)
        choose_last_day(page)
        page.get_by_role("link", name="09:30").click()
        page.get_by_label("证件号码").fill(resident_number(next(people)))
        press(page, "下一步")
        expect(page.get_by_role("heading", name="请核对，然后确认")).to_be_visible()
        expect(page.locator(".now")).to_contain_text(re.compile(r"名额保留到 \d\d:\d\d"))
        expect(page.locator(".time")).to_have_text("09:30")
        press(page, "确认预约")
        expect(page.get_by_role("img", name="预约的二维码")).to_be_visible()
        home = page.url.removeprefix(hall.server.origin)
        own = hall.server.call("GET", home).json
        assert (own["state"], own["service"]) == ("confirmed", "property")
        expect(page.locator(".code")).to_have_text(f"{own['code'][:3]} {own['code'][3:6]} {own['code'][6:]}")


def test_what_is_left_of_the_hold_is_counted_down_and_nothing_stays_in_the_browser(hall: Hall, seat: Seat) -> None:
    number = resident_number(next(people))
    page = seat.open(f"{BOOK}?service=property&at={hall.starts()[0]}")
    page.get_by_label("证件号码").fill(number)
    press(page, "下一步")
    expect(page.locator(".left")).to_have_text(re.compile(r"^(9:\d\d|10:00)$"))
    page.go_back()
    page.go_forward()
    assert number not in page.content()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    log = (hall.server.house.folder / "server.log").read_text()
    assert number not in log
    assert page.url.rpartition("/")[2] not in log


def test_a_wrong_document_is_asked_for_again(hall: Hall, seat: Seat) -> None:
    page = seat.open(f"{BOOK}?service=property&at={hall.starts()[0]}")
    page.get_by_label("证件号码").fill("12345")
    press(page, "下一步")
    expect(page.get_by_role("alert").filter(has_text="证件号码不正确")).to_be_visible()
    expect(page.get_by_label("证件号码")).to_have_value("")
    assert hall.send(hall.starts()[0], 0).status == 303
    assert hall.server.form(BOOK, {"service": "property", "at": str(hall.starts()[0]), "number": ""}).status == 422
    seat.complaints.clear()  # the browser reports the 422


def test_a_form_sent_twice_holds_one_place(hall: Hall) -> None:
    at, person = hall.starts()[0], next(people)
    first, again = (hall.send(at, person, key="one page") for _ in range(2))
    assert first.headers["location"] == again.headers["location"]
    other = hall.send(hall.starts()[1], person, key="one page")
    assert (other.status, "这一页已经用过" in other.text) == (422, True)


def test_who_types_somebodys_number_learns_nothing_of_their_bookings(hall: Hall) -> None:
    change(hall.server.house, booking=BookingPlan(most_per_identity=1))
    at, other_day, person = hall.starts()[0], hall.starts()[-1], next(people)
    home = hall.booked(at, person)
    answers = [hall.send(at, person), hall.send(hall.starts()[1], person), hall.send(other_day, person)]
    assert {(answer.status, answer.text) for answer in answers} == {(409, answers[0].text)}
    assert home not in answers[0].text
    assert "这个证件现在不能预约" in answers[0].text


def test_a_place_that_somebody_took_meanwhile_is_said_and_others_are_offered(hall: Hall, seat: Seat) -> None:
    at = hall.starts()[0]
    page = seat.open(f"{BOOK}?service=property&at={at}")
    for _ in range(2):
        assert hall.send(at, next(people)).status == 303
    page.get_by_label("证件号码").fill(resident_number(next(people)))
    press(page, "下一步")
    expect(page.get_by_role("alert").filter(has_text="刚刚被约满了")).to_be_visible()
    expect(page.locator(".day.none", has_text="16:30")).to_contain_text("没有了")
    expect(page.get_by_role("link", name="16:00")).to_be_visible()
    seat.complaints.clear()  # the browser reports the 409


def test_a_booking_is_moved_and_its_code_stays(hall: Hall, seat: Seat) -> None:
    home = hall.booked(hall.starts()[0], next(people))
    code = hall.server.call("GET", home).json["code"]
    page = seat.open(home)
    press(page, "改时间")
    choose_last_day(page)
    page.get_by_role("link", name="09:00").click()
    expect(page.get_by_text("原来：")).to_be_visible()
    press(page, "改到这个时间")
    expect(page.locator(".time")).to_have_text("09:00")
    own = hall.server.call("GET", home).json
    assert (own["code"], own["state"]) == (code, "confirmed")


def test_cancelling_asks_once_and_gives_the_place_free(hall: Hall, seat: Seat) -> None:
    at = hall.starts()[0]
    home = hall.booked(at, next(people))
    assert hall.send(at, next(people)).status == 303
    assert at not in hall.starts()
    page, other = seat.open(home), seat.open(home)
    press(page, "取消预约")
    press(page, "不取消")
    assert hall.state(home) == "confirmed"
    press(page, "取消预约")
    press(page, "取消预约")
    expect(page.locator(".now")).to_have_text("预约已取消")
    assert at in hall.starts()
    press(other, "改时间")
    choose_last_day(other)
    other.get_by_role("link", name="10:00").click()
    press(other, "改到这个时间")
    expect(other.locator(".said")).to_contain_text("现在不能这样做")
    expect(other.locator(".now")).to_have_text("预约已取消")
    seat.complaints.clear()  # the browser reports the 409


def test_the_calendars_file_names_nobody_and_opens_nothing(hall: Hall) -> None:
    at, person = hall.starts()[0], next(people)
    home = hall.booked(at, person)
    file = hall.server.outside(f"{home}/calendar.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert file.headers["cache-control"] == "no-store"
    own = hall.server.call("GET", home).json
    for secret in (own["code"], own["token"], "http", resident_number(person)):
        assert secret not in file.text
    lines = file.text.split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "LOCATION:云溪市民服务中心 A 厅" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


def test_a_hall_can_keep_its_bookings_to_itself(hall: Hall) -> None:
    change(hall.server.house, booking=BookingPlan(on_page=False))
    page = hall.server.outside(BOOK)
    assert (page.status, "本大厅不在这里接受预约" in page.text) == (200, True)
    at = hall.starts()[0]
    for path in (f"{BOOK}?service=property", f"{BOOK}?service=property&at={at}"):
        assert hall.server.outside(path).status == 422
    assert hall.send(at, next(people)).status == 422


def test_an_address_that_books_without_end_is_put_off(hall: Hall) -> None:
    answers = [hall.server.form(BOOK, {"service": "none", "at": "0", "number": "x"}) for _ in range(41)]
    put_off = next(answer for answer in answers if answer.status == 429)
    assert "请稍等一分钟再试" in put_off.text
    assert hall.server.outside(BOOK).status == 200


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/h/atlantis/book", 404, "找不到这个大厅"),
        (f"{BOOK}?service=company", 422, "这里不能预约"),
        (f"{BOOK}?service=property&day=1999-01-01", 200, "这一天没有可约的时间了"),
        (f"/b/{HALL}.guessed/change", 404, "找不到这个预约"),
        (f"/b/{HALL}.guessed/calendar.ics", 404, "找不到这个预约"),
    ],
)
def test_what_cannot_be_booked_is_said_in_words(hall: Hall, path: str, status: int, words: str) -> None:
    page = hall.server.outside(path)
    assert (page.status, words in page.text) == (status, True)


@pytest.mark.parametrize("at", ["-1", "9" * 30, "soon", str(4_102_444_800_000)])
def test_times_that_nobody_can_choose_are_refused_and_break_nothing(hall: Hall, at: str) -> None:
    home = hall.booked(hall.starts()[0], next(people))
    number = resident_number(next(people))
    for form in (
        hall.server.form(BOOK, {"service": "property", "at": at, "number": number}),
        hall.server.form(BOOK, {"service": "none", "at": at, "number": "x"}),
        hall.server.form(f"{home}/change", {"at": at}),
    ):
        assert form.status in (400, 422)
    for page in (f"{BOOK}?service=property&at={at}", f"{home}/change?at={at}"):
        assert hall.server.outside(page).status in (200, 400)


def test_names_that_try_to_be_html_are_text(hall: Hall) -> None:
    with connect(hall.server.house.url) as connection:
        plan: HallPlan = replan(Desk(connection, hall.server.house.keys))
    evil = plan.services[0].model_copy(update={"name": "<img src=x>"})
    change(hall.server.house, name="<script>1</script>", services=(evil, *plan.services[1:]))
    at = hall.starts()[0]
    home = hall.booked(at, next(people))
    for path in (BOOK, f"{BOOK}?service=property", f"{BOOK}?service=property&at={at}", home, f"{home}/change"):
        page = hall.server.outside(path)
        assert ("<img" in page.text, "<script>" in page.text) == (False, False), path


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_page_of_booking_keeps_anybody_out(browser: Browser, hall: Hall, locale: str) -> None:
    at = hall.starts()[0]
    held = hall.send(at, next(people)).headers["location"]
    home = hall.booked(at, next(people))
    day = "2026-03-02"
    paths = [BOOK, *(f"{BOOK}?service=property{step}" for step in ("", f"&day={day}", f"&at={at}"))]
    paths += [held, home, f"{home}/cancel", f"{home}/change", f"{home}/change?at={at}"]
    with seated(browser, hall.server, **PHONE, locale=locale) as seat:
        page = seat.open(BOOK)
        for path in paths:
            page.goto(hall.server.origin + path)
            assert breaches(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_every_page_is_kept_nowhere(hall: Hall) -> None:
    home = hall.booked(hall.starts()[0], next(people))
    for path in (BOOK, f"{BOOK}?service=property", home, f"{home}/cancel", f"{home}/change"):
        headers = hall.server.outside(path).headers
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert "unsafe" not in headers["content-security-policy"]
