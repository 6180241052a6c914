"""Booking a place: what can be booked by whom, and when a place is free again."""

from functools import partial

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, refused, rows

from jinghou_config.hall import HallPlan
from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.desk import booking_views, setup, views
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.store import record_statements as rs

TEN = NINE + 60 * MINUTE
TUESDAY_TEN = TEN + DAY
SATURDAY_TEN = TEN + 5 * DAY


def left(desk: Desk, starts_at: int, service: str = "tax") -> int:
    """How many places are left in a slot."""
    slots = booking_views.slots_left(desk.connection, HALL, service, None, desk.at)
    return next((slot.left for slot in slots if slot.starts_at == starts_at), 0)


def keep(desk: Desk) -> None:
    """The server's upkeep."""
    desk.do(partial(keep_hall, press=Press(HALL, "server", desk.at)))


def state(desk: Desk, booking: str) -> str:
    return str(rows(desk.connection, f"SELECT state FROM booking WHERE booking = '{booking}'")[0][0])


def change_plan(desk: Desk, **changes: object) -> None:
    version, plan = views.plan_in_force(desk.connection, HALL)
    changed = HallPlan.model_validate({**plan.model_dump(), **changes})
    desk.do(partial(setup.change_plan, press=desk.press(), plan=changed, expected=version))


def test_a_slot_takes_as_many_as_are_planned_and_no_more(desk: Desk) -> None:
    assert left(desk, TEN, "property") == 2
    for person in (1, 2):
        assert desk.book(TEN, person, "property").state is BookingState.CONFIRMED
    assert left(desk, TEN, "property") == 0
    with refused(Refusal.SLOT_FULL):
        desk.book(TEN, 3, "property")
    assert desk.book(TEN + 30 * MINUTE, 3, "property").new


def test_a_cancelled_place_can_be_booked_by_somebody_else(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    assert desk.unbook(mine.id).state is BookingState.CANCELLED
    assert desk.book(TEN, 2).new
    with refused(Refusal.NOT_NOW):
        desk.unbook(mine.id)


def test_what_somebody_has_booked_is_found_by_card_and_by_code_until_it_is_over(desk: Desk) -> None:
    find = partial(booking_views.own_bookings, desk.connection, HALL)
    with refused(Refusal.BOOKING_UNKNOWN):
        find(desk.shown(1), desk.at)
    later, first = desk.book(TUESDAY_TEN, 1), desk.book(TEN, 1, "property")
    desk.book(TEN, 2)
    assert [each.id for each in find(desk.shown(1), desk.at)] == [first.id, later.id]
    assert [each.id for each in find(desk.shown(later.id), desk.at)] == [later.id]
    desk.unbook(later.id)
    assert [each.id for each in find(desk.shown(1), desk.at)] == [first.id]
    desk.at = TEN - 30 * MINUTE
    desk.arrive(1)
    for shown in (desk.shown(1), desk.shown(later.id)):
        with refused(Refusal.NOT_NOW):
            find(shown, desk.at)


def test_the_same_place_asked_for_again_is_the_same_booking(desk: Desk) -> None:
    first, again = desk.book(TEN, 1), desk.book(TEN, 1)
    assert (first.id, first.new, again.new) == (again.id, True, False)


def test_a_press_sent_again_books_once(desk: Desk) -> None:
    first, again = (desk.book(TEN, 1, key="press") for _ in range(2))
    assert first == again
    assert rows(desk.connection, "SELECT count(*) FROM booking") == [(1,)]


def test_one_service_is_booked_once_a_day_by_one_person(desk: Desk) -> None:
    desk.book(TEN, 1)
    with refused(Refusal.BOOKED_ALREADY):
        desk.book(TEN + 15 * MINUTE, 1)
    desk.book(TUESDAY_TEN, 1)
    with refused(Refusal.TOO_MANY_BOOKINGS):
        desk.book(TUESDAY_TEN + DAY, 1)


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (TEN + MINUTE, Refusal.SLOT_UNKNOWN),  # no slot begins then
        (NINE, Refusal.SLOT_UNKNOWN),  # it has begun
        (TEN - DAY, Refusal.SLOT_UNKNOWN),
        (SATURDAY_TEN, Refusal.SLOT_UNKNOWN),
        (TEN + 16 * DAY, Refusal.SLOT_UNKNOWN),  # a Wednesday, too far ahead
    ],
)
def test_only_slots_of_the_days_ahead_can_be_booked(desk: Desk, starts_at: int, refusal: Refusal) -> None:
    with refused(refusal):
        desk.book(starts_at, 1)


