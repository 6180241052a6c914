"""Makes of a text what it might be in a longer language that is written from right to left. Pure.

It stays readable, so that whoever looks at the gallery still knows what a page says.
"""

import re
from typing import Final

LONGER: Final = 1.4
_TO_THE_LEFT: Final = "\u202e"  # RIGHT-TO-LEFT OVERRIDE: the letters of a word stand as Arabic ones would
_END: Final = "\u202c"
_FROM_THE_RIGHT: Final = "\u200f"  # RIGHT-TO-LEFT MARK: the line begins at the right


def lengthened(text: str) -> str:
    """Each word with its last letters said again, so that the whole is 1.4 times as long; what is filled in stays."""
    owed = 0.0

    def longer(word: re.Match[str]) -> str:
        nonlocal owed
        owed += len(word[0]) * (LONGER - 1)
        more = min(round(owed), len(word[0]))
        owed -= more
        return word[0] + word[0][len(word[0]) - more :].lower()

    return re.sub(r"(?<![%\w])[^\W\d_]+", longer, text)


def turned(text: str) -> str:
    """The same, each line from right to left; places to fill in, such as %1, keep their own direction."""
    return "\n".join(map(_line, text.split("\n")))


def _line(text: str) -> str:
    parts = (part for part in re.split(r"(%\d)", text) if part)
    return _FROM_THE_RIGHT + "".join(part if part.startswith("%") else f"{_TO_THE_LEFT}{part}{_END}" for part in parts)
