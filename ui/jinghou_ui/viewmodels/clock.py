"""The time of day as the screens write it."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from jinghou_kiosk.events import Language
from jinghou_queue.contract.messages import HallView
from jinghou_ui.words import speech


def hall_time(now: datetime, hall: HallView | None) -> datetime:
    """`now` in the hall's zone; in this machine's while the hall is not known."""
    return now.astimezone(ZoneInfo(hall.timezone) if hall else None)


def seconds_until(until: float | None, now: float) -> int:
    """What is left, in whole seconds, the last one counted until it is over; 0 when nothing is waited for."""
    return 0 if until is None else max(0, math.ceil(until - now))


def date_words(now: datetime, language: Language) -> str:
    """The day, as in 11月23日 星期一 or Mon 23 Nov."""
    spoken = speech(language)
    month, weekday = spoken.months[now.month - 1], spoken.weekdays[now.weekday()]
    return spoken.date.format(month=month, day=now.day, weekday=weekday)
