"""A simulated ID-card reader with a SAM module, and the cards that can be put on it."""

import argparse
import random
from dataclasses import asdict
from enum import StrEnum
from functools import reduce
from typing import Final

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.line import Line
from jinghou_devices.sim.people import Kind, Person, invent

_BEGIN: Final = b"\xaa\xaa\xaa\x96\x69"
_PHOTO: Final = bytes(1024)


class CardFault(StrEnum):
    """What can be wrong with a card or the reader."""

    CARD_REMOVED = "card_removed"  # lifted in the middle of a read
    UNREADABLE = "unreadable"  # cannot be selected
    NOT_GENUINE = "not_genuine"  # fails its authentication
    SELF_TEST = "self_test"  # the module takes no command
    FINDS_AGAIN = "finds_again"  # find goes on answering after a read; most readers want the card lifted first


def text_area(person: Person) -> bytes:
    """The 256 bytes of a card, in the layout of its kind."""
    area = bytearray("\x20".encode("utf-16-le") * 128)
    if person.kind is Kind.FOREIGNER:
        fields = [(0, 60, person.name), (120, 1, person.sex), (122, 15, person.number), (152, 3, person.nation)]
        fields += [(158, 15, person.chinese_name), (188, 8, person.valid_from), (204, 8, person.valid_to)]
        fields += [(220, 8, person.birth), (236, 2, "01"), (240, 4, person.issuer), (248, 1, "I")]
    elif person.kind is Kind.FOREIGNER_2023:
        fields = [(0, 15, person.chinese_name), (30, 1, person.sex), (32, 2, "00"), (36, 8, person.birth)]
        fields += [(52, 35, person.name[:35]), (220, 11, person.name[35:]), (122, 18, person.number)]
        fields += [(188, 8, person.valid_from), (204, 8, person.valid_to), (242, 3, person.nation), (248, 1, "Y")]
    else:
        fields = [(0, 15, person.name), (30, 1, person.sex), (32, 2, person.nation), (36, 8, person.birth)]
        fields += [(52, 35, person.address), (122, 18, person.number), (158, 15, person.issuer)]
        fields += [(188, 8, person.valid_from), (204, 8, person.valid_to)]
        if person.kind is Kind.HMT:
            fields += [(220, 9, person.permit_number), (238, 2, "01"), (248, 1, "J")]
    for offset, characters, text in fields:
        raw = text.encode("utf-16-le")
        if len(raw) > characters * 2:
            raise BadCommand(f"the field at byte {offset} of the card takes {characters} characters")
        area[offset : offset + len(raw)] = raw
    return bytes(area)


class Reader(Device):
    """The reader: bytes in, replies out through the line, and the hand that puts cards down."""

    own_faults = CardFault
    commands = ("place", "lift")

    def __init__(self, line: Line, seed: int | None) -> None:
        super().__init__(line)
        self._random = random.Random(seed)  # noqa: S311  # invented people, not secrets
        self._buffer = bytearray()
        self._card: Person | None = None
        self._text = b""
        self._found = self._selected = self._done = False
        self._reads = 0
        self._commands = 0

    def take(self, data: bytes) -> None:
        """Bytes from the host."""
        self._buffer += data
        while (begin := self._buffer.find(_BEGIN)) >= 0:
            del self._buffer[:begin]
            if len(self._buffer) < 7:
                return
            end = 7 + (self._buffer[5] << 8 | self._buffer[6])
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[5:end])
            del self._buffer[:end]
            self._commands += 1
            if len(body) < 5 or reduce(int.__xor__, body):
                self._reply(0x10)
            else:
                self._obey(body[2], body[3])

    def _obey(self, command: int, parameter: int) -> None:
        if CardFault.SELF_TEST in self.faults:
            self._reply(0x60)
            return
        match command, parameter:
            case ((0x10 | 0x11), 0xFF):
                self._reply(0x90)
            case 0x12, 0xFF:
                self._reply(0x90, bytes.fromhex("0500 0100 E7030000 01000000 02000000"))
            case 0x20, 0x01:
                self._find()
            case 0x20, 0x02:
                self._select()
            case 0x30, 0x01:
                self._read()
            case 0x30, (0x03 | 0x05 | 0x10):
                self._reply(0x91)
            case _:
                self._reply(0x21)

    def _find(self) -> None:
        again = CardFault.FINDS_AGAIN in self.faults
        self._found = self._card is not None and (again or not self._done)
        self._selected = False
        if self._found:
            self._reply(0x9F, bytes(4))
        else:
            self._reply(0x80)

    def _select(self) -> None:
        self._selected = self._found and self._card is not None and CardFault.UNREADABLE not in self.faults
        if self._selected:
            self._reply(0x90, bytes(8))
        else:
            self._reply(0x81)

    def _read(self) -> None:
        if CardFault.CARD_REMOVED in self.faults and self._selected:
            self._lift()
        if CardFault.NOT_GENUINE in self.faults and self._selected:
            self._reply(0x32)
        elif not self._selected or self._card is None:
            self._reply(0x41)
        else:
            self._reads += 1
            self._done = True
            self._reply(0x90, b"\x01\x00\x04\x00" + self._text + _PHOTO)

    def _reply(self, status: int, data: bytes = b"") -> None:
        length = len(data) + 4
        body = bytes((length >> 8, length & 0xFF, 0, 0, status)) + data
        self.line.send(_BEGIN + body + bytes((reduce(int.__xor__, body),)))

    def _lift(self) -> None:
        self._card = None
        self._found = self._selected = self._done = False

    def obey(self, name: str, arguments: Arguments) -> Answer:
        """See Device."""
        self._lift()
        if name == "lift":
            return {}
        kind = Kind(str(arguments.pop("kind", Kind.RESIDENT)))
        person = invent(kind, self._random, {key: str(value) for key, value in arguments.items()})
        self._text = text_area(person)
        self._card = person
        return {"person": {**asdict(person), "kind": kind.value}}

    def status(self) -> Answer:
        """See Device."""
        return {"card": self._card is not None, "reads": self._reads, "commands": self._commands}


def _make(line: Line, options: argparse.Namespace) -> Reader:
    return Reader(line, options.seed)


MODEL: Final = Model("an ID-card reader", _make, baud=115200)
