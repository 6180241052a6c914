"""Which taps count: a finger that comes down twice means one, and one that meets a new page did not mean it."""

import math
from collections.abc import Callable
from typing import Final

SECOND_TAP_S: Final = 0.5


class Taps:
    """Those of one window. `monotonic` gives seconds that never go back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._last = self._came = -math.inf

    def page_came(self) -> None:
        """Another page is on the glass."""
        self._last = self._came = self._monotonic()

    def counts(self, *, is_key: bool) -> bool:
        """Whether a tap does. Keys of a keypad are meant as often as they are tapped: two digits may be the same."""
        now = self._monotonic()
        if now - (self._came if is_key else self._last) < SECOND_TAP_S:
            return False
        if not is_key:
            self._last = now
        return True
