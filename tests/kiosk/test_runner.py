"""The runner does what the session asks for, and hands a card to the person whose lease it was read under."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from hall_samples import hall, service, ticket
from kiosk_bookings import FakeBookings
from kiosk_box import full_box, open_box
from kiosk_devices import CARD, NOW, FakeDevices, FakeTimer
from kiosk_session import BOOKING, MET, PERSON, SLOTS

from jinghou_config.ticket import BookingTemplate, TicketTemplate
from jinghou_devices.errors import DeviceError, DeviceOffline, DeviceRefused, ProtocolError
from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.kinds.common import DeviceStatus, Link
from jinghou_devices.kinds.id_reader import IdCard
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.booking_events import BookTapped, DayTapped, SlotsFound, TimeTapped
from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.entries import LostPress
from jinghou_kiosk.events import (
    ArriveFault,
    ArriveTapped,
    CardLeftBehind,
    CardRead,
    CardUnreadable,
    ConfirmTapped,
    DigitTapped,
    Event,
    FindNumberTapped,
    GiveBackTapped,
    HallSeen,
    HomeTapped,
    NotCheckedIn,
    NumberGivenBack,
    NumberNotTaken,
    NumbersFound,
    PrintEnded,
    ReaderSeen,
    ScannerSeen,
    ServiceTapped,
    StaffAsked,
    StaffNotAsked,
    StaffNotNeededTapped,
    StaffTapped,
    TakeFault,
)
from jinghou_kiosk.pages import Booked, Done, Paper
from jinghou_kiosk.phone_events import BindPhoneTapped, PhoneBound, PhoneCodeSeen, PhoneTapped
from jinghou_kiosk.runner import Runner
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_kiosk.session import begin
from jinghou_kiosk.state import StaffCall
from jinghou_queue.contract.bookings import CheckIn, FindNumbers, OwnNumber
from jinghou_queue.contract.helping import AskHelp, HelpAsked
from jinghou_queue.contract.messages import (
    BookedFor,
    HelpState,
    LegState,
    OwnTicket,
    PrintOutcome,
    Problem,
    TakeNumber,
    Ticket,
    TicketPrinted,
    TicketState,
    TicketStatus,
)
from jinghou_queue.contract.offline import NumberGiven, NumberPrinted
from jinghou_queue.contract.people import BindPhone

TAX = service("tax")
HALL = hall(TAX)
TICKET = ticket(service="tax", number="B001")
OWN = OwnNumber(
    ticket="t1",
    own=OwnTicket(hall="yunxi", number="B001", service="tax", state=TicketState.ACTIVE, leg=LegState.WAITING, ahead=2),
)


class FakeServer(FakeBookings):
    """Answers each call with the next of `answers`: a value, or an exception."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.keys: list[str] = []
        self.requests: list[TakeNumber] = []
        self.arrivals: list[CheckIn] = []
        self.wanted: list[FindNumbers] = []
        self.help: list[str] = []
        self.cancelled: Queue[str] = Queue()
        self.reports: Queue[tuple[str, PrintOutcome]] = Queue()

    def take_number(self, request: TakeNumber, key: str) -> tuple[Ticket, bool]:
        self.keys.append(key)
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else TICKET
        if isinstance(answer, Exception):
            raise answer
        return TICKET, False

    def check_in(self, request: CheckIn, key: str) -> tuple[Ticket, bool]:
        self.keys.append(key)
        self.arrivals.append(request)
        answer = self.answers.pop(0) if self.answers else TICKET
        if isinstance(answer, Exception):
            raise answer
        return TICKET, False

    def find_numbers(self, request: FindNumbers) -> list[OwnNumber]:
        self.wanted.append(request)
        return [OWN]

    def ask_help(self, request: AskHelp) -> HelpAsked:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        self.help.append(request.page)
        return HelpAsked(terminal="k1", state=HelpState.ASKED, seq=9)

    def withdraw_help(self) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        self.cancelled.put("help")

    def cancel(self, ticket: str, key: str) -> TicketStatus:
        self.cancelled.put(ticket)
        return TicketStatus(id=ticket, number="B001", state=TicketState.VOID)

    def report_printed(self, ticket: str, report: TicketPrinted, key: str) -> TicketStatus:
        self.reports.put((ticket, report.outcome))
        return TicketStatus(id=ticket, number="B001", state=TicketState.ACTIVE)


