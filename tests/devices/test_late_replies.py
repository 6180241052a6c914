"""Replies that come too late, on a scripted line."""

from collections import deque
from functools import reduce
from operator import xor

import pytest

from jinghou_devices.codecs.sam import PREAMBLE, Command
from jinghou_devices.drivers.sam import exchange
from jinghou_devices.errors import DeviceSilent, ProtocolError
from jinghou_devices.transports.trace import Trace


def frame(status: int, data: bytes = b"") -> bytes:
    body = (len(data) + 4).to_bytes(2) + bytes((0, 0, status)) + data
    return PREAMBLE + body + bytes((reduce(xor, body),))


CARD = frame(0x90, b"\x01\x00\x04\x00" + bytes(1280))
OK = frame(0x90)


class Script:
    """A line on which the given bytes arrive after the question, and then nothing."""

    def __init__(self, *arriving: bytes) -> None:
        self.trace = Trace()
        self._arriving = deque(arriving)

    def read(self, deadline: float) -> bytes:
        if not self._arriving:
            raise DeviceSilent("nothing")
        return self._arriving.popleft()

    def write(self, data: bytes, deadline: float) -> None:
        pass

    def discard_input(self) -> None:
        pass

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize("arriving", [(CARD, OK), (CARD + OK,), (CARD[:700], CARD[700:] + OK), (CARD[300:], OK)])
def test_a_card_that_comes_late_is_not_the_answer_to_another_question(arriving: tuple[bytes, ...]) -> None:
    assert exchange(Script(*arriving), Command.SELECT).data == b""


def test_a_late_card_alone_leaves_the_question_unanswered() -> None:
    with pytest.raises((DeviceSilent, ProtocolError)):
        exchange(Script(CARD), Command.STATUS)


def test_a_card_is_the_answer_to_a_read() -> None:
    assert len(exchange(Script(CARD), Command.READ_BASE).data) == 1284


def test_a_reply_after_the_beginning_of_a_longer_one_is_found() -> None:
    assert exchange(Script(CARD[:40] + OK), Command.STATUS).sw3 == 0x90
