"""Terminals: enrolled with a code, replaced, retired, set up from the hall, reporting how they are, and how fast."""

from collections.abc import Iterator
from functools import partial

import msgspec
import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Answer, Desk, House, Server, refused, replan, rows, serving, trusting
from queue_machines import Kiosk, enrol_over_http

from jinghou_config.hall import CalendarPlan, PeoplePlan
from jinghou_queue.api.guesses import Guesses
from jinghou_queue.contract.terminals import (
    Activity,
    DeviceDetail,
    DeviceKind,
    DeviceLink,
    DeviceReport,
    OpenHours,
    OutboxReport,
    TerminalKind,
    TerminalReport,
    TerminalView,
)
from jinghou_queue.desk import terminal_care, terminals, views
from jinghou_queue.desk.access import Role, find_bearer
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.store.tables import metadata

TERMINALS = f"/halls/{HALL}/terminals"
KIOSK = {"kind": "kiosk", "name": "B 区 03 号"}
REPORT = {
    "at": NINE,
    "app_version": "1.4.2",
    "activity": "idle",
    "devices": [
        {"id": "receipt_printer", "kind": "receipt_printer", "state": "degraded", "details": ["paper_near_end"]}
    ],
    "outbox": {"waiting": 0},
}


def role_of(desk: Desk, token: str) -> str | None:
    bearer = find_bearer(desk.connection, token)
    return None if bearer is None else bearer.actor


def seen(desk: Desk) -> TerminalView:
    (view,) = terminal_care.terminals(desk.connection, HALL, desk.at)
    return view


def audited(desk: Desk) -> list[tuple[str, str, str]]:
    return rows(desk.connection, "SELECT actor, action, detail FROM audit ORDER BY seq")


# Becoming a terminal


