"""A quieter time, booked at the kiosk, as a citizen would tell it."""

import io

import pytest
from hall_samples import hall, service
from kiosk_bookings import FakeBookings
from kiosk_session import BOOKING, NEXT_PERSON, PERSON, SLOTS, Kiosk

from jinghou_config.log import LogSettings, configure_logging
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookingsFound,
    BookingsTapped,
    BookTapped,
    DayTapped,
    MoveTapped,
    PlaceBooked,
    SlotsFound,
    TimeTapped,
    WaitSeen,
)
from jinghou_kiosk.booking_pages import (
    BookingPlace,
    ChooseDay,
    ChooseTime,
    ConfirmBooking,
    FindingBookings,
    FindingSlots,
    MyBooking,
    NotBooked,
    Wish,
)
from jinghou_kiosk.bookings import answer
from jinghou_kiosk.effects import (
    AskWait,
    BookPlace,
    Effect,
    FindBookings,
    FindSlots,
    MoveBooking,
    PrintBooking,
    StartTimer,
)
from jinghou_kiosk.events import (
    ArriveFault,
    ArriveTapped,
    BackTapped,
    CardUnreadable,
    CodeShown,
    ConfirmTapped,
    Event,
    HallSeen,
    HomeTapped,
    NotCheckedIn,
    PrintEnded,
    RetryTapped,
    ServerLost,
    ServiceTapped,
    TimerFired,
)
from jinghou_kiosk.pages import AskCard, Booked, ChooseService, Confirm, Home, NotArrived, Paper, PrintingBooking
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import bookings
from jinghou_queue.contract.messages import Channel, Estimate, Problem

PROPERTY = service("property", identity="required", bookable=True)
TAX = service("tax", bookable=True)
WALK_IN = service("enquiries")
DAY = "2026-11-24"
WISH = Wish(PROPERTY)
LONG = Estimate(p50=48, p90=75)


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk().does(HallSeen(hall(PROPERTY, TAX, WALK_IN)))


def at_days(kiosk: Kiosk) -> Kiosk:
    kiosk.does(kiosk.card(), ServiceTapped("property"), BookTapped())
    return kiosk.does(SlotsFound(kiosk.state.id, SLOTS))


def at_check(kiosk: Kiosk) -> Kiosk:
    return at_days(kiosk).does(DayTapped(DAY), TimeTapped(SLOTS[1].starts_at))


def told(kiosk: Kiosk, kind: type[Effect]) -> Effect:
    (found,) = [effect for effect in kiosk.effects if isinstance(effect, kind)]
    return found


def test_who_sees_a_long_wait_books_in_five_taps_and_nothing_is_booked_before_the_check(kiosk: Kiosk) -> None:
    kiosk.does(kiosk.card(), ServiceTapped("property"))
    assert AskWait("boot-1", "property") in kiosk.effects
    assert kiosk.does(WaitSeen("boot-1", "property", LONG)).page() == Confirm(PROPERTY, LONG)
    assert told(kiosk.does(BookTapped()), FindSlots) == FindSlots("boot-1", "property")
    assert kiosk.does(SlotsFound("boot-1", SLOTS)).page() == ChooseDay(WISH, SLOTS)
    assert kiosk.does(DayTapped(DAY)).page() == ChooseTime(WISH, SLOTS, DAY)
    assert kiosk.does(TimeTapped(SLOTS[1].starts_at)).page() == ConfirmBooking(WISH, SLOTS, SLOTS[1])
    assert not [effect for effect in kiosk.effects if isinstance(effect, BookPlace)]
    kiosk.does(ConfirmTapped())
    assert kiosk.page() == BookingPlace(WISH, SLOTS[1])
    assert told(kiosk, BookPlace) == BookPlace("boot-1", "boot-1-1", "property", SLOTS[1].starts_at, PERSON)
    kiosk.does(PlaceBooked("boot-1", BOOKING))
    assert kiosk.page() == PrintingBooking(PROPERTY, BOOKING)
    assert isinstance(told(kiosk, PrintBooking), PrintBooking)


def test_how_long_another_service_takes_says_nothing_here(kiosk: Kiosk) -> None:
    kiosk.does(ServiceTapped("tax"), WaitSeen("boot-1", "property", LONG))
    assert kiosk.page() == Confirm(TAX)


def test_a_service_without_bookings_is_not_asked_about_and_cannot_be_booked(kiosk: Kiosk) -> None:
    kiosk.does(ServiceTapped("enquiries"))
    assert not [effect for effect in kiosk.effects if isinstance(effect, AskWait)]
    assert kiosk.does(BookTapped()).page() == Confirm(WALK_IN)


