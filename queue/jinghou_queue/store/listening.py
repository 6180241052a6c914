"""Hearing what other server processes commit, through PostgreSQL's LISTEN.

A thread with a connection of its own. A notice only says how far a hall's feed has come; the events are read from the
store. Every few seconds, and whenever the connection had to be made anew, it looks at every hall: no notice is needed
for nothing to be missed.
"""

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

import psycopg
import sqlalchemy

from jinghou_config.log import get_logger
from jinghou_queue.store import Published, Query
from jinghou_queue.store import tables as t
from jinghou_queue.store.postgres import CHANNEL, Driver, PostgresConnection, events_between, open_driver

log = get_logger(__name__)

LOOK_S: Final = 3.0
_AGAIN_S: Final = 0.5

_SEQS: Final = Query(sqlalchemy.select(t.hall.c.hall, t.hall.c.seq), lambda hall, seq: (str(hall), int(seq)))


class Listener:
    """Calls `tell` with what processes other than `sender` commit, after the event that is `known` of its hall."""

    def __init__(
        self,
        url: str,
        sender: str,
        known: Callable[[str], int | None],
        tell: Callable[[list[Published]], None],
        look_s: float,
    ) -> None:
        self._url, self._sender, self._known, self._tell, self._look_s = url, sender, known, tell, look_s
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="jinghou-listen", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear nothing more."""
        self._stop.close()
        self._thread.join()
        self._stopped.close()

    def _run(self) -> None:
        lost = False
        while not self._wait(_AGAIN_S if lost else 0):
            try:
                with contextlib.closing(open_driver(self._url)) as driver:
                    driver.execute(f"LISTEN {CHANNEL}".encode())
                    if lost:
                        log.info("listening again")
                    lost = False
                    self._listen(driver)
            except psycopg.Error as fault:
                if not lost:
                    log.warning("cannot hear other processes", error=type(fault).__name__)
                lost = True

    def _wait(self, seconds: float, driver: Driver | None = None) -> bool:
        """Wait for the driver to have something, at most so long; whether we are told to stop."""
        watched: list[socket.socket | Driver] = [self._stopped] if driver is None else [self._stopped, driver]
        return self._stopped in select.select(watched, [], [], max(0, seconds))[0]

    def _listen(self, driver: Driver) -> None:
        """Look at the halls that notices name, and now and then at all, until told to stop."""
        due = time.monotonic()
        while True:
            if time.monotonic() >= due:
                heard = dict(PostgresConnection(driver).all(_SEQS))
                due = time.monotonic() + self._look_s
            else:
                heard = self._heard(driver)
            for hall, seq in heard.items():
                self._look(driver, hall, seq)
            if self._wait(0 if heard else due - time.monotonic(), driver):  # notices may have come with the answers
                return

    def _heard(self, driver: Driver) -> dict[str, int]:
        """How far the halls have come of which others notified us."""
        heard: dict[str, int] = {}
        for notice in driver.notifies(timeout=0):
            sender, seq, hall = notice.payload.split(" ", 2)
            if sender != self._sender:
                heard[hall] = max(int(seq), heard.get(hall, 0))
        return heard

    def _look(self, driver: Driver, hall: str, seq: int) -> None:
        """Tell the events up to `seq` that were not told; of a hall that is new to us the last, readers fetch more."""
        known = self._known(hall)
        after = seq - 1 if known is None else known
        if after < seq:
            self._tell(list(events_between(driver, hall, after, seq + 1)))
