"""Receipt printers: what a receipt is made of, and what became of it."""

from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol

from jinghou_devices.kinds.common import Link, Tri


class Align(StrEnum):
    """Where a line stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True)
class Text:
    """A line of text, wrapped at the paper's width. `scale` 1 to 8 enlarges both ways."""

    text: str
    align: Align = Align.LEFT
    scale: int = 1
    bold: bool = False


@dataclass(frozen=True)
class Columns:
    """Texts side by side, the last one flush right. Hanzi count as two columns."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class Qr:
    """A QR code of `data`; `module_dots` is the side of one module in printer dots."""

    data: str
    module_dots: int = 6


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True)
class Feed:
    """Empty lines."""

    lines: int = 1


Block = Text | Columns | Qr | Rule | Feed


@dataclass(frozen=True)
class Receipt:
    """One paper, cut at its end."""

    blocks: tuple[Block, ...]


class Paper(Enum):
    """How much paper is left."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrinterStatus:
    """Health of a printer."""

    link: Link
    paper: Paper
    cover_open: Tri
    cutter_fault: Tri
    error: Tri


class Printed(Enum):
    """What became of a receipt."""

    DONE = "done"  # the printer said so
    REFUSED = "refused"  # nothing was sent: no paper, cover open, not connected
    FAILED = "failed"  # the printer reported a fault before the end: the paper is not whole
    UNCERTAIN = "uncertain"  # sent, and then silence: it may or may not lie in the tray


@dataclass(frozen=True)
class PrintResult:
    """What became of a receipt, and why, in one line for a technician."""

    printed: Printed
    reason: str = ""


class ReceiptPrinter(Protocol):
    """A printer of receipts."""

    def print(self, receipt: Receipt, deadline_s: float = 10.0) -> Future[PrintResult]:
        """Print once and never again by itself. The future never fails: a fault is a result that says so."""

    def check_health(self) -> Future[PrinterStatus]:
        """Ask the printer with real commands."""
