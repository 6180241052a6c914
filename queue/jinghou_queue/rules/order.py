"""Who is called first, and why, in words a clerk can repeat to the next person in the queue."""

from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from jinghou_queue.contract.messages import Lane
from jinghou_queue.rules.days import time_of_day


@dataclass(frozen=True, order=True)
class OrderKey:
    """The place of a waiting leg, fixed when it enters: the least is called first.

    `sort_time` is a Unix time in milliseconds (arrival, or the slot's start for a booking); `seq` is the feed's number
    of the entry and settles equal times.
    """

    lane: Lane
    sort_time: int
    seq: int


def entry_key(lane: Lane, entered_at: int, seq: int, slot_start: int | None = None) -> OrderKey:
    """The key of a leg that enters now. Only a booking is sorted by its slot instead of its arrival."""
    return OrderKey(lane, entered_at if slot_start is None else slot_start, seq)


def call_reason(key: OrderKey, entered_at: int, zone: ZoneInfo) -> str:
    """Why the leg with the least key is called now, in Chinese; times are the hall's."""
    arrived = time_of_day(entered_at, zone)
    match key.lane:
        case Lane.PRIORITY:
            return f"依法优先，{arrived} 到"
        case Lane.BOOKED:
            return f"预约 {time_of_day(key.sort_time, zone)}，{arrived} 报到，优先"
        case Lane.RETURNED:
            return f"过号后 {arrived} 返回，先于现场取号"
        case Lane.WALK_IN:
            return f"现场取号 {arrived}，最早到"
        case _:
            assert_never(key.lane)
