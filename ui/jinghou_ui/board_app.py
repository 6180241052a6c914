"""The board program: settings in, window and the hall's feed joined together."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from jinghou_config.log import configure_logging
from jinghou_config.terminal import BoardSettings
from jinghou_kiosk.enrolling.keeping import enrolment_file
from jinghou_kiosk.hall_watch import HallWatch
from jinghou_kiosk.server import ServerClient
from jinghou_queue.contract.terminals import TerminalKind
from jinghou_ui import qt
from jinghou_ui.enrol_app import enrolled
from jinghou_ui.remote import Remote
from jinghou_ui.viewmodels.board import BoardModel


class Line(QObject):
    """Brings what the watch's thread hears to Qt's."""

    hall = Signal(object)
    lost = Signal()


def run_board(settings: BoardSettings, config: Path, remote: Path | None) -> int:
    """Show the board of the file `config` until its window closes; first, if need be, the page that enrols it."""
    configure_logging(settings.log)
    app = qt.make_app("jinghou-board")
    file = enrolment_file(settings.server, config)
    link = enrolled(app, TerminalKind.BOARD, settings.server, file, settings.screen, remote=remote)
    if link is None:
        return 0
    model = BoardModel(now=lambda: datetime.now().astimezone())
    line = Line()
    line.hall.connect(model.show)
    line.lost.connect(model.lose)
    watch = HallWatch(ServerClient(link), on_hall=line.hall.emit, on_lost=line.lost.emit)
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
