"""The boards on one line: asked one at a time, and pulsed so that no two pulses ever overlap."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from jinghou_devices.codecs.locker import Decoder, Dialect, Refusal, Report, Said
from jinghou_devices.drivers.doors import Doors
from jinghou_devices.errors import DeviceError, DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.locker_board import LockState
from jinghou_devices.transports import Transport
from jinghou_devices.transports.trace import Way

T = TypeVar("T")

SOUNDLESS: Final = (DeviceSilent, ProtocolError, DeviceRefused)
"""What a board does that gives no usable answer, while the line itself is there."""

_LATE_S: Final = 10.0  # an answer that has not come by then never comes
_LATE_MOST: Final = 10


@dataclass(frozen=True)
class Timing:
    """Times of a make, in seconds: for an answer, of a pulse, between two pulses."""

    answer_s: float
    pulse_s: float
    gap_s: float


class Panel:
    """Boards of one dialect. A board is told its settings once on each connection, before anything is asked of it."""

    def __init__(
        self,
        dialect: Dialect,
        boards: tuple[int, ...],
        timing: Timing,
        doors: Doors,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dialect = dialect
        self.boards = boards
        self.doors = doors
        self.timing = timing
        self._clock = clock
        self._line: Transport | None = None
        self._unprepared: set[int] = set()
        self._unanswered: dict[int, deque[float]] = {board: deque(maxlen=_LATE_MOST) for board in boards}
        self._free_at = 0.0  # when the next pulse may begin

    def probe(self, line: Transport) -> str:
        """Ask all boards: "" or which do not answer. Raises what the last one did when none does."""
        faults: dict[int, DeviceError] = {}
        for board in self.boards:
            try:
                self.ask(line, board)
            except SOUNDLESS as fault:
                faults[board] = fault
        if len(faults) == len(self.boards):
            raise next(iter(faults.values()))
        return "; ".join(str(fault) for fault in faults.values())

    def ask(self, line: Transport, board: int) -> tuple[LockState, ...]:
        """How the locks of a board stand. Raises DeviceSilent, ProtocolError, DeviceRefused.

        Answers carry no number, but keep their order. As many as stayed away lately may come late and are asked past:
        the last of so many answers was given to the last question.
        """
        if line is not self._line:
            self._line, self._unprepared = line, set(self.boards)
        if board in self._unprepared:
            self._prepare(line, board)
            self._unprepared.discard(board)
        unanswered = self._unanswered[board]
        while unanswered and unanswered[0] < self._clock() - _LATE_S:
            unanswered.popleft()
        report = self._ask_doors(line, board)
        for _ in range(len(unanswered)):
            report = self._ask_doors(line, board)
        unanswered.clear()
        return self.doors.take(report)

    def wait_for_turn(self, line: Transport, deadline: float) -> bool:
        """Until the next pulse may begin; False when that is not before the deadline."""
        self.rest(line, min(self._free_at, deadline))
        return self._clock() < deadline

    def pulse(self, line: Transport, board: int, lock: int) -> None:
        """Pulse one lock, once. It may have been pulsed whatever is raised."""
        self._free_at = self._clock() + self.timing.pulse_s + self.timing.gap_s
        self._send(line, self.dialect.unlock(board, lock))

    def rest(self, line: Transport, until: float) -> None:
        """Ask nothing until then, and hear what boards say by themselves."""
        self._listen(line, until, lambda _said: None)

    def _prepare(self, line: Transport, board: int) -> None:
        """What a board needs once on each connection."""
        for setting in self.dialect.settings(board):
            self._send(line, setting)

    def _ask_doors(self, line: Transport, board: int) -> Report:
        def fits(said: Said) -> Report | None:
            return said if isinstance(said, Report) and said.asked else None

        return self._exchange(line, board, self.dialect.ask(board), fits)

    def _exchange(self, line: Transport, board: int, question: bytes, fits: Callable[[Said], T | None]) -> T:
        """The first thing that the board says and that `fits`."""
        self.rest(line, self._clock())  # what lies there came for an earlier question

        def answer(said: Said) -> T | None:
            if said.board != board:
                return None
            if isinstance(said, Refusal):
                raise DeviceRefused(f"board {board}: {said.why}")
            return fits(said)

        self._send(line, question)
        asked = self._clock()
        decoder = self.dialect.decoder()
        found = self._listen(line, asked + self.timing.answer_s, answer, decoder)
        if found is not None:
            return found
        self._unanswered[board].append(asked)
        if decoder.damaged:
            raise ProtocolError(f"board {board}: its answer arrived damaged (wrong check)")
        if decoder.heard not in {b"", question}:  # an echo is no sign of a board
            raise ProtocolError(f"board {board}: its answer is not this protocol: wrong speed, driver or a bad line")
        raise DeviceSilent(f"board {board} does not answer")

    def _listen(
        self, line: Transport, until: float, answer: Callable[[Said], T | None], decoder: Decoder | None = None
    ) -> T | None:
        """The first thing said for which `answer` has something, or None at `until`."""
        decoder = decoder or self.dialect.decoder()
        heard = True
        while heard:
            try:
                data = line.read(until)
                line.trace.note(Way.IN, data)
                said = decoder.feed(data)
            except DeviceSilent:
                said, heard = decoder.finish(), False
            for one in said:
                if isinstance(one, Report) and not one.asked and one.board in self.boards:
                    self.doors.take(one)
                elif (found := answer(one)) is not None:
                    return found
        return None

    def _send(self, line: Transport, data: bytes) -> None:
        line.write(data, self._clock() + self.timing.answer_s)
        line.trace.note(Way.OUT, data)
