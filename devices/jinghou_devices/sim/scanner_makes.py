"""Simulated scanners of the makes that can be told something: Honeywell, Newland, Datalogic, GM65."""

import argparse
import re
import time
from collections.abc import Mapping
from typing import Final

from jinghou_devices.sim.control_server import Answer
from jinghou_devices.sim.device import Model
from jinghou_devices.sim.line import Line
from jinghou_devices.sim.scanner import Scanner, ScannerFault, add_options

_ACK, _NAK, _ENQ = b"\x06", b"\x15", b"\x05"


class Honeywell(Scanner):
    """SYN T CR, SYN U CR, and menu commands."""

    _KNOWN: Final = frozenset({"REVINF", "SERNUM", "PAPHHC", "PAPHHF", "PAPPST", "TRGSTO", "DEFALT"})
    _REVISION: Final = b"Product Name: Jinghou Simulated 1900\r\nBoot Revision: 1\r\nSerial Number: 00000000\r\n"

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line, options)
        self._buffer = b""

    def take(self, data: bytes) -> None:
        """See Device."""
        self._buffer = (self._buffer + data)[-512:]
        while command := re.search(rb"\x16(?:(?P<key>[TU])\r|M\r(?P<menu>[^.!\x16]*)[.!])", self._buffer):
            self._buffer = self._buffer[command.end() :]
            self.told()
            if command["key"]:
                self.trigger(on=command["key"] == b"T")
            elif ScannerFault.NO_REPLY not in self.faults:
                self.line.send(self._answer(command["menu"]))

    def _answer(self, menu: bytes) -> bytes:
        tag = menu[:6].decode("ascii", "replace").upper()
        if ScannerFault.REFUSES in self.faults or tag not in self._KNOWN:
            return menu.upper() + _ENQ
        return menu.upper() + (self._REVISION if tag == "REVINF" else b"") + _ACK


class Newland(Scanner):
    """Commands in frames; it wants them 50 ms apart."""

    _APART_S: Final = 0.035  # less than it asks for: two may be read late here and still have been sent in time
    _INFORMATION: Final = b"Product Name: Jinghou Simulated NLS\r\nFirmware Version: 1.00\r\n"

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line, options)
        self._buffer = b""
        self._last = float("-inf")
        self._too_fast = 0
        self._exposure: int | None = None

    def take(self, data: bytes) -> None:
        """See Device."""
        self._buffer = (self._buffer + data)[-512:]
        while frame := re.search(rb"~\x010000(?P<mark>[@#])(?P<said>[^;]*);\x03", self._buffer):
            self._buffer = self._buffer[frame.end() :]
            now = time.monotonic()
            fast, self._last = now - self._last < self._APART_S, now
            self._too_fast += fast
            if not fast:
                self._obeyed(frame["mark"], frame["said"].decode("ascii", "replace"))

    def _obeyed(self, mark: bytes, said: str) -> None:
        self.told()
        verdict = _NAK if ScannerFault.REFUSES in self.faults else self._do(said[:6], said[6:])
        told = said.encode() + (self._INFORMATION if said == "QRYSYS" and verdict == _ACK else b"")
        if ScannerFault.NO_REPLY not in self.faults:
            self.line.send(b"\x02\x010000" + mark + told + verdict + b";\x03")
        if said[:6] == "SCNTRG" and verdict == _ACK:
            self.trigger(on=said[6:] == "1")

    def _do(self, tag: str, value: str) -> bytes:
        match tag, value:
            case ("SCNTRG", "0" | "1") | ("QRYSYS", ""):
                return _ACK
            case "SCNMOD", "0" | "2" | "3":
                self.by_itself = value != "0"
                return _ACK
            case "EXPLVL", value if value.isdecimal():
                self._exposure = int(value)
                return _ACK
            case (("SCNTRG" | "SCNMOD" | "EXPLVL" | "QRYSYS"), _):
                return _NAK
            case _:
                return _ENQ

    def status(self) -> Answer:
        """See Device."""
        return super().status() | {"too_fast": self._too_fast, "exposure": self._exposure}


class Datalogic(Scanner):
    """One character is a command."""

    _INFORMATION: Final = b"DATALOGIC JINGHOU-SIM 1.0\r\n"

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line, options)
        self._enabled = True

    def take(self, data: bytes) -> None:
        """See Device."""
        for character in data.decode("ascii", "replace"):
            self.told()
            match character:
                case "E" | "D":
                    self._enabled = character == "E"
                case "T" | "X":
                    self.trigger(on=character == "T")
                case "i" if not self.faults & {ScannerFault.NO_REPLY, ScannerFault.REFUSES}:
                    self.line.send(self._INFORMATION)
                case _:
                    pass

    def send_code(self, code: bytes) -> None:
        """See Scanner."""
        if self._enabled:
            super().send_code(code)


class Gm65(Scanner):
    """Zones of settings that are read and written; writing 1 into zone 2 triggers, and is acknowledged first."""

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line, options)
        self._buffer = b""
        self._zones = {0x0000: 0xD5 if self.by_itself else 0xD4, 0x00E1: 100, 0x00E2: 100, 0x00E3: 26}

    def take(self, data: bytes) -> None:
        """See Device."""
        self._buffer = (self._buffer + data)[-512:]
        while (begin := self._buffer.find(b"\x7e\x00")) >= 0:
            self._buffer = self._buffer[begin:]
            if len(self._buffer) < 4 or len(self._buffer) < (end := 8 + self._buffer[3]):
                return
            frame, self._buffer = self._buffer[:end], self._buffer[end:]
            if frame[-2:] in {b"\xab\xcd", _crc(frame[2:-2])}:
                self._obeyed(frame[2], int.from_bytes(frame[4:6]), frame[6:-2])

    def status(self) -> Answer:
        """See Device."""
        return super().status() | {"settings": self._zones[0]}

    def _obeyed(self, kind: int, zone: int, data: bytes) -> None:
        self.told()
        if kind == 0x07 and len(data) == 1:
            self._reply(bytes(self._zones.get(zone + step, 0) for step in range(data[0])))
        elif kind == 0x08 and data:
            self._zones[zone] = data[0]
            self._reply(b"\x00")
            if zone == 0x0002:
                self.trigger(on=bool(data[0] & 1))

    def _reply(self, data: bytes) -> None:
        kind = 0x01 if ScannerFault.REFUSES in self.faults else 0x00
        body = bytes((kind, len(data))) + data
        if ScannerFault.NO_REPLY not in self.faults:
            self.line.send(b"\x02\x00" + body + _crc(body))


def _crc(data: bytes) -> bytes:
    """CRC-16 with the polynomial 1021, from 0, highest bit first."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return value.to_bytes(2)


MODELS: Final[Mapping[str, Model]] = {
    "honeywell": Model("a Honeywell scanner", Honeywell, baud=115200, add_options=add_options),
    "newland": Model("a Newland scanner", Newland, add_options=add_options),
    "datalogic": Model(
        "a Datalogic scanner", Datalogic, add_options=lambda parser: add_options(parser, terminator="crlf")
    ),
    "gm65": Model("a GM65-class scan module", Gm65, add_options=add_options),
}
