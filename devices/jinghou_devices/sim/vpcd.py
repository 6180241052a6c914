"""The plug of a simulated chip card: a connection to vpcd, the virtual reader that pcscd drives.

As the virtual reader understands it, a card is put in by connecting to its port and taken out by hanging up.
"""

import asyncio
import socket

from jinghou_devices.sim.ends import End, Unplugged

PORT = 35963
"""Where vpcd listens by default."""


class Vpcd(End):
    """A connection to `host`:`number`, made by `plug`. Nothing is plugged in at first."""

    port = "any"

    def __init__(self, host: str, number: int) -> None:
        self._address = (host, number)
        self._reader: socket.socket | None = None
        self._changed = asyncio.Event()

    def plug(self) -> None:
        """See End. Raises OSError when no virtual reader is there."""
        if self._reader is None:
            self._reader = socket.create_connection(self._address, 2.0)
            self._reader.setblocking(False)
            self._changed.set()

    def unplug(self) -> None:
        """See End."""
        if self._reader is not None:
            asyncio.get_running_loop().remove_reader(self._reader)
            self._reader.close()
            self._reader = None
            self._changed.set()

    async def readable(self) -> None:
        """See End."""
        changed = self._changed = asyncio.Event()
        reader = self._reader
        if reader is None:
            await changed.wait()
            raise Unplugged
        asyncio.get_running_loop().add_reader(reader, changed.set)
        await changed.wait()
        if self._reader is not reader:
            raise Unplugged
        asyncio.get_running_loop().remove_reader(reader)

    def read(self) -> bytes:
        """See End."""
        if self._reader is None:
            return b""
        try:
            data = self._reader.recv(512)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.unplug()
        return data

    def write(self, data: bytes) -> int:
        """See End."""
        if self._reader is None:
            raise Unplugged
        try:
            return self._reader.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self.unplug()
            return len(data)
