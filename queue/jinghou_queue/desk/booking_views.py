"""What people see of bookings: the slots that are left, the bookings of a day, one's own. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime

from jinghou_queue.contract.bookings import BookingLine, BookingState, SlotView
from jinghou_queue.contract.messages import Channel
from jinghou_queue.desk.arriving import Shown, booking_shown
from jinghou_queue.desk.bookings import Booked, booked, last_day, slots_to_book
from jinghou_queue.desk.lapsing import state_now
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.views import hall_row
from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.rules.days import business_day, days_after, local_time
from jinghou_queue.rules.slots import quiet_starts
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import statements as st


def slots_left(connection: Connection, hall: str, service: str, day: str | None, at: int) -> list[SlotView]:
    """The slots of a service with places left: of one day, or of all days that can be booked at `at`.

    Raises Refused: HALL_UNKNOWN, NOT_BOOKABLE.
    """
    plan = plan_of(connection, hall, hall_row(connection, hall))
    today = business_day(at, plan.zone_info)
    last = last_day(plan, today)
    days = [days_after(today, days) for days in range(plan.booking.days_ahead + 1)] if day is None else [day]
    views = []
    for each in days:
        if today <= each <= last:
            slots = slots_to_book(connection, hall, plan, service, each, at)
            quiet = quiet_starts(slots)
            views += [
                SlotView(starts_at=slot.starts_at, ends_at=slot.ends_at, left=left, quiet=slot.starts_at in quiet)
                for slot, left in slots
                if left
            ]
    return views


def own_bookings(connection: Connection, hall: str, shown: Shown, at: int) -> list[Booked]:
    """What somebody has booked and can still come to, the next first.

    Raises Refused: HALL_UNKNOWN, BOOKING_UNKNOWN when nothing belongs to what was shown, NOT_NOW when that is over.
    """
    plan = plan_of(connection, hall, hall_row(connection, hall))
    today = business_day(at, plan.zone_info)
    if shown.identity_in is None:
        one = booking_shown(connection, hall, shown)
        rows = [] if one is None else [one]
    else:
        who = shown.identity_in(hall)
        rows = connection.all(bs.BOOKINGS_OF_IDENTITY, hall=hall, identity_hash=who, since=today)
    if not rows:
        raise Refused(Refusal.BOOKING_UNKNOWN, "no booking belongs to what was shown")
    stand = [row for row in rows if state_now(row, at, today) is BookingState.CONFIRMED]
    if not stand:
        raise Refused(Refusal.NOT_NOW, "no booking is left to come to: the person has come, or it is over")
    return [booked(plan, row, BookingState.CONFIRMED) for row in stand]


def bookings_of_day(connection: Connection, hall: str, day: str, at: int) -> list[BookingLine]:
    """Every booking for a day, by time, whatever became of it. Raises Refused HALL_UNKNOWN."""
    plan = plan_of(connection, hall, hall_row(connection, hall))
    today = business_day(at, plan.zone_info)
    return [
        BookingLine(
            id=row.booking,
            service=row.service,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            state=state_now(row, at, today),
            channel=Channel(row.channel),
            masked_name=row.masked_name,
            ticket=row.ticket,
        )
        for row in connection.all(bs.BOOKINGS_OF_DAY, hall=hall, day=day)
    ]


def booking_of_holder(connection: Connection, token: str) -> bs.BookingRow:
    """A holder's booking. Raises Refused BOOKING_UNKNOWN: no such hall, or the token is nobody's."""
    row = connection.one(bs.BOOKING_BY_TOKEN, hall=hall_of_token(token), token_hash=token_hash(token))
    if row is None:
        raise Refused(Refusal.BOOKING_UNKNOWN, "no booking belongs to this address")
    return row


@dataclass(frozen=True)
class HolderBooking:
    """A holder's own booking, with what a page needs beside it; times of day are the hall's."""

    booked: Booked
    hall_name: str
    hall_name_en: str
    service_name: str
    service_name_en: str
    zone: str
    starts_at: datetime
    check_in_from: datetime
    in_time_until: datetime
    held_until: datetime | None


def own_booking(connection: Connection, token: str, at: int) -> HolderBooking:
    """What the holder of a token may see. Raises Refused BOOKING_UNKNOWN."""
    row = booking_of_holder(connection, token)
    hall = hall_of_token(token)
    plan = plan_of(connection, hall, hall_row(connection, hall))
    service = connection.one(st.SERVICE, hall=hall, service=row.service)
    assert service is not None
    zone = plan.zone_info
    own = booked(plan, row, state_now(row, at, business_day(at, zone)))
    return HolderBooking(
        booked=own,
        hall_name=plan.name,
        hall_name_en=plan.name_en,
        service_name=service.name,
        service_name_en=service.name_en,
        zone=service.zone,
        starts_at=local_time(own.starts_at, zone),
        check_in_from=local_time(own.check_in_from, zone),
        in_time_until=local_time(own.in_time_until, zone),
        held_until=None if own.held_until is None else local_time(own.held_until, zone),
    )
