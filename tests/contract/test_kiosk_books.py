"""A kiosk books, moves and gives up at a real server, shows phones their code, and lets a phone be told."""

from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import TypeVar

import pytest
from pydantic import SecretStr
from queue_house import HALL, House, Server, resident, serving
from queue_noon import move_to_noon

from jinghou_config.terminal import ServerLink
from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookingGivenUp,
    BookingResult,
    BookingsFound,
    PlaceBooked,
    SlotsFound,
    WaitSeen,
)
from jinghou_kiosk.bookings import answer
from jinghou_kiosk.effects import (
    AskPhoneCode,
    AskWait,
    BindPhone,
    BookingEffect,
    BookPlace,
    FindBookings,
    FindSlots,
    GiveUpBooking,
    MoveBooking,
)
from jinghou_kiosk.events import Holder
from jinghou_kiosk.phone_events import PhoneBound, PhoneCodeSeen, PhoneFault, PhoneNotBound, PhoneResult
from jinghou_kiosk.phones import PhoneCodes, bind_phone
from jinghou_kiosk.server import ServerClient
from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.messages import Channel, OwnPhone, TakeNumber
from jinghou_queue.desk.access import Role

R = TypeVar("R", bound=BookingResult)
ONE, TWO = Holder(resident(1), "张*"), Holder(resident(2), "李*")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(House.build(tmp_path)) as server:
        move_to_noon(server, server.house.token(Role.MANAGER))
        yield server


@pytest.fixture
def kiosk(server: Server) -> ServerClient:
    token = SecretStr(server.house.token(Role.TERMINAL))
    return ServerClient(ServerLink(url=server.origin, hall=HALL, token=token))


def said(kiosk: ServerClient, ask: BookingEffect, kind: type[R]) -> R:
    found = answer(kiosk, ask, is_here=lambda _session: True)
    assert isinstance(found, kind), found
    return found


def test_a_place_is_booked_once_however_often_the_press_is_sent_and_moved_and_given_up(kiosk: ServerClient) -> None:
    assert said(kiosk, AskWait("s", "tax"), WaitSeen).service == "tax"
    slots = said(kiosk, FindSlots("s", "tax"), SlotsFound).slots
    first, second = slots[-1], slots[-2]
    assert first.quiet, "nobody has booked"
    press = BookPlace("s", "k1", "tax", first.starts_at, ONE)
    booking = said(kiosk, press, PlaceBooked).booking
    assert (booking.state, booking.starts_at) == (BookingState.CONFIRMED, first.starts_at)
    assert said(kiosk, press, PlaceBooked).booking == booking
    assert said(kiosk, FindBookings("s", None, ONE), BookingsFound).bookings == (booking,)
    assert said(kiosk, FindBookings("s", booking.code, None), BookingsFound).bookings == (booking,)
    assert first not in said(kiosk, FindSlots("s", "tax"), SlotsFound).slots, "the last place of that time"

    late = BookPlace("s", "k2", "tax", first.starts_at, TWO)
    assert said(kiosk, late, BookingFailed).fault is BookFault.TAKEN
    assert said(kiosk, FindBookings("s", None, TWO), BookingFailed).fault is BookFault.UNKNOWN
    other = BookPlace("s", "k3", "tax", second.starts_at, ONE)
    assert said(kiosk, other, BookingFailed).fault is BookFault.BOOKED_ALREADY

    moved = said(kiosk, MoveBooking("s", "k4", booking.id, second.starts_at), PlaceBooked).booking
    assert (moved.code, moved.starts_at) == (booking.code, second.starts_at)
    for _ in range(2):
        said(kiosk, GiveUpBooking("s", "k5", booking.id), BookingGivenUp)
    assert said(kiosk, FindBookings("s", booking.code, None), BookingFailed).fault is BookFault.GONE


def test_whose_person_left_while_the_server_was_asked_has_no_booking(kiosk: ServerClient) -> None:
    slot = said(kiosk, FindSlots("s", "tax"), SlotsFound).slots[-1]
    answer(kiosk, BookPlace("s", "k1", "tax", slot.starts_at, ONE), is_here=lambda _session: False)
    assert said(kiosk, FindBookings("s", None, ONE), BookingFailed).fault is BookFault.GONE
    again = said(kiosk, BookPlace("s", "k2", "tax", slot.starts_at, ONE), PlaceBooked)
    assert again.booking.state is BookingState.CONFIRMED, "who comes back can book it all the same"


def test_the_code_on_the_screen_is_worth_a_number_and_renewed_in_time(server: Server, kiosk: ServerClient) -> None:
    server.call("POST", "/counters/c1/open", server.house.token(Role.MANAGER, "opener"))
    answers: Queue[PhoneResult] = Queue()
    PhoneCodes(kiosk, answers.put).ask(AskPhoneCode("s", after_s=0))
    seen = answers.get(timeout=10)
    assert isinstance(seen, PhoneCodeSeen)
    assert 0 < seen.renew_s <= 30.5
    claim = server.call("POST", f"/halls/{HALL}/phone-claims", body={"code": seen.url.partition("code=")[2]})
    assert claim.status == 201
    assert kiosk.hall().phone_numbers


def test_a_phone_is_told_of_a_number_and_changed_and_too_many_are_refused(kiosk: ServerClient) -> None:
    ticket, _ = kiosk.take_number(TakeNumber(service="tax", channel=Channel.KIOSK), "k1")
    asks = [BindPhone("s", ticket.token, f"1380000500{n}", relative=n > 0) for n in range(6)]
    told = [bind_phone(kiosk, ask) for ask in asks]
    assert told[0] == PhoneBound("s", OwnPhone(masked="138****5000", relative=False))
    assert told[1] == PhoneBound("s", OwnPhone(masked="138****5001", relative=True))
    assert told[-1] == PhoneNotBound("s", PhoneFault.TOO_OFTEN)
    kiosk.cancel(ticket.id, "k2")
    assert bind_phone(kiosk, asks[0]) == PhoneNotBound("s", PhoneFault.REFUSED)
