"""Numbers taken by phone in the hall: only who scanned the code that a screen shows now, one for each scan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import msgspec
import pytest
from queue_house import HALL, MINUTE, NINE, Answer, Desk, House, Server, refused, resident_number, rows, serving

from jinghou_queue import scans
from jinghou_queue.api.often import Often, whose
from jinghou_queue.contract.messages import Channel
from jinghou_queue.desk import phone_numbers, setup, views
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.numbers import Taken
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.keys import Keys
from jinghou_queue.rules.rotating import step_at, steps_accepted, valid_until
from jinghou_queue.store.databases import connect
from jinghou_queue.suites import Algorithms

STEP = 30_000
KEYS = Keys(bytes(32))


def random(count: int) -> bytes:
    return bytes(range(count))


# The code.


def test_a_code_changes_with_the_step_and_counts_for_one_more() -> None:
    assert [step_at(at, STEP) for at in (0, 29_999, 30_000)] == [0, 0, 30_000]
    assert steps_accepted(65_000, STEP) == (60_000, 30_000)
    assert valid_until(30_000, STEP) == 90_000


@pytest.mark.parametrize("algorithms", Algorithms)
def test_a_code_counts_in_its_step_and_the_next_and_in_its_own_hall(algorithms: Algorithms) -> None:
    keys = Keys(bytes(32), algorithms)
    code = scans.hall_code(keys, HALL, NINE)
    assert len(code) == 24
    assert code != scans.hall_code(keys, HALL, NINE + STEP)
    for at in (NINE, NINE + STEP - 1, NINE + STEP, NINE + 2 * STEP - 1):
        assert scans.exchange(keys, HALL, code, at, STEP, random).shown_at == NINE
    for hall, at in ((HALL, NINE - 1), (HALL, NINE + 2 * STEP), ("atlantis", NINE)):
        with refused(Refusal.CODE_EXPIRED):
            scans.exchange(keys, hall, code, at, STEP, random)
    for guess in ("", code[:-1], code + "A", "码"):
        with refused(Refusal.CODE_EXPIRED):
            scans.exchange(keys, HALL, guess, NINE, STEP, random)


def test_a_claim_counts_for_five_minutes_as_it_was_given_out() -> None:
    claim = scans.exchange(KEYS, HALL, scans.hall_code(KEYS, HALL, NINE), NINE, STEP, random)
    text = scans.claim_text(KEYS, HALL, claim)
    assert scans.read_claim(KEYS, HALL, text, NINE + 5 * MINUTE - 1) == claim
    later = text.replace(str(claim.until), str(claim.until + MINUTE))
    nul = text.replace(".", "\x00", 1)
    for hall, shown, at in (
        (HALL, text, NINE + 5 * MINUTE),
        (HALL, later, NINE),
        (HALL, nul, NINE),
        (HALL, "", NINE),
        ("atlantis", text, NINE),
    ):
        with refused(Refusal.CODE_EXPIRED):
            scans.read_claim(KEYS, hall, shown, at)


# The number.


def take(desk: Desk, scan: str, service: str = "tax", person: int | None = None, shown_at: int = NINE) -> Taken:
    """Somebody takes a number with a scan; the identity is typed."""
    wish = msgspec.structs.replace(desk.wish(service, person), channel=Channel.PHONE, proven=False)
    press = Press(HALL, "phone", desk.at, f"phone:{scan}", f"{service} {person}")
    return desk.do(partial(phone_numbers.take_by_phone, press=press, wish=wish, shown_at=shown_at))


def replan(desk: Desk, section: str = "people", **rules: object) -> None:
    version, plan = views.plan_in_force(desk.connection, HALL)
    changed = plan.model_copy(update={section: getattr(plan, section).model_copy(update=rules)})
    desk.do(partial(setup.change_plan, press=desk.press(), plan=changed, expected=version))


@pytest.fixture
def open_desk(desk: Desk) -> Desk:
    desk.open("c1")
    return desk


def test_one_scan_gives_one_number(open_desk: Desk) -> None:
    first = take(open_desk, "s1")
    assert (first.number, first.state) == ("B001", "active")
    assert take(open_desk, "s1") == first
    with refused(Refusal.CLAIM_USED):
        take(open_desk, "s1", "property", 1)
    assert take(open_desk, "s2").number == "B002"
    assert rows(open_desk.connection, "SELECT channel FROM ticket") == [("phone",)] * 2


def test_a_scan_that_was_refused_is_not_used_up(open_desk: Desk) -> None:
    with refused(Refusal.IDENTITY_REQUIRED):
        take(open_desk, "s1", "property")
    assert take(open_desk, "s1", "property", 1).number == "A001"
    assert rows(open_desk.connection, "SELECT numbers FROM scan") == [(1,)]


def test_a_code_gives_so_many_numbers_and_no_more(open_desk: Desk) -> None:
    replan(open_desk, numbers_per_code=3)
    assert [take(open_desk, f"s{scan}").number for scan in range(3)] == ["B001", "B002", "B003"]
    with refused(Refusal.CODE_SPENT):
        take(open_desk, "s3")
    assert take(open_desk, "s4", shown_at=NINE + STEP).number == "B004"
    open_desk.at += 120 * MINUTE
    take(open_desk, "s5", shown_at=open_desk.at)
    assert rows(open_desk.connection, "SELECT shown_at FROM scan") == [(open_desk.at,)]


def test_only_services_that_are_open_are_offered_and_given(desk: Desk) -> None:
    with refused(Refusal.SERVICE_CLOSED):
        take(desk, "s1")
    desk.open("c3", "tax")
    desk.pause("c3", "")
    offer = partial(phone_numbers.offer, desk.connection, HALL, NINE)
    assert [service.id for service in offer().services] == ["tax"]
    assert take(desk, "s1").number == "B001"
    desk.close("c3")
    assert offer().services == ()
    for service in ("company", "fishing"):
        with refused(Refusal.SERVICE_CLOSED):
            take(desk, "s2", service)


def test_a_hall_may_give_no_numbers_by_phone(open_desk: Desk) -> None:
    replan(open_desk, phone_numbers=False)
    with refused(Refusal.PHONE_NUMBERS_OFF):
        take(open_desk, "s1")
    with refused(Refusal.PHONE_NUMBERS_OFF):
        phone_numbers.offer(open_desk.connection, HALL, NINE)


@pytest.mark.parametrize("per", ["service", "hall"])
def test_who_types_somebodys_number_learns_nothing_of_their_ticket(open_desk: Desk, per: str) -> None:
    replan(open_desk, one_ticket_per=per)
    held = open_desk.take("property", 1)
    with pytest.raises(Refused) as refusal:
        take(open_desk, "s1", "tax" if per == "hall" else "property", 1)
    assert refusal.value.refusal is Refusal.ONE_NUMBER
    assert held.number not in refusal.value.detail
    assert open_desk.take("property", 1).id == held.id


# Strangers.


def test_an_address_may_ask_so_often_a_minute() -> None:
    clock = [0.0]
    often = Often(lambda: clock[0], most=2)
    assert [often.allows("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert often.allows("192.0.2.2")
    clock[0] = 60
    assert often.allows("192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("a socket", "a socket", True),
    ],
)
def test_one_subscriber_has_a_whole_network(one: str, other: str, same: bool) -> None:
    assert (whose(one) == whose(other)) is same


# Over a real server.


@dataclass
class Phone:
    """A phone in the hall, before a screen that shows the code."""

    server: Server
    kiosk: str

    def code(self) -> str:
        return str(self.server.call("GET", f"/halls/{HALL}/code", self.kiosk).json["code"])

    def scan(self) -> str:
        answer = self.server.call("POST", f"/halls/{HALL}/phone-claims", body={"code": self.code()})
        assert answer.status == 201, answer.text
        return str(answer.json["claim"])

    def take(self, claim: str, service: str = "tax", person: int | None = None) -> Answer:
        body: dict[str, object] = {"claim": claim, "service": service}
        if person is not None:
            body["identity"] = {"kind": "resident", "number": resident_number(person)}
        return self.server.call("POST", f"/halls/{HALL}/phone-tickets", body=body)

    def send(self, **form: str) -> Answer:
        """The page's form."""
        return self.server.form(f"/h/{HALL}", form)


