"""The wire of a simulated device: it takes the time a serial line takes and has its faults."""

import asyncio
import random
import termios
import time
from enum import StrEnum
from typing import Final

from jinghou_devices.sim.ends import End, Unplugged

_BITS_A_BYTE: Final = 10
_SLICE_S: Final = 0.002  # how often a paced sender hands over bytes
_SLOW_S: Final = 3.0
_PAUSE_S: Final = 0.04
_TOGETHER_S: Final = 0.06  # how long an answer waits for the next one


class WireFault(StrEnum):
    """What can be wrong with the line of any device."""

    SILENT = "silent"
    GARBAGE = "garbage"  # before and after each answer
    GARBAGE_INSIDE = "garbage_inside"  # in the middle of each answer
    HALF_FRAME = "half_frame"
    SPLIT = "split"
    MERGED = "merged"  # an answer waits for the next one, and both come at once
    SLOW = "slow"
    BAD_CHECKSUM = "bad_checksum"
    ECHO = "echo"  # the host hears itself, as on two wires of RS-485
    WRONG_BAUD = "wrong_baud"  # what the host sends is noise to the device


class Line:
    """The wire between `end` and the device, at `baud`."""

    def __init__(self, end: End, baud: int, seed: int | None) -> None:
        self.end = end
        self.baud = baud
        self.faults: set[WireFault] = set()
        self.wrong_baud_bytes = 0
        self._random = random.Random(seed)  # noqa: S311  # line noise, not secrets
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self._pulls = 0

    def seconds(self, count: int) -> float:
        """How long `count` bytes take on the wire."""
        return count * _BITS_A_BYTE / self.baud

    def unplug(self) -> None:
        """Pull it out of the host: what was still to be sent never is."""
        self._pulls += 1
        while self.waiting:
            self._out.get_nowait()
        self.end.unplug()

    async def receive(self) -> bytes:
        """What came in at the right speed, no sooner than a wire would have carried it."""
        while True:
            try:
                await self.end.readable()
                data = self.end.read()
                await asyncio.sleep(self.seconds(len(data)))
                understood = self.speeds_agree()
            except Unplugged:
                continue
            if WireFault.ECHO in self.faults and data:
                self._out.put_nowait(data)
            if understood and data:
                return data
            self.wrong_baud_bytes += len(data)

    def send(self, data: bytes) -> None:
        """Queue `data`, spoilt as the faults have it."""
        if WireFault.BAD_CHECKSUM in self.faults:
            data = data[:-1] + bytes((data[-1] ^ 0x5A,))
        if WireFault.HALF_FRAME in self.faults:
            data = data[: len(data) // 2]
        if WireFault.GARBAGE_INSIDE in self.faults:
            data = data[: len(data) // 2] + self._noise() + data[len(data) // 2 :]
        if WireFault.GARBAGE in self.faults:
            data = self._noise() + data + self._noise()
        if WireFault.SILENT not in self.faults:
            self._out.put_nowait(data)

    async def pump(self) -> None:
        """Carry what is queued, for ever."""
        while True:
            data = await self._out.get()
            pulls = self._pulls
            if WireFault.SLOW in self.faults:
                await asyncio.sleep(_SLOW_S)
            if WireFault.MERGED in self.faults:
                await asyncio.sleep(_TOGETHER_S)
                while self.waiting:
                    data += self._out.get_nowait()
            try:
                await self._send(data, pulls)
            except Unplugged:
                continue  # the bytes fall out of the end of the cable

    async def _send(self, data: bytes, pulls: int) -> None:
        if WireFault.SPLIT in self.faults:
            third = len(data) // 3
            for part in (data[:third], data[third : 2 * third], data[2 * third :]):
                await self._carry(part, pulls)
                await asyncio.sleep(_PAUSE_S)
        else:
            await self._carry(data, pulls)

    async def _carry(self, data: bytes, pulls: int) -> None:
        begun = time.monotonic()
        sent = 0
        while sent < len(data):
            await asyncio.sleep(_SLICE_S)
            if pulls != self._pulls:
                raise Unplugged
            due = min(len(data), int((time.monotonic() - begun) / self.seconds(1)))
            sent += self.end.write(data[sent:due]) if due > sent else 0

    def _noise(self) -> bytes:
        return bytes(self._random.randrange(0x80, 0x100) for _ in range(self._random.randrange(3, 9)))

    @property
    def waiting(self) -> bool:
        """Whether something has still to be sent."""
        return not self._out.empty()

    def speeds_agree(self) -> bool:
        """A pty does not care for speed; a wire does. Raises Unplugged."""
        if WireFault.WRONG_BAUD in self.faults:
            return False
        speed = self.end.speed()
        return speed is None or speed == getattr(termios, f"B{self.baud}")
