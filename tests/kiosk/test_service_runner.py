"""Service mode's runner: what is asked of devices, disk and server comes back as events; what the log says of it."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from typing import cast

import pytest
from kiosk_box import full_box
from kiosk_devices import CARD, NOW, FakePrinter, FakeTimer
from kiosk_session import MET, NEXT_PERSON, PROPERTY, TAX, TICKET, Kiosk
from pydantic import SecretStr

from jinghou_config.devices import DevicesSettings
from jinghou_config.log import LogSettings, configure_logging
from jinghou_config.terminal import ServiceSettings, VisitSettings
from jinghou_config.ticket import TicketTemplate
from jinghou_devices.errors import Cancelled
from jinghou_devices.kinds.common import DeviceStatus, Kind, Lease, Link
from jinghou_devices.kinds.id_reader import IdCard
from jinghou_devices.kinds.locker_board import Opened, OpenResult
from jinghou_devices.kinds.receipt_printer import Printed, PrintResult, Text
from jinghou_devices.station import Station
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DigitTapped,
    HomeTapped,
    Language,
    NumberTaken,
    Pinned,
    PinnedSeen,
    PrintTapped,
    RetryTapped,
    ServiceTapped,
    SettingsSeen,
    StaffCame,
    StaffLeft,
    UsedSeen,
)
from jinghou_kiosk.events import Event as SessionEvent
from jinghou_kiosk.server import ServerUnreachable
from jinghou_kiosk.service.changes import Changes
from jinghou_kiosk.service.events import (
    CornerTapped,
    CountersRead,
    DeviceTapped,
    DoorTapped,
    Event,
    FiguresRead,
    FolderTapped,
    LogCopied,
    NetworkTried,
    PinChecked,
    PinTapped,
    ServiceSwitched,
    TrialEnded,
    WayTapped,
)
from jinghou_kiosk.service.ledger import Ledger, counted, given
from jinghou_kiosk.service.log_copy import copy_log
from jinghou_kiosk.service.network import try_network
from jinghou_kiosk.service.pages import Figures, Menu, Network, Page, PinPad, Way
from jinghou_kiosk.service.pin import hashed
from jinghou_kiosk.service.runner import ServiceRunner, Surroundings
from jinghou_kiosk.service.step import begin

PIN, MANAGERS = "314159", "265358"


DAY_MS = 86_400_000


class FakeReader:
    def __init__(self) -> None:
        self.waits: Queue[tuple[Lease, Future[IdCard]]] = Queue()

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[IdCard]:
        future: Future[IdCard] = Future()
        self.waits.put((lease, future))
        return future


class FakeLocker:
    boards = (1, 2)
    locks = 8

    def __init__(self) -> None:
        self.opened: list[tuple[int, int]] = []

    def open(self, board: int, lock: int, deadline_s: float = 5.0) -> Future[OpenResult]:
        self.opened.append((board, lock))
        future: Future[OpenResult] = Future()
        future.set_result(OpenResult(Opened.STUCK, "seen closed after the pulse"))
        return future


class FakeStation:
    def __init__(self) -> None:
        self.id_reader = FakeReader()
        self.receipt_printer = FakePrinter(PrintResult(Printed.DONE))
        self.locker = FakeLocker()

    def counters(self, kind: Kind) -> dict[str, int]:
        return {"reads": 7}


class FakeServer:
    def __init__(self, says: datetime | Exception | None) -> None:
        self.says = says

    def greet(self) -> datetime | None:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@dataclass
class World:
    """A runner of service mode; its events are queued as a Qt program would."""

    folder: Path
    events: Queue[Event] = field(default_factory=Queue)
    told: list[SessionEvent] = field(default_factory=list)
    station: FakeStation = field(default_factory=FakeStation)
    seconds: float = 100.0
    now: int = NOW
    manager_pin_hash: SecretStr | None = None
    begun: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger_file = self.folder / "service.json"
        self.log_file = self.folder / "kiosk.log"
        self.usb = self.folder / "usb"
        self.usb.mkdir(exist_ok=True)
        settings = ServiceSettings(
            pin_hash=SecretStr(hashed(PIN)), manager_pin_hash=self.manager_pin_hash, export_folders=(self.usb,)
        )
        self.ledger = Ledger(self.ledger_file)
        wrong, pause_left_s = self.ledger.pause(self.now)
        self.runner = ServiceRunner(
            begin(
                settings,
                2.71,
                Language.ZH,
                out_of_service=self.ledger.out_of_service,
                wrong=wrong,
                locked_until=self.seconds + pause_left_s,
            ),
            Surroundings(
                server=FakeServer(datetime.fromtimestamp(NOW / 1000, UTC)),
                box=None,
                ledger=self.ledger,
                ticket=TicketTemplate.load(),
                log_file=self.log_file,
                enroller=Enroller(self.folder / "kiosk.enrolment", 1, lambda: NOW),
                changes=Changes(self.folder / "kiosk.changes", DevicesSettings()),
                ports=lambda: (),
                begin_anew=lambda: self.begun.append(True),
                monotonic=lambda: self.seconds,
                now=lambda: self.now,
            ),
            timer=FakeTimer(),
            post=self.events.put,
            tell_session=self.told.append,
            on_change=lambda _service: None,
        )
        self.runner.start(cast("Station", self.station))
        for kind in (Kind.ID_READER, Kind.LOCKER, Kind.RECEIPT_PRINTER):
            self.runner.device_changed(DeviceStatus(kind, Link.ONLINE))

    def does(self, *events: Event) -> "World":
        while not self.events.empty():
            self.runner.handle(self.events.get())
        for event in events:
            self.runner.handle(event)
        return self

    def pump(self, kind: type[Event]) -> Event:
        """Handle events up to and including the first of `kind`."""
        while True:
            event = self.events.get(timeout=5)
            self.runner.handle(event)
            if isinstance(event, kind):
                return event

    def knock(self) -> "World":
        for gap in (0, 0.3, 0.3, 0.3, 0.3, 1.5, 0.3):
            self.seconds += gap
            self.does(CornerTapped())
        return self

    def types(self, pin: str) -> "World":
        self.does(*map(DigitTapped, pin), ConfirmTapped())
        self.pump(PinChecked)
        return self

    def page(self) -> Page | None:
        return self.runner.state.page

    def inside(self) -> "World":
        return self.knock().types(PIN)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.runner.close()


@pytest.fixture
def log_lines() -> Callable[[], list[dict[str, object]]]:
    stream = io.StringIO()
    configure_logging(LogSettings(), stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_only_the_right_pin_opens_the_menu_and_the_session_hears_of_staff_before_it(world: World) -> None:
    world.knock()
    assert world.told == [StaffCame()]
    assert world.types("271828").page() == PinPad(wrong=True)
    assert world.types(PIN).page() == Menu()


def test_entrances_actions_and_wrong_pins_are_in_the_log_and_no_pin_is(
    world: World, log_lines: Callable[[], list[dict[str, object]]]
) -> None:
    world.knock().types("271828").types(PIN).does(ServiceSwitched(), WayTapped(Way.NETWORK))
    world.pump(NetworkTried)
    world.does(HomeTapped())
    lines = log_lines()
    said = [(line["event"], line.get("page") or line.get("outcome") or line.get("count")) for line in lines]
    assert said == [
        ("service page", "PinPad"),
        ("service: wrong PIN", 1),
        ("service page", "Menu"),
        ("service: staff came in", "manager and technician"),
        ("service action", "out of service"),
        ("service page", "NetworkPage"),
        ("service action", "try network"),
        ("service page", "closed"),
    ]
    assert not {PIN, "271828"} & set(json.dumps(lines).split('"'))
    assert PIN not in json.dumps(lines)


@pytest.mark.parametrize(("pin", "who"), [(PIN, "technician"), (MANAGERS, "manager")])
def test_each_pin_opens_its_own_menu_and_the_log_says_whose(
    tmp_path: Path, log_lines: Callable[[], list[dict[str, object]]], pin: str, who: str
) -> None:
    world = World(tmp_path, manager_pin_hash=SecretStr(hashed(MANAGERS)))
    world.knock().types(pin).does(ServiceSwitched(), WayTapped(Way.LOGS), HomeTapped())
    world.runner.close()
    assert [line["outcome"] for line in log_lines() if line["event"] == "service: staff came in"] == [who]
    assert world.runner.state.out_of_service == (who == "manager")
    pages = [line["page"] for line in log_lines() if line["event"] == "service page"]
    assert ("Logs" in pages) == (who == "technician")


def test_of_a_card_that_is_tried_only_kind_and_family_name_are_shown(world: World) -> None:
    world.inside().does(WayTapped(Way.DEVICES), DeviceTapped(Kind.ID_READER))
    world.pump(CountersRead)
    world.does(RetryTapped())
    _, card = world.station.id_reader.waits.get(timeout=5)
    card.set_result(CARD)
    ended = world.pump(TrialEnded)
    assert isinstance(ended, TrialEnded)
    assert ended.trial.well
    assert "张*" in ended.trial.said
    assert "静候" not in repr(world.runner.state)
    assert CARD.number not in repr(world.runner.state)


@pytest.mark.parametrize("way_out", [HomeTapped(), BackTapped()])
def test_whoever_leaves_before_the_card_came_leaves_no_one_who_waits_for_it(world: World, way_out: Event) -> None:
    world.inside().does(WayTapped(Way.DEVICES), DeviceTapped(Kind.ID_READER), RetryTapped())
    lease, card = world.station.id_reader.waits.get(timeout=5)
    world.does(way_out)
    assert lease.ended
    card.set_exception(Cancelled("the session has ended"))


def test_a_door_that_stays_shut_is_a_trial_that_failed(world: World) -> None:
    world.inside().does(WayTapped(Way.DEVICES), DeviceTapped(Kind.LOCKER), DoorTapped())
    assert world.station.locker.opened == []
    world.does(DoorTapped())
    ended = world.pump(TrialEnded)
    assert world.station.locker.opened == [(1, 1)]
    assert isinstance(ended, TrialEnded)
    assert (ended.trial.well, ended.trial.said) == (False, "stuck. seen closed after the pulse")


def test_an_order_that_waited_for_its_turn_until_the_staff_had_left_is_not_given(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    monkeypatch.setattr(FakeServer, "greet", lambda _server: answer.wait(5) and None)
    world.inside()
    for _ in range(2):  # as many as work beside each other
        world.does(WayTapped(Way.NETWORK), BackTapped())
    world.does(WayTapped(Way.DEVICES), DeviceTapped(Kind.LOCKER), DoorTapped(), DoorTapped(), HomeTapped())
    answer.set()
    world.inside()  # its PIN is looked at after whatever waited
    assert world.station.locker.opened == []


def test_a_sample_says_on_its_first_line_that_it_is_one(world: World) -> None:
    world.inside().does(WayTapped(Way.TICKET), PrintTapped())
    world.pump(TrialEnded)
    first = world.station.receipt_printer.receipts[0].blocks[0]
    assert isinstance(first, Text)
    assert first.text == "样票，不能凭此办事"


def test_a_copy_of_the_log_holds_nothing_that_is_not_on_the_white_list(world: World) -> None:
    ours = {"event": "page", "logger": "jinghou_kiosk.runner", "page": "Done", "name": "marker-张静候"}
    foreign = '{"event": "marker-119999195512310027"}'
    lines = [json.dumps(ours), "marker-of a traceback", foreign, '["marker-list"]']
    world.log_file.write_text("\n".join(lines) + "\n", "utf-8")
    world.inside().does(WayTapped(Way.LOGS), FolderTapped(0))
    copied = world.pump(LogCopied)
    assert isinstance(copied, LogCopied)
    assert copied.export.lines == 4
    (file,) = world.usb.iterdir()
    assert str(file) == copied.export.file
    text = file.read_text("utf-8")
    assert "marker" not in text
    assert json.loads(text.splitlines()[0])["page"] == "Done"
    assert len(text.splitlines()) == 4


def test_a_log_that_cannot_be_copied_says_why_and_leaves_no_half(tmp_path: Path) -> None:
    log = tmp_path / "kiosk.log"
    assert "log.file" in copy_log(None, tmp_path, "copy").fault
    assert copy_log(log, tmp_path / "usb", "copy").fault == f"{tmp_path / 'usb'} is not there"
    (tmp_path / "usb").mkdir()
    assert "No such file" in copy_log(log, tmp_path / "usb", "copy").fault
    assert [path.name for path in (tmp_path / "usb").iterdir()] == []


def test_without_a_stick_nothing_is_left_on_the_kiosks_own_disk_where_the_settings_want_one(tmp_path: Path) -> None:
    log = tmp_path / "kiosk.log"
    log.write_text("{}\n", "utf-8")
    (tmp_path / "usb").mkdir()
    export = copy_log(log, tmp_path / "usb", "copy", mounted=True)
    assert (export.missing, export.file) == (True, "")
    assert [path.name for path in (tmp_path / "usb").iterdir()] == []
    assert copy_log(log, Path("/proc"), "copy", mounted=True).missing is False, "something is mounted there"


def test_a_kiosk_left_out_of_service_is_so_after_a_restart_and_tells_the_session(world: World) -> None:
    world.inside().does(ServiceSwitched(), HomeTapped())
    world.runner.close()
    again = World(world.folder)
    assert again.told == [StaffLeft(out_of_service=True)]
    assert again.runner.state.out_of_service
    again.runner.close()


def test_figures_count_visits_numbers_and_papers_of_the_day_and_nobody(world: World) -> None:
    kiosk = Kiosk()
    world.runner.session_changed(kiosk.state)
    states = [kiosk.at_confirm().state, kiosk.at_printing().state]
    states += [Kiosk().at_done().state]
    for state in states:
        world.runner.session_changed(state)
    world.inside().does(WayTapped(Way.FIGURES))
    read = world.pump(FiguresRead)
    assert isinstance(read, FiguresRead)
    assert read.figures == Figures("2026-11-23", 1, 1, 1)
    assert "A023" not in world.ledger_file.read_text("utf-8")


def test_another_day_begins_at_nothing_and_a_damaged_file_too(tmp_path: Path) -> None:
    file = tmp_path / "service.json"
    ledger = Ledger(file)
    ledger.add(Figures("2026-11-23", 3, 2, 1))
    ledger.add(Figures("2026-11-23", 1, 0, 0))
    assert Ledger(file).figures("2026-11-23") == Figures("2026-11-23", 4, 2, 1)
    ledger.add(Figures("2026-11-24", 1, 0, 0))
    assert Ledger(file).figures("2026-11-24") == Figures("2026-11-24", 1, 0, 0)
    assert Ledger(file).figures("2026-11-23") == Figures("2026-11-23")
    file.write_text("{", "utf-8")
    assert not Ledger(file).out_of_service


def test_what_the_manager_puts_first_is_the_sessions_at_once_and_after_a_restart_until_the_profile_says_otherwise(
    world: World,
) -> None:
    kiosk = Kiosk().does(StaffCame())
    world.runner.session_changed(kiosk.state)
    world.inside().does(WayTapped(Way.HOT), ServiceTapped("tax"), PinTapped())
    pinned = world.told[-1]
    assert pinned == PinnedSeen(Pinned(("tax",), ()))
    assert kiosk.does(pinned).state.hot == (TAX,)
    world.runner.session_changed(kiosk.state)
    world.runner.close()
    again = World(world.folder)
    assert again.told == [pinned]
    started = Kiosk().does(*again.told)
    again.runner.session_changed(started.state)
    started.does(SettingsSeen(VisitSettings(hot=("property",)), MET.languages))
    again.runner.session_changed(started.state)
    again.runner.close()
    assert started.state.hot == (PROPERTY,)
    assert Ledger(world.ledger_file).pinned is None


def test_numbers_given_are_counted_by_service_and_stand_first_from_the_next_day_on(world: World) -> None:
    kiosk = Kiosk()
    world.runner.session_changed(kiosk.state)
    for event in (kiosk.card(), ServiceTapped("property"), ConfirmTapped()):
        world.runner.session_changed(kiosk.does(event).state)
    taken = NumberTaken(kiosk.state.id, TICKET, again=False)
    world.runner.session_changed(kiosk.does(taken, taken).state)
    assert world.told == [], "what stands first stays for the day"
    world.now += DAY_MS
    world.runner.session_changed(kiosk.does(HomeTapped()).state)
    world.runner.close()
    assert world.told == [UsedSeen({"property": 1})]
    assert "A023" not in world.ledger_file.read_text("utf-8")


def test_a_number_that_somebody_had_before_is_not_counted_again() -> None:
    kiosk = Kiosk().at_confirm().does(ConfirmTapped())
    before = kiosk.state
    assert given(before, kiosk.does(NumberTaken(kiosk.state.id, TICKET, again=True)).state) is None


def test_numbers_are_counted_for_fourteen_days_and_then_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "service.json"
    for day in (1, 2, 2, 15):
        Ledger(file).add(Figures(f"2026-11-{day:02}", numbers=1), "tax" if day != 15 else "property")
    assert Ledger(file).used("2026-11-15") == {"tax": 3}
    assert Ledger(file).used("2026-11-16") == {"tax": 2, "property": 1}
    Ledger(file).add(Figures("2026-11-30", numbers=1), "tax")
    assert "2026-11-02" not in file.read_text("utf-8")
    assert Ledger(file).used("2026-12-01") == {"tax": 1}


def test_a_file_from_before_there_was_anything_to_put_first_is_read(tmp_path: Path) -> None:
    file = tmp_path / "service.json"
    file.write_text('{"out_of_service": true, "figures": {"day": "2026-11-23", "visits": 3}}', "utf-8")
    ledger = Ledger(file)
    assert (ledger.out_of_service, ledger.figures("2026-11-23").visits) == (True, 3)
    assert (ledger.pinned, ledger.used("2026-11-24")) == (None, {})


def test_the_next_person_at_an_open_page_is_a_visit_and_the_staff_are_none() -> None:
    kiosk = Kiosk().at_done()
    done = kiosk.state
    kiosk.does(kiosk.card(NEXT_PERSON))
    assert counted(done, kiosk.state, "2026-11-23") == Figures("2026-11-23", visits=1)
    home = Kiosk()
    assert counted(home.state, home.does(StaffCame()).state, "2026-11-23") is None


def test_the_line_is_told_with_its_time_the_clocks_and_what_the_box_has(tmp_path: Path) -> None:
    behind = datetime.fromtimestamp(NOW / 1000, UTC) - timedelta(seconds=90)
    network = try_network(FakeServer(behind), full_box(tmp_path), lambda: NOW)
    assert network.answered_ms is not None
    assert (network.fault, network.clock_ahead_s, network.waiting, network.services) == ("", 90, 0, 1)


def test_a_server_that_is_away_is_told_and_so_is_what_waits_for_it(tmp_path: Path) -> None:
    away = FakeServer(ServerUnreachable("ConnectionError"))
    assert try_network(away, full_box(tmp_path), lambda: NOW) == Network(
        "no answer (ConnectionError)", waiting=0, services=1
    )
    assert try_network(FakeServer(None), None, lambda: NOW).clock_ahead_s is None


def test_a_restart_ends_no_pause_after_wrong_pins_and_neither_does_a_clock_set_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "service.json")
    ledger.wrong_pins(4, at=NOW)  # a minute
    assert Ledger(tmp_path / "service.json").pause(NOW + 20_000) == (4, 40.0)
    assert Ledger(tmp_path / "service.json").pause(NOW - 86_400_000) == (4, 60.0)
    world = World(tmp_path, now=NOW + 20_000)
    assert world.runner.state.locked_until == world.seconds + 40
    world.knock().does(*map(DigitTapped, "271828"), ConfirmTapped())
    assert world.page() == PinPad(), "nothing is typed meanwhile"
    world.seconds += 41
    world.types("271828")
    world.runner.close()
    assert Ledger(tmp_path / "service.json").pause(world.now) == (5, 120.0)
    Ledger(tmp_path / "service.json").wrong_pins(0, at=NOW)
    assert Ledger(tmp_path / "service.json").pause(NOW) == (0, 0.0)
