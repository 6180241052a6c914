"""How the line to the server is, for a technician: asked, timed, and the clocks compared. Blocks."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from jinghou_kiosk.box.file import BoxFault
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_kiosk.service.pages import Network
from jinghou_queue.contract.terminals import OutboxReport


class TriedServer(Protocol):
    """The server; a ServerClient."""

    def greet(self) -> datetime | None:
        """Ask for the hall; the server's time, where it says one."""


class TriedBox(Protocol):
    """What a kiosk keeps for the time without the server; a Box."""

    def backlog(self) -> OutboxReport:
        """What waits to be told."""

    def at_hand(self, at: int) -> dict[str, int]:
        """How many numbers of each service there are."""


def try_network(server: TriedServer, box: TriedBox | None, now: Callable[[], int]) -> Network:
    """Ask the server and look into the box. `now` gives Unix time in milliseconds."""
    waiting = services = None
    try:
        if box is not None:
            waiting, services = box.backlog().waiting, len(box.at_hand(now()))
    except BoxFault:
        pass  # the rest can be told all the same
    began = time.perf_counter()
    try:
        server_time = server.greet()
    except ServerUnreachable as fault:
        return Network(f"no answer ({fault})", waiting=waiting, services=services)
    except ServerRefused as refused:
        return Network(refused.problem.type, _ms_since(began), waiting=waiting, services=services)
    took_ms = _ms_since(began)
    here = datetime.fromtimestamp(now() / 1000, UTC)
    ahead = None if server_time is None else round((here - server_time).total_seconds())
    return Network("", took_ms, ahead, waiting, services)


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
