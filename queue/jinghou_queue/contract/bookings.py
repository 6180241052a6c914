"""Messages about bookings and about arriving: a place in a slot, and what becomes of it. Times as in `messages`."""

from enum import StrEnum
from typing import Annotated

import msgspec

from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.messages import Channel, MaskedName, OwnTicket


class BookingState(StrEnum):
    """Where a booking stands."""

    HELD = "held"  # the place is kept for some minutes
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # not confirmed in time, or the person did not come


SlotStart = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000, description="the `starts_at` of a slot")]


class SlotView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls/{hall}/slots: a slot that can still be booked, with the places that are left.

    `quiet`: few are booked in it and around it.
    """

    starts_at: int
    ends_at: int
    left: int
    quiet: bool = False


class BookPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/bookings. With `hold` the place waits to be confirmed."""

    service: str
    starts_at: SlotStart
    channel: Channel
    identity: Identity
    masked_name: MaskedName | None = None
    hold: bool = False


class Reschedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /bookings/{id}/reschedule: the slot to come in instead."""

    starts_at: SlotStart


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as its holder gets it.

    `code` is ten digits to type or show at the hall, `token` and `url` open it on a phone: all three are the holder's
    secret. `check_in_from` is when the person may arrive, `in_time_until` how long the place is kept pinned; a place
    that is held is gone at `held_until`. `ticket_url` leads on once the person has checked in.
    """

    id: str
    hall: str
    service: str
    starts_at: int
    ends_at: int
    check_in_from: int
    in_time_until: int
    state: BookingState
    code: str
    token: str
    url: str
    held_until: int | None = None
    ticket_url: str | None = None


class BookingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls/{hall}/bookings, for staff."""

    id: str
    service: str
    starts_at: int
    ends_at: int
    state: BookingState
    channel: Channel
    masked_name: MaskedName | None = None
    ticket: str | None = None


Code = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200, description="a booking's code or token, or a ticket's")
]


class Showing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody shows to be known by: a code or an identity document; not both.

    In a body and no address, so that neither of them is in anybody's log.
    """

    code: Code | None = None
    identity: Identity | None = None

    def __post_init__(self) -> None:
        if (self.code is None) == (self.identity is None):
            raise ValueError("needs either a code or an identity")


class CheckIn(Showing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/check-ins: somebody has arrived. `masked_name` goes onto a ticket whose booking had none."""

    channel: Channel
    masked_name: MaskedName | None = None


class FindNumbers(Showing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/own-numbers: somebody asks for their own."""


class FindBookings(Showing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/own-bookings: somebody asks what they have booked."""


class OwnNumber(msgspec.Struct, frozen=True, kw_only=True):
    """One number that somebody holds today. `ticket` is its id, to give it back by."""

    ticket: str
    own: OwnTicket
