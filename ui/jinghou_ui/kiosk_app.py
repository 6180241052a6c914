"""The kiosk program: settings in, window, session, devices and server joined together."""

import secrets
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage

from jinghou_config.log import configure_logging, get_logger
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import KioskSettings, ServerLink
from jinghou_config.ticket import BookingTemplate, TicketTemplate
from jinghou_devices.kinds.common import DeviceStatus
from jinghou_devices.station import Station
from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.file import BoxFault, BoxInUse
from jinghou_kiosk.box.sync import Sync
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.enrolling.keeping import enrolment_file
from jinghou_kiosk.events import HallSeen, ServerLost, TerminalRefused
from jinghou_kiosk.hall_watch import HallWatch
from jinghou_kiosk.pages import Home, OutOfService, Page, Staff
from jinghou_kiosk.runner import Runner
from jinghou_kiosk.server import ServerClient
from jinghou_kiosk.service.changes import ENDING as CHANGES
from jinghou_kiosk.service.changes import Changes
from jinghou_kiosk.session import begin
from jinghou_kiosk.state import Session
from jinghou_kiosk.told import Told
from jinghou_queue.contract.messages import HallView
from jinghou_queue.contract.terminals import Activity, TerminalKind
from jinghou_ui import qt
from jinghou_ui.enrol_app import enrolled
from jinghou_ui.keyboard import Keyboard, keyboard_of_process
from jinghou_ui.mailbox import Mailbox, ShownTimer, unix_ms
from jinghou_ui.remote import Remote
from jinghou_ui.service_mode import ServiceMode
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.viewmodels.service import page_name
from jinghou_ui.viewmodels.visit import describe
from jinghou_ui.words import language_of

HOURS_EVERY_MS: Final = 5_000
"""How often the hall's hours are looked at: the page tells minutes."""
_ANEW: Final = 64
"""How the window ends when the program is to begin again as another terminal."""

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


@dataclass(frozen=True)
class Line:
    """Tells session and box what is heard of the server; from the watch's thread."""

    mailbox: Mailbox
    sync: Sync | None

    def hall_seen(self, hall: HallView) -> None:
        """The hall is now so."""
        self.mailbox.post(HallSeen(hall))
        if self.sync:
            self.sync.hall_seen(hall)

    def lost(self) -> None:
        """The server is away."""
        self.mailbox.post(ServerLost())
        if self.sync:
            self.sync.server_lost()

    def refused(self) -> None:
        """It is there, and knows this terminal no more."""
        self.mailbox.post(TerminalRefused())
        if self.sync:
            self.sync.server_refused()


def run_kiosk(settings: KioskSettings, config: Path, remote: Path | None) -> int:
    """Show the kiosk of the file `config` until its window closes; first, if need be, the page that enrols it.

    Raises PortBusy when another program holds a device's port, BoxInUse when one holds the box, ConfigError for a
    paper's template, a PIN's hash, an emblem or a language that cannot be used and for a box in a folder that is not
    there.
    """
    configure_logging(settings.log)
    with keyboard_of_process() as keyboard:
        return _run(settings, config, remote, keyboard)


def _run(settings: KioskSettings, config: Path, remote: Path | None, keyboard: Keyboard | None) -> int:
    app = qt.make_app("jinghou-kiosk")
    beside = settings.box or config
    file = enrolment_file(settings.server, beside)
    code = _ANEW
    while code == _ANEW:
        link = enrolled(
            app,
            TerminalKind.KIOSK,
            settings.server,
            file,
            settings.screen,
            language=language_of(settings.language),
            scanner=settings.devices.code_scanner,
            remote=remote,
        )
        code = 0 if link is None else _run_as(app, settings, link, beside, remote, keyboard)
    return code


def _run_as(
    app: QGuiApplication,
    settings: KioskSettings,
    link: ServerLink,
    beside: Path,
    remote: Path | None,
    keyboard: Keyboard | None,
) -> int:
    """Show the kiosk as the terminal of `link`; _ANEW once staff have made it another one.

    What is kept and has no place of its own is kept with the name of `beside`.
    """
    changes = Changes(settings.service.changes_file or beside.with_suffix(CHANGES), settings.devices)
    ticket = TicketTemplate.load(settings.ticket_template)
    booking = BookingTemplate.load(settings.booking_template)
    mailbox = Mailbox()
    told = Told(settings, mailbox.post, language_of=language_of, now=unix_ms)
    first = begin(secrets.token_hex(8), told.seen)
    model = KioskModel(
        first.state,
        monotonic=time.monotonic,
        now=lambda: datetime.now().astimezone(),
        emblem=emblem_of(settings),
        keyboard=keyboard,
    )
    server = ServerClient(link)
    box = open_box(settings, link)
    sync = (
        Sync(
            box,
            server,
            mailbox.post,
            now=unix_ms,
            monotonic=time.monotonic,
            version=version("jinghou"),
            on_config=told.config_seen,
        )
        if box
        else None
    )

    line = Line(mailbox, sync)

    def show(session: Session) -> None:
        model.show(session)
        if keyboard:
            keyboard.visit_seen(session.id)
        service.runner.session_changed(session)
        if sync:
            sync.activity_changed(_activity(session.page))

    def device_changed(status: DeviceStatus) -> None:
        listeners = (runner.device_changed, service.runner.device_changed, *([sync.device_changed] if sync else ()))
        for listener in listeners:
            listener(status)

    runner = Runner(
        first,
        server=server,
        timer=ShownTimer(mailbox, model),
        post=mailbox.post,
        on_change=show,
        ticket=ticket,
        booking=booking,
        now=unix_ms,
    )
    service = ServiceMode(
        settings,
        link,
        Enroller(enrolment_file(settings.server, beside), link.timeout_s, unix_ms),
        changes,
        ticket,
        server,
        box,
        tell_session=mailbox.post,
        begin_anew=partial(app.exit, _ANEW),
        now=unix_ms,
    )
    mailbox.arrived.connect(runner.handle, Qt.ConnectionType.QueuedConnection)  # never inside another step
    model.touched.connect(runner.handle)

    with ExitStack() as ending:
        if box:
            ending.callback(box.close)
        station = ending.enter_context(closing(Station.open(changes.devices(), device_changed)))
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
        ending.enter_context(closing(HallWatch(server, line.hall_seen, line.lost, line.refused))).start()
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


def open_box(settings: KioskSettings, link: ServerLink) -> Box | None:
    """The kiosk's box, if it has one that can be used: without it the kiosk works as long as the server is there.

    Raises BoxInUse, and ConfigError when its folder is not there.
    """
    if settings.box is None:
        return None
    if not settings.box.parent.is_dir():
        raise ConfigError(f"box = {settings.box}: there is no folder {settings.box.parent}")
    try:
        return Box(settings.box, link.token.get_secret_value(), now=unix_ms)
    except BoxInUse:
        raise
    except BoxFault as fault:
        log.error("no box: no numbers while the server is away", reason=str(fault))
        return None
