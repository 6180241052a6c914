"""The technician's command line as a process: what it prints, and its exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from devices.simulators import Sim

from jinghou_devices.cli import main
from jinghou_devices.station import Station

Start = Callable[..., Sim]


def run(*words: str, timeout_s: float = 20) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jinghou_devices.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)


def read_card(port: str, *words: str) -> subprocess.CompletedProcess[str]:
    return run("read-card", "--driver", "sam", "--port", port, "--timeout", "5", *words)


def print_(port: str, *words: str) -> subprocess.CompletedProcess[str]:
    return run("print", "--driver", "escpos", "--port", port, *words)


def one_line(text: str) -> bool:
    return text.startswith("jinghou-devices: ") and text.count("\n") == 1 and "Traceback" not in text


def test_a_card_is_shown_masked(sam_sim: Sim) -> None:
    person = sam_sim.ask("place", name="沐听雨", birth="19900307")["person"]
    done = read_card(sam_sim.port, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    fields = json.loads(done.stdout)
    assert (fields["name"], fields["birth"], fields["address"]) == ("沐*", "1990", "***")
    assert fields["number"] == "100" + "*" * 11 + person["number"][-4:]
    assert fields["kind"] == "resident"


def test_a_card_is_shown_in_full_only_when_asked_for(sam_sim: Sim) -> None:
    person = sam_sim.ask("place", birth="19900307", valid_to="长期")["person"]
    done = read_card(sam_sim.port, "--reveal")
    assert f"name: {person['name']}\n" in done.stdout
    assert f"number: {person['number']}\n" in done.stdout
    assert "birth: 1990-03-07\n" in done.stdout
    assert "valid_to: 长期\n" in done.stdout


def test_no_card_in_time_is_4(sam_sim: Sim) -> None:
    done = run("read-card", "--driver", "sam", "--port", sam_sim.port, "--timeout", "0.3")
    assert done.returncode == 4
    assert one_line(done.stderr)
    assert "no card" in done.stderr


def test_a_silent_device_is_3(start_sim: Start) -> None:
    sim = start_sim("sam", "--fault", "silent")
    done = read_card(sim.port)
    assert done.returncode == 3
    assert one_line(done.stderr)


@pytest.mark.parametrize(
    ("fault", "why"),
    [("half_frame", "wrong speed, wrong device or a bad line"), ("bad_checksum", "wrong check byte")],
)
def test_a_device_that_answers_nonsense_is_1(start_sim: Start, fault: str, why: str) -> None:
    sim = start_sim("sam", "--fault", fault)
    done = read_card(sim.port)
    assert done.returncode == 1
    assert one_line(done.stderr)
    assert why in done.stderr


def test_a_port_that_is_not_there_is_3(tmp_path: Path) -> None:
    done = print_(f"{tmp_path}/none")
    assert done.returncode == 3
    assert one_line(done.stderr)
    assert "there is no such port" in done.stderr


def test_a_card_that_cannot_be_read_is_1(start_sim: Start) -> None:
    sim = start_sim("sam", "--fault", "unreadable")
    sim.ask("place")
    done = read_card(sim.port)
    assert done.returncode == 1
    assert one_line(done.stderr)


def test_a_port_in_use_is_1(sam_sim: Sim, open_station: Callable[..., Station]) -> None:
    open_station(reader=sam_sim.port)
    done = read_card(sam_sim.port)
    assert done.returncode == 1
    assert one_line(done.stderr)
    assert "another program" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("read-card", "--driver", "sam"),
        ("read-card", "--driver", "other", "--port", "x"),
        ("print", "--driver", "escpos", "--port", "x", "--width", "70"),
        ("read-card", "--driver", "sam", "--port", "x", "--timeout", "-1"),
    ],
)
def test_a_wrong_call_is_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "jinghou-devices" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("toaster",), ("sam", "--fault", "toast")])
def test_a_simulator_there_is_not_is_2(words: tuple[str, ...]) -> None:
    done = run("sim", *words)
    assert done.returncode == 2
    assert words[-1] in done.stderr
    assert "Traceback" not in done.stderr


def test_a_text_and_a_code_are_printed(start_sim: Start) -> None:
    sim = start_sim("escpos", "--width", "58")
    done = print_(sim.port, "--text", "请坐\n稍候", "--qr", "A023", "--width", "58")
    assert (done.returncode, done.stdout) == (0, "printed\n")
    assert sim.papers()[0]["text"].splitlines()[:3] == ["请坐", "稍候", "[QR A023]"]


def test_no_paper_is_1(start_sim: Start) -> None:
    sim = start_sim("escpos", "--fault", "paper_out")
    done = print_(sim.port, "--text", "x")
    assert done.returncode == 1
    assert one_line(done.stderr)
    assert "out of paper" in done.stderr


def test_the_trace_shows_the_commands_and_not_the_person(sam_sim: Sim) -> None:
    sam_sim.ask("place")
    done = read_card(sam_sim.port, "--trace")
    assert "AA AA AA 96 69 00 03 30 01 32" in done.stderr
    assert "‹1284 bytes hidden›" in done.stderr


def test_a_simulator_is_steered_from_the_command_line(sam_sim: Sim) -> None:
    placed = run("control", str(sam_sim.socket), "place", "kind=hmt", "name=沐云溪")
    assert placed.returncode == 0
    answer = json.loads(placed.stdout)
    assert answer["person"]["name"] == "沐云溪"
    assert answer["at"] > 0
    refused = run("control", str(sam_sim.socket), "dance")
    assert refused.returncode == 1
    assert one_line(refused.stderr)
    assert "place, lift, status, fault" in refused.stderr
    wrong = run("control", str(sam_sim.socket), "place", "name")
    assert (wrong.returncode, one_line(wrong.stderr)) == (2, True)
    unknown = run("control", str(sam_sim.socket), "place", "shoes=42")
    assert "a card has no shoes" in unknown.stderr


def test_a_socket_nobody_serves_is_3(tmp_path: Path) -> None:
    done = run("control", str(tmp_path / "none"), "status")
    assert done.returncode == 3
    assert one_line(done.stderr)


def test_a_simulator_started_through_the_command_line_prints_its_port_and_ends_with_its_input() -> None:
    command = [sys.executable, "-m", "jinghou_devices.cli", "sim", "sam"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sim:
        assert sim.stdout is not None
        assert sim.stdin is not None
        assert sim.stdout.readline().startswith("/dev/pts/")
        sim.stdin.close()
        assert sim.wait(10) == 0


def test_the_ports_of_this_machine_are_listed_without_fail() -> None:
    done = run("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert all("port" in json.loads(line) for line in done.stdout.splitlines())
