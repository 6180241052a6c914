"""The slots that a service is booked in, what is left of them, and when a booked person may check in.

Times are Unix times in milliseconds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from jinghou_config.hall import WEEK, CalendarPlan, SlotPlan
from jinghou_queue.rules.calendar import opening
from jinghou_queue.rules.days import local_time, moment

_MINUTE_MS: Final = 60_000
_AROUND_MS: Final = 30 * _MINUTE_MS
_FEW: Final = 0.25  # of the places


class Stay(NamedTuple):
    """From when until when somebody is booked."""

    starts_at: int
    ends_at: int


class Stays:
    """Everybody who is booked on a day, counted quickly for one slot after another."""

    def __init__(self, stays: Sequence[Stay]) -> None:
        self._starts = sorted(stay.starts_at for stay in stays)
        self._ends = sorted(stay.ends_at for stay in stays)

    def within(self, starts_at: int, ends_at: int) -> int:
        """How many reach into a stretch: who began before its end, without who was gone by its start."""
        return bisect_left(self._starts, ends_at) - bisect_right(self._ends, starts_at)


@dataclass(frozen=True)
class Slot:
    """A stretch of a day in which `capacity` people can be booked."""

    starts_at: int
    ends_at: int
    capacity: int

    def left(self, booked: Stays) -> int:
        """How many more can be booked. Who is booked by an older plan's slots counts wherever they reach into this."""
        return max(0, self.capacity - booked.within(self.starts_at, self.ends_at))


class Arrival(Enum):
    """When somebody comes, seen from the slot they booked."""

    EARLY = "early"
    IN_TIME = "in time"
    LATE = "late"


def slots_of(plan: SlotPlan, calendar: CalendarPlan, day: str, zone: ZoneInfo) -> list[Slot]:
    """Every slot of a service on a day, in order. A stretch of opening hours ends without one that is too short."""
    slots = []
    for stretch in opening(calendar, date.fromisoformat(day)):
        starts_at, closes = (moment(day, at, zone) for at in (stretch.opens, stretch.closes))
        while (ends_at := starts_at + plan.minutes * _MINUTE_MS) <= closes:
            slots.append(Slot(starts_at, ends_at, _counters(plan, local_time(starts_at, zone))))
            starts_at = ends_at
    return slots


def quiet_starts(slots: Sequence[tuple[Slot, int]]) -> frozenset[int]:
    """When the quiet slots begin, of those of a day with what is left of each: few are booked from half an hour before
    to half an hour after.
    """
    quiet = set()
    for slot, _ in slots:
        around = [(each, left) for each, left in slots if abs(each.starts_at - slot.starts_at) <= _AROUND_MS]
        places = sum(each.capacity for each, _ in around)
        if places - sum(left for _, left in around) <= _FEW * places:
            quiet.add(slot.starts_at)
    return frozenset(quiet)


def _counters(plan: SlotPlan, begins: datetime) -> int:
    for stretch in plan.planned:
        if WEEK[begins.weekday()] in stretch.days and stretch.opens <= begins.time() < stretch.closes:
            return stretch.counters
    return plan.counters


def check_in_from(plan: SlotPlan, starts_at: int) -> int:
    """From when on somebody booked for `starts_at` may check in."""
    return starts_at - plan.early_minutes * _MINUTE_MS


def in_time_until(plan: SlotPlan, starts_at: int) -> int:
    """Until when somebody booked for `starts_at` is in time."""
    return starts_at + plan.late_minutes * _MINUTE_MS


def arrival(plan: SlotPlan, starts_at: int, at: int) -> Arrival:
    """Whether somebody booked for `starts_at` who comes at `at` is early, in time or late."""
    if at < check_in_from(plan, starts_at):
        return Arrival.EARLY
    return Arrival.IN_TIME if at <= in_time_until(plan, starts_at) else Arrival.LATE
