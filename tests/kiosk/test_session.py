"""The session and the take-number journey, as a citizen would tell it."""

from dataclasses import replace

import pytest
from kiosk_session import HALL, MET, NEXT_PERSON, PERSON, PROPERTY, SETTINGS, TAX, TICKET, Kiosk
from msgspec import structs

from jinghou_config.terminal import VisitSettings
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import (
    CheckIn,
    GiveBack,
    PrintTicket,
    RenewLease,
    ReportPrinted,
    StartTimer,
    StopTimer,
    TakeNumber,
)
from jinghou_kiosk.events import (
    Aid,
    AidTapped,
    ArriveTapped,
    BackTapped,
    CardUnreadable,
    Closed,
    ConfirmTapped,
    Event,
    HallRemembered,
    HallSeen,
    HomeTapped,
    HoursSeen,
    Language,
    LanguageTapped,
    NumberNotTaken,
    NumbersAtHand,
    NumberTaken,
    PrintEnded,
    RetryTapped,
    ServerLost,
    ServiceTapped,
    SettingsSeen,
    StartTapped,
    StayTapped,
    TakeFault,
    TimerFired,
)
from jinghou_kiosk.pages import Arrive, AskCard, ChooseService, Confirm, Done, Home, Paper, Printing, Taking, Trouble
from jinghou_kiosk.session import PRINTING_S, TAKING_S, begin, step
from jinghou_queue.contract.messages import PrintOutcome


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk()


def test_card_then_service_then_confirm_is_two_taps_to_a_number(kiosk: Kiosk) -> None:
    kiosk.does(kiosk.card())
    assert kiosk.page() == ChooseService()
    kiosk.does(ServiceTapped("property"))
    assert kiosk.page() == Confirm(PROPERTY)
    kiosk.does(ConfirmTapped())
    assert kiosk.page() == Taking(PROPERTY)
    assert kiosk.asked().holder == PERSON


def test_without_a_card_a_number_is_three_taps(kiosk: Kiosk) -> None:
    kiosk.does(StartTapped(), ServiceTapped("tax"), ConfirmTapped())
    assert kiosk.asked() == TakeNumber(session="boot-1", key="boot-1-1", service="tax", holder=None)


def test_a_service_can_be_tapped_on_the_first_page(kiosk: Kiosk) -> None:
    assert kiosk.does(ServiceTapped("tax")).page() == Confirm(TAX)


def test_a_service_that_needs_a_card_asks_for_it_and_then_goes_on(kiosk: Kiosk) -> None:
    kiosk.does(StartTapped(), ServiceTapped("property"))
    assert kiosk.page() == AskCard(PROPERTY)
    kiosk.does(kiosk.card())
    assert kiosk.page() == Confirm(PROPERTY)
    assert kiosk.state.holder == PERSON


def test_unreadable_card_is_said_where_the_person_is(kiosk: Kiosk) -> None:
    assert kiosk.does(CardUnreadable(kiosk.state.id)).page() == Home(unreadable=True)
    kiosk.does(ServiceTapped("property"), CardUnreadable(kiosk.state.id))
    assert kiosk.page() == AskCard(PROPERTY, unreadable=True)


def test_number_is_printed_at_once_and_reported_when_the_paper_is_out(kiosk: Kiosk) -> None:
    kiosk.at_printing()
    (ask,) = [effect for effect in kiosk.effects if isinstance(effect, PrintTicket)]
    assert (ask.ticket, ask.service, ask.language) == (TICKET, PROPERTY, Language.ZH)
    kiosk.does(PrintEnded(kiosk.state.id, Printed.DONE))
    assert kiosk.page() == Done(PROPERTY, TICKET, again=False, paper=Paper.PRINTED)
    assert ReportPrinted("t1", PrintOutcome.PRINTED) in kiosk.effects


