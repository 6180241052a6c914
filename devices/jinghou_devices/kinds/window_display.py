"""Window displays: a line of lights above a counter that shows whom it calls."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from jinghou_devices.kinds.common import Link, Tri


@dataclass(frozen=True)
class DisplayStatus:
    """Health of the displays of one line. `answers` is UNKNOWN for displays that only listen."""

    link: Link
    answers: Tri | None


class WindowDisplay(Protocol):
    """The displays on one line, each with an address."""

    def show(self, address: int, text: str, deadline_s: float = 2.0) -> Future[None]:
        """Put `text` on one display. Fails with a DeviceError, DeviceRefused for what the display cannot show."""

    def clear(self, address: int, deadline_s: float = 2.0) -> Future[None]:
        """Switch it dark."""

    def check_health(self) -> Future[DisplayStatus]:
        """Ask with a real command, where the displays answer."""
