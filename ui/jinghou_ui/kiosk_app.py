"""The kiosk program: settings in, window, session, devices and server joined together."""

import secrets
import time
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from jinghou_config.log import configure_logging
from jinghou_config.terminal import KioskSettings
from jinghou_config.ticket import STANDARD_TICKET, TicketTemplate
from jinghou_devices.station import Station
from jinghou_kiosk.events import Event, HallSeen, Language, ServerLost, TimerFired
from jinghou_kiosk.hall_watch import HallWatch
from jinghou_kiosk.runner import Runner
from jinghou_kiosk.server import ServerClient
from jinghou_kiosk.session import begin
from jinghou_ui import qt
from jinghou_ui.remote import Remote
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.viewmodels.visit import describe


class Mailbox(QObject):
    """Brings events from any thread to Qt's."""

    arrived = Signal(object)

    def post(self, event: Event) -> None:
        """Safe from every thread."""
        self.arrived.emit(event)


class SessionTimer:
    """The session's one timer, on Qt's clock; the model shows what is left of it."""

    def __init__(self, mailbox: Mailbox, model: KioskModel) -> None:
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


def run_kiosk(settings: KioskSettings, remote: Path | None) -> int:
    """Show the kiosk until its window closes. Raises PortBusy when another program holds a device's port,
    ConfigError for a ticket's template that cannot be used."""
    configure_logging(settings.log)
    ticket = TicketTemplate.load(settings.ticket_template or STANDARD_TICKET)
    app = qt.make_app("jinghou-kiosk")
    first = begin(secrets.token_hex(8), settings.session, Language(settings.language))
    mailbox = Mailbox()
    model = KioskModel(
        first.state, place=settings.place, monotonic=time.monotonic, now=lambda: datetime.now().astimezone()
    )
    server = ServerClient(settings.server)
    runner = Runner(
        first,
        server=server,
        timer=SessionTimer(mailbox, model),
        post=mailbox.post,
        on_change=model.show,
        ticket=ticket,
    )
    mailbox.arrived.connect(runner.handle, Qt.ConnectionType.QueuedConnection)  # never inside another step
    model.touched.connect(runner.handle)

    station = Station.open(settings.devices, runner.device_changed)
    watch = HallWatch(
        server, on_hall=lambda hall: mailbox.post(HallSeen(hall)), on_lost=lambda: mailbox.post(ServerLost())
    )
    try:
        with qt.window_of("kiosk/Kiosk.qml", settings.screen, kiosk=model) as window:
            if remote is not None:
                Remote(window, remote, lambda: describe(runner.state))
            runner.start(station)
            watch.start()
            qt.show(window, settings.screen)
            return qt.run(app)
    finally:
        watch.close()
        runner.close()
        station.close()
