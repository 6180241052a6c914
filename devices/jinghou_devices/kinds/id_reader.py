"""ID readers: what is on a card, and how to wait for one."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from jinghou_devices.kinds.common import Lease, Link, Tri


class CardKind(StrEnum):
    """Which document the card is."""

    RESIDENT = "resident"
    HMT = "hmt"
    FOREIGNER = "foreigner"


@dataclass(frozen=True, kw_only=True)
class IdCard:
    """What a card says. Dates are None where the card leaves them empty; `valid_to` None with `long_term` is 长期.

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

    def __repr__(self) -> str:
        """Without anything of the person."""
        return f"IdCard({self.kind.value}, ‹hidden›)"


@dataclass(frozen=True)
class IdReaderStatus:
    """Health of a reader. `sam_ready` says whether its security module answers."""

    link: Link
    sam_ready: Tri


class IdReader(Protocol):
    """A reader of ID cards."""

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[IdCard]:
        """The next card put down, under `lease`; None waits as long as the lease lasts.

        One placing is handed over once: a card left lying is not the next person's, it must be lifted first.

        The future fails with Cancelled when the lease ends, DeviceSilent when no card came before the deadline, and
        with any other DeviceError when the reader fails; a card that cannot be read fails with DeviceRefused.
        """

    def check_health(self) -> Future[IdReaderStatus]:
        """Ask the reader with a real command."""
