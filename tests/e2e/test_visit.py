"""Whole visits through the real processes: server, serial lines, kiosk and board; and what happens when one dies."""

import json
import os
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import zxingcpp
from PIL import Image

from jinghou_devices.control import ask
from jinghou_ui.demo.hall import DemoHall, wait_for
from jinghou_ui.demo.tour import LOOK_S, Tour
from jinghou_ui.remote_client import RemoteWindow

BIN = Path(sysconfig.get_path("scripts"))
UNSEEN = {"QT_QPA_PLATFORM": "offscreen"}


def device_states(hall: DemoHall, device: str) -> list[str]:
    lines = (hall.folder / "logs" / "kiosk.log").read_text("utf-8").splitlines()
    return [entry["state"] for entry in map(json.loads, lines) if entry.get("device") == device and "state" in entry]


def wait_for_device(hall: DemoHall, device: str, state: str) -> None:
    wait_for(f"{device} {state}", lambda: device_states(hall, device)[-1:] == [state])


def test_tour_runs_to_its_end(hall: DemoHall) -> None:
    transcript: list[str] = []
    Tour(hall, say=transcript.append).run()
    assert any(line.startswith("card down → read") for line in transcript)
    pictures = sorted(path.name for path in (hall.folder / "tour").glob("*.png"))
    assert len(pictures) == 8
    for line in transcript:
        if line.startswith("tap → next page"):
            assert line.endswith(" ms")


def test_paper_and_screen_lead_to_the_holders_own_page(hall: DemoHall, visit: Tour, tmp_path: Path) -> None:
    visit.take_number()
    number = hall.kiosk.read("number")
    hall.kiosk.shot(tmp_path / "screen.png")
    (on_screen,) = zxingcpp.read_barcodes(Image.open(tmp_path / "screen.png"))
    (on_paper,) = zxingcpp.read_barcodes(Image.open(hall.printed()[-1]["png"]))
    assert on_screen.text == on_paper.text
    page = requests.get(on_paper.text, timeout=5)
    assert page.ok
    assert number in page.text


def test_printer_killed_while_it_prints_leaves_the_number_on_the_screen_and_the_next_visit_prints(
    hall: DemoHall, visit: Tour
) -> None:
    hall.place_card()
    visit.wait_page("choose_service")
    visit.touch("service-tax")
    visit.wait_page("confirm")
    visit.touch("confirm")
    visit.wait_page("printing")
    hall.programs["printer"].kill()
    visit.wait_page("done")
    number = hall.kiosk.read("number")
    assert "号码照样有效" in hall.kiosk.read("headline")
    hall.lift_card()

    hall.start_printer()
    wait_for_device(hall, "receipt_printer", "online")
    visit.touch("home")
    visit.wait_page("home")
    called = hall.clerk("c3")
    called.open()
    person = called.next()
    assert person is not None
    assert person.number == number, "the ticket is not lost: it is called like any other"
    called.start()
    called.finish()

    visit.take_number()
    assert hall.kiosk.read("number") in hall.printed()[-1]["text"]


JOINS = "网络恢复后将自动排入队列"


def called_at(hall: DemoHall, counter: str) -> str:
    """Whom the counter calls, as soon as somebody waits; the person is served."""
    clerk = hall.clerk(counter)
    clerk.open()
    person = wait_for("somebody who waits", clerk.next)
    clerk.start()
    clerk.finish()
    return person.number


def test_server_killed_in_mid_visit_costs_no_tap_and_the_number_joins_the_queue_once_it_is_back(
    hall: DemoHall, visit: Tour
) -> None:
    visit.wait_page("home", at_hand=6)
    hall.place_card()
    visit.wait_page("choose_service")
    visit.touch("service-company")
    visit.wait_page("confirm")
    hall.programs["server"].kill()
    visit.touch("confirm")
    visit.wait_page("done")
    number = hall.kiosk.read("number")
    assert number == "D601"
    assert hall.kiosk.read("joins") == JOINS
    paper = hall.printed()[-1]["text"]
    assert number in paper
    assert JOINS in paper
    assert "前面等候" not in paper, "nobody knows how many are ahead"
    hall.start_server()
    assert called_at(hall, "c5") == number


