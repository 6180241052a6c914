"""Commands of GM65-class scan modules and their replies (the GM65 serial protocol of "zone bits").

A command is 7E 00, type, number of data bytes, address, data, CRC; a reply 02 00, type (00: done), number of data
bytes, data, CRC. The CRC is CRC-16/XMODEM from the type on; AB CD in its place means "not checked". The
acknowledgement of a trigger comes before the code that it makes the module read.
"""

import binascii
from typing import Final

from jinghou_devices.codecs.scanner_reply import FindReply, ScannerReply

_COMMAND: Final = b"\x7e\x00"
_REPLY: Final = b"\x02\x00"
_READ: Final = 0x07
_WRITE: Final = 0x08
_UNCHECKED: Final = b"\xab\xcd"
MODE: Final = 0x0000
"""Where the byte of settings is; its two lowest bits say when the module reads (01: when told)."""
_TRIGGER: Final = 0x0002


def read_zone(address: int) -> bytes:
    """Ask for the byte at `address`."""
    return _COMMAND + bytes((_READ, 1)) + address.to_bytes(2) + b"\x01" + _UNCHECKED


def write_zone(address: int, value: int) -> bytes:
    """Set the byte at `address`, until the power goes."""
    return _COMMAND + bytes((_WRITE, 1)) + address.to_bytes(2) + bytes((value,)) + _UNCHECKED


TRIGGER: Final = write_zone(_TRIGGER, 1)
STOP: Final = write_zone(_TRIGGER, 0)
ASK: Final = read_zone(MODE)
"""Ask for the byte of settings: a question that every module can answer."""


def reply_with(size: int) -> FindReply:
    """Finds a reply with `size` bytes of data. What only looks like the beginning of one, or fails its CRC, is none."""

    def find(buffer: bytes) -> ScannerReply | None:
        begin = buffer.find(_REPLY)
        while begin >= 0:
            end = begin + 4 + size + 2
            body, crc = buffer[begin + 2 : end - 2], buffer[end - 2 : end]
            if len(crc) == 2 and body[1] == size and binascii.crc_hqx(body, 0).to_bytes(2) == crc:
                return ScannerReply(begin, end, body[0] == 0, body[2:])
            begin = buffer.find(_REPLY, begin + 1)
        return None

    return find
