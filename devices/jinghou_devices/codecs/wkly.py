"""Lock boards whose frames begin with the letters WKLY: questions, orders and answers as bytes.

The maker's protocol: `57 4B 4C 59 LEN ADDR CMD DATA XOR`, LEN the whole frame's. The question for one lock is answered
by a result (00 done), the lock and its state. That for all is answered, by those boards that know it, by a result, a
count and a state for each lock; a door that moves is pushed as lock and state.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from jinghou_devices.codecs.locker import Decoder, Refusal, Report, Said, with_xor, xor_fits
from jinghou_devices.kinds.locker_board import Door, LockState

_BEGIN: Final = b"WKLY"
_HEAD: Final = 7
_SHORTEST: Final = 8
_LONGEST: Final = 80
_UNLOCK: Final = 0x82
_ASK_ONE: Final = 0x83
_ASK_ALL: Final = 0x84
_MOVED: Final = 0x85
_DONE: Final = 0x00


@dataclass(frozen=True)
class Wkly:
    """Boards of any address, with up to 64 locks each. `closed` is the state of a closed door."""

    locks: int = 12
    closed: int = 0
    sees_items: ClassVar[bool] = False

    def ask(self, board: int) -> bytes:
        """See Dialect."""
        return _frame(board, _ASK_ALL)

    def ask_one(self, board: int, lock: int) -> bytes:
        """The question for the state of one lock."""
        return _frame(board, _ASK_ONE, bytes((lock,)))

    def unlock(self, board: int, lock: int) -> bytes:
        """See Dialect."""
        return _frame(board, _UNLOCK, bytes((lock,)))

    def settings(self, _board: int) -> tuple[bytes, ...]:
        """See Dialect."""
        return ()

    def decoder(self) -> Decoder:
        """See Dialect."""
        return Decoder(_size, xor_fits, self._read)

    def _read(self, frame: bytes) -> Said | None:
        board, data = frame[5], frame[_HEAD:-1]
        if frame[6] == _MOVED and len(data) == 2 and 1 <= data[0] <= self.locks:
            return Report(board, (self._state(*data),), asked=False)
        if frame[6] == _ASK_ONE and len(data) == 3:
            if data[0] != _DONE:
                return Refusal(board, f"the board cannot tell of lock {data[1]} (result {data[0]:02X})")
            return Report(board, (self._state(*data[1:]),))
        if frame[6] != _ASK_ALL or not data:
            return None  # to an order, or an echo: what became of it only a status tells
        if data[0] != _DONE:
            return Refusal(board, f"the board cannot tell its doors (result {data[0]:02X})")
        told = data[2:]
        if len(data) < 2 or data[1] != len(told) or len(told) < self.locks:
            return Refusal(board, f"the board tells of {len(told)} locks, and the settings have {self.locks}")
        return Report(board, tuple(self._state(lock, told[lock - 1]) for lock in range(1, self.locks + 1)))

    def _state(self, lock: int, state: int) -> LockState:
        if state not in {0, 1}:
            return LockState(lock, Door.UNKNOWN, None)
        return LockState(lock, Door.CLOSED if state == self.closed else Door.OPEN, None)


def _frame(board: int, command: int, data: bytes = b"") -> bytes:
    return with_xor(_BEGIN + bytes((_SHORTEST + len(data), board, command)) + data)


def _size(data: bytes) -> int:
    if not _BEGIN.startswith(data[: len(_BEGIN)]):
        return 0
    if len(data) <= len(_BEGIN):
        return _SHORTEST
    return data[4] if _SHORTEST <= data[4] <= _LONGEST else 0
