"""A camera that OpenCV opens: one of this machine, or a stream such as RTSP.

OpenCV's calls may hang with a camera that does, so a thread of its own makes them. It hands over pictures with
deadlines and can be left behind: it gives the camera back when OpenCV comes back to it.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

import cv2
import numpy as np

from jinghou_devices.errors import Cancelled, PortMissing
from jinghou_devices.transports.claims import claimed
from jinghou_devices.transports.trace import Trace
from jinghou_devices.transports.video import Picture

_OPENS_S: Final = 5.0
_HANGS_MS: Final = 3000
_ENDS_S: Final = 1.0
_STALE: Final = 4  # pictures that a camera's driver may have kept from before
_BAD_READS: Final = 10


class Capture(Protocol):
    """What is used of cv2.VideoCapture."""

    def isOpened(self) -> bool:  # noqa: N802  # OpenCV's name
        """Whether there is a camera."""

    def grab(self) -> bool:
        """Take a picture."""

    def retrieve(self) -> tuple[bool, Any]:
        """Decode it."""

    def release(self) -> None:
        """Give the camera back."""


def open_capture(source: str) -> Capture:
    """The camera /dev/video…, or the stream at a URL, with OpenCV's time-outs and the least delay it offers."""
    if "://" in source:
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _HANGS_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _HANGS_MS]
        return cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
    capture = cv2.VideoCapture(source, cv2.CAP_V4L2)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


class CaptureVideo:
    """A Video of the camera at `path`, or of the stream at a URL. Raises PortBusy, PortMissing."""

    def __init__(
        self, source: str, trace: Trace, opened: Callable[[str], Capture] = open_capture, opens_s: float = _OPENS_S
    ) -> None:
        self.trace = trace
        self._source = source
        self._name = source.rpartition("@")[2]  # without a password
        self._descriptor = None if "://" in source else claimed(source, "video")
        self._changed = threading.Condition()
        self._opened = self._wanted = self._closing = self._cancelled = self._gone = False
        self._network = self._anew = self._descriptor is None
        self._stale = 0
        self._newest: Picture | None = None
        self._thread = threading.Thread(target=self._work, args=(opened,), name=f"camera {self._name}", daemon=True)
        self._thread.start()
        with self._changed:
            is_open = self._changed.wait_for(lambda: self._opened or self._gone, opens_s) and self._opened
        if not is_open:
            why = "there is no camera" if self._gone else "the camera does not open"
            self.close()
            raise PortMissing(f"{self._name}: {why}")

    def wake(self) -> None:
        """See Video."""
        with self._changed:
            self._wanted = True
            self._stale = _STALE
            self._newest = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._anew or self._gone or self._cancelled, _OPENS_S)

    def frame(self, deadline: float) -> Picture | None:
        """See Video."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._newest is not None or self._gone or self._cancelled,
                max(0.0, deadline - time.monotonic()),
            )
            if self._cancelled:
                raise Cancelled(f"{self._name}: stopped")
            if self._gone:
                raise PortMissing(f"{self._name}: the camera went away")
            picture, self._newest = self._newest, None
            return picture

    def rest(self) -> None:
        """See Video."""
        with self._changed:
            self._wanted = False
            self._newest = None
            self._anew = self._network  # what waits in a stream's buffers meanwhile would be of somebody else

    def cancel(self) -> None:
        """See Line."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    def close(self) -> None:
        """See Line. A camera that hangs is left to its thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(_ENDS_S)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _work(self, opened: Callable[[str], Capture]) -> None:
        capture = opened(self._source)
        try:
            with self._changed:
                self._opened = capture.isOpened()
                self._changed.notify_all()
            bad = 0
            while self._opened and self._until_wanted() and bad < _BAD_READS:
                if self._anew:
                    capture.release()
                    capture = opened(self._source)
                    self._is_anew()
                taken = capture.grab()
                whole, picture = capture.retrieve() if taken and self._is_fresh() else (taken, None)
                bad = 0 if whole else bad + 1
                if whole and picture is not None:
                    self._offer(np.asarray(picture, np.uint8))
        finally:
            capture.release()
            with self._changed:
                self._gone = True
                self._changed.notify_all()

    def _until_wanted(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._closing)
            return not self._closing

    def _is_anew(self) -> None:
        with self._changed:
            self._anew = False
            self._changed.notify_all()

    def _is_fresh(self) -> bool:
        with self._changed:
            fresh = self._stale == 0
            self._stale -= not fresh
            return fresh

    def _offer(self, picture: Picture) -> None:
        with self._changed:
            self._newest = picture if self._wanted and self._stale == 0 else None
            self._changed.notify_all()
