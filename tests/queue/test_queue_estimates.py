"""Estimates of the wait: what somebody is told, in halls small enough to know what is right."""

from dataclasses import replace
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from queue_house import MINUTE, NINE

from jinghou_queue.contract.messages import CounterState, Lane
from jinghou_queue.rules.estimate import (
    MOST_KEYS,
    Busy,
    CounterNow,
    Expected,
    HallNow,
    Outlook,
    Paces,
    QueueNow,
    outlooks,
)
from jinghou_queue.rules.expected import expected_check_ins, share_who_come
from jinghou_queue.rules.pace import BUCKETS, Measured, Pace, bucket_of, merged, tempo_today

HOUR = 60 * MINUTE
TEN = Measured(earlier=Pace.measured([10 * MINUTE] * 200))
QUICK = Measured(earlier=Pace.measured([1000] * 500))


def paces(**services: Measured) -> Paces:
    """A hall where nothing but the services takes long."""
    return Paces(services, walk=QUICK, turn=QUICK)


def queue(service: str, *lanes: Lane) -> QueueNow:
    """People who came a minute after each other, the last one a minute ago."""
    keys = [(lane, NINE - (len(lanes) - place) * MINUTE) for place, lane in enumerate(lanes)]
    return QueueNow(service, len(lanes), tuple(sorted(keys)))


def walk_ins(service: str, people: int) -> QueueNow:
    return queue(service, *[Lane.WALK_IN] * people)


def counter(*services: str, busy: Busy | None = None, state: CounterState = CounterState.OPEN) -> CounterNow:
    return CounterNow(services, state, NINE - MINUTE, busy)


def look(now: HallNow, known: Paces, service: str = "tax") -> Outlook:
    return outlooks(now, known, Random(7))[service]


def minutes(outlook: Outlook, ahead: int, lane: Lane = Lane.WALK_IN) -> float:
    wait = outlook.wait(ahead, lane).p50
    assert wait is not None
    return wait / MINUTE


def test_where_nobody_waits_a_newcomer_is_called_at_once() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 0),), (counter("tax"),))
    assert minutes(look(hall, paces(tax=TEN)), 0) < 0.2


def test_who_has_six_ahead_at_one_counter_waits_six_matters() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 6),), (counter("tax"),))
    outlook = look(hall, paces(tax=TEN))
    assert minutes(outlook, 6) == pytest.approx(60, rel=0.15)
    assert minutes(outlook, 3) == pytest.approx(30, rel=0.15)
    assert minutes(outlook, 0) < 1


def test_two_counters_halve_the_wait() -> None:
    one = HallNow(NINE, (walk_ins("tax", 12),), (counter("tax"),))
    two = replace(one, counters=(counter("tax"), counter("tax")))
    assert minutes(look(two, paces(tax=TEN)), 12) == pytest.approx(minutes(look(one, paces(tax=TEN)), 12) / 2, rel=0.15)


def test_people_of_another_service_at_the_same_counter_count() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 0), walk_ins("company", 6)), (counter("tax", "company"),))
    assert minutes(look(hall, paces(tax=TEN, company=TEN)), 0) == pytest.approx(60, rel=0.15)


def test_a_counter_of_its_own_spares_a_service_the_other_queue() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 0), walk_ins("company", 6)), (counter("tax", "company"), counter("tax")))
    assert minutes(look(hall, paces(tax=TEN, company=TEN)), 0) < 0.2


def test_who_is_nearly_done_at_the_counter_delays_less() -> None:
    def wait(begun: int) -> float:
        busy = Busy("tax", NINE - begun - 1000, NINE - begun)
        return minutes(look(HallNow(NINE, (walk_ins("tax", 0),), (counter("tax", busy=busy),)), paces(tax=TEN)), 0)

    assert wait(MINUTE) == pytest.approx(9, abs=1.5)
    assert wait(8 * MINUTE) == pytest.approx(2, abs=1.5)


def test_a_matter_longer_than_any_before_leaves_an_estimate_all_the_same() -> None:
    busy = Busy("tax", NINE - 8 * HOUR, NINE - 8 * HOUR)
    hall = HallNow(NINE, (walk_ins("tax", 0),), (counter("tax", busy=busy),))
    assert minutes(look(hall, paces(tax=TEN)), 0) > 30


def test_a_booked_newcomer_is_told_less_than_a_walk_in() -> None:
    hall = HallNow(NINE, (queue("tax", Lane.BOOKED, Lane.WALK_IN, Lane.WALK_IN, Lane.WALK_IN),), (counter("tax"),))
    outlook = look(hall, paces(tax=TEN))
    assert minutes(outlook, 1, Lane.BOOKED) == pytest.approx(10, rel=0.2)
    assert minutes(outlook, 0, Lane.PRIORITY) < 1
    assert minutes(outlook, 4) == pytest.approx(40, rel=0.15)


