"""A simulated network camera: MJPEG over HTTP, with the codes that are held before it."""

import argparse
import asyncio
import base64
import io
import random
from enum import StrEnum
from pathlib import Path
from typing import Final

import segno
from PIL import Image, ImageEnhance, ImageFilter, UnidentifiedImageError

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.ends import End, Tcp
from jinghou_devices.sim.line import Line
from jinghou_devices.sim.scanner import shown_code

_SIZE: Final = (640, 480)
_CODE_SIZE: Final = 300
_BAUD: Final = 200_000_000
_HEAD: Final = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
_NOT_FOUND: Final = b"HTTP/1.0 404 Not Found\r\n\r\n"


class CameraFault(StrEnum):
    """What can be wrong with a camera."""

    DARK = "dark"
    BLUR = "blur"
    FROZEN = "frozen"  # the same picture again and again
    HALF_PICTURE = "half_picture"  # each picture breaks off in the middle
    NOT_FOUND = "not_found"  # there is no stream at this address


class HttpEnd(Tcp):
    """The network, named as a browser would."""

    def plug(self) -> None:
        """See End."""
        super().plug()
        self.port = f"http://{self.port.removeprefix('http://').rstrip('/')}/"


class Camera(Device):
    """It sends pictures to whoever asks, some a second."""

    own_faults = CameraFault
    commands = ("show", "hide")

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line)
        self._random = random.Random(options.seed)  # noqa: S311  # grain, not secrets
        self._pause_s = 1 / options.fps
        self._asked = b""
        self._serving = False
        self._empty = Image.new("L", _SIZE, 120)
        self._scene = self._empty
        self._frozen: bytes | None = None
        self._pictures = 0

    def take(self, data: bytes) -> None:
        """See Device."""
        self._asked = (self._asked + data)[-8192:]
        if b"\r\n\r\n" in self._asked:
            self._asked = b""
            self._serving = CameraFault.NOT_FOUND not in self.faults
            self.line.send(_HEAD if self._serving else _NOT_FOUND)

    async def work(self) -> None:
        """See Device."""
        while True:
            await asyncio.sleep(self._pause_s)
            if self._serving and not self.line.waiting:
                self._pictures += 1
                jpeg = self._picture()
                size = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                self.line.send(size + jpeg + b"\r\n")

    def _picture(self) -> bytes:
        if CameraFault.FROZEN in self.faults and self._frozen is not None:
            return self._frozen
        grain = Image.frombytes("L", (64, 48), self._random.randbytes(64 * 48)).resize(_SIZE)
        scene = Image.blend(self._scene, grain, 0.06)
        if CameraFault.BLUR in self.faults:
            scene = scene.filter(ImageFilter.GaussianBlur(12))
        if CameraFault.DARK in self.faults:
            scene = ImageEnhance.Brightness(scene).enhance(0.03)
        stream = io.BytesIO()
        scene.save(stream, "JPEG", quality=80)
        jpeg = stream.getvalue()
        self._frozen = jpeg
        return jpeg[: len(jpeg) // 2] if CameraFault.HALF_PICTURE in self.faults else jpeg

    def obey(self, name: str, arguments: Arguments) -> Answer:
        """See Device. `show` takes what a scanner's does, or `file`, a picture to hold before the camera."""
        if name == "hide":
            self._scene = self._empty
            return {}
        if "file" in arguments:
            self._scene = _from_file(Path(str(arguments["file"])))
            return {}
        code = shown_code(arguments, self._random)
        self._scene = _held(code, self._empty)
        return {"bytes": base64.b64encode(code).decode()}

    def status(self) -> Answer:
        """See Device."""
        return {"shown": self._scene is not self._empty, "reading": self._serving, "pictures": self._pictures}


def _held(code: bytes, scene: Image.Image) -> Image.Image:
    try:
        symbol = segno.make(code, mode="byte", micro=False)
    except segno.DataOverflowError:
        raise BadCommand("a QR code holds less") from None
    stream = io.BytesIO()
    symbol.save(stream, kind="png", scale=4, border=4)
    drawn = Image.open(stream).convert("L")
    if drawn.width < _CODE_SIZE:
        drawn = drawn.resize((_CODE_SIZE, _CODE_SIZE), Image.Resampling.NEAREST)
    drawn.thumbnail((_SIZE[1] - 20, _SIZE[1] - 20))
    held = scene.copy()
    held.paste(drawn, ((_SIZE[0] - drawn.width) // 2, (_SIZE[1] - drawn.height) // 2))
    return held


def _from_file(file: Path) -> Image.Image:
    try:
        with Image.open(file) as picture:
            return picture.convert("L").resize(_SIZE)
    except (OSError, UnidentifiedImageError):
        raise BadCommand(f"{file} is no picture") from None


def _end(options: argparse.Namespace) -> End:
    return HttpEnd(options.tcp or 0)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fps", type=float, default=15.0, metavar="N", help="pictures a second (15)")


MODEL: Final = Model("a network camera", Camera, baud=_BAUD, add_options=_add_options, end=_end)
