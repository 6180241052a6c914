"""One's own number: how it stands and giving it back, as a citizen would tell it."""

import msgspec
import pytest
from hall_samples import hall, service
from kiosk_session import NEXT_PERSON, PERSON, Kiosk

from jinghou_kiosk.effects import CheckIn, FindNumbers, GiveNumberBack, RenewLease, StartTimer
from jinghou_kiosk.events import (
    BackTapped,
    CardUnreadable,
    CheckInTapped,
    CodeShown,
    ConfirmTapped,
    DigitTapped,
    Event,
    FindFault,
    FindNumberTapped,
    GiveBackTapped,
    HallSeen,
    HomeTapped,
    NextNumberTapped,
    NumberGivenBack,
    NumberNotGivenBack,
    NumbersAtHand,
    NumbersFound,
    NumbersNotFound,
    RetryTapped,
    ServerLost,
    StartTapped,
    TimerFired,
    TypeCodeTapped,
)
from jinghou_kiosk.journeys import my_number
from jinghou_kiosk.own_numbers import find_numbers, give_back
from jinghou_kiosk.pages import (
    Arrive,
    Arriving,
    AskGiveBack,
    ChooseService,
    Finding,
    GivenBack,
    GivingBack,
    Home,
    MyNumber,
    NoNumber,
    NotGivenBack,
    Purpose,
    TypeCode,
)
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import bookings
from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.messages import (
    BookedFor,
    CallView,
    LegState,
    OwnTicket,
    Problem,
    TicketState,
    TicketStatus,
)

TAX = service("tax")
CODE = "https://hall.invalid/t/yunxi.secret"


def own(leg: LegState = LegState.WAITING, number: str = "B023") -> OwnNumber:
    ticket = OwnTicket(hall="yunxi", number=number, service="tax", state=TicketState.ACTIVE, leg=leg, ahead=3)
    return OwnNumber(ticket=f"ticket-{number}", own=ticket)


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk().does(HallSeen(hall(TAX)), FindNumberTapped())


def shows(kiosk: Kiosk, code: str = CODE) -> Kiosk:
    return kiosk.does(CodeShown(kiosk.state.id, code))


def found(kiosk: Kiosk, *numbers: OwnNumber) -> Kiosk:
    return shows(kiosk).does(NumbersFound("boot-1", numbers or (own(),)))


def asked(kiosk: Kiosk) -> FindNumbers:
    (ask,) = [effect for effect in kiosk.effects if isinstance(effect, FindNumbers)]
    return ask


def told(kiosk: Kiosk) -> GiveNumberBack:
    (tell,) = [effect for effect in kiosk.effects if isinstance(effect, GiveNumberBack)]
    return tell


def test_a_ticket_a_booking_code_or_a_card_finds_it(kiosk: Kiosk) -> None:
    assert kiosk.page() == Arrive(purpose=Purpose.FIND_NUMBER)
    assert asked(shows(kiosk)) == FindNumbers("boot-1", CODE, None)
    kiosk.does(HomeTapped(), NumbersNotFound("boot-1", FindFault.UNKNOWN), BackTapped())
    assert asked(kiosk.does(kiosk.card())) == FindNumbers("boot-1", None, PERSON)


def test_ten_digits_are_typed_on_the_same_keys_and_asked_about_when_whole(kiosk: Kiosk) -> None:
    kiosk.does(TypeCodeTapped(), *(DigitTapped(digit) for digit in "047110815"))
    assert kiosk.does(ConfirmTapped()).page() == TypeCode("047110815", Purpose.FIND_NUMBER)
    assert asked(kiosk.does(DigitTapped("2"), ConfirmTapped())).code == "0471108152"


def test_back_from_the_keys_leads_to_where_they_were_asked_for(kiosk: Kiosk) -> None:
    assert kiosk.does(TypeCodeTapped(), BackTapped()).page() == Arrive(purpose=Purpose.FIND_NUMBER)
    assert kiosk.does(CardUnreadable("boot-1")).page() == Arrive(unreadable=True, purpose=Purpose.FIND_NUMBER)
    assert kiosk.does(BackTapped()).page() == Home()


def test_of_several_numbers_one_after_the_other_is_shown(kiosk: Kiosk) -> None:
    numbers = own(number="B001"), own(number="C002")
    found(kiosk, *numbers)
    seen = [kiosk.page()]
    seen += [kiosk.does(NextNumberTapped()).page() for _ in range(2)]
    assert [page.shown.own.number for page in seen if isinstance(page, MyNumber)] == ["B001", "C002", "B001"]


