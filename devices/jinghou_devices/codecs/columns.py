"""Text in columns: how wide it is and where it wraps. An ASCII character is one column wide, every other one two."""

import re
from typing import Final

_NOT_FIRST: Final = frozenset("，。、；：？！）》〉」』】〕”’…%,.;:?!)]}")
_NOT_LAST: Final = frozenset("（《〈「『【〔“‘([{")
_UNITS: Final = re.compile(r"[!-~]+|[^\S\n]+|[^ -~]")  # a word, a run of spaces, one wide character
_UNPRINTABLE: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def width(text: str) -> int:
    """Columns that `text` takes."""
    return sum(1 if character.isascii() else 2 for character in text)


def printable(text: str) -> str:
    """`text` with a space for each control character but the end of a line: a name must not be a command."""
    return _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n"))


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns` (2 or more), broken at spaces or between wide characters.

    Spaces at a break are dropped, a word longer than a line is cut, and a line neither begins with closing
    punctuation nor ends with an opening bracket where that can be avoided.
    """
    return [line for paragraph in printable(text).split("\n") for line in _wrap_paragraph(paragraph, columns)]


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for unit in _pieces(text, columns):
        if width(line) + width(unit) <= columns:
            line += unit
        elif not unit.isspace():
            keep, carried = _parted(line, unit, columns)
            lines.append(keep.rstrip())
            line = carried + unit
        else:
            lines.append(line.rstrip())
            line = ""
    return [*lines, line.rstrip()]


def _pieces(text: str, columns: int) -> list[str]:
    """The units of `text`, none wider than a line."""
    pieces: list[str] = []
    for unit in _UNITS.findall(text):
        step = columns if unit.isascii() else 1
        pieces += [unit[i : i + step] for i in range(0, len(unit), step)]
    return pieces


def _parted(line: str, following: str, columns: int) -> tuple[str, str]:
    """Where to break `line` before `following`: at its end, or a little earlier for the sake of punctuation."""
    for back in range(min(4, len(line))):
        keep, carried = (line[:-back], line[-back:]) if back else (line, "")
        first = (carried + following)[0]
        if (
            keep.strip()
            and first not in _NOT_FIRST
            and keep[-1] not in _NOT_LAST
            and not (back and keep[-1].isascii() and first.isascii() and not keep[-1].isspace())
            and width(carried + following) <= columns
        ):
            return keep, carried
    return line, ""