def test_booked_people_yet_to_come_delay_walk_ins_and_not_those_booked_before_them() -> None:
    quiet = HallNow(NINE, (queue("tax", Lane.BOOKED, *[Lane.WALK_IN] * 6),), (counter("tax"),))
    coming = tuple(
        Expected("tax", NINE + place * MINUTE, NINE + place * MINUTE, Lane.BOOKED, NINE + HOUR, 1.0)
        for place in range(1, 4)
    )
    before, after = (look(hall, paces(tax=TEN)) for hall in (quiet, replace(quiet, expected=coming)))
    assert minutes(after, 7) == pytest.approx(minutes(before, 7) + 30, rel=0.15)
    assert minutes(after, 1, Lane.BOOKED) == pytest.approx(minutes(before, 1, Lane.BOOKED), abs=2)


@pytest.mark.parametrize(
    "counters",
    [(), (counter("tax", state=CounterState.CLOSED),), (counter("company"),), (counter(), counter("gone"))],
    ids=["none", "closed", "another service", "no service at all"],
)
def test_nobody_is_promised_a_wait_where_nobody_calls(counters: tuple[CounterNow, ...]) -> None:
    hall = HallNow(NINE, (walk_ins("tax", 2), walk_ins("company", 0)), counters)
    wait = look(hall, paces(tax=TEN)).wait(2)
    assert (wait.p50, wait.p90) == (None, None)


def test_who_comes_too_late_for_today_is_not_promised_a_wait() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 12),), (counter("tax"),), ends_at=NINE + HOUR)
    outlook = look(hall, paces(tax=TEN))
    assert outlook.wait(12).p50 is None
    assert minutes(outlook, 2) == pytest.approx(20, rel=0.2)


def test_a_pause_is_expected_to_end() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 0),), (counter("tax", state=CounterState.PAUSED),))
    known = replace(paces(tax=TEN), pause=Measured(earlier=Pace.measured([15 * MINUTE] * 50)))
    assert minutes(look(hall, known), 0) == pytest.approx(14, abs=3)


def shifts(*hours: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    """Shifts of an earlier day, in hours from nine."""
    return tuple((NINE + round(opens * HOUR), NINE + round(closes * HOUR)) for opens, closes in hours)


def test_the_lunch_break_of_earlier_days_is_expected_today() -> None:
    working = HallNow(NINE, (walk_ins("tax", 6),), (counter("tax"),))
    lunch = replace(working, counters=(replace(counter("tax"), shifts=(shifts((-1, 0.5), (1.5, 8)),) * 3),))
    outlook = look(lunch, paces(tax=TEN))
    assert minutes(outlook, 6) == pytest.approx(120, rel=0.1)
    assert minutes(outlook, 2) == pytest.approx(20, rel=0.2)


def test_a_counter_that_opens_every_day_is_expected_to_open() -> None:
    closed = replace(counter("tax", state=CounterState.CLOSED), since=0, shifts=(shifts((0.25, 3)),) * 3)
    outlook = look(HallNow(NINE, (walk_ins("tax", 0),), (closed,)), paces(tax=TEN))
    assert minutes(outlook, 0) == pytest.approx(15, abs=1)


def test_who_should_have_opened_long_ago_is_not_expected_after_lunch() -> None:
    absent = replace(counter("tax", state=CounterState.CLOSED), since=0, shifts=(shifts((-2, 1), (2, 5)),) * 3)
    outlook = look(HallNow(NINE, (walk_ins("tax", 0),), (absent,)), paces(tax=TEN))
    assert outlook.wait(0).p50 is None


def test_who_went_home_early_on_a_quiet_day_is_not_expected_to_leave_a_queue() -> None:
    early = replace(counter("tax"), shifts=(shifts((-1, 0.2)),) * 3)
    outlook = look(HallNow(NINE, (walk_ins("tax", 12),), (early,)), paces(tax=TEN))
    assert minutes(outlook, 12) == pytest.approx(120, rel=0.15)


def test_the_same_moment_and_seed_give_the_same_answer() -> None:
    hall = HallNow(NINE, (walk_ins("tax", 9), walk_ins("company", 3)), (counter("tax", "company"), counter("tax")))
    assert look(hall, paces(tax=TEN)) == look(hall, paces(tax=TEN))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(Lane), max_size=30),
    st.lists(st.sets(st.sampled_from(["tax", "company"]), min_size=1), min_size=1, max_size=4),
)
def test_more_people_ahead_never_mean_a_shorter_wait(lanes: list[Lane], serves: list[set[str]]) -> None:
    hall = HallNow(NINE, (queue("tax", *lanes), walk_ins("company", 5)), tuple(counter(*sorted(s)) for s in serves))
    outlook = look(hall, Paces({}))
    waits = [outlook.wait(ahead) for ahead in range(len(lanes) + 3)]
    told = [wait for wait in waits if wait.p50 is not None]
    assert len(told) == (len(waits) if any("tax" in s for s in serves) else 0)
    assert [wait.p50 for wait in told] == sorted(wait.p50 or 0 for wait in told)
    assert all(wait.p90 is not None and wait.p50 is not None and wait.p50 <= wait.p90 for wait in told)


