"""What in a hall needs somebody, the most urgent first. Pure: the hall as it is and the time come in as arguments."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from jinghou_queue.contract.helping import HelpLine
from jinghou_queue.contract.messages import CounterState, HelpState
from jinghou_queue.contract.terminals import Activity, DeviceDetail, DeviceKind, DeviceLink, TerminalView

LONG_WAIT_MS: Final = 30 * 60_000
LONG_PAUSE_MS: Final = 15 * 60_000
CLOCK_OFF_MS: Final = 60_000

_IN_ORDER: Final = (DeviceLink.ONLINE, DeviceLink.OPENING, DeviceLink.PROBING)


class NeedKind(Enum):
    """Why somebody is needed, the most urgent first."""

    HELP = "help"  # a person at a terminal asked for staff, and nobody has said that they come
    NO_COUNTER = "no_counter"  # people wait for what no open counter serves
    SILENT = "silent"  # a terminal was not heard of
    OUT_OF_SERVICE = "out_of_service"
    DEVICE = "device"  # of a terminal, which is not in order
    LONG_WAIT = "long_wait"
    LONG_PAUSE = "long_pause"  # of a counter, while people wait for what it can serve
    CLOCK = "clock"  # a terminal's own, which is wrong


@dataclass(frozen=True)
class Need:
    """One of them: `subject` is the id of a terminal, service or counter; `since` a Unix time in milliseconds."""

    kind: NeedKind
    subject: str
    since: int | None = None
    waiting: int = 0
    device: DeviceKind | None = None
    details: tuple[DeviceDetail, ...] = ()


@dataclass(frozen=True)
class ServiceWatch:
    """A service now: `since` is when whoever waits longest came; `open_at` are labels of counters that serve it."""

    id: str
    prefix: str
    name: str
    name_en: str
    waiting: int
    since: int | None
    open_at: tuple[str, ...]


@dataclass(frozen=True)
class CounterWatch:
    """A counter now, in its state since `changed_at`.

    `clerk` works there, by name or login. `number` is there since `person_since`, `serving` or only called. `can_serve`
    are ids of services. `done` people were served there today.
    """

    id: str
    label: str
    state: CounterState
    why: str
    clerk: str | None
    changed_at: int
    number: str | None
    serving: bool
    person_since: int | None
    can_serve: tuple[str, ...]
    done: int


def needs(
    services: tuple[ServiceWatch, ...],
    counters: tuple[CounterWatch, ...],
    terminals: tuple[TerminalView, ...],
    helps: tuple[HelpLine, ...],
    at: int,
) -> list[Need]:
    """What needs somebody at `at`, a Unix time in milliseconds; empty when the hall is well."""
    found = [*_of_people(helps), *_of_queues(services, at), *_of_counters(services, counters, at)]
    for terminal in terminals:
        found += _of_terminal(terminal)
    order = list(NeedKind)
    return sorted(found, key=lambda need: (order.index(need.kind), need.since or 0))


def _of_people(helps: tuple[HelpLine, ...]) -> Iterator[Need]:
    for line in helps:
        if line.state is HelpState.ASKED:
            yield Need(NeedKind.HELP, line.terminal, line.asked_at)


def _of_queues(services: tuple[ServiceWatch, ...], at: int) -> Iterator[Need]:
    for service in services:
        if service.waiting and not service.open_at:
            yield Need(NeedKind.NO_COUNTER, service.id, service.since, service.waiting)
        elif service.since is not None and at - service.since >= LONG_WAIT_MS:
            yield Need(NeedKind.LONG_WAIT, service.id, service.since, service.waiting)


def _of_counters(services: tuple[ServiceWatch, ...], counters: tuple[CounterWatch, ...], at: int) -> Iterator[Need]:
    wanted = {service.id for service in services if service.waiting}
    for counter in counters:
        paused_long = counter.state is CounterState.PAUSED and at - counter.changed_at >= LONG_PAUSE_MS
        if paused_long and wanted.intersection(counter.can_serve):
            yield Need(NeedKind.LONG_PAUSE, counter.id, counter.changed_at)


def _of_terminal(terminal: TerminalView) -> Iterator[Need]:
    if terminal.stale:
        yield Need(NeedKind.SILENT, terminal.id, terminal.seen_at)
        return  # what it said last may be no more true
    if terminal.report is None:
        return
    if terminal.report.activity is Activity.OUT_OF_SERVICE:
        yield Need(NeedKind.OUT_OF_SERVICE, terminal.id)
    for device in terminal.report.devices:
        if device.details or device.state not in _IN_ORDER:
            yield Need(NeedKind.DEVICE, terminal.id, device=device.kind, details=device.details)
    if abs(terminal.clock_ahead_ms or 0) > CLOCK_OFF_MS:
        yield Need(NeedKind.CLOCK, terminal.id)
