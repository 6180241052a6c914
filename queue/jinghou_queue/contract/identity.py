"""Who a citizen is, as a document number that has been checked. Numbers are never shown, logged or stored in clear."""

import re
from enum import StrEnum
from typing import Final

import msgspec

from jinghou_config.check_digits import is_credit_code, is_resident_number

_PASSPORT: Final = re.compile(r"[A-Z0-9]{5,17}")


class IdentityKind(StrEnum):
    """Which document a number is from."""

    RESIDENT = "resident"
    HMT = "hmt"  # 港澳台居民居住证: the same number form as a resident's
    FOREIGNER = "foreigner"
    PASSPORT = "passport"
    CREDIT_CODE = "credit_code"


class InvalidIdentity(ValueError):
    """The number cannot be one of its kind. The text never repeats the number."""


class Identity(msgspec.Struct, frozen=True):
    """A document number that passed its check digits; made in any other way it raises InvalidIdentity.

    `number` is upper case without spaces.
    """

    kind: IdentityKind
    number: str

    def __post_init__(self) -> None:
        if not _VALID[self.kind](self.number):
            raise InvalidIdentity(f"is not a valid {self.kind.value} number")

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return f"Identity({self.kind.value}, ‹hidden›)"


def _is_foreigner_number(number: str) -> bool:
    """The 2017 card has three letters and twelve digits; the 2023 card a resident's form beginning with 9."""
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return True
    return number.startswith("9") and is_resident_number(number)


def _is_passport_number(number: str) -> bool:
    return _PASSPORT.fullmatch(number) is not None


_VALID: Final = {
    IdentityKind.RESIDENT: is_resident_number,
    IdentityKind.HMT: is_resident_number,
    IdentityKind.FOREIGNER: _is_foreigner_number,
    IdentityKind.PASSPORT: _is_passport_number,
    IdentityKind.CREDIT_CODE: is_credit_code,
}
