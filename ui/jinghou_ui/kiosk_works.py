"""What works behind the kiosk's pages: session, service mode, devices, box and server joined together.

It is loaded when the first page is on the glass already; the window is `kiosk_app`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, ParamSpec
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer

from jinghou_config.log import get_logger
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
from jinghou_kiosk.state import Session, Step
from jinghou_kiosk.told import Told
from jinghou_queue.contract.messages import HallView
from jinghou_queue.contract.terminals import Activity
from jinghou_ui.keyboard import Keyboard
from jinghou_ui.mailbox import Mailbox, ShownTimer, unix_ms
from jinghou_ui.service_mode import ServiceMode
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.viewmodels.service import page_name
from jinghou_ui.viewmodels.visit import describe

HOURS_EVERY_MS: Final = 5_000
"""How often the hall's hours are looked at: the page tells minutes."""

P = ParamSpec("P")

log = get_logger(__name__)


@dataclass(frozen=True)
class Works:
    """What runs: the session's runner, and service mode."""

    runner: Runner
    service: ServiceMode

    def describe(self) -> dict[str, object]:
        """Where the kiosk is, for the remote: nothing of the person."""
        return {**describe(self.runner.state), "service": page_name(self.service.runner.state.page)}


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


@contextmanager
def working(
    settings: KioskSettings,
    link: ServerLink,
    first: Step,
    *,
    beside: Path,
    told: Told,
    model: KioskModel,
    mailbox: Mailbox,
    keyboard: Keyboard | None,
    ticket: TicketTemplate,
    booking: BookingTemplate,
    begin_anew: Callable[[], None],
    monotonic: Callable[[], float],
) -> Iterator[Works]:
    """All of it begun as the terminal of `link`, from the session's `first` step on, until the block ends.

    What has no place of its own is kept with the name of `beside`; `begin_anew` ends the window once staff have made
    this another terminal; `monotonic` gives seconds that never go back. Raises PortBusy, and
    ConfigError for a PIN's hash that is none and for a box that is another program's or in no folder.
    """
    changes = Changes(settings.service.changes_file or beside.with_suffix(CHANGES), settings.devices)
    server = ServerClient(link)
    box = open_box(settings, link)
    on_session: list[Callable[[Session], None]] = [model.show]
    on_device: list[Callable[[DeviceStatus], None]] = []
    on_hall: list[Callable[[HallView], None]] = [lambda hall: mailbox.post(HallSeen(hall))]
    on_lost: list[Callable[[], None]] = [lambda: mailbox.post(ServerLost())]
    on_refused: list[Callable[[], None]] = [lambda: mailbox.post(TerminalRefused())]
    runner = Runner(
        first,
        server=server,
        timer=ShownTimer(mailbox, model),
        post=mailbox.post,
        on_change=_each(on_session),
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
        begin_anew=begin_anew,
        now=unix_ms,
    )
    if keyboard is not None:
        on_session.append(lambda session: keyboard.visit_seen(session.id))
    on_session.append(service.runner.session_changed)
    on_device += [runner.device_changed, service.runner.device_changed]
    threads: list[Sync | HallWatch] = [HallWatch(server, _each(on_hall), _each(on_lost), _each(on_refused))]
    if box is not None:
        sync = Sync(
            box,
            server,
            mailbox.post,
            now=unix_ms,
            monotonic=monotonic,
            version=version("jinghou"),
            on_config=told.config_seen,
        )
        on_session.append(lambda session: sync.activity_changed(_activity(session.page)))
        on_device.append(sync.device_changed)
        on_hall.append(sync.hall_seen)
        on_lost.append(sync.server_lost)
        on_refused.append(sync.server_refused)
        threads.insert(0, sync)  # what the box remembers comes before what the server says
    mailbox.arrived.connect(runner.handle, Qt.ConnectionType.QueuedConnection)  # never inside another step
    model.touched.connect(runner.handle)
    with ExitStack() as ending:
        if box is not None:
            ending.callback(box.close)
        station = ending.enter_context(closing(Station.open(changes.devices(), _each(on_device))))
        ending.callback(service.runner.close)
        ending.callback(runner.close)
        HoursClock(mailbox, told, runner).look()
        runner.start(station, box)
        service.runner.start(station)
        for thread in threads:
            thread.start()
            ending.callback(thread.close)
        yield Works(runner, service)


def _each(listeners: Sequence[Callable[P, None]]) -> Callable[P, None]:
    """Calls them all, in their order; also those that join the list later."""

    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        for listener in listeners:
            listener(*args, **kwargs)

    return call


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

    Raises ConfigError when its folder is not there or another program has it open.
    """
    if settings.box is None:
        return None
    if not settings.box.parent.is_dir():
        raise ConfigError(f"box = {settings.box}: there is no folder {settings.box.parent}")
    try:
        return Box(settings.box, link.token.get_secret_value(), now=unix_ms)
    except BoxInUse:
        raise ConfigError(f"box = {settings.box}: another program has it open") from None
    except BoxFault as fault:
        log.error("no box: no numbers while the server is away", reason=str(fault))
        return None
