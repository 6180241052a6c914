"""Relay boards that speak Modbus RTU and pulse a lock through a coil: questions, orders and answers as bytes.

Requests and their check (CRC-16) are built by pymodbus. Its own reading of a stream gives up everything after a damaged
frame, which a noisy line does not allow: frames are found here, by what the answer to our questions must look like.
Coils and inputs are the Modbus specification's functions 1, 2, 5 and 15; the pulse that a board ends by itself is
that of Waveshare's boards, function 5 at 0200 and the coil, in tenths of a second.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)

from jinghou_devices.codecs.locker import Coils, Decoder, Refusal, Report, Said, states

_FRAMER: Final = FramerRTU(DecodePDU(False))
_READ_COILS: Final = ReadCoilsRequest.function_code
_READ_INPUTS: Final = ReadDiscreteInputsRequest.function_code
_FAILED: Final = 0x80
_FAILED_SIZE: Final = 5
_FLASH: Final = 0x0200
_FLASH_UNIT_MS: Final = 100
_EXCEPTIONS: Final = {
    1: "it does not know this function",
    2: "it has no such coil or input",
    3: "it does not take this value",
    4: "it failed",
    6: "it is busy",
}


@dataclass(frozen=True)
class Relays:
    """Boards whose coils, from `first_coil`, are the locks, and whose inputs, from `first_sensor`, tell of the doors.

    `closed` is the bit of a closed door. `flash_ms`: the board ends a pulse by itself, after so long; None: it must be
    told to.
    """

    locks: int = 8
    closed: int = 1
    first_coil: int = 0
    first_sensor: int = 0
    flash_ms: int | None = None
    sees_items: ClassVar[bool] = False

    def ask(self, board: int) -> bytes:
        """See Dialect."""
        return _built(ReadDiscreteInputsRequest(dev_id=board, address=self.first_sensor, count=self.locks))

    def ask_coils(self, board: int) -> bytes:
        """The question which coils are powered."""
        return _built(ReadCoilsRequest(dev_id=board, address=self.first_coil, count=self.locks))

    def unlock(self, board: int, lock: int) -> bytes:
        """See Dialect."""
        coil = self.first_coil + lock - 1
        if self.flash_ms is None:
            return _built(WriteSingleCoilRequest(dev_id=board, address=coil, bits=[True]))
        order = (_FLASH + coil).to_bytes(2) + (self.flash_ms // _FLASH_UNIT_MS).to_bytes(2)
        return _FRAMER.encode(bytes((WriteSingleCoilRequest.function_code,)) + order, board, 0)

    def release(self, board: int, lock: int) -> bytes:
        """The order to take the power from one coil."""
        return _built(WriteSingleCoilRequest(dev_id=board, address=self.first_coil + lock - 1, bits=[False]))

    def release_all(self, board: int) -> bytes:
        """The order to take the power from all coils."""
        return _built(WriteMultipleCoilsRequest(dev_id=board, address=self.first_coil, bits=[False] * self.locks))

    def settings(self, _board: int) -> tuple[bytes, ...]:
        """See Dialect."""
        return ()

    def decoder(self) -> Decoder:
        """See Dialect."""
        return Decoder(self._size, _sound, self._read)

    def _size(self, data: bytes) -> int:
        if not 1 <= data[0] <= 247:
            return 0
        if len(data) < 3:
            return _FAILED_SIZE
        if data[1] in {_READ_COILS | _FAILED, _READ_INPUTS | _FAILED}:
            return _FAILED_SIZE
        data_bytes = (self.locks + 7) // 8
        return 3 + data_bytes + 2 if data[1] in {_READ_COILS, _READ_INPUTS} and data[2] == data_bytes else 0

    def _read(self, frame: bytes) -> Said:
        board, function = frame[0], frame[1]
        if function & _FAILED:
            return Refusal(board, f"the board refused: {_EXCEPTIONS.get(frame[2], f'exception {frame[2]}')}")
        bits = int.from_bytes(frame[3:-2], "little")
        if function == _READ_INPUTS:
            return Report(board, states(bits, self.locks, self.closed))
        return Coils(board, frozenset(lock for lock in range(1, self.locks + 1) if bits >> lock - 1 & 1))


def _built(request: ModbusPDU) -> bytes:
    return _FRAMER.buildFrame(request)


def _sound(frame: bytes) -> bool:
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:]))
