"""The last things that went over a line, for a technician. It holds no personal data: a driver writes down what may be
shown of a frame (its command, its status), never the bytes a card or a receipt carries."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """Which way bytes went."""

    OUT = ">"
    IN = "<"


@dataclass(frozen=True)
class Exchange:
    """One thing that went over the line, `at` a monotonic time in seconds."""

    at: float
    way: Way
    text: str

    def __str__(self) -> str:
        return f"{self.at:.3f} {self.way.value} {self.text}"


def masked(open_bytes: bytes, hidden: int = 0) -> str:
    """`open_bytes` in hex, then how many more there were."""
    shown = open_bytes.hex(" ").upper()
    return f"{shown} ‹{hidden} bytes hidden›" if hidden else shown


class Trace:
    """A ring of exchanges; appending and listing are safe from any thread. `on_note` hears each as it happens."""

    def __init__(
        self,
        size: int = 256,
        clock: Callable[[], float] = time.monotonic,
        on_note: Callable[[Exchange], None] | None = None,
    ) -> None:
        self._on_note = on_note
        self._ring: deque[Exchange] = deque(maxlen=size)
        self._clock = clock

    def note(self, way: Way, open_bytes: bytes, hidden: int = 0) -> None:
        """Remember `open_bytes`, which hold nothing of a person, and the number of bytes not shown."""
        exchange = Exchange(self._clock(), way, masked(open_bytes, hidden))
        self._ring.append(exchange)
        if self._on_note is not None:
            self._on_note(exchange)

    def exchanges(self) -> tuple[Exchange, ...]:
        """What is remembered, oldest first."""
        return tuple(self._ring.copy())
