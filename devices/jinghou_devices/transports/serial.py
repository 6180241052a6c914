"""A serial port, through pyserial: exclusive, every wait with a deadline, every fault in the words of `errors`.

pyserial only does the opening and the bytes; waiting is done here, because its write cannot say how much it wrote
when it gives up, and changing its time-outs touches the port.
"""

import contextlib
import errno
import os
import select
import termios
import time
from collections.abc import Callable, Iterator

import serial

from jinghou_devices.errors import Cancelled, DeviceError, DeviceSilent, PortBusy, PortMissing
from jinghou_devices.transports.trace import Trace

_BUSY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY}
_WORDS = {
    errno.ENOENT: "there is no such port",
    errno.EACCES: "this user may not open it (is the user in group dialout?)",
    errno.EPERM: "this user may not open it",
    errno.ENOTTY: "is not a serial port",
    errno.EISDIR: "is a folder, not a serial port",
}


class SerialTransport:
    """An open serial port, 8 data bits, no parity, one stop bit, no flow control.

    Raises PortBusy when another program that asks for exclusive use has it, PortMissing when it cannot be opened.
    """

    def __init__(self, port: str, baud: int, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        self.trace = trace
        self._port = port
        self._clock = clock
        try:
            self._serial = serial.Serial(port, baud, timeout=0, write_timeout=0, exclusive=True)
        except (OSError, termios.error) as fault:  # termios.error is no OSError; SerialException is one
            raise _cannot_open(port, fault) from None
        self._wake_out, self._wake_in = os.pipe()

    def read(self, deadline: float) -> bytes:
        """See Transport."""
        if not self._ready([self._serial.fileno()], [], deadline):
            raise DeviceSilent(f"{self._port}: no answer")
        with self._line_alive():
            return bytes(self._serial.read(4096))

    def write(self, data: bytes, deadline: float) -> None:
        """See Transport."""
        rest = data
        while rest:
            if not self._ready([], [self._serial.fileno()], deadline):
                raise DeviceSilent(f"{self._port}: takes no more bytes")
            with self._line_alive():
                rest = rest[self._serial.write(rest) or 0 :]

    def discard_input(self) -> None:
        """See Transport."""
        with self._line_alive():
            self._serial.reset_input_buffer()

    def cancel(self) -> None:
        """See Transport."""
        os.write(self._wake_in, b"x")

    def close(self) -> None:
        """See Transport."""
        with contextlib.suppress(OSError, termios.error):  # it may be gone already
            self._serial.close()
        os.close(self._wake_out)
        os.close(self._wake_in)

    def _ready(self, readers: list[int], writers: list[int], deadline: float) -> bool:
        left = max(0.0, deadline - self._clock())
        with self._line_alive():
            readable, writable, _ = select.select([self._wake_out, *readers], writers, [], left)
        if self._wake_out in readable:
            raise Cancelled(f"{self._port}: stopped")
        return bool(readable or writable)

    @contextlib.contextmanager
    def _line_alive(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error):
            raise PortMissing(f"{self._port}: the port went away") from None


def _cannot_open(port: str, fault: OSError | termios.error) -> DeviceError:
    code = fault.args[0] if fault.args and isinstance(fault.args[0], int) else None
    if code in _BUSY:
        return PortBusy(f"{port}: another program is using it")
    if code is None:
        return PortMissing(f"{port}: is not a serial port")  # pyserial could not configure it, and says no errno
    return PortMissing(f"{port}: {_WORDS.get(code, f'cannot be opened: {os.strerror(code)}')}")
