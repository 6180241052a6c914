"""The technician's `locker` commands as processes: what they print, and their exit codes."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from devices.simulators import Sim, until

Start = Callable[..., Sim]


def command(sim: Sim, *words: str, make: str = "cu16") -> list[str]:
    return [sys.executable, "-m", "jinghou_devices.cli", "locker", "--driver", make, "--port", sim.port, *words]


def run(sim: Sim, *words: str, make: str = "cu16") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(sim, *words, make=make), capture_output=True, text=True, timeout=60, check=False)


def one_line(text: str) -> bool:
    return text.startswith("jinghou-devices: ") and text.count("\n") == 1


def test_every_lock_is_a_json_object_in_a_line_of_its_own(start_sim: Start) -> None:
    sim = start_sim("cu16")
    sim.ask("open", lock=2)
    sim.ask("put", lock=3)
    done = run(sim, "--board", "0", "status", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    locks = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(locks) == 16
    assert locks[1] == {"lock": 2, "door": "open", "item": "no"}
    assert locks[2] == {"lock": 3, "door": "closed", "item": "yes"}


def test_without_json_it_is_a_table(start_sim: Start) -> None:
    sim = start_sim("8a")
    sim.ask("open", lock=2)
    rows = run(sim, "status", make="8a").stdout.splitlines()
    assert [row.split() for row in rows[:3]] == [["lock", "door", "item"], ["1", "closed", "-"], ["2", "open", "-"]]
    assert len(rows) == 25


def test_a_board_that_cannot_see_items_says_null(start_sim: Start) -> None:
    done = run(start_sim("wkly"), "--board", "0x0A", "--json", "status", make="wkly")
    assert json.loads(done.stdout.splitlines()[0]) == {"lock": 1, "door": "closed", "item": None}


def test_an_opened_door_is_0_and_shown(start_sim: Start) -> None:
    sim = start_sim("cu16")
    sim.ask("put", lock=3)
    done = run(sim, "--board", "0", "open", "3", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"lock": 3, "door": "open", "item": "yes"}
    assert sim.ask("status")["open"] == [[0, 3]]
    assert run(sim, "open", "4").stdout == "lock 4: open, item no\n"


def test_a_stuck_door_is_1_with_the_reason(start_sim: Start) -> None:
    sim = start_sim("cu16", "--fault", "stuck")
    done = run(sim, "open", "3", "--json")
    assert done.returncode == 1
    assert one_line(done.stderr)
    assert "seen closed still" in done.stderr
    assert json.loads(done.stdout)["door"] == "closed"


def test_a_door_that_nobody_can_see_is_1_and_unknown(start_sim: Start) -> None:
    done = run(start_sim("modbus"), "--option", "sensors=no", "open", "3", "--json", make="modbus")
    assert done.returncode == 1
    assert "nobody knows whether it opened" in done.stderr
    assert json.loads(done.stdout) == {"lock": 3, "door": "unknown", "item": None}


def test_a_board_that_is_not_there_is_3(start_sim: Start) -> None:
    sim = start_sim("cu16")
    for words in (("status",), ("open", "1")):
        done = run(sim, "--board", "5", *words)
        assert (done.returncode, done.stdout) == (3, "")
        assert one_line(done.stderr)
        assert "board 5 does not answer" in done.stderr


def test_of_several_boards_the_silent_one_is_named_and_the_other_shown(start_sim: Start) -> None:
    done = run(start_sim("cu16"), "--option", "boards=0,5", "status", "--json")
    assert done.returncode == 3
    assert "board 5 does not answer" in done.stderr
    assert json.loads(done.stdout.splitlines()[0]) == {"board": 0, "lock": 1, "door": "closed", "item": "no"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("open", "17"), "they are 1 to 16"),
        (("--board", "16", "status"), "locker.options.boards"),
        (("--option", "boards=0,1", "open", "1"), "which board"),
    ],
)
def test_a_wrong_call_is_2(start_sim: Start, words: tuple[str, ...], why: str) -> None:
    done = run(start_sim("cu16", "--boards", "0,1"), *words)
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert why in done.stderr


def test_the_test_opens_every_door_once_and_counts_those_that_did_not(start_sim: Start) -> None:
    sim = start_sim("cu16")
    sim.ask("stuck", lock=2)
    done = run(sim, "--option", "locks=3", "test", "--yes")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "lock 1: opened",
        "lock 2: stuck (it was pulsed and is seen closed still)",
        "lock 3: opened",
    ]
    assert done.stderr == "jinghou-devices: 1 of 3 locks were not seen to open\n"
    assert sim.ask("status")["pulsed"] == {"0.1": 1, "0.2": 1, "0.3": 1}


def test_the_test_asks_to_close_each_door_and_waits_for_that(start_sim: Start) -> None:
    sim = start_sim("cu16")
    words = command(sim, "--option", "locks=2", "test")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as testing:
        assert testing.stdout is not None
        assert testing.stderr is not None
        for lock in (1, 2):
            assert testing.stderr.readline() == f"close lock {lock}\n"
            assert sim.ask("status")["open"] == [[0, lock]]
            sim.ask("close", lock=lock)
        assert testing.wait(20) == 0
        assert testing.stdout.read() == "lock 1: opened\nlock 2: opened\n"


def test_the_test_begins_only_with_closed_doors_and_thinks_of_the_wiring(start_sim: Start) -> None:
    sim = start_sim("cu16", "--fault", "inverted")
    done = run(sim, "--option", "locks=3", "test", "--yes")
    assert done.returncode == 1
    assert one_line(done.stderr)
    assert "1, 2, 3" in done.stderr
    assert "closed_is" in done.stderr
    assert sim.ask("status")["pulses"] == 0


def test_watching_tells_each_change_and_ends_well_with_ctrl_c(start_sim: Start) -> None:
    sim = start_sim("cu16")
    words = command(sim, "watch", "--json")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        until(lambda: sim.ask("status")["commands"] >= 3)  # two looks after the first question
        sim.ask("open", lock=9)
        told = json.loads(watching.stdout.readline())
        assert told == {"lock": 9, "door": "open", "item": "no", "left_open": False, "stuck": False, "forced": True}
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 0
