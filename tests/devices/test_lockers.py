"""Pickup lockers, from a board's simulator through a pty to whoever wants a door open."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from devices.simulators import Sim, until

from jinghou_config.devices import DevicesSettings
from jinghou_config.settings import ConfigError
from jinghou_devices import driver
from jinghou_devices.errors import DeviceError, DeviceRefused, DeviceSilent
from jinghou_devices.kinds.common import DeviceStatus, Kind, Link, Tri
from jinghou_devices.kinds.locker_board import Door, LockerBoard, LockState, Opened
from jinghou_devices.station import Station
from jinghou_devices.supervisor import USABLE

Start = Callable[..., Sim]
MAKES = {"cu16": 0, "cu48": 0, "8a": 1, "wkly": 10, "modbus": 1}
"""Each with the address of its board."""


@dataclass
class Opener:
    """A station with a locker, all that was said of its connection, and what its doors did while they were watched."""

    station: Station
    said: list[DeviceStatus]
    told: list[tuple[int, LockState]] = field(default_factory=list)

    @property
    def locker(self) -> LockerBoard:
        assert self.station.locker is not None
        return self.station.locker

    def watch(self) -> None:
        self.locker.watch(lambda board, state: self.told.append((board, state)))

    def online(self) -> None:
        until(lambda: bool(self.said) and self.said[-1].link in USABLE, 30)

    def state(self, board: int, lock: int) -> LockState:
        return self.locker.look(board).result(10).locks[lock - 1]


Open = Callable[..., Opener]


@pytest.fixture
def open_locker() -> Iterator[Open]:
    opened: list[Station] = []

    def open_(make: str, port: str, counters_file: str | None = None, **options: Any) -> Opener:
        said: list[DeviceStatus] = []
        settings = {"locker": {"driver": make, "port": port, "options": options}, "counters_file": counters_file}
        station = Station.open(DevicesSettings.model_validate(settings), said.append)
        opened.append(station)
        return Opener(station, said)

    yield open_
    for station in opened:
        station.close()


@pytest.fixture
def cu16(start_sim: Start, open_locker: Open) -> tuple[Sim, Opener]:
    sim = start_sim("cu16")
    opener = open_locker("cu16", sim.port)
    opener.online()
    return sim, opener


@pytest.mark.parametrize("make", MAKES)
def test_a_door_opens_at_one_pulse_and_is_seen_open(start_sim: Start, open_locker: Open, make: str) -> None:
    sim, board = start_sim(make), MAKES[make]
    opener = open_locker(make, sim.port)
    opener.online()
    assert opener.locker.boards == (board,)
    result = opener.locker.open(board, opener.locker.locks).result(10)
    assert (result.opened, result.reason) == (Opened.OPENED, "")
    assert sim.ask("status")["pulsed"] == {f"{board}.{opener.locker.locks}": 1}
    assert sim.ask("status")["open"] == [[board, opener.locker.locks]]
    assert opener.state(board, opener.locker.locks).door is Door.OPEN
    assert opener.state(board, 1).door is Door.CLOSED


@pytest.mark.parametrize(
    ("make", "wired"), [("cu16", "0"), ("cu48", "0"), ("8a", "00"), ("wkly", "01"), ("modbus", "0")]
)
def test_a_board_wired_the_other_way_is_understood_when_that_is_set(
    start_sim: Start, open_locker: Open, make: str, wired: str
) -> None:
    sim, board = start_sim(make, "--fault", "inverted"), MAKES[make]
    opener = open_locker(make, sim.port, closed_is=wired)
    opener.online()
    assert opener.state(board, 2).door is Door.CLOSED
    assert opener.locker.open(board, 2).result(10).opened is Opened.OPENED


def test_a_wkly_board_is_asked_about_each_lock_or_about_all_if_it_knows_that(
    start_sim: Start, open_locker: Open
) -> None:
    sim = start_sim("wkly")
    opener = open_locker("wkly", sim.port, ask="all")
    opener.online()
    assert opener.locker.open(10, 2).result(10).opened is Opened.OPENED
    sim.fault("no_ask_all")
    until(lambda: opener.said[-1].link is Link.OFFLINE, 20)
    opener.station.close()
    each = open_locker("wkly", sim.port)
    each.online()
    assert [state.door for state in each.locker.look(10).result(10).locks[:3]] == [Door.CLOSED, Door.OPEN, Door.CLOSED]


@pytest.mark.parametrize("make", MAKES)
def test_a_stuck_door_is_told_on_a_line_with_an_echo_too(start_sim: Start, open_locker: Open, make: str) -> None:
    sim, board = start_sim(make, "--fault", "echo", "--fault", "stuck"), MAKES[make]
    opener = open_locker(make, sim.port)
    opener.online()
    result = opener.locker.open(board, 1).result(10)
    assert result.opened is Opened.STUCK
    assert result.seen is not None
    assert result.seen.stuck
    assert sim.ask("status")["pulses"] == 1
    sim.fault("stuck", "off")
    assert opener.locker.open(board, 1).result(10).opened is Opened.OPENED
    assert not opener.state(board, 1).stuck


@pytest.mark.parametrize("make", ["cu16", "cu48", "8a", "wkly"])
def test_whether_an_order_is_answered_makes_no_difference(start_sim: Start, open_locker: Open, make: str) -> None:
    sim, board = start_sim(make, "--fault", "unlock_unanswered"), MAKES[make]
    opener = open_locker(make, sim.port)
    opener.online()
    assert opener.locker.open(board, 1).result(10).opened is Opened.OPENED


def test_a_board_that_answers_and_does_not_obey_is_not_believed(cu16: tuple[Sim, Opener]) -> None:
    sim, opener = cu16
    sim.fault("deaf")
    assert opener.locker.open(0, 1).result(10).opened is Opened.STUCK


def test_many_orders_at_once_never_overlap_and_keep_their_distance(cu16: tuple[Sim, Opener]) -> None:
    sim, opener = cu16
    orders = [opener.locker.open(0, lock, 30.0) for lock in range(1, 9)]
    assert {order.result(30).opened for order in orders} == {Opened.OPENED}
    status = sim.ask("status")
    assert (status["pulses"], status["overlapping_pulses"], status["short_gaps"]) == (8, 0, 0)


def test_an_order_whose_turn_comes_too_late_is_not_carried_out(cu16: tuple[Sim, Opener]) -> None:
    sim, opener = cu16
    sim.ask("stuck", lock=1)
    first, second = opener.locker.open(0, 1, 10.0), opener.locker.open(0, 2, 2.0)
    assert first.result(10).opened is Opened.STUCK
    result = second.result(10)
    assert result.opened is Opened.REFUSED
    assert sim.ask("status")["pulsed"] == {"0.1": 1}


def test_what_lies_behind_a_door_is_seen_and_its_taking_too(cu16: tuple[Sim, Opener]) -> None:
    sim, opener = cu16
    assert opener.locker.sees_items
    sim.ask("put", lock=3)
    assert [state.lock for state in opener.locker.look(0).result(5).locks if state.item is Tri.YES] == [3]
    result = opener.locker.open(0, 3).result(10)
    assert result.seen is not None
    assert result.seen.item is Tri.YES
    sim.ask("take", lock=3)
    assert opener.state(0, 3).item is Tri.NO


def test_a_door_that_stood_open_is_pulsed_once_more_and_the_result_says_so(cu16: tuple[Sim, Opener]) -> None:
    sim, opener = cu16
    sim.ask("open", lock=3)
    result = opener.locker.open(0, 3).result(10)
    assert (result.opened, result.reason) == (Opened.OPENED, "it stood open already")
    assert sim.ask("status")["pulses"] == 1


@pytest.mark.parametrize(("board", "lock"), [(0, 0), (0, 17), (1, 1)])
def test_a_lock_there_is_not_is_refused(cu16: tuple[Sim, Opener], board: int, lock: int) -> None:
    sim, opener = cu16
    assert opener.locker.open(board, lock).result(5).opened is Opened.REFUSED
    if board:
        with pytest.raises(DeviceRefused):
            opener.locker.look(board).result(5)
    assert sim.ask("status")["pulses"] == 0


def test_changes_are_told_with_what_is_wrong_about_them(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("cu16")
    opener = open_locker("cu16", sim.port, watch_ms=200, left_open_s=0.5)
    opener.online()
    opener.watch()
    asked = sim.ask("status")["commands"]
    until(lambda: sim.ask("status")["commands"] > asked)
    sim.ask("open", lock=2)
    until(lambda: any(state.forced for _, state in opener.told))
    until(lambda: any(state.left_open for _, state in opener.told))
    sim.ask("close", lock=2)
    until(lambda: opener.told[-1][1].door is Door.CLOSED)
    sim.ask("stuck", lock=5)
    opener.locker.open(0, 5).result(10)
    until(lambda: opener.told[-1][1].stuck)
    assert {(board, state.lock) for board, state in opener.told} == {(0, 2), (0, 5)}


@pytest.mark.parametrize("make", ["8a", "wkly"])
def test_what_a_board_says_by_itself_changes_no_answer_and_is_heard(
    start_sim: Start, open_locker: Open, make: str
) -> None:
    sim, board = start_sim(make, "--fault", "pushes"), MAKES[make]
    opener = open_locker(make, sim.port, watch_ms=2000)
    opener.online()
    opener.watch()
    asked = sim.ask("status")["commands"]
    until(lambda: sim.ask("status")["commands"] > asked)
    sim.ask("open", lock=2)
    sim.ask("close", lock=2)  # between two looks
    assert opener.locker.open(board, 1).result(10).opened is Opened.OPENED
    until(lambda: (board, 2) in {(where, state.lock) for where, state in opener.told})
    doors = [state.door for _, state in opener.told if state.lock == 2]
    assert doors == [Door.OPEN, Door.CLOSED]


def test_a_cable_pulled_after_the_pulse_leaves_it_uncertain_and_a_look_afterwards_tells(
    start_sim: Start, open_locker: Open, tmp_path: object
) -> None:
    sim = start_sim("cu16", "--link", f"{tmp_path}/locker")
    opener = open_locker("cu16", f"{tmp_path}/locker")
    opener.online()
    sim.ask("stuck", lock=7)  # so that the order lasts
    order = opener.locker.open(0, 7)
    until(lambda: sim.ask("status")["pulses"] == 1)
    sim.ask("unplug")
    result = order.result(5)
    assert result.opened is Opened.UNCERTAIN
    assert "after the pulse" in result.reason
    assert opener.locker.open(0, 8).result(5).opened is Opened.REFUSED
    sim.ask("stuck", lock=7, state="off")
    sim.ask("open", lock=7)  # it gave way at last
    sim.ask("replug")
    until(lambda: opener.said[-1].link in USABLE, 30)
    state = opener.state(0, 7)
    assert (state.door, state.forced) == (Door.OPEN, False)  # it was ordered
    assert sim.ask("status")["pulsed"] == {"0.7": 1}


def test_watching_goes_on_by_itself_after_a_cable_was_out(
    start_sim: Start, open_locker: Open, tmp_path: object
) -> None:
    sim = start_sim("cu16", "--link", f"{tmp_path}/locker")
    opener = open_locker("cu16", f"{tmp_path}/locker", watch_ms=200)
    opener.online()
    opener.watch()
    asked = sim.ask("status")["commands"]
    until(lambda: sim.ask("status")["commands"] > asked)
    sim.ask("unplug")
    until(lambda: {state.door for _, state in opener.told} == {Door.UNKNOWN})
    sim.ask("open", lock=4)
    sim.ask("replug")
    until(lambda: any(state.forced and state.lock == 4 for _, state in opener.told), 30)
    until(lambda: opener.told[-1][1] == LockState(16, Door.CLOSED, Tri.NO))


def test_a_watch_begun_before_the_board_is_there_sees_it_come(
    start_sim: Start, open_locker: Open, tmp_path: object
) -> None:
    opener = open_locker("cu16", f"{tmp_path}/locker", watch_ms=200)
    opener.watch()
    sim = start_sim("cu16", "--link", f"{tmp_path}/locker")
    opener.online()
    asked = sim.ask("status")["commands"]
    until(lambda: sim.ask("status")["commands"] > asked + 1)
    sim.ask("open", lock=4)
    until(lambda: [state.lock for _, state in opener.told] == [4])


def test_of_several_boards_a_dead_one_is_named_and_the_others_go_on(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("cu16", "--boards", "0,1,2")
    sim.ask("dead", board=1)
    opener = open_locker("cu16", sim.port, boards="0-2", answer_ms=200)
    opener.online()
    assert (opener.said[-1].link, opener.said[-1].reason) == (Link.DEGRADED, "board 1 does not answer")
    assert opener.locker.open(2, 16).result(10).opened is Opened.OPENED
    with pytest.raises(DeviceSilent, match="board 1"):
        opener.locker.look(1).result(10)
    assert opener.locker.open(1, 1).result(10).opened is Opened.REFUSED
    sim.ask("dead", board=1, state="off")
    until(lambda: opener.said[-1].link is Link.ONLINE, 20)
    assert opener.state(1, 1).door is Door.CLOSED


def test_opens_and_stuck_locks_are_counted_over_restarts(start_sim: Start, open_locker: Open, tmp_path: object) -> None:
    sim, file = start_sim("cu16"), f"{tmp_path}/counters.json"
    sim.ask("stuck", lock=2)
    for _ in range(2):
        opener = open_locker("cu16", sim.port, file)
        opener.online()
        opener.locker.open(0, 1).result(10)
        opener.locker.open(0, 2, 10.0).result(10)
        counters = opener.station.counters(Kind.LOCKER)
        opener.station.close()
    assert counters == {"opens": 2, "stuck": 2, "stuck.0.2": 2}


def test_the_unlock_time_of_a_cu16_is_told_to_it_when_it_is_set(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("cu16")
    opener = open_locker("cu16", sim.port, unlock_time_ms=200)
    opener.online()
    opener.locker.open(0, 1).result(10)
    until(lambda: sim.ask("status")["powered"] == [])
    assert 0.2 <= sim.ask("status")["longest_on_s"] < 0.39


@pytest.mark.parametrize(
    ("make", "options", "why"),
    [
        ("cu16", {"boards": "0,16"}, "boards"),
        ("cu16", {"boards": "first"}, "is a list of addresses"),
        ("8a", {"boards": 0}, "boards"),
        ("8a", {"closed_is": "1"}, "closed_is"),
        ("modbus", {"locks": 65}, "locks"),
        ("cu16", {"doors": 3}, "known here are boards, locks"),
    ],
)
def test_an_option_that_cannot_be_is_told_in_words(
    open_locker: Open, make: str, options: dict[str, Any], why: str
) -> None:
    with pytest.raises(ConfigError, match=f"locker.options.*{why}"):
        open_locker(make, "x", **options)


@pytest.mark.parametrize("make", MAKES)
def test_doctor_may_ask_strangers_for_doors_but_never_switches_anything(make: str) -> None:
    assert driver.find(Kind.LOCKER, make).asks_strangers == (make != "modbus")


# relays whose pulse this program must end


def powered(sim: Sim) -> bool:
    return bool(sim.ask("status")["powered"])


def test_a_coil_is_powered_for_the_pulse_and_no_longer(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("modbus")
    opener = open_locker("modbus", sim.port, pulse_ms=300, gap_ms=100)
    opener.online()
    for lock in (1, 2, 3):
        assert opener.locker.open(1, lock).result(10).opened is Opened.OPENED
    status = sim.ask("status")
    assert (status["powered"], status["overlapping_pulses"], status["short_gaps"]) == ([], 0, 0)
    assert 0.29 < status["longest_on_s"] < 1.0


def test_a_board_that_flashes_ends_the_pulse_by_itself(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("modbus")
    opener = open_locker("modbus", sim.port, pulse_by="board", pulse_ms=500)
    opener.online()
    order = opener.locker.open(1, 1)
    until(lambda: powered(sim))
    opener.station.close()
    until(lambda: not powered(sim))
    assert sim.ask("status")["longest_on_s"] == pytest.approx(0.5, abs=0.1)
    assert order.result(1).opened in {Opened.UNCERTAIN, Opened.OPENED}


def test_a_program_that_ends_in_the_middle_of_a_pulse_takes_the_power_away(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("modbus")
    opener = open_locker("modbus", sim.port, pulse_ms=1000)
    opener.online()
    order = opener.locker.open(1, 1)
    until(lambda: powered(sim))
    opener.station.close()
    until(lambda: not powered(sim), 2)
    assert sim.ask("status")["longest_on_s"] < 0.9
    assert order.result(1).opened is Opened.UNCERTAIN


def test_a_cable_pulled_in_the_middle_of_a_pulse_is_made_good_before_anything_else(
    start_sim: Start, open_locker: Open, tmp_path: object
) -> None:
    sim = start_sim("modbus", "--link", f"{tmp_path}/locker")
    opener = open_locker("modbus", f"{tmp_path}/locker", pulse_ms=1000)
    opener.online()
    order = opener.locker.open(1, 1)
    until(lambda: powered(sim))
    sim.ask("unplug")
    assert order.result(5).opened is Opened.UNCERTAIN
    assert powered(sim)
    until(lambda: opener.said[-1].link is Link.ABSENT)
    sim.ask("replug")
    until(lambda: opener.said[-1].link in USABLE, 30)
    assert not powered(sim)
    assert sim.ask("status")["pulses"] == 1


def in_mid_pulse(sim: Sim) -> subprocess.Popen[bytes]:
    """A program that holds a coil of the simulator under power."""
    command = [sys.executable, "-m", "jinghou_devices.cli", "locker", "--driver", "modbus", "--port", sim.port]
    program = subprocess.Popen([*command, "--option", "pulse_ms=1000", "open", "1"], stderr=subprocess.DEVNULL)
    until(lambda: powered(sim))
    return program


def test_a_program_told_to_end_in_the_middle_of_a_pulse_takes_the_power_away(start_sim: Start) -> None:
    sim = start_sim("modbus")
    with in_mid_pulse(sim) as program:
        program.terminate()
    assert program.returncode == 1
    assert not powered(sim)


def test_a_program_killed_in_the_middle_of_a_pulse_is_made_good_by_the_next(
    start_sim: Start, open_locker: Open
) -> None:
    sim = start_sim("modbus")
    with in_mid_pulse(sim) as program:
        program.kill()
    assert powered(sim)
    open_locker("modbus", sim.port).online()
    assert not powered(sim)


def test_a_coil_whose_release_was_not_heard_is_released_again(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("modbus")
    opener = open_locker("modbus", sim.port, pulse_ms=600)
    opener.online()
    order = opener.locker.open(1, 1)
    until(lambda: powered(sim))
    sim.fault("wrong_baud")
    assert order.result(10).opened is Opened.UNCERTAIN
    assert powered(sim)
    sim.fault("wrong_baud", "off")
    until(lambda: not powered(sim), 30)


def test_relays_without_sensors_never_say_that_a_door_is_open(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("modbus")
    opener = open_locker("modbus", sim.port, sensors=False)
    opener.online()
    assert opener.state(1, 1).door is Door.UNKNOWN
    result = opener.locker.open(1, 1).result(10)
    assert (result.opened, result.reason) == (Opened.UNCERTAIN, "the board cannot tell whether it opened")
    assert sim.ask("status")["open"] == [[1, 1]]


def test_a_relay_board_without_the_inputs_of_the_settings_says_so(start_sim: Start, open_locker: Open) -> None:
    sim = start_sim("modbus")
    opener = open_locker("modbus", sim.port, first_sensor=100)
    with pytest.raises(DeviceError, match="no such coil or input"):
        opener.station.wait_online(Kind.LOCKER)


# answers that come too late, on a scripted line
