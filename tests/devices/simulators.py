"""A running simulator and a watched station, as the tests hold them."""

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinghou_devices.control import ask
from jinghou_devices.kinds.common import DeviceStatus, Link
from jinghou_devices.station import Station


@dataclass
class Sim:
    """A running simulator."""

    process: subprocess.Popen[str]
    port: str
    socket: Path
    told_of: set[str] = field(default_factory=set)  # names, numbers and addresses of the people it invented

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        answer = ask(self.socket, command, timeout_s=5.0, **arguments)
        person = answer.get("person")
        if isinstance(person, dict):
            self.told_of.update(person[key] for key in ("name", "number", "address") if person.get(key))
        return answer

    def fault(self, name: str, state: str = "on") -> None:
        self.ask("fault", name=name, state=state)

    def papers(self) -> list[dict[str, Any]]:
        papers: list[dict[str, Any]] = self.ask("papers")["papers"]
        return papers

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(5)

    def stop(self) -> None:
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(5)
        if self.process.stdout:
            self.process.stdout.close()


@dataclass
class Watched:
    """A station and every state its devices went through."""

    station: Station
    seen: list[DeviceStatus] = field(default_factory=list)

    @property
    def links(self) -> list[Link]:
        return [status.link for status in self.seen]


def until(condition: Callable[[], bool], within_s: float = 8.0) -> None:
    """Wait for something that happens in another thread or process."""
    end = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        pause.wait(0.01)
