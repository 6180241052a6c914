"""The kiosk program: settings in, window, session, devices and server joined together."""

import secrets
import time
from contextlib import ExitStack, closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QImage

from jinghou_config.log import configure_logging, get_logger
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import KioskSettings
from jinghou_config.ticket import STANDARD_TICKET, TicketTemplate
from jinghou_devices.kinds.common import DeviceStatus
from jinghou_devices.station import Station
from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.file import BoxFault, BoxInUse
from jinghou_kiosk.box.sync import Sync
from jinghou_kiosk.events import HallSeen, ServerLost
from jinghou_kiosk.hall_watch import HallWatch
from jinghou_kiosk.pages import Home, OutOfService, Page, Staff
from jinghou_kiosk.runner import Runner
from jinghou_kiosk.server import ServerClient
from jinghou_kiosk.session import begin
from jinghou_kiosk.state import Session
from jinghou_kiosk.told import Told
from jinghou_queue.contract.messages import HallView
from jinghou_queue.contract.terminals import Activity
from jinghou_ui import qt
from jinghou_ui.mailbox import Mailbox, ShownTimer
from jinghou_ui.remote import Remote
from jinghou_ui.service_mode import ServiceMode
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.viewmodels.service import page_name
from jinghou_ui.viewmodels.visit import describe
from jinghou_ui.words import language_of

HOURS_EVERY_MS: Final = 5_000
"""How often the hall's hours are looked at: the page tells minutes."""

log = get_logger(__name__)


class HoursClock(QObject):
    """Looks every few seconds whether the hall closes or opens."""

    def __init__(self, mailbox: Mailbox, told: Told, runner: Runner) -> None:
        super().__init__(mailbox)  # which keeps it alive
        self._told = told
        self._runner = runner
        self._timer = QTimer(self, interval=HOURS_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Once, now."""
        hall = self._runner.state.hall
        self._told.look_at_clock(ZoneInfo(hall.timezone) if hall else None)


def run_kiosk(settings: KioskSettings, remote: Path | None) -> int:
    """Show the kiosk until its window closes.

    Raises PortBusy when another program holds a device's port, BoxInUse when one holds the box, ConfigError for a
    ticket's template, a PIN's hash, an emblem or a language that cannot be used and for a box in a folder that is not
    there.
    """
    configure_logging(settings.log)
    ticket = TicketTemplate.load(settings.ticket_template or STANDARD_TICKET)
    app = qt.make_app("jinghou-kiosk")
    mailbox = Mailbox()
    told = Told(settings, mailbox.post, language_of=language_of, now=unix_ms)
    first = begin(secrets.token_hex(8), told.seen)
    model = KioskModel(
        first.state, monotonic=time.monotonic, now=lambda: datetime.now().astimezone(), emblem=emblem_of(settings)
    )
    server = ServerClient(settings.server)
    box = open_box(settings)
    sync = box and Sync(
        box,
        server,
        mailbox.post,
        now=unix_ms,
        monotonic=time.monotonic,
        version=version("jinghou"),
        on_config=told.config_seen,
    )

    def show(session: Session) -> None:
        model.show(session)
        service.runner.session_changed(session)
        if sync:
            sync.activity_changed(_activity(session.page))

    def device_changed(status: DeviceStatus) -> None:
        listeners = (runner.device_changed, service.runner.device_changed, *([sync.device_changed] if sync else ()))
        for listener in listeners:
            listener(status)

    def hall_seen(hall: HallView) -> None:
        mailbox.post(HallSeen(hall))
        if sync:
            sync.hall_seen(hall)

    def server_lost() -> None:
        mailbox.post(ServerLost())
        if sync:
            sync.server_lost()

    runner = Runner(
        first,
        server=server,
        timer=ShownTimer(mailbox, model),
        post=mailbox.post,
        on_change=show,
        ticket=ticket,
        now=unix_ms,
    )
    service = ServiceMode(settings, ticket, server, box, tell_session=mailbox.post, now=unix_ms)
    mailbox.arrived.connect(runner.handle, Qt.ConnectionType.QueuedConnection)  # never inside another step
    model.touched.connect(runner.handle)

    with ExitStack() as ending:
        if box:
            ending.callback(box.close)
        station = ending.enter_context(closing(Station.open(settings.devices, device_changed)))
        ending.callback(service.runner.close)
        ending.callback(runner.close)
        window = ending.enter_context(qt.window_of("kiosk/Kiosk.qml", settings.screen, kiosk=model, **service.models))
        if remote is not None:
            Remote(window, remote, lambda: {**describe(runner.state), "service": page_name(service.runner.state.page)})
        HoursClock(mailbox, told, runner).look()
        runner.start(station, box)
        service.runner.start(station)
        if sync:
            sync.start()
            ending.callback(sync.close)
        refused = sync.server_refused if sync else lambda: None
        ending.enter_context(closing(HallWatch(server, hall_seen, server_lost, refused))).start()
        qt.show(window, settings.screen)
        return qt.run(app)


def emblem_of(settings: KioskSettings) -> Path | None:
    """The picture's file, if there is to be one. Raises ConfigError when it is no picture."""
    if settings.emblem is not None and QImage(str(settings.emblem)).isNull():
        raise ConfigError(f"emblem = {settings.emblem}: is not an SVG or PNG picture that can be read")
    return settings.emblem


def _activity(page: Page) -> Activity:
    match page:
        case Home():
            return Activity.IDLE
        case Staff():
            return Activity.MAINTENANCE
        case OutOfService():
            return Activity.OUT_OF_SERVICE
        case _:
            return Activity.VISIT


def open_box(settings: KioskSettings) -> Box | None:
    """The kiosk's box, if it has one that can be used: without it the kiosk works as long as the server is there.

    Raises BoxInUse, and ConfigError when its folder is not there.
    """
    if settings.box is None:
        return None
    if not settings.box.parent.is_dir():
        raise ConfigError(f"box = {settings.box}: there is no folder {settings.box.parent}")
    try:
        return Box(settings.box, settings.server.token.get_secret_value(), now=unix_ms)
    except BoxInUse:
        raise
    except BoxFault as fault:
        log.error("no box: no numbers while the server is away", reason=str(fault))
        return None


def unix_ms() -> int:
    """Now, in whole milliseconds of Unix time: the same in every zone."""
    return time.time_ns() // 1_000_000
