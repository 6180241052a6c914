"""An input device of the kernel (/dev/input/…), read as bytes and taken from everybody else: what a scanner types must
not reach the page that happens to have the keyboard."""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable
from typing import Final

from jinghou_devices.errors import PortBusy, PortMissing
from jinghou_devices.transports.claims import claimed
from jinghou_devices.transports.descriptor import DescriptorTransport
from jinghou_devices.transports.trace import Trace

_GRAB: Final = 0x40044590  # EVIOCGRAB
_NAME_BYTES: Final = 256
_GET_NAME: Final = 0x80004506 | _NAME_BYTES << 16  # EVIOCGNAME


class InputTransport(DescriptorTransport):
    """An open input device, grabbed; or a FIFO that carries the same events, as a simulator's.

    Raises PortBusy when another program has grabbed it, PortMissing when it cannot be opened.
    """

    def __init__(self, path: str, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        self._descriptor = claimed(path, "input")
        self.name: str | None = None
        """What the device calls itself; None when it does not."""
        try:
            self._take_for_us(path)
        except (PortBusy, PortMissing):
            os.close(self._descriptor)
            raise
        super().__init__(path, trace, clock)

    def _take_for_us(self, path: str) -> None:
        mode = os.fstat(self._descriptor).st_mode
        if stat.S_ISFIFO(mode):
            return
        try:
            name = fcntl.ioctl(self._descriptor, _GET_NAME, bytes(_NAME_BYTES))
            fcntl.ioctl(self._descriptor, _GRAB, 1)
        except OSError as fault:
            if fault.errno == errno.EBUSY:
                raise PortBusy(f"{path}: another program has grabbed it") from None
            raise PortMissing(f"{path}: is not an input device") from None
        self.name = name.split(b"\0")[0].decode("utf-8", "replace") or None

    def _fileno(self) -> int:
        return self._descriptor

    def _receive(self) -> bytes:
        data = os.read(self._descriptor, 4096)
        if not data:
            raise ConnectionResetError  # nobody holds the other end of the FIFO
        return data

    def _send(self, data: bytes) -> int:
        return os.write(self._descriptor, data)  # it was opened for reading: this is an OSError

    def _discard(self) -> None:
        try:
            while self._receive():
                pass
        except BlockingIOError:
            return

    def _release(self) -> None:
        os.close(self._descriptor)