def test_without_the_server_nobody_begins_to_book(kiosk: Kiosk) -> None:
    kiosk.does(ServiceTapped("tax"), ServerLost(), BookTapped())
    assert kiosk.page() == Confirm(TAX)


def test_booking_needs_a_card_even_where_a_number_does_not_and_asks_for_it_once(kiosk: Kiosk) -> None:
    kiosk.does(ServiceTapped("tax"), BookTapped())
    assert kiosk.page() == AskCard(TAX, to_book=True)
    assert kiosk.does(CardUnreadable("boot-1")).page() == AskCard(TAX, unreadable=True, to_book=True)
    assert kiosk.does(BackTapped()).page() == Confirm(TAX)
    kiosk.does(BookTapped(), kiosk.card())
    assert kiosk.page() == FindingSlots(Wish(TAX))
    assert kiosk.state.holder == PERSON


def test_one_step_back_each_time_down_to_the_number(kiosk: Kiosk) -> None:
    at_check(kiosk)
    seen = [kiosk.does(BackTapped()).page() for _ in range(3)]
    assert seen == [ChooseTime(WISH, SLOTS, DAY), ChooseDay(WISH, SLOTS), Confirm(PROPERTY)]


@pytest.mark.parametrize("stray", [DayTapped("2026-12-31"), TimeTapped(SLOTS[2].starts_at), TimeTapped(1)])
def test_a_day_or_time_that_is_not_offered_there_is_not_taken(kiosk: Kiosk, stray: Event) -> None:
    at_days(kiosk)
    page = kiosk.page()
    assert kiosk.does(stray).page() == page
    page = kiosk.does(DayTapped(DAY)).page()
    assert kiosk.does(stray).page() == page


def test_a_time_that_went_to_somebody_else_meanwhile_is_said_and_the_others_of_that_day_are_offered(
    kiosk: Kiosk,
) -> None:
    at_check(kiosk).does(ConfirmTapped(), BookingFailed("boot-1", BookFault.TAKEN))
    assert kiosk.page() == FindingSlots(WISH, missed=SLOTS[1])
    assert told(kiosk, FindSlots) == FindSlots("boot-1", "property")
    left = (SLOTS[0], SLOTS[2])
    assert kiosk.does(SlotsFound("boot-1", left)).page() == ChooseTime(WISH, left, DAY, taken=True)
    kiosk.does(TimeTapped(SLOTS[0].starts_at), ConfirmTapped())
    ask = told(kiosk, BookPlace)
    assert isinstance(ask, BookPlace)
    assert (ask.key, ask.starts_at) == ("boot-1-2", SLOTS[0].starts_at), "another time is another press"


def test_when_that_day_is_full_by_then_the_other_days_are_offered_and_if_none_is_left_it_is_said(kiosk: Kiosk) -> None:
    at_check(kiosk).does(ConfirmTapped(), BookingFailed("boot-1", BookFault.TAKEN))
    kiosk.does(SlotsFound("boot-1", SLOTS[2:]))
    assert kiosk.page() == ChooseDay(WISH, SLOTS[2:], taken=True)
    kiosk.does(HomeTapped())
    kiosk.does(kiosk.card(), ServiceTapped("property"), BookTapped(), SlotsFound("boot-2", ()))
    assert kiosk.page() == NotBooked(WISH, None, BookFault.TAKEN)
    assert kiosk.does(BackTapped()).page() == Confirm(PROPERTY), "a number can be had all the same"


def test_a_lost_answer_is_asked_for_again_with_the_same_press(kiosk: Kiosk) -> None:
    at_check(kiosk).does(ConfirmTapped())
    first = told(kiosk, BookPlace)
    assert kiosk.does(TimerFired()).page() == NotBooked(WISH, SLOTS[1], BookFault.SERVER_LOST)
    assert told(kiosk.does(RetryTapped()), BookPlace) == first


def test_an_answer_that_comes_late_is_a_place_all_the_same_and_printed_once(kiosk: Kiosk) -> None:
    at_check(kiosk).does(ConfirmTapped(), TimerFired(), PlaceBooked("boot-1", BOOKING))
    assert kiosk.page() == PrintingBooking(PROPERTY, BOOKING)
    kiosk.does(PlaceBooked("boot-1", BOOKING))
    assert kiosk.effects == ()


