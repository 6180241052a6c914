"""The counter's page in a real browser: a clerk's work, and what happens when hand, line or server slip."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from queue_house import HALL, Desk, House, Server, replan, serving
from web_hall import Seat, arrive, breaches, seated

from jinghou_config.hall import LadderPlan
from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk.access import Role
from jinghou_queue.store.databases import connect

COUNTER = "/staff/counters/c1"


@pytest.fixture
def seat(browser: Browser, server: Server) -> Iterator[Seat]:
    with seated(browser, server, Role.CLERK) as seat:
        yield seat
        assert seat.complaints == []


@pytest.fixture
def page(seat: Seat) -> Page:
    """The page of an open counter."""
    page = seat.open(COUNTER)
    page.get_by_role("button", name="开放窗口").click()
    expect(page.get_by_text("开放中")).to_be_visible()
    return page


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def press(page: Page, key: str) -> None:
    """Alt and that letter, as soon as the button that it stands for can be pressed."""
    expect(page.locator(f'button[data-key="Key{key.upper()}"]:not([aria-disabled])')).to_be_visible()
    page.keyboard.press(f"Alt+{key}")


def shows(page: Page, number: str | None, doing: str) -> None:
    """The page says who is there, and what happens with them."""
    expect(page.locator(".doing")).to_contain_text(doing)
    if number is None:
        expect(page.locator(".number")).to_have_count(0)
    else:
        expect(page.locator(".number")).to_have_text(number)


def calls(server: Server, token: str) -> list[str]:
    """The numbers that stand on the boards."""
    return [call["number"] for call in server.call("GET", f"/halls/{HALL}", token).json["calls"]]


def test_a_clerk_calls_serves_and_finishes(page: Page, server: Server, kiosk: str) -> None:
    number = arrive(server, kiosk)
    expect(page.locator(".idle")).to_have_text("1 人在等候。")
    button(page, "叫下一位")
    shows(page, number, "正在叫")
    expect(page.locator(".who")).to_contain_text("张*")
    expect(page.locator(".why")).to_contain_text("现场取号")
    expect(page.locator(".deliveries")).to_contain_text("大屏 已发")
    button(page, "开始办理")
    shows(page, number, "正在办理")
    button(page, "办结")
    shows(page, None, "窗口空闲")
    expect(page.locator(".facts dd").first).to_have_text("1")


def test_a_double_click_calls_one_person(page: Page, server: Server, kiosk: str) -> None:
    first, second = arrive(server, kiosk), arrive(server, kiosk)
    expect(page.locator(".idle")).to_have_text("2 人在等候。")
    page.get_by_role("button", name="叫下一位", exact=True).dblclick()
    shows(page, first, "正在叫")
    page.get_by_role("button", name="开始办理", exact=True).dblclick()
    shows(page, first, "正在办理")
    page.get_by_role("button", name="办结", exact=True).dblclick()
    shows(page, None, "窗口空闲")
    expect(page.locator(".idle")).to_have_text("1 人在等候。")
    assert calls(server, kiosk) == [], second


def test_a_reload_and_the_back_button_keep_the_person(page: Page, seat: Seat, server: Server, kiosk: str) -> None:
    number = arrive(server, kiosk)
    button(page, "叫下一位")
    shows(page, number, "正在叫")
    page.reload()
    shows(page, number, "正在叫")
    expect(page.locator(".why")).to_contain_text("现场取号")
    page.get_by_role("link", name="换窗口").click()
    expect(page.get_by_text("您的窗口")).to_be_visible()
    page.go_back()
    shows(page, number, "正在叫")


def test_two_tabs_of_one_counter_show_the_same(page: Page, seat: Seat, server: Server, kiosk: str) -> None:
    other = seat.open(COUNTER)
    number = arrive(server, kiosk)
    button(page, "叫下一位")
    shows(other, number, "正在叫")
    button(other, "开始办理")
    shows(page, number, "正在办理")


def test_how_the_call_got_on_shows_by_itself_while_nobody_comes(page: Page, server: Server, kiosk: str) -> None:
    with connect(server.house.url) as connection:
        replan(Desk(connection, server.house.keys, at=unix_ms()), ladder=LadderPlan(usher_seconds=1))
    number = arrive(server, kiosk)
    button(page, "叫下一位")
    shows(page, number, "正在叫")
    expect(page.locator(".deliveries")).to_contain_text("引导员 已发")
    button(page, "重呼")
    shows(page, number, "已重呼 1 次")
    expect(page.locator(".deliveries")).to_contain_text("引导员 已发")


def test_keys_alone_do_a_visit(page: Page, server: Server, kiosk: str) -> None:
    number = arrive(server, kiosk)
    for key, doing in (("n", "正在叫"), ("r", "已重呼 1 次"), ("s", "正在办理"), ("f", "窗口空闲")):
        press(page, key)
        expect(page.locator(".doing")).to_contain_text(doing)
    assert number not in calls(server, kiosk)


def test_the_pressed_button_keeps_the_focus(page: Page, server: Server, kiosk: str) -> None:
    arrive(server, kiosk)
    page.get_by_role("button", name="叫下一位", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".doing")).to_contain_text("正在叫")
    expect(page.get_by_role("button", name="叫下一位", exact=True)).to_be_focused()


def test_a_call_is_taken_back_and_the_person_keeps_the_place(page: Page, server: Server, kiosk: str) -> None:
    first, _ = arrive(server, kiosk), arrive(server, kiosk)
    button(page, "叫下一位")
    shows(page, first, "正在叫")
    button(page, "撤回叫号")
    shows(page, None, "窗口空闲")
    button(page, "叫下一位")
    shows(page, first, "正在叫")


def test_passing_over_is_offered_after_the_recalls_of_the_plan(page: Page, server: Server, kiosk: str) -> None:
    number = arrive(server, kiosk)
    button(page, "叫下一位")
    shows(page, number, "正在叫")
    over = page.get_by_role("button", name="过号", exact=True)
    expect(over).to_have_attribute("aria-disabled", "true")
    for recalls in (1, 2, 3):
        button(page, "重呼")
        expect(page.locator(".doing")).to_contain_text(f"已重呼 {recalls} 次")
    over.click()
    shows(page, None, "窗口空闲")
    expect(page.locator(".aside")).to_contain_text(number)


def test_who_is_set_aside_comes_back_and_is_sent_on(page: Page, server: Server, kiosk: str) -> None:
    first, second = arrive(server, kiosk), arrive(server, kiosk)
    for name in ("叫下一位", "开始办理", "暂挂", "叫下一位", "开始办理"):
        page.locator(f"button:not([aria-disabled]):has-text('{name}')").click()
    shows(page, second, "正在办理")
    expect(page.get_by_role("button", name="继续办理")).to_have_attribute("aria-disabled", "true")
    page.get_by_label("转到哪项业务").select_option("不动产登记")
    button(page, "转办")
    shows(page, None, "窗口空闲")
    page.locator("button:not([aria-disabled]):has-text('继续办理')").click()
    shows(page, first, "正在办理")


def test_a_pause_says_why_and_ends(page: Page, server: Server, kiosk: str) -> None:
    page.get_by_label("暂停的原因").fill("取材料")
    button(page, "暂停")
    expect(page.locator(".state")).to_contain_text("已暂停：取材料")
    arrive(server, kiosk)
    expect(page.get_by_role("button", name="叫下一位", exact=True)).to_have_attribute("aria-disabled", "true")
    button(page, "恢复叫号")
    expect(page.get_by_text("开放中")).to_be_visible()


def test_a_broken_line_is_said_and_a_press_after_it_calls_once(browser: Browser, house: House, kiosk: str) -> None:
    with serving(house) as first, seated(browser, first, Role.CLERK) as seat:
        port = first.port
        page = seat.open(COUNTER)
        button(page, "开放窗口")
        numbers = [arrive(first, kiosk), arrive(first, kiosk)]
        expect(page.locator(".idle")).to_have_text("2 人在等候。")
        button(page, "叫下一位")
        shows(page, numbers[0], "正在叫")
        first.stop()
        expect(page.locator("#lost")).to_contain_text(re.compile(r"已中断，自 \d\d:\d\d"))
        button(page, "开始办理")
        expect(page.locator("#unsent")).to_be_visible()
        shows(page, numbers[0], "正在叫")
        with serving(house, "--port", str(port)) as again:
            expect(page.locator("#lost")).to_be_hidden()
            shows(page, numbers[0], "正在叫")
            button(page, "开始办理")
            shows(page, numbers[0], "正在办理")
            expect(page.locator("#unsent")).to_be_hidden()
            assert calls(again, kiosk) == [numbers[0]]


def test_without_scripts_the_forms_do_the_same(browser: Browser, server: Server, kiosk: str) -> None:
    with seated(browser, server, Role.CLERK, java_script_enabled=False) as seat:
        page = seat.open(COUNTER)
        button(page, "开放窗口")
        number = arrive(server, kiosk)
        for name, doing in (("叫下一位", "正在叫"), ("开始办理", "正在办理"), ("办结", "窗口空闲")):
            page.locator(f"button:has-text('{name}')").click()
            expect(page.locator(".doing")).to_contain_text(doing)
        assert number not in calls(server, kiosk)


def test_a_session_that_ended_leads_to_the_login(page: Page, seat: Seat, server: Server) -> None:
    gone = next(each["value"] for each in seat.context.cookies() if each["name"] == "jinghou")
    assert server.call("DELETE", "/session", session=gone).status == 204
    button(page, "叫下一位")
    expect(page.get_by_role("heading", name="工作人员登录")).to_be_visible()
    seat.complaints.clear()  # the browser reports the 401 that sent it there


def test_a_colleagues_counter_is_shown_and_not_worked(browser: Browser, page: Page, server: Server, kiosk: str) -> None:
    arrive(server, kiosk)
    with seated(browser, server, session=second_clerk(server.house)) as other:
        theirs = other.open(COUNTER)
        expect(theirs.locator(".state")).to_contain_text("clerk-1 正在此窗口")
        button(theirs, "叫下一位")
        expect(theirs.locator(".said")).to_contain_text("另一位同事正在这个窗口")
    shows(page, None, "窗口空闲")


def test_names_that_try_to_be_html_are_text(page: Page, server: Server, kiosk: str) -> None:
    page.get_by_label("暂停的原因").fill("<img src=x onerror=alert(1)>")
    button(page, "暂停")
    expect(page.locator(".state")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator(".state img").count() == 0


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_state_of_the_page_keeps_anybody_out(browser: Browser, server: Server, kiosk: str, locale: str) -> None:
    with seated(browser, server, Role.CLERK, locale=locale) as seat:
        page = seat.open("/staff/counters")
        assert breaches(page) == []
        page.goto(server.origin + COUNTER)
        assert breaches(page) == []
        arrive(server, kiosk)
        arrive(server, kiosk)
        for key, person in (("o", "nobody"), ("n", "called"), ("s", "serving"), ("p", "nobody"), ("n", "called")):
            press(page, key)
            expect(page.locator(f".person.{person}")).to_be_visible()
            assert breaches(page) == [], key
        page.get_by_role("button", name=re.compile("退出|Log out")).click()
        assert breaches(page) == []


def test_the_page_bears_twice_the_size(browser: Browser, server: Server, kiosk: str) -> None:
    """200 % zoom on a screen of 1366 by 768 leaves half of that."""
    with seated(browser, server, Role.CLERK, viewport={"width": 683, "height": 384}) as seat:
        page = seat.open(COUNTER)
        press(page, "o")
        arrive(server, kiosk)
        press(page, "n")
        expect(page.locator(".number")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def second_clerk(house: House) -> str:
    return house.session(Role.CLERK, "clerk-2")
