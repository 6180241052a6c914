"""Calling staff from whatever page, and a card that was left behind: both belong to the kiosk and not to a visit."""

from dataclasses import replace

import pytest
from hall_samples import hall
from kiosk_session import HALL, MET, PROPERTY, TAX, Kiosk
from msgspec import structs

from jinghou_kiosk.effects import AskStaff, StartTimer, StopTimer, TellStaffNotNeeded
from jinghou_kiosk.events import (
    ArriveTapped,
    CardLeftBehind,
    CodeShown,
    Event,
    HallSeen,
    HomeTapped,
    ReaderSeen,
    ServerLost,
    ServiceTapped,
    StaffAsked,
    StaffNotAsked,
    StaffNotNeededTapped,
    StaffReadTapped,
    StaffTapped,
    TimerFired,
    TypeCodeTapped,
)
from jinghou_kiosk.pages import Arriving, Confirm, Home, Printing, TypeCode
from jinghou_kiosk.session import STAFF_S
from jinghou_kiosk.state import CalledStaff, StaffCall
from jinghou_queue.contract.messages import HallView, HelpState, HelpView

ASKED = StaffAsked("k1", HelpState.ASKED, seq=5)


def later(seq: int, state: HelpState | None) -> HallView:
    """The hall as of that event, with what stands there of this kiosk."""
    there = () if state is None else (HelpView(terminal="k1", state=state),)
    others = (HelpView(terminal="k2", state=HelpState.COMING),)
    return structs.replace(HALL, seq=seq, help=there + others)


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk().does(ServiceTapped("tax"))


def called(kiosk: Kiosk) -> Kiosk:
    return kiosk.does(StaffTapped(), ASKED)


def test_one_tap_tells_the_pages_name_and_the_page_stays(kiosk: Kiosk) -> None:
    kiosk.does(StaffTapped())
    assert AskStaff("confirm") in kiosk.effects
    kiosk.does(ASKED)
    assert (kiosk.page(), kiosk.state.staff.call, kiosk.state.staff.is_told) == (Confirm(TAX), StaffCall.ASKED, True)
    assert kiosk.does(StaffReadTapped()).state.staff.is_told is False


def test_of_a_half_typed_code_only_the_pages_name_is_told(kiosk: Kiosk) -> None:
    kiosk.does(HomeTapped(), ArriveTapped(), TypeCodeTapped())
    page = kiosk.page()
    assert AskStaff("type_code") in kiosk.does(StaffTapped()).effects
    assert kiosk.page() == page == TypeCode()


def test_a_second_tap_shows_again_what_was_said_and_calls_nobody_twice(kiosk: Kiosk) -> None:
    called(kiosk).does(StaffReadTapped(), StaffTapped())
    assert kiosk.state.staff.is_told
    assert not any(isinstance(effect, AskStaff) for effect in kiosk.effects)


def test_staff_can_be_called_while_the_server_and_the_printer_work(kiosk: Kiosk) -> None:
    kiosk.does(HomeTapped()).at_printing().does(StaffTapped())
    assert AskStaff("printing") in kiosk.effects
    assert not any(isinstance(effect, StartTimer) for effect in kiosk.effects), "the paper's deadline stays"
    assert isinstance(kiosk.page(), Printing)


def test_the_screen_follows_what_the_hall_says_of_this_kiosk_alone(kiosk: Kiosk) -> None:
    called(kiosk)
    seen = []
    for event in (later(4, None), later(5, HelpState.ASKED), later(6, HelpState.COMING), later(7, None)):
        kiosk.does(HallSeen(event))
        seen.append(kiosk.state.staff.call)
    assert seen == [StaffCall.ASKED, StaffCall.ASKED, StaffCall.COMING, StaffCall.NONE]
    assert kiosk.state.staff.is_told is False


def test_a_hall_that_was_seen_before_the_answer_came_counts(kiosk: Kiosk) -> None:
    kiosk.does(StaffTapped(), HallSeen(later(6, HelpState.COMING)), ASKED)
    assert kiosk.state.staff.call is StaffCall.COMING


def test_after_a_time_without_the_server_the_hall_as_it_is_then_counts(kiosk: Kiosk) -> None:
    called(kiosk).does(ServerLost())
    assert kiosk.state.staff.call is StaffCall.ASKED
    assert kiosk.does(HallSeen(later(90, None))).state.staff == CalledStaff()


