"""The HTTP side, through a real server process."""

import contextlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import msgspec
import pytest
from litestar.routes import HTTPRoute
from queue_house import HALL, Answer, House, Server, an_office, resident_number, serving

from jinghou_queue.api.app import make_app
from jinghou_queue.contract.messages import Called, HallView, OwnTicket, Problem, Ticket, TicketStatus
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.keys import Keys
from jinghou_queue.store import Store
from jinghou_queue.web.pages import choose_language

TAKE = f"/halls/{HALL}/tickets"


class Hall:
    """A served hall and a token of each role."""

    def __init__(self, server: Server, tokens: dict[Role, str]) -> None:
        self.server = server
        self.tokens = tokens
        self.kiosk = tokens[Role.TERMINAL]
        self.clerk = tokens[Role.CLERK]

    def take(self, service: str = "tax", person: int | None = None, key: str | None = None) -> Ticket:
        body: dict[str, object] = {"service": service, "channel": "kiosk"}
        if person is not None:
            body |= {"identity": {"kind": "resident", "number": resident_number(person)}, "masked_name": "张*"}
        answer = self.server.call("POST", TAKE, self.kiosk, body, key=key)
        assert answer.status in (200, 201), answer.text
        return msgspec.json.decode(answer.text, type=Ticket)

    def press(self, counter: str, button: str, body: object = None) -> Answer:
        return self.server.call("POST", f"/counters/{counter}/{button}", self.tokens[Role.MANAGER], body)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One server for the module on each database; each test uses people and services of its own."""
    with contextlib.ExitStack() as databases:
        url = None
        if request.param == "postgres":
            url = databases.enter_context(request.getfixturevalue("postgres").database())
        house = House.build(tmp_path_factory.mktemp("api"), url)
        tokens = {role: house.token(role) for role in Role}
        with serving(house) as server:
            yield Hall(server, tokens)


def test_a_visit_from_number_to_goodbye(hall: Hall) -> None:
    ticket = hall.take("company")
    assert re.fullmatch(r"D\d{3}", ticket.number)
    assert ticket.url.endswith(f"/t/{ticket.token}")
    printed = hall.server.call("POST", f"/tickets/{ticket.id}/printed", hall.kiosk, {"outcome": "printed"})
    assert msgspec.json.decode(printed.text, type=TicketStatus).state == "active"
    assert hall.server.call("POST", "/counters/c3/open", hall.clerk, {"services": ["company"]}).status == 200
    called = msgspec.json.decode(hall.server.call("POST", "/counters/c3/next", hall.clerk).text, type=Called)
    assert called.leg.number == ticket.number
    assert re.fullmatch(r"现场取号 \d\d:\d\d，最早到", called.reason)
    own = msgspec.json.decode(hall.server.call("GET", f"/t/{ticket.token}").text, type=OwnTicket)
    assert (own.hall, own.leg, own.counter) == (HALL, "called", "3")
    view = msgspec.json.decode(hall.server.call("GET", f"/halls/{HALL}", hall.clerk).text, type=HallView)
    assert [call.number for call in view.calls if call.counter == "3"] == [ticket.number]
    assert [hall.press("c3", button).status for button in ("start", "finish", "next", "close")] == [200, 200, 204, 200]
    assert hall.server.call("GET", f"/t/{ticket.token}").json["state"] == "closed"


def test_the_same_person_is_answered_200_with_the_same_number(hall: Hall) -> None:
    body = {
        "service": "residence",
        "channel": "kiosk",
        "identity": {"kind": "resident", "number": resident_number(7)},
        "masked_name": "张*",
    }
    first, again = (hall.server.call("POST", TAKE, hall.kiosk, body) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert {**first.json, "ahead": 0} == {**again.json, "ahead": 0}


def test_a_press_sent_again_after_a_lost_answer_is_one_press(hall: Hall) -> None:
    first, again = (
        hall.server.call("POST", TAKE, hall.kiosk, {"service": "tax", "channel": "kiosk"}, key="k1") for _ in range(2)
    )
    assert (first.status, first.json) == (again.status, again.json)
    other = hall.server.call("POST", TAKE, hall.kiosk, {"service": "company", "channel": "kiosk"}, key="k1")
    assert (other.status, other.problem) == (422, "key-reused")


def test_a_key_belongs_to_whoever_sent_it_first(hall: Hall) -> None:
    body = {"service": "tax", "channel": "kiosk"}
    assert hall.server.call("POST", TAKE, hall.kiosk, body, key="mine").status == 201
    other = hall.server.call("POST", TAKE, hall.tokens[Role.MANAGER], body, key="mine")
    assert (other.status, other.problem) == (422, "key-reused")


def test_counters_pressing_next_at_once_get_different_people(hall: Hall) -> None:
    for _ in range(40):
        hall.take("enquiries")
    assert {hall.press(counter, "open").status for counter in ("c5", "c6")} == {200}

    def work(counter: str) -> list[str]:
        numbers = []
        for _ in range(20):
            numbers.append(hall.press(counter, "next").json["leg"]["number"])
            assert (hall.press(counter, "start").status, hall.press(counter, "finish").status) == (200, 200)
        return numbers

    with ThreadPoolExecutor() as pool:
        called = [number for numbers in pool.map(work, ("c5", "c6")) for number in numbers]
    assert len(set(called)) == len(called) == 40


ALL = frozenset(Role)
PEOPLE = ALL - {Role.TERMINAL}
PLANNERS = frozenset({Role.MANAGER, Role.TECHNICIAN, Role.AUDITOR})
HELPERS = frozenset({Role.CLERK, Role.USHER, Role.MANAGER})
WRITERS = frozenset({Role.TERMINAL, Role.USHER, Role.MANAGER})
INSTALLERS = frozenset({Role.MANAGER, Role.TECHNICIAN})
MACHINES = frozenset({Role.TERMINAL})
CLERKS = frozenset({Role.CLERK, Role.MANAGER})
ARRANGERS = HELPERS | WRITERS
MANAGERS = frozenset({Role.MANAGER})
BUTTONS = ("open", "pause", "close", "next", "recall", "undo", "start", "miss", "park", "resume", "transfer", "finish")

# Every route is in one of these tables: who may use it by token or by session, who by session only, or everybody.
ROUTES = [
    ("GET", "/halls", ALL),
    ("GET", f"/halls/{HALL}", ALL),
    ("GET", f"/halls/{HALL}/events?after=x", ALL),
    ("GET", f"/halls/{HALL}/plan", PLANNERS),
    ("PUT", f"/halls/{HALL}/plan", MANAGERS),
    ("GET", f"/halls/{HALL}/staff", MANAGERS | {Role.AUDITOR}),
    ("POST", f"/halls/{HALL}/staff", MANAGERS),
    ("POST", f"/halls/{HALL}/staff/none/change", MANAGERS),
    ("POST", f"/halls/{HALL}/staff/none/password", MANAGERS),
    ("POST", f"/halls/{HALL}/staff/none/disable", MANAGERS),
    ("POST", f"/halls/{HALL}/staff/none/enable", MANAGERS),
    ("POST", f"/halls/{HALL}/staff/none/remove", MANAGERS),
    ("POST", TAKE, WRITERS),
    ("POST", "/tickets/none/printed", WRITERS),
    ("POST", "/tickets/none/cancel", WRITERS),
    ("POST", "/tickets/none/return", HELPERS),
    ("POST", "/tickets/none/priority", HELPERS - {Role.CLERK}),
    ("GET", f"/halls/{HALL}/slots", ALL),
    ("POST", f"/halls/{HALL}/bookings", ARRANGERS),
    ("GET", f"/halls/{HALL}/bookings", HELPERS | {Role.AUDITOR}),
    *(("POST", f"/bookings/none/{change}", ARRANGERS) for change in ("confirm", "cancel", "reschedule")),
    ("POST", f"/halls/{HALL}/check-ins", ARRANGERS),
    ("POST", f"/halls/{HALL}/own-numbers", ARRANGERS),
    ("POST", f"/halls/{HALL}/own-bookings", ARRANGERS),
    ("POST", "/tickets/none/identity", CLERKS),
    ("GET", f"/halls/{HALL}/code", WRITERS),
    ("POST", f"/halls/{HALL}/terminals", INSTALLERS),
    ("GET", f"/halls/{HALL}/terminals", PLANNERS),
    ("POST", f"/halls/{HALL}/terminals/none/replace", INSTALLERS),
    ("DELETE", f"/halls/{HALL}/terminals/none", INSTALLERS),
    ("GET", f"/halls/{HALL}/terminals/none/profile", PLANNERS),
    ("PUT", f"/halls/{HALL}/terminals/none/profile", INSTALLERS),
    ("GET", "/terminals/me/config", MACHINES),
    ("POST", "/terminals/me/status", MACHINES),
    ("POST", "/terminals/me/leases", MACHINES),
    ("POST", "/terminals/me/outbox", MACHINES),
    ("POST", "/terminals/me/help", MACHINES),
    ("DELETE", "/terminals/me/help", MACHINES),
    ("GET", f"/halls/{HALL}/help", HELPERS),
    ("GET", f"/halls/{HALL}/unreached", HELPERS),
    ("POST", f"/halls/{HALL}/terminals/none/help/come", HELPERS),
    ("POST", f"/halls/{HALL}/terminals/none/help/end", HELPERS),
    ("GET", "/counters/none", CLERKS),
    *(("POST", f"/counters/none/{button}", CLERKS) for button in BUTTONS),
]
SESSION_ROUTES = [
    ("GET", "/session", PEOPLE),
    ("DELETE", "/session", PEOPLE),
    ("POST", "/session/password", PEOPLE),
]
PUBLIC_ROUTES = [
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/terminals/enrol"),
    ("GET", "/api/v1/t/none"),
    ("GET", "/api/v1/t/none/events"),
    ("POST", "/api/v1/t/none/seen"),
    ("POST", "/api/v1/t/none/cancel"),
    ("POST", "/api/v1/t/none/phone"),
    ("DELETE", "/api/v1/t/none/phone"),
    ("POST", f"/api/v1/halls/{HALL}/phone-claims"),
    ("POST", f"/api/v1/halls/{HALL}/phone-tickets"),
    ("POST", "/api/v1/notices/none/reports"),
    ("GET", f"/h/{HALL}"),
    ("POST", f"/h/{HALL}"),
    ("GET", f"/h/{HALL}/book"),
    ("POST", f"/h/{HALL}/book"),
    ("POST", "/look"),
    ("GET", "/t/none"),
    *(("POST", f"/t/none/{button}") for button in ("seen", "cancel", "phone", "no-phone")),
    *(("GET", f"/t/none/{page}") for page in ("cancel", "phone")),
    ("GET", "/b/none"),
    *(("POST", f"/b/none/{button}") for button in ("confirm", "cancel", "change")),
    *(("GET", f"/b/none/{page}") for page in ("cancel", "change", "calendar.ics")),
    ("GET", "/api/v1/b/none"),
    *(("POST", f"/api/v1/b/none/{change}") for change in ("confirm", "cancel", "reschedule")),
    ("GET", "/livez"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/schema"),
    ("GET", "/schema/openapi.json"),
    ("GET", "/schema/none"),
]


def check_role(answer: Answer, *, may: bool) -> None:
    if may:
        assert answer.status in (200, 204, 400, 404)
    else:
        assert (answer.status, answer.problem) == (403, "not-allowed")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "roles"), ROUTES)
def test_a_route_is_open_to_its_roles_only(
    hall: Hall, method: str, path: str, roles: frozenset[Role], role: Role
) -> None:
    check_role(hall.server.call(method, path, hall.tokens[role]), may=role in roles)


@pytest.mark.parametrize("role", sorted(PEOPLE))
@pytest.mark.parametrize(("method", "path", "roles"), ROUTES + SESSION_ROUTES)
def test_a_session_opens_what_its_owners_role_does(
    hall: Hall, method: str, path: str, roles: frozenset[Role], role: Role
) -> None:
    session = hall.server.house.session(role)
    check_role(hall.server.call(method, path, session=session), may=role in roles)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path"), [route[:2] for route in SESSION_ROUTES])
def test_a_token_has_no_session(hall: Hall, method: str, path: str, role: Role) -> None:
    check_role(hall.server.call(method, path, hall.tokens[role]), may=False)


@pytest.mark.parametrize("token", [None, "", HALL, f"{HALL}.guessed", "atlantis.guessed"])
@pytest.mark.parametrize(("method", "path"), [route[:2] for route in ROUTES + SESSION_ROUTES])
def test_nobody_without_a_token_or_session_gets_anywhere(hall: Hall, method: str, path: str, token: str | None) -> None:
    for answer in (hall.server.call(method, path, token), hall.server.call(method, path, session=token)):
        assert (answer.status, answer.problem) == (401, "token-unknown")


@pytest.mark.parametrize(("method", "path"), PUBLIC_ROUTES)
def test_what_is_public_asks_for_no_token(hall: Hall, method: str, path: str) -> None:
    assert hall.server.ask(method, path, None, {"Origin": hall.server.origin}).status in (200, 400, 404, 422)


def test_every_route_of_the_application_is_in_the_matrix() -> None:
    served = {
        (method, re.sub(r"\{\w+\}", "*", route.path_format))
        for route in make_app(an_office(cast("Store", None), Keys(bytes(32)))).routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS" and not route.path.startswith(("/sta", "/board"))  # tests/web has those
    }
    rows = [(method, f"/api/v1{path}") for method, path, _ in ROUTES + SESSION_ROUTES] + PUBLIC_ROUTES
    listed = [(method, re.sub(r"/(none|yunxi)(?=/|$)", "/*", path.partition("?")[0])) for method, path in rows]
    assert sorted(listed) == sorted(served)


def test_the_document_describes_each_call_and_its_problems(hall: Hall) -> None:
    document = hall.server.outside("/schema/openapi.json").json
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], operation["operationId"]


def test_a_token_opens_its_own_hall_only(hall: Hall) -> None:
    for method, path in (
        ("GET", "/halls/atlantis"),
        ("GET", "/halls/atlantis/events"),
        ("POST", "/halls/atlantis/tickets"),
    ):
        answer = hall.server.call(method, path, hall.kiosk, {"service": "tax", "channel": "kiosk"})
        assert (answer.status, answer.problem) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "service"),
        ({"service": "tax", "channel": "pigeon"}, "channel"),
        ({"service": "tax", "channel": "kiosk", "masked_name": "张三丰"}, "masked_name: Expected `str` matching"),
        ({"service": "tax", "channel": "kiosk", "masked_name": "张*\n"}, "masked_name"),
        ({"service": 5, "channel": "kiosk"}, "service: Expected `str`, got `int`"),
        ({"service": "tax", "channel": "kiosk", "surprise": 1}, "unknown field"),
    ],
)
def test_a_wrong_request_is_told_which_field(hall: Hall, body: object, said: str) -> None:
    answer = hall.server.call("POST", TAKE, hall.kiosk, body)
    assert (answer.status, answer.problem) == (400, "invalid-request")
    assert said in answer.json["detail"]
    assert "张三丰" not in answer.text


NUMBER = resident_number(9)
BAD_NUMBER = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")


@pytest.mark.parametrize(
    "body",
    [
        {"service": "tax", "channel": "kiosk", "identity": {"kind": "resident", "number": BAD_NUMBER}},
        {"service": "tax", "channel": BAD_NUMBER},
        {"service": "tax", "channel": "kiosk", BAD_NUMBER: 1},
        {"service": BAD_NUMBER, "channel": "kiosk"},
        {"service": "tax", "channel": "kiosk", "identity": {"kind": BAD_NUMBER, "number": "1"}},
        {"service": "tax", "channel": "kiosk", "identity": BAD_NUMBER},
        {"service": "tax", "channel": "kiosk", "masked_name": BAD_NUMBER},
        {"service": "tax", "channel": "kiosk", f"a`{BAD_NUMBER}": 1},
        {"service": "tax", "channel": f"x' - at `$.a{BAD_NUMBER}` '{BAD_NUMBER}' "},
        {"service": "tax", "channel": "kiosk", f"x - at `$.a{BAD_NUMBER}": 1},
        {"service": "tax", "channel": f"x - at `$.a{BAD_NUMBER}`"},
    ],
)
def test_no_problem_repeats_an_identity_number(hall: Hall, body: object) -> None:
    answer = hall.server.call("POST", TAKE, hall.kiosk, body)
    assert answer.problem in ("invalid-request", "service-unknown")
    assert BAD_NUMBER not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "raw", "status", "slug"),
    [
        ("POST", TAKE, "{", 400, "invalid-request"),
        ("POST", TAKE, "", 400, "invalid-request"),
        ("POST", TAKE, "[" * 5000, 400, "invalid-request"),
        ("POST", TAKE, '"' + "x" * 100_000 + '"', 413, "too-large"),
        ("POST", TAKE, '{"service": "\\ud800", "channel": "kiosk"}', 400, "invalid-request"),
        ("GET", "/t/%ff%00.x%ed%a0%80", None, 404, "ticket-unknown"),
        ("GET", TAKE, None, 405, "method"),
        ("GET", "/nothing", None, 404, "not-found"),
        ("GET", "/t/yunxi.guessed", None, 404, "ticket-unknown"),
        ("POST", "/counters/c99/next", None, 404, "counter-unknown"),
        ("POST", "/tickets/t99/cancel", None, 404, "ticket-unknown"),
        ("POST", "/counters/c1/open", '{"services": ["company"]}', 422, "counter-service"),
        ("POST", TAKE, '{"service": "fishing", "channel": "kiosk"}', 422, "service-unknown"),
        ("POST", TAKE, '{"service": "property", "channel": "kiosk"}', 422, "identity-required"),
        ("POST", "/counters/c4/next", None, 409, "counter-closed"),
        ("GET", f"/halls/{HALL}/events?after=-1", None, 400, "invalid-request"),
    ],
)
def test_every_error_is_a_problem_with_a_stable_type(
    hall: Hall, method: str, path: str, raw: str | None, status: int, slug: str
) -> None:
    answer = hall.server.call(method, path, hall.tokens[Role.MANAGER], raw=raw)
    assert (answer.status, answer.problem) == (status, slug)
    msgspec.json.decode(answer.text, type=Problem)


def test_every_refusal_has_a_name_of_its_own() -> None:
    assert len({refusal.value.slug for refusal in Refusal}) == len(Refusal)


def test_the_phone_page_follows_the_visit(hall: Hall) -> None:
    hall.take("social-security", person=20)
    ticket = hall.take("social-security", person=21)
    page = hall.server.outside(f"/t/{ticket.token}")
    assert page.status == 200
    assert ticket.number in page.text
    assert '前面还有 <span data-number="ahead">1</span> 人' in page.text
    assert "社保医保" in page.text
    assert "B 厅" in page.text
    assert 'http-equiv="refresh"' in page.text
    assert len(page.text.encode()) < 8192
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    english = hall.server.outside(f"/t/{ticket.token}", Accept_Language="en-GB,en;q=0.9,zh;q=0.1")
    assert '<html lang="en">' in english.text
    assert "1 person ahead of you" in english.text
    hall.server.call("POST", "/counters/c4/open", hall.clerk, {"services": ["social-security"]})
    for button in ("next", "start", "finish", "next"):
        assert hall.press("c4", button).status == 200
    called = hall.server.outside(f"/t/{ticket.token}").text
    assert "请到 4 号窗口" in called
    assert 'class="own called"' in called
    assert hall.press("c4", "start").status == 200
    assert "正在为您办理" in hall.server.outside(f"/t/{ticket.token}").text
    assert hall.press("c4", "finish").status == 200
    over = hall.server.outside(f"/t/{ticket.token}").text
    assert "已办结" in over
    assert 'http-equiv="refresh"' not in over


def test_an_unknown_code_gets_a_friendly_page(hall: Hall) -> None:
    page = hall.server.outside(f"/t/{HALL}.guessed")
    assert page.status == 404
    assert "找不到这个号码" in page.text
    assert "This number was not found" in hall.server.outside("/t/x", Accept_Language="en").text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("fr", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.5,zh;q=0.6", "zh"),
        ("en;q=huge, zh;q=0.1", "zh"),
    ],
)
def test_the_page_speaks_the_readers_language(accepted: str, language: str) -> None:
    assert choose_language(accepted) == language


def test_the_server_says_that_it_is_well(hall: Hall) -> None:
    assert hall.server.outside("/healthz").json == {"halls": 1}


def test_the_servers_log_holds_nothing_of_a_person(hall: Hall) -> None:
    ticket = hall.take("property", person=30)
    hall.server.outside(f"/t/{ticket.token}")
    log = (hall.server.house.folder / "server.log").read_text()
    assert "Started server process" in log
    assert resident_number(30) not in log
    assert ticket.token not in log
    assert hall.kiosk not in log