def test_the_fifteenth_day_can_be_booked(desk: Desk) -> None:
    assert desk.book(TEN + 15 * DAY, 1).new


def test_who_has_checked_in_books_the_service_again_only_once_served(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    desk.at = TEN
    desk.arrive(mine.id)
    with refused(Refusal.BOOKED_ALREADY):
        desk.book(TEN + 30 * MINUTE, 1)
    desk.open("c1")
    desk.next("c1")
    desk.serve("c1")
    assert desk.book(TEN + 30 * MINUTE, 1).new


def test_a_service_without_slots_takes_no_bookings(desk: Desk) -> None:
    with refused(Refusal.NOT_BOOKABLE):
        desk.book(TEN, 1, "enquiries")
    view = views.hall_view(desk.connection, HALL, desk.at)
    assert [service.id for service in view.services if service.bookable] == ["property", "tax"]


def test_a_hold_keeps_the_place_until_it_is_over(desk: Desk) -> None:
    held = desk.book(TEN, 1, hold=True)
    assert (held.state, held.held_until) == (BookingState.HELD, NINE + 10 * MINUTE)
    with refused(Refusal.SLOT_FULL):
        desk.book(TEN, 2)
    desk.at += 10 * MINUTE
    assert desk.book(TEN, 2).new  # also before anybody wrote down that the hold is over
    with refused(Refusal.NOT_NOW):
        desk.confirm(held.id)
    keep(desk)
    assert state(desk, held.id) == "expired"


def test_a_hold_that_was_confirmed_stays(desk: Desk) -> None:
    held = desk.book(TEN, 1, hold=True)
    assert desk.confirm(held.id).state is BookingState.CONFIRMED
    desk.at += 30 * MINUTE
    keep(desk)
    assert desk.confirm(held.id).held_until is None
    assert state(desk, held.id) == "confirmed"


def test_a_slot_that_has_begun_is_neither_cancelled_nor_moved(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    desk.at = TEN
    with refused(Refusal.NOT_NOW):
        desk.unbook(mine.id)
    with refused(Refusal.NOT_NOW):
        desk.reschedule(mine.id, TUESDAY_TEN)
    assert desk.arrive(mine.id).booked_for == TEN


def test_rescheduling_frees_the_old_place_and_keeps_the_booking(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    moved = desk.reschedule(mine.id, TUESDAY_TEN)
    assert (moved.id, moved.starts_at, moved.state) == (mine.id, TUESDAY_TEN, BookingState.CONFIRMED)
    assert (left(desk, TEN), left(desk, TUESDAY_TEN)) == (1, 0)


def test_rescheduling_to_a_full_slot_changes_nothing(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    desk.book(TUESDAY_TEN, 2)
    with refused(Refusal.SLOT_FULL):
        desk.reschedule(mine.id, TUESDAY_TEN)
    assert left(desk, TEN) == 0


def test_rescheduling_within_a_day_is_not_a_second_booking(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    assert desk.reschedule(mine.id, TEN + 15 * MINUTE).starts_at == TEN + 15 * MINUTE
    desk.book(TUESDAY_TEN, 1)
    with refused(Refusal.BOOKED_ALREADY):
        desk.reschedule(mine.id, TUESDAY_TEN + 15 * MINUTE)


def test_who_missed_three_bookings_cannot_book_for_a_while(desk: Desk) -> None:
    for _ in range(3):
        desk.book(TEN + (desk.at - NINE), 1)
        desk.take("tax")
        desk.at += DAY
        keep(desk)
    with refused(Refusal.BOOKING_PAUSED) as said:
        desk.book(TEN + 3 * DAY, 1)
    assert "again from 2026-04-01" in str(said.value)  # 30 days after the first of the three
    assert desk.book(TEN + 3 * DAY, 2).new
    desk.at = NINE + 30 * DAY
    assert desk.book(TEN + 30 * DAY, 1).new


def test_who_came_or_cancelled_has_missed_nothing(desk: Desk) -> None:
    cancelled, came = desk.book(TEN, 1), desk.book(TEN + 15 * MINUTE, 2)
    desk.unbook(cancelled.id)
    desk.at = TEN
    desk.arrive(came.id)
    desk.at = NINE + DAY
    keep(desk)
    assert rows(desk.connection, "SELECT missed FROM booking") == [(0,), (0,)]


def test_a_day_on_which_nobody_could_come_is_not_missed(desk: Desk) -> None:
    mine = desk.book(TUESDAY_TEN, 1)
    desk.at += 2 * DAY  # a typhoon, or the server was down: nobody took a number
    keep(desk)
    assert state(desk, mine.id) == "expired"
    assert rows(desk.connection, "SELECT missed FROM booking") == [(0,)]


def test_a_plan_cannot_take_away_what_people_booked(desk: Desk) -> None:
    mine = desk.book(TUESDAY_TEN, 1)
    _, plan = views.plan_in_force(desk.connection, HALL)
    without = [service.model_dump() | {"slots": None} for service in plan.services]
    with refused(Refusal.SERVICE_BOOKED):
        change_plan(desk, services=without)
    desk.unbook(mine.id)
    change_plan(desk, services=without)
    with refused(Refusal.NOT_BOOKABLE):
        desk.book(TUESDAY_TEN, 1)


def test_a_code_that_is_in_use_is_drawn_again(desk: Desk) -> None:
    name = desk.draw()
    desk.draw = lambda: name  # type: ignore[method-assign]
    desk.book(TEN, 1)
    other = name._replace(booking="f" * 24, token_hash="another")
    names = iter([other, other._replace(code_hash="another")])
    desk.draw = lambda: next(names)  # type: ignore[method-assign]
    assert desk.book(TEN + 15 * MINUTE, 2).new
    assert rows(desk.connection, "SELECT count(DISTINCT code_hash) FROM booking") == [(2,)]


def test_every_change_of_a_booking_is_an_event_without_a_name(desk: Desk) -> None:
    mine = desk.book(TEN, 1, hold=True)
    desk.confirm(mine.id)
    desk.reschedule(mine.id, TUESDAY_TEN)
    desk.unbook(mine.id)
    told = [row for row in desk.connection.all(rs.RECORDS, hall=HALL, after=0, most=99) if row.kind == "booking"]
    assert [(row.was, row.state) for row in told] == [
        (None, "held"),
        ("held", "confirmed"),
        ("confirmed", "confirmed"),
        ("confirmed", "cancelled"),
    ]
    assert {row.subject for row in told} == {mine.id}
    assert not any("李" in row.body for row in told)


def test_staff_see_who_is_booked_with_masked_names(desk: Desk) -> None:
    desk.book(TEN, 1)
    desk.book(TEN + 15 * MINUTE, 2, hold=True)
    desk.at += 20 * MINUTE
    lines = booking_views.bookings_of_day(desk.connection, HALL, "2026-03-02", desk.at)
    assert [(line.starts_at, line.state, line.masked_name) for line in lines] == [
        (TEN, "confirmed", "李*"),
        (TEN + 15 * MINUTE, "expired", "李*"),
    ]


def test_names_and_identities_of_bookings_are_erased_with_the_rest(desk: Desk) -> None:
    mine = desk.book(TEN, 1)
    desk.at += 31 * DAY
    keep(desk)
    kept = rows(desk.connection, "SELECT masked_name, identity_hash, identity_sealed, state FROM booking")
    assert kept == [(None, None, None, "expired")]
    assert state(desk, mine.id) == "expired"
