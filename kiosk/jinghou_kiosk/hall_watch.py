"""A thread that keeps a terminal's copy of the hall current: snapshot, then the feed, for ever."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from jinghou_config.log import get_logger
from jinghou_kiosk.hall_mirror import apply
from jinghou_kiosk.server import FeedReset, ServerClient, ServerRefused, ServerUnreachable
from jinghou_queue.contract.events import PlanChanged
from jinghou_queue.contract.messages import HallView

FIRST_WAIT_S: Final = 0.25
LONGEST_WAIT_S: Final = 5.0
_KNOWN_NO_MORE: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}

log = get_logger(__name__)


class HallWatch:
    """Calls `on_hall` with each new state of the hall, and `on_lost` when the server has gone; all from its thread.

    `on_refused` comes before `on_lost` when the server is there and knows this terminal no more.
    """

    def __init__(
        self,
        server: ServerClient,
        on_hall: Callable[[HallView], None],
        on_lost: Callable[[], None],
        on_refused: Callable[[], None] = lambda: None,
    ) -> None:
        self._server = server
        self._on_hall = on_hall
        self._on_lost = on_lost
        self._on_refused = on_refused
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hall-watch", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Call nothing more. The thread itself ends with its next word from the server, or with the process."""
        self._closing.set()

    def _run(self) -> None:
        wait_s = 0.0
        while not self._closing.wait(wait_s):
            try:
                hall = self._server.hall()
                self._tell(hall)
                for event in self._server.events(after=hall.seq, epoch=hall.epoch):
                    wait_s = 0.0
                    if isinstance(event, PlanChanged):
                        break  # other services or counters: take a new snapshot
                    hall = apply(hall, event)
                    self._tell(hall)
                    if self._closing.is_set():
                        return
                lost = False  # the server ended the feed in order; whether it is gone, the next question shows
            except FeedReset:
                log.warning("feed began anew")
                lost = False
            except ServerUnreachable as fault:
                log.warning("server lost", reason=str(fault))
                lost = True
            except ServerRefused as refused:
                log.error("server refuses this terminal", reason=refused.problem.type)
                lost = True
                if refused.problem.status in _KNOWN_NO_MORE and not self._closing.is_set():
                    self._on_refused()
            except Exception:
                log.exception("hall watch broke")  # and goes on: a dead one would leave an old hall on show
                lost = True
            if lost and not self._closing.is_set():
                self._on_lost()
            wait_s = min(max(wait_s * 2, FIRST_WAIT_S), LONGEST_WAIT_S)

    def _tell(self, hall: HallView) -> None:
        if not self._closing.is_set():
            self._on_hall(hall)
