"""Keys that a scanner types as a keyboard: the kernel's `struct input_event` (linux/input.h), the American layout, and
the characters that are typed by number with Alt and the keypad.

A code ends with Enter. Text comes as bytes, as from any scanner: a keypad number up to 255 is one byte, a larger one a
character of GBK (or of Unicode, when the scanner is set so).
"""

import struct
from enum import StrEnum
from typing import Final

from jinghou_devices.codecs.code_frames import LONGEST

EVENT: Final = struct.Struct("@llHHi")
"""seconds, microseconds, type, code, value; the size of the first two is that of this machine's long."""

_SYN, _KEY, _LAST_TYPE = 0x00, 0x01, 0x1F
_DROPPED: Final = 3  # SYN_DROPPED: the kernel lost events
_UP, _DOWN, _REPEATED = 0, 1, 2
_LAST_KEY: Final = 0x2FF
_ENTER: Final = frozenset({28, 96})
_SHIFT: Final = frozenset({42, 54})
_CONTROL: Final = frozenset({29, 97})
_ALT: Final = frozenset({56, 100})
_PLAIN: Final = {
    **dict(zip(range(2, 14), "1234567890-=", strict=True)),
    **dict(zip(range(16, 28), "qwertyuiop[]", strict=True)),
    **dict(zip(range(30, 42), "asdfghjkl;'`", strict=True)),
    **dict(zip(range(43, 54), "\\zxcvbnm,./", strict=True)),
    15: "\t",
    57: " ",
}
_SHIFTED: Final = str.maketrans("1234567890-=[];'`\\,./", '!@#$%^&*()_+{}:"~|<>?')
_WITH_CONTROL: Final = frozenset("abcdefghijklmnopqrstuvwxyz[\\]")
_KEYPAD: Final = {
    **dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True)),
    55: "*",
    74: "-",
    78: "+",
    83: ".",
    98: "/",
}


class Keypad(StrEnum):
    """What a number above 255, typed with Alt, stands for."""

    GBK = "gbk"
    UNICODE = "unicode"


class TypedCodes:
    """A Framing of codes that are typed. Keys held down are typed once; a code of which keys were lost is torn."""

    def __init__(self, keypad: Keypad = Keypad.GBK) -> None:
        self._keypad = keypad
        self._events = bytearray()
        self._held: set[int] = set()
        self._code = bytearray()
        self._number = ""  # typed on the keypad with Alt down
        self._lost = False
        self.torn = 0

    @property
    def amid(self) -> bool:
        """See Framing."""
        return bool(self._code or self._number or self._lost)

    def feed(self, data: bytes) -> list[bytes]:
        """See Framing."""
        codes: list[bytes] = []
        self._events += data
        while len(self._events) >= EVENT.size:
            _, microseconds, kind, key, value = EVENT.unpack_from(self._events)
            if not _plausible(microseconds, kind, key, value):
                del self._events[:1]  # in step again where an event begins
                continue
            del self._events[: EVENT.size]
            if kind == _KEY and (code := self._key(key, value)) is not None:
                codes.append(code)
            elif kind == _SYN and key == _DROPPED:
                self._lost = True
                self._held.clear()
        return codes

    def pause(self) -> list[bytes]:
        """See Framing. Enter alone ends a code: one without it is torn."""
        self.torn += self.amid
        self.forget()
        return []

    def forget(self) -> None:
        """See Framing. Which keys are down is kept: they will be let go."""
        self._code.clear()
        self._number = ""
        self._lost = False

    def _key(self, key: int, value: int) -> bytes | None:
        """The code that a key completes."""
        if value == _UP:
            self._held.discard(key)
            if key in _ALT and self._number:
                self._type_number()
        elif value == _DOWN and key not in self._held:
            self._held.add(key)
            if key in _ENTER:
                return self._end()
            self._type(key)
        return None

    def _type(self, key: int) -> None:
        if self._held & _ALT:
            digit = _KEYPAD.get(key, "")
            self._number += digit if digit.isdecimal() and len(self._number) < 10 else ""
            return
        character = _PLAIN.get(key) or _KEYPAD.get(key, "")
        if self._held & _CONTROL and character in _WITH_CONTROL:
            self._add(bytes((ord(character.upper()) & 0x1F,)))
        elif self._held & _SHIFT and key in _PLAIN:
            self._add(character.upper().translate(_SHIFTED).encode("ascii"))
        else:
            self._add(character.encode("ascii"))

    def _type_number(self) -> None:
        number, self._number = int(self._number), ""
        if number <= 0xFF:
            self._add(bytes((number,)))
        elif self._keypad is Keypad.GBK and number <= 0xFFFF:
            self._add(number.to_bytes(2))
        elif self._keypad is Keypad.UNICODE and number <= 0x10FFFF:
            self._add(chr(number).encode("utf-8", "replace"))
        else:
            self._lost = True  # no character has this number

    def _add(self, typed: bytes) -> None:
        if len(self._code) + len(typed) > LONGEST:
            self._lost = True
        else:
            self._code += typed

    def _end(self) -> bytes | None:
        code, lost = bytes(self._code), self._lost
        self.forget()
        self.torn += lost
        return code if code and not lost else None


def _plausible(microseconds: int, kind: int, key: int, value: int) -> bool:
    """Whether these can be an event's: bytes out of step rarely look like one."""
    if not 0 <= microseconds < 1_000_000 or kind > _LAST_TYPE:
        return False
    return kind != _KEY or (key <= _LAST_KEY and value in {_UP, _DOWN, _REPEATED})
