"""Booking on the server's page: what a hall offers to whoever opens it, and a place held for a typed document."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from jinghou_config.hall import HallPlan, ServicePlan
from jinghou_queue.contract.messages import HallSummary
from jinghou_queue.desk import views
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.bookings import Booked, Fresh, Place, book_place, last_day, slot_plan, slots_to_book
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.days import business_day, days_after, local_time
from jinghou_queue.rules.slots import slots_of
from jinghou_queue.store import Connection

_NOON: Final = 12
_OF_THE_PERSON: Final = (Refusal.BOOKED_ALREADY, Refusal.TOO_MANY_BOOKINGS, Refusal.BOOKING_PAUSED)


@dataclass(frozen=True)
class Bookable:
    """What a hall lets be booked on the page."""

    hall: HallSummary
    zone: ZoneInfo
    services: tuple[ServicePlan, ...]

    def service(self, service: str) -> ServicePlan:
        """One of them. Raises Refused NOT_BOOKABLE."""
        found = next((each for each in self.services if each.id == service), None)
        if found is None:
            raise Refused(Refusal.NOT_BOOKABLE, f"{self.hall.name} takes no bookings for that on this page")
        return found


@dataclass(frozen=True)
class DayOffer:
    """A day, with the places that can still be booked; None when the hall is closed."""

    day: date
    left: int | None


@dataclass(frozen=True)
class TimeOffer:
    """A slot, with the places that can still be booked; the time of day is the hall's."""

    starts_at: int
    begins: datetime
    left: int

    @property
    def afternoon(self) -> bool:
        """Whether it begins at noon or later."""
        return self.begins.hour >= _NOON


def bookable(connection: Connection, hall: str) -> Bookable:
    """What can be booked on the page: nothing where the plan says so. Raises Refused HALL_UNKNOWN."""
    _, plan = views.plan_in_force(connection, hall)
    open_to_all = plan.booking.on_page and plan.calendar.hours
    return Bookable(
        hall=views.hall_summary(connection, hall),
        zone=plan.zone_info,
        services=tuple(each for each in plan.services if each.slots is not None) if open_to_all else (),
    )


def days_offered(connection: Connection, hall: str, service: str, at: int) -> list[DayOffer]:
    """The days from that of `at`, a Unix time in ms, to the last that can be booked.

    Raises Refused: HALL_UNKNOWN, NOT_BOOKABLE.
    """
    _, plan = views.plan_in_force(connection, hall)
    day, last = business_day(at, plan.zone_info), last_day(plan, business_day(at, plan.zone_info))
    offers = []
    while day <= last:
        offers.append(DayOffer(date.fromisoformat(day), _left(connection, hall, plan, service, day, at)))
        day = days_after(day, 1)
    return offers


def _left(connection: Connection, hall: str, plan: HallPlan, service: str, day: str, at: int) -> int | None:
    if not slots_of(slot_plan(plan, service), plan.calendar, day, plan.zone_info):
        return None
    return sum(left for _, left in slots_to_book(connection, hall, plan, service, day, at))


def times_offered(connection: Connection, hall: str, service: str, day: date, at: int) -> list[TimeOffer]:
    """The slots of a day that have not begun at `at`, a Unix time in ms; those that are full too.

    Raises Refused: HALL_UNKNOWN, NOT_BOOKABLE.
    """
    _, plan = views.plan_in_force(connection, hall)
    today = business_day(at, plan.zone_info)
    if not today <= day.isoformat() <= last_day(plan, today):
        return []
    return [
        TimeOffer(slot.starts_at, local_time(slot.starts_at, plan.zone_info), left)
        for slot, left in slots_to_book(connection, hall, plan, service, day.isoformat(), at)
    ]


def hold_by_phone(connection: Connection, press: Press, place: Place, draw: Callable[[], Fresh]) -> Booked:
    """Hold a place for a document that was typed; the press's key is what stands for its page.

    Who types somebody's number learns neither when that person is booked nor which limit stands in the way. Raises
    Refused: NOT_BOOKABLE, BOOKED_ALREADY for all that holds for the person, and what booking refuses of the slot.
    """
    bookable(connection, press.hall).service(place.service)
    try:
        return book_place(connection, press, place, draw)
    except Refused as refused:
        if refused.refusal in _OF_THE_PERSON:
            raise Refused(Refusal.BOOKED_ALREADY, "this document cannot be booked with now") from None
        raise
