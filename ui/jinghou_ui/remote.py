"""Driving a program's real window from outside, for the tour and the tests: touch an item, read it, take a picture.

Off unless the program was started with --remote SOCKET; the socket is for its owner alone. One JSON object a line
in ({"command": "touch", "item": "confirm"}), one out ({"ok": true, "at": …}). `at` is when the command arrived; `state`
tells what the last painted frame shows, `since` when, and when the `first_frame` came; in CLOCK_MONOTONIC seconds.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPointF
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from jinghou_ui.exit import ProgramFault

Answer = dict[str, object]
_CAN_TELL: Final = frozenset(
    {"QString", "QStringList", "QUrl", "QVariantMap", "QVariantList", "PyObject", "list", "dict"}
)
"""Types of properties that may hold words."""


class RemoteError(ProgramFault):
    """The command cannot be done; the text says why."""


class Remote(QObject):
    """Serves one window on a local socket."""

    def __init__(self, window: QQuickWindow, socket: Path, state: Callable[[], Answer]) -> None:
        """`state` tells what the program itself knows of where it is, such as the page's name."""
        super().__init__(window)
        self._window = window
        self.state = state
        self._painted: Answer = {}
        self._since = 0.0
        self._first_frame = 0.0
        window.frameSwapped.connect(self._note_frame)
        self._finger = QTest.createTouchDevice()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(str(socket))
        if not self._server.listen(str(socket)):
            raise RemoteError(f"{socket}: {self._server.errorString()}")
        self._server.newConnection.connect(self._accept)

    def _accept(self) -> None:
        connection = self._server.nextPendingConnection()
        connection.readyRead.connect(lambda: self._serve(connection))
        connection.disconnected.connect(connection.deleteLater)

    def _serve(self, connection: QLocalSocket) -> None:
        while connection.canReadLine():
            arrived = time.monotonic()
            try:
                answer: Answer = {"ok": True, **self._do(json.loads(bytes(connection.readLine().data())))}
            except (RemoteError, ValueError, KeyError) as fault:
                answer = {"ok": False, "error": str(fault)}
            line = json.dumps({**answer, "at": arrived}, ensure_ascii=False)
            connection.write(line.encode() + b"\n")
            connection.flush()

    def _do(self, command: dict[str, str]) -> Answer:
        match command["command"]:
            case "state":
                return {**self._painted, "since": self._since, "first_frame": self._first_frame}
            case "touch":
                self._touch(self._item(command["item"]))
                return {}
            case "read":
                return {"text": self._item(command["item"]).property("text")}
            case "contents":
                return {"contents": self._contents()}
            case "shot":
                if not self._window.grabWindow().save(command["file"]):
                    raise RemoteError(f"{command['file']}: cannot be written")
                return {"file": command["file"]}
            case other:
                raise RemoteError(f"{other}: known are state, touch, read, contents, shot")

    def _contents(self) -> list[str]:
        """Whatever the window and what it shows could tell anybody, on show or not."""
        models = [self._window.property(name) for name in ("kiosk", "service")]
        things = [*models, *self._window.findChildren(QObject), *_descendants(self._window.contentItem())]
        return sorted({value for thing in things if thing is not None for value in _values(thing)})

    def _note_frame(self) -> None:
        """A frame is on the glass: what is true now can be seen from now on."""
        now = time.monotonic()
        self._first_frame = self._first_frame or now
        state = self.state()
        if state != self._painted:
            self._painted = state
            self._since = now

    def _item(self, name: str) -> QQuickItem:
        """The item on show that has this objectName."""
        found = [item for item in _descendants(self._window.contentItem()) if item.objectName() == name]
        shown = next((item for item in found if item.isVisible() and item.isEnabled()), None)
        if shown is None:
            raise RemoteError(f"{name}: no such item on show")
        return shown

    def _touch(self, item: QQuickItem) -> None:
        """A finger comes down in the middle of the item and lifts again."""
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.touchEvent(self._window, self._finger).press(0, centre, self._window).commit()
        QTest.touchEvent(self._window, self._finger).release(0, centre, self._window).commit()


def _descendants(item: QQuickItem) -> list[QQuickItem]:
    children = item.childItems()
    return [*children, *(below for child in children for below in _descendants(child))]


def _values(thing: QObject) -> set[str]:
    """What its properties hold, as text."""
    kind = thing.metaObject()
    properties = [kind.property(place) for place in range(kind.propertyCount())]
    values = [thing.property(str(one.name())) for one in properties if str(one.typeName()) in _CAN_TELL]
    return {str(value) for value in values if value}
