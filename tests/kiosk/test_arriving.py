"""Arriving with a booking or a number, as a citizen would tell it."""

import pytest
from hall_samples import hall, service, ticket
from kiosk_session import NEXT_PERSON, PERSON, Kiosk

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import CheckIn, PrintTicket, RenewLease, TakeNumber
from jinghou_kiosk.events import (
    ArriveFault,
    ArriveTapped,
    BackTapped,
    CardUnreadable,
    CodeShown,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    HallSeen,
    HomeTapped,
    NotCheckedIn,
    NumbersAtHand,
    NumberTaken,
    PrintEnded,
    PrintTapped,
    RetryTapped,
    ServerLost,
    ServiceTapped,
    StartTapped,
    TimerFired,
    TypeCodeTapped,
)
from jinghou_kiosk.pages import Arrive, Arriving, ChooseService, Done, Home, NotArrived, Paper, Printing, TypeCode
from jinghou_queue.contract.messages import BookedFor, Lane, TicketState

TAX = service("tax")
CODE = "https://hall.invalid/b/yunxi.secret"
BOOKED = ticket(service="tax", lane=Lane.BOOKED, booked_for=1_772_416_800_000)
KNOWN = ticket(service="tax", state=TicketState.ACTIVE)


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk().does(HallSeen(hall(TAX)))


def shows(kiosk: Kiosk, code: str = CODE) -> Kiosk:
    return kiosk.does(CodeShown(kiosk.state.id, code))


def asked(kiosk: Kiosk) -> CheckIn:
    (ask,) = [effect for effect in kiosk.effects if isinstance(effect, CheckIn)]
    return ask


def types(kiosk: Kiosk, digits: str) -> Kiosk:
    return kiosk.does(ArriveTapped(), TypeCodeTapped(), *(DigitTapped(digit) for digit in digits))


def test_a_code_shown_on_the_first_page_needs_no_tap(kiosk: Kiosk) -> None:
    shows(kiosk)
    assert asked(kiosk) == CheckIn(session="boot-1", key="boot-1-1", code=CODE, holder=None)
    kiosk.does(NumberTaken("boot-1", BOOKED, again=False))
    assert kiosk.page() == Printing(TAX, BOOKED, again=False, arrived=True)
    assert any(isinstance(effect, PrintTicket) for effect in kiosk.effects)
    kiosk.does(PrintEnded("boot-1", Printed.DONE))
    assert kiosk.page() == Done(TAX, BOOKED, again=False, paper=Paper.PRINTED, arrived=True)


def test_a_card_is_as_good_as_a_code(kiosk: Kiosk) -> None:
    kiosk.does(ArriveTapped())
    assert kiosk.page() == Arrive()
    kiosk.does(kiosk.card())
    assert (asked(kiosk).code, asked(kiosk).holder) == (None, PERSON)


def test_whose_card_was_read_already_is_not_asked_for_it_again(kiosk: Kiosk) -> None:
    kiosk.does(kiosk.card())
    assert kiosk.page() == ChooseService()
    kiosk.does(ArriveTapped())
    assert asked(kiosk).holder == PERSON


def test_ten_digits_are_typed_and_sent_when_whole(kiosk: Kiosk) -> None:
    types(kiosk, "047110815")
    assert kiosk.does(ConfirmTapped()).page() == TypeCode("047110815")
    kiosk.does(DigitTapped("2"), DigitTapped("9"))
    assert kiosk.page() == TypeCode("0471108152"), "an eleventh digit is none"
    kiosk.does(DeleteTapped(), DigitTapped("3"), ConfirmTapped())
    assert asked(kiosk).code == "0471108153"


