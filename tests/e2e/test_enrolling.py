"""A kiosk and a board that are nobody yet, enrolled at their own glass, refused later, and enrolled anew."""

import json
import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jinghou_devices.errors import DeviceError, DeviceRefused
from jinghou_kiosk.service.pin import hashed
from jinghou_ui.demo.hall import DemoHall, program, wait_for
from jinghou_ui.remote_client import RemoteWindow

PIN = "271828"
LOOK_S = 0.6
UNSEEN = {"QT_QPA_PLATFORM": "offscreen"}


class Machine:
    """One program with a window, and a technician before it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.window = RemoteWindow(folder / f"{name}.sock")
        self.log = folder / f"{name}.log"
        self.enrolment = folder / f"{name}.enrolment"

    def state(self) -> dict[str, object]:
        """What it says; nothing while one window follows another."""
        try:
            return self.window.state()
        except DeviceError:
            return {}

    def waits(self, **expected: object) -> None:
        wait_for(str(expected), lambda: expected.items() <= self.state().items())

    def touches(self, item: str, done: Callable[[], bool]) -> None:
        """As a person does, who touches again when a page that has just come did not take it."""

        def touched() -> bool:
            with suppress(DeviceError):
                if not done():
                    self.window.touch(item)
            return done()

        wait_for(f"{item} to be taken", touched)

    def goes(self, item: str, **expected: object) -> None:
        self.touches(item, lambda: expected.items() <= self.state().items())

    def types(self, text: str) -> None:
        looked = time.monotonic() + LOOK_S
        wait_for("the keys to take taps", lambda: time.monotonic() > looked)
        for letter in text:
            self.window.touch(f"key-{letter}")

    def reads(self, item: str) -> str:
        try:
            return self.window.read(item)
        except DeviceRefused:
            return ""


@contextmanager
def running(folder: Path, name: str, more: str = "") -> Iterator[Machine]:
    """`jinghou-kiosk` or `jinghou-board` with settings that name no server."""
    config = folder / f"{name}.toml"
    config.write_text(
        "[screen]\npx_per_mm = 2.71\nfull_screen = false\n"
        f"[log]\nfile = {json.dumps(str(folder / f'{name}.log'))}\n{more}",
        "utf-8",
    )
    command = [program(f"jinghou-{name}"), "run", "--config", str(config), "--remote", str(folder / f"{name}.sock")]
    with subprocess.Popen(command, env={**os.environ, **UNSEEN}) as process:
        try:
            yield Machine(folder, name)
            assert process.poll() is None, "one process from the first page to the last"
        finally:
            process.terminate()


def announced(hall: DemoHall, kind: str = "kiosk") -> tuple[str, str]:
    """A terminal's id and its code, without the hyphen."""
    terminal, code = hall._queue(
        "terminal", "add", "--db", hall._database, "--kind", kind, "--name", "B 区 03 号"
    ).split()[:2]
    return terminal, code.replace("-", "")


def enter_service(machine: Machine) -> None:
    for _ in range(5):
        machine.window.touch("staffCorner")
    silent_until = time.monotonic() + 1.2
    wait_for("the pause of the rhythm", lambda: time.monotonic() > silent_until)
    for _ in range(2):
        machine.window.touch("staffCorner")
    machine.waits(service="pin")
    machine.types(PIN)
    machine.goes("pinEnter", service="menu")


def test_a_kiosk_is_enrolled_at_its_glass_refused_and_enrolled_anew_without_a_restart(
    hall: DemoHall, tmp_path: Path
) -> None:
    terminal, code = announced(hall)
    with running(tmp_path, "kiosk", f"[service]\npin_hash = '{hashed(PIN)}'\n") as kiosk:
        kiosk.waits(page="enrol", enrol="address")
        kiosk.types(hall.url.removeprefix("http://"))
        kiosk.goes("enrolNext", enrol="code")
        kiosk.types("AAAAAAAAAA")
        kiosk.goes("enrolNext", enrol="fault")
        assert kiosk.reads("enrolQuestion") == "没有这个登记码"
        kiosk.goes("enrolRetry", enrol="code")
        kiosk.types(code)
        kiosk.goes("enrolNext", enrol="welcome")
        assert stat.S_IMODE(kiosk.enrolment.stat().st_mode) == 0o600
        kiosk.goes("enrolNext", page="home", online=True)

        hall._queue("terminal", "retire", "--db", hall._database, terminal)
        kiosk.waits(page="out_of_service")
        assert "没有在排队系统里登记" in kiosk.reads("notEnrolled")

        first = json.loads(kiosk.enrolment.read_text("utf-8"))
        enter_service(kiosk)
        kiosk.goes("way-enrol", service="enrol")
        kiosk.types(announced(hall)[1])
        kiosk.touches("enrolNext", lambda: kiosk.reads("enrolQuestion") == "登记好了")
        kiosk.goes("enrolNext", page="home", online=True, service="")
        second = json.loads(kiosk.enrolment.read_text("utf-8"))
        assert first["token"] != second["token"]
        log = kiosk.log.read_text("utf-8")
        for secret in (code, first["token"], second["token"]):
            assert secret not in log


def test_a_kiosk_that_was_enrolled_once_begins_with_its_first_page(hall: DemoHall, tmp_path: Path) -> None:
    server = f'[server]\nurl = "{hall.url}"\nhall = "{hall.plan.id}"\n'
    with running(tmp_path, "kiosk", server) as kiosk:
        kiosk.waits(page="enrol", enrol="code")
        assert kiosk.reads("enrolSaid").endswith(hall.url)
        kiosk.types(announced(hall)[1])
        kiosk.goes("enrolNext", enrol="welcome")
        kiosk.goes("enrolNext", page="home", online=True)
    with running(tmp_path, "kiosk", server) as kiosk:
        kiosk.waits(page="home", online=True)


def test_a_board_is_enrolled_at_its_glass_and_a_kiosks_code_is_not_for_it(hall: DemoHall, tmp_path: Path) -> None:
    with running(tmp_path, "board", f'[server]\nurl = "{hall.url}"\n') as board:
        board.waits(page="enrol", enrol="code")
        board.types(announced(hall)[1])
        board.goes("enrolNext", enrol="fault")
        assert board.reads("enrolQuestion") == "这是另一种终端的码"
        board.goes("enrolRetry", enrol="code")
        board.types(announced(hall, "board")[1])
        board.goes("enrolNext", enrol="welcome")
        board.goes("enrolNext", online=True)
