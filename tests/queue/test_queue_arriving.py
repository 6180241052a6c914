"""Arriving: whoever booked is pinned to the top, whoever comes early, late, elsewhere or again is told so."""

from functools import partial

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House, refused, resident, rows

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_queue.contract.messages import BookedFor, Channel, Lane, TicketState
from jinghou_queue.desk import arriving, bookings
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.desk.setup import add_hall
from jinghou_queue.keys import token_hash

TEN = NINE + 60 * MINUTE
WINDOW = TEN - 30 * MINUTE


def waiting(desk: Desk) -> list[str]:
    """The numbers in the queue of tax, first to last."""
    text = (
        "SELECT number FROM leg JOIN ticket USING (hall, ticket) WHERE leg.state = 'waiting' AND leg.service = 'tax' "
        "ORDER BY lane, sort_time, seq"
    )
    return [str(row[0]) for row in rows(desk.connection, text)]


@pytest.fixture
def booked(desk: Desk) -> bookings.Booked:
    """The first person's booking for ten o'clock, which may check in now."""
    mine = desk.book(TEN, 1)
    desk.at = WINDOW
    return mine


def test_checked_in_booking_is_called_before_earlier_walk_in(desk: Desk, booked: bookings.Booked) -> None:
    desk.at = NINE
    walk_in = desk.take("tax", 9)
    desk.at = WINDOW + MINUTE
    arrived = desk.arrive(booked.id)
    assert (arrived.taken.lane, arrived.booked_for, arrived.taken.ahead) == (Lane.BOOKED, TEN, 0)
    assert arrived.taken.state is TicketState.RESERVED
    desk.open("c1")
    called = desk.next("c1")
    assert called is not None
    assert (called.leg.number, called.reason) == (arrived.taken.number, "预约 10:00，09:31 报到，优先")
    assert waiting(desk) == [walk_in.number]


def test_booked_people_are_called_by_their_slots_not_by_their_arrival(desk: Desk) -> None:
    later, sooner = desk.book(TEN + 15 * MINUTE, 1), desk.book(TEN, 2)
    desk.at = TEN - 10 * MINUTE
    second, first = desk.arrive(later.id), desk.arrive(sooner.id)
    assert waiting(desk) == [first.taken.number, second.taken.number]


def test_who_has_not_arrived_is_not_in_the_queue(desk: Desk, booked: bookings.Booked) -> None:
    desk.open("c1")
    assert desk.next("c1") is None
    assert rows(desk.connection, "SELECT count(*) FROM ticket") == [(0,)]


def test_a_second_scan_returns_the_same_number(desk: Desk, booked: bookings.Booked) -> None:
    first = desk.arrive(booked.id)
    desk.at += MINUTE
    by_code, by_card = desk.arrive(booked.id), desk.arrive(1)
    assert first.taken.new
    assert (by_code.taken.id, by_code.taken.new, by_code.booked_for) == (first.taken.id, False, TEN)
    assert (by_card.taken.id, by_card.taken.new, by_card.booked_for) == (first.taken.id, False, TEN)
    assert waiting(desk) == [first.taken.number]


def test_the_card_alone_is_enough(desk: Desk, booked: bookings.Booked) -> None:
    arrived = desk.arrive(1)
    assert (arrived.taken.lane, arrived.booked_for) == (Lane.BOOKED, TEN)
    with refused(Refusal.BOOKING_UNKNOWN):
        desk.arrive(2)


def test_too_early_is_told_with_the_time_to_come(desk: Desk, booked: bookings.Booked) -> None:
    desk.at = WINDOW - MINUTE
    for shown in (booked.id, 1):
        with refused(Refusal.CHECK_IN_EARLY) as said:
            desk.arrive(shown)
        assert "the booking is for 10:00: check in from 09:30 on" in str(said.value)
        assert said.value.booked_for == BookedFor(starts_at=TEN, check_in_from=WINDOW)


def test_too_late_waits_with_the_walk_ins_and_is_told_so(desk: Desk, booked: bookings.Booked) -> None:
    desk.at = TEN + 16 * MINUTE
    walk_in = desk.take("tax", 9)
    arrived = desk.arrive(booked.id)
    assert (arrived.taken.lane, arrived.booked_for) == (Lane.WALK_IN, TEN)
    assert waiting(desk) == [walk_in.number, arrived.taken.number]


def test_another_day_is_told_with_the_date(desk: Desk) -> None:
    mine = desk.book(TEN + DAY, 1)
    for shown in (mine.id, 1):
        with refused(Refusal.CHECK_IN_OTHER_DAY) as said:
            desk.arrive(shown)
        assert "the booking is for 2026-03-03 10:00" in str(said.value)
        assert said.value.booked_for == BookedFor(starts_at=TEN + DAY)


def test_another_hall_is_told_with_its_name(house: House, desk: Desk) -> None:
    plan = HallPlan.load(SAMPLE_HALL).model_copy(update={"id": "lakeside", "name": "湖滨分中心"})
    add_hall(desk.connection, plan, key_check=house.keys.check(), epoch="second", at=NINE - DAY)
    mine = desk.book(TEN, 1)
    desk.at = WINDOW
    press = Press("lakeside", "test", desk.at)
    code = house.keys.code_hash(house.keys.booking_code(HALL, mine.id))
    shown_things = (
        arriving.Shown(code_hash=code),
        arriving.Shown(token_hash=token_hash(house.keys.booking_token(HALL, mine.id))),
        arriving.Shown(identity_in=lambda hall: house.keys.identity_hash(hall, resident(1))),
    )
    for shown in shown_things:
        guest = arriving.Guest(shown, Channel.KIOSK, "t" * 24, "hash", None, None)
        with refused(Refusal.CHECK_IN_OTHER_HALL) as said:
            desk.do(partial(arriving.check_in, press=press, guest=guest))
        assert "云溪市民服务中心" in str(said.value)
        assert said.value.booked_for is not None
        assert (said.value.booked_for.hall_name, said.value.booked_for.starts_at) == ("云溪市民服务中心", TEN)


