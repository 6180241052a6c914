"""A simulated WKLY lock board; it may speak by itself when a door moves."""

from functools import reduce
from typing import Final

from jinghou_devices.sim.cabinet import Cabinet, DoorFault, Lock, model

_PULSE_S: Final = 0.4
_LETTERS: Final = b"WKLY"


class Wkly(Cabinet):
    """Four letters, the frame's length, an address, a command, what it needs, and an XOR."""

    def next_frame(self) -> int:
        """See Cabinet."""
        if self.buffer[:4] != _LETTERS[: len(self.buffer)]:
            return 0
        if len(self.buffer) < 5:
            return 8
        return self.buffer[4] if 8 <= self.buffer[4] <= 80 else 0

    def obey_frame(self, frame: bytes) -> None:
        """See Cabinet."""
        board, command, data = frame[5], frame[6], frame[7:-1]
        locks = self.locks_of(board)
        if reduce(int.__xor__, frame) or locks is None:
            return
        match command, list(data):
            case 0x84, [] if DoorFault.NO_ASK_ALL not in self.faults:
                self._send(board, 0x84, bytes((0x00, len(locks), *(self._state(lock) for lock in locks))))
            case 0x82 | 0x83, [number] if not 1 <= number <= len(locks):
                self._send(board, command, bytes((0xFF, number, 0)))
            case 0x83, [number]:
                self._send(board, 0x83, bytes((0x00, number, self._state(locks[number - 1]))))
            case 0x82, [number]:
                self.pulse(board, number, _PULSE_S)
                if DoorFault.UNLOCK_UNANSWERED not in self.faults:
                    self._send(board, 0x82, bytes((0x00, number, self._state(locks[number - 1]))))

    def push(self, board: int, number: int) -> None:
        """See Cabinet."""
        locks = self.locks_of(board) or []
        self._send(board, 0x85, bytes((number, self._state(locks[number - 1]))))

    def _state(self, lock: Lock) -> int:
        return 1 - self.bit(lock)

    def _send(self, board: int, command: int, data: bytes) -> None:
        body = _LETTERS + bytes((8 + len(data), board, command)) + data
        self.line.send(body + bytes((reduce(int.__xor__, body),)))


MODEL: Final = model("WKLY lock boards", Wkly, baud=9600, board=10, locks=12, most=64)
