"""The doors of a simulated locker: springs, hands that open and close them, and how the solenoids are treated.

What a make of board says and understands is in a module of its own; each is a Cabinet.
"""

import argparse
import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand, flag, word
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.line import Line

_SPRING_S: Final = 0.1  # from a coil's power to a door that stands open
_LEAST_GAP_S: Final = 0.1


class DoorFault(StrEnum):
    """What can be wrong with a locker, or different from one board to the next."""

    STUCK = "stuck"  # no door opens
    INVERTED = "inverted"  # the sensors are wired the other way
    PUSHES = "pushes"  # the board speaks by itself when a door moves, if its make can
    UNLOCK_UNANSWERED = "unlock_unanswered"  # the board does not answer an order to open
    NO_ASK_ALL = "no_ask_all"  # the board knows no question for all its doors (WKLY)
    DEAF = "deaf"  # orders to open do nothing; questions are answered


@dataclass
class Lock:
    """One lock, its door and what lies behind it."""

    closed: bool = True
    stuck: bool = False
    item: bool = False
    powered_at: float | None = None
    pulses: int = 0


class Cabinet(Device):
    """The boards of one line. A subclass understands what the host says and answers it."""

    own_faults = DoorFault
    commands = ("open", "close", "put", "take", "stuck", "dead")

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line)
        self.buffer = bytearray()
        self._boards = {board: [Lock() for _ in range(options.locks)] for board in options.boards}
        self._dead: set[int] = set()
        self._quiet_since = float("-inf")  # when the last coil lost its power
        self._overlaps = self._short_gaps = self._commands = 0
        self._longest_on_s = 0.0

    @abstractmethod
    def next_frame(self) -> int:
        """How many bytes at the beginning of `buffer` are the host's next order; 0 when none begins there, more than
        there are to wait for more."""

    @abstractmethod
    def obey_frame(self, frame: bytes) -> None:
        """Do what the host says. It may be damaged, or for a board that is not there."""

    def push(self, board: int, number: int) -> None:  # not every make speaks by itself
        """Say that a door has moved."""

    def take(self, data: bytes) -> None:
        """Bytes from the host."""
        self.buffer += data
        while self.buffer:
            size = self.next_frame()
            if size > len(self.buffer):
                return
            frame = bytes(self.buffer[:size])
            del self.buffer[: max(size, 1)]
            if frame:
                self._commands += 1
                self.obey_frame(frame)

    def locks_of(self, board: int) -> list[Lock] | None:
        """The locks of a board that is there and alive."""
        return None if board in self._dead else self._boards.get(board)

    def bit(self, lock: Lock) -> int:
        """What a board says of a door: 1 for a closed one, unless the sensors are wired the other way."""
        return int(lock.closed != (DoorFault.INVERTED in self.faults))

    def bits(self, locks: list[Lock]) -> int:
        """The same for all of them, the first one's the lowest."""
        return sum(self.bit(lock) << place for place, lock in enumerate(locks))

    def pulse(self, board: int, number: int, seconds: float) -> None:
        """Power a coil, and take its power away by itself."""
        if self.power(board, number):
            asyncio.get_running_loop().call_later(seconds, self.release, board, number, seconds)

    def power(self, board: int, number: int) -> bool:
        """Power a coil; False when there is none, or nothing comes of it."""
        locks = self.locks_of(board)
        if locks is None or not 1 <= number <= len(locks) or DoorFault.DEAF in self.faults:
            return False
        now, lock = time.monotonic(), locks[number - 1]
        if lock.powered_at is not None:
            return True
        if any(other.powered_at is not None for others in self._boards.values() for other in others):
            self._overlaps += 1
        elif now - self._quiet_since < _LEAST_GAP_S:
            self._short_gaps += 1
        lock.powered_at = now
        lock.pulses += 1
        asyncio.get_running_loop().call_later(_SPRING_S, self._spring, board, number, now)
        return True

    def release(self, board: int, number: int, after_s: float = float("inf")) -> None:
        """Take the power from a coil: now, or as long after it came as the board's own timer runs."""
        lock = self._boards[board][number - 1]
        if lock.powered_at is not None:
            self._quiet_since = min(time.monotonic(), lock.powered_at + after_s)  # a board's timer is never late
            self._longest_on_s = max(self._longest_on_s, self._quiet_since - lock.powered_at)
            lock.powered_at = None

    def _spring(self, board: int, number: int, powered_at: float) -> None:
        lock = self._boards[board][number - 1]
        if lock.powered_at == powered_at and not lock.stuck and DoorFault.STUCK not in self.faults:
            self._move(board, number, closed=False)

    def _move(self, board: int, number: int, *, closed: bool) -> None:
        lock = self._boards[board][number - 1]
        if lock.closed != closed:
            lock.closed = closed
            if DoorFault.PUSHES in self.faults and board not in self._dead:
                self.push(board, number)

    def obey(self, name: str, arguments: Arguments) -> Answer:
        """See Device."""
        board = int(str(arguments.get("board", min(self._boards))))
        if board not in self._boards:
            raise BadCommand(f"there is no board {board}")
        if name == "dead":
            (self._dead.add if flag(arguments, "state") else self._dead.discard)(board)
            return {}
        number = int(word(arguments, "lock"))
        if not 1 <= number <= len(self._boards[board]):
            raise BadCommand(f"there is no lock {number}")
        lock = self._boards[board][number - 1]
        match name:
            case "open" | "close":
                self._move(board, number, closed=name == "close")
            case "put" | "take":
                lock.item = name == "put"
            case _:
                lock.stuck = flag(arguments, "state")
        return {}

    def status(self) -> Answer:
        """See Device. Doors as [board, lock]."""
        every = [(board, number, lock) for board, locks in self._boards.items() for number, lock in enumerate(locks, 1)]
        return {
            "open": [[board, number] for board, number, lock in every if not lock.closed],
            "items": [[board, number] for board, number, lock in every if lock.item],
            "powered": [[board, number] for board, number, lock in every if lock.powered_at is not None],
            "pulses": sum(lock.pulses for _, _, lock in every),
            "pulsed": {f"{board}.{number}": lock.pulses for board, number, lock in every if lock.pulses},
            "overlapping_pulses": self._overlaps,
            "short_gaps": self._short_gaps,
            "longest_on_s": round(self._longest_on_s, 3),
            "commands": self._commands,
        }


def model(
    help_: str, make: Callable[[Line, argparse.Namespace], Cabinet], *, baud: int, board: int, locks: int, most: int
) -> Model:
    """A make of board, with its usual address and number of locks, and the most locks it may have."""

    def add_options(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--boards", type=_addresses, default=[board], metavar="N,N…", help=f"addresses of the boards ({board})"
        )
        parser.add_argument(
            "--locks", type=int, choices=range(1, most + 1), default=locks, metavar="N", help=f"of each ({locks})"
        )

    return Model(help_, make, baud, add_options)


def _addresses(text: str) -> list[int]:
    return [int(part, 0) for part in text.split(",")]
