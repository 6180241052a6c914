"""The usher's page in a real browser: help at a terminal, people who were passed over, numbers given by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from queue_house import HALL, Server
from web_hall import Seat, arrive, breaches, seated

from jinghou_queue.desk.access import Role

USHER = "/staff/usher"


@pytest.fixture
def seat(browser: Browser, server: Server) -> Iterator[Seat]:
    with seated(browser, server, Role.USHER) as seat:
        yield seat
        assert seat.complaints == []


@pytest.fixture
def page(seat: Seat) -> Page:
    return seat.open(USHER)


def asks_help(server: Server, kiosk: str, page: str = "confirm") -> None:
    assert server.call("POST", "/terminals/me/help", kiosk, {"page": page}).status == 200


def pass_over(server: Server, kiosk: str) -> str:
    """Somebody is called to counter 1 and does not come; the number."""
    clerk = server.house.token(Role.CLERK, "at-c1")
    number = arrive(server, kiosk)
    for button in ("open", "next", "recall", "recall", "recall", "miss"):
        assert server.call("POST", f"/counters/c1/{button}", clerk).status == 200, button
    return number


def test_who_asks_for_help_is_shown_at_once_and_answered(page: Page, server: Server, kiosk: str) -> None:
    expect(page.get_by_text("现在没有人呼叫")).to_be_visible()
    asks_help(server, kiosk)
    call = page.locator(".calls li")
    expect(call).to_contain_text("停在 确认取号")
    call.get_by_role("button", name="我去").click()
    expect(call).to_contain_text("您已说过去")
    call.get_by_role("button", name="已处理").click()
    expect(page.get_by_text("现在没有人呼叫")).to_be_visible()
    assert server.call("GET", f"/halls/{HALL}/help", server.house.token(Role.USHER)).json == []


def test_who_was_passed_over_and_is_back_waits_again(page: Page, server: Server, kiosk: str) -> None:
    number = pass_over(server, kiosk)
    aside = page.locator(".aside")
    expect(aside).to_contain_text(f"{number}税务 · 1 号窗口叫过，没有来")
    aside.get_by_role("button", name="回来了").click()
    expect(page.get_by_text("没有人过号。")).to_be_visible()
    page.get_by_label("号码，例如 A023").fill(number.lower())
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.locator(".found")).to_contain_text("等候中，前面还有 0 人")


def test_a_number_is_given_and_goes_first_with_a_reason(page: Page, server: Server, kiosk: str) -> None:
    arrive(server, kiosk)
    arrive(server, kiosk)
    page.get_by_label("业务").select_option("税务")
    page.get_by_label("优先的原因").last.select_option("老年人")
    page.get_by_role("button", name="给号").dblclick()
    found = page.locator(".found")
    expect(found).to_contain_text("等候中，前面还有 0 人")
    expect(found.locator(".lane")).to_have_text("优先")
    expect(found.locator("svg")).to_be_visible()
    services = server.call("GET", f"/halls/{HALL}", kiosk).json["services"]
    assert [each["waiting"] for each in services if each["id"] == "tax"] == [3]


def test_a_waiting_person_is_let_go_first(page: Page, server: Server, kiosk: str) -> None:
    arrive(server, kiosk)
    number = arrive(server, kiosk)
    page.get_by_label("号码，例如 A023").fill(number)
    page.get_by_role("button", name="查", exact=True).click()
    found = page.locator(".found")
    expect(found).to_contain_text("前面还有 1 人")
    found.get_by_label("优先的原因").select_option("孕妇或带婴幼儿")
    found.get_by_role("button", name="给优先").click()
    expect(found).to_contain_text("前面还有 0 人")
    expect(found.get_by_role("button", name="给优先")).to_have_count(0)


def test_a_service_that_wants_a_document_says_so(page: Page) -> None:
    page.get_by_label("业务").select_option("property")
    page.get_by_role("button", name="给号").click()
    expect(page.locator(".said")).to_contain_text("这项业务取号要证件")


def test_what_is_being_typed_stays_while_the_hall_goes_on(page: Page, server: Server, kiosk: str) -> None:
    page.get_by_label("业务").select_option("税务")
    page.get_by_label("号码，例如 A023").fill("A9")
    asks_help(server, kiosk)
    expect(page.locator(".calls li")).to_be_visible()
    expect(page.get_by_label("号码，例如 A023")).to_have_value("A9")
    expect(page.get_by_label("业务")).to_have_value("tax")


def test_an_unknown_number_is_said(page: Page) -> None:
    page.goto(page.url + "?number=Z999")
    expect(page.locator(".said")).to_have_text("今天没有这个号。")


def test_without_scripts_the_forms_do_the_same(browser: Browser, server: Server, kiosk: str) -> None:
    asks_help(server, kiosk)
    with seated(browser, server, Role.USHER, java_script_enabled=False) as seat:
        page = seat.open(USHER)
        page.get_by_role("button", name="我去").click()
        expect(page.locator(".calls li")).to_contain_text("您已说过去")
        page.get_by_label("业务").select_option("税务")
        page.get_by_role("button", name="给号").click()
        expect(page.locator(".found")).to_contain_text("等候中")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [360, 1366])
def test_the_page_keeps_nobody_out(browser: Browser, server: Server, kiosk: str, locale: str, width: int) -> None:
    asks_help(server, kiosk)
    number = pass_over(server, kiosk)
    with seated(browser, server, Role.USHER, locale=locale, viewport={"width": width, "height": 740}) as seat:
        page = seat.open(f"{USHER}?number={number}")
        assert breaches(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
