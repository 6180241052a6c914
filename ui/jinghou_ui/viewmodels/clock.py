"""The time of day as the screens write it."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from jinghou_kiosk.events import Language
from jinghou_queue.contract.messages import HallView

_WEEKDAYS_ZH: Final = "一二三四五六日"


def hall_time(now: datetime, hall: HallView | None) -> datetime:
    """`now` in the hall's zone; in this machine's while the hall is not known."""
    return now.astimezone(ZoneInfo(hall.timezone) if hall else None)


def date_words(now: datetime, language: Language) -> str:
    """The day, as in 11月23日 星期一 or Mon 23 Nov."""
    if language is Language.ZH:
        return f"{now.month}月{now.day}日 星期{_WEEKDAYS_ZH[now.weekday()]}"
    return f"{now:%a} {now.day} {now:%b}"
