"""When a hall is open by its plan's calendar: hours of the week, public holidays and their make-up working days."""

from datetime import date
from functools import lru_cache

from holidays import country_holidays

from jinghou_config.hall import WEEK, CalendarPlan, Stretch, Weekday

_MAKE_UP: Weekday = "mon"  # whose hours are kept on a working day that has none of its own


@lru_cache(maxsize=16)
def _of_year(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off, and weekend days worked instead. The State Council names the latter a year ahead, around November."""
    known = country_holidays(country, years=year, expand=False)
    return frozenset(known), frozenset(known.weekend_workdays)


def opening(calendar: CalendarPlan, day: date) -> tuple[Stretch, ...]:
    """The stretches in which the hall is open on a date, earliest first; none when it is closed."""
    hours = _hours(calendar, WEEK[day.weekday()])
    if day in calendar.closed:
        return ()
    if day in calendar.open:
        return hours or _hours(calendar, _MAKE_UP)
    if calendar.holidays:
        off, worked = _of_year(calendar.holidays, day.year)
        if day in off:
            return ()
        if day in worked:
            return hours or _hours(calendar, _MAKE_UP)
    return hours


def _hours(calendar: CalendarPlan, weekday: Weekday) -> tuple[Stretch, ...]:
    return tuple(sorted((each for each in calendar.hours if weekday in each.days), key=lambda each: each.opens))
