"""A server's bookings and phones in tests of the kiosk: it answers, or refuses, and remembers what it was asked."""

from hall_samples import hall, service
from kiosk_session import BOOKING, SLOTS
from msgspec import structs

from jinghou_queue.contract.bookings import Booking, BookingState, BookPlace, FindBookings, Reschedule, SlotView
from jinghou_queue.contract.messages import Estimate, HallView, LegState, OwnPhone, OwnTicket, TicketState
from jinghou_queue.contract.people import BindPhone, HallCode


class FakeBookings:
    """Raises what `faults` has for a call, once each; else answers."""

    def __init__(self) -> None:
        self.faults: dict[str, list[Exception]] = {}
        self.asked: list[tuple[object, ...]] = []

    def hall(self) -> HallView:
        self._note("hall")
        return hall(service("property", bookable=True, estimate=Estimate(p50=42, p90=61)))

    def slots(self, service: str) -> list[SlotView]:
        self._note("slots", service)
        return list(SLOTS)

    def book(self, request: BookPlace, key: str) -> Booking:
        self._note("book", request, key)
        return structs.replace(BOOKING, state=BookingState.HELD)

    def confirm_booking(self, booking: str, key: str) -> Booking:
        self._note("confirm", booking, key)
        return BOOKING

    def move_booking(self, booking: str, request: Reschedule, key: str) -> Booking:
        self._note("move", booking, request, key)
        return structs.replace(BOOKING, starts_at=request.starts_at)

    def cancel_booking(self, booking: str, key: str) -> Booking:
        self._note("cancel", booking, key)
        return structs.replace(BOOKING, state=BookingState.CANCELLED)

    def find_bookings(self, request: FindBookings) -> list[Booking]:
        self._note("find", request)
        return [BOOKING]

    def phone_code(self) -> HallCode:
        self._note("code")
        return HallCode(code="c", url="http://hall.invalid/h/yunxi?code=c", next_at=0, valid_until=0, next_in_ms=20)

    def bind_phone(self, token: str, request: BindPhone) -> OwnTicket:
        self._note("bind", token, request)
        own = OwnPhone(masked="138****5678", relative=request.relative)
        return OwnTicket(
            hall="yunxi",
            number="A023",
            service="tax",
            state=TicketState.ACTIVE,
            leg=LegState.WAITING,
            ahead=1,
            phone=own,
        )

    def _note(self, *asked: object) -> None:
        self.asked.append(asked)
        if faults := self.faults.get(str(asked[0])):
            raise faults.pop(0)