def test_server_killed_while_nobody_is_there_leaves_a_kiosk_that_gives_numbers_also_after_a_power_cut(
    hall: DemoHall, visit: Tour
) -> None:
    visit.wait_page("home", at_hand=6)
    hall.programs["server"].kill()
    visit.wait_page("home", online=False)
    assert hall.kiosk.read("headline") == "网络暂时断开，照样可以取号"
    wait_for("the board to say so", lambda: hall.board.state()["online"] is False)
    first = take_to_the_end(hall, visit, "enquiries")
    hall.programs["kiosk"].kill()
    hall.start_kiosk()
    visit.wait_page("home", online=False, at_hand=6)
    second = take_to_the_end(hall, visit, "enquiries")
    assert (first, second) == ("F601", "F602")
    hall.start_server()
    visit.wait_page("home", online=True)
    wait_for("the board to be back", lambda: hall.board.state()["online"] is True)
    assert [called_at(hall, "c5") for _ in range(2)] == [first, second]


def take_to_the_end(hall: DemoHall, visit: Tour, service: str) -> str:
    """From a page that shows the services to the first page again; the number."""
    visit.touch(f"service-{service}")
    visit.wait_page("confirm")
    visit.touch("confirm")
    visit.wait_page("done")
    number = hall.kiosk.read("number")
    hall.lift_card()
    visit.touch("home")
    visit.wait_page("home")
    return number


def left_on_disk(hall: DemoHall, person: dict[str, object]) -> list[tuple[str, bytes]]:
    """Where something of the person stands in any file of the hall."""
    markers = [
        str(person[field]).encode(encoding)
        for field in ("name", "number", "address")
        for encoding in ("utf-8", "utf-16-le", "gb18030")
    ]
    files = [path for path in hall.folder.rglob("*") if path.is_file()]
    assert hall.box in files
    assert len(files) > 10
    return [(path.name, marker) for path in files for marker in markers if marker in path.read_bytes()]


def test_nothing_of_the_person_is_left_on_disk(hall: DemoHall, visit: Tour) -> None:
    person = place_somebody(hall)
    take_for_residence(hall, visit)
    assert left_on_disk(hall, person) == []


def test_nothing_of_a_person_who_came_while_the_server_was_away_is_left_on_disk(hall: DemoHall, visit: Tour) -> None:
    visit.wait_page("home", at_hand=6)
    hall.programs["server"].kill()
    visit.wait_page("home", online=False)
    person = place_somebody(hall)
    number = take_for_residence(hall, visit)
    assert left_on_disk(hall, person) == []
    hall.lift_card()
    hall.start_server()
    visit.wait_page("home", online=True)
    wait_for("the number to be called", lambda: called_at(hall, "c4") == number)
    assert left_on_disk(hall, person) == []


def place_somebody(hall: DemoHall) -> dict[str, object]:
    person = ask(hall.reader_control, "place", name="欧阳静候")["person"]
    assert isinstance(person, dict)
    return person


def take_for_residence(hall: DemoHall, visit: Tour) -> str:
    visit.wait_page("choose_service")
    return take_to_the_end(hall, visit, "residence")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / arguments[0]), *arguments[1:]],
        env={**os.environ, **UNSEEN},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def without_a_box(hall: DemoHall) -> str:
    """The settings of a kiosk like the hall's."""
    lines = (hall.folder / "kiosk.toml").read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("box ="))


def test_second_kiosk_on_the_same_box_says_so_and_ends(hall: DemoHall) -> None:
    second = run("jinghou-kiosk", "run", "--config", str(hall.folder / "kiosk.toml"))
    assert second.returncode == 2
    (line,) = [line for line in second.stderr.splitlines() if not line.startswith("{")]
    assert line.endswith(f"box = {hall.box}: another program has it open")