def refusal(slug: str) -> ServerRefused:
    problem = Problem(type=f"urn:jinghou:problem:{slug}", title="no", status=409, booked_for=BookedFor(starts_at=1))
    return ServerRefused(problem)


class World:
    """A runner with fake surroundings; events are queued as a Qt program would, and `pump` handles them."""

    def __init__(self, devices: FakeDevices, box: Box | None = None) -> None:
        self.events: Queue[Event] = Queue()
        self.server = FakeServer()
        self.devices = devices
        self.runner = Runner(
            begin("boot", MET),
            server=self.server,
            timer=FakeTimer(),
            post=self.events.put,
            on_change=lambda _session: None,
            ticket=TicketTemplate.load(),
            booking=BookingTemplate.load(),
            now=lambda: NOW,
        )
        self.runner.start(devices, box)
        for event in (HallSeen(HALL), ReaderSeen(ready=True)):
            self.runner.handle(event)

    def pump(self, kind: type[Event]) -> Event:
        """Handle events up to and including the first of `kind`."""
        while True:
            event = self.events.get(timeout=5)
            self.runner.handle(event)
            if isinstance(event, kind):
                return event


@pytest.fixture
def make() -> Iterator[Callable[..., World]]:
    worlds = []

    def build(printed: Printed = Printed.DONE, box: Box | None = None) -> World:
        worlds.append(World(FakeDevices(printed), box))
        return worlds[-1]

    yield build
    for world in worlds:
        world.runner.close()


def test_of_a_card_only_identity_and_masked_name_are_kept(make: Callable[..., World]) -> None:
    world = make()
    world.devices.id_reader.waits[0][1].set_result(CARD)
    event = world.pump(CardRead)
    assert isinstance(event, CardRead)
    assert event.holder.masked_name == "张*"
    assert "静候" not in repr(world.runner.state)
    assert CARD.number not in repr(world.runner.state)


def test_end_of_a_visit_ends_the_lease_of_its_card(make: Callable[..., World]) -> None:
    world = make()
    lease, card = world.devices.id_reader.waits[0]
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(HomeTapped())
    assert lease.ended
    card.set_result(CARD)
    assert world.events.empty()
    assert [wait[0].session for wait in world.devices.id_reader.waits] == ["boot-1", "boot-2"]


@pytest.mark.parametrize("fault", [DeviceRefused("read failed"), ProtocolError("its lengths do not add up")])
def test_after_an_unreadable_card_it_waits_for_the_next(make: Callable[..., World], fault: DeviceError) -> None:
    world = make()
    world.devices.id_reader.waits[0][1].set_exception(fault)
    world.pump(CardUnreadable)
    world.devices.id_reader.waits[1][1].set_result(CARD)
    world.pump(CardRead)


def test_card_with_an_impossible_number_is_unreadable(make: Callable[..., World]) -> None:
    world = make()
    wrong = IdCard(**{**vars(CARD), "number": "119999195512310020"})
    world.devices.id_reader.waits[0][1].set_result(wrong)
    world.pump(CardUnreadable)


def test_reader_that_comes_back_is_waited_on_again(make: Callable[..., World]) -> None:
    world = make()
    world.devices.id_reader.waits[0][1].set_exception(DeviceOffline("unplugged"))
    world.runner.device_changed(DeviceStatus("id_reader", Link.OFFLINE, "unplugged"))
    world.pump(ReaderSeen)
    assert len(world.devices.id_reader.waits) == 1
    world.runner.device_changed(DeviceStatus("id_reader", Link.ONLINE))
    world.pump(ReaderSeen)
    world.devices.id_reader.waits[1][1].set_result(CARD)
    world.pump(CardRead)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (ServerUnreachable("ConnectionError"), TakeFault.SERVER_LOST),
        (ServerRefused(Problem(type="urn:x", title="no", status=409)), TakeFault.REFUSED),
    ],
)
def test_no_number_is_told_with_its_cause(make: Callable[..., World], answer: Exception, fault: TakeFault) -> None:
    world = make()
    world.server.answers = [answer]
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    event = world.pump(NumberNotTaken)
    assert isinstance(event, NumberNotTaken)
    assert event.fault is fault


