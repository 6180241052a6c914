"""Colours by number: how far two stand out from each other, and what is made of a hall's own colour.

Which is used where is the pages' matter.
"""

import re
from typing import Final

USUAL: Final = 4.5
"""WCAG 2.2, level AA: the ratio that text needs against what it is painted on."""
HIGH: Final = 7.0
"""The same at level AAA."""

PAPER: Final = "#F6F4EF"
"""What the pages are painted on: the darkest ground that text of the accent stands on, so the one that decides."""

_WHITE: Final = "#FFFFFF"
_BLACK: Final = "#000000"


def contrast(one: str, two: str) -> float:
    """The ratio of two colours' relative luminances, 1 to 21 (WCAG 2.2). Each is written as #14576B."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_accent(colour: str) -> str:
    """`colour`, if it can be read on the pages' paper, and white on it. Raises ValueError with the measured ratio."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError("is not a colour such as #14576B")
    measured = contrast(colour, PAPER)
    if measured < USUAL:
        raise ValueError(
            f"stands out from the paper {PAPER} by {measured:.2f} to 1, and needs {USUAL} to 1: take a darker one"
        )
    return colour


def accents_of(colour: str) -> dict[str, str]:
    """What the pages need of a readable accent, by the names of the theme: text on each of them is readable too.

    `accentContrast` is for the theme of high contrast, in which text stands out by 7 to 1.
    """
    softer = (_mixed(_WHITE, colour, share) for share in (0.16, 0.08))
    return {
        "accent": colour,
        "accentPressed": _mixed(colour, _BLACK, 0.25),
        "accentSoft": _mixed(colour, _WHITE, 0.91),
        "accentInkSoft": next((soft for soft in softer if contrast(soft, colour) >= USUAL), _WHITE),
        "accentContrast": _darkened(colour, PAPER, HIGH),
    }


def _mixed(colour: str, other: str, share: float) -> str:
    """`colour` with that share of `other` in it, 0 to 1."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02X}" for one, two in pairs)


def _darkened(colour: str, ground: str, ratio: float) -> str:
    """The same colour with as little black in it as makes it stand out from `ground` by `ratio`."""
    steps = (_mixed(colour, _BLACK, step / 50) for step in range(51))
    return next((darker for darker in steps if contrast(darker, ground) >= ratio), _BLACK)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
