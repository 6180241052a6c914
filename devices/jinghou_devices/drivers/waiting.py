"""Waiting for what a person brings (a card, a code): who waits under which lease, and that each wait ends once.

Looking for it, and what it is, are the matter of the driver that waits.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jinghou_devices.errors import Cancelled, DeviceError, DeviceSilent
from jinghou_devices.kinds.common import SESSION_ENDED, Lease

T = TypeVar("T")


@dataclass(eq=False)
class Wait(Generic[T]):
    """One session waits until `deadline`, for what `nothing_came` says did not come."""

    lease: Lease
    deadline: float
    nothing_came: str
    future: Future[T] = field(default_factory=Future)

    def over(self, now: float) -> DeviceError | None:
        """Why there is nothing more to wait for."""
        if self.lease.ended:
            return Cancelled(SESSION_ENDED)
        return DeviceSilent(self.nothing_came) if now >= self.deadline else None

    def hand_over(self, brought: T) -> bool:
        """To the living lease, or to nobody. Whether it was handed over."""
        return self.lease.fulfil(self.future, lambda: brought)

    def fail(self, error: BaseException) -> None:
        """Complete it with why nothing came."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


W = TypeVar("W", bound=Wait)  # type: ignore[type-arg]  # of whatever it waits for


class OneWait(Generic[W]):
    """The one wait that a device has at a time. `_lock` guards it, and what a subclass keeps beside it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wait: W | None = None
        self._looking = False  # a look is queued or running; there is never more than one

    def _end_if_over(self) -> W | None:
        """Complete the wait if it is over; the one that goes on."""
        with self._lock:
            wait = self._wait
        if wait is not None:
            why = wait.over(self._clock())
            if (why is not None or wait.future.cancelled()) and self._take(wait) and why is not None:
                wait.fail(why)
        with self._lock:
            return self._wait

    def _take(self, wait: W) -> bool:
        """Whether the caller is the one to complete `wait`."""
        with self._lock:
            mine = self._wait is wait
            if mine:
                self._wait = None
            return mine