@pytest.mark.parametrize("was", ["held", "cancelled", "expired"])
def test_a_booking_that_is_not_good_any_more_gives_no_number(desk: Desk, was: str) -> None:
    mine = desk.book(TEN, 1, hold=was != "cancelled")
    if was == "cancelled":
        desk.unbook(mine.id)
    desk.at = NINE + (11 if was == "expired" else 5) * MINUTE
    with refused(Refusal.NOT_NOW) as said:
        desk.arrive(mine.id)
    assert f"is {was}" in str(said.value)


def test_yesterdays_booking_is_over(desk: Desk, booked: bookings.Booked) -> None:
    desk.at = NINE + DAY
    with refused(Refusal.NOT_NOW):
        desk.arrive(booked.id)
    with refused(Refusal.BOOKING_UNKNOWN):
        desk.arrive(1)


def test_a_number_taken_before_moves_up_to_the_booked_place(desk: Desk, booked: bookings.Booked) -> None:
    desk.at = NINE
    other, mine = desk.take("tax", 9), desk.take("tax", 1)
    assert waiting(desk) == [other.number, mine.number]
    desk.at = WINDOW
    arrived = desk.arrive(booked.id)
    assert (arrived.taken.id, arrived.taken.lane, arrived.taken.ahead) == (mine.id, Lane.BOOKED, 0)
    assert waiting(desk) == [mine.number, other.number]
    assert rows(desk.connection, "SELECT lane, waiting FROM tally WHERE waiting <> 0 ORDER BY lane") == [(1, 1), (3, 1)]


def test_priority_is_not_lost_by_checking_in(desk: Desk, booked: bookings.Booked) -> None:
    mine = desk.take("tax", 1, lane=Lane.PRIORITY)
    arrived = desk.arrive(booked.id)
    assert (arrived.taken.id, arrived.taken.lane) == (mine.id, Lane.PRIORITY)


def test_of_two_bookings_the_card_finds_the_one_that_is_good_now(desk: Desk) -> None:
    morning, afternoon = desk.book(TEN, 1), desk.book(NINE + 5 * 60 * MINUTE, 1, "property")
    desk.at = WINDOW
    assert desk.arrive(1).taken.service == "tax"
    desk.at = NINE + 5 * 60 * MINUTE
    assert desk.arrive(1).taken.service == "property"
    assert desk.arrive(morning.id).taken.service == "tax"
    assert desk.arrive(afternoon.id).booked_for == NINE + 5 * 60 * MINUTE


def test_who_was_passed_over_comes_back_by_one_scan(desk: Desk, booked: bookings.Booked) -> None:
    arrived = desk.arrive(booked.id)
    desk.open("c1")
    desk.next("c1")
    desk.button("recall", "c1")
    desk.button("miss", "c1")
    assert waiting(desk) == []
    desk.at += MINUTE
    assert desk.arrive(1).taken.id == arrived.taken.id
    assert waiting(desk) == [arrived.taken.number]
    desk.arrive(booked.id)
    assert waiting(desk) == [arrived.taken.number]


def test_a_walk_in_who_was_passed_over_comes_back_by_the_ticket(desk: Desk) -> None:
    taken = desk.take("tax", 1)
    desk.open("c1")
    desk.next("c1")
    desk.button("recall", "c1")
    desk.button("miss", "c1")
    shown = arriving.Shown(token_hash=token_hash(desk.keys.holder_token(HALL, taken.id)))
    guest = arriving.Guest(shown, Channel.KIOSK, "t" * 24, "hash", None, None)
    back = desk.do(partial(arriving.check_in, press=desk.press(), guest=guest))
    assert (back.taken.id, back.taken.lane, back.booked_for) == (taken.id, Lane.RETURNED, None)
    assert waiting(desk) == [taken.number]


def test_a_ticket_that_is_done_with_is_not_taken_back(desk: Desk) -> None:
    taken = desk.take("tax", 1)
    desk.cancel(taken.id)
    shown = arriving.Shown(token_hash=token_hash(desk.keys.holder_token(HALL, taken.id)))
    guest = arriving.Guest(shown, Channel.KIOSK, "t" * 24, "hash", None, None)
    with refused(Refusal.NOT_NOW):
        desk.do(partial(arriving.check_in, press=desk.press(), guest=guest))


def test_check_in_and_number_are_one_transaction(desk: Desk, booked: bookings.Booked) -> None:
    arrived = desk.arrive(booked.id)
    assert rows(desk.connection, "SELECT state, ticket FROM booking") == [("checked_in", arrived.taken.id)]
    told = rows(desk.connection, "SELECT kind, state, at FROM feed WHERE seq > 2 ORDER BY seq")
    assert told == [("booking", "checked_in", WINDOW), ("ticket", "reserved", WINDOW), ("leg", "waiting", WINDOW)]


def test_the_name_on_the_number_is_the_bookings_else_the_cards(desk: Desk, booked: bookings.Booked) -> None:
    desk.arrive(1)
    assert rows(desk.connection, "SELECT masked_name FROM ticket") == [("李*",)]
