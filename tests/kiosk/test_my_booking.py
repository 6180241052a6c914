"""One's own booking at the kiosk: what it is, and giving it up."""

import pytest
from hall_samples import hall, service
from kiosk_bookings import FakeBookings
from kiosk_session import BOOKING, NEXT_PERSON, PERSON, Kiosk
from msgspec import structs

from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookingGivenUp,
    BookingsFound,
    BookingsTapped,
)
from jinghou_kiosk.booking_pages import AskGiveUp, FindingBookings, GivenUp, GivingUp, MyBooking, NoBooking, NotGivenUp
from jinghou_kiosk.bookings import answer
from jinghou_kiosk.effects import FindBookings, GiveUpBooking, StartTimer
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    FindFault,
    FindNumberTapped,
    GiveBackTapped,
    HallSeen,
    HomeTapped,
    NextNumberTapped,
    NumbersNotFound,
    RetryTapped,
    TimerFired,
)
from jinghou_kiosk.pages import ChooseService, Home
from jinghou_queue.contract import bookings
from jinghou_queue.contract.messages import BookedFor

OTHER = structs.replace(BOOKING, id="b2")


@pytest.fixture
def kiosk() -> Kiosk:
    """Somebody asked for their number by card, and has only booked."""
    kiosk = Kiosk().does(HallSeen(hall(service("property", bookable=True))), FindNumberTapped())
    return kiosk.does(kiosk.card(), NumbersNotFound("boot-1", FindFault.NOT_CHECKED_IN, BookedFor(starts_at=1)))


def found(kiosk: Kiosk) -> Kiosk:
    return kiosk.does(BookingsTapped(), BookingsFound("boot-1", (BOOKING, OTHER)))


def given_up(kiosk: Kiosk) -> GiveUpBooking:
    (told,) = [effect for effect in kiosk.effects if isinstance(effect, GiveUpBooking)]
    return told


def test_my_number_leads_by_card_to_what_was_booked_one_after_the_other(kiosk: Kiosk) -> None:
    assert FindBookings("boot-1", None, PERSON) in kiosk.does(BookingsTapped()).effects
    kiosk.does(BookingsFound("boot-1", (BOOKING, OTHER)))
    page = MyBooking(None, (BOOKING, OTHER))
    assert kiosk.page() == page
    seen = [kiosk.does(NextNumberTapped()).page() for _ in range(2)]
    assert seen == [MyBooking(None, (BOOKING, OTHER), 1), page]


def test_it_is_given_up_after_a_question_and_only_once(kiosk: Kiosk) -> None:
    page = found(kiosk).page()
    assert isinstance(page, MyBooking)
    assert kiosk.does(GiveBackTapped()).page() == AskGiveUp(page)
    assert kiosk.does(BackTapped()).page() == page
    kiosk.does(GiveBackTapped(), ConfirmTapped())
    assert given_up(kiosk) == GiveUpBooking("boot-1", "boot-1-1", "b1")
    assert kiosk.does(ConfirmTapped(), HomeTapped()).page() == GivingUp(page)
    assert kiosk.does(BookingGivenUp("boot-1")).page() == GivenUp(BOOKING)
    assert StartTimer(15) in kiosk.effects, "all is done: home by itself"


def test_a_lost_answer_says_so_and_the_same_press_is_sent_again(kiosk: Kiosk) -> None:
    found(kiosk).does(GiveBackTapped(), ConfirmTapped())
    first = given_up(kiosk)
    assert isinstance(kiosk.does(TimerFired()).page(), NotGivenUp)
    assert given_up(kiosk.does(RetryTapped())) == first
    kiosk.does(BookingFailed("boot-1", BookFault.SERVER_LOST), BookingGivenUp("boot-1"))
    assert kiosk.page() == GivenUp(BOOKING), "an answer that comes late counts all the same"


def test_one_that_is_over_by_now_is_looked_at_again(kiosk: Kiosk) -> None:
    found(kiosk).does(GiveBackTapped(), ConfirmTapped(), BookingFailed("boot-1", BookFault.GONE))
    assert kiosk.page() == FindingBookings(None)
    assert kiosk.does(BookingFailed("boot-1", BookFault.GONE)).page() == NoBooking(None, BookFault.GONE)
    assert kiosk.does(BackTapped()).page() == Home()


def test_an_answer_that_never_comes_is_asked_for_again(kiosk: Kiosk) -> None:
    assert kiosk.does(BookingsTapped(), TimerFired()).page() == NoBooking(None, BookFault.SERVER_LOST)
    assert FindBookings("boot-1", None, PERSON) in kiosk.does(RetryTapped()).effects


def test_another_persons_card_sees_nothing_of_it(kiosk: Kiosk) -> None:
    found(kiosk).does(kiosk.card())
    assert isinstance(kiosk.page(), MyBooking), "the own card again changes nothing"
    kiosk.does(kiosk.card(NEXT_PERSON))
    assert (kiosk.page(), kiosk.state.holder) == (ChooseService(), NEXT_PERSON)
    assert BOOKING.code not in repr(kiosk.state)


def test_the_server_is_told_what_was_shown_and_nothing_else() -> None:
    server = FakeBookings()
    here = {"is_here": lambda _session: True}
    assert answer(server, FindBookings("s", None, PERSON), **here) == BookingsFound("s", (BOOKING,))
    assert answer(server, FindBookings("s", "0471108152", None), **here) == BookingsFound("s", (BOOKING,))
    assert answer(server, GiveUpBooking("s", "k1", "b1"), **here) == BookingGivenUp("s")
    assert server.asked == [
        ("find", bookings.FindBookings(identity=PERSON.identity)),
        ("find", bookings.FindBookings(code="0471108152")),
        ("cancel", "b1", "k1"),
    ]
