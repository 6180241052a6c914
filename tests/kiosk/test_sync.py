"""Box and server are kept even: what fails is tried again and nothing is lost; the server here is made up."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import structlog
from hall_samples import ticket
from kiosk_box import AT_9_24, HALL, full_box, lease, wish

from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.entries import LostPress
from jinghou_kiosk.box.sync import AFTER_A_FAULT_S, CARE_S, Sync
from jinghou_kiosk.events import Event, NumbersAtHand
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract.messages import (
    HallSummary,
    PrintOutcome,
    Problem,
    TakeNumber,
    Ticket,
    TicketPrinted,
    TicketState,
    TicketStatus,
)
from jinghou_queue.contract.offline import (
    AskNumbers,
    ItemAnswer,
    ItemStatus,
    Lease,
    NumberPrinted,
    OutboxAnswer,
    OutboxItem,
)
from jinghou_queue.contract.terminals import (
    Activity,
    ConfigService,
    ReportHeard,
    TerminalConfig,
    TerminalKind,
    TerminalReport,
)

CONFIG = TerminalConfig(
    terminal="k1",
    kind=TerminalKind.KIOSK,
    name="k1",
    hall=HallSummary(id="yunxi", name="", name_en="", timezone="Asia/Shanghai"),
    epoch="first",
    services=(ConfigService(id="tax", prefix="B", name="", name_en="", zone="", identity="optional"),),
    lease_numbers=3,
    profile={},
)


def refusal(status: int) -> ServerRefused:
    return ServerRefused(Problem(type="urn:jinghou:problem:not-now", title="no", status=status))


class FakeServer:
    """Takes all that it is told, and has numbers. `fault`: what every further call raises."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.told: list[list[str]] = []
        self.reports: list[TerminalReport] = []
        self.configs: list[str] = []
        self.asked = 0
        self.takes = 200  # items of a request
        self.has = 500  # numbers
        self.meanwhile: Callable[[], object] = lambda: None

    def _meet(self) -> None:
        if self.fault is not None:
            raise self.fault

    def tell(self, items: Sequence[OutboxItem]) -> OutboxAnswer:
        self._meet()
        self.told.append([item.key for item in items])
        answers = tuple(ItemAnswer(key=item.key, status=ItemStatus.DONE) for item in items[: self.takes])
        return OutboxAnswer(now=AT_9_24, items=answers)

    def lease(self, request: AskNumbers) -> Lease:
        self._meet()
        self.asked += 1
        numbers = lease(min(request.count, self.has))
        self.meanwhile()
        return numbers

    def config(self, known: str = "") -> tuple[TerminalConfig, str] | None:
        self._meet()
        self.configs.append(known)
        return None if known else (CONFIG, '"1"')

    def report(self, report: TerminalReport) -> ReportHeard:
        self._meet()
        self.reports.append(report)
        return ReportHeard(now=AT_9_24)

    def take_number(self, request: TakeNumber, key: str) -> tuple[Ticket, bool]:
        self._meet()
        return ticket(), False

    def cancel(self, ticket: str, key: str) -> TicketStatus:
        self.told.append([key])
        return TicketStatus(id=ticket, number="A023", state=TicketState.VOID)

    def report_printed(self, ticket: str, report: TicketPrinted, key: str) -> TicketStatus:
        raise AssertionError("an enrolled terminal tells this with the outbox")