def test_a_number_is_given_back_after_a_question_and_not_by_one_tap(kiosk: Kiosk) -> None:
    page = found(kiosk).page()
    assert isinstance(page, MyNumber)
    assert kiosk.does(GiveBackTapped()).page() == AskGiveBack(page)
    assert kiosk.does(BackTapped()).page() == page
    kiosk.does(GiveBackTapped(), ConfirmTapped())
    assert told(kiosk) == GiveNumberBack("boot-1", "ticket-B023", "boot-1-1")
    assert kiosk.does(ConfirmTapped(), HomeTapped()).page() == GivingBack(page)
    assert kiosk.does(NumberGivenBack("boot-1")).page() == GivenBack(own())
    assert StartTimer(15) in kiosk.effects, "all is done: home by itself"


@pytest.mark.parametrize("leg", [LegState.CALLED, LegState.SERVING, LegState.PARKED])
def test_who_was_called_cannot_give_the_number_back(kiosk: Kiosk, leg: LegState) -> None:
    page = found(kiosk, own(leg)).page()
    assert kiosk.does(GiveBackTapped()).page() == page


def test_a_call_that_comes_meanwhile_is_shown_and_the_number_not_given_back(kiosk: Kiosk) -> None:
    page = found(kiosk).page()
    call = CallView(number="B023", service="tax", counter="12", at=0)
    kiosk.does(HallSeen(hall(TAX, calls=(call,))))
    now = my_number.now(own().own, kiosk.state.hall)
    assert (now.leg, now.counter, now.ahead) == (LegState.CALLED, "12", 0)
    assert kiosk.does(GiveBackTapped()).page() == page


def test_a_number_that_was_called_at_that_moment_is_looked_at_again(kiosk: Kiosk) -> None:
    found(kiosk).does(GiveBackTapped(), ConfirmTapped(), NumberNotGivenBack("boot-1", refused=True))
    assert (kiosk.page(), asked(kiosk).code) == (Finding(CODE), CODE)


def test_a_lost_answer_says_so_and_the_same_press_is_sent_again(kiosk: Kiosk) -> None:
    found(kiosk).does(GiveBackTapped(), ConfirmTapped())
    first = told(kiosk)
    assert isinstance(kiosk.does(TimerFired()).page(), NotGivenBack)
    assert told(kiosk.does(RetryTapped())) == first
    kiosk.does(NumberNotGivenBack("boot-1", refused=False), NumberGivenBack("boot-1"))
    assert kiosk.page() == GivenBack(own()), "an answer that comes late counts all the same"


def test_who_was_passed_over_queues_again_by_what_was_shown(kiosk: Kiosk) -> None:
    found(kiosk, own(LegState.MISSED)).does(CheckInTapped())
    assert kiosk.page() == Arriving(CODE)
    assert CheckIn("boot-1", "boot-1-1", CODE, None) in kiosk.effects


def test_who_waits_is_not_checked_in_by_a_stray_tap(kiosk: Kiosk) -> None:
    page = found(kiosk).page()
    assert kiosk.does(CheckInTapped()).page() == page


def test_who_booked_and_has_not_checked_in_can_do_so_at_once_by_card_too(kiosk: Kiosk) -> None:
    booked_for = BookedFor(starts_at=1)
    kiosk.does(kiosk.card(), NumbersNotFound("boot-1", FindFault.NOT_CHECKED_IN, booked_for))
    assert kiosk.page() == NoNumber(None, FindFault.NOT_CHECKED_IN, booked_for)
    kiosk.does(CheckInTapped())
    assert CheckIn("boot-1", "boot-1-1", None, PERSON) in kiosk.effects


@pytest.mark.parametrize("fault", list(FindFault))
def test_why_there_is_none_is_said_and_a_number_can_be_taken(kiosk: Kiosk, fault: FindFault) -> None:
    shows(kiosk).does(NumbersNotFound("boot-1", fault))
    assert kiosk.page() == NoNumber(CODE, fault)
    assert kiosk.does(StartTapped()).page() == ChooseService()


def test_an_answer_that_never_comes_is_asked_for_again(kiosk: Kiosk) -> None:
    assert shows(kiosk).does(TimerFired()).page() == NoNumber(CODE, FindFault.SERVER_LOST)
    assert asked(kiosk.does(RetryTapped())).code == CODE


