"""The code that phones scan at a kiosk, and a phone that is told of a number, as a citizen would tell it."""

import io
from queue import Queue

import pytest
from hall_samples import hall, service
from kiosk_bookings import FakeBookings
from kiosk_session import TICKET, Kiosk

from jinghou_config.log import LogSettings, configure_logging
from jinghou_kiosk.effects import AskPhoneCode, BindPhone, RenewLease, StartTimer
from jinghou_kiosk.events import (
    BackTapped,
    Closed,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    HallSeen,
    HomeTapped,
    HoursSeen,
    RetryTapped,
    ServerLost,
    ServiceTapped,
    StartTapped,
    StayTapped,
    TimerFired,
)
from jinghou_kiosk.journeys.phone_code import AGAIN_S
from jinghou_kiosk.pages import (
    AskCard,
    BindingPhone,
    BoundPhone,
    ChooseService,
    Done,
    Home,
    PhoneCode,
    TypePhone,
    UnboundPhone,
)
from jinghou_kiosk.phone_events import (
    BindPhoneTapped,
    PhoneBound,
    PhoneCodeLost,
    PhoneCodeSeen,
    PhoneFault,
    PhoneNotBound,
    PhoneResult,
    PhoneTapped,
    WhoseTapped,
)
from jinghou_kiosk.phones import PhoneCodes, bind_phone
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import people
from jinghou_queue.contract.messages import OwnPhone, Problem

URL = "http://hall.invalid/h/yunxi?code=now"
PHONE = "13800005678"
HALL = hall(service("property", identity="required"), service("tax"), phone_numbers=True)
OWN = OwnPhone(masked="138****5678", relative=False)


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk().does(HallSeen(HALL))


@pytest.fixture
def code(kiosk: Kiosk) -> Kiosk:
    return kiosk.does(PhoneTapped())


# The code


def test_one_tap_from_home_asks_for_the_code_at_once(kiosk: Kiosk) -> None:
    assert kiosk.does(PhoneTapped()).page() == PhoneCode()
    assert AskPhoneCode("boot-1", after_s=0) in kiosk.effects


def test_each_code_is_renewed_when_the_server_says_and_no_sooner(code: Kiosk) -> None:
    code.does(PhoneCodeSeen("boot-1", URL, 29.5))
    assert code.state.phone_code == URL
    assert code.effects == (AskPhoneCode("boot-1", 29.5),)
    code.does(PhoneCodeSeen("boot-1", URL + "2", 30.5))
    assert code.state.phone_code == URL + "2"


def test_a_code_that_changes_does_not_count_as_somebody_being_there(code: Kiosk) -> None:
    code.does(PhoneCodeSeen("boot-1", URL, 30), TimerFired())
    assert code.state.asking_presence
    code.does(PhoneCodeSeen("boot-1", URL + "2", 30))
    assert code.state.asking_presence
    assert not [effect for effect in code.effects if isinstance(effect, StartTimer)]
    assert code.does(TimerFired()).page() == Home()


def test_nobody_there_means_nobody_asks_for_codes(code: Kiosk) -> None:
    code.does(PhoneCodeSeen("boot-1", URL, 30), BackTapped())
    assert (code.page(), code.state.phone_code) == (Home(), None)
    assert code.does(PhoneCodeSeen("boot-1", URL, 30), PhoneCodeSeen("boot-2", URL, 30)).effects == ()
    assert code.state.phone_code is None


def test_a_number_can_be_taken_here_all_the_same(code: Kiosk) -> None:
    assert code.does(PhoneCodeSeen("boot-1", URL, 30), StartTapped()).page() == ChooseService()
    assert code.state.phone_code is None
    assert code.does(PhoneCodeSeen("boot-1", URL, 30)).effects == (), "no code is asked for any more"


def test_a_card_that_is_put_down_there_begins_a_visit_of_its_own(code: Kiosk) -> None:
    code.does(code.card())
    assert (code.page(), code.state.id) == (ChooseService(), "boot-2")


