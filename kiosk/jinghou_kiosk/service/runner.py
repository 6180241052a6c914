"""Does what service mode asks for, and turns what comes of it into events; beside the session's runner, on its thread.

Devices, disk and server are asked from threads of their own. Each entrance and each action is a line of the log; of
the PIN, only that it was right or wrong.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, assert_never
from zoneinfo import ZoneInfo

from jinghou_config.log import get_logger
from jinghou_config.ticket import TicketTemplate
from jinghou_devices.commands.paper import sample_ticket
from jinghou_devices.commands.trying import Trial, outcome, tried
from jinghou_devices.errors import Cancelled, DeviceError
from jinghou_devices.kinds.common import SESSION_ENDED, DeviceStatus, Kind, Lease
from jinghou_devices.kinds.locker_board import Opened
from jinghou_devices.kinds.receipt_printer import Align, Printed, Receipt, Text
from jinghou_devices.station import Station
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.enrolling.state import Enrolment
from jinghou_kiosk.enrolling.step import AskServer, BeginAsEnrolled, EnrolEnded
from jinghou_kiosk.events import Event as SessionEvent
from jinghou_kiosk.events import Language, PinnedSeen, StaffLeft, UsedSeen
from jinghou_kiosk.runner import Timer
from jinghou_kiosk.service.changes import Changes
from jinghou_kiosk.service.effects import (
    CheckPin,
    CopyLog,
    Effect,
    EndTrials,
    KeepOutOfService,
    KeepWrongPins,
    LookForDevice,
    OpenDoor,
    PrintSample,
    PutBack,
    PutIn,
    ReadCounters,
    ReadFigures,
    TellSession,
    TryDevice,
    TryNetwork,
)
from jinghou_kiosk.service.events import (
    CountersRead,
    DeviceReplaced,
    DeviceSeen,
    DevicesFound,
    DoorsSeen,
    Event,
    FiguresRead,
    LogCopied,
    NetworkTried,
    OfferSeen,
    PinChecked,
    TrialEnded,
)
from jinghou_kiosk.service.ledger import Ledger, counted, given
from jinghou_kiosk.service.log_copy import copy_log
from jinghou_kiosk.service.network import TriedBox, TriedServer, try_network
from jinghou_kiosk.service.pages import Candidate, Network, Offer, Offered, Role
from jinghou_kiosk.service.pin import roles_of
from jinghou_kiosk.service.replacing import Ports, Replacing
from jinghou_kiosk.service.state import Service
from jinghou_kiosk.service.step import step
from jinghou_kiosk.state import Session

TRIAL_S: Final = 20.0
"""How long a card or a code is waited for."""
_OUR_FAULT: Final = "a fault of this program; the log says where"
_MARK: Final = {"zh": "样票，不能凭此办事", "en": "Sample, not a ticket"}

T = TypeVar("T")

log = get_logger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What service mode works with. `log_file` is where the log goes, None: not to a file. `begin_anew` lets the
    program begin again, as whatever it is enrolled as now; `ports` are where a new device may be.

    `monotonic` gives seconds that never go back, `now` Unix time in milliseconds.
    """

    server: TriedServer
    box: TriedBox | None
    ledger: Ledger
    ticket: TicketTemplate
    log_file: Path | None
    enroller: Enroller
    changes: Changes
    ports: Ports
    begin_anew: Callable[[], object]
    monotonic: Callable[[], float]
    now: Callable[[], int]


