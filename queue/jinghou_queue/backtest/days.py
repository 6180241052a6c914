"""A day in a hall as a list of what happened, in order. Times are Unix times in milliseconds; ids mean nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jinghou_queue.contract.messages import CounterState, Lane


@dataclass(frozen=True)
class Entered:
    """Somebody came into a queue; `again` after a missed call."""

    at: int
    leg: str
    service: str
    lane: Lane
    sort_time: int
    again: bool = False


@dataclass(frozen=True)
class Withdrew:
    """Somebody who waited does not wait any more."""

    at: int
    leg: str


@dataclass(frozen=True)
class Called:
    """A counter called somebody."""

    at: int
    leg: str
    counter: str


@dataclass(frozen=True)
class Started:
    """Somebody is being served, or goes on after having been parked."""

    at: int
    leg: str
    counter: str


class End(StrEnum):
    """How somebody left a counter."""

    DONE = "done"
    MISSED = "missed"
    PARKED = "parked"
    UNDONE = "undone"  # waits again, at the old place


@dataclass(frozen=True)
class Ended:
    """Somebody left a counter."""

    at: int
    leg: str
    counter: str
    how: End


@dataclass(frozen=True)
class Staffed:
    """A counter came into a state, serving these services."""

    at: int
    counter: str
    state: CounterState
    services: tuple[str, ...]


@dataclass(frozen=True)
class Booked:
    """Somebody is booked for the slot that starts at `start`."""

    at: int
    booking: str
    service: str
    start: int


@dataclass(frozen=True)
class Unbooked:
    """A booking is no longer expected; `came` when it was used."""

    at: int
    booking: str
    came: bool


Happening = Entered | Withdrew | Called | Started | Ended | Staffed | Booked | Unbooked


@dataclass(frozen=True)
class Day:
    """What happened on one day that began at `begins_at`, the hall's midnight.

    `counters` gives, for each counter, the services that it can serve.
    """

    name: str
    begins_at: int
    services: tuple[str, ...]
    counters: Mapping[str, tuple[str, ...]]
    happened: tuple[Happening, ...]
