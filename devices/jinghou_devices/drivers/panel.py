"""The boards on one line: asked one at a time, and pulsed so that no two pulses ever overlap."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from jinghou_devices.codecs.locker import Dialect, Refusal, Report, Said
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
_TURNAROUND_S: Final = 0.01  # from a board's last byte to our first, so that it has let go of the two wires
_SETTLE_S: Final = 0.05  # from an order to whatever is said next


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
        self._decoder = dialect.decoder()
        self._unprepared: set[int] = set()
        self._unanswered: dict[int, deque[float]] = {board: deque(maxlen=_LATE_MOST) for board in boards}
        self._free_at = 0.0  # when the next pulse may begin
        self._heard, self._heard_at = b"", 0.0  # since the last question, and when the last of it came

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
        """How the locks of a board stand. Raises DeviceSilent, ProtocolError, DeviceRefused."""
        if line is not self._line:
            self._line, self._unprepared = line, set(self.boards)
            self._decoder = self.dialect.decoder()
        if board in self._unprepared:
            self._prepare(line, board)
            self._unprepared.discard(board)
        return self.doors.take(self._ask_doors(line, board))

    def wait_for_turn(self, line: Transport, deadline: float) -> bool:
        """Until the next pulse may begin; False when that is not before the deadline."""
        self.rest(line, min(self._free_at, deadline))
        return self._clock() < deadline

    def pulse(self, line: Transport, board: int, lock: int) -> None:
        """Pulse one lock, once. It may have been pulsed whatever is raised."""
        self._free_at = self._clock() + self.timing.pulse_s + self.timing.gap_s
        self._order(line, self.dialect.unlock(board, lock))

    def rest(self, line: Transport, until: float) -> None:
        """Ask nothing until then, and hear what boards say by themselves."""
        self._listen(line, until, lambda _said: None)

    def _prepare(self, line: Transport, board: int) -> None:
        """What a board needs once on each connection."""
        for setting in self.dialect.settings(board):
            self._order(line, setting)

    def _ask_doors(self, line: Transport, board: int) -> Report:
        def fits(said: Said) -> Report | None:
            return said if isinstance(said, Report) and said.asked else None

        return self._exchange(line, board, self.dialect.ask(board), fits)

    def _exchange(self, line: Transport, board: int, question: bytes, fits: Callable[[Said], T | None]) -> T:
        """What the board says to a question, and `fits`.

        Answers carry no number, but keep their order. As many as stayed away lately may come late and are asked past:
        the last of so many answers was given to the last question.
        """
        unanswered = self._unanswered[board]
        while unanswered and unanswered[0] < self._clock() - _LATE_S:
            unanswered.popleft()
        for _ in range(len(unanswered)):
            self._exchange_once(line, board, question, fits)
        found = self._exchange_once(line, board, question, fits)
        unanswered.clear()
        return found

    def _exchange_once(self, line: Transport, board: int, question: bytes, fits: Callable[[Said], T | None]) -> T:
        def answer(said: Said) -> T | None:
            if said.board != board:
                return None
            if isinstance(said, Refusal):
                raise DeviceRefused(f"board {board}: {said.why}")
            return fits(said)

        self.rest(line, max(self._clock(), self._heard_at + _TURNAROUND_S))  # what lies there answers nothing any more
        self._heard, damaged = b"", self._decoder.damaged
        self._write(line, question)
        asked = self._clock()
        found = self._listen(line, asked + self.timing.answer_s, answer)
        if found is None:  # "no coil is powered" is an answer too
            found = self._first(self._decoder.finish(), answer)
        if found is not None:
            return found
        self._unanswered[board].append(asked)
        if self._decoder.damaged > damaged:
            raise ProtocolError(f"board {board}: its answer arrived damaged (wrong check)")
        if self._heard not in {b"", question}:  # an echo is no sign of a board
            raise ProtocolError(f"board {board}: its answer is not this protocol: wrong speed, driver or a bad line")
        raise DeviceSilent(f"board {board} does not answer")

    def _order(self, line: Transport, data: bytes) -> None:
        """Say what may be answered or not, and leave the line to the board for as long as that takes."""
        self.rest(line, self._heard_at + _TURNAROUND_S)
        self._write(line, data)
        self.rest(line, self._clock() + _SETTLE_S)

    def _listen(self, line: Transport, until: float, answer: Callable[[Said], T | None]) -> T | None:
        """The first thing said for which `answer` has something, or None at `until`."""
        found = None
        while found is None:
            try:
                data = line.read(until)
            except DeviceSilent:
                return None
            self._heard, self._heard_at = self._heard + data, self._clock()
            line.trace.note(Way.IN, data)
            found = self._first(self._decoder.feed(data), answer)
        return found

    def _first(self, said: list[Said], answer: Callable[[Said], T | None]) -> T | None:
        """What `answer` makes of the first thing for which it has something. Doors that move are remembered."""
        for one in said:
            if isinstance(one, Report) and not one.asked and one.board in self.boards:
                self.doors.take(one)
        return next((found for one in said if (found := answer(one)) is not None), None)

    def _write(self, line: Transport, data: bytes) -> None:
        line.write(data, self._clock() + self.timing.answer_s)
        line.trace.note(Way.OUT, data)
