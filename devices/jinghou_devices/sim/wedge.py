"""A simulated scanner that types as a keyboard: the events of the kernel's input device, into a FIFO."""

import argparse
import struct
import time
from typing import Final

from jinghou_devices.sim.device import Model
from jinghou_devices.sim.ends import End
from jinghou_devices.sim.fifo import Fifo
from jinghou_devices.sim.scanner import Scanner, ScannerFault, add_options

_KEYS_A_SECOND: Final = 1000
_EVENT: Final = struct.Struct("@llHHi")
_BAUD: Final = _KEYS_A_SECOND * 4 * _EVENT.size * 10  # a key is two events down and two up
_ENTER, _SHIFT, _ALT, _CONTROL = 28, 42, 56, 29
_ROWS: Final = {
    2: "1234567890-=",
    16: "qwertyuiop[]",
    30: "asdfghjkl;'`",
    43: "\\zxcvbnm,./",
}
_SHIFTED_ROWS: Final = {2: "!@#$%^&*()_+", 16: "QWERTYUIOP{}", 30: 'ASDFGHJKL:"~', 43: "|ZXCVBNM<>?"}
_PLAIN: Final = {character: first + place for first, row in _ROWS.items() for place, character in enumerate(row)}
_SHIFTED: Final = {
    character: first + place for first, row in _SHIFTED_ROWS.items() for place, character in enumerate(row)
}
_DIGITS: Final = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)


def typed(code: bytes) -> list[tuple[int, int]]:
    """The keys, each with 1 for down and 0 for up, that type `code`: what no key types, by its number with Alt."""
    keys: list[tuple[int, int]] = []
    rest = code
    while rest:
        character = chr(rest[0])
        size = 1
        if character in _PLAIN or character in " \t":
            keys += _tap(_PLAIN.get(character) or {" ": 57, "\t": 15}[character])
        elif character in _SHIFTED:
            keys += _with(_SHIFT, _tap(_SHIFTED[character]))
        elif character == "\x1d":
            keys += _with(_CONTROL, _tap(_PLAIN["]"]))
        else:
            size = 2 if 0x81 <= rest[0] <= 0xFE and len(rest) > 1 and 0x40 <= rest[1] <= 0xFE else 1
            number = str(int.from_bytes(rest[:size]))
            keys += _with(_ALT, [key for digit in number for key in _tap(_DIGITS[int(digit)])])
        rest = rest[size:]
    return keys


def _tap(key: int) -> list[tuple[int, int]]:
    return [(key, 1), (key, 0)]


def _with(modifier: int, keys: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(modifier, 1), *keys, (modifier, 0)]


class Wedge(Scanner):
    """It types what it reads, and Enter."""

    def send_code(self, code: bytes) -> None:
        """See Scanner."""
        keys = typed(code) + ([] if ScannerFault.NO_TERMINATOR in self.faults else _tap(_ENTER))
        self.line.send(b"".join(_event(1, key, down) + _event(0, 0, 0) for key, down in keys))


def _event(kind: int, key: int, value: int) -> bytes:
    now = time.time_ns() // 1000
    return _EVENT.pack(now // 1_000_000, now % 1_000_000, kind, key, value)


def _end(options: argparse.Namespace) -> End:
    return Fifo(options.link)


MODEL: Final = Model(
    "a scanner that types as a keyboard",
    Wedge,
    baud=_BAUD,
    add_options=lambda parser: add_options(parser, "always"),
    end=_end,
)
