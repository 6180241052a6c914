"""A simulated ID-card reader with a SAM module, and the cards that can be put on it."""

import argparse
import asyncio
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
_SAM_ID: Final = bytes.fromhex("0500 0100 E7030000 01000000 02000000")
_PHOTO: Final = bytes(range(256)) * 4  # no picture, and of a pattern that is easily known again
_SPEEDS: Final = (115200, 57600, 38400, 19200, 9600)
_SLOW_READ_S: Final = 1.5
_FINGERPRINTS: Final = {"none": 0, "one": 512, "two": 1024}


class CardFault(StrEnum):
    """What can be wrong with a card or the reader."""

    CARD_REMOVED = "card_removed"  # lifted in the middle of a read
    UNREADABLE = "unreadable"  # cannot be selected
    NOT_GENUINE = "not_genuine"  # fails its authentication
    SELF_TEST = "self_test"  # the module takes no command
    FINDS_AGAIN = "finds_again"  # find goes on answering after a read; most readers want the card lifted first
    SLOW_READ = "slow_read"  # thinks for a while before it sends what it read
    BASE_ONLY = "base_only"  # an old one: reads the base and knows nothing else, not even who it is


def text_area(person: Person) -> bytes:
    """The 256 bytes of a card, in the layout of its kind."""
    area = bytearray("\x20".encode("utf-16-le") * 128)
    if person.kind is Kind.FOREIGNER:
        fields = [(0, 60, person.name), (120, 1, person.sex), (122, 15, person.number), (152, 3, person.nation)]
        fields += [(158, 15, person.chinese_name), (188, 8, person.valid_from), (204, 8, person.valid_to)]
        fields += [(220, 8, person.birth), (236, 2, person.card_version), (240, 4, person.issuer), (248, 1, "I")]
    elif person.kind is Kind.FOREIGNER_2023:
        fields = [(0, 15, person.chinese_name), (30, 1, person.sex)]
        fields += [(32, 2, person.issue_count), (36, 8, person.birth)]
        fields += [(52, 35, person.name[:35]), (220, 11, person.name[35:]), (122, 18, person.number)]
        fields += [(188, 8, person.valid_from), (204, 8, person.valid_to), (242, 3, person.nation), (248, 1, "Y")]
    else:
        fields = [(0, 15, person.name), (30, 1, person.sex), (32, 2, person.nation), (36, 8, person.birth)]
        fields += [(52, 35, person.address), (122, 18, person.number), (158, 15, person.issuer)]
        fields += [(188, 8, person.valid_from), (204, 8, person.valid_to)]
        if person.kind is Kind.HMT:
            fields += [(220, 9, person.permit_number), (238, 2, person.issue_count), (248, 1, "J")]
    for offset, characters, text in fields:
        area[offset : offset + 2 * characters] = _field(text, characters)
    return bytes(area)


def _field(text: str, characters: int) -> bytes:
    """`text` as a card holds it, filled up with spaces."""
    raw = text.encode("utf-16-le")
    if len(raw) > characters * 2:
        raise BadCommand(f"{text[:1]}… is too long for a field of {characters} characters")
    return raw + b" \0" * (characters - len(raw) // 2)


class Reader(Device):
    """The reader: bytes in, replies out through the line, and the hand that puts cards down."""

    own_faults = CardFault
    commands = ("place", "lift")

    def __init__(self, line: Line, seed: int | None) -> None:
        super().__init__(line)
        self._random = random.Random(seed)  # noqa: S311  # invented people, not secrets
        self._buffer = bytearray()
        self._card: Person | None = None
        self._text = self._new_address = self._management_number = b""
        self._fingerprint = 0  # bytes of it on the card
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
        base_only = CardFault.BASE_ONLY in self.faults
        match command, parameter:
            case ((0x10 | 0x11), 0xFF):
                self._reply(0x90)
            case 0x20, 0x01:
                self._find()
            case 0x20, 0x02:
                self._select()
            case 0x30, 0x01:
                self._read(self._text + _PHOTO, b"\x01\x00\x04\x00")
            case 0x12, 0xFF if not base_only:
                self._reply(0x90, _SAM_ID)
            case 0x30, 0x10 if not base_only:
                fingerprint = bytes(self._random.randrange(256) for _ in range(self._fingerprint))
                lengths = b"\x01\x00\x04\x00" + len(fingerprint).to_bytes(2, "big")
                self._read(self._text + _PHOTO + fingerprint, lengths)
            case 0x30, 0x03 if not base_only:
                self._read_item(self._new_address)
            case 0x30, 0x05 if not base_only:
                self._read_item(self._management_number)
            case 0x60, speed if speed < len(_SPEEDS) and not base_only:
                self._reply(0x90)
                asyncio.get_running_loop().call_later(self.line.seconds(16) + 0.05, self._change_speed, _SPEEDS[speed])
            case _:
                self._reply(0x21)

    def _change_speed(self, baud: int) -> None:
        self.line.baud = baud

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

    def _read(self, data: bytes, lengths: bytes) -> None:
        if CardFault.CARD_REMOVED in self.faults and self._selected:
            self._lift()
        if CardFault.NOT_GENUINE in self.faults and self._selected:
            self._reply(0x32)
        elif not self._selected:
            self._reply(0x41)
        else:
            self._reads += 1
            self._done = True
            think_s = _SLOW_READ_S if CardFault.SLOW_READ in self.faults else 0.0
            asyncio.get_running_loop().call_later(think_s, self._reply, 0x90, lengths + data)

    def _read_item(self, data: bytes) -> None:
        if not self._selected:
            self._reply(0x41)
        elif data:
            self._reply(0x90, data)
        else:
            self._reply(0x91)

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
        fingers = str(arguments.pop("fingerprint", "none"))
        if fingers not in _FINGERPRINTS:
            raise BadCommand(f"fingerprint is {', '.join(_FINGERPRINTS)}, not {fingers}")
        person = invent(kind, self._random, {key: str(value) for key, value in arguments.items()})
        self._text = text_area(person)
        self._new_address = _field(person.new_address, 35) if person.new_address else b""
        self._management_number = bytes(self._random.randrange(256) for _ in range(14))
        self._fingerprint = _FINGERPRINTS[fingers]
        self._card = person
        number = self._management_number.hex().upper()
        return {"person": {**asdict(person), "kind": kind.value}, "management_number": number}

    def status(self) -> Answer:
        """See Device."""
        return {
            "card": self._card is not None,
            "reads": self._reads,
            "commands": self._commands,
            "baud": self.line.baud,
        }


def _make(line: Line, options: argparse.Namespace) -> Reader:
    return Reader(line, options.seed)


MODEL: Final = Model("an ID-card reader", _make, baud=115200)
