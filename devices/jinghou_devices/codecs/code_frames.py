"""Codes in what a serial scanner sends. Its bytes carry no length and no check: a code ends with the terminator that
the scanner is set to, or, without one, when nothing has come for a while; how long, the caller knows.
"""

from enum import StrEnum
from typing import Final, Protocol

LONGEST: Final = 8192
"""Bytes. A QR code holds 2953 at most; what is longer is noise."""


class Terminator(StrEnum):
    """What a scanner is set to send after each code."""

    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    NONE = "none"


ENDS: Final = {Terminator.CR: b"\r", Terminator.LF: b"\n", Terminator.CRLF: b"\r\n", Terminator.NONE: b""}


class Framing(Protocol):
    """Finds codes in a stream."""

    torn: int
    """How many codes broke off before their end."""

    @property
    def amid(self) -> bool:
        """Whether a code has begun."""

    def feed(self, data: bytes) -> list[bytes]:
        """The codes that `data` completes."""

    def pause(self) -> list[bytes]:
        """Nothing has come for a while: the code that this ends, if it does."""

    def forget(self) -> None:
        """Drop what has begun: it is nobody's."""


class CodeFrames:
    """A Framing of codes that end with `terminator`. Empty codes there are none."""

    def __init__(self, terminator: Terminator) -> None:
        self._terminator = ENDS[terminator]
        self._buffer = bytearray()
        self._overflow = False
        self._feed_may_follow = False  # a scanner set to CR LF where CR was expected
        self.torn = 0

    @property
    def amid(self) -> bool:
        """See Framing."""
        return bool(self._buffer) or self._overflow

    def feed(self, data: bytes) -> list[bytes]:
        """See Framing."""
        codes: list[bytes] = []
        if self._feed_may_follow and data:
            data = data.removeprefix(b"\n")
            self._feed_may_follow = False
        self._buffer += data
        if self._terminator:
            codes = self._cut()
        if len(self._buffer) > LONGEST:
            del self._buffer[: -len(self._terminator) or None]  # the last byte may be half a CR LF
            self._overflow = True
        return codes

    def _cut(self) -> list[bytes]:
        codes: list[bytes] = []
        while (end := self._buffer.find(self._terminator)) >= 0:
            code = bytes(self._buffer[:end])
            del self._buffer[: end + len(self._terminator)]
            if self._terminator == b"\r":
                self._feed_may_follow = not self._buffer
                if self._buffer[:1] == b"\n":
                    del self._buffer[:1]
            if self._overflow or len(code) > LONGEST:
                self.torn += 1
            elif code:
                codes.append(code)
            self._overflow = False
        return codes

    def pause(self) -> list[bytes]:
        """See Framing."""
        code, overflow = bytes(self._buffer), self._overflow
        self.forget()
        if not code and not overflow:
            return []
        if self._terminator or overflow:
            self.torn += 1
            return []
        return [code]

    def forget(self) -> None:
        """See Framing."""
        self._buffer.clear()
        self._overflow = self._feed_may_follow = False
