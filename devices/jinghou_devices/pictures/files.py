"""Pictures from files, of any format that OpenCV or Pillow reads: upright, grey, and of a size that memory bears."""

import io
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageOps

from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.pictures.cleaning import Grey
from jinghou_devices.pictures.decoding import LARGEST, decode

_MOST_PIXELS: Final = 150_000_000
_LARGEST_FILE: Final = 256 << 20
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong with a file is said here
Image.MAX_IMAGE_PIXELS = None  # they are counted here, in one line and before they are read


class BadPicture(Exception):
    """A file that is no picture, or one that cannot be taken in; the text is one line."""


Codes = tuple[ScannedCode, ...] | BadPicture


def decode_file(file: Path) -> Codes:
    """The codes in a picture; a BadPicture instead, never raised, when it cannot be read."""
    try:
        return decode(read_picture(file))
    except BadPicture as fault:
        return fault


def read_picture(file: Path) -> Grey:
    """The picture in a file, its first when it holds several, upright as its EXIF says. Raises BadPicture.

    Large JPEGs are read at a fraction of their size, which is much faster and takes less memory.
    """
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise BadPicture(f"{file}: is larger than {_LARGEST_FILE >> 20} MB")
        data = file.read_bytes()
    except OSError as fault:
        raise BadPicture(f"{file}: {fault.strerror or fault}") from None
    picture = _with_pillow(file, data)
    return _with_opencv(file, data) if picture is None else picture


def _with_pillow(file: Path, data: bytes) -> Grey | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("L", (LARGEST, LARGEST))
            pixels = image.width * image.height
            picture = _upright(image) if pixels <= _MOST_PIXELS else None
    except Exception:  # noqa: BLE001  # of a damaged file Pillow's plug-ins raise nearly anything
        return None
    if pixels > _MOST_PIXELS:
        raise BadPicture(f"{file}: {pixels // 1_000_000} million pixels are too many")
    return picture


def _upright(image: Image.Image) -> Grey | None:
    if image.mode.startswith(("I", "F")):
        return None  # more than 8 bits: OpenCV scales them, Pillow cuts them off
    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    grey = image.convert("L")
    grey.getexif().update(image.getexif())
    return np.asarray(ImageOps.exif_transpose(grey), np.uint8)


def _with_opencv(file: Path, data: bytes) -> Grey:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    except cv2.error:
        picture = None
    if picture is None:
        raise BadPicture(f"{file}: is no picture that can be read")
    return np.asarray(picture, np.uint8)
