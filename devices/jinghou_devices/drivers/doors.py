"""What is known of the doors of a locker, and who is told when that changes. No line and no thread of its own."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jinghou_config.log import get_logger
from jinghou_devices.codecs.locker import Report
from jinghou_devices.kinds.common import Tri
from jinghou_devices.kinds.locker_board import Door, LockState

OnChange = Callable[[int, LockState], None]

log = get_logger(__name__)

_ORDER_HOLDS_S: Final = 60.0  # a door that is seen closed later than that after its pulse has not followed it


@dataclass
class _Door:
    """One door. `stands` is how it was seen last, whatever silence came since."""

    stands: Door = Door.UNKNOWN
    open_since: float = 0.0
    stuck: bool = False
    forced: bool = False
    ordered_at: float | None = None  # to open, and it has not been seen open since
    told: LockState | None = None


class Doors:
    """All doors of all boards. A door counts as left open after `left_open_s`."""

    def __init__(self, left_open_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._left_open_s = left_open_s
        self._clock = clock
        self._doors: dict[tuple[int, int], _Door] = {}
        self._listeners: tuple[OnChange, ...] = ()

    def tell(self, on_change: OnChange) -> None:
        """From now on call `on_change` for each change."""
        self._listeners = (*self._listeners, on_change)

    def ordered(self, board: int, lock: int) -> None:
        """A pulse is about to be sent: if the door opens, that was wanted."""
        self._door(board, lock).ordered_at = self._clock()

    def stuck(self, board: int, state: LockState) -> LockState:
        """The door did not open at its pulse, and is seen in `state` still."""
        self._door(board, state.lock).stuck = True
        return self._take(board, state)

    def take(self, report: Report) -> tuple[LockState, ...]:
        """Remember what a board told, and give it back with what is known beside it."""
        return tuple(self._take(report.board, state) for state in report.locks)

    def lost(self, board: int, locks: int) -> None:
        """The board fell silent: nobody knows now how its doors stand."""
        for lock in range(1, locks + 1):
            door = self._door(board, lock)
            if door.told is not None:
                item = door.told.item and Tri.UNKNOWN
                self._say(board, door, dataclasses.replace(door.told, door=Door.UNKNOWN, item=item, left_open=False))

    def _door(self, board: int, lock: int) -> _Door:
        return self._doors.setdefault((board, lock), _Door())

    def _take(self, board: int, state: LockState) -> LockState:
        door, now = self._door(board, state.lock), self._clock()
        if state.door is Door.OPEN and door.stands is not Door.OPEN:
            door.open_since = now
            door.forced = door.stands is Door.CLOSED and door.ordered_at is None
        if state.door is Door.OPEN:
            door.stuck, door.ordered_at = False, None
        if state.door is Door.CLOSED:
            door.forced = False
            if door.ordered_at is not None and now - door.ordered_at > _ORDER_HOLDS_S:
                door.ordered_at = None
        if state.door is not Door.UNKNOWN:
            door.stands = state.door
        left_open = state.door is Door.OPEN and now - door.open_since > self._left_open_s
        whole = dataclasses.replace(state, left_open=left_open, stuck=door.stuck, forced=door.forced)
        self._say(board, door, whole)
        return whole

    def _say(self, board: int, door: _Door, state: LockState) -> None:
        first, changed = door.told is None, door.told != state
        door.told = state
        if first or not changed:
            return
        for listener in self._listeners:
            try:
                listener(board, state)
            except Exception:
                log.exception("a listener to doors broke")
