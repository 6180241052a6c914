"""The business day and the time of day in a hall's own zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone)


def business_day(at: int, zone: ZoneInfo) -> str:
    """The date, such as 2026-03-01, that a Unix time in milliseconds falls on in `zone`."""
    return _local(at, zone).date().isoformat()


def time_of_day(at: int, zone: ZoneInfo) -> str:
    """Hours and minutes, such as 09:21, of a Unix time in milliseconds in `zone`."""
    return _local(at, zone).strftime("%H:%M")
