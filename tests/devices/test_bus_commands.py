"""A bus: one command at a time, each completed once, whatever happens."""

import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import wait

import pytest
from devices.simulators import until

from jinghou_devices.bus import Bus
from jinghou_devices.errors import Cancelled, DeviceOffline, DeviceSilent
from jinghou_devices.transports import Transport
from jinghou_devices.transports.trace import Trace, Way


class Cable:
    """A transport on which nothing ever comes, until it is cancelled."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.stopped = threading.Event()
        self.closed = False

    def read(self, deadline: float) -> bytes:
        if self.stopped.wait(max(0.0, deadline - time.monotonic())):
            raise Cancelled("stopped")
        raise DeviceSilent("nothing")

    def write(self, data: bytes, deadline: float) -> None:
        pass

    def discard_input(self) -> None:
        pass

    def cancel(self) -> None:
        self.stopped.set()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def cable() -> Cable:
    return Cable()


@pytest.fixture
def bus(cable: Cable) -> Iterator[Bus[Cable]]:
    bus = Bus("test", lambda: cable)
    bus.connect()
    yield bus
    bus.close()


def listen_long(line: Transport) -> bytes:
    return line.read(time.monotonic() + 30)


def test_commands_never_overlap(bus: Bus[Cable]) -> None:
    running: list[int] = []
    overlaps: list[int] = []

    def command(_line: Transport) -> None:
        running.append(1)
        overlaps.append(len(running))
        running.pop()

    done, _ = wait([bus.submit(command) for _ in range(200)], timeout=5)
    assert len(done) == 200
    assert set(overlaps) == {1}


def test_a_later_command_waits_for_its_time_and_lets_others_pass(bus: Bus[Cable]) -> None:
    order: list[str] = []
    late = bus.submit(lambda _line: order.append("late"), not_before=time.monotonic() + 0.1)
    bus.submit(lambda _line: order.append("now")).result(5)
    late.result(5)
    assert order == ["now", "late"]


def test_a_command_cancelled_before_its_turn_never_runs(bus: Bus[Cable]) -> None:
    ran = threading.Event()
    future = bus.submit(lambda _line: ran.set(), not_before=time.monotonic() + 0.1)
    assert future.cancel()
    bus.submit(lambda _line: None, not_before=time.monotonic() + 0.15).result(5)
    assert not ran.is_set()


def test_a_command_whose_deadline_passed_in_the_queue_does_not_run(bus: Bus[Cable]) -> None:
    first = bus.submit(lambda line: line.read(time.monotonic() + 0.1))
    second = bus.submit(lambda _line: "ran", deadline=time.monotonic() + 0.02)
    with pytest.raises(DeviceSilent, match="nothing"):
        first.result(5)
    with pytest.raises(DeviceSilent, match="busy"):
        second.result(5)


def test_unplugging_fails_what_runs_and_what_waits_with_the_reason(bus: Bus[Cable], cable: Cable) -> None:
    begun = threading.Event()

    def command(line: Transport) -> bytes:
        begun.set()
        return listen_long(line)

    futures = [bus.submit(command), bus.submit(listen_long)]
    assert begun.wait(5)
    bus.disconnect("the cable is out")
    futures.append(bus.submit(listen_long))
    for future in futures:
        with pytest.raises(DeviceOffline, match="the cable is out"):
            future.result(5)
    assert cable.closed


def test_closing_ends_everything_within_two_seconds(cable: Cable) -> None:
    bus = Bus("test", lambda: cable)
    bus.connect()
    futures = [bus.submit(listen_long) for _ in range(3)]
    begun = time.monotonic()
    bus.close()
    assert time.monotonic() - begun < 2
    for future in futures:
        with pytest.raises(Cancelled):
            future.result(0)


def test_a_command_with_another_answer_for_failures_never_fails(bus: Bus[Cable]) -> None:
    bus.disconnect("gone")
    assert bus.submit(lambda _line: "printed", otherwise=str).result(5) == "gone"


def test_a_fault_in_a_command_fails_it_and_the_bus_goes_on(bus: Bus[Cable]) -> None:
    with pytest.raises(ZeroDivisionError):
        bus.submit(lambda _line: 1 / 0).result(5)
    assert bus.submit(lambda _line: "alive").result(5) == "alive"


def test_what_a_command_brought_is_gone_once_its_caller_has_let_go_of_it(bus: Bus[Cable]) -> None:
    brought = bus.submit(lambda _line: Trace())
    left = weakref.ref(brought.result(5))
    del brought
    until(lambda: left() is None)


def test_the_trace_keeps_the_latest_and_hides_what_it_is_told_to() -> None:
    trace = Trace(size=2, clock=lambda: 1.5)
    for byte in range(3):
        trace.note(Way.OUT, bytes((byte,)))
    trace.note(Way.IN, b"\x00\x00\x90", hidden=1284)
    assert [str(exchange) for exchange in trace.exchanges()] == ["1.500 > 02", "1.500 < 00 00 90 ‹1284 bytes hidden›"]
