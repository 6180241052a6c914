"""Settings as a manager changes them: previewed, checked, versioned, undone, and two managers at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from queue_house import HALL, Server
from web_hall import Seat, arrive, seated

from jinghou_config.hall import HallPlan
from jinghou_queue.desk.access import Role

PLAN = "/staff/manager/plan"


@pytest.fixture
def seat(browser: Browser, server: Server) -> Iterator[Seat]:
    with seated(browser, server, Role.MANAGER) as seat:
        yield seat


def preview(page: Page) -> None:
    page.get_by_role("button", name="预览改动").click()


def put_in_force(page: Page) -> None:
    page.get_by_role("button", name="现在生效").click()
    expect(page.get_by_text("已生效，各屏幕正在更新。")).to_be_visible()


def in_force(server: Server) -> tuple[str, Any]:
    """The version and the plan, as the API has them."""
    answer = server.call("GET", f"/halls/{HALL}/plan", session=server.house.session(Role.MANAGER, "other"))
    return answer.headers["etag"], answer.json


def test_a_change_is_shown_in_sentences_then_in_force_then_undone(seat: Seat, server: Server) -> None:
    page = seat.open(PLAN)
    page.get_by_role("link", name="税务").click()
    page.get_by_label("名称", exact=True).fill("税务服务")
    page.get_by_label("每段人数").fill("3")
    preview(page)
    expect(page.locator(".sentences li")).to_have_text(["税务，名称：“税务” → “税务服务”", "税务，每段人数：1 → 3"])
    assert in_force(server)[0] == '"1"'
    put_in_force(page)
    version, plan = in_force(server)
    assert (version, plan["services"][1]["name"], plan["services"][1]["slots"]["counters"]) == ('"2"', "税务服务", 3)

    page.get_by_role("link", name="第 1 版").click()
    page.get_by_role("button", name="恢复到这一版…").click()
    expect(page.locator(".sentences li").first).to_have_text("税务服务，名称：“税务服务” → “税务”")
    put_in_force(page)
    version, plan = in_force(server)
    assert (version, plan["services"][1]["name"]) == ('"3"', "税务")
    page.get_by_role("link", name="第 2 版").click()
    expect(page.locator(".sentences").first.locator("li")).to_have_text(
        ["税务，名称：“税务” → “税务服务”", "税务，每段人数：1 → 3"]
    )
    assert seat.complaints == []


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(seat: Seat, server: Server) -> None:
    page = seat.open(f"{PLAN}/edit/services/_new")
    page.get_by_label("名称", exact=True).fill("公积金")
    page.get_by_label("号码字母").fill("A")
    preview(page)
    expect(page.locator("#fault-name_en")).to_have_text("请填写。")
    page.get_by_label("英文名称").fill("Housing fund")
    preview(page)
    expect(page.locator("#fault-prefix")).to_have_text("另一项业务已用这个字母。")
    expect(page.get_by_label("名称", exact=True)).to_have_value("公积金")
    page.get_by_label("号码字母").fill("G")
    preview(page)
    expect(page.locator(".sentences li")).to_have_text(["新增公积金。"])
    put_in_force(page)
    assert [each["id"] for each in in_force(server)[1]["services"]][-1] == "s7"


def test_hours_are_lines_of_days_and_a_mistake_in_one_is_said_there(seat: Seat, server: Server) -> None:
    page = seat.open(f"{PLAN}/edit/rules/calendar")
    saturday = page.get_by_role("group", name="第 3 行")
    saturday.get_by_label("周六").check()
    saturday.get_by_label("从").fill("9：00")
    saturday.get_by_label("到").fill("8:00")
    page.get_by_label("另外关闭的日子").fill("2026-10-08\nmorgen")
    preview(page)
    expect(page.get_by_role("group", name="第 3 行")).to_contain_text("结束要晚于开始。")
    expect(page.locator("#fault-closed")).to_contain_text("请每行填写一个日期")
    page.get_by_role("group", name="第 3 行").get_by_label("到").fill("12:00")
    page.get_by_label("另外关闭的日子").fill("2026-10-08")
    preview(page)
    expect(page.locator(".sentences")).to_contain_text("周一至周五 13:30–17:00、周六 09:00–12:00")
    put_in_force(page)
    calendar = in_force(server)[1]["calendar"]
    assert calendar["hours"][2] == {"days": ["sat"], "opens": "09:00:00", "closes": "12:00:00"}
    assert calendar["closed"] == ["2026-10-08"]


def test_what_people_wait_for_cannot_go_and_the_page_says_who(seat: Seat, server: Server, kiosk: str) -> None:
    arrive(server, kiosk, "enquiries")
    page = seat.open(f"{PLAN}/edit/services/enquiries")
    page.get_by_role("button", name="去掉这项业务…").click()
    expect(page.locator(".faults")).to_contain_text("综合咨询还有 1 人等候")
    expect(page.get_by_role("button", name="现在生效")).to_have_count(0)


def test_a_service_that_a_counter_lives_by_cannot_go_and_the_counter_is_named(seat: Seat) -> None:
    page = seat.open(f"{PLAN}/edit/services/property")
    page.get_by_role("button", name="去掉这项业务…").click()
    expect(page.locator(".faults")).to_contain_text("2 号窗口 · 能办的业务：请至少选择一项。")


def test_the_second_of_two_managers_is_told_what_the_first_changed(
    browser: Browser, seat: Seat, server: Server
) -> None:
    mine = seat.open(f"{PLAN}/edit/rules/calling")
    with seated(browser, server, session=server.house.session(Role.MANAGER, "lina")) as other:
        theirs = other.open(f"{PLAN}/edit/rules/calling")
        theirs.get_by_label("重呼几次后可以过号").fill("2")
        preview(theirs)
        mine.get_by_label("几岁起自动优先").fill("70")
        preview(mine)
        put_in_force(theirs)
    mine.get_by_role("button", name="现在生效").click()
    expect(mine.get_by_role("heading", name="设置刚被别人改过")).to_be_visible()
    expect(mine.get_by_text("lina 已改为第 2 版")).to_be_visible()
    expect(mine.get_by_text("叫号规则，重呼几次后可以过号：1 次 → 2 次")).to_be_visible()
    expect(mine.get_by_text("叫号规则，几岁起自动优先：0 岁 → 70 岁")).to_be_visible()
    assert in_force(server)[0] == '"2"'
    mine.get_by_role("link", name="照现在的设置重新改").click()
    expect(mine.get_by_label("重呼几次后可以过号")).to_have_value("2")


def test_the_plan_goes_out_as_a_file_and_comes_in_again_changed(seat: Seat, server: Server, tmp_path: Path) -> None:
    page = seat.open(PLAN)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出全部设置（TOML）").click()
    file = tmp_path / "hall.toml"
    download.value.save_as(file)
    assert HallPlan.load(file) == HallPlan.model_validate(in_force(server)[1])

    text = file.read_text("utf-8")
    file.write_text(text.replace('label = "6"', 'label = "窗口六号以及更多"'), "utf-8")
    bring(page, file)
    expect(page.locator(".faults")).to_contain_text("窗口六号以及更多 号窗口 · 窗口号：最多 6 个字。")
    file.write_text("name = ", "utf-8")
    bring(page, file)
    expect(page.get_by_text("这不是 TOML 文件")).to_be_visible()
    file.write_text(text.replace('label = "6"', 'label = "06"'), "utf-8")
    bring(page, file)
    expect(page.locator(".sentences li")).to_have_text(["6 号窗口，窗口号：“6” → “06”"])
    put_in_force(page)
    assert in_force(server)[1]["counters"][5]["label"] == "06"


def bring(page: Page, file: Path) -> None:
    page.get_by_label("从文件导入").set_input_files(file)
    page.get_by_role("button", name="预览导入").click()


def test_put_in_force_twice_is_one_version_and_a_line_of_the_audit(browser: Browser, server: Server) -> None:
    with seated(browser, server, Role.MANAGER, java_script_enabled=False) as seat:
        page = seat.open(f"{PLAN}/edit/counters/c6")
        page.get_by_label("社保医保").uncheck()
        preview(page)
        names = ("key", "version", "plan", "back")
        form: dict[str, str | float | bool] = {
            name: page.locator(f'input[name="{name}"]').input_value() for name in names
        }
        put_in_force(page)
        again = seat.context.request.post(f"{server.origin}{PLAN}/apply", form=form, headers={"Origin": server.origin})
        assert again.ok
        assert in_force(server)[0] == '"2"'
        page.goto(f"{server.origin}/staff/manager/audit")
        expect(page.get_by_role("row").filter(has_text="改设置")).to_have_count(1)
