"""A FIFO in the place of a kernel's device that is only read."""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path

from jinghou_devices.sim.ends import End, Unplugged


class Fifo(End):
    """A FIFO at `path`, or at one of its own making. Nothing is ever read from the host."""

    def __init__(self, path: Path | None) -> None:
        self._path = path or Path(tempfile.mkdtemp(prefix="jinghou-sim-")) / "input"
        self._folder = None if path else self._path.parent
        self._descriptor = -1
        self.port = str(self._path)
        self.plug()

    def plug(self) -> None:
        """See End."""
        if self._descriptor >= 0:
            return
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        self._path.unlink(missing_ok=True)
        os.mkfifo(self._path, 0o600)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)  # there is a reader always: no SIGPIPE

    def unplug(self) -> None:
        """See End."""
        if self._descriptor < 0:
            return
        os.close(self._descriptor)
        self._descriptor = -1
        self._path.unlink(missing_ok=True)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._folder.rmdir()

    async def readable(self) -> None:
        """See End."""
        await asyncio.Event().wait()

    def read(self) -> bytes:
        """See End."""
        return b""

    def write(self, data: bytes) -> int:
        """See End."""
        if self._descriptor < 0:
            raise Unplugged
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:  # nobody reads: the bytes wait
            return 0
