"""When the code on a hall's screens changes, and which codes count at a moment: time steps as in RFC 6238.

A step is named by the moment it begins, a Unix time in milliseconds. The codes themselves are derived in `scans`.
"""


def step_at(at: int, step_ms: int) -> int:
    """The step that `at` falls into."""
    return at - at % step_ms


def steps_accepted(at: int, step_ms: int) -> tuple[int, int]:
    """The steps whose codes count at `at`: the present one, and the one before for whoever scanned as it ended."""
    now = step_at(at, step_ms)
    return now, now - step_ms


def valid_until(step: int, step_ms: int) -> int:
    """From when on the code of `step` counts no more."""
    return step + 2 * step_ms
