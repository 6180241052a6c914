"""`scan` and `decode` as processes: what they print, and their exit codes."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import segno
from devices.simulators import Sim

Start = Callable[..., Sim]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jinghou_devices.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def scan(sim: Sim, driver: str, *words: str) -> subprocess.CompletedProcess[str]:
    return run("scan", "--driver", driver, "--port", sim.port, *words)


def one_line(text: str) -> bool:
    return text.startswith("jinghou-devices: ") and text.count("\n") == 1 and "Traceback" not in text


def test_a_code_is_shown_as_text_and_bytes(start_sim: Start) -> None:
    sim = start_sim("gm65")
    sim.ask("show", text="静候 A023", encoding="gbk")
    done = scan(sim, "gm65", "--timeout", "5", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    fields = json.loads(done.stdout)
    assert fields == {"text": "静候 A023", "bytes": base64.b64encode("静候 A023".encode("gbk")).decode(), "format": ""}
    assert "text: 静候 A023\n" in scan(sim, "gm65", "--timeout", "5").stdout


def test_a_camera_says_which_kind_of_code_it_was(start_sim: Start) -> None:
    sim = start_sim("camera")
    sim.ask("show", text="A023")
    done = scan(sim, "camera", "--timeout", "5", "--json")
    assert json.loads(done.stdout)["format"] == "QRCode"


def test_no_code_in_time_is_4(start_sim: Start) -> None:
    done = scan(start_sim("newland"), "newland", "--timeout", "0.5")
    assert (done.returncode, done.stdout) == (4, "")
    assert one_line(done.stderr)
    assert "no code came in time" in done.stderr


def test_a_silent_scanner_is_3(start_sim: Start) -> None:
    done = scan(start_sim("honeywell", "--fault", "silent"), "honeywell", "--timeout", "5")
    assert done.returncode == 3
    assert one_line(done.stderr)


def test_a_scanner_at_another_speed_is_3(start_sim: Start) -> None:
    done = scan(start_sim("gm65", "--baud", "115200"), "gm65", "--timeout", "5")
    assert done.returncode == 3
    assert one_line(done.stderr)


def test_the_plug_pulled_while_waiting_is_3(start_sim: Start) -> None:
    sim = start_sim("honeywell")
    pull = threading.Timer(2.0, sim.ask, ["unplug"])
    pull.start()
    done = scan(sim, "honeywell", "--timeout", "20")
    pull.join()
    assert done.returncode == 3
    assert one_line(done.stderr)


def test_a_port_that_is_none_is_3(tmp_path: Path) -> None:
    for driver, port in (("plain", f"{tmp_path}/none"), ("wedge", f"{tmp_path}"), ("camera", "63")):
        done = run("scan", "--driver", driver, "--port", port)
        assert done.returncode == 3, driver
        assert one_line(done.stderr)


def test_an_option_there_is_not_is_2(tmp_path: Path) -> None:
    done = run("scan", "--driver", "plain", "--port", f"{tmp_path}/none", "--option", "exposure=3")
    assert done.returncode == 2
    assert "unknown option" in done.stderr


def test_the_trace_shows_the_commands_and_not_the_code(start_sim: Start) -> None:
    sim = start_sim("gm65")
    sim.ask("show", text="secret")
    done = scan(sim, "gm65", "--timeout", "5", "--trace")
    assert "7E 00 08 01 00 02 01 AB CD" in done.stderr
    assert b"secret".hex(" ").upper() not in done.stderr


def test_pictures_are_told_a_line_each_and_the_bad_ones_apart(tmp_path: Path) -> None:
    good, none, bad = tmp_path / "码 1.png", tmp_path / "empty.png", tmp_path / "bad.png"
    segno.make("静候".encode("gbk"), mode="byte", micro=False).save(str(good), scale=5)
    segno.make("x", micro=False).save(str(none), scale=5, dark="white")
    bad.write_bytes(good.read_bytes()[:90])
    done = run("decode", str(bad), str(good), str(tmp_path / "missing.png"), str(none), "--json")
    assert done.returncode == 1
    raw = base64.b64encode("静候".encode("gbk")).decode()
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"file": str(good), "codes": [{"text": "静候", "bytes": raw, "format": "QRCode"}]},
        {"file": str(none), "codes": []},
    ]
    assert [line.partition(f"{tmp_path}/")[2].partition(":")[0] for line in done.stderr.splitlines()] == [
        "bad.png",
        "missing.png",
    ]


def test_a_good_picture_is_0_and_readable_without_json(tmp_path: Path) -> None:
    segno.make("A\n023", micro=False).save(str(tmp_path / "one.png"), scale=5)
    done = run("decode", str(tmp_path / "one.png"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f'{tmp_path}/one.png: QRCode: "A\\n023"\n'