@pytest.fixture
def phone(house: House) -> Iterator[Phone]:
    """A served hall where tax and property are open."""
    kiosk, manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
    with serving(house) as server:
        assert server.call("POST", "/counters/c1/open", manager).status == 200
        yield Phone(server, kiosk)


def test_a_screen_shows_a_code_that_a_phone_takes_a_number_with(phone: Phone) -> None:
    shown = phone.server.call("GET", f"/halls/{HALL}/code", phone.kiosk)
    assert shown.headers["cache-control"] == "no-store"
    assert shown.json["url"] == f"http://127.0.0.1:{phone.server.port}/h/{HALL}?code={shown.json['code']}"
    assert shown.json["valid_until"] - shown.json["next_at"] == STEP
    assert 0 < shown.json["next_in_ms"] <= STEP
    assert phone.server.call("GET", f"/halls/{HALL}", phone.kiosk).json["phone_numbers"] is True
    answer = phone.server.call("POST", f"/halls/{HALL}/phone-claims", body={"code": shown.json["code"]})
    assert [service["id"] for service in answer.json["services"]] == ["property", "tax"]
    taken = phone.take(answer.json["claim"])
    assert (taken.status, taken.json["number"], taken.json["state"]) == (201, "B001", "active")
    assert phone.server.call("GET", f"/t/{taken.json['token']}").json["number"] == "B001"


def test_one_scan_gives_one_number_also_after_a_restart(phone: Phone) -> None:
    claim = phone.scan()
    first = phone.take(claim)
    assert phone.server.stop() == 0
    with serving(phone.server.house) as server:
        after = Phone(server, phone.kiosk)
        assert after.take(claim).json["number"] == first.json["number"]
        other = after.take(claim, "property", 1)
        assert (other.status, other.problem) == (409, "claim-used")


