"""The staff's way in: who is let in where, and that no other site's page can press a button."""

import re
from typing import cast
from urllib.parse import urlencode

import pytest
from litestar.routes import HTTPRoute
from playwright.sync_api import Browser, expect
from queue_house import HALL, House, Server, an_office
from web_hall import seated

from jinghou_queue.api.app import make_app
from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk import staff
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.keys import Keys
from jinghou_queue.passwords import Passwords
from jinghou_queue.store import Store
from jinghou_queue.store.databases import connect

COUNTER = "/staff/counters/c1"


def hire(house: House, login: str, password: str) -> None:
    new = staff.NewStaff(login, "王丽", Role.CLERK, Passwords().hash(password))
    with connect(house.url) as connection:
        staff.add_staff(connection, Press(HALL, "test", unix_ms()), new)


def sent(server: Server, path: str, session: str | None, **headers: str) -> int:
    """The status of a form that was sent with these headers."""
    with_cookie = {} if session is None else {"Cookie": f"jinghou={session}"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return server.ask("POST", path, urlencode({"key": "k"}), form | with_cookie | headers).status


def test_a_clerk_logs_in_on_the_way_to_a_counter_and_out_again(browser: Browser, server: Server) -> None:
    hire(server.house, "10023", "correct horse 1")
    with seated(browser, server) as seat:
        page = seat.open(COUNTER)
        page.get_by_label("工号").fill("10023")
        page.get_by_label("密码").fill("another horse 1")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert").filter(has_text="工号或密码不对")).to_be_visible()
        expect(page.get_by_label("工号")).to_have_value("10023")
        page.get_by_label("密码").fill("correct horse 1")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="开放窗口")).to_be_visible()
        assert page.url.endswith(COUNTER)
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_role("heading", name="工作人员登录")).to_be_visible()
        page.goto(server.origin + COUNTER)
        expect(page.get_by_role("heading", name="工作人员登录")).to_be_visible()


def test_the_language_is_chosen_and_kept(browser: Browser, server: Server) -> None:
    with seated(browser, server, Role.CLERK) as seat:
        page = seat.open(COUNTER)
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("button", name="Open counter")).to_be_visible()
        page.goto(server.origin + "/staff/counters")
        expect(page.get_by_role("heading", name="Which counter is yours?")).to_be_visible()


def test_a_login_sends_nobody_to_another_site(server: Server) -> None:
    hire(server.house, "10023", "correct horse 1")
    form = urlencode({"login": "10023", "password": "correct horse 1", "to": "//evil.example/staff/"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.origin}
    answer = server.ask("POST", "/staff/login", form, headers)
    assert (answer.status, answer.headers["location"]) == (303, "/staff/counters")


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}, {}]
)
def test_another_sites_page_presses_no_button(server: Server, headers: dict[str, str]) -> None:
    session = server.house.session(Role.CLERK)
    assert sent(server, f"{COUNTER}/open", session, **headers) == 403
    assert sent(server, "/staff/logout", session, **headers) == 403
    assert sent(server, f"{COUNTER}/open", session, Origin=server.origin) == 303


EVERYBODY = {Role.CLERK, Role.MANAGER, Role.USHER, Role.TECHNICIAN, Role.AUDITOR}
LOOKS = {Role.MANAGER, Role.AUDITOR}
MANAGES = {Role.MANAGER}
PAGES = {
    "/staff/counters": {Role.CLERK, Role.MANAGER},
    COUNTER: {Role.CLERK, Role.MANAGER},
    "/staff/usher": {Role.USHER, Role.MANAGER},
    "/staff/account": EVERYBODY,
    "/staff/manager": LOOKS,
    "/staff/manager/plan": LOOKS,
    "/staff/manager/plan/edit/services/tax": MANAGES,
    "/staff/manager/plan/versions/1": LOOKS,
    "/staff/manager/plan/file": LOOKS,
    "/staff/manager/terminals": LOOKS,
    "/staff/manager/terminals/none": LOOKS,
    "/staff/manager/staff": LOOKS,
    "/staff/manager/staff/nobody": LOOKS,
    "/staff/manager/audit": LOOKS,
}
FORMS = {
    f"{COUNTER}/open": {Role.CLERK, Role.MANAGER},
    "/staff/usher/end": {Role.USHER, Role.MANAGER},
    "/staff/logout": EVERYBODY,
    "/staff/manager/help/none/come": MANAGES,
    "/staff/manager/plan/edit/services/tax": MANAGES,
    "/staff/manager/plan/apply": MANAGES,
    "/staff/manager/plan/versions/1": MANAGES,
    "/staff/manager/plan/file": MANAGES,
    "/staff/manager/terminals": MANAGES,
    "/staff/manager/terminals/none/profile": MANAGES,
    "/staff/manager/terminals/none/replace": MANAGES,
    "/staff/manager/terminals/none/retire": MANAGES,
    "/staff/manager/staff": MANAGES,
    "/staff/manager/staff/nobody": MANAGES,
    "/staff/manager/staff/nobody/password": MANAGES,
    "/staff/manager/staff/nobody/disable": MANAGES,
}
OPEN = {("GET", "/staff"), ("GET", "/staff/login"), ("POST", "/staff/login"), ("POST", "/staff/language")}
"""Where anybody may knock."""
ANSWERED = {200, 303, 404, 409, 422}
"""What somebody of the right role gets, whatever the form or the address is worth."""


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_page_is_for_its_roles(server: Server, role: Role) -> None:
    cookie = f"jinghou={server.house.session(role)}"
    for path, roles in PAGES.items():
        status = server.ask("GET", path, None, {"Cookie": cookie}).status
        assert status == (403 if role not in roles else 404 if path.endswith(("none", "nobody")) else 200), path


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_form_is_for_its_roles(server: Server, role: Role) -> None:
    for path, roles in FORMS.items():
        status = sent(server, path, server.house.session(role), Origin=server.origin)
        assert status in ANSWERED if role in roles else status == 403, path


def test_who_is_not_logged_in_is_sent_to_do_so(server: Server) -> None:
    for path in PAGES:
        assert server.ask("GET", path, None, {}).headers["location"].startswith("/staff/login?to="), path
    for path in FORMS:
        assert sent(server, path, None, Origin=server.origin) == 303, path


def test_every_page_of_staff_is_in_the_matrix() -> None:
    served: set[tuple[str, str]] = {
        (method, route.path_format)
        for route in make_app(an_office(cast("Store", None), Keys(bytes(32)))).routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/staff")
        for method in route.methods - {"OPTIONS"}
    }
    listed = {("GET", path) for path in PAGES} | {("POST", path) for path in FORMS}
    assert {served_as(served, *each) for each in listed | OPEN} == served


def served_as(served: set[tuple[str, str]], method: str, path: str) -> tuple[str, str]:
    """The route that answers there: of those that fit, the one that leaves least open."""
    fitting = [
        (method, form) for way, form in served if way == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", form), path)
    ]
    return min(fitting, key=lambda each: each[1].count("{"))


def test_pages_load_only_what_is_ours(server: Server) -> None:
    answer = server.ask("GET", COUNTER, None, {"Cookie": f"jinghou={server.house.session(Role.CLERK)}"})
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    for mark in ("<style", " style=", "onclick", "http://", "https://"):
        assert mark not in answer.text, mark