def test_fifty_thousand_waiting_cost_no_more_than_a_thousand_and_are_told_a_proportionate_wait() -> None:
    counters = tuple(counter("tax", "company") for _ in range(10))

    def hall(people: int) -> HallNow:
        return HallNow(NINE, (replace(walk_ins("tax", min(people, MOST_KEYS)), waiting=people),), counters)

    def seconds(people: int) -> float:
        begun = process_time()
        look(hall(people), paces(tax=TEN))
        return process_time() - begun

    assert min(seconds(50_000) for _ in range(2)) < 3 * min(seconds(1_000) for _ in range(2))
    known = paces(tax=TEN)
    assert minutes(look(hall(50_000), known), 50_000) == pytest.approx(50_000, rel=0.1)
    assert minutes(look(hall(50_000), known), 1_000) == pytest.approx(1_000, rel=0.15)


def test_a_person_who_came_after_the_last_refresh_is_told_more_than_the_last_in_the_queue() -> None:
    outlook = look(HallNow(NINE, (walk_ins("tax", 6),), (counter("tax"),)), paces(tax=TEN))
    assert minutes(outlook, 8) == pytest.approx(80, rel=0.2)


def test_a_pace_tells_seconds_from_hours() -> None:
    times = [500, 5_000, 60_000, HOUR, 20 * HOUR]
    buckets = [bucket_of(time) for time in times]
    assert buckets == sorted(set(buckets))
    assert (buckets[0], buckets[-1]) == (0, BUCKETS - 1)


@given(st.lists(st.floats(2_000, 3 * HOUR), min_size=20, max_size=60))
def test_a_pace_keeps_the_mean_of_what_was_measured(durations: list[float]) -> None:
    pace = Pace.measured(durations)
    mean = sum(durations) / len(durations)
    assert pace.mean_ms == pytest.approx(mean, rel=0.1)
    spread = pace.spread_out(8 * len(durations))  # as many of each, so that no single long one counts for more
    assert sum(spread) / len(spread) == pytest.approx(mean, rel=0.1)


def test_what_was_stored_in_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="buckets"):
        Pace((1, 2, 3))


def test_a_recent_day_counts_more_than_one_long_ago() -> None:
    slow, quick = Pace.measured([20 * MINUTE] * 50), Pace.measured([5 * MINUTE] * 50)
    assert merged([slow, quick]).mean_ms > merged([quick, slow]).mean_ms
    assert merged([]).total == 0


def expected_minutes(today: int, *, others: int = 0) -> float:
    """What a ten-minute service is taken to need after so many today took twenty, and so many of another service."""
    slow = Pace.measured([20 * MINUTE] * today)
    measured = {"tax": replace(TEN, today=slow), "company": replace(TEN, today=Pace.measured([20 * MINUTE] * others))}
    tempo = tempo_today(measured).services["tax"]
    return tempo.shape.mean_ms * tempo.factor / MINUTE


def test_today_counts_the_more_the_more_was_measured() -> None:
    told = [expected_minutes(today) for today in (0, 2, 10, 100)]
    assert told == sorted(told)
    assert told[0] == pytest.approx(10, rel=0.1)
    assert told[-1] == pytest.approx(20, rel=0.15)


def test_a_slow_day_of_the_others_is_expected_of_a_service_not_yet_measured_today() -> None:
    assert expected_minutes(0, others=100) > 1.2 * expected_minutes(0)


def test_a_service_that_nobody_measured_is_guessed_and_soon_known() -> None:
    assert 2 < tempo_today({"new": Measured()}).services["new"].shape.mean_ms / MINUTE < 15
    known = tempo_today({"new": Measured(today=Pace.measured([40 * MINUTE] * 10))}).services["new"]
    assert known.shape.mean_ms * known.factor / MINUTE == pytest.approx(40, rel=0.25)


def test_who_is_late_for_a_booking_is_expected_less() -> None:
    (early,) = expected_check_ins([("tax", NINE + 30 * MINUTE)], NINE, come=0.9)
    (late,) = expected_check_ins([("tax", NINE - 5 * MINUTE)], NINE, come=0.9)
    assert early.chance == pytest.approx(0.9)
    assert late.chance < 0.7
    assert late.earliest >= NINE
    assert expected_check_ins([("tax", NINE - 11 * MINUTE), ("tax", NINE + 5 * HOUR)], NINE, come=0.9) == ()


def test_of_booked_people_as_many_are_expected_as_came_of_late() -> None:
    assert share_who_come(0, 0) == pytest.approx(0.9)
    assert share_who_come(500, 500) == pytest.approx(0.5, abs=0.02)