def test_times_that_were_not_found_are_looked_for_again(kiosk: Kiosk) -> None:
    kiosk.does(kiosk.card(), ServiceTapped("property"), BookTapped(), TimerFired())
    assert kiosk.page() == NotBooked(WISH, None, BookFault.SERVER_LOST)
    assert told(kiosk.does(RetryTapped()), FindSlots) == FindSlots("boot-1", "property")


def test_while_the_server_is_asked_no_touch_means_anything(kiosk: Kiosk) -> None:
    at_check(kiosk).does(ConfirmTapped())
    for touch in (ConfirmTapped(), BackTapped(), HomeTapped(), RetryTapped()):
        assert kiosk.does(touch).page() == BookingPlace(WISH, SLOTS[1])


@pytest.mark.parametrize(
    ("printed", "paper", "seconds"),
    [
        (Printed.DONE, Paper.PRINTED, 15),
        (Printed.FAILED, Paper.FAILED, 60),
        (Printed.REFUSED, Paper.FAILED, 60),
        (Printed.UNCERTAIN, Paper.UNCERTAIN, 60),
        (None, Paper.NOT_WANTED, 60),
    ],
)
def test_what_became_of_the_paper_is_said_and_without_it_the_place_stays_on_the_screen(
    kiosk: Kiosk, printed: Printed | None, paper: Paper, seconds: float
) -> None:
    at_check(kiosk).does(ConfirmTapped(), PlaceBooked("boot-1", BOOKING), PrintEnded("boot-1", printed))
    assert kiosk.page() == Booked(PROPERTY, BOOKING, paper)
    assert StartTimer(seconds) in kiosk.effects
    assert kiosk.does(HomeTapped()).page() == Home()
    assert BOOKING.code not in repr(kiosk.state)


def test_a_printer_that_never_answers_holds_nobody(kiosk: Kiosk) -> None:
    at_check(kiosk).does(ConfirmTapped(), PlaceBooked("boot-1", BOOKING), TimerFired())
    assert kiosk.page() == Booked(PROPERTY, BOOKING, Paper.UNCERTAIN)
    kiosk.does(PrintEnded("boot-1", Printed.DONE))
    assert kiosk.page() == Booked(PROPERTY, BOOKING, Paper.UNCERTAIN), "said is said"


def test_who_is_booked_for_that_day_already_is_led_to_that_booking(kiosk: Kiosk) -> None:
    at_check(kiosk).does(ConfirmTapped(), BookingFailed("boot-1", BookFault.BOOKED_ALREADY))
    kiosk.does(BookingsTapped())
    assert kiosk.page() == FindingBookings(None)
    assert told(kiosk, FindBookings) == FindBookings("boot-1", None, PERSON)


def test_who_moves_a_booking_by_its_code_is_led_back_to_it_by_that_code(kiosk: Kiosk) -> None:
    kiosk.does(*arrived_early(kiosk), BookingsTapped(), BookingsFound("boot-1", (BOOKING,)), MoveTapped())
    kiosk.does(SlotsFound("boot-1", SLOTS), DayTapped(DAY), TimeTapped(SLOTS[0].starts_at), ConfirmTapped())
    kiosk.does(BookingFailed("boot-1", BookFault.BOOKED_ALREADY), BookingsTapped())
    assert told(kiosk, FindBookings) == FindBookings("boot-1", BOOKING.code, None)


def test_another_persons_card_ends_the_visit_and_nothing_of_it_is_left(kiosk: Kiosk) -> None:
    at_check(kiosk).does(kiosk.card(NEXT_PERSON))
    assert (kiosk.page(), kiosk.state.holder, kiosk.state.id) == (ChooseService(), NEXT_PERSON, "boot-2")
    assert kiosk.does(PlaceBooked("boot-1", BOOKING)).page() == ChooseService()


def test_a_booking_is_moved_by_the_same_steps_and_its_own_press(kiosk: Kiosk) -> None:
    kiosk.does(kiosk.card(), HomeTapped())
    kiosk.does(*arrived_early(kiosk), BookingsTapped(), BookingsFound(kiosk.state.id, (BOOKING,)))
    mine = kiosk.page()
    assert isinstance(mine, MyBooking)
    kiosk.does(MoveTapped(), SlotsFound(kiosk.state.id, SLOTS))
    assert kiosk.page() == ChooseDay(Wish(PROPERTY, BOOKING), SLOTS)
    assert kiosk.does(BackTapped()).page() == MyBooking(BOOKING.code, (BOOKING,))
    kiosk.does(MoveTapped(), SlotsFound(kiosk.state.id, SLOTS), DayTapped(DAY), TimeTapped(SLOTS[1].starts_at))
    kiosk.does(ConfirmTapped())
    assert told(kiosk, MoveBooking) == MoveBooking(kiosk.state.id, kiosk.state.key, "b1", SLOTS[1].starts_at)
    kiosk.does(PlaceBooked(kiosk.state.id, BOOKING))
    assert kiosk.page() == PrintingBooking(PROPERTY, BOOKING)


