"""A plan written as a file is the same plan when it is read."""

from datetime import date
from pathlib import Path

from jinghou_config.hall import SAMPLE_HALL, CalendarPlan, HallPlan, PlannedCounters
from jinghou_config.hall_toml import plan_as_toml


def test_the_sample_hall_goes_out_and_in_again(tmp_path: Path) -> None:
    plan = HallPlan.load(SAMPLE_HALL)
    file = tmp_path / "hall.toml"
    file.write_text(plan_as_toml(plan), "utf-8")
    assert HallPlan.load(file) == plan


def test_everything_that_a_plan_may_hold_goes_out_and_in_again(tmp_path: Path) -> None:
    plan = HallPlan.load(SAMPLE_HALL)
    first, *others = plan.services
    assert first.slots is not None
    planned = PlannedCounters(days=("mon", "sat"), opens="09:00:30", closes="10:00", counters=0)
    odd = first.model_copy(
        update={"name": '引号" 和 \\ 和 \x7f', "slots": first.slots.model_copy(update={"planned": (planned, planned)})}
    )
    calendar = CalendarPlan(closed=(date(2026, 10, 8), date(2026, 10, 9)), holidays="")
    calling = plan.calling.model_copy(update={"auto_call": True, "pause_reasons": ("午餐", "取材料")})
    full = plan.model_copy(update={"services": (odd, *others), "calendar": calendar, "calling": calling})
    file = tmp_path / "hall.toml"
    file.write_text(plan_as_toml(full), "utf-8")
    assert HallPlan.load(file) == full
