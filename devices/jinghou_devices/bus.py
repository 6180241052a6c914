"""A bus: one port, one worker thread, one command at a time. Who may use it and when is the supervisor's matter."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from jinghou_config.log import get_logger
from jinghou_devices.errors import Cancelled, DeviceError, DeviceOffline, DeviceSilent
from jinghou_devices.transports import Line

T = TypeVar("T")
L = TypeVar("L", bound=Line)
Run = Callable[[L], T]
Otherwise = Callable[[Exception], T]

log = get_logger(__name__)
_FOREVER: Final = float("inf")


@dataclass(order=True)
class _Command:
    """One command in the queue, ordered by when it may start. Whoever takes it out of the queue completes it."""

    due: float
    turn: int
    run: Run[Any, Any] = field(compare=False)
    otherwise: Otherwise[Any] | None = field(compare=False)
    deadline: float = field(compare=False)
    future: Future[Any] = field(compare=False, default_factory=Future)

    def fail(self, error: Exception) -> None:
        """Complete a command that is not running."""
        if self.future.set_running_or_notify_cancel():
            self.settle(error)

    def settle(self, error: Exception) -> None:
        """Complete a running command."""
        if self.otherwise is not None:
            self.future.set_result(self.otherwise(error))
        else:
            self.future.set_exception(error)


def failed(error: DeviceError, otherwise: Otherwise[T] | None = None) -> Future[T]:
    """A future that has failed already, or has the result that `otherwise` makes of the error."""
    command = _Command(0, 0, lambda _line: None, otherwise, 0)
    command.fail(error)
    return command.future


class Bus(Generic[L]):
    """The queue of one port. A command whose future is cancelled before its turn never runs."""

    def __init__(self, name: str, open_line: Callable[[], L], clock: Callable[[], float] = time.monotonic) -> None:
        self._open_line = open_line
        self._clock = clock
        self._turns = itertools.count()
        self._queue: list[_Command] = []
        self._changed = threading.Condition()
        self._in_use = threading.Lock()  # held while a command runs, so that the port is not closed under it
        self._line: L | None = None
        self._why_offline = "is not connected yet"
        self._closing = False
        self._worker = threading.Thread(target=self._work, name=f"bus {name}", daemon=True)
        self._worker.start()

    def connect(self) -> None:
        """Open the port, in the caller's thread. Raises PortMissing or PortBusy."""
        line = self._open_line()
        with self._changed:
            if not self._closing:
                self._line = line
                return
        line.close()

    def disconnect(self, reason: str) -> None:
        """Close the port. Commands in the queue, and the one that runs, fail with DeviceOffline and `reason`."""
        with self._changed:
            line, self._line = self._line, None
            self._why_offline = reason
            orphans, self._queue = self._queue, []
        if line is not None:
            line.cancel()
            with self._in_use:
                line.close()
        for command in orphans:
            command.fail(self._offline())

    def submit(
        self,
        run: Run[L, T],
        *,
        not_before: float = 0.0,
        deadline: float = _FOREVER,
        otherwise: Otherwise[T] | None = None,
    ) -> Future[T]:
        """Queue `run`, which gets the line. Both times are of the clock.

        The future fails with what `run` raises, DeviceSilent when its turn did not come before the deadline,
        DeviceOffline without a port, Cancelled at the end of the bus. With `otherwise` it never fails.
        """
        command = _Command(not_before, next(self._turns), run, otherwise, deadline)
        with self._changed:
            connected = self._line is not None and not self._closing
            if connected:
                heapq.heappush(self._queue, command)
                self._changed.notify_all()
        if not connected:
            command.fail(self._offline())
        return command.future

    def close(self) -> None:
        """End the worker and close the port; every command not completed fails with Cancelled."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self.disconnect("the devices are being shut down")
        self._worker.join()

    def _offline(self) -> DeviceError:
        return Cancelled(self._why_offline) if self._closing else DeviceOffline(self._why_offline)

    def _work(self) -> None:
        while self._work_once():
            pass

    def _work_once(self) -> bool:
        """One command, which is forgotten afterwards, with all it brought: the worker may wait long for the next."""
        command = self._next()
        if command is not None and command.future.set_running_or_notify_cancel():
            self._complete(command)
        return command is not None

    def _next(self) -> _Command | None:
        with self._changed:
            while not self._closing:
                wait = self._queue[0].due - self._clock() if self._queue else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._queue)
                self._changed.wait(wait)
            return None

    def _complete(self, command: _Command) -> None:
        try:
            with self._in_use:
                result = self._run(command)
        except Cancelled:
            command.settle(self._offline())
        except DeviceError as error:
            command.settle(error)
        except Exception as bug:
            log.exception("device command broke")
            command.settle(bug)
        else:
            command.future.set_result(result)

    def _run(self, command: _Command) -> Any:
        line = self._line
        if line is None:
            raise DeviceOffline(self._why_offline)
        if self._clock() > command.deadline:
            raise DeviceSilent("the line was busy until the deadline")
        return command.run(line)