@pytest.mark.parametrize(
    ("printed", "paper", "outcome"),
    [
        (None, Paper.NOT_WANTED, PrintOutcome.SHOWN),
        (Printed.REFUSED, Paper.FAILED, PrintOutcome.FAILED),
        (Printed.FAILED, Paper.FAILED, PrintOutcome.FAILED),
        (Printed.UNCERTAIN, Paper.UNCERTAIN, PrintOutcome.FAILED),
    ],
)
def test_without_paper_the_number_stays_on_the_screen(
    kiosk: Kiosk, printed: Printed | None, paper: Paper, outcome: PrintOutcome
) -> None:
    kiosk.at_done(printed)
    assert kiosk.page() == Done(PROPERTY, TICKET, again=False, paper=paper)
    assert ReportPrinted("t1", outcome) in kiosk.effects
    assert StartTimer(SETTINGS.idle_s) in kiosk.effects
    assert kiosk.does(TimerFired()).state.asking_presence
    assert isinstance(kiosk.page(), Done)


def test_one_press_prints_one_paper_whatever_is_tapped_meanwhile(kiosk: Kiosk) -> None:
    kiosk.at_printing()
    taps: list[Event] = [ConfirmTapped(), RetryTapped(), HomeTapped(), NumberTaken("boot-1", TICKET, again=False)]
    for event in taps:
        kiosk.does(event)
        assert isinstance(kiosk.page(), Printing)
        assert kiosk.effects == ()


def test_retry_after_a_lost_server_keeps_the_key_so_that_one_press_is_one_number(kiosk: Kiosk) -> None:
    first = kiosk.at_confirm().does(ConfirmTapped()).asked()
    kiosk.does(NumberNotTaken(kiosk.state.id, TakeFault.SERVER_LOST))
    assert kiosk.page() == Trouble(PROPERTY, TakeFault.SERVER_LOST)
    assert kiosk.does(RetryTapped()).asked() == first


def test_number_that_may_exist_and_has_no_holder_is_given_back_when_the_person_leaves(kiosk: Kiosk) -> None:
    kiosk.does(ServiceTapped("tax"), ConfirmTapped(), NumberNotTaken(kiosk.state.id, TakeFault.SERVER_LOST))
    assert GiveBack("boot-1-1", "tax") in kiosk.does(HomeTapped()).effects


