"""Receipt printers: what a receipt is made of, and what became of it."""

from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jinghou_devices.kinds.common import Link, Tri

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image


class BadReceipt(ValueError):
    """The receipt cannot be printed as it is. The text says what the caller did, and quotes nothing of it."""


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


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture in black and white, greys as a pattern of dots: a file's path or its bytes (PNG and others), a picture
    of Pillow's, or an array of rows. `dots` is its width on the paper; None: as it is, shrunk where it is wider."""

    image: "Path | bytes | Image.Image | NDArray[Any]"
    dots: int | None = None
    align: Align = Align.CENTRE


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True)
class Feed:
    """Empty lines."""

    lines: int = 1


Block = Text | Columns | Qr | Picture | Rule | Feed


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
    """Health of a printer; None for what it has no sensor or no words for, as far as has been found out."""

    link: Link
    paper: Paper | None
    cover_open: Tri | None
    cutter_fault: Tri | None
    error: Tri | None


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
