"""The board program: settings in, window and the hall's feed joined together."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from jinghou_config.log import configure_logging
from jinghou_config.terminal import BoardSettings
from jinghou_kiosk.hall_watch import HallWatch
from jinghou_kiosk.server import ServerClient
from jinghou_ui import qt
from jinghou_ui.remote import Remote
from jinghou_ui.viewmodels.board import BoardModel


class Line(QObject):
    """Brings what the watch's thread hears to Qt's."""

    hall = Signal(object)
    lost = Signal()


def run_board(settings: BoardSettings, remote: Path | None) -> int:
    """Show the board until its window closes."""
    configure_logging(settings.log)
    app = qt.make_app("jinghou-board")
    model = BoardModel(now=lambda: datetime.now().astimezone())
    line = Line()
    line.hall.connect(model.show)
    line.lost.connect(model.lose)
    watch = HallWatch(ServerClient(settings.server), on_hall=line.hall.emit, on_lost=line.lost.emit)
    try:
        distance = {"viewingDistance": settings.viewing_distance_m}
        with qt.window_of("board/Board.qml", settings.screen, board=model, **distance) as window:
            if remote is not None:
                Remote(window, remote, model.describe)
            watch.start()
            qt.show(window, settings.screen)
            return qt.run(app)
    finally:
        watch.close()
