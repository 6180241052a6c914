"""The board's view model: what a hall looks like on a public screen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import Property, QObject, QTimer, Signal

from jinghou_kiosk.events import Language
from jinghou_queue.contract.messages import CallView, HallView, LegState
from jinghou_ui.viewmodels.clock import hall_time
from jinghou_ui.viewmodels.values import QmlMap, QmlValue
from jinghou_ui.words import words


@dataclass(frozen=True)
class BoardState:
    """The hall as last heard of, and since when nothing has been heard (None: the line is good)."""

    hall: HallView | None = None
    lost_since: datetime | None = None


def current_call(hall: HallView) -> CallView | None:
    """The newest call whose person is not yet at the counter: what the board is for."""
    return next((call for call in hall.calls if call.state is LegState.CALLED), None)


def board_values(state: BoardState) -> QmlMap:
    """What the board shows. While the line is down it shows no numbers: they may be wrong."""
    hall = state.hall
    if hall is None or state.lost_since is not None:
        since = state.lost_since
        return {"online": False, "lostSince": f"{hall_time(since, hall):%H:%M}" if since else ""}
    current = current_call(hall)
    others: list[QmlValue] = [_call_values(call, hall) for call in hall.calls if call is not current]
    waiting: list[QmlValue] = [{"name": service.name, "waiting": service.waiting} for service in hall.services]
    return {
        "online": True,
        "current": _call_values(current, hall) if current else {},
        "others": others,
        "services": waiting,
    }


def _call_values(call: CallView, hall: HallView) -> QmlMap:
    service = next((service.name for service in hall.services if service.id == call.service), "")
    return {
        "number": call.number,
        "counter": call.counter,
        "service": service,
        "name": call.masked_name or "",
        "called": call.state is LegState.CALLED,
    }


class BoardModel(QObject):
    """Properties for QML. `now` gives the current time, with its zone."""

    changed = Signal()
    clock_changed = Signal()

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._state = BoardState()
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self.clock_changed.emit)
        self._second.start()

    def show(self, hall: HallView) -> None:
        """The hall is now so."""
        self._state = BoardState(hall)
        self.changed.emit()
        self.clock_changed.emit()  # the time is told in the hall's zone

    def lose(self) -> None:
        """The server does not answer any more."""
        if self._state.lost_since is None:
            self._state = replace(self._state, lost_since=self._now())
            self.changed.emit()

    def describe(self) -> dict[str, object]:
        """What it shows, for the remote."""
        values = board_values(self._state)
        return {"current": values.get("current", {}), "online": values["online"]}

    def _clock(self) -> str:
        return f"{hall_time(self._now(), self._state.hall):%H:%M}"

    values = Property(dict, lambda self: board_values(self._state), notify=changed)
    hallName = Property(str, lambda self: self._state.hall.name if self._state.hall else "静候", notify=changed)  # noqa: N815
    clockTime = Property(str, _clock, notify=clock_changed)  # noqa: N815
    zh = Property(dict, lambda _self: words(Language.ZH)["board"], constant=True)
    en = Property(dict, lambda _self: words(Language.EN)["board"], constant=True)