def test_a_server_that_is_lost_is_said_and_asked_again_no_more_often_than_codes_change(code: Kiosk) -> None:
    code.does(PhoneCodeSeen("boot-1", URL, 30), PhoneCodeLost("boot-1", PhoneFault.SERVER_LOST))
    assert (code.page(), code.state.phone_code) == (PhoneCode(PhoneFault.SERVER_LOST), None)
    assert AskPhoneCode("boot-1", AGAIN_S) in code.effects
    assert code.does(PhoneCodeSeen("boot-1", URL, 30)).page() == PhoneCode()
    code.does(PhoneCodeLost("boot-1", PhoneFault.SERVER_LOST), RetryTapped())
    assert AskPhoneCode("boot-1", after_s=0) in code.effects


def test_a_hall_that_says_no_is_not_asked_again(code: Kiosk) -> None:
    code.does(PhoneCodeLost("boot-1", PhoneFault.REFUSED))
    assert not [effect for effect in code.effects if isinstance(effect, AskPhoneCode)]


@pytest.mark.parametrize("news", [ServerLost(), HoursSeen(Closed(None)), HallSeen(hall(service("tax")))])
def test_no_code_where_phones_get_no_numbers_now(kiosk: Kiosk, news: ServerLost | HoursSeen | HallSeen) -> None:
    assert kiosk.does(news, PhoneTapped()).page() == Home()


def test_who_has_no_card_for_a_service_that_needs_one_may_use_the_phone(kiosk: Kiosk) -> None:
    assert isinstance(kiosk.does(ServiceTapped("property")).page(), AskCard)
    assert kiosk.does(PhoneTapped()).page() == PhoneCode()


def no(slug: str) -> ServerRefused:
    return ServerRefused(Problem(type=f"urn:jinghou:problem:{slug}", title="no", status=409))


@pytest.fixture
def answers() -> Queue[PhoneResult]:
    return Queue()


def test_how_long_a_code_is_shown_is_counted_by_no_clock_of_the_kiosks(answers: Queue[PhoneResult]) -> None:
    PhoneCodes(FakeBookings(), answers.put).ask(AskPhoneCode("s", 0))
    assert answers.get(timeout=5) == PhoneCodeSeen("s", "http://hall.invalid/h/yunxi?code=c", 0.52)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (ServerUnreachable("x"), PhoneFault.SERVER_LOST),
        (no("phone-numbers-off"), PhoneFault.REFUSED),
        (RuntimeError("a fault of this program"), PhoneFault.SERVER_LOST),
    ],
)
def test_why_no_code_came_is_told(answers: Queue[PhoneResult], fault: Exception, why: PhoneFault) -> None:
    server = FakeBookings()
    server.faults = {"code": [fault]}
    PhoneCodes(server, answers.put).ask(AskPhoneCode("s", 0))
    assert answers.get(timeout=5) == PhoneCodeLost("s", why)


def test_asked_anew_the_earlier_question_is_forgotten(answers: Queue[PhoneResult]) -> None:
    server = FakeBookings()
    codes = PhoneCodes(server, answers.put)
    for session in ("s1", "s2", "s3"):
        codes.ask(AskPhoneCode(session, after_s=600 if session != "s3" else 0))
    assert answers.get(timeout=5).session == "s3"
    codes.ask(AskPhoneCode("s4", after_s=600))
    codes.stop()
    assert server.asked == [("code",)]


# A phone that is told


@pytest.fixture
def typing(kiosk: Kiosk) -> Kiosk:
    return kiosk.at_done().does(BindPhoneTapped())


def types(kiosk: Kiosk, digits: str = PHONE) -> Kiosk:
    return kiosk.does(*(DigitTapped(digit) for digit in digits))


def told(kiosk: Kiosk) -> BindPhone:
    (ask,) = [effect for effect in kiosk.effects if isinstance(effect, BindPhone)]
    return ask


def done_of(kiosk: Kiosk) -> Done:
    page = kiosk.page()
    assert isinstance(page, TypePhone)
    return page.done


def test_a_phone_is_typed_and_told_of_the_number_by_its_token(typing: Kiosk) -> None:
    done = done_of(typing)
    types(typing).does(WhoseTapped(relative=True), ConfirmTapped())
    assert typing.page() == BindingPhone(done, PHONE, relative=True)
    assert told(typing) == BindPhone("boot-1", TICKET.token, PHONE, relative=True)
    relative = OwnPhone(masked="138****5678", relative=True)
    assert typing.does(PhoneBound("boot-1", relative)).page() == BoundPhone(done, relative)
    assert typing.does(BackTapped()).page() == done, "back to the number"


