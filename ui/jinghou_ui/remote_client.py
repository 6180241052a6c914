"""The other end of `remote`: driving a program's window from another process, or from a test."""

from pathlib import Path
from typing import Any

from jinghou_devices.control import ask

_PATIENCE_S = 10.0


class RemoteWindow:
    """One window that was started with --remote SOCKET.

    Each call raises PortMissing when the program does not listen, DeviceRefused with its words when it cannot.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def state(self) -> dict[str, Any]:
        """What the program says of where it is."""
        return self._ask("state")

    def touch(self, item: str) -> float:
        """Touch the item of that objectName with a finger; when, in CLOCK_MONOTONIC seconds."""
        return float(self._ask("touch", item=item)["at"])

    def read(self, item: str) -> str:
        """The text of an item on show."""
        return str(self._ask("read", item=item)["text"])

    def contents(self) -> list[str]:
        """All that the window and its models hold as text, on show or not."""
        return list(self._ask("contents")["contents"])

    def shot(self, file: Path) -> None:
        """Write a picture of the window."""
        self._ask("shot", file=str(file))

    def _ask(self, command: str, **arguments: str) -> dict[str, Any]:
        return ask(self._path, command, _PATIENCE_S, **arguments)
