"""What all kinds share: connection states, the lease of a session, and the truth about what is not known.

In every status `None` means the device cannot tell (unsupported), `UNKNOWN` that it cannot tell now.
Silence is never "ok" and never "out of paper".
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Final, TypeVar

from jinghou_devices.errors import Cancelled

T = TypeVar("T")

SESSION_ENDED: Final = "the session has ended"


class Kind(StrEnum):
    """What kinds of devices there are. The value is the key in the settings, and the name everywhere."""

    ID_READER = "id_reader"
    CODE_SCANNER = "code_scanner"
    RECEIPT_PRINTER = "receipt_printer"
    DOCUMENT_PRINTER = "document_printer"
    LOCKER = "locker"
    CHIP_CARD_READER = "chip_card_reader"
    WINDOW_DISPLAY = "window_display"


class Link(StrEnum):
    """Where the supervisor stands with a device."""

    ABSENT = "absent"
    OPENING = "opening"
    PROBING = "probing"
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"


class Tri(Enum):
    """A yes-or-no that a device may be unable to answer now."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DeviceStatus:
    """What the supervisor says of one device. `name` is its key in the settings, `reason` one line for a technician."""

    name: str
    link: Link
    reason: str = ""


@dataclass(frozen=True)
class Lease:
    """The right of one session to a person's data: once it has ended, a driver delivers nothing more under it."""

    session: str
    _ended: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    _gate: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return self._ended.is_set()

    def end(self) -> None:
        """End it, for good. May be called from any thread, more than once."""
        with self._gate:
            self._ended.set()

    def deliver(self, hand_over: Callable[[], None]) -> bool:
        """Call `hand_over` if the lease lives; False if it has ended. Once `end` has returned, nothing is."""
        with self._gate:
            if self.ended:
                return False
            hand_over()
            return True

    def fulfil(self, future: Future[T], result: Callable[[], T]) -> bool:
        """Complete `future` with the result, with Cancelled once the lease has ended. Whether it got the result."""
        if not future.set_running_or_notify_cancel():
            return False
        if self.deliver(lambda: future.set_result(result())):
            return True
        future.set_exception(Cancelled(SESSION_ENDED))
        return False