def test_a_code_makes_one_machine_the_terminal_and_works_once(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1")
    assert (seen(desk).enrolled_at, seen(desk).enrol_until) == (None, NINE + DAY)
    code = kiosk.invited().code_hash
    assert terminals.awaited(desk.connection, code) == (HALL, "k1")
    joined = kiosk.enrol(code, f"{HALL}.secret")
    assert (joined.kind, joined.name, joined.epoch) == (TerminalKind.KIOSK, "k1", "first")
    assert role_of(desk, f"{HALL}.secret") == "terminal:k1"
    assert (seen(desk).enrolled_at, seen(desk).enrol_until) == (NINE, None)
    with refused(Refusal.CODE_USED):
        kiosk.enrol(code, f"{HALL}.thief")


def test_a_code_is_too_old_after_a_day_and_another_can_be_had(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1")
    code = kiosk.invited().code_hash
    desk.at += DAY
    with refused(Refusal.CODE_OLD):
        kiosk.enrol(code)
    kiosk.replaced()
    assert seen(desk).enrolled_at == desk.at
    with refused(Refusal.CODE_UNKNOWN):  # another was made since
        kiosk.enrol(code)


def test_a_code_for_another_hall_or_kind_is_refused_and_still_good(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1")
    code = kiosk.invited().code_hash
    with refused(Refusal.CODE_OTHER_HALL):
        terminals.awaited(desk.connection, code, "lakeside")
    with refused(Refusal.CODE_OTHER_KIND):
        kiosk.enrol(code, kind=TerminalKind.BOARD)
    assert terminals.awaited(desk.connection, code, HALL).terminal == "k1"
    assert kiosk.enrol(code, kind=TerminalKind.KIOSK).terminal == "k1"


def test_hardware_is_swapped_and_the_terminal_stays_what_it_was(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1", place="B 区 03 号")
    kiosk.enrol(kiosk.invited().code_hash, f"{HALL}.old")
    desk.at += MINUTE
    invited = kiosk.invited()
    desk.do(partial(terminals.replace_terminal, press=desk.press(), invited=invited))
    assert role_of(desk, f"{HALL}.old") == "terminal:k1"  # it works until the other is there
    kiosk.enrol(invited.code_hash, f"{HALL}.new")
    assert (role_of(desk, f"{HALL}.old"), role_of(desk, f"{HALL}.new")) == (None, "terminal:k1")
    assert terminal_care.profile_in_force(desk.connection, HALL, "k1") == (1, {"place": "B 区 03 号"})


def test_a_retired_terminal_is_refused_and_stays_in_the_records(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1")
    kiosk.enrol(kiosk.invited().code_hash, f"{HALL}.secret")
    desk.do(partial(terminals.retire_terminal, press=desk.press(), terminal="k1"))
    assert role_of(desk, f"{HALL}.secret") is None
    assert terminal_care.terminals(desk.connection, HALL, desk.at) == []
    with refused(Refusal.TERMINAL_UNKNOWN):
        kiosk.replaced()
    assert audited(desk) == [
        ("test", "add terminal", "kiosk k1"),
        ("terminal:k1", "enrol terminal", "k1"),
        ("test", "retire terminal", "k1"),
    ]


def test_neither_code_nor_token_is_in_the_database(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1")
    code = desk.keys.enrol_code(HALL, "k1", kiosk.invited().until)
    kiosk.enrol(kiosk.invited().code_hash, f"{HALL}.secret")
    dump = str([rows(desk.connection, f"SELECT * FROM {table.name}") for table in metadata.sorted_tables])
    assert "k1" in dump
    assert code.replace("-", "") not in dump.replace("-", "")
    assert "secret" not in dump


# How it is, and what it is told to be


def report(desk: Desk, kiosk: Kiosk, at: int | None = None) -> None:
    said = msgspec.convert({**REPORT, "at": desk.at if at is None else at}, TerminalReport)
    desk.do(partial(terminal_care.hear_report, press=kiosk.press(), report=said))


def test_a_terminal_that_is_not_heard_of_is_stale(desk: Desk) -> None:
    kiosk = Kiosk.added(desk, "k1")
    desk.at += 10 * MINUTE
    assert not seen(desk).stale  # nobody expects anything of it yet
    kiosk.enrol(terminals.invitation(desk.keys, HALL, "k1", NINE).code_hash)
    report(desk, kiosk, at=desk.at - 5000)
    desk.at += 3 * MINUTE
    assert (seen(desk).stale, seen(desk).clock_ahead_ms) == (False, -5000)
    desk.at += 1
    assert seen(desk).stale
    report(desk, kiosk)
    last = seen(desk)
    assert (last.stale, last.seen_at, last.clock_ahead_ms) == (False, desk.at, 0)
    assert last.report == TerminalReport(
        at=desk.at,
        app_version="1.4.2",
        activity=Activity.IDLE,
        devices=(
            DeviceReport(
                id="receipt_printer",
                kind=DeviceKind.RECEIPT_PRINTER,
                state=DeviceLink.DEGRADED,
                details=(DeviceDetail.PAPER_NEAR_END,),
            ),
        ),
        outbox=OutboxReport(waiting=0),
    )


def set_profile(desk: Desk, profile: dict[str, object], expected: int = 1, terminal: str = "k1") -> int:
    work = partial(
        terminal_care.change_profile, press=desk.press(), terminal=terminal, profile=profile, expected=expected
    )
    return desk.do(work)


def test_a_configuration_is_the_profile_with_what_the_hall_plans(desk: Desk) -> None:
    Kiosk.added(desk, "k1")
    first, config = terminal_care.config_of(desk.connection, HALL, "k1")
    assert [service.id for service in config.services][:2] == ["property", "tax"]
    assert (config.profile, config.lease_numbers, config.hall.timezone) == ({}, 60, "Asia/Shanghai")
    assert set_profile(desk, {"services": ["tax", "company"], "hot": ["tax"], "session": {"idle_s": 120}}) == 2
    second, config = terminal_care.config_of(desk.connection, HALL, "k1")
    assert [(service.id, service.prefix, service.name) for service in config.services] == [
        ("tax", "B", "税务"),
        ("company", "D", "企业开办"),
    ]
    assert config.profile == {"services": ["tax", "company"], "hot": ["tax"], "session": {"idle_s": 120.0}}
    with refused(Refusal.PROFILE_CHANGED):
        set_profile(desk, {})
    _, plan = views.plan_in_force(desk.connection, HALL)
    replan(desk, services=plan.services[:2], counters=plan.counters[:1])
    third, config = terminal_care.config_of(desk.connection, HALL, "k1")
    assert [service.id for service in config.services] == ["tax"]
    assert len({first, second, third}) == 3


def test_a_configuration_tells_the_halls_hours_for_two_weeks_and_none_for_a_hall_without(desk: Desk) -> None:
    Kiosk.added(desk, "k1")
    _, config = terminal_care.config_of(desk.connection, HALL, "k1")
    morning, afternoon, *later = config.hours or ()
    assert morning == OpenHours(opens_at=NINE, closes_at=NINE + 180 * MINUTE)
    assert afternoon == OpenHours(opens_at=NINE + 270 * MINUTE, closes_at=NINE + 480 * MINUTE)
    assert all(one.opens_at > afternoon.closes_at for one in later)
    assert later[-1].closes_at < NINE + terminal_care.HOURS_DAYS * 24 * 60 * MINUTE
    replan(desk, calendar=CalendarPlan())
    assert terminal_care.config_of(desk.connection, HALL, "k1")[1].hours is None


@pytest.mark.parametrize(
    ("kind", "profile", "said"),
    [
        (TerminalKind.KIOSK, {"plaice": "B"}, "plaice: unknown key"),
        (TerminalKind.KIOSK, {"session": {"idle_s": 1}}, "session.idle_s: Input should be greater than or equal to 5"),
        (TerminalKind.KIOSK, {"services": ["fishing"]}, "this hall has no fishing; it has "),
        (TerminalKind.KIOSK, {"services": ["tax"], "hot": ["company"]}, "hot service company is not among"),
        (
            TerminalKind.KIOSK,
            {"brand": {"accent": "#E8B04A"}},
            "brand.accent: stands out from the paper #F6F4EF by 1.78",
        ),
        (TerminalKind.KIOSK, {"screen": {"px_per_mm": 2}}, "screen: unknown key"),
        (TerminalKind.BOARD, {"viewing_distance_m": 300}, "viewing_distance_m: "),
        (TerminalKind.BOARD, {"place": "B"}, "place: unknown key"),
        (TerminalKind.COUNTER_PAD, {"counter": "c99"}, "this hall has no c99"),
    ],
)
def test_a_profile_that_is_wrong_is_refused_with_the_key(
    desk: Desk, kind: TerminalKind, profile: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused, match=said) as error:
        Kiosk.added(desk, "k1", kind, **profile)
    assert error.value.refusal is Refusal.PROFILE_INVALID


def test_each_kind_has_a_profile_of_its_own(desk: Desk) -> None:
    Kiosk.added(desk, "b1", TerminalKind.BOARD, viewing_distance_m=8, services=["tax"])
    Kiosk.added(desk, "p1", TerminalKind.COUNTER_PAD, counter="c1")
    assert terminal_care.config_of(desk.connection, HALL, "b1")[1].profile == {
        "services": ["tax"],
        "viewing_distance_m": 8.0,
    }
    assert terminal_care.config_of(desk.connection, HALL, "p1")[1].profile == {"counter": "c1"}


# How fast it gives numbers


def test_an_enrolled_terminal_is_held_back_and_told_how_long(desk: Desk) -> None:
    replan(desk, people=PeoplePlan(numbers_per_terminal_minute=3))
    kiosk, other = Kiosk.enrolled(desk, "k1"), Kiosk.enrolled(desk, "k2")
    for _ in range(3):
        kiosk.take()
    with pytest.raises(Refused) as error:
        kiosk.take()
    assert (error.value.refusal, error.value.wait_ms) == (Refusal.TOO_MANY_NUMBERS, 20_000)
    other.take()
    for _ in range(4):
        Kiosk(desk, "given-out-by-hand").take()
    desk.at += 20_000
    kiosk.take()
    with refused(Refusal.TOO_MANY_NUMBERS):
        kiosk.take()


def test_what_was_given_while_alone_is_not_held_back(desk: Desk) -> None:
    replan(desk, people=PeoplePlan(numbers_per_terminal_minute=1))
    kiosk = Kiosk.enrolled(desk, "k1")
    kiosk.take()
    for place in kiosk.lease(5):
        kiosk.gave(place.ticket, desk.at)
    assert rows(desk.connection, "SELECT count(*) FROM ticket") == [(6,)]


def test_who_guesses_codes_must_wait_and_who_types_one_wrong_need_not() -> None:
    guesses = Guesses()
    for _ in range(9):
        guesses.wrong("192.0.2.1", NINE)
    assert guesses.wait_ms("192.0.2.1", NINE) == 0
    guesses.wrong("192.0.2.1", NINE)
    assert guesses.wait_ms("192.0.2.1", NINE) == MINUTE
    assert guesses.wait_ms("192.0.2.2", NINE) == 0
    assert guesses.wait_ms("192.0.2.1", NINE + MINUTE) == 0


# Over HTTP


class Hall:
    """A served hall and a token of each role."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.technician, self.manager = (server.house.token(role) for role in (Role.TECHNICIAN, Role.MANAGER))

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.call(method, path, self.technician, body, headers=sent)


@pytest.fixture
def hall(house: House) -> Iterator[Hall]:
    with serving(house, "--config", trusting(house, '["127.0.0.1"]')) as server:
        yield Hall(server)


def test_a_technician_needs_only_the_address_and_a_code(hall: Hall) -> None:
    added = hall.ask("POST", TERMINALS, KIOSK)
    assert (added.status, added.headers["cache-control"]) == (201, "no-store")
    assert added.json["enrol_link"].endswith(f"/enrol#{added.json['enrol_code']}")
    code = added.json["enrol_code"].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    enrolled = hall.server.call("POST", "/terminals/enrol", None, {"code": code})
    assert enrolled.status == 201, enrolled.text
    me = enrolled.json
    assert {name: me[name] for name in ("terminal", "hall", "kind", "name", "epoch")} == {
        "terminal": added.json["id"],
        "hall": HALL,
        "kind": "kiosk",
        "name": "B 区 03 号",
        "epoch": "first",
    }
    again = hall.server.call("POST", "/terminals/enrol", None, {"code": code})
    assert (again.status, again.problem) == (409, "enrol-code-used")
    taken = hall.server.call("POST", f"/halls/{HALL}/tickets", me["token"], {"service": "tax", "channel": "kiosk"})
    assert taken.status == 201
    log = (hall.server.house.folder / "server.log").read_text()
    assert me["token"] not in log
    assert added.json["enrol_code"] not in log


def test_a_press_sent_again_gives_the_same_code(hall: Hall) -> None:
    first, again = (hall.server.call("POST", TERMINALS, hall.technician, KIOSK, key="k") for _ in range(2))
    assert first.json == again.json
    assert len(hall.ask("GET", TERMINALS).json) == 1


def test_guessing_codes_is_slowed_down_by_address(hall: Hall) -> None:
    def guess(address: str) -> Answer:
        headers = {"X-Forwarded-For": address}
        return hall.server.call("POST", "/terminals/enrol", None, {"code": "AAAAA-AAAAA"}, headers=headers)

    assert [guess("192.0.2.1").problem for _ in range(10)] == ["code-unknown"] * 10
    slowed = guess("192.0.2.1")
    assert (slowed.status, slowed.problem) == (429, "too-many-codes")
    assert 0 < int(slowed.headers["retry-after"]) <= 60
    assert guess("192.0.2.2").problem == "code-unknown"


def test_a_terminal_asks_for_its_configuration_and_gets_it_when_it_is_another(hall: Hall) -> None:
    me = enrol_over_http(hall.server, hall.technician)
    own = partial(hall.server.call, "GET", "/terminals/me/config", me["token"])
    first = own()
    assert (first.status, first.json["kind"], first.json["lease_numbers"]) == (200, "kiosk", 60)
    tag = first.headers["etag"]
    assert (own(headers={"If-None-Match": tag}).status, own(headers={"If-None-Match": tag}).text) == (304, "")
    assert own(headers={"If-None-Match": f'"x", W/{tag}'}).status == 304
    profile = f"{TERMINALS}/{me['terminal']}/profile"
    before = hall.ask("GET", profile)
    assert (before.json, before.headers["etag"]) == ({}, '"1"')
    changed = hall.ask("PUT", profile, {"layout": "branch", "language": "en"}, If_Match=before.headers["etag"])
    assert changed.json == {"version": 2}
    late = hall.ask("PUT", profile, {}, If_Match=before.headers["etag"])
    assert (late.status, late.problem) == (409, "profile-changed")
    wrong = hall.ask("PUT", profile, {"colour": "red"}, If_Match='"2"')
    assert (wrong.status, wrong.problem, wrong.json["detail"]) == (422, "profile-invalid", "colour: unknown key")
    second = own(headers={"If-None-Match": tag})
    assert (second.status, second.json["profile"]) == (200, {"layout": "branch", "language": "en"})


@pytest.mark.parametrize(
    "changes",
    [
        {"app_version": "110101199001011234"},
        {"activity": "张三"},
        {"devices": [{"id": "张三", "kind": "id_reader", "state": "online"}]},
        {"devices": [{"id": "printer", "kind": "receipt_printer", "state": "online", "details": ["张三"]}]},
        {"devices": [{"id": "a", "kind": "id_reader", "state": "online"}] * 33},
        {"outbox": {"waiting": 13_800_138_000}},
        {"comment": "张三"},
    ],
)
def test_a_report_has_no_room_for_a_person(changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**REPORT, **changes}, TerminalReport)


def test_a_technician_sees_which_terminal_is_not_well(hall: Hall) -> None:
    me = enrol_over_http(hall.server, hall.technician)
    heard = hall.server.call("POST", "/terminals/me/status", me["token"], REPORT)
    assert heard.status == 200
    (line,) = hall.ask("GET", TERMINALS).json
    assert (line["id"], line["stale"], line["seen_at"]) == (me["terminal"], False, heard.json["now"])
    assert line["clock_ahead_ms"] == NINE - heard.json["now"]
    assert line["report"]["devices"][0]["details"] == ["paper_near_end"]
    assert hall.ask("DELETE", f"{TERMINALS}/{me['terminal']}").status == 204
    assert hall.ask("GET", TERMINALS).json == []


def test_a_terminal_that_takes_too_many_numbers_is_told_when_to_come_back(hall: Hall) -> None:
    me = enrol_over_http(hall.server, hall.technician)
    take = partial(hall.server.call, "POST", f"/halls/{HALL}/tickets", me["token"])
    answers = [take({"service": "tax", "channel": "kiosk"}) for _ in range(32)]
    slowed = [answer for answer in answers if answer.status != 201]
    assert slowed
    assert (slowed[0].status, slowed[0].problem, slowed[0].headers["retry-after"]) == (429, "too-many-numbers", "2")
