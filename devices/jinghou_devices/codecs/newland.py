"""Commands of Newland scanners and their replies (Newland's serial programming commands).

A command is `~` SOH 0000, `@` (kept through power cuts) or `#` (not kept), tag and data, `;` ETX. A reply begins with
STX SOH 0000, repeats mark, tag and data, and has before its end one byte: ACK (done), NAK (wrong data), ENQ (unknown).
"""

import re
from typing import Final

from jinghou_devices.codecs.scanner_reply import FindReply, ScannerReply

TRIGGER: Final = "SCNTRG1"
STOP: Final = "SCNTRG0"
APART_S: Final = 0.05
"""Two commands follow each other no faster."""

_ACK: Final = b"\x06"
_REPLY: Final = re.compile(rb"\x02\x010000(?P<said>[^\x02\x05\x06\x15]*)(?P<verdict>[\x05\x06\x15]);\x03")


def command(tag: str, *, kept: bool = False) -> bytes:
    """A command such as "SCNMOD0", ready to send; `kept` through power cuts, which wears the scanner's memory."""
    return b"~\x010000" + (b"@" if kept else b"#") + tag.encode("ascii") + b";\x03"


def reply_to(tag: str) -> FindReply:
    """Finds the reply to the command `tag`."""
    name = tag[:6].encode("ascii")

    def find(buffer: bytes) -> ScannerReply | None:
        for reply in _REPLY.finditer(buffer):
            said = reply["said"].lstrip(b"@#")
            if said.startswith(name):
                return ScannerReply(reply.start(), reply.end(), reply["verdict"] == _ACK, said.removeprefix(name))
        return None

    return find


def model(data: bytes) -> str | None:
    """The product's name in the reply to QRYSYS: what stands behind "Product Name:", else its first line."""
    lines = [line.strip() for line in data.decode("ascii", "replace").splitlines() if line.strip()]
    named = (line.partition(":")[2].strip() for line in lines if line.lower().startswith("product name"))
    return next(named, None) or (lines[0] if lines else None)