class ServiceRunner:
    """Holds the state of service mode and does its effects."""

    def __init__(
        self,
        first: Service,
        surroundings: Surroundings,
        *,
        timer: Timer,
        post: Callable[[Event], None],
        tell_session: Callable[[SessionEvent], None],
        on_change: Callable[[Service], None],
    ) -> None:
        """`post` and `tell_session` hand an event to the owner's thread, and return before it is handled there."""
        self.state = first
        self._around = surroundings
        self._timer = timer
        self._post = post
        self._tell_session = tell_session
        self._on_change = on_change
        self._station: Station | None = None
        self._session: Session | None = None
        self._used_on = ""  # the day for which the session knows what was used lately
        self._used: Mapping[str, int] = {}
        self._lease = Lease("service")
        self._asking = ThreadPoolExecutor(2, thread_name_prefix="service")
        self._swapping = ThreadPoolExecutor(1, thread_name_prefix="swap")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    def start(self, station: Station) -> None:
        """Begin, with the devices of the kiosk, and as the staff left it."""
        self._station = station
        if self.state.out_of_service:
            self._tell_session(StaffLeft(out_of_service=True))
        if self._around.ledger.pinned is not None:
            self._tell_session(PinnedSeen(self._around.ledger.pinned))
        self._tell_used()
        self._replacing = Replacing(station, self._around.changes, self._around.ports, self._around.now)
        self._tell_doors()

    def handle(self, event: Event) -> None:
        """Take one step. Called on the owner's thread only."""
        before = self.state
        after = step(before, event, self._around.monotonic())
        self.state = after.state
        if type(after.state.page) is not type(before.page):
            page = after.state.page
            log.info("service page", page="closed" if page is None else type(page).__name__)
        if after.state.wrong > before.wrong:
            log.warning("service: wrong PIN", count=after.state.wrong)
        if after.state.roles > before.roles:
            log.info("service: staff came in", outcome=" and ".join(sorted(after.state.roles)))
        for effect in after.effects:
            self._do(effect)
        if after.state != before:
            self._on_change(after.state)

    def device_changed(self, status: DeviceStatus) -> None:
        """Take note of a device's state. Called from its supervisor's thread."""
        self._post(DeviceSeen(status))

    def session_changed(self, session: Session) -> None:
        """Count what the citizens' session did, and follow what stands first. Called on the owner's thread only."""
        before, self._session = self._session, session
        if _offer(session) != self.state.offer:
            self._post(OfferSeen(_offer(session)))
        self._tell_used()
        if before is None:
            return
        if before.pinned != session.pinned:
            self._writing.submit(self._around.ledger.pin, session.pinned)
        more = counted(before, session, self._today())
        if more is not None:
            self._writing.submit(self._around.ledger.add, more, given(before, session))

    def close(self) -> None:
        """Ask nothing more; what is to be written is."""
        self._lease.end()
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._swapping.shutdown(wait=True)  # before the devices are closed
        self._writing.shutdown(wait=True)

    def _do(self, effect: Effect) -> None:
        match effect:
            case TellSession(event):
                self._tell(event)
            case AskServer():
                log.warning("service action", outcome="enrol", host=effect.url)
                self._asking.submit(self._enrol, self.state.enrolment, effect)
            case BeginAsEnrolled():
                self._around.begin_anew()
            case CheckPin(asked, pin):
                self._asking.submit(self._check_pin, asked, pin)
            case KeepWrongPins(wrong):
                self._writing.submit(self._around.ledger.wrong_pins, wrong, self._around.now())
            case ReadCounters(asked, kind):
                self._asking.submit(self._read_counters, asked, kind)
            case TryDevice(asked, kind):
                log.info("service action", outcome="try", device=kind.value)
                self._begin_trial(asked, partial(self._try_device, kind))
            case OpenDoor(asked, board, lock):
                log.info("service action", outcome="open door", device=f"board {board} lock {lock}")
                self._begin_trial(asked, partial(self._open_door, board, lock))
            case LookForDevice(asked, kind):
                log.warning("service action", outcome="replace: look", device=kind.value)
                self._swapping.submit(self._look, asked, kind)
            case PutIn(asked, kind, candidate):
                log.warning("service action", outcome="replace: put in", device=kind.value)
                self._swapping.submit(self._put_in, asked, kind, candidate, self.state.roles)
            case PutBack(kind):
                self._swapping.submit(self._replacing.put_back, kind)
            case PrintSample(asked, language):
                log.info("service action", outcome="print sample")
                self._begin_trial(asked, partial(self._print_sample, language))
            case EndTrials():
                self._lease.end()
            case TryNetwork(asked):
                log.info("service action", outcome="try network")
                self._asking.submit(self._try_network, asked)
            case CopyLog(asked, place):
                log.info("service action", outcome="copy log")
                self._asking.submit(self._copy_log, asked, self.state.settings.export_folders[place])
            case ReadFigures(asked):
                self._writing.submit(self._read_figures, asked, self._today())
            case KeepOutOfService(out):
                log.warning("service action", outcome="out of service" if out else "in service")
                self._writing.submit(partial(self._around.ledger.switch, out=out))
            case StartTimer(seconds):
                self._timer.start(seconds)
            case StopTimer():
                self._timer.stop()
            case _:
                assert_never(effect)

    def _tell(self, event: SessionEvent) -> None:
        if isinstance(event, PinnedSeen):
            log.info("service action", outcome="hot services as set" if event.pinned is None else "hot services")
        self._tell_session(event)

    def _enrol(self, enrolment: Enrolment | None, ask: AskServer) -> None:
        assert enrolment is not None, "its page asked"
        self._post(EnrolEnded(self._around.enroller.ask(enrolment, ask)))

    def _check_pin(self, asked: int, pin: str) -> None:
        self._post(PinChecked(asked, roles_of(pin, self.state.settings)))

    def _read_counters(self, asked: int, kind: Kind) -> None:
        assert self._station is not None
        self._post(CountersRead(asked, self._station.counters(kind)))

    def _begin_trial(self, asked: int, trial: Callable[[Lease], Trial]) -> None:
        self._lease.end()
        self._lease = Lease("service")
        self._asking.submit(self._end_trial, asked, trial, self._lease)

    def _end_trial(self, asked: int, trial: Callable[[Lease], Trial], lease: Lease) -> None:
        if lease.ended:
            return  # the staff left while it waited for its turn: nothing moves behind them
        try:
            ended = trial(lease)
        except DeviceError as fault:
            ended = Trial(False, str(fault) or type(fault).__name__)
        except Exception:
            log.exception("not tried: a fault of this program")
            ended = Trial(False, _OUR_FAULT)
        log.info("service trial", outcome="well" if ended.well else "failed")
        self._post(TrialEnded(asked, ended))

    def _try_device(self, kind: Kind, lease: Lease) -> Trial:
        assert self._station is not None
        return tried(kind, self._station, TRIAL_S, None, lambda _what: None, lease)

    def _open_door(self, board: int, lock: int, lease: Lease) -> Trial:
        assert self._station is not None
        assert self._station.locker is not None
        result = _ordered(lease, partial(self._station.locker.open, board, lock))
        return Trial(result.opened is Opened.OPENED, outcome(result.opened.value, result.reason))

    def _print_sample(self, language: Language, lease: Lease) -> Trial:
        assert self._station is not None
        if self._station.receipt_printer is None:
            return Trial(False, "there is no receipt printer in the settings")
        paper = sample_receipt(self._around.ticket, language)
        result = _ordered(lease, partial(self._station.receipt_printer.print, paper))
        return Trial(result.printed is Printed.DONE, outcome(result.printed.value, result.reason))

    def _look(self, asked: int, kind: Kind) -> None:
        self._post(DevicesFound(asked, self._replacing.look(kind)))

    def _put_in(self, asked: int, kind: Kind, candidate: Candidate, by: frozenset[Role]) -> None:
        self._post(DeviceReplaced(asked, self._replacing.put_in(kind, candidate, tuple(sorted(by)))))
        self._tell_doors()

    def _tell_doors(self) -> None:
        """Which doors there are, should there be a locker."""
        locker = self._station.locker if self._station else None
        if locker is not None:
            locks = range(1, locker.locks + 1)
            self._post(DoorsSeen(tuple((board, lock) for board in locker.boards for lock in locks)))

    def _try_network(self, asked: int) -> None:
        try:
            network = try_network(self._around.server, self._around.box, self._around.now)
        except Exception:
            log.exception("line not tried: a fault of this program")
            network = Network(_OUR_FAULT)
        self._post(NetworkTried(asked, network))

    def _copy_log(self, asked: int, folder: Path) -> None:
        stamp = datetime.fromtimestamp(self._around.now() / 1000, UTC)
        name = f"jinghou-log-{stamp:%Y%m%d-%H%M%S}Z.jsonl"
        export = copy_log(self._around.log_file, folder, name, mounted=self.state.settings.export_mounted)
        log.info("service: log copied", count=export.lines, outcome="failed" if export.fault else "done")
        self._post(LogCopied(asked, export))

    def _read_figures(self, asked: int, day: str) -> None:
        self._post(FiguresRead(asked, self._around.ledger.figures(day)))

    def _tell_used(self) -> None:
        """Once a day, what was used here lately."""
        today = self._today()
        if today != self._used_on:
            self._used_on = today
            self._writing.submit(self._read_used, today)

    def _read_used(self, today: str) -> None:
        used = self._around.ledger.used(today)
        if used != self._used:
            self._used = used
            self._tell_session(UsedSeen(used))

    def _today(self) -> str:
        """The day in the hall's zone; in this machine's while the hall is not known."""
        hall = self._session.hall if self._session else None
        zone = ZoneInfo(hall.timezone) if hall else None
        return datetime.fromtimestamp(self._around.now() / 1000, zone).date().isoformat()


def _offer(session: Session) -> Offer:
    services = tuple(Offered(service.id, service.name, service.name_en) for service in session.services)
    return Offer(services, session.look.hot, session.pinned.services if session.pinned else None)


def sample_receipt(ticket: TicketTemplate, language: Language) -> Receipt:
    """The paper ticket with a sample's words, marked so that nobody waits with it."""
    paper = "zh" if language.in_chinese else "en"
    return Receipt((Text(_MARK[paper], Align.CENTRE, bold=True), *sample_ticket(ticket, paper).blocks))


def _ordered(lease: Lease, order: Callable[[], Future[T]]) -> T:
    """What comes of an order that is given only while the staff are there. Raises DeviceError."""
    orders: list[Future[T]] = []
    if not lease.deliver(lambda: orders.append(order())):
        raise Cancelled(SESSION_ENDED)
    return orders[0].result()
