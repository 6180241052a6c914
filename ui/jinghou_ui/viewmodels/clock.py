"""The time of day as the screens write it."""

from datetime import datetime
from typing import Final

from jinghou_kiosk.events import Language

_WEEKDAYS_ZH: Final = "一二三四五六日"


def date_words(now: datetime, language: Language) -> str:
    """ "11月23日 星期一", or "Mon 23 Nov"."""
    if language is Language.ZH:
        return f"{now.month}月{now.day}日 星期{_WEEKDAYS_ZH[now.weekday()]}"
    return f"{now:%a} {now.day} {now:%b}"
