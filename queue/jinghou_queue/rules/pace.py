"""How long things take in a hall: histograms that are counted up, kept by day and merged, and what they say today.

A `Pace` counts durations in buckets that grow by a fifth each, so that seconds at an information desk and hours of a
land registration fit the same few numbers. What a service takes today is judged from the days before and, the more was
measured today, from today.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

_LEAST_MS: Final = 1000.0
_PER_OCTAVE: Final = 4
BUCKETS: Final = 56
"""From a second to four and a half hours; what is shorter or longer counts in the first or the last."""

_FADE: Final = 0.85  # a day counts this much less than the working day after it
_MIN_VARIANCE: Final = 0.05  # of logarithms: a few equal measurements do not prove that all are equal
_HALL_DAY: Final = 0.15  # by how much (logarithm) a whole hall is quicker or slower on one day than on another
_SERVICE_DAY: Final = 0.15  # and one service beyond its hall


def bucket_of(duration_ms: float) -> int:
    """The bucket that a duration counts in."""
    if duration_ms <= _LEAST_MS:
        return 0
    return min(BUCKETS - 1, int(math.log2(duration_ms / _LEAST_MS) * _PER_OCTAVE))


def _edge(bucket: float) -> float:
    return _LEAST_MS * float(2.0 ** (bucket / _PER_OCTAVE))


_MIDDLES: Final = tuple(_edge(bucket + 0.5) for bucket in range(BUCKETS))
_LOGS: Final = tuple(math.log(middle) for middle in _MIDDLES)


@dataclass(frozen=True)
class Pace:
    """How many durations fell into each bucket: whole numbers as measured, fractions once days were merged."""

    counts: tuple[float, ...] = (0,) * BUCKETS

    def __post_init__(self) -> None:
        """Refuse what was stored in another form."""
        if len(self.counts) != BUCKETS:
            raise ValueError(f"a pace has {BUCKETS} buckets, not {len(self.counts)}")

    @classmethod
    def measured(cls, durations_ms: Iterable[float]) -> Self:
        """The pace of some durations in milliseconds."""
        counts = [0] * BUCKETS
        for duration_ms in durations_ms:
            counts[bucket_of(duration_ms)] += 1
        return cls(tuple(counts))

    @classmethod
    def likely(cls, median_ms: float, spread: float, weight: float) -> Self:
        """A guess worth `weight` measurements: log-normal, `spread` being the deviation of the logarithm."""
        middle = math.log(median_ms)
        heights = [math.exp(-((log - middle) ** 2) / (2 * spread**2)) for log in _LOGS]
        return cls(tuple(weight * height / sum(heights) for height in heights))

    def __add__(self, other: "Pace") -> "Pace":
        """Both together."""
        return Pace(tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    def times(self, weight: float) -> "Pace":
        """The same shape, counting `weight` times as much."""
        return Pace(tuple(count * weight for count in self.counts))

    @cached_property
    def total(self) -> float:
        """How many were measured."""
        return sum(self.counts)

    @cached_property
    def mean_ms(self) -> float:
        """The mean duration; 0 when nothing was measured."""
        return sum(map(float.__mul__, map(float, self.counts), _MIDDLES)) / self.total if self.total else 0.0

    @cached_property
    def mean_log(self) -> float:
        """The mean of the logarithms of milliseconds. Only of a pace with something in it."""
        return sum(map(float.__mul__, map(float, self.counts), _LOGS)) / self.total

    @cached_property
    def variance_log(self) -> float:
        """How much the logarithms vary."""
        squares = sum(count * (log - self.mean_log) ** 2 for count, log in zip(self.counts, _LOGS, strict=True))
        return max(_MIN_VARIANCE, squares / self.total)

    def spread_out(self, samples: int) -> list[float]:
        """So many durations in milliseconds, shortest first, that stand for the whole of the pace."""
        durations: list[float] = []
        step = self.total / samples
        below, bucket = 0.0, 0
        for sample in range(samples):
            rank = (sample + 0.5) * step
            while bucket < BUCKETS - 1 and below + self.counts[bucket] < rank:
                below += self.counts[bucket]
                bucket += 1
            within = (rank - below) / self.counts[bucket] if self.counts[bucket] else 0.5
            durations.append(_edge(bucket + min(1.0, within)))
        return durations


SERVICE_GUESS: Final = Pace.likely(5 * 60_000, 0.8, 2)
"""A service that nobody measured yet: around five minutes, and two measurements outweigh it."""
WALK_GUESS: Final = Pace.likely(20_000, 0.6, 5)
"""From the call until the person is at the counter."""
TURN_GUESS: Final = Pace.likely(12_000, 0.9, 5)
"""From the end of one person, or the arrival of the next, until the next is called."""
MISS_GUESS: Final = Pace.likely(90_000, 0.4, 1)
"""From a call until it is given up."""
PAUSE_GUESS: Final = Pace.likely(10 * 60_000, 0.7, 3)
"""A counter's pause."""


