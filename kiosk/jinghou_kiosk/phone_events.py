"""What can happen with phones at a kiosk: the code they scan, and one that is told of a number. Values only."""

from dataclasses import dataclass, field
from enum import StrEnum

from jinghou_queue.contract.messages import OwnPhone


@dataclass(frozen=True)
class PhoneTapped:
    """ "I take the number with my phone.\""""


@dataclass(frozen=True)
class BindPhoneTapped:
    """ "Tell a phone when it is my turn", or "another phone"."""


@dataclass(frozen=True)
class WhoseTapped:
    """Whose phone it is: the own one, or a `relative`'s."""

    relative: bool


PhoneTouch = PhoneTapped | BindPhoneTapped | WhoseTapped


@dataclass(frozen=True)
class PhoneCodeSeen:
    """The code that phones scan now, as an address; another one comes after `renew_s` seconds."""

    session: str
    url: str = field(repr=False)
    renew_s: float


class PhoneFault(StrEnum):
    """Why there is no code, or the phone is not told."""

    SERVER_LOST = "server_lost"
    TOO_OFTEN = "too_often"  # the phone of this number was changed as often as it may be
    REFUSED = "refused"  # the hall has no numbers for phones, or the number is over


@dataclass(frozen=True)
class PhoneCodeLost:
    """There is no code to show."""

    session: str
    fault: PhoneFault


@dataclass(frozen=True)
class PhoneBound:
    """The phone is told of the number from now on."""

    session: str
    phone: OwnPhone


@dataclass(frozen=True)
class PhoneNotBound:
    """It is not, or nobody knows."""

    session: str
    fault: PhoneFault


PhoneResult = PhoneCodeSeen | PhoneCodeLost | PhoneBound | PhoneNotBound
