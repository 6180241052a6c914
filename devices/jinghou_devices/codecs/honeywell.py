"""Commands of Honeywell scanners and their replies (Honeywell's serial programming commands).

The trigger is a command of three bytes, without a reply. A menu command is SYN M CR, its tag and data, and a full stop;
its reply repeats the tag, may carry text, and ends in one byte: ACK (done), ENQ (unknown), NAK (wrong data).
"""

import re
from typing import Final

from jinghou_devices.codecs.scanner_reply import FindReply, ScannerReply

TRIGGER: Final = b"\x16T\r"
STOP: Final = b"\x16U\r"
_ACK: Final = b"\x06"


def menu(command: str) -> bytes:
    """A menu command such as "REVINF", ready to send."""
    return b"\x16M\r" + command.encode("ascii") + b"."


def reply_to(command: str, *, repeated: bool = True) -> FindReply:
    """Finds the reply to a menu command, from the tag that it repeats. One that does not repeat it is all that came."""
    tag = re.escape(command[:6].upper().encode("ascii")) if repeated else b""
    reply = re.compile(tag + rb"(?P<said>[^\x05\x06\x15]*)(?P<verdict>[\x05\x06\x15])", re.IGNORECASE)

    def find(buffer: bytes) -> ScannerReply | None:
        found = reply.search(buffer)
        return found and ScannerReply(found.start(), found.end(), found["verdict"] == _ACK, found["said"])

    return find


def model(data: bytes) -> str | None:
    """The product's name in the reply to REVINF; None when it has none."""
    for line in data.decode("ascii", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() == "product name" and value.strip():
            return value.strip()
    return None
