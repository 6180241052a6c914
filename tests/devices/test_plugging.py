"""Plugging in is noticed at once where Linux tells of it, and after a while where it does not."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from devices.simulators import Sim, Watched, until
from devices.test_bus_commands import Cable

from jinghou_devices import hotplug, supervisor
from jinghou_devices.bus import Bus
from jinghou_devices.counters import CounterBook
from jinghou_devices.errors import DeviceSilent, PortMissing
from jinghou_devices.hotplug import HotPlug, Plugging, plugging
from jinghou_devices.kinds.common import DeviceStatus, Link
from jinghou_devices.supervisor import Supervisor

UEVENT = Path("/sys/class/tty/tty0/uevent")


def kernel_says(action: str) -> bool:
    """Have the kernel say this of a terminal that is always there."""
    try:
        UEVENT.write_text(action)
    except OSError as fault:
        pytest.skip(f"this user cannot make the kernel speak: {fault}")
    return True


class Socket:
    """A socket into which something can be plugged, and a supervisor of it whose clock stands still."""

    def __init__(self) -> None:
        self.plugged_in = False
        self.answers = True
        self.breaks = False
        self.tries = 0
        self.asked = 0
        self.seen: list[Link] = []
        self.supervisor = Supervisor(
            "reader",
            Bus("reader", self._open),
            self._probe,
            self._hear,
            CounterBook().counters("reader"),
            clock=lambda: 100.0,
        )

    def _open(self) -> Cable:
        self.tries += 1
        if not self.plugged_in:
            raise PortMissing("there is no such port")
        return Cable()

    def _probe(self, _line: Cable) -> str:
        self.asked += 1
        if self.breaks:
            raise ValueError("a fault of ours")
        if not self.answers:
            raise DeviceSilent("no answer")
        return ""

    def _hear(self, status: DeviceStatus) -> None:
        self.seen.append(status.link)


@pytest.fixture
def socket() -> Iterator[Socket]:
    socket = Socket()
    socket.supervisor.start()
    yield socket
    socket.supervisor.close()


def test_a_device_that_is_plugged_in_is_tried_at_once(socket: Socket) -> None:
    assert socket.supervisor.link is Link.ABSENT
    socket.plugged_in = True
    socket.supervisor.plugged(Plugging.IN)
    until(lambda: socket.supervisor.link is Link.ONLINE)


def test_whatever_is_plugged_in_each_time_is_one_try_of_an_absent_device(socket: Socket) -> None:
    def settled_after(tries: int) -> Callable[[], bool]:
        return lambda: socket.tries == tries and socket.supervisor.link is Link.ABSENT

    for tries in range(2, 8):
        socket.supervisor.plugged(Plugging.IN)
        until(settled_after(tries))
    assert socket.seen == [Link.OPENING, Link.ABSENT]


def test_pulling_something_out_has_a_device_asked_that_answered_and_not_one_that_is_away(socket: Socket) -> None:
    socket.supervisor.plugged(Plugging.OUT)
    socket.plugged_in = True
    socket.supervisor.plugged(Plugging.IN)
    until(lambda: socket.asked == 1)
    assert socket.tries == 2
    until(lambda: socket.supervisor.link is Link.ONLINE)
    socket.supervisor.plugged(Plugging.OUT)
    until(lambda: socket.asked == 2)


def test_a_fault_of_this_program_in_a_question_is_a_device_that_is_not_well_and_is_asked_again(socket: Socket) -> None:
    socket.plugged_in = True
    socket.supervisor.plugged(Plugging.IN)
    until(lambda: socket.supervisor.link is Link.ONLINE)
    socket.breaks = True
    for _ in range(2):
        asked = socket.asked
        socket.supervisor.suspect()
        until(lambda asked=asked: socket.asked > asked)  # type: ignore[misc]
    until(lambda: socket.supervisor.link is Link.OFFLINE)
    socket.breaks = False
    socket.supervisor.plugged(Plugging.IN)
    until(lambda: socket.supervisor.link is Link.ONLINE)


def test_a_device_that_is_slow_to_start_is_tried_again_soon() -> None:
    state = supervisor.Supervision(Link.OFFLINE, failures=9, due=130.0)
    tried = supervisor.plugged_in(state)
    for event in (supervisor.Event.RETRY, supervisor.Event.OPENED, supervisor.Event.FAILED):
        tried = supervisor.step(tried, event, 101.0)
    assert (tried.link, tried.due) == (Link.OFFLINE, 101.5)


@pytest.mark.parametrize(
    ("action", "what"),
    [("add", Plugging.IN), ("change", Plugging.IN), ("bind", Plugging.IN), ("remove", Plugging.OUT), ("unbind", None)],
)
def test_what_linux_says_is_plugging_in_or_out(action: str, what: Plugging | None) -> None:
    assert plugging(action) is what


def test_the_kernel_is_heard_and_the_thread_ends() -> None:
    heard: list[Plugging] = []
    hot_plug = HotPlug(heard.append)
    try:
        until(lambda: kernel_says("add") and Plugging.IN in heard)
        until(lambda: kernel_says("remove") and Plugging.OUT in heard)
    finally:
        hot_plug.close()
    assert "hot-plug" not in {thread.name for thread in threading.enumerate()}


def test_without_libudev_nothing_is_heard_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library() -> None:
        raise ImportError("No library named udev")

    monkeypatch.setattr(hotplug, "_monitor", no_library)
    HotPlug(lambda _what: None).close()


def test_a_reader_plugged_into_a_running_terminal_is_online_at_once(
    start_sim: Callable[..., Sim],
    open_station: Callable[..., Watched],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "_FIRST_BACK_OFF_S", 3600.0)  # nothing is tried again by itself
    monkeypatch.setattr(supervisor, "_LONGEST_BACK_OFF_S", 3600.0)
    sim = start_sim("sam", "--link", str(tmp_path / "reader"))
    sim.ask("unplug")
    watched = open_station(reader=str(tmp_path / "reader"))
    assert watched.links[-1] is Link.ABSENT
    sim.ask("replug")
    until(lambda: kernel_says("add") and watched.links[-1] is Link.ONLINE)
    told = len(watched.links)
    sim.ask("unplug")
    until(lambda: kernel_says("remove") and Link.ABSENT in watched.links[told:])
    sim.ask("replug")
    kernel_says("add")
    until(lambda: watched.links[-1] is Link.ONLINE)
