"""The lock boards whose orders begin with 8A, 24 or 32 locks: questions, orders and answers as bytes.

The maker's protocol: orders `8A BB LL 11`, questions `80 BB 00 33`, answered by `80 BB`, a bit for each lock with the
first in the lowest bit of the last byte, and `33`; `81 BB LL ST` when a door moves. The last byte is the XOR of all
before it. Which of 00 and 11 is a closed door depends on the wiring. When it is 11, the answer to an order whose door
stays shut is the order's own echo: answers to orders are not looked at, only those to questions, which no echo equals.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from jinghou_devices.codecs.locker import Decoder, Report, states, with_xor, xor_fits
from jinghou_devices.kinds.locker_board import Door, LockState

_ORDER: Final = 0x8A
_QUESTION: Final = 0x80
_MOVED: Final = 0x81
_ASK: Final = 0x33
_OPEN: Final = 0x11
_MOVED_SIZE: Final = 5
_STATES: Final = (0x00, 0x11)


@dataclass(frozen=True)
class Board8a:
    """Boards that count from 1, with 24 or 32 locks each. `closed` is the bit of a closed door: 1 for state 11."""

    locks: int = 24
    closed: int = 1
    sees_items: ClassVar[bool] = False

    def ask(self, board: int) -> bytes:
        """See Dialect."""
        return with_xor(bytes((_QUESTION, board, 0, _ASK)))

    def unlock(self, board: int, lock: int) -> bytes:
        """See Dialect."""
        return with_xor(bytes((_ORDER, board, lock, _OPEN)))

    def settings(self, _board: int) -> tuple[bytes, ...]:
        """See Dialect."""
        return ()

    def decoder(self) -> Decoder:
        """See Dialect."""
        return Decoder(self._size, xor_fits, self._read)

    def _size(self, data: bytes) -> int:
        if data[0] == _MOVED:
            return _MOVED_SIZE if len(data) < 4 or data[3] in _STATES else 0
        if data[0] != _QUESTION:
            return 0
        size = 4 + (3 if self.locks <= 24 else 4)
        return size if len(data) < size or data[size - 2] == _ASK else 0

    def _read(self, frame: bytes) -> Report | None:
        if frame[0] == _MOVED:
            if not 1 <= frame[2] <= self.locks:
                return None
            door = Door.CLOSED if _STATES.index(frame[3]) == self.closed else Door.OPEN
            return Report(frame[1], (LockState(frame[2], door, None),), asked=False)
        return Report(frame[1], states(int.from_bytes(frame[2:-2], "big"), self.locks, self.closed))
