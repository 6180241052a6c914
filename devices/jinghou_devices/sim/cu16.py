"""A simulated KERONG CU16: 16 locks a board, with infrared sensors behind the doors."""

import argparse
from typing import Final

from jinghou_devices.sim.cabinet import Cabinet, DoorFault, model
from jinghou_devices.sim.line import Line

_PULSE_S: Final = 0.4


class Cu16(Cabinet):
    """02, an address, a command, what it needs, 03 and a sum."""

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line, options)
        self._pulse_s = dict.fromkeys(options.boards, _PULSE_S)

    def next_frame(self) -> int:
        """See Cabinet."""
        if self.buffer[0] != 0x02:
            return 0
        if len(self.buffer) < 3:
            return 5
        return {0x30: 5, 0x31: 5, 0x32: 5, 0x33: 5, 0x37: 7, 0x39: 7, 0x40: 6}.get(self.buffer[2], 0)

    def obey_frame(self, frame: bytes) -> None:
        """See Cabinet."""
        *body, check = frame
        if sum(body) % 256 != check or body[-1] != 0x03:
            return
        board, number, command = frame[1] >> 4, (frame[1] & 0x0F) + 1, frame[2]
        if command == 0x32:
            for each in range(16):
                self._answer(each, 0x36)
        elif self.locks_of(board) is None:
            return
        elif command == 0x30:
            self._answer(board, 0x35)
        elif command == 0x31:
            self.pulse(board, number, self._pulse_s[board])
            if DoorFault.UNLOCK_UNANSWERED not in self.faults:
                self._answer(board, 0x35)
        elif command == 0x37:
            self._pulse_s[board] = (frame[3] * 256 + frame[4]) / 100

    def _answer(self, board: int, command: int) -> None:
        locks = self.locks_of(board)
        if locks is None:
            return
        doors, items = self.bits(locks), sum(lock.item << place for place, lock in enumerate(locks))
        body = (0x02, board * 16, command, doors % 256, doors // 256, items % 256, items // 256, 0x03)
        self.line.send(bytes((*body, sum(body) % 256)))


MODEL: Final = model("KERONG CU16 lock boards", Cu16, baud=19200, board=0, locks=16, most=16)
