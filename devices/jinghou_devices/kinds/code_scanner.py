"""Code scanners: what a code says, and how to wait for one."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from jinghou_devices.kinds.common import Lease, Link


@dataclass(frozen=True, kw_only=True)
class ScannedCode:
    """One code. `raw` is what it holds, `text` the same as characters (see `code_text`), `format` such as "QRCode", ""
    when the scanner does not say.

    `repr` shows the format and the length only: a code may name a person.
    """

    text: str
    raw: bytes
    format: str = ""

    def __repr__(self) -> str:
        """Without what the code says."""
        return f"ScannedCode({self.format or 'unknown format'}, ‹{len(self.raw)} bytes hidden›)"


@dataclass(frozen=True)
class ScannerStatus:
    """Health of a scanner. `model` is what it says of itself; None when it cannot say.

    One that cannot be asked at all is degraded until it was heard, and online from then on while its port is there.
    """

    link: Link
    model: str | None


class CodeScanner(Protocol):
    """A reader of QR codes and bar codes."""

    def wait_for_code(self, lease: Lease, deadline_s: float | None = None) -> Future[ScannedCode]:
        """The next code shown, under `lease`; None waits as long as the lease lasts.

        One showing is handed over once: a code that stays in view is not the next person's, it must go first.

        The future fails with Cancelled when the lease ends, DeviceSilent when no code came before the deadline, and
        with any other DeviceError when the scanner fails.
        """

    def check_health(self) -> Future[ScannerStatus]:
        """Ask the scanner with a real command, if it knows one. Silence is never "well"."""
