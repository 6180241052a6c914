"""Who is called first, and why, in words a clerk can repeat to the next person in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from jinghou_config.hall import CallingPlan
from jinghou_queue.contract.messages import Lane
from jinghou_queue.rules.days import time_of_day

_MINUTE_MS = 60_000


@dataclass(frozen=True, order=True)
class OrderKey:
    """The place of a waiting leg, fixed when it enters: the least is called first.

    `sort_time` is a Unix time in milliseconds (arrival, or the slot's start for a booking); `seq` is the feed's number
    of the entry and settles equal times.
    """

    lane: Lane
    sort_time: int
    seq: int


def entry_key(lane: Lane, entered_at: int, seq: int, booked_for: int | None = None) -> OrderKey:
    """The key of a leg that enters now. Only a booking is sorted by the start of its slot instead of its arrival."""
    return OrderKey(lane, entered_at if booked_for is None else booked_for, seq)


def return_key(plan: CallingPlan, was: Lane, returned_at: int, seq: int) -> OrderKey:
    """The key of somebody who comes back after being passed over, by the hall's plan; statutory priority is kept."""
    lane = Lane.PRIORITY if was is Lane.PRIORITY else Lane[plan.return_lane.upper()]
    return OrderKey(lane, returned_at + plan.return_penalty_minutes * _MINUTE_MS, seq)


def transfer_lane(was: Lane) -> Lane:
    """The lane of somebody who goes on to another service: before walk-ins, who have not waited once yet."""
    return min(was, Lane.RETURNED)


@dataclass(frozen=True)
class Head:
    """The first of one queue and lane, as the valve sees it."""

    key: OrderKey
    entered_at: int


def valve_opens(plan: CallingPlan, heads: Sequence[Head], streak: int, at: int) -> bool:
    """Whether a walk-in is called now although others would be first.

    `heads` are the first of each lane, `streak` how many others were called in a row while a walk-in waited, `at` the
    time as a Unix time in milliseconds. Statutory priority is never made to wait for a walk-in.
    """
    walk_ins = [head for head in heads if head.key.lane is Lane.WALK_IN]
    if not walk_ins or any(head.key.lane is Lane.PRIORITY for head in heads):
        return False
    waited = at - min(head.entered_at for head in walk_ins)
    by_count = 0 < plan.walk_in_after_booked <= streak
    by_time = 0 < plan.walk_in_after_minutes * _MINUTE_MS <= waited
    return by_count or by_time


def call_reason(key: OrderKey, entered_at: int, zone: ZoneInfo, *, by_valve: bool = False) -> str:
    """Why this leg is called now, in Chinese; times are the hall's."""
    arrived = time_of_day(entered_at, zone)
    match key.lane:
        case Lane.PRIORITY:
            return f"依法优先，{arrived} 到"
        case Lane.BOOKED:
            return f"预约 {time_of_day(key.sort_time, zone)}，{arrived} 报到，优先"
        case Lane.RETURNED:
            return f"{arrived} 返回或转来，先于现场取号"
        case Lane.WALK_IN if by_valve:
            return f"现场取号 {arrived}，等候已久，按规则穿插"
        case Lane.WALK_IN:
            return f"现场取号 {arrived}，最早到"
        case _:
            assert_never(key.lane)