def test_whole_visit_prints_once_and_reports(make: Callable[..., World]) -> None:
    world = make()
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(PrintEnded)
    assert len(world.devices.receipt_printer.receipts) == 1
    assert world.server.reports.get(timeout=5) == ("t1", PrintOutcome.PRINTED)
    assert world.server.keys == ["boot-1-1"]


def test_a_booking_is_held_confirmed_and_put_on_paper_once(make: Callable[..., World]) -> None:
    world = make()
    bookable = service("tax", bookable=True)
    session = world.runner.state.id
    for event in (HallSeen(hall(bookable)), CardRead(session, PERSON), ServiceTapped("tax"), BookTapped()):
        world.runner.handle(event)
    world.pump(SlotsFound)
    world.runner.handle(DayTapped("2026-11-24"))
    world.runner.handle(TimeTapped(SLOTS[0].starts_at))
    world.runner.handle(ConfirmTapped())
    world.pump(PrintEnded)
    page = world.runner.state.page
    assert isinstance(page, Booked)
    assert (page.booking, page.paper) == (BOOKING, Paper.PRINTED)
    assert len(world.devices.receipt_printer.receipts) == 1
    assert [asked[0] for asked in world.server.asked] == ["hall", "slots", "book", "confirm"]
    assert world.server.reports.empty(), "a paper of a booking is no ticket's"


def test_phones_codes_follow_one_another_until_the_page_is_left(make: Callable[..., World]) -> None:
    world = make()
    world.runner.handle(HallSeen(hall(TAX, phone_numbers=True)))
    world.runner.handle(PhoneTapped())
    world.pump(PhoneCodeSeen)
    world.pump(PhoneCodeSeen)
    world.runner.handle(HomeTapped())
    asked = len(world.server.asked)
    assert world.runner.state.phone_code is None
    world.runner.handle(PhoneTapped())
    world.pump(PhoneCodeSeen)
    assert len(world.server.asked) == asked + 1, "nothing was asked for whoever had left"


def test_a_phone_is_told_of_the_number_on_show(make: Callable[..., World]) -> None:
    world = make()
    for event in (ServiceTapped("tax"), ConfirmTapped()):
        world.runner.handle(event)
    world.pump(PrintEnded)
    world.runner.handle(BindPhoneTapped())
    for digit in "13800005678":
        world.runner.handle(DigitTapped(digit))
    world.runner.handle(ConfirmTapped())
    world.pump(PhoneBound)
    assert world.server.asked == [("bind", "secret", BindPhone(phone="13800005678"))]
    assert "13800005678" not in repr(world.runner.state)


def test_printer_that_fails_leaves_the_number_on_the_screen(make: Callable[..., World]) -> None:
    world = make(Printed.FAILED)
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(PrintEnded)
    assert world.runner.state.page == Done(TAX, TICKET, again=False, paper=Paper.FAILED)
    assert world.server.reports.get(timeout=5) == ("t1", PrintOutcome.FAILED)


def test_number_whose_answer_was_lost_is_found_by_its_key_and_given_back(
    make: Callable[..., World],
) -> None:
    world = make()
    world.server.answers = [ServerUnreachable("ReadTimeout")]
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(NumberNotTaken)
    world.runner.handle(HomeTapped())
    assert world.server.cancelled.get(timeout=5) == "t1"
    assert world.server.keys == ["boot-1-1", "boot-1-1"]


def scanning(world: World) -> World:
    world.runner.device_changed(DeviceStatus("code_scanner", Link.ONLINE))
    world.pump(ScannerSeen)
    return world