class World:
    def __init__(self, box: Box) -> None:
        self.box = box
        self.server = FakeServer()
        self.seconds = 100.0
        self.events: list[Event] = []
        self.sync = Sync(
            box,
            self.server,
            self.events.append,
            now=lambda: AT_9_24,
            monotonic=lambda: self.seconds,
            version="0.1.0",
        )
        self.sync.hall_seen(HALL)

    def put(self, *keys: str) -> None:
        for key in keys:
            self.box.put(NumberPrinted(key=key, at=AT_9_24, ticket="t", outcome=PrintOutcome.PRINTED))

    def waiting(self) -> list[str]:
        return [entry.key for entry in self.box.oldest(1000)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(full_box(tmp_path))


def test_what_waits_is_told_oldest_first_and_forgotten(world: World) -> None:
    world.put("a", "b")
    world.box.put(LostPress(key="l", at=AT_9_24, press="boot-1-1", service="tax"))
    world.put("c")
    world.sync.round()
    assert world.server.told == [["a", "b"], ["cancel-boot-1-1"], ["c"]]
    assert world.waiting() == []


def test_many_things_go_in_requests_that_the_server_takes(world: World) -> None:
    keys = [f"k{n}" for n in range(450)]
    world.put(*keys)
    world.sync.round()
    assert [len(request) for request in world.server.told] == [200, 200, 50]
    assert [key for request in world.server.told for key in request] == keys


def test_what_was_not_answered_waits_and_is_told_again(world: World) -> None:
    world.put("a", "b", "c")
    world.server.takes = 2
    world.sync.round()
    assert world.server.told == [["a", "b", "c"], ["c"]]
    world.put("d")
    world.server.takes = 0
    world.sync.round()
    assert world.waiting() == ["d"]


@pytest.mark.parametrize("fault", [ServerUnreachable("status 503"), refusal(401), refusal(429)])
@pytest.mark.parametrize("what", ["an item", "a lost press"])
def test_a_server_that_cannot_hear_it_now_costs_nothing_and_is_asked_again_in_a_while(
    world: World, fault: Exception, what: str
) -> None:
    world.sync.round()
    if what == "an item":
        world.put("a")
    else:
        world.box.put(LostPress(key="a", at=AT_9_24, press="p", service="tax"))
    world.server.fault = fault
    with structlog.testing.capture_logs() as lines:
        world.sync.round()
        world.server.fault = None
        world.sync.round()
        assert world.waiting() == ["a"], "not at once"
        world.seconds += AFTER_A_FAULT_S
        world.sync.round()
    assert world.waiting() == []
    assert [line["log_level"] for line in lines if line["log_level"] != "info"] == ["warning"]


def test_while_the_server_is_away_it_is_not_asked(world: World) -> None:
    world.put("a")
    world.sync.server_lost()
    world.sync.round()
    assert (world.server.told, world.server.configs) == ([], [])
    world.sync.hall_seen(HALL)
    world.sync.round()
    assert world.server.told == [["a"]]


def test_numbers_are_filled_up_after_the_outbox_was_told(world: World) -> None:
    world.sync.round()
    assert (world.server.asked, world.box.at_hand(AT_9_24)) == (0, {"tax": 3}), "there are enough"
    world.box.give(wish("a"))
    world.sync.round()
    assert world.server.told == [["a"]]
    assert world.server.asked == 1


def test_a_number_given_while_numbers_are_asked_for_is_not_given_again(world: World) -> None:
    world.box.give(wish("a"))
    world.server.meanwhile = lambda: world.box.give(wish("b"))
    world.sync.round()
    world.server.meanwhile = lambda: None
    assert world.server.told == [["a"]]
    others = [world.box.give(wish(key)) for key in ("c", "d", "e")]
    assert [given and given.number.number for given in others] == ["B601", "B603", None], "B602 is in somebody's hand"


def test_a_server_that_has_fewer_numbers_is_not_asked_for_them_all_the_time(world: World) -> None:
    world.box.drop_numbers()
    world.server.has = 1
    for _ in range(5):
        world.sync.round()
    assert world.server.asked == 1
    world.seconds += CARE_S
    world.sync.round()
    assert world.server.asked == 2


def test_a_full_disk_does_not_keep_the_outbox_from_being_told(world: World) -> None:
    world.put("a")
    (pages,) = world.box._file._connection.execute("PRAGMA page_count").fetchone()
    world.box._file._connection.execute(f"PRAGMA max_page_count = {pages}")
    world.sync.round()
    assert world.server.told[0] == ["a"]


def test_the_configuration_is_asked_for_about_once_a_minute_by_the_name_of_what_is_known(world: World) -> None:
    for _ in range(3):
        world.sync.round()
    world.seconds += CARE_S
    world.sync.round()
    assert world.server.configs == ["", '"1"']
    assert world.box.config() == CONFIG


def test_a_report_comes_when_something_changed_and_about_once_a_minute(world: World) -> None:
    world.sync.round()
    world.sync.round()
    assert len(world.server.reports) == 1
    world.sync.activity_changed(Activity.VISIT)
    world.sync.round()
    world.seconds += CARE_S
    world.sync.round()
    assert [report.activity for report in world.server.reports] == ["idle", "visit", "visit"]
    assert {report.at for report in world.server.reports} == {AT_9_24}


def test_the_session_hears_which_services_have_numbers_when_that_changes(world: World) -> None:
    world.sync.server_lost()
    for key in ("a", "b", "c"):
        world.box.give(wish(key))
        world.sync.round()
    assert world.events == [NumbersAtHand(frozenset({"tax"})), NumbersAtHand(frozenset())]
