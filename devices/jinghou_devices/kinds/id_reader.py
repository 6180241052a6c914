"""ID readers: what is on a card, how to wait for one, and how to hear of one that somebody left behind."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from jinghou_config.check_digits import is_resident_number
from jinghou_devices.kinds.common import Lease, Link, Tri


class CardKind(StrEnum):
    """Which document the card is."""

    RESIDENT = "resident"
    HMT = "hmt"
    FOREIGNER = "foreigner"


@dataclass(frozen=True, kw_only=True)
class IdCard:
    """What a card says. Dates are None where the card leaves them empty; `valid_to` None with `long_term` is 长期.

    `new_address` (追加住址), `management_number` and `fingerprint` are None where they were not asked for or could not
    be told, and empty where the card holds none. `photo_wlt` is the photo as the card holds it, in a form that only the
    readers' makers can decode.

    `repr` shows the kind only: a repr ends up in logs and tracebacks.
    """

    kind: CardKind
    name: str
    sex: str
    nation: str
    birth: date | None
    address: str
    number: str
    issuer: str
    valid_from: date | None
    valid_to: date | None
    long_term: bool = False
    chinese_name: str = ""  # a foreigner's, beside the name in Latin letters
    permit_number: str = ""  # 通行证号码 of a resident of Hong Kong, Macao or Taiwan
    issue_count: str = ""  # 签发次数 of such a resident, 换证次数 of a foreigner
    card_version: str = ""  # of a foreigner's card of 2017
    new_address: str | None = None
    management_number: str | None = None
    photo_wlt: bytes = b""
    fingerprint: bytes | None = None

    def __repr__(self) -> str:
        """Without anything of the person."""
        return f"IdCard({self.kind.value}, ‹hidden›)"

    @property
    def number_valid(self) -> bool | None:
        """Whether the number passes its check digit (GB 11643); None for a number that has none.

        A card with a wrong one is delivered all the same: the reader's security module vouches for what it says, and
        whether a number will do is for whoever wants it to decide.
        """
        return is_resident_number(self.number) if len(self.number) == 18 else None


@dataclass(frozen=True)
class IdReaderStatus:
    """Health of a reader. `sam_ready` says whether its security module answers, `sam_id` which one it is (None: it
    does not say). `left_behind`: whether a card lies there whose session is over."""

    link: Link
    sam_ready: Tri
    sam_id: str | None = None
    left_behind: Tri | None = None


OnLeftBehind = Callable[[bool], None]
"""Told True when a card lies there whose session is over, False when it has been lifted."""


class IdReader(Protocol):
    """A reader of ID cards."""

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[IdCard]:
        """The next card put down, under `lease`; None waits as long as the lease lasts.

        One placing is handed over once: a card left lying is not the next person's, it must be lifted first.

        The future fails with Cancelled when the lease ends, DeviceSilent when no card came before the deadline, and
        with any other DeviceError when the reader fails; a card that cannot be read fails with DeviceRefused.
        """

    def watch_left_behind(self, on_change: OnLeftBehind) -> None:
        """From now on call `on_change` within 3 s of each change, from a thread of the reader's.

        A reader that stops seeing a card once it was read never calls: its `left_behind` is None.
        """

    def photo_of(self, card: IdCard, lease: Lease, deadline_s: float = 3.0) -> Future[bytes | None]:
        """The photo as a BMP or PNG picture; None where nothing on this terminal can decode it, or it failed.

        Fails with Cancelled when the lease ends.
        """

    def check_health(self) -> Future[IdReaderStatus]:
        """Ask the reader with a real command."""
