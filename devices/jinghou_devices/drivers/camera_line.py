"""Codes in a camera's pictures, looked for while somebody wants them; and whether the camera sees anything at all."""

import time
import zlib
from collections import deque
from collections.abc import Collection
from typing import Final

from jinghou_devices.errors import DeviceSilent
from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.pictures.decoding import decode_frame
from jinghou_devices.transports.capture import CaptureVideo
from jinghou_devices.transports.http_video import HttpVideo
from jinghou_devices.transports.trace import Trace, Way
from jinghou_devices.transports.video import Picture, Video

_SILENT_S: Final = 2.0  # a camera without a picture for so long is not well
_DARK: Final = 12  # mean brightness; a room at night has more
_COMPARED: Final = 3  # pictures; a sensor's grain makes no three of them the same
_NO_PICTURES: Final = "the camera sends no pictures"

_Impression = tuple[float, int]
"""What is kept of a picture: how bright it is, and a number to tell it from others."""


def open_video(source: str, trace: Trace) -> Video:
    """The camera at a URL or a device file. Raises PortMissing, PortBusy."""
    return HttpVideo(source, trace) if source.startswith("http://") else CaptureVideo(source, trace)


class CameraLine:
    """A CodeLine on a Video."""

    def __init__(self, video: Video, frame_s: float) -> None:
        self.trace = video.trace
        self._video = video
        self._frame_s = frame_s
        self._awake = self._silent = False
        self._turn = 0
        self._ready: list[ScannedCode] = []
        self._impressions: deque[_Impression] = deque(maxlen=_COMPARED)
        self._next_look = self._last_picture = 0.0

    def begin(self) -> None:
        """See CodeLine."""
        self._awake = False  # unless it wakes
        self._wake()
        self._awake = True

    def next_code(self, deadline: float) -> ScannedCode | None:
        """See CodeLine. A code is found anew in every picture that shows it."""
        while not self._ready:
            pause = self._next_look - time.monotonic()
            picture = self._video.frame(min(deadline, self._next_look)) if pause > 0 else self._video.frame(deadline)
            if picture is not None:
                self._last_picture = time.monotonic()
                self._silent = False
            if picture is not None and time.monotonic() >= self._next_look:
                self._look(picture)
            elif time.monotonic() >= deadline:
                break
        if time.monotonic() - self._last_picture > _SILENT_S:
            self._silent = True
            raise DeviceSilent(_NO_PICTURES)
        return self._ready.pop(0) if self._ready else None

    def end(self) -> None:
        """See CodeLine."""
        self._awake = False
        self._ready.clear()
        self._video.rest()

    def check(self) -> str:
        """See CodeLine. While codes are wanted, the pictures that are looked at anyway are judged."""
        if not self._awake:
            self._see()
        elif self._silent:
            raise DeviceSilent(_NO_PICTURES)
        return _complaint(self._impressions)

    def model(self) -> str | None:
        """See CodeLine: no camera says. That it sends a picture is looked at all the same."""
        if not self._awake:
            self._see()
        return None

    def cancel(self) -> None:
        """See Line."""
        self._video.cancel()

    def close(self) -> None:
        """See Line."""
        self._video.close()

    def _wake(self) -> None:
        self._ready.clear()
        self._video.wake()
        self._last_picture = time.monotonic()

    def _look(self, picture: Picture) -> None:
        self._next_look = time.monotonic() + self._frame_s
        self._impressions.append(_impression(picture))
        self._ready += decode_frame(picture, self._turn)
        self._turn += 1
        if self._ready:
            self.trace.note(Way.IN, b"", hidden=sum(len(code.raw) for code in self._ready))

    def _see(self) -> None:
        """Look at some pictures, though nobody wants a code."""
        self._wake()
        deadline = time.monotonic() + _SILENT_S  # for all of them: somebody may come meanwhile and show a code
        try:
            for _ in range(_COMPARED):
                picture = self._video.frame(deadline)
                if picture is None:
                    raise DeviceSilent(_NO_PICTURES)
                self._silent = False
                self._impressions.append(_impression(picture))
        finally:
            self._video.rest()


def _impression(picture: Picture) -> _Impression:
    return float(picture.mean()), zlib.crc32(picture.tobytes())


def _complaint(impressions: Collection[_Impression]) -> str:
    if len(impressions) < _COMPARED:
        return ""
    if all(brightness < _DARK for brightness, _ in impressions):
        return "the picture is dark: is the camera covered, or the light off?"
    if len({fingerprint for _, fingerprint in impressions}) == 1:
        return "the picture is frozen: it does not change at all"
    return ""
