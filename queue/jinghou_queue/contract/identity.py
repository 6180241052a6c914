"""Who a citizen is, as a document number that has been checked. Numbers are never shown, logged or stored in clear."""

import re
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
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


def is_resident_number(number: str) -> bool:
    """Whether 18 characters pass GB 11643: six digits of place, a date that exists, and the check digit (MOD 11-2)."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    return _ID_CHECK[total % 11] == number[17]


def is_credit_code(number: str) -> bool:
    """Whether 18 characters pass GB 32100 (unified social credit code, MOD 31-3)."""
    if len(number) != 18 or any(character not in _CREDIT_ALPHABET for character in number):
        return False
    values = [_CREDIT_ALPHABET.index(character) for character in number]
    total = sum(weight * value for weight, value in zip(_CREDIT_WEIGHTS, values[:17], strict=True))
    return (31 - total % 31) % 31 == values[17]


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
