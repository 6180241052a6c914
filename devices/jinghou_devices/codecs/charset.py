"""Which characters a printer has: a text with a square for each one that it lacks, and its bytes.

Chinese printers speak GB18030 or one of the two it grew out of. Rare hanzi of names (㼆, 𠮷) take four bytes in it,
which an older printer takes for four characters.
"""

import unicodedata
from enum import StrEnum
from typing import Final

SUBSTITUTE: Final = "□"


class Charset(StrEnum):
    """The character sets of Chinese printers, each a part of the next."""

    GB2312 = "gb2312"
    GBK = "gbk"
    GB18030 = "gb18030"


def fit(text: str, charset: Charset) -> str:
    """`text` as it can be printed: a square for what `charset` or every printer lacks, without what is never seen."""
    composed = unicodedata.normalize("NFC", text)
    seen = (character for character in composed if not _unseen(character))
    return "".join(character if _has(character, charset) else SUBSTITUTE for character in seen)


def encode(text: str) -> bytes:
    """The bytes of a text that fits."""
    return text.encode("gb18030", "replace")


def _unseen(character: str) -> bool:
    """Joiners, marks of direction, and what only chooses among the forms and colours of another character."""
    return unicodedata.category(character) == "Cf" or unicodedata.name(character, "").startswith(
        ("VARIATION SELECTOR", "EMOJI MODIFIER")
    )


def _has(character: str, charset: Charset) -> bool:
    if character.isascii():
        return True
    if ord(character) > 0xFFFF and not character.isalpha():
        return False  # pictures, such as emoji: no printer has them
    match charset:
        case Charset.GB18030:
            return True
        case Charset.GBK:
            return len(encode(character)) == 2
        case Charset.GB2312:  # its own corner of GBK; Python's codec of that name lacks the dot in names (·)
            code = encode(character)
            return len(code) == 2 and 0xA1 <= code[0] <= 0xF7 and code[1] >= 0xA1
