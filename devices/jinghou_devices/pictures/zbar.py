"""ZBar, the second reader of codes, through pyzbar's binding of its library.

pyzbar's own `decode` is not used: it lets ZBar guess the character set and convert, so that the bytes are lost, and can
raise ValueError over the orientation of a code. Here ZBar is told to leave the bytes alone (since ZBar 0.23.1).
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyzbar import wrapper  # type: ignore[import-untyped]  # it has no types

from jinghou_devices.codecs.code_text import text_of
from jinghou_devices.kinds.code_scanner import ScannedCode

_ANY: Final = 0
_ENABLE: Final = int(wrapper.ZBarConfig.CFG_ENABLE)
_BINARY: Final = 4  # ZBAR_CFG_BINARY, which pyzbar does not name
_GREY: Final = int.from_bytes(b"Y800", "little")
_FORMATS: Final = {
    wrapper.ZBarSymbol.QRCODE: "QRCode",
    wrapper.ZBarSymbol.EAN13: "EAN13",
    wrapper.ZBarSymbol.CODE128: "Code128",
}
"""What it is asked for. Its other bar codes have weak checks: it finds them where there are none."""


def read(grey: NDArray[np.uint8]) -> tuple[ScannedCode, ...]:
    """The codes of a grey picture."""
    height, width = grey.shape
    pixels = np.ascontiguousarray(grey)
    with _scanner() as scanner, _image() as image:
        wrapper.zbar_image_set_format(image, _GREY)
        wrapper.zbar_image_set_size(image, width, height)
        wrapper.zbar_image_set_data(image, pixels.ctypes.data, pixels.nbytes, None)
        wrapper.zbar_scan_image(scanner, image)
        return tuple(_codes(image))


def _codes(image: Any) -> Iterator[ScannedCode]:
    symbol = wrapper.zbar_image_first_symbol(image)
    while symbol:
        raw = ctypes.string_at(wrapper.zbar_symbol_get_data(symbol), wrapper.zbar_symbol_get_data_length(symbol))
        if name := _FORMATS.get(symbol.contents.type):
            yield ScannedCode(text=text_of(raw), raw=raw, format=name)
        symbol = wrapper.zbar_symbol_next(symbol)


@contextmanager
def _scanner() -> Iterator[Any]:
    scanner = wrapper.zbar_image_scanner_create()
    try:
        wrapper.zbar_image_scanner_set_config(scanner, _ANY, _ENABLE, 0)
        for symbology in _FORMATS:
            wrapper.zbar_image_scanner_set_config(scanner, symbology, _ENABLE, 1)
        if wrapper.zbar_image_scanner_set_config(scanner, wrapper.ZBarSymbol.QRCODE, _BINARY, 1):
            wrapper.zbar_image_scanner_set_config(scanner, _ANY, _ENABLE, 0)  # it would guess: better nothing
        yield scanner
    finally:
        wrapper.zbar_image_scanner_destroy(scanner)


@contextmanager
def _image() -> Iterator[Any]:
    image = wrapper.zbar_image_create()
    try:
        yield image
    finally:
        wrapper.zbar_image_destroy(image)
