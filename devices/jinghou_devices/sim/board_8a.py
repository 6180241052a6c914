"""A simulated lock board whose orders begin with 8A: 24 or 32 locks; it may speak by itself when a door moves."""

from functools import reduce
from typing import Final

from jinghou_devices.sim.cabinet import Cabinet, DoorFault, Lock, model

_PULSE_S: Final = 0.3


class Board8a(Cabinet):
    """8A opens, 80 asks; five bytes, the last one the XOR of the others."""

    def next_frame(self) -> int:
        """See Cabinet."""
        return 5 if self.buffer[0] in {0x8A, 0x80} else 0

    def obey_frame(self, frame: bytes) -> None:
        """See Cabinet."""
        order, board, number, command, _ = frame
        locks = self.locks_of(board)
        if reduce(int.__xor__, frame) or locks is None:
            return
        if (order, command) == (0x80, 0x33):
            if number == 0:
                size = 3 if len(locks) <= 24 else 4
                self._send(bytes((0x80, board)) + self.bits(locks).to_bytes(size, "big") + b"\x33")
            elif number <= len(locks):
                self._send(bytes((0x80, board, number, self._state(locks[number - 1]))))
        elif (order, command) == (0x8A, 0x11) and 1 <= number <= len(locks):
            self.pulse(board, number, _PULSE_S)
            if DoorFault.UNLOCK_UNANSWERED not in self.faults:
                self._send(bytes((0x8A, board, number, self._state(locks[number - 1]))))

    def push(self, board: int, number: int) -> None:
        """See Cabinet."""
        locks = self.locks_of(board) or []
        self._send(bytes((0x81, board, number, self._state(locks[number - 1]))))

    def _state(self, lock: Lock) -> int:
        return 0x11 if self.bit(lock) else 0x00

    def _send(self, body: bytes) -> None:
        self.line.send(body + bytes((reduce(int.__xor__, body),)))


MODEL: Final = model("lock boards with orders 8A", Board8a, baud=9600, board=1, locks=24, most=32)
