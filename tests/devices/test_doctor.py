"""What a technician finds out about a terminal: which ports there are, what is plugged in, and how it is."""

import json
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from devices.simulators import Sim, Watched, until
from devices.test_devices_cli import run

from jinghou_config.devices import DevicesSettings
from jinghou_devices.errors import DeviceSilent, ProtocolError
from jinghou_devices.finding import find, questions
from jinghou_devices.found import cameras, holder, is_console, keyboards, stable_name
from jinghou_devices.kinds.common import Kind, Link

Start = Callable[..., Sim]
KIOSK = """
[screen]
px_per_mm = 2.71
[server]
url = "http://127.0.0.1:9"
hall = "yunxi"
token = "t"
"""


def doctor(*words: str) -> tuple[int, dict[str, dict[str, object]], str]:
    """Its exit code, what it says of each port, and what it told on the way."""
    done = run("doctor", "--json", *words, timeout_s=90)
    return done.returncode, {one["port"]: one for one in map(json.loads, done.stdout.splitlines())}, done.stderr


def states(found: dict[str, dict[str, object]]) -> list[object]:
    return [one["state"] for one in found.values()]


def test_what_is_plugged_in_is_found_at_any_speed_and_nothing_is_printed(start_sim: Start) -> None:
    reader, printer = start_sim("sam", "--baud", "38400"), start_sim("escpos", "--baud", "9600")
    code, found, told = doctor("--port", reader.port, "--port", printer.port)
    assert code == 0
    assert {one["driver"]: (one["kind"], one["baud"], one["state"]) for one in found.values()} == {
        "sam": ("id_reader", 38400, "well"),
        "escpos": ("receipt_printer", 9600, "well"),
    }
    assert f"{reader.port}: id_reader sam at 38400" in told
    assert printer.papers() == []
    assert (
        run("print", "--driver", "escpos", "--port", printer.port, "--baud", "9600", "--text", "A001").returncode == 0
    )
    assert printer.papers()[0]["text"].strip() == "A001"  # and nothing was waiting in it to come out later


def test_the_settings_it_proposes_can_be_pasted(start_sim: Start) -> None:
    ports = [start_sim("sam").port, start_sim("escpos").port, start_sim("sam", "--baud", "9600").port]
    done = run("doctor", *[word for port in ports for word in ("--port", port)], timeout_s=90)
    assert done.returncode == 0
    fragment = done.stdout[done.stdout.index("[devices.") :]
    settings = DevicesSettings.model_validate(tomllib.loads(fragment)["devices"])
    assert settings.id_reader is not None
    assert settings.receipt_printer is not None
    assert (settings.id_reader.port, settings.receipt_printer.port) == (ports[0], ports[1])
    assert f'# port = "{ports[2]}"' in fragment


def test_a_device_on_the_network_is_found_too(start_sim: Start) -> None:
    printer = start_sim("escpos", "--tcp", "0")
    code, found, _ = doctor("--port", printer.port)
    assert (code, found[printer.port]["driver"]) == (0, "escpos")


def test_each_fault_is_said_with_what_to_do(start_sim: Start, tmp_path: Path) -> None:
    quiet = start_sim("escpos", "--fault", "silent")
    empty = start_sim("escpos", "--fault", "paper_out")
    missing = str(tmp_path / "none")
    code, found, _ = doctor("--driver", "escpos", "--port", quiet.port, "--port", empty.port, "--port", missing)
    assert code == 1
    assert [found[port]["state"] for port in (quiet.port, empty.port, missing)] == ["silent", "complains", "missing"]
    assert "out of paper" in str(found[empty.port]["reason"])
    assert "switched on" in str(found[quiet.port]["advice"])
    assert "jinghou-devices list" in str(found[missing]["advice"])


def test_nothing_found_is_3(tmp_path: Path) -> None:
    code, _, told = doctor("--port", str(tmp_path / "none"))
    assert code == 3
    assert "no device was found" in told


def test_a_port_of_a_running_kiosk_is_left_alone(sam_sim: Sim, open_station: Callable[..., Watched]) -> None:
    watched = open_station(reader=sam_sim.port)
    until(lambda: watched.links[-1] is Link.ONLINE)
    told = len(watched.seen)
    code, found, _ = doctor("--port", sam_sim.port)
    assert (code, found[sam_sim.port]["state"]) == (1, "busy")
    assert "program" in str(found[sam_sim.port]["advice"])
    assert watched.seen[told:] == []


