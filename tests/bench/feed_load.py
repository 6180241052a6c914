"""Readers of feeds: thousands of open streams, and when each was told of a call.

Run as a program of its own, so that it and the server each have a core. Reads a job as JSON from the first line of
standard input, says `ready` once every stream said something, and again after every stream that broke off has come back
and did; prints what it saw as JSON when its input ends.
"""

import asyncio
import json
import re
import resource
import sys
import time
from functools import partial
from typing import Any, Final, cast

import uvloop

_CALLED: Final = re.compile(rb'"number":"([^"]+)"[^\n]*"(?:state|leg)":"called"')
_LAST_ID: Final = re.compile(rb"id: (\d+)\n(?!.*\nid: )", re.DOTALL)
_AT_ONCE: Final = 500  # connections being made: as many as a server's backlog takes without losing one
_AGAIN_S: Final = 0.05


class Crowd:
    """All streams of this program."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.host, self.port, self.streams = job["host"], job["port"], job["streams"]
        self.calls: list[tuple[str, float]] = []  # number, Unix time in seconds at which it was heard of
        self.bytes = 0
        self.silent = len(self.streams)
        self._connecting = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def connect(self, place: int, last: bytes | None = None) -> None:
        """Open a stream, however often it takes; `last` is the number of the last event it had."""
        task = asyncio.ensure_future(self._connect(place, last))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, place: int, last: bytes | None) -> None:
        async with self._connecting:
            while True:
                try:
                    reader = partial(Reader, self, place, last)
                    await asyncio.get_running_loop().create_connection(reader, self.host, self.port)
                except OSError:
                    await asyncio.sleep(_AGAIN_S)
                else:
                    return

    def spoke(self) -> None:
        """One more stream said something."""
        self.silent -= 1
        if self.silent == 0:
            print("ready", time.time(), flush=True)

    def broke(self, place: int, last: bytes | None) -> None:
        """A stream ended: take it up again."""
        self.silent += 1
        self.connect(place, last)


class Reader(asyncio.Protocol):
    """One stream."""

    def __init__(self, crowd: Crowd, place: int, last: bytes | None) -> None:
        self._crowd, self._place, self._last = crowd, place, last
        self._spoke = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        path, token = self._crowd.streams[self._place]
        head = f"GET /api/v1{path} HTTP/1.1\r\nHost: bench\r\n"
        head += f"Authorization: Bearer {token}\r\n" if token else ""
        head += f"Last-Event-ID: {self._last.decode()}\r\n" if self._last else ""
        cast("asyncio.Transport", transport).write(f"{head}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if not self._spoke and b"retry: " in data:
            self._spoke = True
            self._crowd.spoke()
        self._crowd.bytes += len(data)
        self._crowd.calls += [(number.decode(), now) for number in _CALLED.findall(data)]
        if last := _LAST_ID.search(data):
            self._last = last[1]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._spoke:
            self._crowd.broke(self._place, self._last)
        else:
            self._crowd.connect(self._place, self._last)


async def main() -> None:
    """Read until the input ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd(json.loads(sys.stdin.readline()))
    for place in range(len(crowd.streams)):
        crowd.connect(place)
    await asyncio.to_thread(sys.stdin.read)
    json.dump({"calls": crowd.calls, "bytes": crowd.bytes}, sys.stdout)


if __name__ == "__main__":
    uvloop.run(main())
