"""The silent call ladder: which step is due while somebody who was called does not come, and which notice before that.

Screens and the phone's page are told at once, by the call itself; what a clerk does ends every ladder.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from jinghou_config.hall import LadderPlan
from jinghou_queue.contract.messages import CallChannel, CallState

_FIRST_RETRY_MS: Final = 2000
_LAST_RETRY_MS: Final = 60_000


@dataclass(frozen=True)
class OpenCall:
    """A person who is called and not there yet: since when, a Unix time in milliseconds, and over which channels.

    `states` are those of the whole call, recalls included; `reachable` when there is a phone to write to.
    """

    called_at: int
    states: Collection[tuple[CallChannel, CallState]]
    reachable: bool

    @property
    def seen(self) -> bool:
        """Whether the person is known to have seen it."""
        return any(state is CallState.SEEN for _, state in self.states)


def steps_due(plan: LadderPlan, call: OpenCall, at: int) -> tuple[CallChannel, ...]:
    """The channels that a call goes on to at `at`, each once in a call. Whoever has seen it is left in peace."""
    if call.seen:
        return ()
    taken = {channel for channel, _ in call.states}
    after = [(CallChannel.USHER, plan.usher_seconds)]
    if call.reachable:
        after.insert(0, (CallChannel.MESSAGE, plan.message_seconds))
    return tuple(
        channel
        for channel, seconds in after
        if seconds and channel not in taken and at >= call.called_at + seconds * 1000
    )


def notice_due(plan: LadderPlan, ahead: int, given: Collection[int]) -> int | None:
    """Of the plan's notices the one that somebody with so many `ahead` gets now, after those that were `given`.

    Who moved up past several gets the last of them, and nobody one that is behind: a place can get worse again.
    """
    reached = min((notice for notice in plan.notices if ahead <= notice), default=None)
    return None if reached is None or any(notice <= reached for notice in given) else reached


def retry_after_ms(tries: int, chance: float) -> int:
    """How long to wait after so many tries failed; `chance`, from 0 to 1, spreads those that failed together."""
    wait_ms = min(_FIRST_RETRY_MS * 3 ** (tries - 1), _LAST_RETRY_MS)
    return int(wait_ms * (0.5 + chance))
