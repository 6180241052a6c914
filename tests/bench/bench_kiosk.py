"""How quick and how light a kiosk is: start, memory, a tap, an idle hour's share of a core."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jinghou_ui.demo.hall import DemoHall, Glass, program, wait_for
from jinghou_ui.demo.tour import Tour
from jinghou_ui.remote_client import RemoteWindow
from jinghou_ui.screens import BOARD_55, KIOSK_32

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

UNSEEN = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
ENVIRONMENT = {**os.environ, **UNSEEN}
STARTS = 5
TAPS = 20
IDLE_S = 10.0

BARE = """
import sys, time
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
app = QGuiApplication([])
engine = QQmlApplicationEngine()
engine.loadData('import QtQuick; Window { width: 1080; height: 1920; visible: true; Text { text: "你好" } }'.encode())
window = engine.rootObjects()[0]
def painted():
    window.frameSwapped.disconnect(painted)
    print(time.monotonic(), flush=True)
window.frameSwapped.connect(painted)
app.exec()
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHall]:
    with DemoHall(tmp_path_factory.mktemp("hall"), Glass(KIOSK_32, UNSEEN), Glass(BOARD_55, UNSEEN)) as running:
        yield running


def pss_mib(pid: int) -> float:
    """Memory that is the process's own, and its share of what it shares, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def cpu_s(pid: int) -> float:
    """Processor time used so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_bare() -> tuple[float, float]:
    """Seconds to the first frame of a window with one word, and MiB."""
    begun = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", BARE], env=ENVIRONMENT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first_frame = float(process.stdout.readline())
        memory = pss_mib(process.pid)
        process.kill()
    return first_frame - begun, memory


def start_kiosk(config: Path, socket: Path) -> tuple[float, float]:
    """Seconds to the first frame of the kiosk's first page, and MiB once it knows the hall."""
    begun = time.monotonic()
    command = [program("jinghou-kiosk"), "run", "--config", str(config), "--remote", str(socket)]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
        window = RemoteWindow(socket)
        wait_for("the window", socket.exists)
        state = wait_for("the hall", lambda: (now := window.state()).get("online") and now)
        memory = pss_mib(process.pid)
        process.kill()
    return state["first_frame"] - begun, memory


def test_start_and_memory(hall: DemoHall, tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    text = (hall.folder / "kiosk.toml").read_text("utf-8")
    config.write_text(text.partition("[devices")[0], "utf-8")  # its ports are in use by the hall's own kiosk
    pairs = [(start_kiosk(config, tmp_path / f"{turn}.sock"), start_bare()) for turn in range(STARTS)]
    kiosk_s, bare_s = (statistics.median(pair[which][0] for pair in pairs) for which in (0, 1))
    kiosk_mib, bare_mib = (statistics.median(pair[which][1] for pair in pairs) for which in (0, 1))
    print(f"\nstart → first page: {kiosk_s:.2f} s, a bare QML window {bare_s:.2f} s, ratio {kiosk_s / bare_s:.2f}")
    print(f"memory (PSS): {kiosk_mib:.0f} MiB, a bare QML window {bare_mib:.0f} MiB, ratio {kiosk_mib / bare_mib:.2f}")


def test_tap_to_next_page_and_idle(hall: DemoHall) -> None:
    tour = Tour(hall, say=lambda _line: None)
    tour.wait_page("home", online=True, reader_ready=True)
    times = []
    for _ in range(TAPS):
        for touch, page in (("start", "choose_service"), ("back", "home")):
            tapped = tour.touch(touch)
            times.append(tour.wait_page(page)["since"] - tapped)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"\ntap → next page painted, {len(times)} taps: median {statistics.median(times) * 1000:.0f} ms, ", end="")
    print(f"p95 {p95 * 1000:.0f} ms, of the budget of 100 ms {p95 / 0.1:.2f}")
    kiosk = hall.programs["kiosk"].process.pid
    before = cpu_s(kiosk)
    time.sleep(IDLE_S)
    share = (cpu_s(kiosk) - before) / IDLE_S
    print(f"idle: {share:.1%} of a core, polling the reader; of the budget of 1 % {share / 0.01:.2f}")
