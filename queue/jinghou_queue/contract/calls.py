"""Calls that reached nobody, as messages for the staff who go and look; and what people are written about."""

from enum import StrEnum

import msgspec

from jinghou_queue.contract.messages import CallChannel, CallState, MaskedName


class NoticeKind(StrEnum):
    """What a message to a phone, or to the ushers, is about."""

    AHEAD = "ahead"  # to a person: few are ahead
    CALLED = "called"  # to a person: come to the counter
    UNREACHED = "unreached"  # to the ushers: nothing has reached somebody


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How far a call got over one channel, and since when."""

    channel: CallChannel
    state: CallState
    at: int


class UnreachedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls/{hall}/unreached: somebody called at `called_at` who has not seen it on any channel.

    Ushers are asked to look since `since`. `counter` and `zone` are as the screens name them.
    """

    ticket: str
    number: str
    service: str
    zone: str
    counter: str
    called_at: int
    since: int
    channels: tuple[Reached, ...]
    masked_name: MaskedName | None = None
