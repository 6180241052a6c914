"""A whole hall on this machine: the server, simulated devices, a kiosk and a board, each a process of its own.

Everything they write is in one folder. When the block ends, or this process dies, all of them end.
"""

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self, TypeVar

import requests

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import ScreenSettings
from jinghou_devices.control import ask
from jinghou_devices.errors import PortMissing
from jinghou_kiosk.service.pin import hashed
from jinghou_ui.demo.clerk import Clerk
from jinghou_ui.exit import ProgramFault
from jinghou_ui.remote_client import RemoteWindow

START_S: Final = 30.0
STOP_S: Final = 5.0
LONGEST_SOCKET: Final = 107  # bytes of a local socket's path on Linux
_STEP_S: Final = 0.01
_PLACE: Final = "演示 01 号"
STAFF_PIN: Final = "271828"
CLERK: Final = "10023"
CLERK_PASSWORD: Final = "demo clerk 10023"  # noqa: S105  # of a hall that ends with the demo
MANAGER: Final = "10001"
MANAGER_PASSWORD: Final = "demo manager 10001"  # noqa: S105  # likewise

T = TypeVar("T")


class DemoFault(ProgramFault):
    """The demo cannot go on; the text says what failed and where to look."""


def wait_for(what: str, look: Callable[[], T | None], seconds: float = START_S) -> T:
    """What `look` finds as soon as it is neither None nor False. Raises DemoFault after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise DemoFault(f"waited {seconds:.0f} s in vain for: {what}")
        time.sleep(_STEP_S)


def program(name: str) -> str:
    """The path of one of our commands, as installed beside this Python."""
    return str(Path(sysconfig.get_path("scripts")) / name)


class Program:
    """One process of the hall. Ends with this one, however this one ends."""

    def __init__(self, name: str, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        command = [program(arguments[0]), *arguments[1:]]
        guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        self.name = name
        self.log = folder / "logs" / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*guard, *command],
                stdin=subprocess.PIPE,  # a simulator serves until this closes
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **environment},
                start_new_session=True,  # Ctrl-C is for us alone; we end them in order
            )

    def first_line(self) -> str:
        """The line it prints when it is ready."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], START_S)
        line = self.process.stdout.readline().strip() if ready else ""
        if not line:
            raise DemoFault(f"{self.name} did not start: {self.last_words()}")
        return line

    def last_words(self) -> str:
        """The end of its log, for an error."""
        return self.log.read_text("utf-8", errors="replace").strip().rpartition("\n")[2] or f"see {self.log}"

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would: at once, with no chance to tidy up."""
        self.process.kill()
        self._reap()

    def stop(self) -> None:
        """End it in order; by force after a while."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


@dataclass(frozen=True)
class Glass:
    """Where a window is shown: the screen's size, and what Qt must be told through the environment."""

    screen: ScreenSettings
    environment: Mapping[str, str] = field(default_factory=dict)