def merged(days: Sequence[Pace]) -> Pace:
    """The paces of earlier working days, newest first, as one in which a day counts the less the longer it is ago."""
    whole = Pace()
    for age, day in enumerate(days):
        whole += day.times(_FADE**age)
    return whole


@dataclass(frozen=True)
class Measured:
    """The pace of one thing: on earlier days (merged) and so far today."""

    earlier: Pace = Pace()
    today: Pace = Pace()

    def with_guess(self, guess: Pace) -> Pace:
        """All that is known, on top of a guess."""
        return guess + self.earlier + self.today


@dataclass(frozen=True)
class Tempo:
    """What a service takes today: its `shape` made longer or shorter by `factor`, which is unsure by `doubt` (log)."""

    shape: Pace
    factor: float
    doubt: float


@dataclass(frozen=True)
class HallTempo:
    """The tempo of each service, and how unsure (log) the part is that they have in common."""

    services: Mapping[str, Tempo]
    doubt: float


@dataclass(frozen=True)
class _Shift:
    """How much longer (log) today's measurements of a service are than the earlier ones, and how far both vary."""

    by: float
    of_today: float  # variance of today's mean
    of_service: float  # variance of what a service does beyond its hall


def tempo_today(measured: Mapping[str, Measured]) -> HallTempo:
    """Weigh today against the days before.

    What all services have in common today (everybody is slow on a Monday) is learned from all of them together, what is
    particular to one from itself; either counts as much as its number of measurements can prove.
    """
    earlier = {name: SERVICE_GUESS + what.earlier for name, what in measured.items()}
    shifts = {name: _shift(earlier[name], what.today) for name, what in measured.items() if what.today.total}
    precision = 1 / _HALL_DAY**2 + sum(1 / (shift.of_service + shift.of_today) for shift in shifts.values())
    common = sum(shift.by / (shift.of_service + shift.of_today) for shift in shifts.values()) / precision
    services = {name: _tempo(earlier[name], what.today, common, shifts.get(name)) for name, what in measured.items()}
    return HallTempo(services, precision**-0.5)


def _shift(earlier: Pace, today: Pace) -> _Shift:
    variance = (earlier + today).variance_log
    return _Shift(
        by=today.mean_log - earlier.mean_log,
        of_today=variance / today.total,
        of_service=_SERVICE_DAY**2 + variance / earlier.total,
    )


def _tempo(earlier: Pace, today: Pace, common: float, shift: _Shift | None) -> Tempo:
    shape = earlier + today
    if shift is None:
        return Tempo(shape, math.exp(common), (_SERVICE_DAY**2 + earlier.variance_log / earlier.total) ** 0.5)
    trust = shift.of_service / (shift.of_service + shift.of_today)
    log = earlier.mean_log + common + trust * (shift.by - common)
    return Tempo(shape, math.exp(log - shape.mean_log), (trust * shift.of_today) ** 0.5)
