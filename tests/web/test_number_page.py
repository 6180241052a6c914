"""A number's page on phones of 360 by 740: it follows the number, and what happens when hand, line or server slip."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect
from queue_house import HALL, House, Server, serving
from web_hall import PHONE, Seat, breaches, seated

from jinghou_queue.desk.access import Role

SLOW_3G: Final = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
FIRST_VIEW_BYTES: Final = 60_000
SOON_MS: Final = 6_000


@dataclass
class Holder:
    """Somebody who waits, with the page of the number open on a phone."""

    seat: Seat
    page: Page
    number: str
    token: str

    def says(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#now")).to_contain_text(words)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).click()


@dataclass
class Hall:
    """A hall in which counter 1 is open for tax."""

    browser: Browser
    server: Server
    kiosk: str
    manager: str

    def take(self) -> tuple[str, str]:
        """A number and its token."""
        body = {"service": "tax", "channel": "kiosk"}
        taken = self.server.call("POST", f"/halls/{HALL}/tickets", self.kiosk, body).json
        return taken["number"], taken["token"]

    def clerk(self, button: str) -> None:
        answer = self.server.call("POST", f"/counters/c1/{button}", self.manager)
        assert answer.status == 200, answer.text

    def pass_over(self) -> None:
        self.clerk("recall")
        self.clerk("recall")
        self.clerk("recall")
        self.clerk("miss")

    @contextlib.contextmanager
    def holder(self, number: str, token: str, **options: Any) -> Iterator[Holder]:
        with seated(self.browser, self.server, **(PHONE | options)) as seat:
            page = seat.open(f"/t/{token}")
            expect(page.locator("#number")).to_have_text(number)
            yield Holder(seat, page, number, token)


@pytest.fixture
def hall(browser: Browser, house: House) -> Iterator[Hall]:
    kiosk, manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
    with serving(house) as server:
        hall = Hall(browser, server, kiosk, manager)
        hall.clerk("open")
        yield hall


@pytest.fixture
def holder(hall: Hall) -> Iterator[Holder]:
    """Somebody who is next."""
    with hall.holder(*hall.take()) as holder:
        yield holder
        assert holder.seat.complaints == []


def test_three_phones_and_a_clerk_each_see_what_is_theirs(hall: Hall) -> None:
    tickets = [hall.take() for _ in range(3)]
    with contextlib.ExitStack() as stack:
        first, second, third = (stack.enter_context(hall.holder(*ticket)) for ticket in tickets)
        clerk = stack.enter_context(seated(hall.browser, hall.server, Role.CLERK)).open("/staff/counters/c3")
        for each in (first, second, third):
            each.page.evaluate("window.stays = true")
        third.says("前面还有 2 人")
        clerk.get_by_role("button", name="开放窗口").click()
        clerk.get_by_role("button", name="叫下一位", exact=True).click()
        first.says("请到 3 号窗口")
        second.says("下一位就是您")
        third.says("前面还有 1 人")
        expect(first.page).to_have_title(re.compile(r"^请到 3 号窗口 · B001"))
        first.press("我看到了，这就去")
        expect(first.page.locator("#doing")).to_contain_text("窗口知道您在路上了")
        clerk.reload()
        expect(clerk.locator(".deliveries")).to_contain_text("手机 已看到")
        clerk.get_by_role("button", name="开始办理", exact=True).click()
        first.says("3 号窗口正在为您办理")
        clerk.get_by_role("button", name="办结", exact=True).click()
        first.says("已办结，感谢您的到来")
        for each in (first, second, third):
            assert each.page.evaluate("window.stays"), "a page was loaded anew"
            others = {number for number, _ in tickets} - {each.number}
            assert not [number for number in others if number in each.page.content()]
            assert each.seat.complaints == []


def test_moving_up_costs_a_phone_no_request(hall: Hall) -> None:
    tickets = [hall.take() for _ in range(7)]
    with hall.holder(*tickets[6]) as last:
        last.says("前面还有 6 人")
        asked: list[str] = []
        last.page.on("request", lambda request: asked.append(request.url))
        hall.clerk("next")
        last.says("前面还有 5 人")
        assert asked == []


def test_a_recall_is_told_and_seen_anew(hall: Hall, holder: Holder) -> None:
    hall.clerk("next")
    holder.press("我看到了，这就去")
    expect(holder.page.locator("#doing")).to_contain_text("窗口知道您在路上了")
    hall.clerk("recall")
    expect(holder.page.locator("#facts")).to_contain_text("这是第 2 次叫您")
    expect(holder.page.get_by_role("button", name="我看到了，这就去")).to_be_visible()


def test_a_phone_that_was_touched_vibrates_when_called_and_again_when_recalled(hall: Hall) -> None:
    hall.take()
    _, token = hall.take()
    with seated(hall.browser, hall.server, **PHONE) as seat:
        seat.context.add_init_script("navigator.vibrate = (pattern) => { (window.felt ??= []).push(pattern); }")
        page = seat.open(f"/t/{token}")
        page.get_by_role("button", name="叫到时振动").click()
        expect(page.get_by_role("button", name="已打开")).to_be_visible()
        hall.clerk("next")
        expect(page.locator("#now")).to_contain_text("下一位就是您")
        hall.clerk("start")
        hall.clerk("finish")
        hall.clerk("next")
        expect(page.locator("#now")).to_contain_text("请到 1 号窗口")
        hall.clerk("recall")
        expect(page.locator("#facts")).to_contain_text("第 2 次")
        called = [400, 150, 400, 150, 400]
        assert page.evaluate("felt") == [[200], [200], called, called]


def test_giving_the_number_back_asks_once_and_every_tab_knows(hall: Hall, holder: Holder) -> None:
    other = holder.seat.open(f"/t/{holder.token}")
    holder.press("不办了，取消这个号")
    expect(holder.page.get_by_role("heading", name=f"要取消 {holder.number} 吗？")).to_be_visible()
    holder.press("不取消，继续排队")
    holder.says("下一位就是您")
    holder.press("不办了，取消这个号")
    holder.page.get_by_role("button", name="取消这个号").dblclick()
    holder.says("号码已取消")
    expect(other.locator("#now")).to_contain_text("号码已取消")
    expect(other.get_by_role("link")).to_have_count(0)


def test_a_number_that_was_called_meanwhile_is_not_given_back(hall: Hall) -> None:
    number, token = hall.take()
    with hall.holder(number, token, java_script_enabled=False) as holder:
        holder.press("不办了，取消这个号")
        hall.clerk("next")
        holder.press("取消这个号")
        expect(holder.page.locator("#said")).to_contain_text("现在不能这样做")
        holder.says("请到 1 号窗口")


def test_a_call_leads_back_from_what_somebody_is_doing(hall: Hall, holder: Holder) -> None:
    holder.press("留个手机号")
    holder.page.get_by_label("手机号").fill("138")
    hall.clerk("next")
    holder.says("请到 1 号窗口")


def test_a_relatives_phone_is_bound_and_shown_masked(hall: Hall, holder: Holder) -> None:
    holder.press("留个手机号")
    holder.page.get_by_label("家人的").check()
    holder.page.get_by_label("手机号").fill("12345")
    holder.press("留下这个号码")
    expect(holder.page.get_by_role("alert").filter(has_text="手机号不对")).to_be_visible()
    holder.seat.complaints.clear()  # the browser reports the 422
    holder.page.get_by_label("家人的").check()
    holder.page.get_by_label("手机号").fill("138 0000 1234")
    holder.press("留下这个号码")
    expect(holder.page.locator("#doing")).to_contain_text("家人手机：138****1234")
    assert "13800001234" not in holder.page.content()
    holder.press("更改")
    holder.press("不再留手机号")
    expect(holder.page.get_by_role("link", name="留个手机号")).to_be_visible()


def test_the_same_phone_again_is_no_change_and_too_many_changes_are_told(hall: Hall) -> None:
    _, token = hall.take()
    bind = partial(hall.server.form, f"/t/{token}/phone")
    assert [bind({"phone": "13800001234"}).status for _ in range(7)] == [303] * 7
    assert [bind({"phone": f"1380000000{other}"}).status for other in range(4)] == [303] * 4
    refused = bind({"phone": "13800000009"})
    assert (refused.status, "手机号改得太多次了" in refused.text) == (429, True)


def test_who_was_passed_over_is_told_how_to_come_back(hall: Hall, holder: Holder) -> None:
    hall.clerk("next")
    hall.pass_over()
    holder.says("叫过您了，已过号")
    expect(holder.page.get_by_role("img", name="这个号的二维码")).to_be_visible()
    back = {"channel": "kiosk", "code": f"{hall.server.origin}/t/{holder.token}"}
    assert hall.server.call("POST", f"/halls/{HALL}/check-ins", hall.kiosk, back).status == 200
    holder.says("下一位就是您")


def test_a_reload_the_back_button_and_a_second_tab_show_the_same(hall: Hall, holder: Holder) -> None:
    other = holder.seat.open(f"/t/{holder.token}")
    holder.press("留个手机号")
    holder.page.go_back()
    holder.says("下一位就是您")
    hall.clerk("next")
    for page in (holder.page, other):
        expect(page.locator("#now")).to_contain_text("请到 1 号窗口")
        page.reload()
        expect(page.locator("#now")).to_contain_text("请到 1 号窗口")


def test_a_broken_line_is_said_and_what_was_pressed_is_pressed_again(hall: Hall, holder: Holder) -> None:
    hall.clerk("next")
    holder.says("请到 1 号窗口")
    holder.seat.context.set_offline(True)
    holder.press("我看到了，这就去")
    expect(holder.page.locator("#unsent")).to_be_visible()
    holder.says("请到 1 号窗口")
    holder.seat.context.set_offline(False)
    holder.press("我看到了，这就去")
    expect(holder.page.locator("#doing")).to_contain_text("窗口知道您在路上了")
    expect(holder.page.locator("#unsent")).to_be_hidden()
    holder.seat.complaints.clear()  # the browser reports what did not arrive


def test_a_server_that_comes_back_finds_its_phones(browser: Browser, house: House) -> None:
    kiosk, manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
    with serving(house) as before:
        hall = Hall(browser, before, kiosk, manager)
        hall.clerk("open")
        with hall.holder(*hall.take()) as holder:
            before.stop()
            expect(holder.page.locator("#lost")).to_contain_text(re.compile(r"已中断，自 \d\d:\d\d"))
            holder.says("下一位就是您")
            with serving(house, "--port", str(before.port)) as again:
                Hall(browser, again, kiosk, manager).clerk("next")
                holder.says("请到 1 号窗口")
                expect(holder.page.locator("#lost")).to_be_hidden()


def test_without_scripts_the_page_asks_again_and_every_button_works(hall: Hall) -> None:
    with hall.holder(*hall.take(), java_script_enabled=False) as holder:
        holder.press("留个手机号")
        holder.page.get_by_label("手机号").fill("13800001234")
        holder.press("留下这个号码")
        expect(holder.page.locator("#doing")).to_contain_text("我的手机：138****1234")
        hall.clerk("next")
        holder.says("请到 1 号窗口")  # by the refresh
        holder.press("我看到了，这就去")
        expect(holder.page.locator("#doing")).to_contain_text("窗口知道您在路上了")


def test_type_and_language_are_chosen_and_kept(hall: Hall, holder: Holder) -> None:
    holder.press("大字")
    expect(holder.page.locator("html")).to_have_class("large")
    holder.press("English")
    holder.says("You are next")
    holder.page.reload()
    holder.says("You are next")
    expect(holder.page.locator("html")).to_have_class("large")
    assert holder.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("to", ["//evil.example/t/x", "https://evil.example", "/t/x\r\nSet-Cookie: a=b", "/staff", ""])
def test_the_switch_sends_nobody_elsewhere(hall: Hall, to: str) -> None:
    assert hall.server.form("/look", {"look": "large", "to": to}).status == 404


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_state_of_the_page_keeps_anybody_out(hall: Hall, locale: str) -> None:
    number, token = hall.take()
    with hall.holder(number, token, locale=locale) as holder:
        for after in ("waiting", "called", "missed"):
            if after == "called":
                hall.clerk("next")
            elif after == "missed":
                hall.pass_over()
            expect(holder.page.locator(f"main.{after}")).to_be_visible()
            assert breaches(holder.page) == [], after
        for page in ("cancel", "phone"):
            holder.page.goto(f"{hall.server.origin}/t/{token}/{page}")
            assert breaches(holder.page) == [], page
        holder.page.goto(f"{hall.server.origin}/t/{HALL}.guessed")
        assert breaches(holder.page) == []


def test_keys_alone_give_a_number_back(hall: Hall, holder: Holder) -> None:
    holder.page.get_by_role("link", name="不办了").focus()
    holder.page.keyboard.press("Enter")
    expect(holder.page.get_by_role("heading", name="要取消")).to_be_visible()
    holder.page.get_by_role("button", name="取消这个号").focus()
    holder.page.keyboard.press("Enter")
    holder.says("号码已取消")


def test_the_first_view_is_small_and_shows_the_number_on_a_slow_line(hall: Hall) -> None:
    number, token = hall.take()
    with seated(hall.browser, hall.server, **PHONE) as seat:
        page = seat.context.new_page()
        wire = seat.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", dict(SLOW_3G))
        received: list[int] = []
        wire.on("Network.loadingFinished", lambda done: received.append(int(done["encodedDataLength"])))
        page.goto(f"{hall.server.origin}/t/{token}", wait_until="commit")
        expect(page.locator("#number")).to_have_text(number, timeout=SOON_MS)
        page.wait_for_load_state("load")
        assert 4 <= len(received) <= 6
        assert sum(received) < FIRST_VIEW_BYTES


def test_a_token_stands_in_no_log_and_goes_to_nobody(hall: Hall) -> None:
    _, token = hall.take()
    with seated(hall.browser, hall.server, **PHONE) as seat:
        page = seat.context.new_page()
        referrers: list[str | None] = []
        page.on("request", lambda request: referrers.append(request.all_headers().get("referer")))
        page.goto(f"{hall.server.origin}/t/{token}")
        page.get_by_role("link", name="留个手机号").click()
        page.get_by_label("手机号").fill("13800001234")
        page.get_by_role("button", name="留下这个号码").click()
        expect(page.locator("#doing")).to_contain_text("138****1234")
        assert referrers
        assert not any(referrers)
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    log = (hall.server.house.folder / "server.log").read_text()
    assert token not in log
    assert "13800001234" not in log


@pytest.mark.parametrize("page", ["", "/cancel", "/phone"])
def test_every_page_is_kept_nowhere_and_loads_only_what_is_ours(hall: Hall, page: str) -> None:
    _, token = hall.take()
    answer = hall.server.outside(f"/t/{token}{page}")
    policy = answer.headers["content-security-policy"]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    for mark in ("<style", " style=", "onclick", "http://", "https://"):
        assert mark not in answer.text, mark


def test_what_is_typed_comes_back_as_text_or_not_at_all(hall: Hall) -> None:
    _, token = hall.take()
    typed = '"><img src=x onerror=alert(1)>'
    answer = hall.server.form(f"/t/{token}/phone", {"phone": typed})
    assert (answer.status, "<img" in answer.text, "onerror" in answer.text) == (422, False, False)
    look = hall.server.ask(
        "POST", "/look", urlencode({"to": f"/t/{typed}"}), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (look.status, "onerror" in look.text) == (404, False)
