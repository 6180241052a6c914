"""Check digits of the numbers that people and organisations have in China (GB 11643, GB 32100).

Kept here because terminals and server both need them, and neither may import the other.
"""

import re
from datetime import date
from typing import Final

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


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
