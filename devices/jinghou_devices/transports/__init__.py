"""How bytes get to a device and back: what every line can do, what a line of bytes can do, and how a port is named."""

from typing import Protocol

from jinghou_devices.transports.trace import Trace


class Line(Protocol):
    """A connection to one device or bus, open from its making until `close`, and nobody else's meanwhile.

    Deadlines are times of `time.monotonic`, in seconds. Every call may raise PortMissing when the line has gone.
    """

    @property
    def trace(self) -> Trace:
        """What went over the line lately; drivers write here what may be shown."""

    def cancel(self) -> None:
        """From any thread: end the wait of a running call, and every later one, with Cancelled.

        A write that need not wait still goes out.
        """

    def close(self) -> None:
        """Give the line back. Not while another thread uses it: `cancel` first."""


class Transport(Line, Protocol):
    """A line of bytes."""

    def read(self, deadline: float) -> bytes:
        """At least one byte, as soon as there is one. Raises DeviceSilent at the deadline, Cancelled after `cancel`."""

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of `data`. Raises DeviceSilent if the line takes no more by the deadline, Cancelled."""

    def discard_input(self) -> None:
        """Forget what has come in and was not read."""