def test_second_kiosk_on_the_same_serial_port_says_so_and_ends(hall: DemoHall, tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(without_a_box(hall), "utf-8")
    second = run("jinghou-kiosk", "run", "--config", str(file))
    assert second.returncode == 2
    (line,) = [line for line in second.stderr.splitlines() if not line.startswith("{")]
    assert "reader.tty" in line
    assert "another program" in line


def test_second_server_on_the_same_port_says_so_and_ends(hall: DemoHall) -> None:
    port = hall.url.rpartition(":")[2]
    second = run("jinghou-queue", "serve", "--db", f"sqlite:///{hall.folder / 'hall.db'}", "--port", port)
    assert second.returncode == 2
    (line,) = [line for line in second.stderr.splitlines() if not line.startswith("{")]
    assert f"port {port}" in line
    assert "taken" in line


@pytest.mark.parametrize("program", ["jinghou-kiosk", "jinghou-board"])
def test_wrong_key_is_one_clear_line(hall: DemoHall, program: str, tmp_path: Path) -> None:
    name = program.removeprefix("jinghou-")
    file = tmp_path / f"{name}.toml"
    file.write_text((hall.folder / f"{name}.toml").read_text("utf-8").replace("px_per_mm", "px_per_cm", 1), "utf-8")
    wrong = run(program, "run", "--config", str(file))
    assert wrong.returncode == 2
    unknown, missing = wrong.stderr.splitlines()
    assert f"{name}.toml: screen.px_per_cm: unknown key" in unknown + missing
    assert f"{name}.toml: screen.px_per_mm: missing" in unknown + missing


def at_page(window: RemoteWindow, page: str) -> Callable[[], bool]:
    """Whether the page is there, and has been for as long as a person looks before touching."""

    def look() -> bool:
        state = window.state()
        return bool(state["page"] == page and time.monotonic() - state["since"] > LOOK_S)

    return look


def test_kiosk_without_its_devices_starts_serves_and_goes_home_by_itself(hall: DemoHall, tmp_path: Path) -> None:
    file, socket, log = tmp_path / "kiosk.toml", tmp_path / "kiosk.sock", tmp_path / "kiosk.log"
    text = without_a_box(hall)
    for name in ("reader", "printer"):
        text = text.replace(str(hall.folder / f"{name}.tty"), f"/dev/no-{name}")
    file.write_text(text, "utf-8")
    short = {"JINGHOU_KIOSK_SESSION__IDLE_S": "5", "JINGHOU_KIOSK_SESSION__WARNING_S": "5"}
    environment = {**os.environ, **UNSEEN, **short, "JINGHOU_KIOSK_LOG__FILE": str(log)}
    command = [str(BIN / "jinghou-kiosk"), "run", "--config", str(file), "--remote", str(socket)]
    with subprocess.Popen(command, env=environment) as kiosk:
        try:
            window = RemoteWindow(socket)
            wait_for("the kiosk without devices", lambda: socket.exists() and window.state().get("online"))
            assert window.state()["reader_ready"] is False
            assert "咨询台" in window.read("homeHint")
            wait_for("the first page", at_page(window, "home"))
            window.touch("service-enquiries")
            wait_for("the question", at_page(window, "confirm"))
            window.touch("confirm")
            wait_for("the number", at_page(window, "done"))
            assert window.read("headline") == "号票没有打印出来，号码照样有效"
            wait_for("the first page, by itself", at_page(window, "home"), 15)
        finally:
            kiosk.terminate()
    entries = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    absent = {entry["device"]: entry["reason"] for entry in entries if entry.get("state") == "absent"}
    assert set(absent) == {"id_reader", "receipt_printer"}
    assert "/dev/no-reader" in absent["id_reader"]


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that name `folder`."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has just ended
        if str(folder) in line:
            lines.append(line)
    return lines


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_however_the_demo_ends_nothing_is_left_running(how: signal.Signals, code: int, tmp_path: Path) -> None:
    command = [str(BIN / "jinghou-kiosk"), "demo", "--once", "--dir", str(tmp_path / "d")]
    with subprocess.Popen(command, env={**os.environ, **UNSEEN}, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        running = next(line for line in demo.stdout if "windows" in line)
        assert running
        assert len(processes_of(tmp_path / "d")) >= 6
        demo.send_signal(how)
        demo.stdout.read()
    assert demo.returncode == code
    wait_for("everything to end", lambda: processes_of(tmp_path / "d") == [], 10)


def test_demo_does_not_empty_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    refused = run("jinghou-kiosk", "demo", "--once", "--dir", str(tmp_path))
    assert refused.returncode == 2
    assert "holds files that no demo made" in refused.stderr
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_demo_needs_a_path_short_enough_for_a_socket(tmp_path: Path) -> None:
    refused = run("jinghou-kiosk", "demo", "--once", "--dir", str(tmp_path / ("x" * 120)))
    assert refused.returncode == 2
    assert "shorter folder" in refused.stderr


def test_kiosk_without_a_screen_says_so(hall: DemoHall) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "DISPLAY", "WAYLAND"))}
    command = [str(BIN / "jinghou-kiosk"), "run", "--config", str(hall.folder / "kiosk.toml")]
    refused = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2
    assert "no screen" in refused.stderr
