"""Messages between the server and everybody who speaks to it: bodies of requests and answers, as JSON.

Times are Unix times in whole milliseconds, UTC. Nothing here carries a full name or, in an answer, an identity.
"""

from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from jinghou_queue.contract.identity import Identity

MaskedName = Annotated[str, msgspec.Meta(pattern=r"^\S\*{1,3}(?!\n)$", description="family name and stars, e.g. 张*")]


class Channel(StrEnum):
    """Where a number was taken."""

    KIOSK = "kiosk"
    PHONE = "phone"
    COUNTER = "counter"


class Lane(IntEnum):
    """Priority class of a leg; the least is called first."""

    PRIORITY = 0
    BOOKED = 1
    RETURNED = 2
    WALK_IN = 3


class TicketState(StrEnum):
    """Where a person's visit stands."""

    RESERVED = "reserved"  # number taken, print pending
    ACTIVE = "active"  # the person has it, on paper or on a screen
    VOID = "void"
    CLOSED = "closed"


class LegState(StrEnum):
    """Where one service within a visit stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    CANCELLED = "cancelled"


class CounterState(StrEnum):
    """Whether a counter takes people."""

    CLOSED = "closed"
    OPEN = "open"


class PrintOutcome(StrEnum):
    """How a number reached the person."""

    PRINTED = "printed"
    SHOWN = "shown"  # on a screen, paper was not wanted or is not there
    FAILED = "failed"  # paper was wanted and did not come; the number stayed on the screen


class TakeNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/tickets."""

    service: str
    channel: Channel
    identity: Identity | None = None
    masked_name: MaskedName | None = None


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A number as its holder gets it. `token` and `url` are the holder's secret."""

    id: str
    number: str
    service: str
    state: TicketState
    ahead: int
    taken_at: int
    token: str
    url: str


class TicketPrinted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /tickets/{id}/printed."""

    outcome: PrintOutcome


class TicketStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's state after a change, for the terminal that made it."""

    id: str
    number: str
    state: TicketState


class OwnTicket(msgspec.Struct, frozen=True, kw_only=True):
    """GET /t/{token}: what a holder may see of the own visit. `counter` is the label to go to, once called."""

    hall: str
    number: str
    service: str
    state: TicketState
    leg: LegState
    ahead: int
    counter: str | None = None


class OpenCounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /counters/{id}/open. Without services: all that the counter can serve."""

    services: tuple[str, ...] | None = None


class CounterView(msgspec.Struct, frozen=True, kw_only=True):
    """A counter, as everybody may see it."""

    id: str
    label: str
    state: CounterState
    services: tuple[str, ...]


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A service, as everybody may see it. `waiting` counts the people in its queue."""

    id: str
    prefix: str
    name: str
    name_en: str
    zone: str
    identity: str
    waiting: int


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One call on a public screen; `state` is CALLED until the person is there, then SERVING."""

    number: str
    service: str
    counter: str
    at: int
    state: LegState = LegState.CALLED
    masked_name: str | None = None


class HallSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls."""

    id: str
    name: str
    name_en: str
    timezone: str


class HallView(msgspec.Struct, frozen=True, kw_only=True):
    """GET /halls/{hall}: the hall as of event `seq`; `calls` are the latest, newest first, of people not yet done."""

    id: str
    name: str
    name_en: str
    timezone: str
    day: str
    seq: int
    services: tuple[ServiceView, ...]
    counters: tuple[CounterView, ...]
    calls: tuple[CallView, ...]


class LegView(msgspec.Struct, frozen=True, kw_only=True):
    """The person at a counter, as its clerk sees them."""

    id: str
    ticket: str
    number: str
    service: str
    lane: Lane
    state: LegState
    masked_name: str | None = None


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to POST /counters/{id}/next: whom to expect, and why this person."""

    leg: LegView
    reason: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An `application/problem+json` body (RFC 9457). `type` is stable; `detail` is for a person."""

    type: str
    title: str
    status: int
    detail: str = ""
