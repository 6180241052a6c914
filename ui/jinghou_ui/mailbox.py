"""How events reach Qt's thread: from other threads, and from a timer; and the clock of what they tell."""

import time
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from jinghou_kiosk.events import TimerFired


class Mailbox(QObject):
    """Brings events from any thread to Qt's."""

    arrived = Signal(object)

    def post(self, event: object) -> None:
        """Safe from every thread."""
        self.arrived.emit(event)


class CountsDown(Protocol):
    """A view model that shows what is left of a timer."""

    def count_down(self, seconds: float | None) -> None:
        """A timer of `seconds` was started; None: stopped."""


def unix_ms() -> int:
    """Now, in whole milliseconds of Unix time: the same in every zone."""
    return time.time_ns() // 1_000_000


class ShownTimer:
    """The one timer of a session, or of service mode, on Qt's clock; the model shows what is left of it."""

    def __init__(self, mailbox: Mailbox, model: CountsDown) -> None:
        self._model = model
        self._timer = QTimer(mailbox, singleShot=True)
        self._timer.timeout.connect(lambda: mailbox.post(TimerFired()))

    def start(self, seconds: float) -> None:
        """Fire once after `seconds`."""
        self._timer.start(round(seconds * 1000))
        self._model.count_down(seconds)

    def stop(self) -> None:
        """Do not fire."""
        self._timer.stop()
        self._model.count_down(None)