class DemoHall:
    """Starts everything on entering, ends everything on leaving."""

    def __init__(self, folder: Path, kiosk_glass: Glass, board_glass: Glass) -> None:
        self.folder = folder.resolve()
        self.plan = HallPlan.load(SAMPLE_HALL)
        self.kiosk = RemoteWindow(self.folder / "kiosk.sock")
        self.board = RemoteWindow(self.folder / "board.sock")
        self.reader_control = self.folder / "reader.sock"
        self.printer_control = self.folder / "printer.sock"
        self.papers = self.folder / "papers"
        self.box = self.folder / "kiosk.box"
        self.usb = self.folder / "usb"
        self.url = ""
        self.programs: dict[str, Program] = {}
        self._kiosk_glass = kiosk_glass
        self._board_glass = board_glass
        self._clerk_tokens: dict[str, str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_own(self.folder))
            stack.callback(self._stop_all)
            self._start_all()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def clerk(self, counter: str) -> Clerk:
        """The clerk of `counter`: one clerk works at one counter."""
        if counter not in self._clerk_tokens:
            self._clerk_tokens[counter] = self.add_token("clerk")
        return Clerk(self.url, self._clerk_tokens[counter], counter)

    def place_card(self) -> float:
        """Put a made-up person's card on the reader; when, in CLOCK_MONOTONIC seconds."""
        return float(str(ask(self.reader_control, "place")["at"]))

    def lift_card(self) -> None:
        """Take the card away."""
        ask(self.reader_control, "lift")

    def printed(self) -> list[dict[str, Any]]:
        """The papers that were cut, oldest first: number, at, text, qr, txt, png."""
        papers = ask(self.printer_control, "papers")["papers"]
        assert isinstance(papers, list)
        return papers

    def start_reader(self) -> None:
        """Plug the ID reader in."""
        self._start_simulator("reader", "sam", self.reader_control)

    def start_printer(self) -> None:
        """Plug the printer in."""
        self._start_simulator("printer", "escpos", self.printer_control, "--paper-dir", str(self.papers))

    def start_server(self) -> None:
        """Start the server; a second time on the port it had."""
        port = self.url.rpartition(":")[2] or "0"
        server = self._start("server", "jinghou-queue", "serve", "--db", self._database, "--port", port)
        self.url = server.first_line().split()[-1].rstrip("/")

    def start_kiosk(self) -> None:
        """Switch the kiosk on."""
        self._start_window("kiosk", self.kiosk, self._kiosk_glass)

    def _start_all(self) -> None:
        (self.folder / "logs").mkdir()
        self.usb.mkdir()
        self._queue("init", "--db", self._database, "--sample")
        for login, role, password in ((CLERK, "clerk", CLERK_PASSWORD), (MANAGER, "manager", MANAGER_PASSWORD)):
            who = ("--login", login, "--name", "演示", "--role", role, "--password-stdin")
            self._queue("user", "add", "--db", self._database, *who, told=password)
        self.start_server()
        self.start_reader()
        self.start_printer()
        self._write_settings(self._enrol_kiosk(), self.add_token("terminal"))
        self.start_kiosk()
        self._start_window("board", self.board, self._board_glass)

    @property
    def _database(self) -> str:
        return f"sqlite:///{self.folder / 'hall.db'}"

    def _queue(self, *arguments: str, told: str | None = None) -> str:
        """Run the server's command line, which reads what it is `told`; what it prints."""
        program = self._start("set-up", "jinghou-queue", *arguments)
        output, _ = program.process.communicate(told, timeout=START_S)
        if program.process.returncode != 0:
            raise DemoFault(f"jinghou-queue {arguments[0]}: {program.last_words()}")
        del self.programs["set-up"]
        return str(output).strip()

    def add_token(self, role: str) -> str:
        """A new token of that role."""
        return self._queue("token", "add", "--db", self._database, "--role", role, "--name", f"demo {role}")

    def _enrol_kiosk(self) -> str:
        """Announce the kiosk and be it, as a technician does; its token."""
        added = self._queue("terminal", "add", "--db", self._database, "--kind", "kiosk", "--name", _PLACE)
        answer = requests.post(f"{self.url}/api/v1/terminals/enrol", json={"code": added.split()[1]}, timeout=START_S)
        if not answer.ok:
            raise DemoFault(f"the kiosk was not enrolled: {answer.text}")
        return str(answer.json()["token"])

    def _start(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Program:
        program = Program(name, list(arguments), self.folder, environment or {})
        self.programs[name] = program
        return program

    def _start_window(self, name: str, window: RemoteWindow, glass: Glass) -> None:
        arguments = (f"jinghou-{name}", "run", "--config", str(self.folder / f"{name}.toml"))
        remote = ("--remote", str(self.folder / f"{name}.sock"))
        program = self._start(name, *arguments, *remote, environment=glass.environment)
        wait_for(f"{name} to open", lambda: _answers(window, program))

    def _start_simulator(self, name: str, kind: str, control: Path, *more: str) -> None:
        link = self.folder / f"{name}.tty"
        arguments = ("jinghou-devices", "sim", kind, "--link", str(link), "--control", str(control), *more)
        self._start(name, *arguments).first_line()

    def _write_settings(self, kiosk_token: str, board_token: str) -> None:
        """JSON strings are TOML strings."""
        link = f'[server]\nurl = "{self.url}"\nhall = "{self.plan.id}"\ntoken = '
        reader, printer = (json.dumps(str(self.folder / f"{name}.tty")) for name in ("reader", "printer"))
        kiosk = (
            f'place = "{_PLACE}"\nalways_open = true\nbox = {json.dumps(str(self.box))}\n\n'
            f'{_screen_toml(self._kiosk_glass.screen)}\n{link}"{kiosk_token}"\n\n'
            f'[service]\npin_hash = "{hashed(STAFF_PIN)}"\nexport_folders = [{json.dumps(str(self.usb))}]\n'
            f"file = {json.dumps(str(self.folder / 'service.json'))}\n\n"
            f"[log]\nfile = {json.dumps(str(self.folder / 'logs' / 'kiosk.log'))}\n\n"
            f"[devices]\ncounters_file = {json.dumps(str(self.folder / 'counters.json'))}\n\n"
            f'[devices.id_reader]\ndriver = "sam"\nport = {reader}\n\n'
            f'[devices.receipt_printer]\ndriver = "escpos"\nport = {printer}\n'
        )
        board = f'{_screen_toml(self._board_glass.screen)}\n{link}"{board_token}"\n'
        for name, text in (("kiosk", kiosk), ("board", board)):
            file = self.folder / f"{name}.toml"
            file.touch(mode=0o600)  # it holds the token
            file.write_text(text, "utf-8")

    def _stop_all(self) -> None:
        """Windows first, the server last: nobody sees a lost line on the way out."""
        for program in reversed(self.programs.values()):
            program.stop()


def _answers(window: RemoteWindow, program: Program) -> bool:
    if not program.is_running():
        raise DemoFault(f"{program.name} did not start: {program.last_words()}")
    try:
        window.state()
    except PortMissing:
        return False
    return True


def _screen_toml(screen: ScreenSettings) -> str:
    return (
        f"[screen]\npx_per_mm = {screen.px_per_mm}\nwidth_px = {screen.width_px}\nheight_px = {screen.height_px}\n"
        f"full_screen = {str(screen.full_screen).lower()}\n"
    )


def _own(folder: Path) -> IO[str]:
    """Make `folder` ours and empty, and keep it locked. Raises ConfigError when it is in use or somebody else's."""
    if len(os.fsencode(folder.resolve() / "printer.sock")) > LONGEST_SOCKET:
        raise ConfigError(f"{folder}: the path is too long for a socket; name a shorter folder with --dir")
    lock = folder / "jinghou-demo.lock"
    if folder.exists() and any(folder.iterdir()) and not lock.exists():
        raise ConfigError(f"{folder}: holds files that no demo made; name another folder with --dir")
    folder.mkdir(parents=True, exist_ok=True)
    stream = lock.open("w")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        raise ConfigError(f"{folder}: another demo runs there; end it, or name another folder with --dir") from None
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != lock:
            entry.unlink()
    return stream
