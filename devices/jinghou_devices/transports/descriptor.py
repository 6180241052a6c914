"""Waiting on a file descriptor with a deadline and a way out: what a serial line and TCP have in common."""

import contextlib
import os
import select
import termios
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

from jinghou_devices.errors import Cancelled, DeviceSilent, PortMissing
from jinghou_devices.transports.trace import Trace


class DescriptorTransport(ABC):
    """A Transport over the non-blocking descriptor of an open `port`. A subclass moves the bytes."""

    def __init__(self, port: str, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        self.trace = trace
        self._port = port
        self._clock = clock
        self._wake_out, self._wake_in = os.pipe()

    @abstractmethod
    def _fileno(self) -> int:
        """The descriptor."""

    @abstractmethod
    def _receive(self) -> bytes:
        """What can be read now. May raise OSError or termios.error, at the end of the line too."""

    @abstractmethod
    def _send(self, data: bytes) -> int:
        """Write what can be written now, and say how much. May raise OSError or termios.error."""

    @abstractmethod
    def _discard(self) -> None:
        """Forget what has come in. May raise OSError or termios.error."""

    @abstractmethod
    def _release(self) -> None:
        """Close the descriptor. May raise OSError or termios.error."""

    def read(self, deadline: float) -> bytes:
        """See Transport."""
        if not self._ready([self._fileno()], [], deadline):
            raise DeviceSilent(f"{self._port}: no answer")
        with self._line_alive():
            return self._receive()

    def write(self, data: bytes, deadline: float) -> None:
        """See Transport."""
        rest = data
        while rest:
            if not self._ready([], [self._fileno()], deadline):
                raise DeviceSilent(f"{self._port}: takes no more bytes")
            with self._line_alive():
                rest = rest[self._send(rest) :]

    def discard_input(self) -> None:
        """See Transport."""
        with self._line_alive():
            self._discard()

    def cancel(self) -> None:
        """See Line."""
        os.write(self._wake_in, b"x")

    def close(self) -> None:
        """See Line."""
        with contextlib.suppress(OSError, termios.error):  # it may be gone already
            self._release()
        os.close(self._wake_out)
        os.close(self._wake_in)

    def _ready(self, readers: list[int], writers: list[int], deadline: float) -> bool:
        left = max(0.0, deadline - self._clock())
        with self._line_alive():
            readable, writable, _ = select.select([self._wake_out, *readers], writers, [], left)
        if self._wake_out in readable and not writable:  # what goes out at once still does: a coil must be switched off
            raise Cancelled(f"{self._port}: stopped")
        return bool(readable or writable)

    @contextlib.contextmanager
    def _line_alive(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error):  # termios.error is no OSError
            raise self._gone() from None

    def _gone(self) -> PortMissing:
        return PortMissing(f"{self._port}: the port went away")
