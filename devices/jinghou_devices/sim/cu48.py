"""A simulated lock board of the CU48 class: 48 locks, no sensors but those of the doors."""

from typing import Final

from jinghou_devices.sim.cabinet import Cabinet, DoorFault, model

_PULSE_S: Final = 0.4


class Cu48(Cabinet):
    """02, an address, a lock, a command, 03 and a sum."""

    def next_frame(self) -> int:
        """See Cabinet."""
        if self.buffer[0] != 0x02:
            return 0
        return 6 if len(self.buffer) < 5 or self.buffer[4] == 0x03 else 0

    def obey_frame(self, frame: bytes) -> None:
        """See Cabinet."""
        _, board, place, command, _, check = frame
        locks = self.locks_of(board)
        if sum(frame[:-1]) % 256 != check or locks is None:
            return
        if command == 0x60:
            self._answer(board, 0, self.bits(locks).to_bytes(6, "little"))
        elif command == 0x61:
            self.pulse(board, place + 1, _PULSE_S)
            if DoorFault.UNLOCK_UNANSWERED not in self.faults:
                self._answer(board, place, b"")

    def _answer(self, board: int, place: int, data: bytes) -> None:
        body = bytes((0x02, board, place, 0x75, len(data))) + data
        self.line.send(body + bytes((sum(body) % 256,)))


MODEL: Final = model("lock boards of the CU48 class", Cu48, baud=19200, board=0, locks=48, most=48)
