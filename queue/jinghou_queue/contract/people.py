"""Messages about one person: the phone bound to a ticket, who it is, and a number taken by phone in the hall."""

from typing import Annotated

import msgspec

from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import HallSummary, MaskedName, ServiceView, Why
from jinghou_queue.contract.phone import PhoneText

Claim = Annotated[str, msgspec.Meta(max_length=128, description="what `phone-claims` answered")]


class BindPhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /t/{token}/phone. `relative`: it is not the holder's own phone but that of somebody who lets them know."""

    phone: PhoneText
    relative: bool = False

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return "BindPhone(‹hidden›)"


class Reveal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /tickets/{id}/identity. A manager says why; a clerk who has the person at the counter need not."""

    why: Why = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a ticket, as far as it is kept, in clear: show it, store it nowhere."""

    kind: IdentityKind | None
    number: str | None
    phone: str | None

    def __repr__(self) -> str:
        """Without anything: a repr ends up in logs and tracebacks."""
        return "Person(‹hidden›)"


class HallCode(msgspec.Struct, frozen=True, kw_only=True):
    """GET /halls/{hall}/code: a kiosk shows `url` as a QR code until `next_at`; the code counts until `valid_until`.

    `next_in_ms` says the first for a screen whose clock may be wrong: so long from this answer on.
    """

    code: str
    url: str
    next_at: int
    valid_until: int
    next_in_ms: int


class ClaimNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/phone-claims: the code that was scanned."""

    code: Annotated[str, msgspec.Meta(max_length=64)]


class PhoneClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan is worth: one number of one of these open services, until `valid_until`."""

    claim: str
    valid_until: int
    hall: HallSummary
    services: tuple[ServiceView, ...]


class TakeByPhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/phone-tickets. The claim is the proof, and stands for the press when it is sent again."""

    claim: Claim
    service: str
    identity: Identity | None = None
    masked_name: MaskedName | None = None
