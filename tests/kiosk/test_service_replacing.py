"""Service mode's pages for another device and another enrolment: nothing is left half done when staff leave."""

from dataclasses import replace

import pytest

from jinghou_config.terminal import ServiceSettings
from jinghou_devices.commands.trying import Trial
from jinghou_devices.kinds.common import DeviceStatus, Kind, Link
from jinghou_kiosk.effects import StartTimer
from jinghou_kiosk.enrolling.state import AskAddress, AskCode, Asking, Enrolment, Fault, NotEnrolled, Welcome
from jinghou_kiosk.enrolling.state import begin as enrolment
from jinghou_kiosk.enrolling.step import AskServer, BeginAsEnrolled, EnrolEnded
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DigitTapped,
    HomeTapped,
    Language,
    RetryTapped,
    TimerFired,
)
from jinghou_kiosk.service.effects import Effect, LookForDevice, PutBack, PutIn, ReadCounters
from jinghou_kiosk.service.events import (
    CandidateTapped,
    DeviceReplaced,
    DevicesFound,
    Event,
    ReplaceTapped,
    WayTapped,
)
from jinghou_kiosk.service.pages import Candidate, DevicePage, EnrolPage, Menu, Page, ReplacePage, Role, Way
from jinghou_kiosk.service.step import begin, step
from jinghou_queue.contract.terminals import TerminalKind

SETTINGS = ServiceSettings(idle_s=120, most_s=1800)
PRINTER = Kind.RECEIPT_PRINTER
FOUND = (Candidate("escpos", "/dev/one", 115200, "ESC/POS"), Candidate("escpos", "/dev/two", 9600, "ESC/POS"))
URL = "http://192.0.2.10:8470"
WELCOME = Welcome("云溪", "B 区 03 号", 0)


class Staff:
    """Service mode on a page, with all effects since."""

    def __init__(self, page: Page | None, known: Enrolment | None = None) -> None:
        first = begin(SETTINGS, 2.71, Language.ZH, out_of_service=False)
        devices = (DeviceStatus(PRINTER, Link.ONLINE),)
        technician = frozenset({Role.TECHNICIAN})
        self.state = replace(first, page=page, opened_at=1000.0, devices=devices, enrolment=known, roles=technician)
        self.effects: list[Effect] = []

    def does(self, *events: Event) -> "Staff":
        for event in events:
            outcome = step(self.state, event, 1001.0)
            self.state = outcome.state
            self.effects += outcome.effects
        return self

    def did(self, kind: type[Effect]) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def looking() -> Staff:
    return Staff(DevicePage(PRINTER)).does(ReplaceTapped(), RetryTapped())


def chosen() -> Staff:
    staff = looking()
    return staff.does(DevicesFound(staff.state.asked, FOUND), CandidateTapped(1))


def test_no_port_is_asked_before_the_technician_has_plugged_the_new_one_in() -> None:
    staff = Staff(DevicePage(PRINTER)).does(ReplaceTapped())
    assert staff.state.page == ReplacePage(PRINTER)
    assert not staff.did(LookForDevice)
    assert staff.does(RetryTapped()).did(LookForDevice) == [LookForDevice(staff.state.asked, PRINTER)]


def test_the_one_that_was_tapped_is_put_in_once_and_its_page_says_how_it_went() -> None:
    staff = chosen().does(CandidateTapped(0), RetryTapped())
    assert staff.did(PutIn) == [PutIn(staff.state.asked, PRINTER, FOUND[1])]
    staff.does(DeviceReplaced(staff.state.asked, Trial(True, "ESC/POS · /dev/two")))
    assert staff.state.page == DevicePage(PRINTER, trial=Trial(True, "ESC/POS · /dev/two"))
    assert staff.did(ReadCounters)


def test_one_that_could_not_be_put_in_leaves_the_others_to_choose_from() -> None:
    staff = chosen()
    staff.does(DeviceReplaced(staff.state.asked, Trial(False, "no answer")))
    assert staff.state.page == ReplacePage(PRINTER, FOUND, trial=Trial(False, "no answer"))
    assert len(staff.does(CandidateTapped(0)).did(PutIn)) == 2


