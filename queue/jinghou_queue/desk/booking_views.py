"""What people see of bookings: the slots that are left, the bookings of a day, one's own. Nothing here writes."""

from jinghou_queue.contract.bookings import BookingLine, SlotView
from jinghou_queue.contract.messages import Channel
from jinghou_queue.desk.bookings import Booked, booked, last_day, slots_to_book
from jinghou_queue.desk.lapsing import state_now
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.views import hall_row
from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.rules.days import business_day, days_after
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs


def slots_left(connection: Connection, hall: str, service: str, day: str | None, at: int) -> list[SlotView]:
    """The slots of a service with places left: of one day, or of all days that can be booked at `at`.

    Raises Refused: HALL_UNKNOWN, NOT_BOOKABLE.
    """
    plan = plan_of(connection, hall, hall_row(connection, hall))
    today = business_day(at, plan.zone_info)
    last = last_day(plan, today)
    days = [days_after(today, days) for days in range(plan.booking.days_ahead + 1)] if day is None else [day]
    return [
        SlotView(starts_at=slot.starts_at, ends_at=slot.ends_at, left=left)
        for each in days
        if today <= each <= last
        for slot, left in slots_to_book(connection, hall, plan, service, each, at)
        if left
    ]


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


def own_booking(connection: Connection, token: str, at: int) -> Booked:
    """What the holder of a token may see. Raises Refused BOOKING_UNKNOWN."""
    row = booking_of_holder(connection, token)
    hall = hall_of_token(token)
    plan = plan_of(connection, hall, hall_row(connection, hall))
    return booked(plan, row, state_now(row, at, business_day(at, plan.zone_info)))