@pytest.mark.parametrize("digits", ["", "1380000567", "12800005678", "01380000567"])
def test_what_can_be_no_phone_is_not_sent(typing: Kiosk, digits: str) -> None:
    page = types(typing, digits).page()
    assert typing.does(ConfirmTapped()).page() == page


def test_digits_are_taken_back_and_more_than_eleven_are_not_taken(typing: Kiosk) -> None:
    types(typing, PHONE + "99").does(DeleteTapped(), DeleteTapped(), DigitTapped("0"))
    assert typing.page() == TypePhone(done_of(typing), "1380000560")


def test_a_wrong_one_is_changed_where_it_is_shown(typing: Kiosk) -> None:
    done = done_of(typing)
    types(typing).does(ConfirmTapped(), PhoneBound("boot-1", OWN), BindPhoneTapped())
    assert typing.page() == TypePhone(done)
    types(typing, "13900001234").does(ConfirmTapped())
    assert told(typing).phone == "13900001234"


def test_a_lost_answer_is_said_and_tried_again_or_left_alone(typing: Kiosk) -> None:
    done = done_of(typing)
    types(typing).does(ConfirmTapped(), TimerFired())
    assert typing.page() == UnboundPhone(done, PHONE, relative=False, fault=PhoneFault.SERVER_LOST)
    assert told(typing.does(RetryTapped())).phone == PHONE
    typing.does(PhoneNotBound("boot-1", PhoneFault.SERVER_LOST), PhoneBound("boot-1", OWN))
    assert typing.page() == BoundPhone(done, OWN), "an answer that comes late counts all the same"


def test_without_the_server_it_is_said_before_anybody_types(kiosk: Kiosk) -> None:
    kiosk.at_done().does(ServerLost(), BindPhoneTapped())
    page = kiosk.page()
    assert isinstance(page, UnboundPhone)
    assert page.fault is PhoneFault.SERVER_LOST
    assert kiosk.does(RetryTapped()).page() == page
    assert kiosk.does(HallSeen(HALL), RetryTapped()).page() == TypePhone(page.done)


@pytest.mark.parametrize("fault", [PhoneFault.TOO_OFTEN, PhoneFault.REFUSED])
def test_a_no_of_the_server_leads_back_to_the_number(typing: Kiosk, fault: PhoneFault) -> None:
    done = done_of(typing)
    types(typing).does(ConfirmTapped(), PhoneNotBound("boot-1", fault), RetryTapped())
    assert typing.page() == UnboundPhone(done, PHONE, relative=False, fault=fault)
    assert typing.does(BackTapped()).page() == done


def test_the_phone_is_in_no_log_and_forgotten_with_the_visit(typing: Kiosk) -> None:
    types(typing)
    assert PHONE not in repr(typing.state)
    typing.does(ConfirmTapped())
    assert PHONE not in repr(typing.state) + repr(typing.effects)
    typing.does(PhoneNotBound("boot-1", PhoneFault.SERVER_LOST), HomeTapped())
    assert RenewLease("boot-2") in typing.effects
    assert typing.page() == Home()


def test_who_types_is_asked_whether_they_are_still_there_and_loses_nothing_by_saying_so(typing: Kiosk) -> None:
    page = types(typing, "138").page()
    typing.does(TimerFired())
    assert typing.state.asking_presence
    assert typing.does(StayTapped()).page() == page
    assert not typing.state.asking_presence


ASK = BindPhone("s", "token", PHONE, relative=True)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (ServerUnreachable("x"), PhoneFault.SERVER_LOST),
        (no("too-many-phones"), PhoneFault.TOO_OFTEN),
        (no("not-now"), PhoneFault.REFUSED),
        (RuntimeError("a fault of this program"), PhoneFault.SERVER_LOST),
    ],
)
def test_what_the_server_says_of_a_phone_has_words_and_the_log_has_not_its_number(
    fault: Exception, why: PhoneFault
) -> None:
    logged = io.StringIO()
    configure_logging(LogSettings(), logged)
    server = FakeBookings()
    server.faults = {"bind": [fault]}
    assert bind_phone(server, ASK) == PhoneNotBound("s", why)
    assert bind_phone(server, ASK) == PhoneBound("s", OwnPhone(masked="138****5678", relative=True))
    assert server.asked[0] == ("bind", "token", people.BindPhone(phone=PHONE, relative=True))
    assert "phone not told" in logged.getvalue()
    assert PHONE not in logged.getvalue()
