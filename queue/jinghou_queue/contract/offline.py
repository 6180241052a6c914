"""What a terminal does while it cannot reach the server: numbers set aside for it, and what it tells afterwards."""

from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from jinghou_queue.contract.bookings import Code
from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.messages import MaskedName, PrintOutcome, Problem, TicketStatus

MOST_ITEMS: Final = 200
"""Of an outbox in one request."""


class AskNumbers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /terminals/me/leases. `count` is how many numbers of the service the terminal wants to have at hand."""

    service: str
    count: Annotated[int, msgspec.Meta(ge=1, le=500)]


class LeasedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number that only this terminal may give, with the id and the holder's secret that its ticket will have."""

    number: str
    ticket: str
    token: str
    url: str


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """All numbers of a service that the terminal may give on `day` while the server is away, as the server knows.

    Of the feed `epoch`: when the hall has another epoch, the numbers are somebody else's and must not be given.
    """

    day: str
    service: str
    epoch: str
    numbers: tuple[LeasedNumber, ...]


class _Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Something that happened at a terminal, at `at` by its clock; `key` is new for each, and kept for repeats."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    at: int


class NumberGiven(_Item, frozen=True, kw_only=True, tag="take"):
    """A leased number was given to somebody.

    `code` is what they showed of a booking; without it the identity's booking counts. `instead_of` is the
    Idempotency-Key of a press for this person whose answer never came: the number that it may have given is taken back,
    because nobody has it.
    """

    ticket: str
    service: str
    identity: Identity | None = None
    masked_name: MaskedName | None = None
    then: Annotated[tuple[str, ...], msgspec.Meta(max_length=8)] = ()
    code: Code | None = None
    instead_of: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None


class NumberPrinted(_Item, frozen=True, kw_only=True, tag="printed"):
    """How a number, leased or not, reached its holder."""

    ticket: str
    outcome: PrintOutcome


class NumberCancelled(_Item, frozen=True, kw_only=True, tag="cancel"):
    """A number was given back."""

    ticket: str


class HolderBack(_Item, frozen=True, kw_only=True, tag="return"):
    """Somebody who was passed over is back; `token` is from the code on their ticket."""

    token: str


OutboxItem = NumberGiven | NumberPrinted | NumberCancelled | HolderBack


class Outbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /terminals/me/outbox: OutboxItems, in the order in which they happened.

    Each is read on its own, so that one that the server cannot read does not hold up the others.
    """

    items: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(min_length=1, max_length=MOST_ITEMS)]


class ItemStatus(StrEnum):
    """What became of an item. Each is final: the terminal can forget the item."""

    DONE = "done"
    AGAIN = "again"  # it was told before
    REFUSED = "refused"


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is the time it was recorded with: another than the terminal's when that cannot be, so its clock is wrong."""

    key: str
    status: ItemStatus
    at: int | None = None
    ticket: TicketStatus | None = None
    problem: Problem | None = None


class OutboxAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer an item, in the same order; `now` is the server's time."""

    now: int
    items: tuple[ItemAnswer, ...]
