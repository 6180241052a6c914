"""The other end of `remote`: driving a program's window from another process, or from a test."""

import json
import socket
from pathlib import Path
from typing import Any

from jinghou_ui.exit import ProgramFault

_PATIENCE_S = 10.0


class RemoteError(ProgramFault):
    """The command cannot be done; the text says why."""


class RemoteWindow:
    """One window that was started with --remote SOCKET."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def state(self) -> dict[str, Any]:
        """What the program says of where it is. Raises OSError when it does not listen."""
        return self._ask(do="state")

    def touch(self, item: str) -> float:
        """Touch the item of that objectName with a finger; when, in CLOCK_MONOTONIC seconds."""
        return float(self._ask(do="touch", item=item)["at"])

    def read(self, item: str) -> str:
        """The text of an item on show."""
        return str(self._ask(do="read", item=item)["text"])

    def shot(self, file: Path) -> None:
        """Write a picture of the window."""
        self._ask(do="shot", file=str(file))

    def _ask(self, **command: str) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_PATIENCE_S)
            line.connect(str(self._path))
            line.sendall(json.dumps(command).encode() + b"\n")
            answer: dict[str, Any] = json.loads(line.makefile("rb").readline())
        if not answer["ok"]:
            raise RemoteError(answer["error"])
        return answer
