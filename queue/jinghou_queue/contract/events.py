"""The feed of a hall: what happened, in order, safe for a public screen.

Each event has `seq`, without gaps within a hall, and `at`, a Unix time in milliseconds. On the wire an event is one
server-sent event with `id: seq`, `event: kind` and the struct as JSON in `data`.
"""

import msgspec

from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.messages import CallChannel, CallState, CounterState, HelpState, LegState, TicketState


class LegChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="leg"):
    """A leg came into `state`, from `was` (none: it entered). `counter` is the label of the counter concerned.

    `day` is the business day of its number: who is served past midnight has yesterday's, which may be somebody
    else's today.
    """

    seq: int
    at: int
    day: str
    number: str
    service: str
    state: LegState
    was: LegState | None = None
    counter: str | None = None
    masked_name: str | None = None


class TicketChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="ticket"):
    """A ticket came into `state`."""

    seq: int
    at: int
    number: str
    state: TicketState


class CounterChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="counter"):
    """The counter of that id opened or closed, with the services it now serves."""

    seq: int
    at: int
    counter: str
    state: CounterState
    services: tuple[str, ...]


class BookingChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="booking"):
    """A booking for the slot that starts at `starts_at` came into `state`, from `was` (none: it was made).

    Who was moved to another slot is told with the new one, `was` and `state` being the same.
    """

    seq: int
    at: int
    service: str
    starts_at: int
    state: BookingState
    was: BookingState | None = None


class HelpChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="help"):
    """Somebody at the terminal of that id asked for staff, or was answered. Which terminal that is, staff know."""

    seq: int
    at: int
    terminal: str
    state: HelpState


class CallChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="call"):
    """A call of a number got so far over a channel other than the screens, which follow the legs.

    `counter` is the label of the counter it is for, while it stands.
    """

    seq: int
    at: int
    number: str
    counter: str | None
    channel: CallChannel
    state: CallState


class PlanChanged(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="plan"):
    """The hall's plan changed: services, counters or rules. Get the hall anew."""

    seq: int
    at: int
    version: int


class DayBegan(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="day"):
    """A new business day: every queue is empty and numbers begin anew."""

    seq: int
    at: int
    day: str


Event = (
    LegChanged | TicketChanged | CounterChanged | BookingChanged | HelpChanged | CallChanged | PlanChanged | DayBegan
)
