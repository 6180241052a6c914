"""How often something may be done: so many times at once, and as many again over a stretch of time."""

from typing import NamedTuple


class Drawn(NamedTuple):
    """What one more time means: how long to wait for it, 0 if it may be done now, and when the bucket is full then."""

    wait_ms: int
    full_at: int


def draw(full_at: int, most: int, per_ms: int, at: int) -> Drawn:
    """Draw once, at `at`, from a bucket that holds `most` and is filled from empty within `per_ms`.

    The whole state of a bucket is when it is full again, 0 for a new one; Unix times in milliseconds. Over any stretch
    of `per_ms` at most twice `most` are drawn, at once at most `most`.
    """
    empty = at + per_ms
    after = max(at, min(full_at, empty)) + per_ms // most  # a clock that ran ahead empties it, and no more
    return Drawn(max(0, after - empty), after)
