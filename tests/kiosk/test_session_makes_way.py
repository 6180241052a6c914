"""When staff come the citizen's visit ends with all that was theirs, and none begins until they have left."""

import pytest
from kiosk_session import HALL, NEXT_PERSON, PERSON, TICKET, Kiosk

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import EndLease, GiveBack, RenewLease, ReportPrinted, StartTimer, StopTimer
from jinghou_kiosk.events import (
    Aid,
    AidTapped,
    ArriveTapped,
    CardRead,
    CodeShown,
    ConfirmTapped,
    Event,
    HallSeen,
    HomeTapped,
    Language,
    LanguageTapped,
    NumberTaken,
    PrintEnded,
    ServiceTapped,
    StaffCame,
    StaffLeft,
    StartTapped,
    TimerFired,
    Touch,
)
from jinghou_kiosk.pages import Home, OutOfService, Staff
from jinghou_queue.contract.messages import PrintOutcome


def test_a_visit_ends_with_everything_of_it_and_the_devices_are_nobodys() -> None:
    kiosk = Kiosk().at_done().does(LanguageTapped(Language.EN), AidTapped(Aid.LARGE))
    kiosk.does(StaffCame())
    assert kiosk.page() == Staff()
    assert (kiosk.state.holder, kiosk.state.language, kiosk.state.aids) == (None, Language.ZH, frozenset())
    assert "A023" not in repr(kiosk.state)
    assert "119999" not in repr(kiosk.state)
    assert EndLease(kiosk.state.id) in kiosk.effects
    assert StopTimer() in kiosk.effects


def test_what_comes_for_the_visit_that_ended_is_dropped() -> None:
    kiosk = Kiosk().at_printing()
    late: list[Event] = [
        kiosk.card(),
        CodeShown(kiosk.state.id, "0471108152"),
        PrintEnded(kiosk.state.id, Printed.DONE),
    ]
    kiosk.does(StaffCame())
    before = kiosk.state
    assert kiosk.does(*late).state == before


@pytest.mark.parametrize(
    "touch", [StartTapped(), ArriveTapped(), ServiceTapped("tax"), ConfirmTapped(), HomeTapped()], ids=repr
)
def test_no_touch_leads_from_the_staff_to_a_citizens_page(touch: Touch) -> None:
    kiosk = Kiosk().does(StaffCame())
    before = kiosk.state
    assert kiosk.does(touch, TimerFired()).state == before
    assert kiosk.effects == ()


def test_a_card_under_the_id_of_nobodys_session_leads_nowhere() -> None:
    kiosk = Kiosk().does(StaffCame())
    assert kiosk.does(CardRead(kiosk.state.id, PERSON), CodeShown(kiosk.state.id, "0471108152")).page() == Staff()


def test_a_press_that_was_under_way_is_given_back() -> None:
    kiosk = Kiosk().does(ServiceTapped("tax"), ConfirmTapped())
    key = kiosk.state.key
    session = kiosk.state.id
    kiosk.does(StaffCame())
    assert GiveBack(key, "tax", known_person=False) in kiosk.effects
    assert kiosk.does(NumberTaken(session, TICKET, again=False)).page() == Staff()


def test_a_number_whose_paper_was_under_way_stays_its_holders() -> None:
    kiosk = Kiosk().at_printing().does(StaffCame())
    assert ReportPrinted(TICKET.id, PrintOutcome.FAILED) in kiosk.effects


def test_when_they_have_left_the_next_visit_may_begin() -> None:
    kiosk = Kiosk().does(StaffCame(), StaffLeft(out_of_service=False))
    assert kiosk.page() == Home()
    assert RenewLease(kiosk.state.id) in kiosk.effects
    assert kiosk.does(kiosk.card(NEXT_PERSON)).state.holder == NEXT_PERSON


def test_out_of_service_no_visit_begins_but_the_hall_is_followed() -> None:
    kiosk = Kiosk().does(StaffCame(), StaffLeft(out_of_service=True))
    assert kiosk.page() == OutOfService()
    assert EndLease(kiosk.state.id) in kiosk.effects
    kiosk.does(StartTapped(), ServiceTapped("tax"), ArriveTapped(), kiosk.card(), HallSeen(HALL))
    assert kiosk.page() == OutOfService()
    assert kiosk.state.online


def test_out_of_service_speaks_another_language_for_a_while() -> None:
    kiosk = Kiosk().does(StaffCame(), StaffLeft(out_of_service=True), LanguageTapped(Language.EN))
    assert StartTimer(60) in kiosk.effects
    kiosk.does(TimerFired())
    assert (kiosk.page(), kiosk.state.language) == (OutOfService(), Language.ZH)
    assert StopTimer() in kiosk.effects


def test_staff_come_to_a_kiosk_out_of_service_and_bring_it_back() -> None:
    kiosk = Kiosk().does(StaffLeft(out_of_service=True), StaffCame())
    assert kiosk.page() == Staff()
    assert kiosk.does(StaffLeft(out_of_service=False)).page() == Home()
