"""Where a simulated device is plugged in: a pseudo-terminal or a TCP port. Plugging and unplugging are done here."""

import asyncio
import contextlib
import os
import pty
import socket
import termios
import tty
from abc import ABC, abstractmethod
from pathlib import Path


class Unplugged(Exception):
    """Nothing is plugged in at the moment."""


class End(ABC):
    """The device's end of its cable. `port` names the host's."""

    port: str

    @abstractmethod
    def plug(self) -> None:
        """Plug it in, where it was before."""

    @abstractmethod
    def unplug(self) -> None:
        """Pull it out: the host finds that its port went away."""

    @abstractmethod
    async def readable(self) -> None:
        """Until there may be something to read. Raises Unplugged when it is pulled out meanwhile."""

    @abstractmethod
    def read(self) -> bytes:
        """What came; b"" when nothing did."""

    @abstractmethod
    def write(self, data: bytes) -> int:
        """Send what the host takes now, and say how much. Raises Unplugged."""

    def speed(self) -> int | None:
        """The constant of termios for the speed that the host has set; None where there is none. Raises Unplugged."""
        return None


class Pty(End):
    """A pseudo-terminal in raw mode, also named by the symbolic link if one was asked for."""

    def __init__(self, link: Path | None) -> None:
        self._link = link
        self._master = self._keeper = -1
        self._changed = asyncio.Event()
        self.plug()

    def plug(self) -> None:
        """See End. The pseudo-terminal is a new one; only the link stays the same."""
        if self._master >= 0:
            return
        self._master, self._keeper = pty.openpty()  # without an open slave the master reads errors between openers
        tty.setraw(self._keeper)
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._keeper)
        if self._link is not None:
            beside = self._link.with_name(f".{self._link.name}.{os.getpid()}")
            beside.symlink_to(self.port)
            beside.replace(self._link)
        self._changed.set()

    def unplug(self) -> None:
        """See End."""
        if self._master < 0:
            return
        self._changed.set()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)
        os.close(self._keeper)
        self._master = self._keeper = -1
        if self._link is not None:
            with contextlib.suppress(OSError):
                if str(self._link.readlink()) == self.port:  # another simulator may have taken the name over
                    self._link.unlink()

    async def readable(self) -> None:
        """See End."""
        self._changed = asyncio.Event()
        if self._master < 0:
            await self._changed.wait()
            raise Unplugged
        loop = asyncio.get_running_loop()
        master, changed = self._master, self._changed
        loop.add_reader(master, changed.set)
        try:
            await changed.wait()
        finally:
            if self._master == master:
                loop.remove_reader(master)
        if self._master != master:
            raise Unplugged

    def read(self) -> bytes:
        """See End."""
        try:
            return os.read(self._master, 64)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> int:
        """See End."""
        if self._master < 0:
            raise Unplugged
        try:
            return os.write(self._master, data)
        except BlockingIOError:  # nobody reads: the bytes wait
            return 0

    def speed(self) -> int:
        """See End."""
        if self._master < 0:
            raise Unplugged
        *_, in_speed, out_speed, _characters = termios.tcgetattr(self._master)
        return out_speed if in_speed == out_speed else 0


class Tcp(End):
    """A listening port of this machine that takes one host at a time, as most printers do."""

    def __init__(self, port: int) -> None:
        self._wanted = port
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None
        self._changed = asyncio.Event()
        self.plug()

    def plug(self) -> None:
        """See End."""
        if self._listener is not None:
            return
        self._listener = socket.create_server(("127.0.0.1", self._wanted))
        self._listener.setblocking(False)
        self._wanted = self._listener.getsockname()[1]
        self.port = f"127.0.0.1:{self._wanted}"
        self._changed.set()

    def unplug(self) -> None:
        """See End."""
        self._drop()
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        self._changed.set()

    def _drop(self) -> None:
        if self._host is not None:
            asyncio.get_running_loop().remove_reader(self._host)
            self._host.close()
            self._host = None
            self._changed.set()  # who waits to hear from it hears no more

    async def readable(self) -> None:
        """See End."""
        changed = self._changed = asyncio.Event()
        watched = self._host or self._listener
        if watched is None:
            await changed.wait()
            raise Unplugged
        loop = asyncio.get_running_loop()
        loop.add_reader(watched, changed.set)
        await changed.wait()
        if watched not in {self._host, self._listener}:
            raise Unplugged
        loop.remove_reader(watched)
        if watched is self._listener:
            with contextlib.suppress(BlockingIOError):
                self._host, _ = self._listener.accept()
                self._host.setblocking(False)

    def read(self) -> bytes:
        """See End."""
        if self._host is None:
            return b""
        try:
            data = self._host.recv(64)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._drop()
        return data

    def write(self, data: bytes) -> int:
        """See End."""
        if self._host is None:
            raise Unplugged
        try:
            return self._host.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._drop()
            raise Unplugged from None
