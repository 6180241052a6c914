"""Locker boards of every make: pulsing one door, looking until it is seen open, saying truthfully what became of it.

The makes themselves are a module each beside this one, with the bytes in their codec.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, assert_never

from pydantic import BeforeValidator, Field

from jinghou_config.devices import LockerSettings
from jinghou_config.settings import Section
from jinghou_devices.bus import failed
from jinghou_devices.driver import Plan
from jinghou_devices.drivers.doors import Doors, OnChange
from jinghou_devices.drivers.panel import SOUNDLESS, Panel, Timing
from jinghou_devices.errors import Cancelled, DeviceError, DeviceRefused
from jinghou_devices.kinds.locker_board import Door, LockerStatus, LockState, Opened, OpenResult
from jinghou_devices.supervisor import USABLE, Supervisor
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import open_port, opens_at_once

_LOOK_EVERY_S: Final = 0.2
_OPENS_WITHIN_S: Final = 3.0
_MOST_BOARDS: Final = 64
_LEAST_TIME_S: Final = 1.0  # before the deadline: less is not enough for a door


def _addresses(value: object) -> object:
    """`0`, `0,1` or `1-4,8` as numbers, in their order and each once."""
    if not isinstance(value, int | str):
        return value
    parts = [part.split("-") for part in str(value).replace(" ", "").split(",")]
    try:
        ranges = [range(int(part[0], 0), int(part[-1], 0) + 1) for part in parts if len(part) <= 2]
    except ValueError:
        ranges = []
    found = sorted({address for one in ranges for address in one[: _MOST_BOARDS + 1]})
    if len(ranges) != len(parts) or not found or len(found) > _MOST_BOARDS:
        raise ValueError("is a list of addresses such as 0 or 1,2,5-7")
    return tuple(found)


ADDRESSES: Final = BeforeValidator(_addresses)
AS_TEXT: Final = BeforeValidator(str)
BOARDS: Final = "addresses of the boards on this line, such as 0 or 1,2,5-7"
LOCKS: Final = "how many locks each board has"
CLOSED_IS: Final = "what the board says of a closed door, which depends on the wiring"


class LockerOptions(Section):
    """What the boards of every make have. A make sets its own limits and usual values."""

    boards: tuple[int, ...]
    locks: int
    left_open_s: float = Field(60.0, gt=0, description="seconds after which an open door counts as left open")
    watch_ms: int = Field(500, ge=200, le=10000, description="time between two looks while somebody watches the doors")
    answer_ms: int = Field(500, ge=50, le=3000, description="how long a board gets to answer, in milliseconds")
    pulse_ms: int = Field(400, ge=100, le=1000, description="how long a pulse lasts, in milliseconds")
    gap_ms: int = Field(
        200, ge=100, le=2000, description="between the end of a pulse and the next one, in milliseconds"
    )

    def timing(self) -> Timing:
        """The times, for the panel."""
        return Timing(self.answer_ms / 1000, self.pulse_ms / 1000, self.gap_ms / 1000)


class Locker:
    """A LockerBoard over the boards of one line."""

    def __init__(
        self,
        supervisor: Supervisor[Transport],
        panel: Panel,
        watch_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supervisor = supervisor
        self._panel = panel
        self._watch_s = watch_s
        self._clock = clock
        self._lock = threading.Lock()
        self._watched = False
        self._polling = False  # a look of the watch is queued or running; there is never more than one

    @property
    def boards(self) -> tuple[int, ...]:
        """See LockerBoard."""
        return self._panel.boards

    @property
    def locks(self) -> int:
        """See LockerBoard."""
        return self._panel.dialect.locks

    @property
    def sees_items(self) -> bool:
        """See LockerBoard."""
        return self._panel.dialect.sees_items

    def open(self, board: int, lock: int, deadline_s: float = 5.0) -> Future[OpenResult]:
        """See LockerBoard."""
        if board not in self.boards or not 1 <= lock <= self.locks:
            return failed(DeviceRefused(f"there is no lock {lock} on a board {board}"), _not_opened)
        deadline = self._clock() + deadline_s
        return self._supervisor.submit(
            lambda line: self._open(line, board, lock, deadline), deadline=deadline, otherwise=_not_opened
        )

    def look(self, board: int) -> Future[LockerStatus]:
        """See LockerBoard."""
        if board not in self.boards:
            return failed(DeviceRefused(f"there is no board {board}"))
        return self._supervisor.submit(lambda line: LockerStatus(self._supervisor.link, self._look(line, board)))

    def watch(self, on_change: OnChange) -> None:
        """See LockerBoard."""
        self._panel.doors.tell(on_change)
        with self._lock:
            first, self._watched = not self._watched, True
        if first:
            self._supervisor.when_usable(self._begin_to_watch)
            self._begin_to_watch()

    # opening

    def _open(self, line: Transport, board: int, lock: int, deadline: float) -> OpenResult:
        try:
            before = self._look(line, board)[lock - 1]
            in_time = self._panel.wait_for_turn(line, deadline - _LEAST_TIME_S)
        except DeviceError as fault:
            self._supervisor.suspect()
            return _not_opened(fault)
        if not in_time:
            return OpenResult(Opened.REFUSED, "there was no time left to open it", before)
        self._panel.doors.ordered(board, lock)
        try:
            self._panel.pulse(line, board, lock)
            result = self._see_it_open(line, board, lock, deadline)
        except DeviceError as fault:
            self._supervisor.suspect()
            result = OpenResult(Opened.UNCERTAIN, f"after the pulse: {fault}")
        if result.opened is Opened.OPENED and before.door is Door.OPEN:
            result = OpenResult(Opened.OPENED, "it stood open already", result.seen)
        self._count(result.opened, f"{board}.{lock}")
        return result

    def _see_it_open(self, line: Transport, board: int, lock: int, deadline: float) -> OpenResult:
        """Look until the door is seen open or its time is over. Raises when the line itself fails."""
        until = min(self._clock() + _OPENS_WITHIN_S, deadline)
        while True:
            begun = self._clock()
            try:
                seen = self._panel.ask(line, board)[lock - 1]
            except SOUNDLESS as fault:
                result = OpenResult(Opened.UNCERTAIN, f"after the pulse: {fault}")
            else:
                match seen.door:
                    case Door.OPEN:
                        return OpenResult(Opened.OPENED, "", seen)
                    case Door.UNKNOWN:
                        return OpenResult(Opened.UNCERTAIN, "the board cannot tell whether it opened", seen)
                    case Door.CLOSED:
                        result = OpenResult(Opened.STUCK, "it was pulsed and is seen closed still", seen)
                    case _:
                        assert_never(seen.door)
            if self._clock() + _LOOK_EVERY_S >= until:
                break
            self._panel.rest(line, begun + _LOOK_EVERY_S)
        if result.opened is Opened.STUCK and result.seen is not None:
            return OpenResult(Opened.STUCK, result.reason, self._panel.doors.stuck(board, result.seen))
        return result

    def _count(self, opened: Opened, which: str) -> None:
        counters = self._supervisor.counters
        if opened is Opened.OPENED:
            counters.add("opens")
        elif opened is Opened.STUCK:
            counters.add("stuck")
            counters.add(f"stuck.{which}")  # so that a technician knows which lock to mend

    # looking

    def _look(self, line: Transport, board: int) -> tuple[LockState, ...]:
        """Ask, and once more when the line was bad. Raises DeviceError."""
        try:
            return self._panel.ask(line, board)
        except SOUNDLESS:
            return self._panel.ask(line, board)

    # watching

    def _begin_to_watch(self) -> None:
        with self._lock:
            begin, self._polling = not self._polling, True
        if begin:
            self._poll_at(0.0)

    def _poll_at(self, at: float) -> None:
        self._supervisor.submit(self._poll, not_before=at).add_done_callback(self._polled)

    def _poll(self, line: Transport) -> None:
        silent = 0
        for board in self.boards:
            try:
                self._look(line, board)
            except SOUNDLESS:
                silent += 1
                self._panel.doors.lost(board, self.locks)
        if silent == len(self.boards):
            self._supervisor.suspect()

    def _polled(self, poll: Future[None]) -> None:
        error = poll.exception()
        if isinstance(error, Cancelled):
            return  # the end of the program
        if error is None:
            self._poll_at(self._clock() + self._watch_s)
            return
        for board in self.boards:
            self._panel.doors.lost(board, self.locks)
        with self._lock:
            self._polling = self._supervisor.link in USABLE
        if self._polling:  # it came back meanwhile
            self._poll_at(self._clock() + self._watch_s)


def _not_opened(error: Exception) -> OpenResult:
    if isinstance(error, DeviceError):
        return OpenResult(Opened.REFUSED, str(error))
    return OpenResult(Opened.UNCERTAIN, f"a fault of this program: {type(error).__name__}")


def plan(
    settings: LockerSettings, options: LockerOptions, baud: int, panel: Callable[[Doors], Panel]
) -> Plan[Transport, Locker]:
    """How to come by the boards of the panel that `panel` makes."""
    made = panel(Doors(options.left_open_s))
    return Plan(
        open=lambda trace: open_port(settings.port, settings.baud or baud, trace),
        probe=made.probe,
        device=lambda supervisor: Locker(supervisor, made, options.watch_ms / 1000),
        at_once=opens_at_once(settings.port),
    )
