"""Every statement on bookings, with its row."""

from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, insert, literal_column, null, select, update

from jinghou_queue.rules.slots import Stay
from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class BookingRow(NamedTuple):
    """A booking without its code and token."""

    booking: str
    service: str
    day: str
    starts_at: int
    ends_at: int
    state: str
    channel: str
    held_until: int | None
    masked_name: str | None
    identity_hash: str | None
    ticket: str | None


_HALL: Final[BindParameter[str]] = bindparam("hall")
_DAY: Final[BindParameter[str]] = bindparam("day")
_OF_IDENTITY: Final = t.booking.c.identity_hash == bindparam("identity_hash")

_COLUMNS: Final = select(
    t.booking.c.booking,
    t.booking.c.service,
    t.booking.c.day,
    t.booking.c.starts_at,
    t.booking.c.ends_at,
    t.booking.c.state,
    t.booking.c.channel,
    t.booking.c.held_until,
    t.booking.c.masked_name,
    t.booking.c.identity_hash,
    t.booking.c.ticket,
).where(t.booking.c.hall == _HALL)

BOOKING: Final = Query(_COLUMNS.where(t.booking.c.booking == bindparam("booking")), BookingRow)
BOOKING_BY_CODE: Final = Query(_COLUMNS.where(t.booking.c.code_hash == bindparam("code_hash")), BookingRow)
BOOKING_BY_TOKEN: Final = Query(_COLUMNS.where(t.booking.c.token_hash == bindparam("token_hash")), BookingRow)
BOOKINGS_OF_IDENTITY: Final = Query(
    _COLUMNS.where(_OF_IDENTITY, t.booking.c.day >= bindparam("since")).order_by(
        t.booking.c.starts_at, t.booking.c.booking
    ),
    BookingRow,
)
"""What somebody booked for a day and those after it, whatever became of it."""
BOOKINGS_OF_DAY: Final = Query(
    _COLUMNS.where(t.booking.c.day == _DAY).order_by(t.booking.c.starts_at, t.booking.c.made_at, t.booking.c.booking),
    BookingRow,
)
STAYS: Final = Query(
    select(t.booking.c.starts_at, t.booking.c.ends_at).where(
        t.booking.c.hall == _HALL,
        t.booking.c.day == _DAY,
        t.booking.c.service == bindparam("service"),
        t.booking.c.state.in_([literal_column("'confirmed'"), literal_column("'checked_in'")])
        | (t.IS_HELD & (t.booking.c.held_until > bindparam("at"))),
    ),
    Stay,
)
"""Who has a place on a day: a hold that is over gives its place free before anybody writes that down."""
BOOKING_OF_TICKET: Final = Query(
    _COLUMNS.where(
        t.booking.c.day == _DAY,
        t.booking.c.service == bindparam("service"),
        t.booking.c.ticket == bindparam("ticket"),
    ),
    BookingRow,
)
"""What the holder of a ticket had booked."""
TO_COME: Final = Query(
    select(t.booking.c.service, t.booking.c.starts_at).where(
        t.booking.c.hall == _HALL, t.booking.c.day == _DAY, t.IS_TO_COME, ~t.IS_HELD
    ),
    lambda service, starts_at: (str(service), int(starts_at)),
)
CAME: Final = Query(
    select(t.booking.c.state == literal_column("'checked_in'"), func.count())
    .where(
        t.booking.c.hall == _HALL,
        t.booking.c.day >= bindparam("since"),
        t.booking.c.day < bindparam("before"),
        (t.booking.c.state == literal_column("'checked_in'")) | (t.booking.c.missed == 1),
    )
    .group_by(t.booking.c.state),
    lambda came, people: (bool(came), int(people)),
)
"""How many of those expected on some days came, and how many did not."""
MISSED_DAYS: Final = Query(
    select(t.booking.c.day)
    .where(t.booking.c.hall == _HALL, _OF_IDENTITY, t.booking.c.day >= bindparam("since"), t.booking.c.missed == 1)
    .order_by(t.booking.c.day.desc()),
    str,
)
BOOKED_SERVICES: Final = Query(
    select(t.booking.c.service, func.count())
    .where(t.booking.c.hall == _HALL, t.IS_TO_COME)
    .group_by(t.booking.c.service),
    lambda service, booked: (str(service), int(booked)),
)
BOOKING_ADD: Final = Command(insert(t.booking))
_CHANGE: Final = update(t.booking).where(t.booking.c.hall == _HALL, t.booking.c.booking == bindparam("of_booking"))
BOOKING_MOVE: Final = Command(_CHANGE.values(state=bindparam("to_state"), ticket=bindparam("to_ticket")))
BOOKING_NOT_MISSED: Final = Command(_CHANGE.values(missed=0))
BOOKING_SLOT: Final = Command(
    _CHANGE.values(day=bindparam("to_day"), starts_at=bindparam("to_start"), ends_at=bindparam("to_end"))
)
HOLDS_OVER: Final = Query(
    _COLUMNS.where(t.IS_HELD, t.booking.c.held_until <= bindparam("at"))
    .order_by(t.booking.c.held_until)
    .limit(bindparam("most")),
    BookingRow,
)
DAYS_TO_LAPSE: Final = Query(
    select(t.booking.c.day)
    .where(t.booking.c.hall == _HALL, t.booking.c.day < bindparam("before"), t.IS_TO_COME)
    .distinct(),
    str,
)
BOOKINGS_LAPSE: Final = Command(
    update(t.booking)
    .where(
        t.booking.c.hall == _HALL,
        t.booking.c.day == _DAY,
        t.IS_TO_COME,
        t.booking.c.state == bindparam("from_state"),
    )
    .values(state=bindparam("to_state"), missed=bindparam("to_missed"))
)
BOOKINGS_ERASE: Final = Command(
    update(t.booking)
    .where(
        t.booking.c.hall == _HALL,
        t.booking.c.day < bindparam("before"),
        t.booking.c.day > bindparam("after"),
        t.booking.c.masked_name.is_not(None) | t.booking.c.identity_hash.is_not(None),
    )
    .values(masked_name=null(), identity_hash=null(), identity_sealed=null())
)
