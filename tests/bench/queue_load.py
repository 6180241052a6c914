"""A cheap load: a few keep-alive connections, each sending prepared requests one after another.

Run as a program of its own, so that it and the server each have a core. Reads a job as JSON from standard input, prints
the outcome as JSON.
"""

import asyncio
import json
import sys
import time
from typing import Any, cast

import uvloop


class Client(asyncio.Protocol):
    """One connection; `ask` sends a request and waits for the whole answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        if len(body) >= length:
            self._buffer = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server hung up"))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self._answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


def prepare(path: str, token: str, body: str = "") -> bytes:
    """A POST request."""
    return (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def one_client(job: dict[str, Any], requests: list[bytes], rounds: int) -> dict[str, list[Any]]:
    """Send all requests in turn, `rounds` times; the time of each and what it answered."""
    _, client = await asyncio.get_running_loop().create_connection(Client, job["host"], job["port"])
    outcome: dict[str, list[Any]] = {"seconds": [], "statuses": [], "numbers": []}
    for _ in range(rounds):
        for place, request in enumerate(requests):
            began = time.perf_counter()
            status, body = await client.ask(request)
            outcome["statuses"].append(status)
            if place in job["counted"]:
                outcome["seconds"].append(time.perf_counter() - began)
                answer = json.loads(body or b"{}")
                outcome["numbers"].append(answer.get("leg", answer).get("number"))
    return outcome


async def main() -> None:
    """Run the job with all its clients at once."""
    job = json.load(sys.stdin)
    each = [[prepare(*request) for request in requests] for requests in job["clients"]]
    began = time.perf_counter()
    outcomes = await asyncio.gather(*(one_client(job, requests, job["rounds"]) for requests in each))
    total = time.perf_counter() - began
    joined = {name: [item for outcome in outcomes for item in outcome[name]] for name in outcomes[0]}
    json.dump({"total": total, **joined}, sys.stdout)


if __name__ == "__main__":
    uvloop.run(main())