@pytest.mark.parametrize("place", [-1, 2, 99])
def test_a_place_where_nothing_was_found_puts_nothing_in(place: int) -> None:
    staff = looking()
    assert not staff.does(DevicesFound(staff.state.asked, FOUND), CandidateTapped(place)).did(PutIn)


@pytest.mark.parametrize("event", [HomeTapped(), TimerFired()])
def test_however_staff_leave_the_old_one_goes_on(event: Event) -> None:
    assert looking().does(event).did(PutBack) == [PutBack(PRINTER)]


def test_back_puts_the_old_one_back_and_waits_while_ports_are_asked() -> None:
    staff = looking().does(BackTapped())
    assert isinstance(staff.state.page, ReplacePage)
    staff.does(DevicesFound(staff.state.asked, ()), BackTapped())
    assert staff.did(PutBack) == [PutBack(PRINTER)]
    assert staff.did(ReadCounters), "its page is there again"


def test_asking_ports_is_never_idle() -> None:
    (timer,) = [effect for effect in looking().effects[-1:] if isinstance(effect, StartTimer)]
    assert timer.seconds > SETTINGS.idle_s


# Enrolling anew


def enrolling(url: str | None = None) -> Staff:
    known = enrolment(TerminalKind.KIOSK, Language.ZH, url, None, address=URL)
    return Staff(Menu(), known).does(WayTapped(Way.ENROL))


def asking() -> Staff:
    return enrolling().does(*map(DigitTapped, "7K3QMZ91RT"), ConfirmTapped())


def page_of(staff: Staff) -> object:
    assert isinstance(staff.state.page, EnrolPage)
    assert staff.state.page.enrolment is not None
    return staff.state.page.enrolment.page


def test_a_token_of_the_settings_is_not_enrolled_over() -> None:
    staff = Staff(Menu()).does(WayTapped(Way.ENROL), DigitTapped("7"), ConfirmTapped())
    assert staff.state.page == EnrolPage(None)
    assert staff.does(BackTapped()).state.page == Menu()


def test_the_server_that_is_known_is_asked_with_the_new_code() -> None:
    staff = asking()
    assert staff.did(AskServer) == [AskServer(URL, "7K3QMZ91RT")]
    assert isinstance(page_of(staff), Asking)
    staff.does(EnrolEnded(NotEnrolled(Fault.CODE_USED, "", "7K3QMZ91RT")), RetryTapped())
    assert page_of(staff) == AskCode()


def test_back_leads_over_the_address_to_the_menu_and_nowhere_while_the_server_is_asked() -> None:
    assert isinstance(page_of(asking().does(BackTapped())), Asking)
    staff = enrolling().does(BackTapped())
    assert page_of(staff) == AskAddress("192.0.2.10:8470")
    assert staff.does(BackTapped()).state.page == Menu()
    assert enrolling(URL).does(BackTapped()).state.page == Menu()


def test_the_program_begins_anew_when_the_technician_says_so_or_leaves() -> None:
    welcomed = asking().does(EnrolEnded(WELCOME))
    assert not welcomed.did(BeginAsEnrolled)
    for event in (ConfirmTapped(), HomeTapped(), TimerFired()):
        assert asking().does(EnrolEnded(WELCOME), event).did(BeginAsEnrolled) == [BeginAsEnrolled()]


def test_a_code_that_was_used_after_staff_had_left_counts_all_the_same() -> None:
    staff = asking().does(HomeTapped())
    assert staff.state.page is None
    assert not staff.did(BeginAsEnrolled)
    assert staff.does(EnrolEnded(WELCOME)).did(BeginAsEnrolled) == [BeginAsEnrolled()]
    refused = asking().does(HomeTapped(), EnrolEnded(NotEnrolled(Fault.CODE_OLD, "", "")))
    assert not refused.did(BeginAsEnrolled)


def test_a_code_that_was_used_while_staff_looked_elsewhere_is_welcomed_there() -> None:
    staff = asking().does(EnrolEnded(WELCOME))
    assert page_of(staff) == WELCOME
    assert page_of(enrolling().does(EnrolEnded(WELCOME))) == WELCOME
