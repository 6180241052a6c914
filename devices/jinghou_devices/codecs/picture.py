"""Pictures for a receipt printer: black or white, as wide as asked and never wider than the paper, in strips."""

import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinghou_devices.kinds.receipt_printer import BadReceipt, Picture

if TYPE_CHECKING:
    from PIL import Image

_STRIP_ROWS: Final = 24  # a printer need not hold more than one strip, and a line is as high
_HIGHEST: Final = 4  # times the paper's width: more is a mistake, not a logo
_REAL_TIME: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")
_ONE_DOT_BLACKER: Final = b"\x18"


def raster(picture: Picture, paper_dots: int) -> bytes:
    """The commands that print `picture`. Raises BadReceipt when it is none, or too high."""
    dots = min(picture.dots or paper_dots, paper_dots)
    return _printed(_file(picture.image), dots, only_shrink=picture.dots is None)


def _file(image: Any) -> bytes:
    """The picture as the bytes of a file, by which it is known again: a logo is worked out once, not every time."""
    from PIL import Image  # noqa: PLC0415  # with the first picture: a kiosk's start shall not pay for it

    try:
        match image:
            case bytes():
                return image
            case Path():
                return image.read_bytes()
            case Image.Image():
                drawn = image
            case _:
                drawn = Image.fromarray(image)
        file = BytesIO()
        drawn.save(file, "PNG")
        return file.getvalue()
    except (OSError, TypeError, ValueError, AttributeError) as fault:
        raise BadReceipt(f"a picture cannot be read ({type(fault).__name__})") from None


@lru_cache(maxsize=8)
def _printed(file: bytes, dots: int, *, only_shrink: bool) -> bytes:
    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(BytesIO(file)) as opened:
            drawn = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise BadReceipt(f"a picture cannot be read ({type(fault).__name__})") from None
    if only_shrink:
        dots = min(dots, drawn.width)
    height = max(1, round(drawn.height * dots / drawn.width))
    if height > _HIGHEST * dots:
        raise BadReceipt(f"a picture is at most {_HIGHEST} times as high as it is wide")
    return _strips(drawn.resize((dots, height), Image.Resampling.LANCZOS))


def _strips(drawn: "Image.Image") -> bytes:
    from escpos.image import EscposImage  # type: ignore[import-untyped]  # noqa: PLC0415  ships no types

    whole = EscposImage(drawn)
    width, rows = whole.width_bytes, whole.to_raster_format()
    step = width * _STRIP_ROWS
    strips = (rows[start : start + step] for start in range(0, len(rows), step))
    return b"".join(_strip(strip, width) for strip in strips)


def _strip(rows: bytes, width: int) -> bytes:
    """One strip. Dots that a printer would take for a real-time command get one more: nobody sees it."""
    height = len(rows) // width
    header = b"\x1dv0\x00" + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return header + _REAL_TIME.sub(_ONE_DOT_BLACKER, rows)
