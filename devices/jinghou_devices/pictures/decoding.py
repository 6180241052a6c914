"""Finding what the codes in a picture say: a first reader, and attempts with cleaned pictures where it finds nothing.

The order of the attempts is by what each found, for its time, of pictures whose codes the first reader did not find
(`make bench`, the part of pictures).
"""

import time
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from jinghou_devices.codecs.code_text import text_of
from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.pictures import zbar
from jinghou_devices.pictures.cleaning import Grey, at_most, calmed, contrasted, levelled, resized, sharpened

Codes = tuple[ScannedCode, ...]

LARGEST: Final = 4000
"""The longest side, in pixels, that is looked at; a larger picture is made smaller first."""

_PATIENCE_S: Final = 2.0
_CLEANED: Final = 1280  # the longest side of what is cleaned: a code that fills a large picture needs no more
_FORMATS: Final = zxingcpp.BarcodeFormats(
    [
        getattr(zxingcpp.BarcodeFormat, name)
        for name in (
            *("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417"),
            *("Code128", "Code39", "Code93", "Codabar", "ITF", "EAN13", "EAN8", "UPCA", "UPCE"),
        )
    ]
)
"""Han Xin (汉信码) is not among them: neither reader knows it."""
_WITH_STRONG_CHECKS: Final = zxingcpp.BarcodeFormats(
    [
        getattr(zxingcpp.BarcodeFormat, name)
        for name in ("QRCode", "MicroQRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "EAN13")
    ]
)
"""What is looked for in a cleaned picture: cleaning makes bars of anything."""


def _zxing(picture: Grey) -> Codes:
    return _told(zxingcpp.read_barcodes(picture, formats=_FORMATS))


def _zxing_once(picture: Grey) -> Codes:
    found = zxingcpp.read_barcodes(picture, formats=_WITH_STRONG_CHECKS, try_downscale=False, try_invert=False)
    return _told(found)


def _told(found: list[zxingcpp.Barcode]) -> Codes:
    return tuple(ScannedCode(text=text_of(one.bytes), raw=one.bytes, format=one.format.name) for one in found)


_ATTEMPTS: Final[tuple[Callable[[Grey], Codes], ...]] = (
    lambda picture: zbar.read(resized(picture, 0.5)),
    lambda picture: _zxing_once(sharpened(picture, 2, 2)),
    lambda picture: _zxing_once(resized(picture, 0.5)),
    lambda picture: zbar.read(sharpened(picture, 3, 4)),
    lambda picture: _zxing_once(levelled(calmed(picture, 1.2))),
    lambda picture: zbar.read(cv2.bitwise_not(levelled(picture))),  # type: ignore[arg-type]  # bytes stay bytes
    lambda picture: _zxing_once(contrasted(picture)),
    lambda picture: _zxing_once(resized(picture, 2)),
)


def decode(picture: NDArray[np.uint8], patience_s: float = _PATIENCE_S) -> Codes:
    """The codes in a picture, grey or in OpenCV's order of colours; none when it has none.

    After `patience_s` no further attempt is begun; one takes as long as the picture is large. Any array of bytes will
    do: a picture that is none holds no codes.
    """
    end = time.monotonic() + patience_s
    grey = _as_grey(picture)
    codes = _zxing(grey)
    cleaned = at_most(grey, _CLEANED)
    for attempt in _ATTEMPTS:
        if codes or time.monotonic() >= end:
            break
        codes = attempt(cleaned)
    return codes


def decode_frame(picture: NDArray[np.uint8], turn: int) -> Codes:
    """As `decode` for one of many frames that show nearly the same: one attempt each, with `turn` another."""
    grey = _as_grey(picture)
    return _zxing(grey) or _ATTEMPTS[turn % len(_ATTEMPTS)](at_most(grey, _CLEANED))


def _as_grey(picture: NDArray[np.uint8]) -> Grey:
    if picture.size == 0:
        return np.zeros((1, 1), np.uint8)
    if picture.ndim == 3 and picture.shape[2] >= 3:
        picture = np.asarray(cv2.cvtColor(picture[:, :, :3], cv2.COLOR_BGR2GRAY), np.uint8)
    elif picture.ndim == 3:
        picture = picture[:, :, 0]
    return at_most(np.ascontiguousarray(picture), LARGEST)
