"""Simulated relay boards on Modbus RTU: a coil for each lock, an input for each door."""

from typing import Final

from jinghou_devices.sim.cabinet import Cabinet, model

_UNKNOWN_ADDRESS: Final = 2
_UNKNOWN_VALUE: Final = 3
_FLASH: Final = 0x0200


class Relays(Cabinet):
    """An address, a function, what it needs, and a CRC."""

    def next_frame(self) -> int:
        """See Cabinet."""
        if not 1 <= self.buffer[0] <= 247:
            return 0
        if len(self.buffer) < 7:
            return 8 if len(self.buffer) < 2 or self.buffer[1] in {1, 2, 5, 15} else 0
        match self.buffer[1]:
            case 1 | 2 | 5:
                return 8
            case 15:
                return 9 + self.buffer[6]
        return 0

    def obey_frame(self, frame: bytes) -> None:
        """See Cabinet."""
        board, function = frame[0], frame[1]
        locks = self.locks_of(board)
        if _crc(frame[:-2]) != frame[-2:] or locks is None:
            return
        address, value = frame[2] << 8 | frame[3], frame[4] << 8 | frame[5]
        if function in {1, 2, 15} and not 1 <= value <= len(locks) - address:
            self._send(bytes((board, function | 0x80, _UNKNOWN_ADDRESS)))
        elif function in {1, 2}:
            lit = [lock.powered_at is not None if function == 1 else bool(self.bit(lock)) for lock in locks]
            bits = sum(one << place for place, one in enumerate(lit[address : address + value]))
            size = (value + 7) // 8
            self._send(bytes((board, function, size)) + bits.to_bytes(size, "little"))
        elif function == 5:
            self._switch(board, address, value, frame)
        else:
            bits = int.from_bytes(frame[7:-2], "little")
            for place in range(value):
                self._turn(board, address + place + 1, on=bool(bits >> place & 1))
            self._send(frame[:6])

    def _switch(self, board: int, address: int, value: int, frame: bytes) -> None:
        count = len(self.locks_of(board) or [])
        if _FLASH <= address < _FLASH + count:
            self.pulse(board, address - _FLASH + 1, value / 10)
        elif address >= count:
            self._send(bytes((board, 0x85, _UNKNOWN_ADDRESS)))
            return
        elif value not in {0x0000, 0xFF00}:
            self._send(bytes((board, 0x85, _UNKNOWN_VALUE)))
            return
        else:
            self._turn(board, address + 1, on=value == 0xFF00)
        self._send(frame[:-2])

    def _turn(self, board: int, number: int, *, on: bool) -> None:
        if on:
            self.power(board, number)
        else:
            self.release(board, number)

    def _send(self, body: bytes) -> None:
        self.line.send(body + _crc(body))


def _crc(data: bytes) -> bytes:
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


MODEL: Final = model("relay boards on Modbus RTU", Relays, baud=9600, board=1, locks=8, most=64)