@pytest.mark.parametrize("code", ["", "guessed", "A" * 24])
def test_a_wrong_code_or_claim_is_worth_nothing(phone: Phone, code: str) -> None:
    answer = phone.server.call("POST", f"/halls/{HALL}/phone-claims", body={"code": code})
    assert (answer.status, answer.problem) == (422, "code-expired")
    assert phone.take(f"{code}.1.2.3").problem == "code-expired"
    page = phone.server.outside(f"/h/{HALL}?code={code}")
    assert page.status == 422
    assert "请重新扫描大厅屏幕上的二维码" in page.text
    english = phone.server.outside(f"/h/{HALL}?code={code}", Accept_Language="en")
    assert "scan the code on the hall&#39;s screen again" in english.text


def test_the_page_takes_a_number_without_a_script(phone: Phone) -> None:
    page = phone.server.outside(f"/h/{HALL}?code={phone.code()}")
    assert page.status == 200
    assert re.findall(r'name="service" value="([\w-]+)"', page.text) == ["property", "tax"]
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    claim = _hidden(page, "claim")
    taken = phone.send(claim=claim, service="tax")
    assert taken.status == 303
    assert "B001" in phone.server.outside(taken.headers["location"]).text
    assert phone.send(claim=claim, service="tax").headers["location"] == taken.headers["location"]
    used = phone.send(claim=claim, service="property", number=resident_number(5))
    assert (used.status, "这次扫码已取过号" in used.text) == (409, True)


def test_the_page_asks_for_a_document_where_the_service_needs_one(phone: Phone) -> None:
    claim = phone.scan()
    asked = phone.send(claim=claim, service="property")
    assert (asked.status, _hidden(asked, "claim"), _hidden(asked, "service")) == (200, claim, "property")
    assert "请填写办理人的证件" in asked.text
    wrong = phone.send(claim=claim, service="property", kind="resident", number="12345")
    assert (wrong.status, "证件号码不正确" in wrong.text, "12345" in wrong.text) == (422, True, False)
    assert 'aria-invalid="true" aria-describedby="fault"' in wrong.text
    assert phone.send(claim=claim, service="property", kind="library", number=resident_number(5)).status == 422
    spaced = f" {resident_number(5)[:6]} {resident_number(5)[6:].lower()} "
    taken = phone.send(claim=claim, service="property", kind="resident", number=spaced)
    assert "A001" in phone.server.outside(taken.headers["location"]).text
    again = phone.send(claim=phone.scan(), service="property", kind="resident", number=resident_number(5))
    assert (again.status, "此证件今天已有号" in again.text, "A001" in again.text) == (409, True, False)
    log = (phone.server.house.folder / "server.log").read_text()
    assert resident_number(5) not in log
    assert claim not in log


def test_another_language_or_type_keeps_the_scan(phone: Phone) -> None:
    claim = phone.scan()
    english = phone.send(claim=claim, look="en")
    assert (english.status, _hidden(english, "claim"), "What brings you here?" in english.text) == (200, claim, True)
    assert english.headers["set-cookie"].startswith("language=en;")
    large = phone.send(claim=claim, service="property", look="large")
    assert ('class="large"' in large.text, _hidden(large, "service")) == (True, "property")
    assert phone.send(claim="guessed", look="en").status == 422
    assert phone.send(claim=claim, service="tax").status == 303


def test_a_typed_age_gives_no_priority(phone: Phone) -> None:
    house = phone.server.house
    with connect(house.url) as connection:
        replan(Desk(connection, house.keys), "calling", priority_age=20)
    assert phone.take(phone.scan(), "tax", 1).status == 201
    body = {
        "service": "property",
        "channel": "kiosk",
        "identity": {"kind": "resident", "number": resident_number(1)},
    }
    assert phone.server.call("POST", f"/halls/{HALL}/tickets", phone.kiosk, body).status == 201
    with connect(house.url) as connection:
        assert rows(connection, "SELECT service, lane FROM leg ORDER BY service") == [("property", 0), ("tax", 3)]


def test_a_hall_that_is_not_there_is_said_in_words(phone: Phone) -> None:
    page = phone.server.outside("/h/atlantis?code=x")
    assert (page.status, "找不到这个大厅" in page.text) == (404, True)
    answer = phone.server.call("POST", "/halls/atlantis/phone-claims", body={"code": "x"})
    assert (answer.status, answer.problem) == (404, "hall-unknown")


def test_a_stranger_who_asks_without_end_is_put_off(phone: Phone) -> None:
    ask = partial(phone.server.call, "POST", f"/halls/{HALL}/phone-claims", body={"code": "x"})
    assert ask().status == 422
    put_off = next(answer for _ in range(1000) if (answer := ask()).status == 429)
    assert put_off.problem == "too-often"
    page = phone.server.outside(f"/h/{HALL}?code=x")
    assert (page.status, "请稍等一分钟再试" in page.text) == (429, True)
    assert phone.server.call("GET", f"/halls/{HALL}/code", phone.kiosk).status == 200


def _hidden(page: Answer, name: str) -> str:
    found = re.search(rf'type="hidden" name="{name}" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]
