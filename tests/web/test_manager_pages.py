"""The manager's pages in a real browser: the hall in one look, terminals, staff, records."""

import io
import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect
from queue_house import HALL, Server
from web_hall import Seat, arrive, breaches, seated

from jinghou_queue.desk.access import Role

HALL_PAGE = "/staff/manager"


@pytest.fixture
def seat(browser: Browser, server: Server) -> Iterator[Seat]:
    with seated(browser, server, Role.MANAGER) as seat:
        yield seat
        assert seat.complaints == []


def announced(server: Server, name: str = "B 区 03 号") -> tuple[str, str]:
    """A kiosk that is enrolled: its id and token."""
    manager = server.house.token(Role.MANAGER)
    code = server.call("POST", f"/halls/{HALL}/terminals", manager, {"kind": "kiosk", "name": name}).json
    enrolled = server.call("POST", "/terminals/enrol", None, {"code": code["enrol_code"]}).json
    return code["id"], enrolled["token"]


def test_the_hall_says_what_needs_somebody_and_answers_a_call_for_staff(seat: Seat, server: Server, kiosk: str) -> None:
    _, token = announced(server)
    page = seat.open(HALL_PAGE)
    expect(page.get_by_role("heading", name="大厅一切正常")).to_be_visible()
    arrive(server, kiosk)
    expect(page.locator(".needs")).to_contain_text("税务 有 1 人等候，没有开放的窗口")
    server.call("POST", "/terminals/me/help", token, {"page": "home"})
    first = page.locator(".needs li").first
    expect(first).to_contain_text("B 区 03 号 有人请工作人员过去")
    first.get_by_role("button", name="我来处理").click()
    expect(page.get_by_role("heading", name="1 件事需要处理")).to_be_visible()
    expect(page.get_by_role("region", name="正在过去")).to_contain_text("manager-1")
    page.get_by_role("button", name="已处理").click()
    expect(page.get_by_role("region", name="正在过去")).to_have_count(0)


def test_the_hall_shows_who_works_where_and_the_day_so_far(seat: Seat, server: Server, kiosk: str) -> None:
    clerk = server.house.token(Role.CLERK, "10023")
    number = arrive(server, kiosk)
    for button in ("open", "next", "start"):
        assert server.call("POST", f"/counters/c1/{button}", clerk, {} if button == "open" else None).status == 200
    page = seat.open(HALL_PAGE)
    counter = page.locator(".counter").filter(has_text="10023")
    expect(counter).to_contain_text(f"{number} 办理")
    server.call("POST", "/counters/c1/finish", clerk)
    expect(page.locator(".facts div").filter(has_text="已办结")).to_contain_text("1")
    expect(counter).to_contain_text("没有人")


def test_a_terminal_is_announced_set_up_replaced_and_retired(seat: Seat, server: Server) -> None:
    page = seat.open("/staff/manager/terminals")
    page.get_by_label("放在哪里").fill("A 区 01 号")
    page.get_by_role("button", name="添加，显示启用码").click()
    code = page.locator(".number").inner_text()
    picture = Image.open(io.BytesIO(page.get_by_role("img", name="启用码的二维码").screenshot()))
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [f"{server.origin}/enrol#{code}"]
    enrolled = server.call("POST", "/terminals/enrol", None, {"code": code})
    assert enrolled.json["name"] == "A 区 01 号"

    page.get_by_role("link", name="记下了，回到终端").click()
    assert code not in page.content()
    page.get_by_role("link", name="A 区 01 号").click()
    page.get_by_label("主色").fill("#FFFF00")
    page.get_by_role("group", name="首页先列").get_by_label("税务").check()
    page.get_by_label("开门前多久开始取号").fill("viel")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".entry.wrong")).to_have_count(2)
    expect(page.get_by_label("主色")).to_have_value("#FFFF00")
    expect(page.get_by_text("白字在上面要看得清")).to_be_visible()
    page.get_by_label("主色").fill("#14576B")
    page.get_by_label("开门前多久开始取号").fill("15")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    config = server.call("GET", "/terminals/me/config", enrolled.json["token"]).json
    assert config["profile"] == {"hot": ["tax"], "early_minutes": 15, "brand": {"accent": "#14576B"}}

    page.get_by_role("button", name="显示新的启用码").click()
    assert page.locator(".number").inner_text() != code
    page.get_by_role("link", name="记下了，回到终端").click()
    page.get_by_role("link", name="A 区 01 号").click()
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("请先勾选“确定停用”。")).to_be_visible()
    page.get_by_label("确定停用").check()
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("终端已停用。")).to_be_visible()
    assert server.call("GET", "/terminals/me/config", enrolled.json["token"]).status in (401, 404)
    seat.complaints.clear()  # the browser reports answers of 422