def test_a_number_that_is_known_prints_no_second_paper_unless_asked_for(kiosk: Kiosk) -> None:
    shows(kiosk).does(NumberTaken("boot-1", KNOWN, again=True))
    assert kiosk.effects == () or not any(isinstance(effect, PrintTicket) for effect in kiosk.effects)
    assert kiosk.page() == Done(TAX, KNOWN, again=True, paper=Paper.BEFORE, arrived=True)
    kiosk.does(PrintTapped())
    assert kiosk.page() == Printing(TAX, KNOWN, again=True, arrived=True)
    kiosk.does(PrintTapped())
    assert not any(isinstance(effect, PrintTicket) for effect in kiosk.effects), "one press, one paper"


def test_a_number_whose_paper_never_came_is_printed_now(kiosk: Kiosk) -> None:
    reserved = ticket(service="tax", state=TicketState.RESERVED)
    shows(kiosk).does(NumberTaken("boot-1", reserved, again=True))
    assert any(isinstance(effect, PrintTicket) for effect in kiosk.effects)


@pytest.mark.parametrize("fault", list(ArriveFault))
def test_why_it_was_not_possible_is_said_with_what_is_booked(kiosk: Kiosk, fault: ArriveFault) -> None:
    booked_for = BookedFor(starts_at=1)
    shows(kiosk).does(NotCheckedIn("boot-1", fault, booked_for))
    assert kiosk.page() == NotArrived(CODE, fault, booked_for)


def test_after_a_lost_answer_the_same_question_is_asked_again(kiosk: Kiosk) -> None:
    first = asked(shows(kiosk))
    kiosk.does(NotCheckedIn("boot-1", ArriveFault.SERVER_LOST), RetryTapped())
    assert asked(kiosk) == first
    assert kiosk.page() == Arriving(CODE)


def test_a_retry_by_card_still_knows_whose_card_it_was(kiosk: Kiosk) -> None:
    kiosk.does(ArriveTapped(), kiosk.card())
    first = asked(kiosk)
    kiosk.does(NotCheckedIn("boot-1", ArriveFault.SERVER_LOST), RetryTapped())
    assert asked(kiosk) == first


def test_an_answer_that_comes_late_is_a_number_all_the_same(kiosk: Kiosk) -> None:
    shows(kiosk).does(TimerFired())
    assert kiosk.page() == NotArrived(CODE, ArriveFault.SERVER_LOST)
    kiosk.does(NumberTaken("boot-1", BOOKED, again=False))
    assert kiosk.page() == Printing(TAX, BOOKED, again=False, arrived=True)


def test_another_way_can_be_tried_by_card_or_by_code(kiosk: Kiosk) -> None:
    shows(kiosk).does(NotCheckedIn("boot-1", ArriveFault.UNKNOWN))
    kiosk.does(kiosk.card())
    assert asked(kiosk).holder == PERSON
    kiosk.does(NotCheckedIn("boot-1", ArriveFault.UNKNOWN), BackTapped())
    assert kiosk.page() == Arrive()
    assert asked(shows(kiosk)).code == CODE


def test_without_a_booking_a_number_can_be_taken_at_once(kiosk: Kiosk) -> None:
    shows(kiosk).does(NotCheckedIn("boot-1", ArriveFault.UNKNOWN), StartTapped())
    assert kiosk.page() == ChooseService()


def test_another_persons_card_begins_another_visit(kiosk: Kiosk) -> None:
    kiosk.does(ArriveTapped(), kiosk.card(), NotCheckedIn("boot-1", ArriveFault.EARLY))
    kiosk.does(kiosk.card(NEXT_PERSON))
    assert RenewLease("boot-2") in kiosk.effects
    assert (asked(kiosk).session, asked(kiosk).holder) == ("boot-2", NEXT_PERSON)


def test_the_next_persons_code_ends_the_visit_before_and_the_own_one_does_not(kiosk: Kiosk) -> None:
    shows(kiosk).does(NumberTaken("boot-1", KNOWN, again=True))
    assert shows(kiosk, KNOWN.url).state.id == "boot-1"
    shows(kiosk, "another")
    assert (asked(kiosk).session, asked(kiosk).code) == ("boot-2", "another")


