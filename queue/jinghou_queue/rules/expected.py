"""Whom to expect at check-in: people with a booking who have not come yet, so far ahead as it matters now."""

from collections.abc import Iterable
from typing import Final

from jinghou_queue.contract.messages import Lane
from jinghou_queue.rules.estimate import Expected

_EARLIEST_MS: Final = -25 * 60_000
_LATEST_MS: Final = 10 * 60_000  # nearly all who come do so between these two, counted from the slot's start
_HORIZON_MS: Final = 120 * 60_000
_USUALLY_COME: Final = 0.9  # of booked people
_WORTH: Final = 20  # people booked, until that many were measured


def share_who_come(came: int, missed: int) -> float:
    """How likely somebody who has booked comes, where so many came of late and so many did not."""
    return (came + _WORTH * _USUALLY_COME) / (came + missed + _WORTH)


def expected_check_ins(bookings: Iterable[tuple[str, int]], at: int, come: float) -> tuple[Expected, ...]:
    """The people to expect, of those booked (service, start of the slot) and not checked in at `at`.

    The longer somebody has not come, the less likely it is that they will. Unix times in milliseconds.
    """
    return tuple(
        _expected(service, start, at, come) for service, start in bookings if at - _LATEST_MS < start < at + _HORIZON_MS
    )


def _expected(service: str, start: int, at: int, come: float) -> Expected:
    first, last = max(at, start + _EARLIEST_MS), start + _LATEST_MS
    still = (last - first) / (_LATEST_MS - _EARLIEST_MS)
    return Expected(
        service=service,
        earliest=first,
        latest=last,
        lane=Lane.BOOKED,
        sort_time=start,
        chance=come * still / (1 - come * (1 - still)),
    )
