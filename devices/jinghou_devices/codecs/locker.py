"""What locker boards of all makes have in common on the wire: frames found in a stream, and what they tell of doors.

The bytes themselves are in the module of each make.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Protocol

from jinghou_devices.kinds.common import Tri
from jinghou_devices.kinds.locker_board import Door, LockState


@dataclass(frozen=True)
class Report:
    """What a board told of its locks. `asked` when it answers the question for all of them; else it spoke by itself."""

    board: int
    locks: tuple[LockState, ...]
    asked: bool = True


@dataclass(frozen=True)
class Refusal:
    """A board answered a question with no, and why."""

    board: int
    why: str


@dataclass(frozen=True)
class Coils:
    """Which coils of a relay board are powered, counted from 1."""

    board: int
    powered: frozenset[int]


Said = Report | Refusal | Coils


class Decoder:
    """Finds frames in a stream, whatever lies before, between or inside them.

    `size` says how long the frame is that begins with these bytes: 0 when none does, more than there are to wait for
    more. `sound` says of a whole one whether its check is right, `read` what it tells; None for what tells nothing.
    """

    def __init__(
        self, size: Callable[[bytes], int], sound: Callable[[bytes], bool], read: Callable[[bytes], Said | None]
    ) -> None:
        self._size = size
        self._sound = sound
        self._read = read
        self._buffer = b""
        self.damaged = 0

    def feed(self, data: bytes) -> list[Said]:
        """What the frames tell that `data` completes."""
        self._buffer += data
        return self._scan(no_more=False)

    def finish(self) -> list[Said]:
        """No more bytes will come: the frames inside what looked like the beginning of a longer one."""
        return self._scan(no_more=True)

    def _scan(self, *, no_more: bool) -> list[Said]:
        told: list[Said] = []
        at = 0
        while at < len(self._buffer):
            rest = self._buffer[at:]
            size = self._size(rest)
            if size > len(rest) and not no_more:
                break
            frame = rest[:size]
            if size == 0 or size > len(rest):
                at += 1  # no frame begins here
            elif not self._sound(frame):
                self.damaged += 1
                at += 1
            else:
                at += size
                if (said := self._read(frame)) is not None:
                    told.append(said)
        self._buffer = self._buffer[at:]
        return told


class Dialect(Protocol):
    """The bytes of one make of board. Locks count from 1 here, whatever the make does."""

    @property
    def locks(self) -> int:
        """How many there are on a board."""

    @property
    def sees_items(self) -> bool:
        """Whether the boards tell that something lies behind a door."""

    def ask(self, board: int) -> bytes:
        """The question for the state of all locks. No answer to it is the same bytes: a line's echo is no answer."""

    def unlock(self, board: int, lock: int) -> bytes:
        """The order to pulse one lock; to a board that cannot end a pulse by itself, to begin it."""

    def settings(self, board: int) -> tuple[bytes, ...]:
        """What a board is told once on each connection."""

    def decoder(self) -> Decoder:
        """Reads what the boards say."""


def with_sum(body: bytes) -> bytes:
    """`body` and the sum of its bytes."""
    return body + bytes((sum(body) & 0xFF,))


def sum_fits(frame: bytes) -> bool:
    """Whether the last byte is the sum of all before it."""
    return sum(frame[:-1]) & 0xFF == frame[-1]


def with_xor(body: bytes) -> bytes:
    """`body` and the XOR of its bytes."""
    return body + bytes((reduce(xor, body),))


def xor_fits(frame: bytes) -> bool:
    """Whether the last byte is the XOR of all before it."""
    return reduce(xor, frame) == 0


def states(bits: int, locks: int, closed: int, items: int | None = None) -> tuple[LockState, ...]:
    """Locks whose bits lie in their order, the lowest lock 1's. `closed` is the bit of a closed door, in `items` 1 is
    something behind it; without `items` the board cannot see."""
    return tuple(
        LockState(
            lock,
            Door.CLOSED if bits >> lock - 1 & 1 == closed else Door.OPEN,
            None if items is None else (Tri.YES if items >> lock - 1 & 1 else Tri.NO),
        )
        for lock in range(1, locks + 1)
    )
