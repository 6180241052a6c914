"""The life of a connection: which state follows which, as a table without time or threads, and the thread that runs it.

absent: the port is not there · opening · probing: open, first question asked · online: it answers · degraded: it
complains of something, or missed one question · offline: the port is there and the device does not answer.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Generic, TypeVar, assert_never

from jinghou_config.log import get_logger
from jinghou_devices.bus import Bus, Otherwise, Run, failed
from jinghou_devices.counters import Counters
from jinghou_devices.errors import DeviceError, DeviceOffline, DeviceSilent, PortBusy, PortMissing, ProtocolError
from jinghou_devices.hotplug import Plugging
from jinghou_devices.kinds.common import DeviceStatus, Link
from jinghou_devices.transports import Line

T = TypeVar("T")
L = TypeVar("L", bound=Line)
Probe = Callable[[L], str]
"""Ask a device with a real command: "" when all is well, else what it complains of. Raises DeviceError."""

_OUR_FAULT: Final = "a fault of this program, see the log"

log = get_logger(__name__)


class Event(Enum):
    """What can happen to a connection."""

    RETRY = "time to try again"
    OPENED = "the port is open"
    MISSING = "the port is not there"
    BUSY = "another program has the port"
    ANSWERED = "the device answered"
    COMPLAINED = "the device answered that something is wrong with it"
    FAILED = "the device did not answer, or answered nonsense"
    GAVE_UP = "that happened too often"
    LOST = "the port went away"


TRANSITIONS: Final[dict[Link, dict[Event, Link]]] = {
    Link.ABSENT: {Event.RETRY: Link.OPENING},
    Link.OPENING: {Event.OPENED: Link.PROBING, Event.MISSING: Link.ABSENT, Event.BUSY: Link.OFFLINE},
    Link.PROBING: {
        Event.ANSWERED: Link.ONLINE,
        Event.COMPLAINED: Link.DEGRADED,
        Event.FAILED: Link.OFFLINE,
        Event.GAVE_UP: Link.OFFLINE,
        Event.LOST: Link.ABSENT,
    },
    Link.ONLINE: {
        Event.ANSWERED: Link.ONLINE,
        Event.COMPLAINED: Link.DEGRADED,
        Event.FAILED: Link.DEGRADED,
        Event.LOST: Link.ABSENT,
    },
    Link.DEGRADED: {
        Event.ANSWERED: Link.ONLINE,
        Event.COMPLAINED: Link.DEGRADED,
        Event.FAILED: Link.DEGRADED,
        Event.GAVE_UP: Link.OFFLINE,
        Event.LOST: Link.ABSENT,
    },
    Link.OFFLINE: {Event.RETRY: Link.OPENING},
}
USABLE: Final = frozenset({Link.ONLINE, Link.DEGRADED})
_UNSETTLED: Final = frozenset({Link.OPENING, Link.PROBING})
_AWAY: Final = frozenset({Link.ABSENT, Link.OFFLINE})

_FAULTS: Final = frozenset({Event.MISSING, Event.BUSY, Event.FAILED, Event.LOST})
_PATIENCE: Final = 2  # unanswered questions in a row
_PROBE_EVERY_S: Final = 5.0
_FIRST_BACK_OFF_S: Final = 0.5
_LONGEST_BACK_OFF_S: Final = 30.0


@dataclass(frozen=True)
class Supervision:
    """Where a connection stands; `due` is when to act next, `failures` counts since the device last answered."""

    link: Link = Link.ABSENT
    reason: str = ""
    failures: int = 0
    due: float = 0.0


def step(state: Supervision, event: Event, now: float, reason: str = "") -> Supervision:
    """The state after `event`. Raises KeyError for an event that cannot happen in `state`."""
    failures = state.failures
    if event in _FAULTS:
        failures += 1
    elif event in {Event.ANSWERED, Event.COMPLAINED}:
        failures = 0
    if event is Event.FAILED and failures >= _PATIENCE:
        event = Event.GAVE_UP
    link = TRANSITIONS[state.link][event]
    if event is Event.RETRY or event is Event.OPENED:
        reason = state.reason  # still the last thing known
    return Supervision(link, reason, failures, now + _pause_s(link, failures))


def plugged_in(state: Supervision) -> Supervision:
    """The same once something was plugged in: what is new may need a moment, so the pauses begin anew."""
    return replace(state, failures=0)


def _pause_s(link: Link, failures: int) -> float:
    match link:
        case Link.OPENING | Link.PROBING:
            return 0.0
        case Link.ONLINE:
            return _PROBE_EVERY_S
        case Link.DEGRADED:
            return _FIRST_BACK_OFF_S if failures else _PROBE_EVERY_S / 5  # a complaint is looked after often
        case Link.ABSENT | Link.OFFLINE:
            return min(_LONGEST_BACK_OFF_S, _FIRST_BACK_OFF_S * 2.0 ** (max(failures, 1) - 1))
        case _:
            assert_never(link)


def _still_away(told: tuple[Link, str] | None, link: Link) -> bool:
    """Whether a device that was told to be away is being tried, or is not there still."""
    if told is None or told[0] not in _AWAY:
        return False
    return link in _UNSETTLED or (link is Link.ABSENT and told[0] is Link.ABSENT)


class Supervisor(Generic[L]):
    """Keeps one device connected, and lets commands through to its bus only while it answers.

    `counters` are what the driver counts of it.
    """

    def __init__(
        self,
        name: str,
        bus: Bus[L],
        probe: Probe[L],
        on_status: Callable[[DeviceStatus], None],
        counters: Counters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counters = counters
        self._name = name
        self._bus = bus
        self._probe = probe
        self._on_status = on_status
        self._clock = clock
        self._changed = threading.Condition()
        self._state = Supervision()
        self._fault: DeviceError = DeviceOffline(f"{name}: is not connected yet")
        self._told: tuple[Link, str] | None = None  # what the listener heard last
        self._on_usable: Callable[[], None] = lambda: None
        self._suspected = False
        self._plugged_in = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"supervisor {name}", daemon=True)

    @property
    def link(self) -> Link:
        """Where the connection stands."""
        return self._state.link

    @property
    def status(self) -> DeviceStatus:
        """How the device is, as its listener heard last or hears next."""
        state = self._state
        return DeviceStatus(self._name, state.link, state.reason)

    def start(self, *, at_once: bool = True) -> None:
        """Try the port once, in the caller's thread, then go on in the own one. Raises PortBusy.

        Without `at_once` the first try too is the own thread's: for a port that takes its time to open.
        """
        self._apply(Event.RETRY)
        if not at_once:
            self._thread.start()
            return
        try:
            self._bus.connect()
        except PortBusy:
            self._bus.close()
            raise
        except PortMissing as fault:
            self._fail(Event.MISSING, fault)
        except Exception:
            log.exception("a port cannot be opened: a fault of this program", device=self._name)
            self._fail(Event.MISSING, PortMissing(_OUR_FAULT))
        else:
            self._apply(Event.OPENED)
        self._thread.start()

    def submit(
        self,
        run: Run[L, T],
        *,
        not_before: float = 0.0,
        deadline: float = float("inf"),
        otherwise: Otherwise[T] | None = None,
    ) -> Future[T]:
        """As Bus.submit, but DeviceOffline at once unless the device answers; a failure makes it be asked anew."""
        state = self._state
        if state.link not in USABLE:
            return failed(DeviceOffline(f"{self._name}: {state.reason or 'is not connected yet'}"), otherwise)
        future = self._bus.submit(run, not_before=not_before, deadline=deadline, otherwise=otherwise)
        future.add_done_callback(self._judge)
        return future

    def suspect(self) -> None:
        """Ask the device now rather than at the usual time. May be called from any thread."""
        with self._changed:
            self._suspected = True
            self._changed.notify_all()

    def plugged(self, what: Plugging) -> None:
        """Something was plugged in or pulled out, perhaps this device: look now. May be called from any thread."""
        match what:
            case Plugging.IN:
                with self._changed:
                    self._plugged_in = True
                    self._changed.notify_all()
            case Plugging.OUT:
                self.suspect()
            case _:
                assert_never(what)

    def when_usable(self, call: Callable[[], None]) -> None:
        """From now on call `call`, from the supervisor's thread, each time commands are let through again."""
        self._on_usable = call

    def wait_online(self, timeout_s: float) -> None:
        """Wait until it is known whether the device answers. Raises the DeviceError that says why it does not."""
        with self._changed:
            known = self._changed.wait_for(lambda: self._closing or self._state.link not in _UNSETTLED, timeout_s)
            if not known:
                raise DeviceSilent(f"{self._name}: no answer")
            if self._state.link not in USABLE:
                raise self._fault

    def close(self) -> None:
        """End the thread, the bus and every command."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._bus.close()  # first, so that a probe that waits for an answer ends
        if self._thread.ident is not None:
            self._thread.join()

    def _judge(self, future: Future[T]) -> None:
        if not future.cancelled() and isinstance(future.exception(), DeviceSilent | ProtocolError | PortMissing):
            self.suspect()

    def _run(self) -> None:
        while self._wait():
            match self._state.link:
                case Link.ABSENT | Link.OFFLINE:
                    self._apply(Event.RETRY)
                case Link.OPENING:
                    self._try_to_open()
                case Link.PROBING | Link.ONLINE | Link.DEGRADED:
                    self._ask()
                case link:
                    assert_never(link)

    def _wait(self) -> bool:
        """Until it is time to act; False at the end."""
        with self._changed:
            while not self._closing:
                link = self._state.link
                wait = self._state.due - self._clock()
                if wait <= 0 or (self._suspected and link in USABLE):
                    break
                if self._plugged_in and link in _AWAY:
                    self._state = plugged_in(self._state)
                    break
                self._changed.wait(wait)
            self._suspected = self._plugged_in = False
            return not self._closing

    def _try_to_open(self) -> None:
        try:
            self._bus.connect()
        except PortBusy as fault:
            self._fail(Event.BUSY, fault)
        except PortMissing as fault:
            self._fail(Event.MISSING, fault)
        else:
            self._apply(Event.OPENED)

    def _ask(self) -> None:
        try:
            complaint = self._bus.submit(self._probe).result()
        except PortMissing as fault:
            self._fail(Event.LOST, fault)
        except DeviceError as fault:
            self._fail(Event.FAILED, fault)
        except Exception:
            log.exception("a device cannot be asked: a fault of this program", device=self._name)
            self._fail(Event.FAILED, ProtocolError(_OUR_FAULT))
        else:
            self._apply(Event.COMPLAINED if complaint else Event.ANSWERED, complaint)

    def _fail(self, event: Event, fault: DeviceError) -> None:
        self._fault = type(fault)(str(fault))  # without its traceback, which holds what was on the line
        self._apply(event, str(fault))

    def _apply(self, event: Event, reason: str = "") -> None:
        with self._changed:
            before = self._state
            after = self._state = step(before, event, self._clock(), reason)
            news = (after.link, after.reason)
            silent = self._closing or news == self._told or _still_away(self._told, after.link)
            self._told = self._told if silent else news
            self._changed.notify_all()
        if after.link in _AWAY:
            self._bus.disconnect(f"{self._name}: {reason}")
        if after.link in USABLE and before.link not in USABLE:
            self._on_usable()
        if silent:
            return
        log.info("device changed", device=self._name, state=after.link.value, reason=after.reason)
        try:
            self._on_status(DeviceStatus(self._name, *news))
        except Exception:
            log.exception("the listener to device states broke", device=self._name)
