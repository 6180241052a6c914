"""What an ESC/POS printer says: real-time status, automatic status, end of a job, told apart byte by byte.

The three can come interleaved. A real-time answer has the bits 0xx1xx10, the first byte of an automatic status
0xx1xx00 and its other three 0xx0xxxx; the end of a job is 37 22, four bytes that we choose, 00. Ours lie between 40
and 4F, so that none of them can be taken for a status.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final, assert_never

from jinghou_devices.kinds.receipt_printer import Paper

END_OF_JOB_BYTES: Final = 4
_JOB_BEGINS: Final = 0x37
_JOB_CODE: Final = 0x22
AUTOMATIC_STATUS_ON: Final = bytes.fromhex("1D 61 0E")  # online, errors, paper
RECOVER: Final = bytes.fromhex("10 05 02")
"""Real-time: leave an error, and forget what is in the buffers."""
CLEAR: Final = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
"""Real-time: forget what is in the buffers, error or not."""


class Ask(IntEnum):
    """What `10 04 n` asks for."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    ERROR_CAUSE = 3
    PAPER = 4


def ask(what: Ask) -> bytes:
    """The real-time request for a status; one byte answers it."""
    return bytes((0x10, 0x04, what))


def job_mark(turn: int) -> bytes:
    """Four bytes that name a job, another one for each of 65536 turns."""
    return bytes(0x40 | (turn >> shift & 0x0F) for shift in (12, 8, 4, 0))


def end_of_job(mark: bytes) -> bytes:
    """Ask to be told when everything before has been printed (process id response)."""
    return bytes.fromhex("1D 28 48 06 00 30 30") + mark


@dataclass(frozen=True)
class RealTime:
    """The answer to a `10 04 n`."""

    bits: int


@dataclass(frozen=True)
class Automatic:
    """A status the printer sent by itself."""

    bits: bytes


@dataclass(frozen=True)
class JobEnded:
    """Everything before the end-of-job request with this mark is on paper."""

    mark: bytes


Said = RealTime | Automatic | JobEnded


class Trouble(Enum):
    """Why a printer cannot print."""

    PAPER_OUT = "out of paper"
    COVER_OPEN = "the cover is open"
    CUTTER = "the cutter is stuck"
    ERROR = "the printer reports an error that needs a technician"
    OFFLINE = "the printer is offline"


def trouble_in(what: Ask, bits: int) -> Trouble | None:
    """What a real-time answer to `what` complains of."""
    match what:
        case Ask.PRINTER:
            return Trouble.OFFLINE if bits & 0x08 else None
        case Ask.OFFLINE_CAUSE:
            if bits & 0x04:
                return Trouble.COVER_OPEN
            return Trouble.PAPER_OUT if bits & 0x20 else None  # bit 6, an error, is told in full by ERROR_CAUSE
        case Ask.ERROR_CAUSE:
            if bits & 0x08:
                return Trouble.CUTTER
            return Trouble.ERROR if bits & 0x20 else None  # bit 6 mends itself: a hot head cools
        case Ask.PAPER:
            return Trouble.PAPER_OUT if bits & 0x60 == 0x60 else None
        case _:
            assert_never(what)


def trouble_in_automatic(bits: bytes) -> Trouble | None:
    """What an automatic status complains of. Offline without a cause is no trouble yet: the feed button does it too."""
    if bits[0] & 0x20:
        return Trouble.COVER_OPEN
    if bits[2] & 0x0C:
        return Trouble.PAPER_OUT
    if bits[1] & 0x08:
        return Trouble.CUTTER
    return Trouble.ERROR if bits[1] & 0x20 else None


def paper_in(bits: int) -> Paper:
    """The roll, from the answer to PAPER."""
    if bits & 0x60 == 0x60:
        return Paper.OUT
    return Paper.NEAR_END if bits & 0x0C else Paper.OK


class Decoder:
    """Takes apart what a printer sends. Bytes that belong to nothing are counted in `strays`."""

    def __init__(self) -> None:
        self._automatic = bytearray()
        self._job = bytearray()
        self.strays = 0

    def feed(self, data: bytes) -> list[Said]:
        """What `data` completes, in order."""
        said: list[Said] = []
        for byte in data:
            one = self._take(byte)
            if one is not None:
                said.append(one)
        return said

    def _take(self, byte: int) -> Said | None:
        if byte & 0x93 == 0x12:
            return RealTime(byte)
        if byte & 0x93 == 0x10:
            self.strays += len(self._automatic)
            self._automatic[:] = (byte,)
            return None
        if self._automatic and byte & 0x90 == 0:
            return self._go_on_automatic(byte)
        return self._go_on_job(byte)

    def _go_on_automatic(self, byte: int) -> Said | None:
        self._automatic.append(byte)
        if len(self._automatic) < 4:
            return None
        whole = Automatic(bytes(self._automatic))
        self._automatic.clear()
        return whole

    def _go_on_job(self, byte: int) -> Said | None:
        self._job.append(byte)
        match len(self._job):
            case 1:
                fits = byte == _JOB_BEGINS
            case 2:
                fits = byte == _JOB_CODE
            case 7:
                fits = byte == 0
            case _:
                fits = byte & 0xF0 == 0x40
        if fits and len(self._job) == 7:
            whole = JobEnded(bytes(self._job[2:6]))
            self._job.clear()
            return whole
        if not fits:
            self.strays += len(self._job) - 1
            self._job.clear()
            if byte == _JOB_BEGINS:  # what came before was broken off; this may be the beginning
                self._job.append(byte)
            else:
                self.strays += 1
        return None
