"""Codes that somebody reads from one screen and types on another: Crockford's base 32, without letters that look alike.

See https://www.crockford.com/base32.html.
"""

from typing import Final

LENGTH: Final = 10
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 5  # of a letter
_AS_MEANT: Final = str.maketrans("OIL", "011", " -")


def code_of(secret: bytes) -> str:
    """50 bits of a secret of at least 7 bytes, as two groups of five letters such as 7K3QM-Z91RT."""
    number = int.from_bytes(secret[:7])
    letters = "".join(_ALPHABET[number >> _BITS * place & 31] for place in range(LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def as_meant(typed: str) -> str:
    """What somebody typed, in one form: upper case, without blanks and hyphens; O was a 0, and I and L were a 1."""
    return typed.upper().translate(_AS_MEANT)
