"""Bookings that are over without anybody pressing. Knows no book, because the book lapses them when it begins a day."""

from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.rules.states import BOOKING, BookingAction
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import statements as st


def state_now(row: bs.BookingRow, at: int, day: str) -> BookingState:
    """A booking's state at `at` on business day `day`: what lapsed has lapsed, also before that was written down."""
    state = BookingState(row.state)
    hold_is_over = state is BookingState.HELD and row.held_until is not None and row.held_until <= at
    return BOOKING[state].get(BookingAction.LAPSE, state) if hold_is_over or row.day < day else state


def lapse_days(connection: Connection, hall: str, today: str) -> None:
    """Who booked for an earlier day and did not come has missed it, unless the hall gave no number at all that day.

    Then it was closed, whatever its plan said, or its server was down, and nobody could come.
    """
    for day in connection.all(bs.DAYS_TO_LAPSE, hall=hall, before=today):
        worked = connection.one(st.A_NUMBER_OF_DAY, hall=hall, day=day) is not None
        for state, missed in ((BookingState.HELD, 0), (BookingState.CONFIRMED, int(worked))):
            connection.run(
                bs.BOOKINGS_LAPSE,
                hall=hall,
                day=day,
                from_state=state,
                to_state=BOOKING[state][BookingAction.LAPSE],
                to_missed=missed,
            )
