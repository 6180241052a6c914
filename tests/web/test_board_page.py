"""The boards in a real browser: enrolled with a code, the newest call large, and no stale numbers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from queue_house import HALL, House, Server, serving
from web_hall import Seat, arrive, breaches, seated

from jinghou_queue.desk.access import Role

TV = {"width": 1920, "height": 1080}


@pytest.fixture
def seat(browser: Browser, server: Server) -> Iterator[Seat]:
    with seated(browser, server, viewport=TV) as seat:
        yield seat


def announce(server: Server, profile: dict[str, object] | None = None, kind: str = "board") -> str:
    """A technician announces a terminal; its one-time code."""
    technician = server.house.token(Role.TECHNICIAN, f"technician-{kind}")
    body = {"kind": kind, "name": "大屏 1", "profile": profile or {}}
    return str(server.call("POST", f"/halls/{HALL}/terminals", technician, body).json["enrol_code"])


def a_board(seat: Seat, profile: dict[str, object] | None = None) -> Page:
    page = seat.open("/board")
    page.get_by_label(re.compile("登记码")).fill(announce(seat.server, profile))
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#board")).to_be_visible()
    seat.complaints.clear()  # the browser reports the 401 of a screen that is no board yet
    return page


def press(server: Server, *buttons: str, counter: str = "c1") -> None:
    clerk = f"{HALL}.secret-of-{counter}"
    for button in buttons:
        assert server.call("POST", f"/counters/{counter}/{button}", clerk).status == 200, button


@pytest.fixture
def clerks(house: House) -> None:
    for counter in ("c1", "c3"):
        house.token(Role.CLERK, counter)


def test_the_newest_call_is_large_and_the_others_stay(seat: Seat, server: Server, kiosk: str, clerks: None) -> None:
    board = a_board(seat)
    expect(board.locator(".message")).to_have_text("请安静等候")
    first, second = arrive(server, kiosk), arrive(server, kiosk, name="李*")
    expect(board.locator("footer")).to_contain_text("税务 2 人等候")
    press(server, "open", "next")
    expect(board.locator(".number")).to_have_text(first)
    expect(board.locator(".counter")).to_contain_text("1 号窗")
    expect(board.locator(".what")).to_have_text("税务 · 张*")
    press(server, "open", "next", counter="c3")
    expect(board.locator(".number")).to_have_text(second)
    expect(board.locator(".others")).to_contain_text(f"{first}1 号窗")
    press(server, "start", counter="c3")
    expect(board.locator(".number")).to_have_text(first)
    expect(board.locator(".others")).to_contain_text("办理中")
    assert seat.complaints == []


def test_a_windows_screen_shows_its_own_counter_only(seat: Seat, server: Server, kiosk: str, clerks: None) -> None:
    window = a_board(seat)
    window.goto(f"{server.origin}/board?counter=c3")
    expect(window.locator(".message")).to_have_text("未开放")
    first, second = arrive(server, kiosk), arrive(server, kiosk)
    press(server, "open", "next")
    press(server, "open", "next", counter="c3")
    expect(window.locator(".number")).to_have_text(second)
    expect(window.locator("body")).not_to_contain_text(first)
    press(server, "start", "finish", counter="c3")
    expect(window.locator(".message")).to_have_text("请等候叫号")


def test_a_board_shows_the_services_of_its_profile(seat: Seat, server: Server, kiosk: str, clerks: None) -> None:
    board = a_board(seat, {"services": ["property"]})
    arrive(server, kiosk)
    press(server, "open", "next")
    expect(board.locator("footer")).to_contain_text("不动产登记")
    expect(board.locator("body")).not_to_contain_text("税务")
    expect(board.locator(".message")).to_have_text("请安静等候")


def test_a_broken_line_hides_the_numbers_and_says_since_when(
    browser: Browser, house: House, kiosk: str, clerks: None
) -> None:
    with serving(house) as first, seated(browser, first, viewport=TV) as seat:
        board = a_board(seat)
        number = arrive(first, kiosk)
        press(first, "open", "next")
        expect(board.locator(".number")).to_have_text(number)
        first.stop()
        expect(board.locator("#lost")).to_contain_text(re.compile(r"自 \d\d:\d\d 起收不到叫号消息"))
        cover = board.locator("#lost").bounding_box()
        assert cover is not None
        assert (cover["width"], cover["height"]) == (1920, 1080)
        with serving(house, "--port", str(first.port)):
            expect(board.locator("#lost")).to_be_hidden()
            expect(board.locator(".number")).to_have_text(number)


def test_a_wrong_code_and_a_kiosks_code_make_no_board(seat: Seat, server: Server) -> None:
    page = seat.open("/board")
    for code, said in (("ABCD-EFGH", "没有终端在等这个登记码"), (announce(server, kind="kiosk"), "不是给大屏的")):
        page.get_by_label(re.compile("登记码")).fill(code)
        page.get_by_role("button", name="登记").click()
        expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()


def test_a_board_that_is_retired_asks_for_a_code(seat: Seat, server: Server) -> None:
    board = a_board(seat)
    technician = f"{HALL}.secret-of-technician-board"
    (terminal,) = server.call("GET", f"/halls/{HALL}/terminals", technician).json
    assert terminal["report"]["activity"] == "showing"
    assert server.call("DELETE", f"/halls/{HALL}/terminals/{terminal['id']}", technician).status == 204
    board.reload()
    board.reload()  # what is known of a token may be believed for a few seconds
    expect(board.get_by_role("heading", name="这块屏还没有登记")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (3840, 2160), (1366, 768)])
def test_digits_are_a_tenth_of_the_screen_and_nothing_is_cut(
    browser: Browser, server: Server, kiosk: str, clerks: None, size: tuple[int, int]
) -> None:
    width, height = size
    with seated(browser, server, viewport={"width": width, "height": height}) as seat:
        board = a_board(seat)
        for _ in range(2):
            arrive(server, kiosk)
        press(server, "open", "next")
        press(server, "open", "next", counter="c3")
        expect(board.locator(".others li")).to_have_count(1)
        assert breaches(board) == []
        digits = float(board.locator(".others strong").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))
        assert digits >= 0.099 * min(width, height)
        cut = board.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
            " && getComputedStyle(e).display !== 'inline').length"
        )
        assert cut == 0
        assert board.evaluate("document.documentElement.scrollHeight <= innerHeight")
