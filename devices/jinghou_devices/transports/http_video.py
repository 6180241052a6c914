"""A network camera's pictures: MJPEG over HTTP, read with deadlines and without a thread.

While nobody wants pictures there is no connection: what waited in its buffers would be of somebody else.
"""

import base64
import re
import threading
import time
from typing import Final
from urllib.parse import unquote, urlsplit

import cv2
import numpy as np

from jinghou_devices.codecs.mjpeg import Decoder
from jinghou_devices.errors import Cancelled, DeviceSilent, PortMissing, ProtocolError
from jinghou_devices.transports.tcp import TcpTransport
from jinghou_devices.transports.trace import Trace, Way
from jinghou_devices.transports.video import Picture

_HEAD_S: Final = 2.0
_LONGEST_HEAD: Final = 16384
_HEAD: Final = re.compile(rb"HTTP/1\.[01] (?P<code>[0-9]{3})[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n")
_FASTEST_S: Final = 0.002  # what is there already comes at once


class HttpVideo:
    """A Video at `url`. Raises PortMissing when nobody answers there."""

    def __init__(self, url: str, trace: Trace) -> None:
        self.trace = trace
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._request = _request(url)
        self._lock = threading.Lock()
        self._cancelled = False
        self._line: TcpTransport | None = None
        self._pictures = Decoder()
        TcpTransport(self._host, self._port, trace).close()

    def wake(self) -> None:
        """See Video."""
        self.rest()
        line = TcpTransport(self._host, self._port, self.trace)
        with self._lock:
            self._line = line
            if self._cancelled:
                line.cancel()
        deadline = time.monotonic() + _HEAD_S
        line.write(self._request, deadline)
        self.trace.note(Way.OUT, b"", hidden=len(self._request))  # it may hold a password
        self._pictures = Decoder()
        self._read_head(line, deadline)

    def _read_head(self, line: TcpTransport, deadline: float) -> None:
        head = b""
        while (found := _HEAD.search(head)) is None:
            if len(head) > _LONGEST_HEAD:
                raise ProtocolError(f"{self._host}:{self._port}: what came is not HTTP")
            head += line.read(deadline)
        if found["code"] != b"200":
            raise PortMissing(f"{self._host}:{self._port}: the camera says {found['code'].decode()}")
        self.trace.note(Way.IN, found["code"])
        self._pictures.feed(head[found.end() :])

    def frame(self, deadline: float) -> Picture | None:
        """See Video. A picture that is damaged is none."""
        line = self._line
        if line is None:
            raise Cancelled(f"{self._host}:{self._port}: at rest")
        newest = b""
        end = deadline + _FASTEST_S
        while not newest or time.monotonic() < end:
            try:
                pictures = self._pictures.feed(line.read(deadline))
            except DeviceSilent:
                break
            if pictures:
                newest = pictures[-1]
                deadline = end = min(end, time.monotonic() + _FASTEST_S)  # a newer one may have come meanwhile
        return _picture(newest)

    def rest(self) -> None:
        """See Video."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def cancel(self) -> None:
        """See Line."""
        with self._lock:
            self._cancelled = True
            if self._line is not None:
                self._line.cancel()

    def close(self) -> None:
        """See Line."""
        self.rest()


def _request(url: str) -> bytes:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {path} HTTP/1.0", f"Host: {parts.netloc.rpartition('@')[2]}"]
    if parts.username is not None:
        who = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Authorization: Basic {base64.b64encode(who.encode()).decode()}")
    return "\r\n".join([*lines, "", ""]).encode()


def _picture(jpeg: bytes) -> Picture | None:
    try:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE) if jpeg else None
    except cv2.error:  # such as a size that no camera has
        return None
    return None if picture is None else np.asarray(picture, np.uint8)
