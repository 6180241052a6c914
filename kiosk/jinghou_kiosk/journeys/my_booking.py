"""One's own booking (我的预约): what is booked, giving it up; another time for it is `book`'s."""

from dataclasses import replace

from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookingGivenUp,
    BookingsFound,
    BookingsTapped,
)
from jinghou_kiosk.booking_pages import (
    AskGiveUp,
    FindingBookings,
    GivenUp,
    GivingUp,
    MyBooking,
    NoBooking,
    NotBooked,
    NotGivenUp,
)
from jinghou_kiosk.effects import FindBookings, GiveUpBooking
from jinghou_kiosk.events import (
    ArriveFault,
    BackTapped,
    CardRead,
    ConfirmTapped,
    Event,
    FindFault,
    GiveBackTapped,
    NextNumberTapped,
    RetryTapped,
)
from jinghou_kiosk.journeys.take_number import next_person
from jinghou_kiosk.pages import NoNumber, NotArrived
from jinghou_kiosk.state import Session, Step, go_home


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match event:
        case BookingsFound() | BookingGivenUp() | BookingFailed():
            return _answered(state, event)
        case _:
            return _touched(state, event)


def _touched(state: Session, event: Event) -> Step | None:
    match state.page, event:
        case (
            NoNumber(code=code, fault=FindFault.NOT_CHECKED_IN)
            | NotArrived(code=code, fault=ArriveFault.EARLY | ArriveFault.OTHER_DAY),
            BookingsTapped(),
        ):
            return _find(state, code)
        case NotBooked(wish=wish, fault=BookFault.BOOKED_ALREADY | BookFault.TOO_MANY), BookingsTapped():
            return _find(state, wish.moving.code if wish.moving and state.holder is None else None)
        case NoBooking(code, BookFault.SERVER_LOST), RetryTapped():
            return _find(state, code)
        case NoBooking(), BackTapped():
            return go_home(state)
        case MyBooking(bookings=bookings, place=place) as found, NextNumberTapped():
            return Step(replace(state, page=replace(found, place=(place + 1) % len(bookings))))
        case MyBooking() as found, GiveBackTapped():
            return Step(replace(state, page=AskGiveUp(found)))
        case AskGiveUp(found), BackTapped():
            return Step(replace(state, page=found))
        case AskGiveUp(found), ConfirmTapped():
            return _give_up(replace(state, presses=state.presses + 1), found)
        case NotGivenUp(found), RetryTapped():
            return _give_up(state, found)
        case MyBooking() | NoBooking() | AskGiveUp() | NotGivenUp() | GivenUp(), CardRead(holder=holder) if (
            holder != state.holder
        ):
            return next_person(state, holder)
        case _:
            return None


def _answered(state: Session, answer: BookingsFound | BookingGivenUp | BookingFailed) -> Step | None:
    match state.page, answer:
        case FindingBookings(code) | NoBooking(code, BookFault.SERVER_LOST), BookingsFound(bookings=bookings):
            return Step(replace(state, page=MyBooking(code, bookings)))
        case FindingBookings(code), BookingFailed(fault=fault):
            return Step(replace(state, page=NoBooking(code, fault)))
        case GivingUp(found) | NotGivenUp(found), BookingGivenUp():
            return Step(replace(state, page=GivenUp(found.shown)))
        case GivingUp(found), BookingFailed(fault=BookFault.SERVER_LOST):
            return Step(replace(state, page=NotGivenUp(found)))
        case GivingUp(found), BookingFailed():
            return _find(state, found.code)  # it stands otherwise than was shown
        case _:
            return None


def _find(state: Session, code: str | None) -> Step:
    ask = FindBookings(state.id, code, state.holder if code is None else None)
    return Step(replace(state, page=FindingBookings(code)), (ask,))


def _give_up(state: Session, found: MyBooking) -> Step:
    """With the same press, a booking given up again is given up once."""
    told = GiveUpBooking(state.id, state.key, found.shown.id)
    return Step(replace(state, page=GivingUp(found)), (told,))