def test_a_printer_at_another_speed_than_is_set_is_said_so(start_sim: Start, tmp_path: Path) -> None:
    printer = start_sim("escpos", "--baud", "19200")
    config = tmp_path / "kiosk.toml"
    config.write_text(f'{KIOSK}[devices.receipt_printer]\nport = "{printer.port}"\n')
    code, found, _ = doctor("--config", str(config))
    assert code == 1
    assert found[printer.port]["state"] == "silent"
    assert found[printer.port]["advice"] == "it answers at another speed: set baud = 19200"


def test_the_devices_of_a_kiosk_are_each_used(start_sim: Start, tmp_path: Path) -> None:
    reader, printer = start_sim("sam"), start_sim("escpos")
    person = reader.ask("place")["person"]
    counters = tmp_path / "counters.json"
    counters.write_text('{"receipt_printer": {"pages": 41}}')
    config = tmp_path / "kiosk.toml"
    devices = f'[devices]\ncounters_file = "{counters}"\n[devices.id_reader]\nport = "{reader.port}"\n'
    config.write_text(f'{KIOSK}{devices}[devices.receipt_printer]\nport = "{printer.port}"\n')
    code, found, told = doctor("--config", str(config), "--test")
    assert code == 0
    assert states(found) == ["well", "well"]
    assert len(printer.papers()) == 1
    assert found[printer.port]["counters"] == {"pages": 41}
    assert "put an ID card down" in told
    assert str(found[reader.port]["tried"]).startswith("read a card")
    assert person["name"] not in json.dumps([*found.values()], ensure_ascii=False) + told


def test_no_card_in_time_is_a_use_that_failed(sam_sim: Sim) -> None:
    code, found, _ = doctor("--driver", "sam", "--port", sam_sim.port, "--test", "--timeout", "0.5")
    assert (code, found[sam_sim.port]["state"]) == (1, "failed")
    assert "no card" in str(found[sam_sim.port]["reason"])


