"""A serial port, through pyserial: exclusive, every wait with a deadline, every fault in the words of `errors`.

pyserial only does the opening and the bytes; waiting is done here, because its write cannot say how much it wrote
when it gives up, and changing its time-outs touches the port.
"""

import errno
import os
import termios
import time
from collections.abc import Callable

import serial

from jinghou_devices.errors import DeviceError, PortBusy, PortMissing
from jinghou_devices.transports.descriptor import DescriptorTransport
from jinghou_devices.transports.trace import Trace

_BUSY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY}
_WORDS = {
    errno.ENOENT: "there is no such port",
    errno.EACCES: "this user may not open it (is the user in group dialout?)",
    errno.EPERM: "this user may not open it",
    errno.ENOTTY: "is not a serial port",
    errno.EISDIR: "is a folder, not a serial port",
}


class SerialTransport(DescriptorTransport):
    """An open serial port, 8 data bits, no parity, one stop bit, no flow control.

    Raises PortBusy when another program that asks for exclusive use has it, PortMissing when it cannot be opened.
    """

    def __init__(self, port: str, baud: int, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            self._serial = serial.Serial(port, baud, timeout=0, write_timeout=0, exclusive=True)
        except (OSError, termios.error) as fault:  # termios.error is no OSError; SerialException is one
            raise _cannot_open(port, fault) from None
        super().__init__(port, trace, clock)

    def _fileno(self) -> int:
        return self._serial.fileno()

    def _receive(self) -> bytes:
        return bytes(self._serial.read(4096))

    def _send(self, data: bytes) -> int:
        return self._serial.write(data) or 0

    def _discard(self) -> None:
        self._serial.reset_input_buffer()

    def _release(self) -> None:
        self._serial.close()


def _cannot_open(port: str, fault: OSError | termios.error) -> DeviceError:
    code = fault.args[0] if fault.args and isinstance(fault.args[0], int) else None
    if code in _BUSY:
        return PortBusy(f"{port}: another program is using it")
    if code is None:
        return PortMissing(f"{port}: is not a serial port")  # pyserial could not configure it, and says no errno
    return PortMissing(f"{port}: {_WORDS.get(code, f'cannot be opened: {os.strerror(code)}')}")
