"""Locker boards: doors that are opened by a pulse and looked at afterwards."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol

from jinghou_devices.kinds.common import Link, Tri


class Door(StrEnum):
    """How a door stands."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # cannot tell now


@dataclass(frozen=True)
class LockState:
    """One lock of a board, counted from 1. `item` is whether something lies behind it: None when the board cannot see.

    `left_open` when the door has stood open for longer than it takes to serve somebody, `stuck` when it did not open
    at the last pulse, `forced` when it opened and nobody here had ordered that.
    """

    lock: int
    door: Door
    item: Tri | None
    left_open: bool = False
    stuck: bool = False
    forced: bool = False


class Opened(Enum):
    """What became of an order to open. OPENED is only what a status read has shown."""

    OPENED = "opened"
    STUCK = "stuck"  # pulsed, and the door is seen closed still
    REFUSED = "refused"  # no pulse was sent
    UNCERTAIN = "uncertain"  # pulsed, and then silence: it may stand open


@dataclass(frozen=True)
class OpenResult:
    """What became of an order to open, and why, in one line for a technician. `seen` is how the lock was seen last."""

    opened: Opened
    reason: str = ""
    seen: LockState | None = None


@dataclass(frozen=True)
class LockerStatus:
    """Health of a board and its locks, in their order."""

    link: Link
    locks: tuple[LockState, ...]


class LockerBoard(Protocol):
    """The locks of one terminal: one board, or several on one bus."""

    @property
    def boards(self) -> tuple[int, ...]:
        """The addresses of the boards."""

    @property
    def locks(self) -> int:
        """How many each board has."""

    @property
    def sees_items(self) -> bool:
        """Whether the boards tell that something lies behind a door."""

    def open(self, board: int, lock: int, deadline_s: float = 5.0) -> Future[OpenResult]:
        """Pulse once and look until it is seen open. The future never fails: a fault is a result that says so.

        Pulses of one bus never overlap, and none is ever repeated by itself.
        """

    def look(self, board: int) -> Future[LockerStatus]:
        """Ask one board. Fails with a DeviceError; silence is never "closed".

        After a cut of the power or of the cable this is how the program learns what became of an order.
        """

    def watch(self, on_change: Callable[[int, LockState], None]) -> None:
        """From now on call `on_change` with board and lock for each change seen, from a thread of the driver's.

        The line waits meanwhile. The doors of a board that falls silent are UNKNOWN; when it speaks again, what has
        changed is told.
        """