def test_another_persons_card_or_code_ends_the_visit_and_asks_for_theirs(kiosk: Kiosk) -> None:
    found(kiosk).does(kiosk.card(NEXT_PERSON))
    assert RenewLease("boot-2") in kiosk.effects
    assert (asked(kiosk).session, asked(kiosk).holder) == ("boot-2", NEXT_PERSON)
    kiosk.does(NumbersFound("boot-2", (own(),)), kiosk.card(NEXT_PERSON))
    assert isinstance(kiosk.page(), MyNumber), "the own card again changes nothing"
    shows(kiosk, "another")
    assert (asked(kiosk).session, asked(kiosk).code, asked(kiosk).holder) == ("boot-3", "another", None)


def test_the_own_ticket_again_changes_nothing(kiosk: Kiosk) -> None:
    page = found(kiosk).page()
    assert shows(kiosk).page() == page


def test_without_the_server_nobody_is_asked_to_show_anything_in_vain() -> None:
    kiosk = Kiosk().does(ServerLost(), NumbersAtHand(frozenset({"tax"})))
    assert kiosk.does(FindNumberTapped()).page() == Home()


def test_an_answer_for_whoever_has_left_is_shown_to_nobody(kiosk: Kiosk) -> None:
    shows(kiosk).does(NumbersNotFound("boot-1", FindFault.UNKNOWN), HomeTapped(), NumbersFound("boot-1", (own(),)))
    assert kiosk.page() == Home()


def test_what_was_shown_is_in_no_log_and_forgotten_with_the_visit(kiosk: Kiosk) -> None:
    found(kiosk)
    assert CODE not in repr(kiosk.state)
    assert "B023" not in repr(kiosk.does(HomeTapped()).state)


# What the server says, in the session's words


class Server:
    """Answers with what it is given, or raises it."""

    def __init__(self, answer: Exception | None = None) -> None:
        self.answer = answer
        self.asked: list[object] = []

    def find_numbers(self, request: bookings.FindNumbers) -> list[OwnNumber]:
        self.asked.append(request)
        if self.answer:
            raise self.answer
        return [own()]

    def cancel(self, ticket: str, key: str) -> TicketStatus:
        self.asked.append((ticket, key))
        if self.answer:
            raise self.answer
        return TicketStatus(id=ticket, number="B023", state=TicketState.VOID)


def no(slug: str) -> ServerRefused:
    booked_for = BookedFor(starts_at=1)
    return ServerRefused(Problem(type=f"urn:jinghou:problem:{slug}", title="no", status=409, booked_for=booked_for))


def test_the_server_is_told_what_was_shown_and_nothing_else() -> None:
    server = Server()
    assert find_numbers(server, FindNumbers("s", None, PERSON)) == NumbersFound("s", (own(),))
    assert give_back(server, GiveNumberBack("s", "t1", "k1")) == NumberGivenBack("s")
    assert server.asked == [bookings.FindNumbers(identity=PERSON.identity), ("t1", "k1")]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (no("check-in-needed"), NumbersNotFound("s", FindFault.NOT_CHECKED_IN, BookedFor(starts_at=1))),
        (no("booking-unknown"), NumbersNotFound("s", FindFault.UNKNOWN, BookedFor(starts_at=1))),
        (no("not-now"), NumbersNotFound("s", FindFault.GONE, BookedFor(starts_at=1))),
        (ServerUnreachable("ReadTimeout"), NumbersNotFound("s", FindFault.SERVER_LOST)),
        (msgspec.MsgspecError("a fault of this program"), NumbersNotFound("s", FindFault.SERVER_LOST)),
    ],
)
def test_each_no_of_the_server_is_one_the_pages_have_words_for(answer: Exception, told: Event) -> None:
    assert find_numbers(Server(answer), FindNumbers("s", CODE, None)) == told


@pytest.mark.parametrize(
    ("answer", "refused"), [(no("not-now"), True), (ServerUnreachable("x"), False), (RuntimeError("a fault"), False)]
)
def test_a_number_that_stays_is_told_apart_from_one_nobody_knows_of(answer: Exception, refused: bool) -> None:
    told = give_back(Server(answer), GiveNumberBack("s", "t1", "k1"))
    assert told == NumberNotGivenBack("s", refused=refused)
