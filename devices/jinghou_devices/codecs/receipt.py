"""A receipt as ESC/POS bytes, for 58 and 80 mm paper.

QR codes are python-escpos's; Chinese text is ours, because it counts a hanzi as one column and encodes full-width
punctuation alone as question marks.
"""

from enum import StrEnum
from typing import Final, assert_never

import segno

from jinghou_devices.codecs import charset, picture
from jinghou_devices.codecs.charset import Charset
from jinghou_devices.codecs.columns import printable, width, wrap
from jinghou_devices.kinds.receipt_printer import (
    Align,
    BadReceipt,
    Block,
    Columns,
    Feed,
    Picture,
    Qr,
    Receipt,
    Rule,
    Text,
)

COLUMNS: Final = {58: 32, 80: 48}
"""Paper width in mm to columns of 12 dots."""

_DOTS_A_COLUMN: Final = 12
_RESET: Final = bytes.fromhex("1B 40 1C 26")  # reset, Chinese mode
_ALIGN: Final = {Align.LEFT: 0, Align.CENTRE: 1, Align.RIGHT: 2}


class Cutter(StrEnum):
    """What parts one paper from the next."""

    FULL = "full"
    PARTIAL = "partial"  # leaves a point in the middle, so that the paper does not fall
    NONE = "none"  # an edge to tear at


_CUTS: Final = {
    Cutter.FULL: bytes.fromhex("1D 56 41 00"),  # feed to the blade, cut
    Cutter.PARTIAL: bytes.fromhex("1D 56 42 00"),
    Cutter.NONE: bytes.fromhex("1B 64 05"),  # feed past the edge
}


def render(
    receipt: Receipt, paper_mm: int, characters: Charset = Charset.GB18030, cutter: Cutter = Cutter.PARTIAL
) -> bytes:
    """The bytes that print and cut `receipt`. Raises BadReceipt."""
    columns = COLUMNS[paper_mm]
    return _RESET + b"".join(_block(block, columns, characters) for block in receipt.blocks) + _CUTS[cutter]


def parting(cutter: Cutter) -> bytes:
    """The bytes that part what is still in the printer from the receipt that follows."""
    return _RESET + _CUTS[cutter]


def _block(block: Block, columns: int, characters: Charset) -> bytes:
    match block:
        case Text():
            return _text(block, charset.fit(block.text, characters), columns)
        case Columns(cells):
            return _plain(_side_by_side([charset.fit(cell, characters) for cell in cells], columns))
        case Qr():
            return _qr(block, columns)
        case Picture():
            return _aligned(picture.raster(block, columns * _DOTS_A_COLUMN), block.align)
        case Rule():
            return _plain(["─" * (columns // 2)])
        case Feed(lines):
            if not 0 <= lines <= 255:
                raise BadReceipt("a feed is 0 to 255 lines")
            return b"\x1bd" + bytes((lines,))
        case _:
            assert_never(block)


def _plain(lines: list[str]) -> bytes:
    return b"".join(charset.encode(line) + b"\n" for line in lines)


def _aligned(body: bytes, align: Align) -> bytes:
    if align is Align.LEFT:
        return body
    return b"\x1ba" + bytes((_ALIGN[align],)) + body + b"\x1ba\x00"


def _text(block: Text, text: str, columns: int) -> bytes:
    if not 1 <= block.scale <= 8:
        raise BadReceipt("a text's scale is 1 to 8")
    body = _plain(wrap(text, columns // block.scale))
    if block.bold:
        body = b"\x1bE\x01" + body + b"\x1bE\x00"
    if block.scale > 1:
        # FS W first: a printer whose GS ! does not reach hanzi at least doubles them
        factor = block.scale - 1
        spacing = bytes((0x1B, 0x33, min(255, 24 * block.scale + 8)))
        body = spacing + b"\x1cW\x01\x1d!" + bytes((factor << 4 | factor,)) + body + b"\x1d!\x00\x1cW\x00\x1b2"
    return _aligned(body, block.align)


def _side_by_side(cells: list[str], columns: int) -> list[str]:
    """Lines with the cells beside each other: the last as wide as it needs, up to half, the others share the rest."""
    if not cells:
        raise BadReceipt("columns need at least one cell")
    texts = [printable(cell) for cell in cells]
    if len(texts) == 1:
        return [" " * (columns - width(line)) + line for line in wrap(texts[0], columns)]
    last = min(max(width(line) for line in texts[-1].split("\n")), columns // 2)
    share = (columns - last) // (len(texts) - 1)
    if share < 4:
        raise BadReceipt(f"{len(texts)} columns do not fit on the paper")
    left = [wrap(text, share - 1) for text in texts[:-1]]
    right = wrap(texts[-1], max(last, 2))
    lines = []
    for row in range(max(len(cell) for cell in (*left, right))):
        cut = [cell[row] if row < len(cell) else "" for cell in left]
        line = "".join(text + " " * (share - width(text)) for text in cut)
        end = right[row] if row < len(right) else ""
        lines.append((line + " " * (columns - width(line) - width(end)) + end).rstrip())
    return lines


def _qr(block: Qr, columns: int) -> bytes:
    data = block.data.encode()
    if not data:
        raise BadReceipt("a QR code must hold something")
    if printable(block.data) != block.data:
        raise BadReceipt("a QR code with control characters could be taken for commands")
    if not 1 <= block.module_dots <= 16:
        raise BadReceipt("a module of a QR code is 1 to 16 dots")
    try:
        modules, _ = segno.make_qr(data, error="m", boost_error=False).symbol_size(border=0)
    except segno.DataOverflowError:
        raise BadReceipt(f"{len(data)} bytes are too many for a QR code") from None
    if block.module_dots * modules > columns * _DOTS_A_COLUMN:
        raise BadReceipt("the QR code is wider than the paper")
    # Imported with the first receipt, in the printer's thread: it takes 0.25 s that a kiosk's start shall not pay.
    from escpos.constants import QR_ECLEVEL_M  # type: ignore[import-untyped]  # noqa: PLC0415  ships no types
    from escpos.printer import Dummy  # type: ignore[import-untyped]  # noqa: PLC0415

    symbol = Dummy()
    symbol.qr(block.data, ec=QR_ECLEVEL_M, size=block.module_dots, native=True)
    return _aligned(bytes(symbol.output), Align.CENTRE)
