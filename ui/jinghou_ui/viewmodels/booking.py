"""The pages of bookings as plain values for QML. Pure."""

from typing import assert_never

from jinghou_kiosk.booking_pages import (
    AskGiveUp,
    BookingPage,
    BookingPlace,
    ChooseDay,
    ChooseTime,
    ConfirmBooking,
    FindingBookings,
    FindingSlots,
    GivenUp,
    GivingUp,
    MyBooking,
    NoBooking,
    NotBooked,
    NotGivenUp,
    Wish,
)
from jinghou_kiosk.journeys.book import days
from jinghou_kiosk.pages import Booked, PrintingBooking
from jinghou_kiosk.state import Session, service_of
from jinghou_queue.contract.bookings import Booking, SlotView
from jinghou_ui.viewmodels.clock import date_words
from jinghou_ui.viewmodels.values import CODE_GROUPS, QmlMap, QmlValue, grouped, in_hall, service_values


def booking_values(page: BookingPage | PrintingBooking | Booked, session: Session) -> QmlMap:
    """What the page shows beside whose visit it is."""
    match page:
        case FindingSlots(wish) | BookingPlace(wish):
            return _wish_values(wish, session)
        case ChooseDay(wish, slots, taken):
            return _wish_values(wish, session) | {"taken": taken, "days": _days(slots, session)}
        case ChooseTime(wish, slots, day, taken):
            of_day = days(slots, session.hall)[day]
            times: list[QmlValue] = [_slot_values(slot, session) for slot in of_day]
            return _wish_values(wish, session) | {"taken": taken, "times": times} | _when(of_day[0].starts_at, session)
        case ConfirmBooking(wish, _, slot):
            return _wish_values(wish, session) | _when(slot.starts_at, session)
        case NotBooked(wish, slot, fault):
            when: QmlMap = {} if slot is None else _when(slot.starts_at, session)
            return _wish_values(wish, session) | {"fault": fault.value} | when
        case FindingBookings():
            return {}
        case MyBooking() as found:
            return _found_values(found, session)
        case AskGiveUp(found) | GivingUp(found) | NotGivenUp(found):
            return _found_values(found, session)
        case NoBooking(fault=fault):
            return {"fault": fault.value}
        case GivenUp(booking):
            return _of_booking(booking, session)
        case PrintingBooking(booking=booking):
            return _of_booking(booking, session) | {"paper": "printing"}
        case Booked(booking=booking, paper=paper):
            return _of_booking(booking, session) | {"paper": paper.value}
        case _:
            assert_never(page)


def _wish_values(wish: Wish, session: Session) -> QmlMap:
    return {"service": service_values(wish.service, session), "moving": wish.moving is not None}


def _days(slots: tuple[SlotView, ...], session: Session) -> list[QmlValue]:
    today = session.hall.day if session.hall else ""
    return [
        {
            "day": day,
            "date": date_words(in_hall(of_day[0].starts_at, session.hall), session.language),
            "today": day == today,
            "times": len(of_day),
            "quiet": any(slot.quiet for slot in of_day),
        }
        for day, of_day in days(slots, session.hall).items()
    ]


def _slot_values(slot: SlotView, session: Session) -> QmlMap:
    return _when(slot.starts_at, session) | {"slot": str(slot.starts_at), "left": slot.left, "quiet": slot.quiet}


def _found_values(found: MyBooking, session: Session) -> QmlMap:
    return _of_booking(found.shown, session) | {"place": found.place + 1, "count": len(found.bookings)}


def _of_booking(booking: Booking, session: Session) -> QmlMap:
    values: QmlMap = {
        "service": service_values(service_of(session, booking.service), session),
        "code": grouped(booking.code, CODE_GROUPS),
        "checkInFrom": f"{in_hall(booking.check_in_from, session.hall):%H:%M}",
    }
    return values | _when(booking.starts_at, session)


def _when(starts_at: int, session: Session) -> QmlMap:
    start = in_hall(starts_at, session.hall)
    return {"date": date_words(start, session.language), "time": f"{start:%H:%M}"}
