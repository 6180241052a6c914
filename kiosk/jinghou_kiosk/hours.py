"""When numbers are given at a kiosk, by the hall's hours. Pure: time comes in as an argument."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from jinghou_config.hall import WEEK, Stretch
from jinghou_kiosk.events import Closed
from jinghou_queue.contract.terminals import OpenHours

_MINUTE_MS: Final = 60_000
_LOOK_AHEAD_DAYS: Final = 8  # the same day of next week is the last that can come


def of_the_week(hours: Sequence[Stretch], zone: tzinfo | None, now: int) -> tuple[OpenHours, ...]:
    """The stretches of a week's hours from today on. `zone` None: this machine's; `now`: Unix time in milliseconds."""
    today = datetime.fromtimestamp(now / 1000, zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS)]
    return tuple(
        OpenHours(
            opens_at=round(datetime.combine(day, stretch.opens, zone).timestamp() * 1000),
            closes_at=round(datetime.combine(day, stretch.closes, zone).timestamp() * 1000),
        )
        for day in days
        for stretch in hours
        if WEEK[day.weekday()] in stretch.days
    )


def closed_at(hours: Sequence[OpenHours], now: int, early_minutes: int) -> Closed | None:
    """Until when no numbers are given, those `early_minutes` before the hall opens included; None: they are."""
    if any(each.opens_at - early_minutes * _MINUTE_MS <= now < each.closes_at for each in hours):
        return None
    return Closed(min((each.opens_at for each in hours if each.opens_at > now), default=None))
