"""Watching for a card on a reader of any make: one placing is read once, for the session that waits, and one that is
left lying is told. What lies there and what it says is asked by the driver of the make.

Nothing of a card is kept: it goes from the line into the future of a living lease, or nowhere.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from jinghou_config.log import get_logger
from jinghou_devices.bus import failed
from jinghou_devices.drivers.waiting import OneWait, Wait
from jinghou_devices.errors import Cancelled, DeviceError, DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.common import SESSION_ENDED, Lease, Tri
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import Line

L = TypeVar("L", bound=Line)
C = TypeVar("C")

log = get_logger(__name__)


@dataclass(frozen=True)
class _Lying:
    """The card on the reader: who has been given, or refused, it, and which placing it is."""

    lease: Lease
    placing: Hashable


class CardWatch(OneWait[Wait[C]], ABC, Generic[L, C]):
    """Waits for cards. One wait at a time: a new one takes the place of the one before, which fails with Cancelled.

    `sees_lying` says whether the reader goes on seeing a card once it was read; None is to be found out, and a reader
    that is seen to do so does so.
    """

    def __init__(
        self,
        supervisor: Supervisor[L],
        poll_s: float,
        *,
        sees_lying: bool | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self._supervisor = supervisor
        self._poll_s = poll_s
        self._sees_lying = sees_lying
        self._queued: Future[None] | None = None  # the look that may still be waiting for its time
        self._lying: _Lying | None = None
        self._left_behind = False  # whether a card was seen that lay there after its session, as the watchers know
        self._watchers: list[Callable[[bool], None]] = []

    @abstractmethod
    def _placed(self, line: L) -> Hashable | None:
        """What lies there now: None, or a value that is another one for another placing, where the reader can tell."""

    @abstractmethod
    def _read(self, line: L) -> C:
        """What the card says. Raises DeviceRefused for a card that cannot be read, and any other DeviceError."""

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[C]:
        """See IdReader."""
        now = self._clock()
        if lease.ended:
            return failed(Cancelled(SESSION_ENDED))  # and whoever waits under a living lease goes on
        deadline = float("inf") if deadline_s is None else now + deadline_s
        wait: Wait[C] = Wait(lease, deadline, "no card came in time")
        with self._lock:
            earlier, self._wait = self._wait, wait
            begin, self._looking = not self._looking, True
            queued, self._queued = self._queued, None
        if earlier is not None:
            earlier.fail(Cancelled("another wait for a card took its place"))
        if begin or (queued is not None and queued.cancel()):  # a card may lie there: look now, not at the next poll
            self._look_again(now)
        return wait.future

    def watch_left_behind(self, on_change: Callable[[bool], None]) -> None:
        """See IdReader."""
        self._watchers.append(on_change)

    def _whether_left_behind(self) -> Tri | None:
        """For the reader's status. A reader of which nobody knows yet whether it would tell cannot say NO."""
        if self._left_behind:
            return Tri.YES
        return {True: Tri.NO, False: None, None: Tri.UNKNOWN}[self._sees_lying]

    def _look_again(self, at: float) -> None:
        look = self._supervisor.submit(self._look, not_before=at)
        with self._lock:
            self._queued = look
        look.add_done_callback(self._looked)

    def _look(self, line: L) -> None:
        """One look for a card, and the reading of it when somebody waits who has not had it."""
        wait = self._end_if_over()
        lying = self._lying
        if wait is None and lying is None:
            return
        placing = self._placed(line)
        left_behind = False
        if placing is not None and lying is not None and lying.placing == placing:
            self._sees_lying = True
            left_behind = lying.lease.ended
        elif placing is not None and wait is not None:
            self._lying = _Lying(wait.lease, placing)
            self._read_for(wait, line)
        else:
            self._lying = None
        self._tell_watchers(left_behind=left_behind)

    def _looked(self, look: Future[None]) -> None:
        if look.cancelled():
            return  # an earlier one took its place
        error = look.exception()
        if isinstance(error, DeviceSilent | ProtocolError):
            error = None  # one bad answer; the supervisor asks and decides whether the reader is gone
        with self._lock:
            wanted = self._wait is not None or self._lying is not None
            self._looking = wanted and error is None
            go_on, dropped = self._looking, self._wait
            if error is not None:
                self._wait = None
        if go_on:
            at = self._clock() + self._poll_s
            self._look_again(min(at, dropped.deadline) if dropped else at)
            return
        self._tell_watchers(left_behind=False)  # the reader went away: what lies there, nobody knows any more
        if dropped is not None and error is not None:
            dropped.fail(error)

    def _tell_watchers(self, *, left_behind: bool) -> None:
        if left_behind == self._left_behind:
            return
        self._left_behind = left_behind
        for watcher in self._watchers:
            try:
                watcher(left_behind)
            except Exception:
                log.exception("a watcher for cards left behind broke")

    def _read_for(self, wait: Wait[C], line: L) -> None:
        try:
            card = self._read(line)
        except (DeviceRefused, ProtocolError) as fault:
            if isinstance(fault, ProtocolError):
                self._supervisor.suspect()
            if self._take(wait):
                wait.fail(fault)
            self._supervisor.counters.add("failed_reads")
            return
        except DeviceError:
            self._lying = None  # the reader itself is in trouble: the wait goes on until that is settled
            raise
        if self._take(wait):
            wait.hand_over(card)
        self._supervisor.counters.add("reads")