def test_number_that_may_exist_stays_for_the_person_whose_card_it_was_taken_with(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(ConfirmTapped(), NumberNotTaken(kiosk.state.id, TakeFault.SERVER_LOST), HomeTapped())
    assert GiveBack("boot-1-1", "property", known_person=True) in kiosk.effects


def test_another_press_has_another_key(kiosk: Kiosk) -> None:
    first = kiosk.at_confirm().does(ConfirmTapped()).asked()
    kiosk.does(NumberNotTaken(kiosk.state.id, TakeFault.REFUSED), BackTapped(), ServiceTapped("tax"), ConfirmTapped())
    assert kiosk.asked().key != first.key


def test_going_home_forgets_the_person_and_renews_the_lease(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(LanguageTapped(Language.EN), HomeTapped())
    assert kiosk.state == replace(Kiosk().state, visit=2)
    assert kiosk.effects == (RenewLease("boot-2"), StopTimer())


def test_what_comes_late_for_somebody_who_left_is_dropped(kiosk: Kiosk) -> None:
    kiosk.at_confirm()
    late: list[Event] = [
        kiosk.card(),
        CardUnreadable(kiosk.state.id),
        NumberTaken(kiosk.state.id, TICKET, again=False),
        NumberNotTaken(kiosk.state.id, TakeFault.REFUSED),
        PrintEnded(kiosk.state.id, Printed.DONE),
    ]
    home = kiosk.does(HomeTapped()).state
    for event in late:
        assert kiosk.does(event).state == home
        assert kiosk.effects == ()


@pytest.mark.parametrize("where", ["choose", "confirm", "trouble", "done"])
def test_another_persons_card_ends_the_visit_and_begins_theirs(kiosk: Kiosk, where: str) -> None:
    match where:
        case "choose":
            kiosk.does(kiosk.card())
        case "confirm":
            kiosk.at_confirm()
        case "trouble":
            kiosk.at_confirm().does(ConfirmTapped(), NumberNotTaken(kiosk.state.id, TakeFault.REFUSED))
        case _:
            kiosk.at_done()
    kiosk.does(kiosk.card(NEXT_PERSON))
    assert kiosk.page() == ChooseService()
    assert (kiosk.state.id, kiosk.state.holder) == ("boot-2", NEXT_PERSON)
    assert RenewLease("boot-2") in kiosk.effects


def test_the_same_card_again_does_not_wipe_the_number(kiosk: Kiosk) -> None:
    done = kiosk.at_done().page()
    assert kiosk.does(kiosk.card()).page() == done


def test_a_card_that_comes_after_the_first_tap_is_the_persons_own(kiosk: Kiosk) -> None:
    kiosk.does(StartTapped(), kiosk.card(), ServiceTapped("property"))
    assert kiosk.page() == Confirm(PROPERTY)
    assert kiosk.state.holder == PERSON


def test_a_card_counts_as_somebody_being_there(kiosk: Kiosk) -> None:
    kiosk.does(ServiceTapped("property"), CardUnreadable(kiosk.state.id), TimerFired())
    assert kiosk.state.asking_presence
    again = kiosk.does(CardUnreadable(kiosk.state.id)).state
    assert not again.asking_presence
    assert kiosk.effects == (StartTimer(60),)


def test_idle_asks_before_it_goes_home(kiosk: Kiosk) -> None:
    kiosk.does(StartTapped())
    assert kiosk.effects == (StartTimer(60),)
    kiosk.does(TimerFired())
    assert kiosk.state.asking_presence
    assert kiosk.effects == (StartTimer(30),)
    kiosk.does(TimerFired())
    assert kiosk.page() == Home()


def test_one_tap_keeps_the_page(kiosk: Kiosk) -> None:
    kiosk.does(StartTapped(), TimerFired(), StayTapped())
    assert kiosk.page() == ChooseService()
    assert not kiosk.state.asking_presence
    assert kiosk.effects == (StartTimer(60),)


def test_waiting_for_the_server_is_no_idleness_and_has_an_end(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(ConfirmTapped())
    assert kiosk.effects[-1] == StartTimer(TAKING_S)
    kiosk.does(TimerFired())
    assert kiosk.page() == Trouble(PROPERTY, TakeFault.SERVER_LOST)
    kiosk.does(NumberTaken(kiosk.state.id, TICKET, again=False))
    assert isinstance(kiosk.page(), Printing), "a number that comes late is a number all the same"


def test_waiting_for_the_printer_is_no_idleness_and_has_an_end(kiosk: Kiosk) -> None:
    kiosk.at_printing()
    assert kiosk.effects[-1] == StartTimer(PRINTING_S)
    kiosk.does(TimerFired())
    assert kiosk.page() == Done(PROPERTY, TICKET, again=False, paper=Paper.UNCERTAIN)


def test_printed_ticket_leaves_after_its_time_without_a_question(kiosk: Kiosk) -> None:
    kiosk.at_done()
    assert StartTimer(15) in kiosk.effects
    assert kiosk.does(TimerFired()).page() == Home()


def test_the_halls_news_do_not_prolong_a_page(kiosk: Kiosk) -> None:
    kiosk.does(StartTapped(), HallSeen(HALL))
    assert kiosk.effects == ()


def test_language_lasts_for_the_visit_only(kiosk: Kiosk) -> None:
    kiosk.does(LanguageTapped(Language.EN))
    assert kiosk.effects == (StartTimer(60),)
    assert kiosk.does(TimerFired()).state.language == Language.ZH


def test_without_the_server_nothing_is_begun_and_all_goes_on_when_it_is_back(kiosk: Kiosk) -> None:
    kiosk.does(ServerLost())
    assert kiosk.does(StartTapped()).page() == Home()
    assert kiosk.does(kiosk.card(), ServiceTapped("property")).page() == ChooseService()
    assert kiosk.does(HallSeen(HALL), ServiceTapped("property")).page() == Confirm(PROPERTY)


def test_a_service_that_the_hall_does_not_have_changes_nothing(kiosk: Kiosk) -> None:
    assert kiosk.does(StartTapped(), ServiceTapped("nonsense")).page() == ChooseService()


def test_back_leads_one_page_back(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(BackTapped())
    assert kiosk.page() == ChooseService()
    assert kiosk.state.holder == PERSON
    assert kiosk.does(BackTapped()).page() == Home()
    assert kiosk.state.holder is None


def test_number_already_held_is_shown_as_such(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(ConfirmTapped(), NumberTaken(kiosk.state.id, TICKET, again=True))
    assert kiosk.page() == Printing(PROPERTY, TICKET, again=True)


def test_what_makes_the_screen_easier_lasts_for_the_visit_and_is_gone_after_it(kiosk: Kiosk) -> None:
    kiosk.does(AidTapped(Aid.LARGE), AidTapped(Aid.CONTRAST), ServiceTapped("tax"))
    assert kiosk.state.aids == {Aid.LARGE, Aid.CONTRAST}
    assert kiosk.does(AidTapped(Aid.CONTRAST)).state.aids == {Aid.LARGE}
    assert kiosk.does(HomeTapped()).state.aids == frozenset()


def test_with_large_type_nobody_is_hurried(kiosk: Kiosk) -> None:
    kiosk.does(AidTapped(Aid.LARGE))
    assert kiosk.effects == (StartTimer(120),), "else the next person would find the large type"
    kiosk.does(ServiceTapped("tax"), TimerFired())
    assert kiosk.state.asking_presence
    assert kiosk.effects == (StartTimer(60),)


# Without the server, with numbers in the box


@pytest.fixture
def alone() -> Kiosk:
    return Kiosk().does(ServerLost(), NumbersAtHand(frozenset({"tax"})))


def test_without_the_server_a_number_at_hand_is_as_few_taps_as_with_it(alone: Kiosk) -> None:
    alone.does(StartTapped(), ServiceTapped("tax"), ConfirmTapped())
    assert alone.page() == Taking(TAX)
    assert alone.asked() == TakeNumber(session="boot-1", key="boot-1-1", service="tax", holder=None, box_first=True)
    alone.does(NumberTaken("boot-1", TICKET, again=False, offline=True))
    (ask,) = [effect for effect in alone.effects if isinstance(effect, PrintTicket)]
    assert ask.offline, "the paper does not say how many are ahead"
    alone.does(PrintEnded("boot-1", Printed.DONE))
    assert alone.page() == Done(TAX, TICKET, again=False, paper=Paper.PRINTED, offline=True)
    assert ReportPrinted("t1", PrintOutcome.PRINTED) in alone.effects


def test_without_the_server_a_service_without_numbers_is_not_begun(alone: Kiosk) -> None:
    assert not alone.state.offers("property")
    assert alone.does(StartTapped(), ServiceTapped("property")).page() == ChooseService()
    assert alone.does(HallSeen(HALL), alone.card(), ServiceTapped("property")).page() == Confirm(PROPERTY)


def test_the_last_number_at_hand_ends_what_can_be_begun(alone: Kiosk) -> None:
    alone.does(NumbersAtHand(frozenset()))
    assert not alone.state.serves
    assert alone.does(StartTapped()).page() == Home()


def test_a_server_that_is_back_in_the_middle_of_a_visit_is_asked(alone: Kiosk) -> None:
    alone.does(StartTapped(), ServiceTapped("tax"), HallSeen(HALL), ConfirmTapped())
    assert not alone.asked().box_first


def test_a_server_that_goes_in_the_middle_of_a_visit_costs_no_tap(kiosk: Kiosk) -> None:
    kiosk.does(NumbersAtHand(frozenset({"tax"})), StartTapped(), ServiceTapped("tax"), ServerLost(), ConfirmTapped())
    assert kiosk.asked().box_first


def test_a_kiosk_that_starts_alone_knows_its_hall_and_what_it_knows_now_counts_more() -> None:
    first = begin("boot", MET).state
    old = structs.replace(HALL, seq=0)
    remembered = step(first, HallRemembered(old)).state
    assert (remembered.hall, remembered.online) == (old, False)
    assert step(step(first, HallSeen(HALL)).state, HallRemembered(old)).state.hall == HALL


def test_nobody_leaves_a_press_that_may_have_given_a_number_by_going_back(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(ConfirmTapped(), NumberNotTaken(kiosk.state.id, TakeFault.SERVER_LOST))
    assert kiosk.does(BackTapped()).page() == Trouble(PROPERTY, TakeFault.SERVER_LOST)


# When the hall is closed, and what a kiosk is set to offer

NINE = 1_795_395_600_000


def test_a_closed_hall_gives_no_number_to_whoever_walks_in(kiosk: Kiosk) -> None:
    kiosk.does(HoursSeen(Closed(NINE)), StartTapped(), ServiceTapped("tax"))
    assert kiosk.page() == Home()
    assert kiosk.does(HoursSeen(None), ServiceTapped("tax")).page() == Confirm(TAX)


def test_whoever_booked_can_arrive_while_the_hall_is_closed_with_a_tap_or_the_card_alone(kiosk: Kiosk) -> None:
    assert kiosk.does(HoursSeen(Closed(NINE)), ArriveTapped()).page() == Arrive()
    kiosk.does(HomeTapped())
    kiosk.does(kiosk.card())
    (ask,) = [effect for effect in kiosk.effects if isinstance(effect, CheckIn)]
    assert ask.holder == PERSON


def test_a_closed_hall_without_its_server_begins_nothing(kiosk: Kiosk) -> None:
    kiosk.does(ServerLost(), NumbersAtHand(frozenset({"tax"})), HoursSeen(Closed(NINE)))
    assert kiosk.does(kiosk.card(), ArriveTapped(), StartTapped()).page() == Home()


def test_who_was_choosing_when_the_hall_closed_goes_home_by_a_tap_and_not_by_force(kiosk: Kiosk) -> None:
    kiosk.at_confirm().does(HoursSeen(Closed(NINE)))
    assert kiosk.page() == Confirm(PROPERTY)
    assert kiosk.does(ConfirmTapped()).page() == Taking(PROPERTY), "a number that was as good as taken"


def offering(kiosk: Kiosk, **settings: object) -> Kiosk:
    return kiosk.does(SettingsSeen(VisitSettings.model_validate(settings), MET.languages))


def test_services_are_those_that_were_set_in_their_order_as_far_as_the_hall_has_them(kiosk: Kiosk) -> None:
    assert offering(kiosk, services=["tax", "gone", "property"]).state.services == (TAX, PROPERTY)
    offering(kiosk, services=["tax"])
    assert kiosk.state.services == (TAX,)
    assert kiosk.does(ServiceTapped("property")).page() == Home(), "what is not offered cannot be chosen"


def test_the_first_pages_services_are_those_that_were_set_and_without_any_all_of_them(kiosk: Kiosk) -> None:
    assert kiosk.state.first == (PROPERTY, TAX)
    assert offering(kiosk, hot=["tax", "gone"]).state.first == (TAX,)
    assert offering(kiosk, hot=["gone"]).state.first == (PROPERTY, TAX)


def test_settings_outlast_the_visit(kiosk: Kiosk) -> None:
    offering(kiosk, layout="branch").does(HoursSeen(Closed(NINE)), HomeTapped())
    assert (kiosk.state.look.layout, kiosk.state.closed) == ("branch", Closed(NINE))
