"""The business day and the time of day in a hall's own zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_SET_BACK_MS: Final = 3600 * 1000  # a clock further behind was wrong before, and the hall follows it


def local_time(at: int, zone: ZoneInfo) -> datetime:
    """A Unix time in milliseconds as date and time of day in `zone`, in whole seconds."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone)


def business_day(at: int, zone: ZoneInfo) -> str:
    """The date, such as 2026-03-01, that a Unix time in milliseconds falls on in `zone`."""
    return local_time(at, zone).date().isoformat()


def day_of_press(at: int, zone: ZoneInfo, begun: str) -> str:
    """The business day of a press at `at` in a hall where `begun` is the latest day that began; empty before the first.

    Of two presses at midnight the one timed first can be written last, and a clock can be set back a little: a day that
    has begun is not left for that, because leaving it ends the visits of everybody in it.
    """
    return begun if business_day(at + _SET_BACK_MS, zone) == begun else business_day(at, zone)


def time_of_day(at: int, zone: ZoneInfo) -> str:
    """Hours and minutes, such as 09:21, of a Unix time in milliseconds in `zone`."""
    return local_time(at, zone).strftime("%H:%M")


def days_after(day: str, days: int) -> str:
    """The date so many days after another."""
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def days_before(day: str, days: int) -> str:
    """The date so many days before another."""
    return days_after(day, -days)


def moment(day: str, at: time, zone: ZoneInfo) -> int:
    """A time of day on a date in `zone`, as a Unix time in milliseconds."""
    return round(datetime.combine(date.fromisoformat(day), at, zone).timestamp() * 1000)


def start_of_day(day: str, zone: ZoneInfo) -> int:
    """When a date begins in `zone`, as a Unix time in milliseconds."""
    return moment(day, time.min, zone)