def test_a_code_held_before_the_scanner_is_asked_about_and_the_next_one_waited_for(make: Callable[..., World]) -> None:
    world = scanning(make())
    world.devices.code_scanner.waits[0][1].set_result(ScannedCode(text="0471108152", raw=b"0471108152"))
    world.pump(PrintEnded)
    (asked,) = world.server.arrivals
    assert (asked.code, asked.identity, world.server.keys) == ("0471108152", None, ["boot-1-1"])
    assert len(world.devices.code_scanner.waits) == 2
    assert world.devices.code_scanner.waits[0][0] is world.devices.id_reader.waits[0][0], "one lease for both"


def test_a_card_that_arrives_is_asked_about_with_its_masked_name(make: Callable[..., World]) -> None:
    world = make()
    world.runner.handle(ArriveTapped())
    world.devices.id_reader.waits[0][1].set_result(CARD)
    world.pump(PrintEnded)
    (asked,) = world.server.arrivals
    assert asked.code is None
    assert asked.identity is not None
    assert (asked.identity.number, asked.masked_name) == (CARD.number, "张*")


def test_a_code_after_the_visit_reaches_nobody(make: Callable[..., World]) -> None:
    world = scanning(make())
    _lease, code = world.devices.code_scanner.waits[0]
    world.runner.handle(ArriveTapped())
    world.runner.handle(HomeTapped())
    code.set_result(ScannedCode(text="0471108152", raw=b"0471108152"))
    assert world.events.empty()
    assert [wait[0].session for wait in world.devices.code_scanner.waits] == ["boot-1", "boot-2"]


def test_a_scanner_that_comes_back_is_waited_on_again(make: Callable[..., World]) -> None:
    world = scanning(make())
    world.devices.code_scanner.waits[0][1].set_exception(DeviceOffline("unplugged"))
    world.runner.device_changed(DeviceStatus("code_scanner", Link.OFFLINE, "unplugged"))
    world.pump(ScannerSeen)
    assert len(world.devices.code_scanner.waits) == 1
    scanning(world)
    assert len(world.devices.code_scanner.waits) == 2


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (ServerUnreachable("ConnectionError"), ArriveFault.SERVER_LOST),
        (RuntimeError("a fault of this program"), ArriveFault.SERVER_LOST),
        (refusal("check-in-early"), ArriveFault.EARLY),
        (refusal("check-in-other-day"), ArriveFault.OTHER_DAY),
        (refusal("check-in-other-hall"), ArriveFault.OTHER_HALL),
        (refusal("booking-unknown"), ArriveFault.UNKNOWN),
        (refusal("invalid-request"), ArriveFault.UNKNOWN),
        (refusal("not-now"), ArriveFault.GONE),
    ],
)
def test_why_nobody_was_checked_in_is_told(make: Callable[..., World], answer: Exception, fault: ArriveFault) -> None:
    world = scanning(make())
    world.server.answers = [answer]
    world.devices.code_scanner.waits[0][1].set_result(ScannedCode(text="x", raw=b"x"))
    event = world.pump(NotCheckedIn)
    assert isinstance(event, NotCheckedIn)
    assert event.fault is fault
    assert event.booked_for == (BookedFor(starts_at=1) if isinstance(answer, ServerRefused) else None)


def kept(box: Box, done: Callable[[], bool]) -> Box:
    """The box once that is so: it is written on threads of the runner's."""
    changed: Queue[None] = Queue()
    box.on_change = lambda: changed.put(None)
    while not done():
        changed.get(timeout=5)
    return box


