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
    """The commands that print `picture`. Raises BadReceipt when it is none, or too high.

    What a file holds, such as a logo, is worked out once; a picture that is handed over may show a person, and is not
    kept.
    """
    try:
        if isinstance(picture.image, Path):
            return _of_file(picture.image, picture.image.stat().st_mtime_ns, picture.dots, paper_dots)
        return _printed(picture.image, picture.dots, paper_dots)
    except BadReceipt:
        raise
    except Exception as fault:  # a file from outside: its decoder may raise anything
        raise BadReceipt(f"a picture cannot be read ({type(fault).__name__})") from fault


@lru_cache(maxsize=8)
def _of_file(file: Path, _changed_at: int, dots: int | None, paper_dots: int) -> bytes:
    return _printed(file.read_bytes(), dots, paper_dots)


def _printed(image: Any, dots: int | None, paper_dots: int) -> bytes:
    from PIL import Image  # noqa: PLC0415  # with the first picture: a kiosk's start shall not pay for it

    match image:
        case bytes():
            drawn = Image.open(BytesIO(image)).convert("RGBA")
        case Image.Image():
            drawn = image.convert("RGBA")
        case _:
            drawn = Image.fromarray(image).convert("RGBA")
    width = min(dots or drawn.width, paper_dots)
    height = max(1, round(drawn.height * width / drawn.width))
    if height > _HIGHEST * width:
        raise BadReceipt(f"a picture is at most {_HIGHEST} times as high as it is wide")
    return _strips(drawn.resize((width, height), Image.Resampling.LANCZOS))


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
