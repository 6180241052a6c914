"""Bookings that are over without anybody pressing. Knows no book, because the book lapses them when it begins a day."""

from datetime import date

from jinghou_config.hall import HallPlan
from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.rules.calendar import opening
from jinghou_queue.rules.states import BOOKING, BookingAction
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs


def state_now(row: bs.BookingRow, at: int, day: str) -> BookingState:
    """A booking's state at `at` on business day `day`: what lapsed has lapsed, also before that was written down."""
    state = BookingState(row.state)
    hold_is_over = state is BookingState.HELD and row.held_until is not None and row.held_until <= at
    return BOOKING[state].get(BookingAction.LAPSE, state) if hold_is_over or row.day < day else state


def lapse_days(connection: Connection, hall: str, plan: HallPlan, today: str) -> None:
    """Who booked for an earlier day and did not come has missed it, unless the hall was closed by its plan."""
    for day in connection.all(bs.DAYS_TO_LAPSE, hall=hall, before=today):
        was_open = bool(opening(plan.calendar, date.fromisoformat(day)))
        for state, missed in ((BookingState.HELD, 0), (BookingState.CONFIRMED, int(was_open))):
            connection.run(
                bs.BOOKINGS_LAPSE,
                hall=hall,
                day=day,
                from_state=state,
                to_state=BOOKING[state][BookingAction.LAPSE],
                to_missed=missed,
            )
