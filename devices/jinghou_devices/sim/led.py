"""Simulated LED displays on one line, with cards of the Onbon BX-5K kind, each with an address."""

import argparse
from enum import StrEnum
from typing import Final

from jinghou_devices.sim.control_server import Answer
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.line import Line

_COLOURS: Final = {"1": "red", "2": "green", "3": "yellow"}
_EFFECTS: Final = {1: "still", 2: "at_once", 3: "leftward"}
_AREA_HEAD: Final = 27
_ESCAPES: Final = (  # in this order; what was written so is read in the reverse one
    (b"\xa6", b"\xa6\x01"),
    (b"\x5b", b"\x5b\x01"),
    (b"\xa5", b"\xa6\x02"),
    (b"\x5a", b"\x5b\x02"),
)
_HALF_BYTES: Final = (
    *(0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401),
    *(0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400),
)


class LedFault(StrEnum):
    """What can be wrong with the displays."""

    LISTENS_ONLY = "listens_only"  # does what it is told and answers nothing
    REFUSES = "refuses"  # answers with an error
    ANSWERS_8000 = "answers_8000"  # answers to that address whoever asked


class Displays(Device):
    """The displays: bytes in, text on the lights, answers out."""

    own_faults = LedFault

    def __init__(self, line: Line, addresses: list[int]) -> None:
        super().__init__(line)
        self._shown: dict[int, dict[int, Answer]] = {address: {} for address in addresses}
        self._frame: bytearray | None = None
        self._commands = 0

    def take(self, data: bytes) -> None:
        """Bytes from the host."""
        for byte in data:
            if byte == 0xA5:
                self._frame = bytearray()
            elif byte == 0x5A and self._frame is not None:
                frame, self._frame = bytes(self._frame), None
                self._obey_frame(frame)
            elif self._frame is not None:
                self._frame.append(byte)

    def _obey_frame(self, raw: bytes) -> None:
        for plain, escaped in reversed(_ESCAPES):
            raw = raw.replace(escaped, plain)
        if len(raw) < 21 or crc(raw[:-2]) != int.from_bytes(raw[-2:], "little"):
            return
        self._commands += 1
        to, data = int.from_bytes(raw[:2], "little"), raw[14:-2]
        if to not in self._shown:
            return
        error = 0x01 if LedFault.REFUSES in self.faults else self._obey_command(to, data)
        if data[2] == 1 and LedFault.LISTENS_ONLY not in self.faults:
            host = 0x8000 if LedFault.ANSWERS_8000 in self.faults else int.from_bytes(raw[2:4], "little")
            self._answer(to, host, data[:2], error)

    def _obey_command(self, address: int, data: bytes) -> int:
        """Do it; 0, or the number of the error."""
        shown = self._shown[address]
        match data[0], data[1]:
            case 0xA2, 0x00:
                return 0
            case 0xA3, 0x10:
                shown.clear()
                return 0
            case 0xA3, 0x06:
                for number in data[6 : 6 + data[5]]:
                    shown.pop(number, None)
                areas = data[6 + data[5] :]
                return self._write(shown, areas[0], areas[1:])
            case _:
                return 0x02

    def _write(self, shown: dict[int, Answer], count: int, rest: bytes) -> int:
        for _ in range(count):
            size = int.from_bytes(rest[:2], "little")
            area, rest = rest[2 : 2 + size], rest[2 + size :]
            text = area[_AREA_HEAD:]
            if len(area) != size or len(text) != int.from_bytes(area[_AREA_HEAD - 4 : _AREA_HEAD], "little"):
                return 0x03
            shown[area[9]] = _read_text(text) | {
                "width": int.from_bytes(area[5:7], "little") * 8,
                "height": int.from_bytes(area[7:9], "little"),
                "effect": _EFFECTS.get(area[19], "unknown"),
            }
        return 0

    def _answer(self, address: int, host: int, command: bytes, error: int) -> None:
        data = command + bytes((error, 0, 0))
        body = address_bytes(host) + address_bytes(address) + bytes(6) + b"\x51\x02" + address_bytes(len(data)) + data
        body += address_bytes(crc(body))
        for plain, escaped in _ESCAPES:
            body = body.replace(plain, escaped)
        self.line.send(b"\xa5" * 8 + body + b"\x5a")

    def status(self) -> Answer:
        """See Device."""
        shown = {
            str(address): {str(number): area for number, area in areas.items()}
            for address, areas in self._shown.items()
        }
        return {"displays": shown, "commands": self._commands}


def _read_text(raw: bytes) -> Answer:
    text = raw.decode("gb18030", "replace")
    if text.startswith("\\C"):
        return {"text": text[3:], "colour": _COLOURS.get(text[2:3], "unknown")}
    return {"text": text, "colour": "card"}


def address_bytes(number: int) -> bytes:
    """Two bytes, the low one first."""
    return bytes((number & 0xFF, number >> 8))


def crc(data: bytes) -> int:
    """The check value, half a byte at a time."""
    value = 0
    for byte in data:
        value = value >> 4 ^ _HALF_BYTES[(value ^ byte) & 0xF]
        value = value >> 4 ^ _HALF_BYTES[(value ^ byte >> 4) & 0xF]
    return value


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--address", type=int, action="append", metavar="N", help="address of a display (1); repeatable"
    )


def _make(line: Line, options: argparse.Namespace) -> Displays:
    return Displays(line, options.address or [1])


MODEL: Final = Model("LED displays above counters", _make, baud=57600, add_options=_add_options)