def test_while_the_server_is_asked_another_code_or_tap_means_nothing(kiosk: Kiosk) -> None:
    shows(kiosk)
    for event in (CodeShown("boot-1", "another"), HomeTapped(), BackTapped(), ArriveTapped()):
        assert kiosk.does(event).page() == Arriving(CODE)
        assert kiosk.effects == ()


def test_without_the_server_nobody_is_asked_for_a_code(kiosk: Kiosk) -> None:
    kiosk.does(ServerLost(), ArriveTapped())
    assert kiosk.page() == Home()
    assert shows(kiosk).page() == Home()


def test_a_card_that_cannot_be_read_is_told(kiosk: Kiosk) -> None:
    assert kiosk.does(ArriveTapped(), CardUnreadable("boot-1")).page() == Arrive(unreadable=True)


def test_a_code_from_the_visit_before_means_nothing(kiosk: Kiosk) -> None:
    kiosk.does(ArriveTapped(), HomeTapped(), CodeShown("boot-1", CODE))
    assert kiosk.page() == Home()


def test_going_home_forgets_the_code(kiosk: Kiosk) -> None:
    types(kiosk, "0471108152").does(ConfirmTapped(), NotCheckedIn("boot-1", ArriveFault.UNKNOWN))
    assert "0471108152" not in repr(kiosk.state), "nor is it in a log's repr before"
    kiosk.does(HomeTapped())
    assert kiosk.page() == Home()


def test_a_service_of_a_minute_ago_is_known_by_its_id(kiosk: Kiosk) -> None:
    shows(kiosk).does(NumberTaken("boot-1", ticket(service="brand-new"), again=False))
    page = kiosk.page()
    assert isinstance(page, Printing)
    assert page.service.name == "brand-new"


@pytest.fixture
def alone(kiosk: Kiosk) -> Kiosk:
    """Without the server, with numbers in the box."""
    return kiosk.does(ServerLost(), NumbersAtHand(frozenset({"tax"})))


def chosen(kiosk: Kiosk) -> TakeNumber:
    kiosk.does(ServiceTapped("tax"), ConfirmTapped())
    return kiosk.asked()


@pytest.mark.parametrize("way", ["shown", "typed", "card"])
def test_who_arrives_while_the_server_is_away_says_the_service_and_has_a_number(alone: Kiosk, way: str) -> None:
    match way:
        case "shown":
            shows(alone, "0471108152")
        case "typed":
            types(alone, "0471108152").does(ConfirmTapped())
        case _:
            alone.does(ArriveTapped(), alone.card())
    assert alone.page() == ChooseService()
    ask = chosen(alone)
    assert (ask.code, ask.holder) == ((None, PERSON) if way == "card" else ("0471108152", None))
    assert ask.box_first


def test_a_booking_shown_to_a_kiosk_alone_goes_with_the_number_although_the_server_is_back_by_then(
    alone: Kiosk,
) -> None:
    shows(alone, "0471108152").does(HallSeen(hall(TAX)))
    ask = chosen(alone)
    assert (ask.code, ask.box_first) == ("0471108152", True)


def test_a_check_in_whose_answer_was_lost_becomes_a_number_instead_of_it(kiosk: Kiosk) -> None:
    lost = asked(shows(kiosk)).key
    kiosk.does(NotCheckedIn("boot-1", ArriveFault.SERVER_LOST), ServerLost(), NumbersAtHand(frozenset({"tax"})))
    assert kiosk.does(RetryTapped()).page() == ChooseService()
    ask = chosen(kiosk)
    assert (ask.code, ask.instead_of) == (CODE, lost)
    assert ask.key != lost


def test_what_was_shown_of_a_booking_is_forgotten_with_the_visit(alone: Kiosk) -> None:
    shows(alone, "0471108152")
    assert "0471108152" not in repr(alone.state)
    alone.does(HomeTapped())
    assert (alone.state.code, alone.state.lost_press) == (None, None)
    assert chosen(alone.does(StartTapped())).code is None
