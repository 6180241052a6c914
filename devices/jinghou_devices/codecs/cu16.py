"""KERONG CU16 lock boards: questions, orders and answers as bytes.

The maker's protocol: `02 ADDR CMD [DATA] 03 SUM`, the high four bits of ADDR the board, the low four the lock from 0,
SUM the sum of all before it. A status is four bytes: the locks, then the infrared sensors, the lowest bit the first.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from jinghou_devices.codecs.locker import Decoder, Report, states, sum_fits, with_sum

_BEGIN: Final = 0x02
_END: Final = 0x03
_ASK: Final = 0x30
_UNLOCK: Final = 0x31
_UNLOCK_TIME: Final = 0x37
_STATUS: Final = frozenset({0x35, 0x36})  # to the question for one board, and to that for all
_STATUS_SIZE: Final = 9


@dataclass(frozen=True)
class Cu16:
    """Up to 16 boards with 16 locks each. `closed` is the bit of a closed door; `unlock_time_ms` is set when given."""

    locks: int = 16
    closed: int = 1
    unlock_time_ms: int | None = None
    sees_items: ClassVar[bool] = True

    def ask(self, board: int) -> bytes:
        """See Dialect."""
        return with_sum(bytes((_BEGIN, board << 4, _ASK, _END)))

    def unlock(self, board: int, lock: int) -> bytes:
        """See Dialect."""
        return with_sum(bytes((_BEGIN, board << 4 | lock - 1, _UNLOCK, _END)))

    def settings(self, board: int) -> tuple[bytes, ...]:
        """See Dialect."""
        if self.unlock_time_ms is None:
            return ()
        time = (self.unlock_time_ms // 10).to_bytes(2)
        return (with_sum(bytes((_BEGIN, board << 4, _UNLOCK_TIME, *time, _END))),)

    def decoder(self) -> Decoder:
        """See Dialect."""
        return Decoder(_size, sum_fits, self._read)

    def _read(self, frame: bytes) -> Report:
        bits, items = int.from_bytes(frame[3:5], "little"), int.from_bytes(frame[5:7], "little")
        return Report(frame[1] >> 4, states(bits, self.locks, self.closed, items))


def _size(data: bytes) -> int:
    if data[0] != _BEGIN:
        return 0
    if len(data) < 3:
        return _STATUS_SIZE
    if data[2] not in _STATUS:
        return 0
    return _STATUS_SIZE if len(data) < _STATUS_SIZE or data[7] == _END else 0
