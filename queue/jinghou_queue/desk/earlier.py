"""What the days before today teach the estimates. It does not change while a day lasts, so it is read once a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from jinghou_queue.desk.shifts import Shifts, latest_shifts
from jinghou_queue.rules.days import days_before
from jinghou_queue.rules.expected import share_who_come
from jinghou_queue.rules.pace import BUCKETS, Pace, merged
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import record_statements as rs

Thing = tuple[str, str]
"""What was measured, and of which service."""

_DAYS: Final = 28  # of measured times that still say something about today
_DAYS_OF_BOOKINGS: Final = 14  # that say how many of the booked come


@dataclass(frozen=True)
class Earlier:
    """The days before `day` in `zone`: times measured, when counters worked, and the share of the booked who came."""

    day: str
    zone: ZoneInfo
    paces: Mapping[Thing, Pace]
    shifts: Sequence[Mapping[str, Shifts]]
    share_who_come: float


def earlier_days(connection: Connection, hall: str, day: str, zone: ZoneInfo) -> Earlier:
    """Read what is known of the days before `day`."""
    yesterday = days_before(day, 1)
    by_day = defaultdict[Thing, list[Pace]](list)
    for (thing, _), pace in sorted(_by_day(connection, hall, days_before(day, _DAYS), yesterday), reverse=True):
        by_day[thing].append(pace)
    people = dict(connection.all(bs.CAME, hall=hall, since=days_before(day, _DAYS_OF_BOOKINGS), before=day))
    return Earlier(
        day=day,
        zone=zone,
        paces={thing: merged(paces) for thing, paces in by_day.items()},
        shifts=latest_shifts(connection, hall, day, zone),
        share_who_come=share_who_come(people.get(True, 0), people.get(False, 0)),
    )


def paces_of(connection: Connection, hall: str, day: str) -> dict[Thing, Pace]:
    """The times measured on one day."""
    return {thing: pace for (thing, _), pace in _by_day(connection, hall, day, day)}


def _by_day(connection: Connection, hall: str, first: str, last: str) -> list[tuple[tuple[Thing, str], Pace]]:
    counts = defaultdict[tuple[Thing, str], list[int]](lambda: [0] * BUCKETS)
    for row in connection.all(rs.PACES, hall=hall, first=first, last=last):
        counts[(row.what, row.service), row.day][row.bucket] += row.times
    return [(key, Pace(tuple(buckets))) for key, buckets in counts.items()]