def test_with_a_box_a_visit_that_the_server_does_not_answer_ends_with_a_number_on_paper(
    make: Callable[..., World], tmp_path: Path
) -> None:
    box = full_box(tmp_path)
    world = make(box=box)
    world.server.answers = [ServerUnreachable("ConnectionError")]
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(PrintEnded)
    assert isinstance(world.runner.state.page, Done)
    assert (world.runner.state.page.ticket.number, world.runner.state.page.offline) == ("B601", True)
    kept(box, lambda: box.backlog().waiting == 2)
    given, printed = box.oldest(10)
    assert isinstance(given, NumberGiven)
    assert isinstance(printed, NumberPrinted)
    assert (given.key, given.instead_of, given.at) == ("boot-1-1", "boot-1-1", NOW)
    assert (printed.ticket, printed.outcome, printed.at) == (given.ticket, PrintOutcome.PRINTED, NOW)
    assert world.server.reports.empty()


def test_with_a_box_a_report_of_a_paper_is_on_disk_and_no_power_cut_loses_it(
    make: Callable[..., World], tmp_path: Path
) -> None:
    box = full_box(tmp_path)
    world = make(box=box)
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(PrintEnded)
    kept(box, lambda: box.backlog().waiting == 1)
    (printed,) = box.oldest(10)
    assert isinstance(printed, NumberPrinted)
    assert printed.ticket == "t1"


def test_a_report_that_the_box_cannot_keep_goes_to_the_server_at_once(
    make: Callable[..., World], tmp_path: Path
) -> None:
    box = full_box(tmp_path)
    world = make(box=box)
    box.close()
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(PrintEnded)
    assert world.server.reports.get(timeout=5) == ("t1", PrintOutcome.PRINTED)


def test_with_a_box_a_press_that_nobody_waits_for_is_kept_to_be_found_out(
    make: Callable[..., World], tmp_path: Path
) -> None:
    box = open_box(tmp_path)
    world = make(box=box)
    world.server.answers = [ServerUnreachable("ReadTimeout")]
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(ConfirmTapped())
    world.pump(NumberNotTaken)
    world.runner.handle(HomeTapped())
    kept(box, lambda: box.backlog().waiting == 1)
    (lost,) = box.oldest(10)
    assert isinstance(lost, LostPress)
    assert (lost.press, lost.service) == ("boot-1-1", "tax")
    assert world.server.cancelled.empty()


def test_ones_own_number_is_asked_for_by_card_and_given_back_once(make: Callable[..., World]) -> None:
    world = make()
    world.runner.handle(FindNumberTapped())
    world.devices.id_reader.waits[0][1].set_result(CARD)
    world.pump(NumbersFound)
    (wanted,) = world.server.wanted
    assert (wanted.code, wanted.identity.number if wanted.identity else "") == (None, CARD.number)
    world.runner.handle(GiveBackTapped())
    world.runner.handle(ConfirmTapped())
    world.pump(NumberGivenBack)
    assert world.server.cancelled.get(timeout=5) == "t1"
    assert world.server.cancelled.empty()


def test_staff_are_told_the_pages_name_and_that_nobody_need_come_as_often_as_it_takes(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jinghou_kiosk.runner.TELL_AGAIN_S", 0.01)
    world = make()
    world.runner.handle(ServiceTapped("tax"))
    world.runner.handle(StaffTapped())
    world.pump(StaffAsked)
    assert world.server.help == ["confirm"]
    world.server.answers = [ServerUnreachable("ConnectionError")]
    world.runner.handle(StaffNotNeededTapped())
    assert world.server.cancelled.get(timeout=5) == "help"


@pytest.mark.parametrize("answer", [ServerUnreachable("ReadTimeout"), refusal("not-allowed"), RuntimeError("a fault")])
def test_staff_who_could_not_be_called_are_said_not_to_know(make: Callable[..., World], answer: Exception) -> None:
    world = make()
    world.server.answers = [answer]
    world.runner.handle(StaffTapped())
    world.pump(StaffNotAsked)
    assert world.runner.state.staff.call is StaffCall.FAILED


def test_a_card_that_lies_there_after_its_visit_is_said_by_the_reader_alone(make: Callable[..., World]) -> None:
    world = make()
    (tell,) = world.devices.id_reader.watchers
    for lies in (True, False):
        tell(lies)
        world.pump(CardLeftBehind)
        assert world.runner.state.card_left_behind is lies
