"""JPEG pictures in a stream of them (MJPEG over HTTP, as network cameras send it). What they show is not read here.

The stream's own boundaries and lengths are not relied on: a picture is walked from its first marker to its last
(ITU T.81 B.1), past the thumbnails that cameras put inside.
"""

from typing import Final

_BEGIN: Final = b"\xff\xd8\xff"
_LARGEST: Final = 16 << 20
_END, _START, _SCAN = 0xD9, 0xD8, 0xDA
_STUFFED: Final = frozenset({0x00, *range(0xD0, 0xD8)})  # within a scan: a byte FF, and the marks for restarting
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length


class _Walk:
    """Where the walk through a picture stands."""

    __slots__ = ("at", "in_scan")

    def __init__(self) -> None:
        self.at = 2
        self.in_scan = False


class Decoder:
    """Finds whole pictures, whatever lies before and between them. One that breaks off is dropped."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._walk: _Walk | None = None
        self.received = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The pictures that `data` completes."""
        self.received += len(data)
        self._buffer += data
        pictures: list[bytes] = []
        while self._begun():
            end = self._end()
            if end is None:
                if len(self._buffer) <= _LARGEST:
                    break
                self._drop(2)
            elif end < 0:
                self._drop(2)
            else:
                pictures.append(bytes(self._buffer[:end]))
                self._drop(end)
        return pictures

    def _begun(self) -> bool:
        """Whether a picture begins at the buffer's beginning, after what is none has been dropped."""
        if self._walk is None:
            start = self._buffer.find(_BEGIN)
            if start < 0:
                self._drop(max(0, len(self._buffer) - len(_BEGIN) + 1))
                return False
            self._drop(start)
            self._walk = _Walk()
        return True

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._walk = None

    def _end(self) -> int | None:
        """Where the picture ends; -1 when it is none after all, None when more bytes are needed."""
        walk = self._walk
        assert walk is not None
        buffer = self._buffer
        while True:
            if walk.in_scan and walk.at < len(buffer):
                found = buffer.find(b"\xff", walk.at)
                walk.at = len(buffer) if found < 0 else found
            if walk.at + 1 >= len(buffer):
                return None
            if buffer[walk.at] != 0xFF:
                return -1
            marker = buffer[walk.at + 1]
            if marker == 0xFF:
                walk.at += 1  # a filling byte
            elif marker == _END:
                return walk.at + 2
            elif marker == _START or (marker == 0 and not walk.in_scan):
                return -1  # the next picture begins inside this one, or this is none
            elif marker in (_STUFFED if walk.in_scan else _ALONE):
                walk.at += 2
            elif not self._skip_segment(walk, marker):
                return None

    def _skip_segment(self, walk: _Walk, marker: int) -> bool:
        if walk.at + 4 > len(self._buffer):
            return False
        walk.at += 2 + int.from_bytes(self._buffer[walk.at + 2 : walk.at + 4])
        walk.in_scan = marker == _SCAN
        return True
