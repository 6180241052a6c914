"""The boards of one line with a clock and a line of the test's own: which answer belongs to which question."""

import time
from collections import deque
from collections.abc import Callable

import pytest

from jinghou_devices.codecs.cu16 import Cu16
from jinghou_devices.drivers.doors import Doors
from jinghou_devices.drivers.panel import Panel, Timing
from jinghou_devices.errors import DeviceSilent
from jinghou_devices.kinds.locker_board import Door
from jinghou_devices.transports.trace import Trace


class Script:
    """A line on which each question is followed by the bytes set down for it, and then by nothing."""

    def __init__(self, *after_each: bytes) -> None:
        self.trace = Trace()
        self._after_each = deque(after_each)
        self._arrived = b""

    def write(self, data: bytes, deadline: float) -> None:
        self._arrived += self._after_each.popleft()

    def read(self, deadline: float) -> bytes:
        if not self._arrived:
            raise DeviceSilent("nothing")
        data, self._arrived = self._arrived, b""
        return data

    def discard_input(self) -> None:
        self._arrived = b""

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


OPEN = bytes.fromhex("02 00 35 FE FF 00 00 03 37")
SHUT = bytes.fromhex("02 00 35 FF FF 00 00 03 38")


def panel(clock: Callable[[], float] = time.monotonic) -> Panel:
    return Panel(Cu16(), (0,), Timing(0.5, 0.4, 0.2), Doors(60.0), clock)


def test_an_answer_that_comes_late_is_not_the_answer_to_a_later_question() -> None:
    boards, line = panel(), Script(b"", b"", OPEN, OPEN, SHUT)  # two late ones from when the door still stood open
    for _ in range(2):
        with pytest.raises(DeviceSilent):
            boards.ask(line, 0)
    assert boards.ask(line, 0)[0].door is Door.CLOSED


def test_an_answer_is_waited_past_for_ten_seconds_only() -> None:
    now = 0.0
    boards, line = panel(lambda: now), Script(b"", OPEN)
    with pytest.raises(DeviceSilent):
        boards.ask(line, 0)
    now = 10.5
    assert boards.ask(line, 0)[0].door is Door.OPEN


def test_an_answer_that_lay_there_before_the_question_is_not_taken() -> None:
    boards, line = panel(), Script(OPEN + OPEN, SHUT)
    assert boards.ask(line, 0)[0].door is Door.OPEN
    line._arrived = OPEN
    assert boards.ask(line, 0)[0].door is Door.CLOSED
