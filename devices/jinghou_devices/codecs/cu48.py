"""Lock boards of the CU48 class, up to 48 locks: questions, orders and answers as bytes.

The maker's protocol: `02 ADDR LOCK CMD 03 SUM`, locks from 0; an answer is `02 ADDR LOCK 75 N`, N bytes and SUM, the
sum of all before it. To the question for the status N is 6: a bit for each lock, the lowest bit of the first byte the
first.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from jinghou_devices.codecs.locker import Decoder, Report, states, sum_fits, with_sum

_BEGIN: Final = 0x02
_END: Final = 0x03
_ASK: Final = 0x60
_UNLOCK: Final = 0x61
_ANSWER: Final = 0x75
_HEAD: Final = 5
_STATUS_BYTES: Final = 6


@dataclass(frozen=True)
class Cu48:
    """Boards with 48 locks each. `closed` is the bit of a closed door."""

    locks: int = 48
    closed: int = 1
    sees_items: ClassVar[bool] = False

    def ask(self, board: int) -> bytes:
        """See Dialect."""
        return _request(board, 0, _ASK)

    def unlock(self, board: int, lock: int) -> bytes:
        """See Dialect."""
        return _request(board, lock - 1, _UNLOCK)

    def settings(self, _board: int) -> tuple[bytes, ...]:
        """See Dialect."""
        return ()

    def decoder(self) -> Decoder:
        """See Dialect."""
        return Decoder(_size, sum_fits, self._read)

    def _read(self, frame: bytes) -> Report | None:
        if frame[4] != _STATUS_BYTES:
            return None  # to an order: what became of it only a status tells
        return Report(frame[1], states(int.from_bytes(frame[_HEAD:-1], "little"), self.locks, self.closed))


def _request(board: int, lock: int, command: int) -> bytes:
    return with_sum(bytes((_BEGIN, board, lock, command, _END)))


def _size(data: bytes) -> int:
    if data[0] != _BEGIN:
        return 0
    if len(data) < _HEAD:
        return _HEAD if len(data) < 4 or data[3] == _ANSWER else 0
    return _HEAD + data[4] + 1 if data[3] == _ANSWER and data[4] in {0, _STATUS_BYTES} else 0