def test_an_account_is_added_changed_and_ended(browser: Browser, seat: Seat, server: Server) -> None:
    page = seat.open("/staff/manager/staff")
    page.get_by_label("工号").fill("10023")
    page.get_by_label("姓名").fill("李娜")
    page.get_by_label("第一个密码").fill("short")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("alert").filter(has_text="密码要 10 到 128 位")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("李娜")
    page.get_by_label("第一个密码").fill("correct horse 1")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("已添加。")).to_be_visible()
    assert logs_in(server, "10023", "correct horse 1") == 200

    page.get_by_role("link", name="李娜").click()
    page.get_by_label("身份").select_option("引导员")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    page.get_by_label("新密码").fill("another horse 2")
    page.get_by_role("button", name="更换密码").click()
    expect(page.get_by_text("密码已更换")).to_be_visible()
    assert logs_in(server, "10023", "another horse 2") == 200
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("已停用，登录已结束。")).to_be_visible()
    assert logs_in(server, "10023", "another horse 2") == 401
    page.get_by_label("确定删除").check()
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("已删除。")).to_be_visible()
    expect(page.get_by_role("link", name="李娜")).to_have_count(0)
    seat.complaints.clear()  # the browser reports an answer of 422


def test_a_manager_cannot_end_the_own_account_and_reads_why(seat: Seat, server: Server) -> None:
    page = seat.open("/staff/manager/staff/manager-1")
    expect(page.get_by_text("请另一位管理员来做")).to_be_visible()
    expect(page.get_by_role("button", name="停用")).to_have_count(0)
    page.get_by_label("身份").select_option("窗口人员")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert").filter(has_text="不能对自己的账号这样做")).to_be_visible()
    seat.complaints.clear()  # the browser reports the answer of 409


def test_the_records_say_who_did_what_and_are_looked_up_by_person(seat: Seat, server: Server) -> None:
    announced(server)
    page = seat.open("/staff/manager/audit")
    expect(page.get_by_role("row").filter(has_text="添加终端")).to_contain_text("B 区 03 号")
    page.get_by_label("谁").fill("manager-1")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("row").filter(has_text="登录")).to_be_visible()
    expect(page.get_by_text("添加终端")).to_have_count(0)
    page.get_by_label("哪天").fill("2020-01-01")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("没有记录。")).to_be_visible()


def test_an_auditor_reads_and_finds_nothing_to_press(browser: Browser, server: Server, kiosk: str) -> None:
    terminal, token = announced(server)
    server.call("POST", "/terminals/me/help", token, {"page": "home"})
    with seated(browser, server, Role.AUDITOR) as seat:
        page = seat.open("/staff")
        for path in ("", "/plan", "/terminals", f"/terminals/{terminal}", "/staff", "/staff/auditor-1"):
            page.goto(f"{server.origin}{HALL_PAGE}{path}")
            expect(page.locator("main button")).to_have_count(0)
        assert seat.complaints == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_page_keeps_anybody_out(browser: Browser, server: Server, kiosk: str, locale: str) -> None:
    """axe finds nothing, and at 200 % zoom or on a phone nothing is cut off."""
    terminal, token = announced(server)
    server.call("POST", "/terminals/me/help", token, {"page": "home"})
    arrive(server, kiosk)
    with seated(browser, server, Role.MANAGER, locale=locale, viewport={"width": 360, "height": 740}) as seat:
        page = seat.open(HALL_PAGE)
        for path in paths(terminal):
            page.goto(f"{server.origin}{HALL_PAGE}{path}")
            assert breaches(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.goto(f"{server.origin}{HALL_PAGE}/plan/edit/rules/calling")
        page.locator("#recalls").fill("99")
        page.locator("button.primary").click()
        assert breaches(page) == []
        page.locator("#recalls").fill("2")
        page.locator("button.primary").click()
        expect(page.locator(".sentences")).to_contain_text(re.compile("→ 2"))
        assert breaches(page) == []


def paths(terminal: str) -> list[str]:
    parts = ("services/tax", "services/_new", "counters/c1", "rules/calendar", "rules/people")
    edits = [f"/plan/edit/{part}" for part in parts]
    rest = ["/terminals", f"/terminals/{terminal}", "/staff", "/staff/manager-1", "/audit"]
    return ["", "/plan", *edits, "/plan/versions/1", *rest]


def logs_in(server: Server, login: str, password: str) -> int:
    headers = {"Origin": server.origin}
    return server.call("POST", "/session", None, {"login": login, "password": password}, headers=headers).status
