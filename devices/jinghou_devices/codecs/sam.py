"""Frames of ID-card readers with a SAM module (protocol family of GA/T 467): commands, replies, what a status means.

A request is the preamble, a length, CMD PARA, data and a check byte; a reply has SW1 SW2 SW3 in place of the command.
The length counts from the first byte after it through the check byte, which is the XOR of the length and all after it.
"""

from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from itertools import accumulate, pairwise
from operator import xor
from typing import Final

PREAMBLE: Final = bytes.fromhex("AA AA AA 96 69")
_HEAD: Final = len(PREAMBLE) + 2
_SHORTEST: Final = 4  # SW1 SW2 SW3 and the check byte
_LONGEST: Final = 0x0A0B  # a card with a photo and a full fingerprint block is 0x090A
_TEXT_BYTES: Final = 256


class Command(Enum):
    """What a reader can be asked: CMD and PARA."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ_BASE = b"\x30\x01"
    READ_WITH_FINGERPRINT = b"\x30\x10"
    READ_NEW_ADDRESS = b"\x30\x03"
    MANAGEMENT_NUMBER = b"\x30\x05"  # the number by which the card itself is managed; from one source only
    SPEED_115200 = b"\x60\x00"  # the speeds: from one source only
    SPEED_57600 = b"\x60\x01"
    SPEED_38400 = b"\x60\x02"
    SPEED_19200 = b"\x60\x03"
    SPEED_9600 = b"\x60\x04"


SPEEDS: Final = {
    115200: Command.SPEED_115200,
    57600: Command.SPEED_57600,
    38400: Command.SPEED_38400,
    19200: Command.SPEED_19200,
    9600: Command.SPEED_9600,
}
"""Speed of the line in bits per second, to the command that sets it."""


class Sw3(Enum):
    """The last status byte, the one that says how it went."""

    OK = 0x90
    NOT_ON_CARD = 0x91
    CARD_FOUND = 0x9F
    CHECKSUM = 0x10
    LENGTH = 0x11
    COMMAND = 0x21
    NO_PRIVILEGE = 0x23
    UNKNOWN_ERROR = 0x24
    SAM_NOT_TRUSTED = 0x31
    CARD_NOT_TRUSTED = 0x32
    INFORMATION = 0x33
    FINGERPRINT = 0x37
    LENGTH_OF_DATA = 0x3F
    UNKNOWN_CARD = 0x40
    READ_FAILED = 0x41
    RANDOM_NUMBER = 0x47
    SELF_TEST = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81


_MEANINGS: Final = {
    Sw3.OK: "done",
    Sw3.NOT_ON_CARD: "the card does not hold this item",
    Sw3.CARD_FOUND: "a card is there",
    Sw3.CHECKSUM: "the reader received a damaged command",
    Sw3.LENGTH: "the reader received a command of the wrong length",
    Sw3.COMMAND: "the reader does not know the command, or not at this moment",
    Sw3.NO_PRIVILEGE: "the reader may not do this",
    Sw3.UNKNOWN_ERROR: "the reader has an unknown error",
    Sw3.SAM_NOT_TRUSTED: "the card does not accept this reader's security module",
    Sw3.CARD_NOT_TRUSTED: "the card failed its authentication: it may not be genuine",
    Sw3.INFORMATION: "what the card holds failed its verification",
    Sw3.FINGERPRINT: "the fingerprint failed its verification",
    Sw3.LENGTH_OF_DATA: "data of the wrong length",
    Sw3.UNKNOWN_CARD: "a kind of card the reader does not know",
    Sw3.READ_FAILED: "the card could not be read to its end: it was lifted too soon",
    Sw3.RANDOM_NUMBER: "the card gave no random number",
    Sw3.SELF_TEST: "the security module failed its self-test and takes no command",
    Sw3.NOT_AUTHORISED: "the security module is not authorised",
    Sw3.NO_CARD: "no card is there",
    Sw3.SELECT_FAILED: "the card could not be selected: it moved",
}


def meaning(sw3: int) -> str:
    """A status byte in words."""
    try:
        return _MEANINGS[Sw3(sw3)]
    except ValueError:
        return f"unknown status {sw3:02X}"


@dataclass(frozen=True)
class Reply:
    """One whole reply whose check byte was right. `data` may be a person's and stays out of repr."""

    sw: bytes
    data: bytes = field(default=b"", repr=False)

    @property
    def sw3(self) -> int:
        """The status byte that says how it went."""
        return self.sw[2]


def encode(command: Command, data: bytes = b"") -> bytes:
    """A request, ready to send."""
    body = command.value + data
    return PREAMBLE + _sealed((len(body) + 1).to_bytes(2) + body)


def _sealed(body: bytes) -> bytes:
    return body + bytes((reduce(xor, body),))


class Decoder:
    """Finds replies in a stream, whatever lies before, between or inside them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.received = 0
        self.bad_checks = 0

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that `data` completes."""
        self.received += len(data)
        self._buffer += data
        return self._scan(no_more=False)

    def finish(self) -> list[Reply]:
        """No more bytes will come: the replies inside what looked like the beginning of a longer one."""
        return self._scan(no_more=True)

    def _scan(self, *, no_more: bool) -> list[Reply]:
        replies: list[Reply] = []
        buffer = self._buffer
        while (start := buffer.find(PREAMBLE)) >= 0:
            del buffer[:start]
            end = self._end_of_frame()
            if end > len(buffer) and not no_more:
                return replies
            if end == 0 or end > len(buffer):
                del buffer[:1]  # no frame begins here
            elif reduce(xor, buffer[len(PREAMBLE) : end]):
                self.bad_checks += 1
                del buffer[:1]
            else:
                replies.append(Reply(bytes(buffer[_HEAD : _HEAD + 3]), bytes(buffer[_HEAD + 3 : end - 1])))
                del buffer[:end]
        del buffer[: max(0, len(buffer) - len(PREAMBLE) + 1)]  # a preamble may have begun
        return replies

    def _end_of_frame(self) -> int:
        """Where the frame at the buffer's beginning ends; 0 when its length is impossible."""
        if len(self._buffer) < _HEAD:
            return _HEAD
        length = int.from_bytes(self._buffer[len(PREAMBLE) : _HEAD])
        return _HEAD + length if _SHORTEST <= length <= _LONGEST else 0


def sam_id(data: bytes) -> str:
    """The 16 bytes of the reply to SAM_ID as printed on the module. Raises ValueError for another length."""
    if len(data) != 16:
        raise ValueError(f"a SAM id has 16 bytes, not {len(data)}")
    parts = [int.from_bytes(data[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))]
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*parts)


@dataclass(frozen=True, repr=False)
class Parts:
    """What a card's data falls into. All of it is a person's, so that repr shows nothing."""

    text: bytes
    photo: bytes
    fingerprint: bytes = b""


def split(data: bytes, *, with_fingerprint: bool = False) -> Parts:
    """The parts of the reply to READ_BASE or, with its third part, to READ_WITH_FINGERPRINT.

    The data begins with the length of each part, big-endian. Raises ValueError when the lengths do not add up.
    """
    parts = 3 if with_fingerprint else 2
    lengths = [int.from_bytes(data[at : at + 2]) for at in range(0, 2 * parts, 2)]
    if lengths[0] != _TEXT_BYTES or len(data) != 2 * parts + sum(lengths):
        raise ValueError("the lengths inside the card's data do not add up")
    ends = list(accumulate(lengths, initial=2 * parts))
    return Parts(*(data[begin:end] for begin, end in pairwise(ends)))
