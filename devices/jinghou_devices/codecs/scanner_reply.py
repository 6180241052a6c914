"""A scanner's reply to a command, as the codecs of the makes find it among the codes that share its line."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ScannerReply:
    """A whole reply in a buffer, from `begin` to `end`. `data` stays out of repr: a code may have slipped in."""

    begin: int
    end: int
    accepted: bool
    data: bytes = field(default=b"", repr=False)


FindReply = Callable[[bytes], ScannerReply | None]
"""The first whole reply in a buffer; None while there is none. Never raises."""
