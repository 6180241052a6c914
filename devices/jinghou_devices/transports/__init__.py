"""How bytes get to a device and back: what every transport can do, the serial one, and the trace of what went over."""

from typing import Protocol

from jinghou_devices.transports.trace import Trace


class Transport(Protocol):
    """A line to one device or bus, open from its making until `close`, and nobody else's meanwhile.

    Deadlines are times of `time.monotonic`, in seconds. Every call may raise PortMissing when the line has gone.
    """

    @property
    def trace(self) -> Trace:
        """What went over the line lately; drivers write here what may be shown."""

    def read(self, deadline: float) -> bytes:
        """At least one byte, as soon as there is one. Raises DeviceSilent at the deadline, Cancelled after `cancel`."""

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of `data`. Raises DeviceSilent if the line takes no more by the deadline, Cancelled."""

    def discard_input(self) -> None:
        """Forget what has come in and was not read."""

    def cancel(self) -> None:
        """From any thread: end the wait of a running `read` or `write`, and every later one."""

    def close(self) -> None:
        """Give the line back. Not while another thread reads or writes: `cancel` first."""
