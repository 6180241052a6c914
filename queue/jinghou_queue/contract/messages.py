"""Messages between the server and everybody who speaks to it: bodies of requests and answers, as JSON.

Times are Unix times in whole milliseconds, UTC. Nothing here carries a full name or, in an answer, an identity.
"""

from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.phone import PhoneText

MaskedName = Annotated[str, msgspec.Meta(pattern=r"^\S\*{1,3}(?!\n)$", description="family name and stars, e.g. 张*")]
Why = Annotated[str, msgspec.Meta(max_length=60, description="a few words, for staff only")]


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
    PARKED = "parked"  # away for a form or a signature, and back to the same clerk
    DONE = "done"
    MISSED = "missed"  # called in vain; comes back by one scan
    NO_SHOW = "no_show"  # missed, and not back by the day's end
    CANCELLED = "cancelled"


class CallChannel(StrEnum):
    """How a call can reach a person."""

    SCREEN = "screen"  # window screen and hall board
    PHONE = "phone"  # the person's page
    MESSAGE = "message"  # SMS, WeChat
    USHER = "usher"


class CallState(StrEnum):
    """How far a call got over one channel."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"
    DROPPED = "dropped"  # before it was sent it was not needed any more


class CounterState(StrEnum):
    """Whether a counter takes people."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class HelpState(StrEnum):
    """Where a call for staff from a terminal stands."""

    ASKED = "asked"
    COMING = "coming"  # somebody of the staff said so
    ENDED = "ended"


class PrintOutcome(StrEnum):
    """How a number reached the person."""

    PRINTED = "printed"
    SHOWN = "shown"  # on a screen, paper was not wanted or is not there
    FAILED = "failed"  # paper was wanted and did not come; the number stayed on the screen


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """How long until somebody is called, in whole minutes: half wait at most `p50`, nine of ten at most `p90`."""

    p50: int
    p90: int


class TakeNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/tickets.

    `lane` may be given by ushers and managers only; `then` names services the same number goes on to.
    """

    service: str
    channel: Channel
    identity: Identity | None = None
    masked_name: MaskedName | None = None
    phone: PhoneText | None = None
    lane: Lane | None = None
    then: Annotated[tuple[str, ...], msgspec.Meta(max_length=8)] = ()

    def __repr__(self) -> str:
        """Without the phone: a repr ends up in logs and tracebacks."""
        return f"TakeNumber({self.service}, ‹hidden›)"


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A number as its holder gets it. `token` and `url` are the holder's secret.

    `estimate` is missing until enough is known of the hall. `booked_for` is the start of the slot that was booked: in
    lane BOOKED the person is called by it, in another one came too late for that.
    """

    id: str
    number: str
    service: str
    state: TicketState
    ahead: int
    taken_at: int
    token: str
    url: str
    lane: Lane = Lane.WALK_IN
    booked_for: int | None = None
    estimate: Estimate | None = None


class TicketPrinted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /tickets/{id}/printed."""

    outcome: PrintOutcome


class TicketStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's state after a change, for the terminal that made it."""

    id: str
    number: str
    state: TicketState


class OwnPhone(msgspec.Struct, frozen=True, kw_only=True):
    """The phone that is bound to a ticket, as its holder sees it: 138****5678. `relative`: it is somebody else's."""

    masked: str
    relative: bool


class OwnTicket(msgspec.Struct, frozen=True, kw_only=True):
    """GET /t/{token}: what a holder may see of the own visit. `counter` is the label to go to, once called.

    `calls` counts how often the number was called to it; `seen`: the holder has said so of the latest call.
    """

    hall: str
    number: str
    service: str
    state: TicketState
    leg: LegState
    ahead: int
    counter: str | None = None
    estimate: Estimate | None = None
    phone: OwnPhone | None = None
    calls: int = 0
    seen: bool = False


class OpenCounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /counters/{id}/open. Without services: all that the counter can serve."""

    services: tuple[str, ...] | None = None


class PauseCounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /counters/{id}/pause. The hall's plan may say which reasons there are."""

    why: Why = ""


class Transfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /counters/{id}/transfer: where the person goes on to, with the same number."""

    service: str


class Resume(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /counters/{id}/resume: whom of those parked. Without a ticket: the one parked last at this counter."""

    ticket: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /tickets/{id}/priority: why this person goes first, such as 军人."""

    why: Why


class CounterView(msgspec.Struct, frozen=True, kw_only=True):
    """A counter, as everybody may see it."""

    id: str
    label: str
    state: CounterState
    services: tuple[str, ...]


class Audience(StrEnum):
    """For whom a service is."""

    PERSONAL = "personal"
    COMPANY = "company"
    BOTH = "both"


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A service, as everybody may see it. `waiting` counts the people in its queue.

    `theme` is what it is found under where there are many; "" when the plan says none. `words` are what people call it.
    """

    id: str
    prefix: str
    name: str
    name_en: str
    zone: str
    identity: str
    waiting: int
    estimate: Estimate | None = None
    bookable: bool = False
    audience: Audience = Audience.BOTH
    theme: str = ""
    theme_en: str = ""
    words: tuple[str, ...] = ()


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One call on a public screen; `state` is CALLED until the person is there, then SERVING."""

    number: str
    service: str
    counter: str
    at: int
    state: LegState = LegState.CALLED
    masked_name: str | None = None


class HelpView(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal at which somebody asked for staff, as every terminal may see it; where it stands, staff are told."""

    terminal: str
    state: HelpState


class HallSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls."""

    id: str
    name: str
    name_en: str
    timezone: str


class HallView(msgspec.Struct, frozen=True, kw_only=True):
    """GET /halls/{hall}: the hall as of event `seq`; `calls` are the latest, newest first, of people not yet done.

    `phone_numbers`: phones may take numbers with the code on a screen.
    """

    id: str
    name: str
    name_en: str
    timezone: str
    day: str
    seq: int
    epoch: str  # of the feed: another one means that the server was restored, and the feed is another
    services: tuple[ServiceView, ...]
    counters: tuple[CounterView, ...]
    calls: tuple[CallView, ...]
    help: tuple[HelpView, ...] = ()  # by terminal
    phone_numbers: bool = False


class LegView(msgspec.Struct, frozen=True, kw_only=True):
    """The person at a counter, as its clerk sees them."""

    id: str
    ticket: str
    number: str
    service: str
    lane: Lane
    state: LegState
    masked_name: str | None = None
    calls: int = 0


class CounterDesk(msgspec.Struct, frozen=True, kw_only=True):
    """GET /counters/{id}: all that its clerk needs after a reload. `why` is the reason of a pause."""

    counter: CounterView
    leg: LegView | None
    aside: tuple[LegView, ...]  # parked here, or missed here, today
    waiting: int
    why: str = ""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to POST /counters/{id}/next: whom to expect, and why this person."""

    leg: LegView
    reason: str


class BookedFor(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody's booking is for, who came with it too early, on another day or to another hall.

    `check_in_from` is set for today's, `hall_name` and `hall_name_en` for another hall's.
    """

    starts_at: int
    check_in_from: int | None = None
    hall_name: str = ""
    hall_name_en: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An `application/problem+json` body (RFC 9457). `type` is stable; `detail` is for a person.

    `booked_for` comes with the problems named `check-in-…`, so that a terminal can say it in its own words.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    booked_for: BookedFor | msgspec.UnsetType = msgspec.UNSET
