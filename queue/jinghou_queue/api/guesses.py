"""Who guesses at secrets: wrong ones are counted by the address they came from, in this process."""

import contextlib
from collections.abc import Container, Iterator
from typing import Any, Final

from litestar import Request

from jinghou_queue.api.often import whose
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.rate import draw

_REMEMBERED: Final = 10_000  # addresses


class Guesses:
    """So many wrong ones from an address at once, and as many again over `within_ms`. Times are Unix times in ms."""

    def __init__(self, most: int = 10, within_ms: int = 10 * 60_000) -> None:
        self._most = most
        self._within_ms = within_ms
        self._full_at: dict[str, int] = {}

    @contextlib.contextmanager
    def trying(
        self,
        request: Request[Any, Any, Any],
        at: int,
        too_many: Refusal,
        words: str,
        wrong: Container[Refusal] = frozenset(Refusal),
    ) -> Iterator[None]:
        """A try by whoever sent a request; what is refused within counts if `wrong`. Raises Refused `too_many`."""
        address = "" if request.client is None else whose(request.client.host)
        if wait_ms := self.wait_ms(address, at):
            raise Refused(too_many, words, wait_ms)
        try:
            yield
        except Refused as refused:
            if refused.refusal in wrong:
                self.wrong(address, at)
            raise

    def wait_ms(self, address: str, at: int) -> int:
        """How long an address must wait until it may try again; 0: not at all."""
        return draw(self._full_at.get(address, 0), self._most, self._within_ms, at).wait_ms

    def wrong(self, address: str, at: int) -> None:
        """Count a wrong one."""
        if len(self._full_at) >= _REMEMBERED:
            self._full_at = {each: full_at for each, full_at in self._full_at.items() if full_at > at}
        self._full_at[address] = draw(self._full_at.get(address, 0), self._most, self._within_ms, at).full_at
