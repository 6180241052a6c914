"""Window displays: a line of lights above a counter that shows whom it calls."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from jinghou_devices.kinds.common import Link, Tri


@dataclass(frozen=True)
class DisplayStatus:
    """Health of the displays of one line. `answers` has for each address YES, or UNKNOWN for one that is silent; it is
    None for displays that only listen."""

    link: Link
    answers: Mapping[int, Tri] | None


class WindowDisplay(Protocol):
    """The displays on one line, each with an address."""

    def show(self, address: int, text: str, deadline_s: float = 2.0) -> Future[None]:
        """Put `text` on one display. Fails with a DeviceError, DeviceRefused for what the display cannot show.

        Of a display that only listens, "done" says that the text was sent.
        """

    def clear(self, address: int, deadline_s: float = 2.0) -> Future[None]:
        """Take the text away. Fails as `show`."""

    def check_health(self) -> Future[DisplayStatus]:
        """Ask with a real command, where the displays answer."""
