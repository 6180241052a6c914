"""A quieter time (预约): card, day, time, check, booked on screen and paper; also a booking's other time (改时间)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookTapped,
    DayTapped,
    MoveTapped,
    PlaceBooked,
    SlotsFound,
    TimeTapped,
)
from jinghou_kiosk.booking_pages import (
    BookingPlace,
    ChooseDay,
    ChooseTime,
    ConfirmBooking,
    FindingSlots,
    MyBooking,
    NotBooked,
    Wish,
)
from jinghou_kiosk.effects import BookPlace, FindSlots, MoveBooking, PrintBooking
from jinghou_kiosk.events import BackTapped, CardRead, ConfirmTapped, Event, PrintEnded, RetryTapped
from jinghou_kiosk.journeys.number import PAPER
from jinghou_kiosk.journeys.take_number import next_person
from jinghou_kiosk.pages import AskCard, Booked, Confirm, PrintingBooking
from jinghou_kiosk.state import Session, Step, service_of
from jinghou_queue.contract.bookings import Booking, SlotView
from jinghou_queue.contract.messages import HallView


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match state.page, event:
        case Confirm(service=service), BookTapped() if service.bookable and state.online:
            if state.holder is None:
                return Step(replace(state, page=AskCard(service, to_book=True)))
            return _find(state, Wish(service))
        case AskCard(service=service, to_book=True), CardRead(holder=holder):
            return _find(replace(state, holder=holder), Wish(service))
        case AskCard(service=service, to_book=True), BackTapped():
            return Step(replace(state, page=Confirm(service)))
        case MyBooking() as found, MoveTapped():
            return _find(state, Wish(service_of(state, found.shown.service), found.shown))
        case ChooseDay() | ChooseTime() | ConfirmBooking() | NotBooked() | Booked(), CardRead(holder=holder) if (
            state.holder not in {None, holder}
        ):
            return next_person(state, holder)
        case _, SlotsFound() | PlaceBooked() | BookingFailed() | PrintEnded():
            return _answered(state, event)
        case _:
            return _touched(state, event)


def days(slots: Sequence[SlotView], hall: HallView | None) -> Mapping[str, Sequence[SlotView]]:
    """The slots by their day in the hall, such as 2026-03-02, in order."""
    found: dict[str, list[SlotView]] = {}
    for slot in slots:
        found.setdefault(_day(slot, hall), []).append(slot)
    return found


def _day(slot: SlotView, hall: HallView | None) -> str:
    zone = ZoneInfo(hall.timezone) if hall else None
    return datetime.fromtimestamp(slot.starts_at / 1000, zone).date().isoformat()


def _touched(state: Session, event: Event) -> Step | None:
    match state.page, event:
        case ChooseDay(wish, slots), DayTapped(day) if day in days(slots, state.hall):
            return Step(replace(state, page=ChooseTime(wish, slots, day)))
        case ChooseTime(wish, slots, day), TimeTapped(starts_at):
            slot = next((slot for slot in days(slots, state.hall)[day] if slot.starts_at == starts_at), None)
            return None if slot is None else Step(replace(state, page=ConfirmBooking(wish, slots, slot)))
        case ConfirmBooking(wish, _, slot), ConfirmTapped():
            return _book(replace(state, presses=state.presses + 1), wish, slot)
        case NotBooked(wish, slot, BookFault.SERVER_LOST), RetryTapped():
            return _find(state, wish) if slot is None else _book(state, wish, slot)
        case ConfirmBooking(wish, slots, slot), BackTapped():
            return Step(replace(state, page=ChooseTime(wish, slots, _day(slot, state.hall))))
        case ChooseTime(wish, slots), BackTapped():
            return Step(replace(state, page=ChooseDay(wish, slots)))
        case ChooseDay(wish) | NotBooked(wish), BackTapped():
            return Step(replace(state, page=_before(wish)))
        case _:
            return None


def _before(wish: Wish) -> Confirm | MyBooking:
    """Where another time was asked for."""
    return Confirm(wish.service) if wish.moving is None else MyBooking(wish.moving.code, (wish.moving,))


def _answered(state: Session, answer: SlotsFound | PlaceBooked | BookingFailed | PrintEnded) -> Step | None:
    match state.page, answer:
        case FindingSlots(wish, missed) | NotBooked(wish, None as missed), SlotsFound(slots=slots):
            return Step(replace(state, page=_times(state, wish, slots, missed)))
        case BookingPlace() | NotBooked(slot=SlotView()), PlaceBooked(booking=booking):
            return _print(state, booking)  # an answer that comes late is a place all the same
        case BookingPlace(wish, slot), BookingFailed(fault=BookFault.TAKEN):
            return _find(state, wish, slot)
        case BookingPlace(wish, slot), BookingFailed(fault=fault):
            return Step(replace(state, page=NotBooked(wish, slot, fault)))
        case FindingSlots(wish), BookingFailed(fault=fault):
            return Step(replace(state, page=NotBooked(wish, None, fault)))
        case PrintingBooking(service, booking), PrintEnded(printed=printed):
            return Step(replace(state, page=Booked(service, booking, PAPER[printed])))
        case _:
            return None


def _times(
    state: Session, wish: Wish, slots: tuple[SlotView, ...], missed: SlotView | None
) -> ChooseDay | ChooseTime | NotBooked:
    """The days to choose from; after a time that was missed, the other times of that day."""
    if not slots:
        return NotBooked(wish, missed, BookFault.TAKEN)
    if missed is not None and (day := _day(missed, state.hall)) in days(slots, state.hall):
        return ChooseTime(wish, slots, day, taken=True)
    return ChooseDay(wish, slots, taken=missed is not None)


def _find(state: Session, wish: Wish, missed: SlotView | None = None) -> Step:
    return Step(replace(state, page=FindingSlots(wish, missed)), (FindSlots(state.id, wish.service.id),))


def _book(state: Session, wish: Wish, slot: SlotView) -> Step:
    """With the same press, a place that is asked for again is the same place."""
    asking = replace(state, page=BookingPlace(wish, slot))
    if wish.moving is not None:
        return Step(asking, (MoveBooking(state.id, state.key, wish.moving.id, slot.starts_at),))
    assert state.holder is not None, "nobody books without a card"
    return Step(asking, (BookPlace(state.id, state.key, wish.service.id, slot.starts_at, state.holder),))


def _print(state: Session, booking: Booking) -> Step:
    """Show the place and put it on paper."""
    assert state.hall is not None, "the place is in it"
    service = service_of(state, booking.service)
    ask = PrintBooking(state.id, booking, service, state.hall, state.language)
    return Step(replace(state, page=PrintingBooking(service, booking)), (ask,))