@pytest.mark.parametrize("words", [("--driver", "toaster"), ("--config", "nowhere.toml"), ("--timeout", "0")])
def test_a_wrong_call_is_2(words: tuple[str, ...]) -> None:
    done = run("doctor", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_printers_are_asked_before_anything_that_could_end_up_on_their_paper() -> None:
    kinds = [question.kind for question in questions("/dev/ttyUSB0")]
    printers = [kind is Kind.RECEIPT_PRINTER for kind in kinds]
    assert printers == sorted(printers, reverse=True)
    speeds = [question.baud for question in questions("/dev/ttyUSB0", ["sam"])]
    assert speeds == [None, 57600, 38400, 19200, 9600]
    assert [question.baud for question in questions("192.0.2.7:9100", ["sam"])] == [None]


def test_no_port_is_asked_for_longer_than_it_may_be(start_sim: Start) -> None:
    sim = start_sim("sam", "--fault", "silent")
    told: list[str] = []
    with pytest.raises(DeviceSilent):
        find(sim.port, questions(sim.port), 0.0, told.append)
    assert told == []


def test_noise_is_no_device(start_sim: Start) -> None:
    sim = start_sim("sam", "--fault", "half_frame")
    with pytest.raises(ProtocolError, match="something speaks there"):
        find(sim.port, questions(sim.port, ["sam"]), float("inf"), lambda _: None)


@pytest.fixture
def trace(sam_sim: Sim) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "jinghou_devices.cli",
        "trace",
        "--driver",
        "sam",
        "--port",
        sam_sim.port,
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_a_trace_shows_states_and_bytes_as_they_come_until_it_is_stopped(
    sam_sim: Sim, trace: subprocess.Popen[str]
) -> None:
    assert trace.stdout is not None
    lines = [json.loads(trace.stdout.readline()) for _ in range(5)]
    assert [line.get("state") or line["way"] for line in lines] == ["opening", "probing", ">", "<", "online"]
    assert lines[2]["bytes"] == "AA AA AA 96 69 00 03 11 FF ED"
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    sam_sim.ask("unplug")
    while json.loads(trace.stdout.readline()).get("state") != "absent":
        pass
    trace.send_signal(signal.SIGINT)
    _, errors = trace.communicate(timeout=10)
    assert (trace.returncode, errors) == (0, "")


def test_a_trace_of_a_device_that_never_answers_is_3(start_sim: Start) -> None:
    sim = start_sim("sam", "--fault", "silent")
    done = run("trace", "--driver", "sam", "--port", sim.port, "--seconds", "1.5")
    assert done.returncode == 3
    assert "= offline" in done.stdout or "= probing" in done.stdout


def test_the_ports_are_listed_with_what_may_be_there() -> None:
    done = run("list", "--json")
    for port in map(json.loads, done.stdout.splitlines()):
        assert {"port", "device", "line", "description", "reason", "fits", "used_by"} <= set(port)
        assert port["reason"].startswith("the name")


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """Two converters, of which only the second has a serial number of its own, and a scanner that types."""
    for folder in ("serial/by-id", "serial/by-path", "input/by-id", "v4l/by-id"):
        (tmp_path / folder).mkdir(parents=True)
    for device in ("ttyUSB0", "ttyUSB1", "ttyUSB2", "video0", "video1", "event3"):
        (tmp_path / device).touch()
    (tmp_path / "serial/by-id/usb-1a86_USB_Serial-if00-port0").symlink_to("../../ttyUSB0")
    (tmp_path / "serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0").symlink_to("../../ttyUSB1")
    (tmp_path / "serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0").symlink_to("../../ttyUSB0")
    (tmp_path / "serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0").symlink_to("../../ttyUSB1")
    (tmp_path / "input/by-id/usb-Newland_HR22-event-kbd").symlink_to("../../event3")
    (tmp_path / "v4l/by-id/usb-Hall_Camera-video-index0").symlink_to("../../video0")
    return tmp_path


@pytest.mark.parametrize(
    ("device", "numbered", "name", "why"),
    [
        ("ttyUSB0", False, "serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0", "that of the socket"),
        ("ttyUSB1", True, "serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0", "in every socket"),
        ("ttyUSB2", True, "ttyUSB2", "may change"),
    ],
)
def test_the_name_that_stays_is_chosen_and_explained(
    dev: Path, device: str, numbered: bool, name: str, why: str
) -> None:
    chosen, because = stable_name(str(dev / device), "serial", usb=True, numbered=numbered, dev=dev)
    assert chosen == str(dev / name)
    assert why in because


def test_a_built_in_port_keeps_its_name(dev: Path) -> None:
    assert stable_name("/dev/ttyS1", "serial", usb=False, numbered=False, dev=dev)[0] == "/dev/ttyS1"


def test_cameras_and_keyboards_are_listed_by_names_that_stay(dev: Path, tmp_path: Path) -> None:
    for number, index in ((0, "0"), (1, "1")):
        node = tmp_path / f"sys/class/video4linux/video{number}"
        node.mkdir(parents=True)
        (node / "index").write_text(f"{index}\n")
        (node / "name").write_text("Hall Camera\n")
    (camera,) = cameras(dev, tmp_path / "sys")
    assert (camera.name, camera.what) == (str(dev / "v4l/by-id/usb-Hall_Camera-video-index0"), "Hall Camera")
    (scanner,) = keyboards(dev)
    assert (scanner.name, scanner.what) == (str(dev / "input/by-id/usb-Newland_HR22-event-kbd"), "Newland HR22")


def test_the_console_of_the_system_is_known(tmp_path: Path) -> None:
    (tmp_path / "class/tty/console").mkdir(parents=True)
    (tmp_path / "class/tty/console/active").write_text("tty0 ttyS0\n")
    assert is_console("/dev/ttyS0", tmp_path)
    assert not is_console("/dev/ttyS1", tmp_path)


def test_who_has_a_port_open_is_named(tmp_path: Path) -> None:
    port = tmp_path / "port"
    port.touch()
    assert holder(str(port)) in {"", None}
    with port.open() as opened, subprocess.Popen(["sleep", "60"], stdin=opened) as other:
        assert holder(str(port)) == f"sleep (process {other.pid})"
        other.kill()
