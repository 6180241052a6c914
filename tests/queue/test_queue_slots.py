"""When a hall is open, and the slots that follow from it."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from queue_house import DAY, MINUTE, NINE

from jinghou_config.hall import CalendarPlan, PlannedCounters, SlotPlan, Stretch, Weekday
from jinghou_queue.rules.calendar import opening
from jinghou_queue.rules.days import moment, time_of_day
from jinghou_queue.rules.slots import Arrival, Slot, Stay, Stays, arrival, quiet_starts, slots_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
MORNING = Stretch(days=WORKDAYS, opens=time(9), closes=time(12))
AFTERNOON = Stretch(days=WORKDAYS, opens=time(13, 30), closes=time(17))
CALENDAR = CalendarPlan(hours=(AFTERNOON, MORNING))


def opens(calendar: CalendarPlan, day: str) -> list[str]:
    return [f"{stretch.opens:%H:%M}-{stretch.closes:%H:%M}" for stretch in opening(calendar, date.fromisoformat(day))]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-03-02", ["09:00-12:00", "13:30-17:00"]),  # a Monday
        ("2026-03-07", []),  # a Saturday
        ("2026-10-01", []),  # 国庆节, a Thursday
        ("2026-10-10", ["09:00-12:00", "13:30-17:00"]),  # a Saturday worked for it
        ("2026-02-28", ["09:00-12:00", "13:30-17:00"]),  # a Saturday worked for 春节
    ],
)
def test_public_holidays_are_closed_and_their_make_up_days_are_worked(day: str, hours: list[str]) -> None:
    assert opens(CALENDAR, day) == hours


def test_a_hall_that_keeps_no_public_holidays_goes_by_its_week_alone() -> None:
    calendar = CALENDAR.model_copy(update={"holidays": ""})
    assert opens(calendar, "2026-10-01") == ["09:00-12:00", "13:30-17:00"]
    assert opens(calendar, "2026-10-10") == []


def test_a_make_up_saturday_keeps_saturdays_own_hours_if_there_are_any() -> None:
    short = Stretch(days=("sat",), opens=time(9), closes=time(11))
    assert opens(CALENDAR.model_copy(update={"hours": (MORNING, short)}), "2026-10-10") == ["09:00-11:00"]


def test_the_plan_has_the_last_word_on_single_days() -> None:
    calendar = CALENDAR.model_copy(
        update={"closed": (date(2026, 3, 2), date(2026, 10, 10)), "open": (date(2026, 10, 1), date(2026, 3, 8))}
    )
    assert opens(calendar, "2026-03-02") == opens(calendar, "2026-10-10") == []
    assert opens(calendar, "2026-10-01") == opens(calendar, "2026-03-08") == ["09:00-12:00", "13:30-17:00"]


def starts(plan: SlotPlan, day: str = "2026-03-02", calendar: CalendarPlan = CALENDAR) -> list[str]:
    return [time_of_day(slot.starts_at, SHANGHAI) for slot in slots_of(plan, calendar, day, SHANGHAI)]


def test_slots_fill_the_opening_hours_and_none_reaches_into_a_break() -> None:
    assert starts(SlotPlan(minutes=50)) == ["09:00", "09:50", "10:40", "13:30", "14:20", "15:10", "16:00"]
    assert starts(SlotPlan(minutes=50), "2026-03-01") == []


def test_a_slot_takes_as_many_people_as_counters_are_planned_for_it() -> None:
    lunch = PlannedCounters(days=("mon",), opens=time(11), closes=time(14), counters=1)
    none = PlannedCounters(days=("mon",), opens=time(16), closes=time(17), counters=0)
    slots = slots_of(SlotPlan(minutes=60, counters=4, planned=(lunch, none)), CALENDAR, "2026-03-02", SHANGHAI)
    assert [(time_of_day(slot.starts_at, SHANGHAI), slot.capacity) for slot in slots] == [
        *[("09:00", 4), ("10:00", 4), ("11:00", 1)],
        *[("13:30", 1), ("14:30", 4), ("15:30", 4)],
    ]
    tuesday = slots_of(SlotPlan(minutes=60, counters=4, planned=(lunch,)), CALENDAR, "2026-03-03", SHANGHAI)
    assert {slot.capacity for slot in tuesday} == {4}


def test_who_was_booked_by_an_older_plan_counts_in_every_slot_they_reach_into() -> None:
    slot = Slot(NINE, NINE + 30 * MINUTE, 3)
    before, across, within = (
        Stay(NINE - 30 * MINUTE, NINE),
        Stay(NINE - 10 * MINUTE, NINE + 10 * MINUTE),
        Stay(NINE + 10 * MINUTE, NINE + 20 * MINUTE),
    )
    assert slot.left(Stays([])) == 3
    assert slot.left(Stays([before])) == 3
    assert slot.left(Stays([before, across, within])) == 1
    assert slot.left(Stays([within] * 5)) == 0


def test_a_slot_is_quiet_when_few_are_booked_within_half_an_hour_of_it() -> None:
    slots = [Slot(NINE + n * 15 * MINUTE, NINE + (n + 1) * 15 * MINUTE, 2) for n in range(8)]
    quiet = quiet_starts([(slot, 0 if n == 0 else 1 if n == 1 else 2) for n, slot in enumerate(slots)])
    assert [(start - NINE) // MINUTE for start in sorted(quiet)] == [45, 60, 75, 90, 105]
    assert quiet_starts([(slot, 0) for slot in slots]) == frozenset()
    assert quiet_starts([]) == frozenset()


def test_slots_of_the_day_the_clocks_change_are_as_long_as_any_other() -> None:
    zone = ZoneInfo("Europe/Berlin")
    night = Stretch(days=("sun",), opens=time(1), closes=time(4))
    slots = slots_of(SlotPlan(minutes=60), CalendarPlan(hours=(night,), holidays=""), "2026-03-29", zone)
    assert [slot.ends_at - slot.starts_at for slot in slots] == [60 * MINUTE] * 2  # 02:00 to 03:00 is not there
    assert slots[-1].ends_at == moment("2026-03-29", time(4), zone)


@pytest.mark.parametrize(
    ("minutes", "comes"),
    [
        (-31, Arrival.EARLY),
        (-30, Arrival.IN_TIME),
        (0, Arrival.IN_TIME),
        (15, Arrival.IN_TIME),
        (16, Arrival.LATE),
        (DAY // MINUTE, Arrival.LATE),
    ],
)
def test_the_window_around_a_slots_start(minutes: int, comes: Arrival) -> None:
    assert arrival(SlotPlan(early_minutes=30, late_minutes=15), NINE, NINE + minutes * MINUTE) is comes