def arrived_early(kiosk: Kiosk) -> tuple[Event, ...]:
    """Came with a booking for later, and was told so."""
    session = kiosk.state.id
    return ArriveTapped(), CodeShown(session, BOOKING.code), NotCheckedIn(session, ArriveFault.EARLY)


def test_who_comes_too_early_can_move_or_cancel_what_they_booked(kiosk: Kiosk) -> None:
    kiosk.does(*arrived_early(kiosk))
    assert isinstance(kiosk.page(), NotArrived)
    assert told(kiosk.does(BookingsTapped()), FindBookings) == FindBookings("boot-1", BOOKING.code, None)


# What the server says, in the session's words

PRESS = BookPlace("s", "k1", "property", SLOTS[0].starts_at, PERSON)


def no(slug: str) -> ServerRefused:
    return ServerRefused(Problem(type=f"urn:jinghou:problem:{slug}", title="no", status=409))


def here(_session: str) -> bool:
    return True


def test_a_place_is_held_and_then_confirmed_by_keys_of_the_same_press() -> None:
    server = FakeBookings()
    assert answer(server, PRESS, is_here=here) == PlaceBooked("s", BOOKING)
    request = bookings.BookPlace(
        service="property",
        starts_at=SLOTS[0].starts_at,
        channel=Channel.KIOSK,
        identity=PERSON.identity,
        masked_name="张*",
        hold=True,
    )
    assert server.asked == [("book", request, "k1"), ("confirm", "b1", "k1-confirm")]


def test_whose_person_has_left_keeps_no_place_from_others() -> None:
    server = FakeBookings()
    answer(server, PRESS, is_here=lambda _session: False)
    assert [asked[0] for asked in server.asked] == ["book"], "the hold ends by itself"


@pytest.mark.parametrize(
    ("slug", "fault"),
    [
        ("slot-full", BookFault.TAKEN),
        ("slot-unknown", BookFault.TAKEN),
        ("booked-already", BookFault.BOOKED_ALREADY),
        ("too-many-bookings", BookFault.TOO_MANY),
        ("booking-paused", BookFault.PAUSED),
        ("not-now", BookFault.GONE),
        ("service-unknown", BookFault.REFUSED),
    ],
)
def test_each_no_of_the_server_is_one_the_pages_have_words_for(slug: str, fault: BookFault) -> None:
    server = FakeBookings()
    server.faults = {"book": [no(slug)]}
    assert answer(server, PRESS, is_here=here) == BookingFailed("s", fault)


@pytest.mark.parametrize("fault", [ServerUnreachable("ReadTimeout"), RuntimeError("a fault of this program")])
@pytest.mark.parametrize("call", ["book", "confirm"])
def test_an_answer_that_is_lost_at_either_step_is_found_by_the_same_press(call: str, fault: Exception) -> None:
    server = FakeBookings()
    server.faults = {call: [fault]}
    assert answer(server, PRESS, is_here=here) == BookingFailed("s", BookFault.SERVER_LOST)
    assert answer(server, PRESS, is_here=here) == PlaceBooked("s", BOOKING)
    assert {asked[-1] for asked in server.asked} == {"k1", "k1-confirm"}


def test_a_wait_that_nobody_knows_is_no_fault() -> None:
    server = FakeBookings()
    assert answer(server, AskWait("s", "property"), is_here=here) == WaitSeen("s", "property", Estimate(p50=42, p90=61))
    server.faults = {"hall": [ServerUnreachable("x")]}
    assert answer(server, AskWait("s", "property"), is_here=here) == WaitSeen("s", "property", None)


def test_an_identity_goes_to_the_server_and_into_no_log() -> None:
    logged = io.StringIO()
    configure_logging(LogSettings(), logged)
    server = FakeBookings()
    server.faults = {"book": [no("slot-full"), ServerUnreachable("ReadTimeout"), RuntimeError("x")]}
    for _ in range(3):
        answer(server, PRESS, is_here=here)
    assert logged.getvalue().count("BookPlace") == 3
    assert PERSON.identity.number not in logged.getvalue() + repr(PRESS)
