"""The gallery's pages of bookings and of phones, beside the others in `gallery`. Made up, as those are."""

from collections.abc import Callable

from jinghou_kiosk.booking_events import BookFault
from jinghou_kiosk.booking_pages import (
    AskGiveUp,
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
from jinghou_kiosk.events import Holder
from jinghou_kiosk.pages import (
    AskCard,
    BindingPhone,
    Booked,
    BoundPhone,
    Confirm,
    Done,
    Paper,
    PhoneCode,
    PrintingBooking,
    TypePhone,
    UnboundPhone,
)
from jinghou_kiosk.phone_events import PhoneFault
from jinghou_kiosk.state import Session
from jinghou_queue.contract.bookings import Booking, BookingState, SlotView
from jinghou_queue.contract.messages import Estimate, OwnPhone, ServiceView

_QUARTER_MS = 15 * 60_000
_DAY_MS = 96 * _QUARTER_MS


def sample_slots(first: int) -> tuple[SlotView, ...]:
    """A morning of today from `first` on, a Unix time in ms, and one of each of the next eleven days."""
    starts = [first + day * _DAY_MS + n * _QUARTER_MS for day in range(12) for n in range(6 if day == 0 else 18)]
    return tuple(
        SlotView(starts_at=at, ends_at=at + _QUARTER_MS, left=1 + n % 3, quiet=n % 5 > 2) for n, at in enumerate(starts)
    )


def sample_booking(service: str, starts_at: int) -> Booking:
    """A booking of nobody's."""
    return Booking(
        id="b1",
        hall="yunxi",
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + 2 * _QUARTER_MS,
        check_in_from=starts_at - 2 * _QUARTER_MS,
        in_time_until=starts_at + _QUARTER_MS,
        state=BookingState.CONFIRMED,
        code="0471108152",
        token="sample-" + "0" * 24,
        url="http://192.0.2.10:8470/b/sample-" + "0" * 24,
    )


def booking_sessions(
    on: Callable[..., Session], service: ServiceView, holder: Holder, at_ten: int
) -> dict[str, Session]:
    """Whoever looks for a quieter time, or changes a booking."""
    slots = sample_slots(at_ten)
    booking = sample_booking(service.id, at_ten + _DAY_MS)
    wish, moving = Wish(service), Wish(service, booking)
    later = next(slot for slot in slots if slot.starts_at >= at_ten + _DAY_MS)
    found, several = MyBooking(None, (booking,)), MyBooking(None, (booking, booking))
    return {
        "confirm-book": on(Confirm(service), holder=holder),
        "confirm-long-wait": on(Confirm(service, Estimate(p50=48, p90=75)), holder=holder),
        "ask-card-to-book": on(AskCard(service, to_book=True)),
        "ask-card-to-book-no-reader": on(AskCard(service, to_book=True), reader_ready=False),
        "finding-slots": on(FindingSlots(wish)),
        "choose-day": on(ChooseDay(wish, slots)),
        "choose-day-taken": on(ChooseDay(moving, slots[:6], taken=True)),
        "choose-time": on(ChooseTime(wish, slots, "2026-11-24")),
        "choose-time-taken": on(ChooseTime(wish, slots, "2026-11-23", taken=True)),
        "confirm-booking": on(ConfirmBooking(wish, slots, later)),
        "confirm-moving": on(ConfirmBooking(moving, slots, later)),
        "booking-place": on(BookingPlace(wish, later)),
        **{f"not-booked-{fault.value}": on(NotBooked(wish, later, fault), holder=holder) for fault in BookFault},
        "printing-booking": on(PrintingBooking(service, booking)),
        **{
            f"booked-{paper.value}": on(Booked(service, booking, paper)) for paper in Paper if paper is not Paper.BEFORE
        },
        "finding-bookings": on(FindingBookings(None)),
        "my-booking": on(found),
        "my-booking-next": on(several),
        "no-booking": on(NoBooking(None, BookFault.GONE)),
        "no-booking-lost": on(NoBooking(None, BookFault.SERVER_LOST)),
        "ask-give-up": on(AskGiveUp(found)),
        "giving-up": on(GivingUp(found)),
        "not-given-up": on(NotGivenUp(found)),
        "given-up": on(GivenUp(booking)),
    }


def phone_sessions(on: Callable[..., Session], done: Done) -> dict[str, Session]:
    """Whoever takes a number with a phone, or lets one be told."""
    own, relative = (OwnPhone(masked="138****5678", relative=relative) for relative in (False, True))
    code = "http://192.0.2.10:8470/h/yunxi?code=" + "0" * 22
    return {
        "phone-code": on(PhoneCode(), phone_code=code),
        "phone-code-waiting": on(PhoneCode()),
        "phone-code-lost": on(PhoneCode(PhoneFault.SERVER_LOST)),
        "phone-code-offline": on(PhoneCode(), phone_code=code, online=False, at_hand=frozenset({"tax"})),
        "phone-code-refused": on(PhoneCode(PhoneFault.REFUSED)),
        "type-phone": on(TypePhone(done, "13800")),
        "type-phone-whole": on(TypePhone(done, "13800005678", relative=True)),
        "type-phone-wrong": on(TypePhone(done, "12800005678")),
        "binding-phone": on(BindingPhone(done, "13800005678", relative=False)),
        "bound-phone": on(BoundPhone(done, own)),
        "bound-phone-relative": on(BoundPhone(done, relative)),
        **{
            f"unbound-phone-{fault.value}": on(UnboundPhone(done, "13800005678", relative=False, fault=fault))
            for fault in PhoneFault
        },
    }
