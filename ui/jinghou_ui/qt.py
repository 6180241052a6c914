"""Setting Qt up the one way all our programs need it: platform, fonts, QML path, window on the glass."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

import shiboken6
from PySide6.QtCore import QEventLoop, QObject, QTimer, QtMsgType, QUrl, qInstallMessageHandler
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from jinghou_config.log import get_logger
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import ScreenSettings
from jinghou_ui.exit import ProgramFault

FAMILY: Final = "Noto Sans CJK SC"
LONGEST_PAINT_MS: Final = 1000
QML: Final = Path(str(files("jinghou_ui") / "qml"))
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: "debug",
    QtMsgType.QtInfoMsg: "info",
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "error",
    QtMsgType.QtFatalMsg: "critical",
}

log = get_logger(__name__)


def make_app(name: str) -> QGuiApplication:
    """The process's Qt application. Without a graphics card (offscreen, VNC) it draws in software.

    Raises ConfigError where there is nothing to draw on: Qt itself would abort.
    """
    if not any(os.environ.get(way) for way in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")):
        raise ConfigError(
            f"{name}: no screen: set DISPLAY or WAYLAND_DISPLAY, or QT_QPA_PLATFORM=eglfs without a desktop"
        )
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "vnc", "minimal", "linuxfb"}:
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
    qInstallMessageHandler(_log_message)
    app = QGuiApplication.instance() or QGuiApplication([name])
    assert isinstance(app, QGuiApplication)
    app.setApplicationName(name)
    if FAMILY not in QFontDatabase.families():
        log.warning("font missing: install fonts-noto-cjk")
    app.setFont(QFont(FAMILY))
    return app


@contextmanager
def window_of(source: str, screen: ScreenSettings, **values: QObject | float) -> Iterator[QQuickWindow]:
    """The window of qml/`source`, sized for `screen`, with `values` as its required properties; not yet shown.

    The pages are gone when the block ends, before `values` are. Raises ProgramFault when a page does not load.
    """
    engine = QQmlApplicationEngine()
    try:
        engine.addImportPath(str(QML))
        engine.setInitialProperties({"pxPerMm": screen.px_per_mm, **values})
        engine.load(QUrl.fromLocalFile(str(QML / source)))
        window = next(iter(engine.rootObjects()), None)
        if not isinstance(window, QQuickWindow):
            raise ProgramFault(f"{source} does not load; install the program again")
        window.resize(screen.width_px, screen.height_px)
        yield window
        window.close()
    finally:
        shiboken6.delete(engine)


def show(window: QQuickWindow, screen: ScreenSettings) -> None:
    """Put the window on the glass."""
    if screen.full_screen:
        window.showFullScreen()
    else:
        window.show()


def wait_for_paint(window: QQuickWindow) -> None:
    """Let a window that is shown be painted, before something else takes its time; on a dark glass not for long."""
    painting = QEventLoop()
    window.frameSwapped.connect(painting.quit)
    QTimer.singleShot(LONGEST_PAINT_MS, painting.quit)
    painting.exec()
    window.frameSwapped.disconnect(painting.quit)


def run(app: QGuiApplication) -> int:
    """Run until the window is closed or the process is asked to stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.quit())
    breath = QTimer(interval=200)  # gives Python a moment to see a signal
    breath.timeout.connect(lambda: None)
    breath.start()
    return app.exec()


def _log_message(kind: QtMsgType, context: object, message: str) -> None:  # noqa: ARG001
    """Qt's own messages: those about our pages whole, their text is ours; of the others enough to look them up."""
    getattr(log, _LEVELS[kind])("qt", reason=message if ".qml" in message else message[:60])
