"""The wire of a simulated device: a pseudo-terminal that takes the time a serial line takes and has its faults."""

import asyncio
import contextlib
import os
import pty
import random
import termios
import time
import tty
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

_BITS_A_BYTE: Final = 10
_SLICE_S: Final = 0.002  # how often a paced sender hands over bytes
_SLOW_S: Final = 3.0
_PAUSE_S: Final = 0.04


class WireFault(StrEnum):
    """What can be wrong with the line of any device."""

    SILENT = "silent"
    GARBAGE = "garbage"
    HALF_FRAME = "half_frame"
    SPLIT = "split"
    SLOW = "slow"
    BAD_CHECKSUM = "bad_checksum"


class Line:
    """A pty in raw mode at `baud`, named by `port`, and also by the symbolic link if one was asked for."""

    def __init__(self, baud: int, link: Path | None, seed: int | None) -> None:
        self.baud = baud
        self.faults: set[WireFault] = set()
        self.wrong_baud_bytes = 0
        self._random = random.Random(seed)  # noqa: S311  # line noise, not secrets
        self._link = link
        self._master, self._keeper = pty.openpty()  # without an open slave the master reads errors between openers
        tty.setraw(self._keeper)
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._keeper)
        self._out: asyncio.Queue[bytes] = asyncio.Queue()

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        """Keep the symbolic link while inside."""
        if self._link is None:
            yield
            return
        beside = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        beside.symlink_to(self.port)
        beside.replace(self._link)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                if str(self._link.readlink()) == self.port:  # another simulator may have taken the name over
                    self._link.unlink()

    def seconds(self, count: int) -> float:
        """How long `count` bytes take on the wire."""
        return count * _BITS_A_BYTE / self.baud

    async def receive(self) -> bytes:
        """What came in at the right speed, no sooner than a wire would have carried it."""
        while True:
            await self._readable()
            with contextlib.suppress(BlockingIOError):
                data = os.read(self._master, 64)
                await asyncio.sleep(self.seconds(len(data)))
                if self._speeds_agree():
                    return data
                self.wrong_baud_bytes += len(data)

    def send(self, data: bytes) -> None:
        """Queue `data`, spoilt as the faults have it."""
        if WireFault.BAD_CHECKSUM in self.faults:
            data = data[:-1] + bytes((data[-1] ^ 0x5A,))
        if WireFault.HALF_FRAME in self.faults:
            data = data[: len(data) // 2]
        if WireFault.GARBAGE in self.faults:
            data = self._noise() + data + self._noise()
        if WireFault.SILENT not in self.faults:
            self._out.put_nowait(data)

    async def pump(self) -> None:
        """Carry what is queued, for ever."""
        while True:
            data = await self._out.get()
            if WireFault.SLOW in self.faults:
                await asyncio.sleep(_SLOW_S)
            if WireFault.SPLIT in self.faults:
                third = len(data) // 3
                for part in (data[:third], data[third : 2 * third], data[2 * third :]):
                    await self._carry(part)
                    await asyncio.sleep(_PAUSE_S)
            else:
                await self._carry(data)

    async def _carry(self, data: bytes) -> None:
        begun = time.monotonic()
        sent = 0
        while sent < len(data):
            await asyncio.sleep(_SLICE_S)
            due = min(len(data), int((time.monotonic() - begun) / self.seconds(1)))
            with contextlib.suppress(BlockingIOError):  # nobody reads: the bytes wait
                sent += os.write(self._master, data[sent:due])

    def _noise(self) -> bytes:
        return bytes(self._random.randrange(0x80, 0x100) for _ in range(self._random.randrange(3, 9)))

    def _speeds_agree(self) -> bool:
        """A pty does not care for speed; a wire does."""
        wanted = getattr(termios, f"B{self.baud}")
        *_, in_speed, out_speed, _characters = termios.tcgetattr(self._master)
        return bool(in_speed == wanted and out_speed == wanted)

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._master, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._master)
