"""Frames of LED display cards with fonts of their own: Onbon (仰邦) BX-5K and BX-6K, 字库卡协议.

A frame is eight A5, then a head, data and a check value in which A5, A6, 5A and 5B are escaped, then 5A. The head names
who it is for and from, both as two bytes with the low one first, and the length of the data; the check value is
CRC-16/ARC over head and data. The protocol is the maker's, as his own analyser and several programs of users have it;
only one of these describes what a card answers.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

HOST: Final = 0x8000
"""Our own address, and the first of the 256 that are a program's."""

_HOSTS: Final = 256

ANY_CARD: Final = 0xFE
"""The type of card in the head that every card takes for its own."""

_BEGIN: Final = 0xA5
_END: Final = 0x5A
_ESCAPED: Final = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
_MEANT: Final = {pair: byte for byte, pair in _ESCAPED.items()}
_ESCAPES: Final = frozenset({0xA6, 0x5B})
_VERSION: Final = 2
_HEAD: Final = 14
_LONGEST: Final = 4096  # bytes between begin and end; a text has a few hundred
_DOTS_A_UNIT: Final = 8  # places and widths across are counted in bytes of a line of lights

PING: Final = bytes.fromhex("A2 00 01 00 00")
CLEAR_SCREEN: Final = bytes.fromhex("A3 10 01 00 00")


class Effect(IntEnum):
    """How a text comes."""

    STILL = 1
    AT_ONCE = 2
    LEFTWARD = 3  # it runs through, for one that is wider than its area


@dataclass(frozen=True)
class Area:
    """A part of a display that can be written at any time (动态区), in dots; `left` and `width` are multiples of 8.

    `speed` is 0 the fastest, `stay` how long a page stands in half seconds.
    """

    left: int
    top: int
    width: int
    height: int
    number: int = 0
    line_spacing: int = 0
    run_mode: int = 0  # again and again
    timeout_s: int = 0  # for the run modes that look after it
    speed: int = 4
    stay: int = 10


@dataclass(frozen=True)
class Frame:
    """One whole frame whose check value was right. `data` may hold a name and stays out of repr."""

    to: int
    source: int
    data: bytes = field(repr=False)


def show(text: bytes, area: Area, effect: Effect, *, answer: bool = True) -> bytes:
    """The data that put `text` into an area."""
    body = bytes(1) + b"".join(
        number.to_bytes(2, "little")
        for number in (area.left // _DOTS_A_UNIT, area.top, area.width // _DOTS_A_UNIT, area.height)
    )
    body += bytes((area.number, area.line_spacing, area.run_mode)) + area.timeout_s.to_bytes(2, "little")
    body += bytes(3)  # no voice, nothing extended, to the left
    body += bytes((1, 1, effect, 0, area.speed, area.stay)) + len(text).to_bytes(4, "little") + text
    return _change_areas(answer) + bytes((0, 1)) + len(body).to_bytes(2, "little") + body


def delete(area: Area, *, answer: bool = True) -> bytes:
    """The data that take an area away; what the card has stored shows again."""
    return _change_areas(answer) + bytes((1, area.number, 0))


def _change_areas(answer: bool) -> bytes:
    return bytes((0xA3, 0x06, 1 if answer else 2, 0, 0))


def host(turn: int) -> int:
    """The address from which to ask for the `turn`th time: an answer goes to who asked, so that it shows what it is
    the answer to. Frames themselves have no number."""
    return HOST + turn % _HOSTS


def encode(to: int, data: bytes, card_type: int = ANY_CARD, source: int = HOST) -> bytes:
    """A frame from us, ready to send."""
    head = to.to_bytes(2, "little") + source.to_bytes(2, "little") + bytes(6) + bytes((card_type, _VERSION))
    body = head + len(data).to_bytes(2, "little") + data
    body += _crc(body).to_bytes(2, "little")
    return bytes((_BEGIN,)) * 8 + b"".join(_ESCAPED.get(byte, bytes((byte,))) for byte in body) + bytes((_END,))


class Decoder:
    """Finds frames in a stream. Begin and end occur nowhere inside a frame, so that it is never long out of step."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._inside = False
        self.received = 0
        self.bad_frames = 0

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes."""
        self.received += len(data)
        frames: list[Frame] = []
        for byte in data:
            if byte == _BEGIN:
                self._inside = True
                self._buffer.clear()
            elif byte == _END:
                frames += self._whole()
            elif self._inside:
                self._buffer.append(byte)
                self._inside = len(self._buffer) <= _LONGEST
        return frames

    def _whole(self) -> list[Frame]:
        body = _unescaped(self._buffer) if self._inside and self._buffer else b""
        self.bad_frames += self._inside
        self._inside = False
        self._buffer.clear()
        if len(body) < _HEAD + 2 or _crc(body):
            return []
        if int.from_bytes(body[_HEAD - 2 : _HEAD], "little") != len(body) - _HEAD - 2:
            return []
        self.bad_frames -= 1
        to, source = int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little")
        return [Frame(to, source, body[_HEAD:-2])]


def _unescaped(raw: bytearray) -> bytes:
    """What `raw` means; nothing when it holds half an escape."""
    body = bytearray()
    rest = iter(raw)
    for byte in rest:
        if byte not in _ESCAPES:
            body.append(byte)
            continue
        meant = _MEANT.get(bytes((byte, next(rest, 0))))
        if meant is None:
            return b""
        body.append(meant)
    return bytes(body)


def _crc(data: bytes) -> int:
    """CRC-16/ARC; 0 over data that end with their own."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
