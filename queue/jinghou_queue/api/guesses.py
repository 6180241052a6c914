"""Who guesses at secrets: wrong ones are counted by the address they came from, in this process."""

from typing import Final

from jinghou_queue.rules.rate import draw

_MOST: Final = 10
_WITHIN_MS: Final = 10 * 60_000
_REMEMBERED: Final = 10_000  # addresses


class Guesses:
    """Ten wrong ones from an address at once, and one more a minute. Times are Unix times in milliseconds."""

    def __init__(self) -> None:
        self._full_at: dict[str, int] = {}

    def wait_ms(self, address: str, at: int) -> int:
        """How long an address must wait until it may try again; 0: not at all."""
        return draw(self._full_at.get(address, 0), _MOST, _WITHIN_MS, at).wait_ms

    def wrong(self, address: str, at: int) -> None:
        """Count a wrong one."""
        if len(self._full_at) >= _REMEMBERED:
            self._full_at = {each: full_at for each, full_at in self._full_at.items() if full_at > at}
        self._full_at[address] = draw(self._full_at.get(address, 0), _MOST, _WITHIN_MS, at).full_at
