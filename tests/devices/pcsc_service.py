"""The real smart-card service with a virtual reader, for the tests of chip cards. A machine has one: one at a time."""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from devices.simulators import until

from jinghou_devices.errors import PortMissing
from jinghou_devices.transports import pcsc
from jinghou_devices.transports.trace import Trace

_DAEMON = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_SOCKET = Path("/run/pcscd/pcscd.comm")
_READER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
NAME = "Jinghou Test Reader"


@dataclass
class Service:
    """pcscd in the foreground, and where its virtual reader waits for a card."""

    folder: Path
    vpcd: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert _DAEMON is not None
        command = [_DAEMON, "--foreground", "--config", str(self.folder), "--critical"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: answers() and has_reader())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(19)  # SIGSTOP


def answers() -> bool:
    with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
        line.connect(str(_SOCKET))
        return True
    return False


def is_free(port: int) -> bool:
    """Whether the virtual reader can listen there. It has two slots, at neighbouring ports, or none."""
    try:
        socket.create_server(("", port)).close()
    except OSError:
        return False
    return True


def has_reader() -> bool:
    """Whether the service has loaded the virtual reader: it answers before."""
    try:
        pcsc.PcscLine(pcsc.load(), pcsc.ANY, Trace()).close()
    except PortMissing:
        return False
    return True


def why_not() -> str:
    """Why the service cannot be tried here; "" when it can."""
    if _DAEMON is None or not _READER.exists():
        return "pcscd and its virtual reader are not installed: packaging/setup --tests"
    if os.geteuid() != 0:
        return "only root may start the smart-card service"
    return ""


@contextlib.contextmanager
def running() -> Iterator[Service]:
    """Started for the caller, and ended. Skips the test where that cannot be."""
    if reason := why_not():
        pytest.skip(reason)
    with Path(tempfile.gettempdir(), "jinghou-pcscd.lock").open("w") as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if answers():
            pytest.skip("this machine runs a smart-card service of its own")
        port = next(port for port in range(20_000, 30_000, 2) if is_free(port) and is_free(port + 1))
        Path(folder, "reader.conf").write_text(
            f'FRIENDLYNAME "{NAME}"\nDEVICENAME /dev/null:{port:#06x}\nLIBPATH {_READER}\nCHANNELID {port:#06x}\n'
        )
        service = Service(Path(folder), port)
        try:
            service.start()
            yield service
        finally:
            service.stop()
