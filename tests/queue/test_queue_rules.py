"""The rules: states, numbers, days, order."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from queue_house import DAY, MINUTE, NINE

from jinghou_config.hall import CallingPlan
from jinghou_queue.contract.messages import CallState, CounterState, Lane, LegState, TicketState
from jinghou_queue.rules import states
from jinghou_queue.rules.chain import link
from jinghou_queue.rules.codes import as_meant, code_of
from jinghou_queue.rules.days import business_day, day_of_press, time_of_day
from jinghou_queue.rules.numbers import ticket_number
from jinghou_queue.rules.order import Head, OrderKey, call_reason, entry_key, return_key, valve_opens
from jinghou_queue.rules.people import age_on
from jinghou_queue.rules.rate import draw

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_every_state_has_a_line_in_its_table() -> None:
    assert set(states.TICKET) == set(TicketState)
    assert set(states.LEG) == set(LegState)
    assert set(states.COUNTER) == set(CounterState)
    assert set(states.CALL) == set(CallState)


def test_a_leg_goes_from_the_queue_to_done_and_never_back() -> None:
    state = LegState.WAITING
    for action, reached in (
        (states.LegAction.CALL, LegState.CALLED),
        (states.LegAction.START, LegState.SERVING),
        (states.LegAction.FINISH, LegState.DONE),
    ):
        state = states.move(states.LEG, state, action)
        assert state is reached
    for action in states.LegAction:
        with pytest.raises(states.ForbiddenMove, match="while done"):
            states.move(states.LEG, state, action)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (LegState.WAITING, states.LegAction.START),
        (LegState.CALLED, states.LegAction.CALL),
        (LegState.CALLED, states.LegAction.FINISH),
        (LegState.SERVING, states.LegAction.CANCEL),
        (LegState.CANCELLED, states.LegAction.CALL),
    ],
)
def test_a_leg_cannot_skip_a_step(state: LegState, action: states.LegAction) -> None:
    with pytest.raises(states.ForbiddenMove):
        states.move(states.LEG, state, action)


def test_a_cancelled_ticket_stays_cancelled() -> None:
    assert states.TICKET[TicketState.VOID] == {}


def test_who_is_being_served_at_midnight_is_served_to_the_end() -> None:
    assert states.LegAction.DAY_END not in states.LEG[LegState.SERVING]
    assert states.move(states.TICKET, TicketState.CLOSED, states.TicketAction.ALL_DONE) is TicketState.CLOSED


@pytest.mark.parametrize(("place", "number"), [(1, "A001"), (99, "A099"), (999, "A999"), (1000, "A1000")])
def test_numbers_have_three_digits_and_grow_when_they_must(place: int, number: str) -> None:
    assert ticket_number("A", place) == number


def test_there_is_no_number_nought() -> None:
    with pytest.raises(ValueError, match="from 1"):
        ticket_number("A", 0)


def test_the_business_day_turns_at_the_halls_own_midnight() -> None:
    midnight = NINE + 15 * 60 * MINUTE
    assert business_day(midnight - 1, SHANGHAI) == "2026-03-02"
    assert business_day(midnight, SHANGHAI) == "2026-03-03"
    assert business_day(midnight, ZoneInfo("Asia/Urumqi")) == "2026-03-02"
    assert time_of_day(NINE + 21 * MINUTE, SHANGHAI) == "09:21"


@pytest.mark.parametrize(
    ("hours", "begun", "day"),
    [
        (-1 / 3600, "2026-03-03", "2026-03-03"),  # pressed before midnight, written after somebody else's
        (-1, "2026-03-03", "2026-03-03"),  # the clock was an hour fast
        (-1.1, "2026-03-03", "2026-03-02"),  # the clock was wrong
        (-1 / 3600, "2026-03-02", "2026-03-02"),
        (-1 / 3600, "", "2026-03-02"),
        (0, "2026-03-02", "2026-03-03"),
        (24, "2026-03-02", "2026-03-04"),
    ],
)
def test_a_day_that_has_begun_is_not_left_for_a_press_that_is_a_little_late(hours: float, begun: str, day: str) -> None:
    midnight = NINE + 15 * 60 * MINUTE
    assert day_of_press(midnight + round(hours * 60 * MINUTE), SHANGHAI, begun) == day


KEYS = st.builds(OrderKey, st.sampled_from(Lane), st.integers(NINE, NINE + DAY), st.integers(1, 10**6))


@given(st.lists(KEYS, min_size=1))
def test_nobody_is_called_before_a_person_of_a_better_lane(keys: list[OrderKey]) -> None:
    assert min(keys).lane == min(key.lane for key in keys)


@given(st.sampled_from(Lane), st.lists(st.integers(NINE, NINE + DAY), min_size=2, unique=True))
def test_within_a_lane_who_came_earlier_is_called_earlier(lane: Lane, times: list[int]) -> None:
    queue = [entry_key(lane, at, seq) for seq, at in enumerate(times)]
    assert [key.sort_time for key in sorted(queue)] == sorted(times)


@given(st.sampled_from(Lane), st.integers(NINE, NINE + DAY), st.integers(1, 10**6), st.integers(1, 10**6))
def test_two_who_come_in_the_same_millisecond_keep_the_order_they_were_written_in(
    lane: Lane, at: int, one: int, other: int
) -> None:
    assert (entry_key(lane, at, one) < entry_key(lane, at, other)) == (one < other)


def test_a_booking_is_sorted_by_its_slot_and_not_by_when_the_person_came() -> None:
    early_bird = entry_key(Lane.BOOKED, NINE, 1, booked_for=NINE + 30 * MINUTE)
    punctual = entry_key(Lane.BOOKED, NINE + 10 * MINUTE, 2, booked_for=NINE + 15 * MINUTE)
    assert punctual < early_bird


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (OrderKey(Lane.WALK_IN, NINE + 21 * MINUTE, 5), "现场取号 09:21，最早到"),
        (OrderKey(Lane.BOOKED, NINE + 30 * MINUTE, 5), "预约 09:30，09:21 报到，优先"),
        (OrderKey(Lane.RETURNED, NINE + 21 * MINUTE, 5), "09:21 返回或转来，先于现场取号"),
        (OrderKey(Lane.PRIORITY, NINE + 21 * MINUTE, 5), "依法优先，09:21 到"),
    ],
)
def test_the_clerk_reads_why_this_person_is_called(key: OrderKey, reason: str) -> None:
    assert call_reason(key, NINE + 21 * MINUTE, SHANGHAI) == reason


def head(lane: Lane, entered_at: int) -> Head:
    return Head(OrderKey(lane, entered_at, 1), entered_at)


BOOKED, WALK_IN = head(Lane.BOOKED, NINE), head(Lane.WALK_IN, NINE)


def test_the_valve_is_shut_unless_the_hall_wants_it() -> None:
    assert not valve_opens(CallingPlan(), [BOOKED, WALK_IN], streak=1000, at=NINE + DAY)


def test_the_valve_lets_one_walk_in_through_after_enough_booked_people() -> None:
    plan = CallingPlan(walk_in_after_booked=3)
    assert [valve_opens(plan, [BOOKED, WALK_IN], streak, NINE) for streak in (2, 3)] == [False, True]


def test_the_valve_lets_a_walk_in_through_who_has_waited_long_enough() -> None:
    plan = CallingPlan(walk_in_after_minutes=40)
    waited = [valve_opens(plan, [BOOKED, WALK_IN], 0, NINE + minutes * MINUTE) for minutes in (39, 40)]
    assert waited == [False, True]


def test_the_valve_never_makes_statutory_priority_wait() -> None:
    plan = CallingPlan(walk_in_after_booked=1, walk_in_after_minutes=1)
    assert not valve_opens(plan, [head(Lane.PRIORITY, NINE), WALK_IN], streak=9, at=NINE + DAY)


@pytest.mark.parametrize(("born", "day", "age"), [("19560302", "2026-03-02", 70), ("19560303", "2026-03-02", 69)])
def test_age_counts_full_years(born: str, day: str, age: int) -> None:
    assert age_on(born, day) == age


def test_who_comes_back_is_placed_where_the_plan_says() -> None:
    late = CallingPlan(return_lane="walk_in", return_penalty_minutes=10)
    assert return_key(late, Lane.BOOKED, NINE, 5) == OrderKey(Lane.WALK_IN, NINE + 10 * MINUTE, 5)
    assert return_key(CallingPlan(), Lane.WALK_IN, NINE, 5) == OrderKey(Lane.RETURNED, NINE, 5)
    assert return_key(late, Lane.PRIORITY, NINE, 5).lane is Lane.PRIORITY


def test_a_link_covers_every_field_and_the_link_before() -> None:
    links = {link("", 1, "a"), link("x", 1, "a"), link("", 1, "b"), link("", 1, "a", None), link("", "1", "a")}
    assert len(links) == 5


@given(secret=st.binary(min_size=7, max_size=32))
def test_a_code_is_what_was_meant_however_it_is_typed(secret: bytes) -> None:
    code = code_of(secret)
    assert len(as_meant(code)) == 10
    assert set(as_meant(code)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert as_meant(f" {code.lower().replace('-', ' - ').replace('0', 'o').replace('1', 'i')}") == as_meant(code)
    assert as_meant(code.replace("1", "L")) == as_meant(code)


def test_every_bit_of_a_code_counts() -> None:
    codes = {code_of((1 << bit).to_bytes(7)) for bit in range(50)}
    assert len(codes) == 50


@given(
    most=st.integers(1, 40),
    gaps=st.lists(st.integers(0, 5000), min_size=1, max_size=200),
)
def test_a_bucket_gives_at_once_what_it_holds_and_never_more_than_twice_that_in_its_time(
    most: int, gaps: list[int]
) -> None:
    at, full_at = NINE, 0
    given: list[int] = []
    for gap in gaps:
        at += gap
        drawn = draw(full_at, most, MINUTE, at)
        if not drawn.wait_ms:
            full_at = drawn.full_at
            given.append(at)
        else:
            assert draw(full_at, most, MINUTE, at + drawn.wait_ms).wait_ms == 0  # it said how long to wait
    assert len(given) >= min(most, len(gaps))
    assert all(sum(start <= each < start + MINUTE for each in given) <= 2 * most for start in given)


def test_a_bucket_is_not_closed_for_longer_because_a_clock_ran_ahead() -> None:
    assert draw(NINE + DAY, 30, MINUTE, NINE).wait_ms == 2000
