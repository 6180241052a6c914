"""The hash chain of the records: each line's link covers the line before, so that no line can be changed unnoticed."""

import hashlib
from typing import Final

import msgspec

START: Final = ""
"""The link before the first line."""


def link(before: str, *fields: int | str | None) -> str:
    """The link of a line, as hex, from the link before it and the line's own fields."""
    return hashlib.sha256(msgspec.json.encode((before, *fields))).hexdigest()
