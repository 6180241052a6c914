"""A simulated chip card in the virtual reader of pcscd (vsmartcard's vpcd): its reset, its number, and a few commands.

Messages have their length before them, in two bytes. One byte alone is the reader's: 0 power off, 1 power on, 2 reset,
4 asks for the answer to reset; all else are commands to the card (APDUs).
"""

import argparse
import random
from enum import StrEnum
from typing import Final

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.ends import End
from jinghou_devices.sim.line import Line
from jinghou_devices.sim.vpcd import PORT, Vpcd

_ATR: Final = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")  # a contactless memory card
_ASKS_FOR_ATR: Final = 4
_OK: Final = b"\x90\x00"


class ChipFault(StrEnum):
    """What can be wrong with a card."""

    NO_UID = "no_uid"  # tells no number, as most cards with contacts
    TAKEN_AWAY = "taken_away"  # pulled out at the next command


class Chip(Device):
    """The card: the reader's messages in, its answers out."""

    own_faults = ChipFault
    commands = ("place", "lift")

    def __init__(self, line: Line, seed: int | None) -> None:
        super().__init__(line)
        self._random = random.Random(seed)  # noqa: S311  # invented numbers, not secrets
        self._buffer = bytearray()
        self._uid = b""
        self._resets = self._apdus = 0
        self._verified = False  # whether a PIN was given since the last reset

    def take(self, data: bytes) -> None:
        """Bytes from the reader."""
        self._buffer += data
        while len(self._buffer) >= 2 and len(self._buffer) >= (end := 2 + int.from_bytes(self._buffer[:2], "big")):
            message = bytes(self._buffer[2:end])
            del self._buffer[:end]
            if len(message) > 1:
                self._apdus += 1
                self._obey_apdu(message)
            elif message[:1] == bytes((_ASKS_FOR_ATR,)):
                self._say(_ATR)
            else:
                self._resets += 1
                self._verified = False

    def _obey_apdu(self, apdu: bytes) -> None:
        if ChipFault.TAKEN_AWAY in self.faults:
            self.obey("lift", {})
            return
        match apdu[:4]:
            case b"\xff\xca\x00\x00" if ChipFault.NO_UID in self.faults:
                self._say(b"\x6a\x81")
            case b"\xff\xca\x00\x00":
                self._say(self._uid + _OK)
            case b"\x00\x84\x00\x00":
                self._say(bytes(self._random.randrange(256) for _ in range(8)) + _OK)
            case b"\x00\x20\x00\x01" if len(apdu) > 5:
                self._verified = True
                self._say(_OK)
            case b"\x00\x20\x00\x01":
                self._say(_OK if self._verified else b"\x63\xc3")
            case _:
                self._say(b"\x6d\x00")

    def _say(self, message: bytes) -> None:
        self.line.send(len(message).to_bytes(2, "big") + message)

    def obey(self, name: str, arguments: Arguments) -> Answer:
        """See Device."""
        self.line.end.unplug()
        self._buffer.clear()
        if name == "lift":
            return {}
        invented = bytes(self._random.randrange(256) for _ in range(7))
        self._uid = bytes.fromhex(str(arguments.get("uid", invented.hex())))
        try:
            self.line.end.plug()
        except OSError as fault:
            raise BadCommand(f"there is no virtual reader: {fault.strerror}") from None
        return {"uid": self._uid.hex().upper(), "atr": _ATR.hex().upper()}

    def status(self) -> Answer:
        """See Device."""
        return {"apdus": self._apdus, "resets": self._resets, "verified": self._verified}


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vpcd", type=int, default=PORT, metavar="PORT", help=f"where the reader listens ({PORT})")


def _end(options: argparse.Namespace) -> End:
    return Vpcd("127.0.0.1", options.vpcd)


def _make(line: Line, options: argparse.Namespace) -> Chip:
    return Chip(line, options.seed)


MODEL: Final = Model(
    "a chip card in the virtual reader of pcscd (vpcd)", _make, baud=115200, add_options=_add_options, end=_end
)