@pytest.mark.parametrize("events", [(ServerLost(), StaffTapped()), (StaffTapped(), StaffNotAsked())])
def test_when_nobody_can_be_told_that_is_said_and_can_be_tried_again(kiosk: Kiosk, events: tuple[Event, ...]) -> None:
    kiosk.does(*events)
    assert (kiosk.state.staff.call, kiosk.state.staff.is_told) == (StaffCall.FAILED, True)
    kiosk.does(HallSeen(HALL), StaffTapped())
    assert AskStaff("confirm") in kiosk.effects


def test_nobody_need_come_after_all(kiosk: Kiosk) -> None:
    called(kiosk).does(StaffNotNeededTapped())
    assert TellStaffNotNeeded() in kiosk.effects
    assert (kiosk.state.staff.call, kiosk.state.staff.is_told) == (StaffCall.NONE, False)
    assert kiosk.does(StaffNotNeededTapped()).effects == (StartTimer(60),), "there is nothing to take back"


def test_who_waits_for_staff_keeps_the_page_longer_and_the_next_person_does_not(kiosk: Kiosk) -> None:
    kiosk.does(StaffTapped())
    assert StartTimer(STAFF_S) in kiosk.effects
    kiosk.does(ASKED, TimerFired())
    assert kiosk.state.asking_presence
    assert kiosk.effects == (StartTimer(30),)
    kiosk.does(TimerFired())
    assert kiosk.page() == Home()
    assert kiosk.state.staff.call is StaffCall.ASKED, "somebody still comes"
    assert StartTimer(60) in kiosk.does(ServiceTapped("tax")).effects


def test_a_finished_ticket_stays_for_whoever_called_staff() -> None:
    kiosk = Kiosk().at_done()
    assert StartTimer(15) in kiosk.effects
    assert StartTimer(STAFF_S) in kiosk.does(StaffTapped()).effects


def test_what_was_said_on_the_first_page_goes_by_itself() -> None:
    kiosk = Kiosk().does(StaffTapped())
    assert StartTimer(STAFF_S) in kiosk.effects
    kiosk.does(StaffNotAsked())
    assert StartTimer(60) in kiosk.effects
    assert StopTimer() in kiosk.does(TimerFired()).effects
    assert (kiosk.state.staff.call, kiosk.state.staff.is_told) == (StaffCall.NONE, False)


# A card left behind


def test_a_card_that_lies_there_is_said_until_it_is_lifted(kiosk: Kiosk) -> None:
    kiosk.does(HomeTapped(), CardLeftBehind(lies=True))
    assert kiosk.state.card_left_behind
    assert kiosk.does(CardLeftBehind(lies=False)).state.card_left_behind is False


def test_a_reader_that_has_gone_says_nothing_of_cards_and_one_that_is_back_does(kiosk: Kiosk) -> None:
    kiosk.does(CardLeftBehind(lies=True), ReaderSeen(ready=False))
    assert kiosk.state.card_left_behind is False
    assert kiosk.does(ReaderSeen(ready=True)).state.card_left_behind


def test_a_card_left_behind_outlasts_the_visits_that_begin_without_it(kiosk: Kiosk) -> None:
    kiosk.does(HomeTapped(), CardLeftBehind(lies=True), HallSeen(hall(PROPERTY, TAX)))
    kiosk.does(CodeShown(kiosk.state.id, "https://hall.invalid/t/yunxi.secret"))
    assert isinstance(kiosk.page(), Arriving)
    assert kiosk.state.holder is None, "the card that lies there is not this person's"
    assert kiosk.state.card_left_behind


@pytest.mark.parametrize("named_first", [True, False])
def test_a_kiosk_that_was_begun_anew_remembers_that_staff_were_called(named_first: bool) -> None:
    begun = Kiosk().does(ServerLost())
    news = [replace(MET, terminal="k1"), HallSeen(later(5, HelpState.COMING))]
    begun.does(*(news if named_first else reversed(news)))
    assert (begun.state.staff.call, begun.state.staff.is_told) == (StaffCall.COMING, False)
    assert begun.does(StaffTapped()).effects[:1] != (AskStaff("home"),), "they are not called twice"
    assert begun.does(HallSeen(later(6, None))).state.staff == CalledStaff()


def test_a_call_that_is_withdrawn_here_does_not_come_back_with_the_halls_next_news(kiosk: Kiosk) -> None:
    called(kiosk.does(replace(MET, terminal="k1"))).does(StaffNotNeededTapped(), HallSeen(later(6, HelpState.ASKED)))
    assert kiosk.state.staff == CalledStaff()


def test_another_kiosks_call_is_none_of_this_one(kiosk: Kiosk) -> None:
    kiosk.does(ServerLost(), replace(MET, terminal="k3"), HallSeen(later(5, HelpState.ASKED)))
    assert kiosk.state.staff == CalledStaff()
