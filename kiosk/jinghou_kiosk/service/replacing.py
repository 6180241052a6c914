"""Finding the device that a technician has just plugged in, by asking, and letting it take the old one's place.

Blocks: on service mode's worker thread only.
"""

import os.path
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from jinghou_config.devices import DeviceSettings
from jinghou_config.log import get_logger
from jinghou_config.settings import ConfigError
from jinghou_devices import driver, found
from jinghou_devices.commands.trying import Trial
from jinghou_devices.errors import DeviceError
from jinghou_devices.finding import Question, find, questions
from jinghou_devices.kinds.common import Kind
from jinghou_devices.station import Station
from jinghou_kiosk.service.changes import Changes
from jinghou_kiosk.service.pages import Candidate

A_PORT_S: Final = 20.0
"""The longest that one port is asked."""
ANSWERS_S: Final = 10.0
"""How long a device that was put in may take until it answers."""
_AT_ONCE: Final = 8

Ports = Callable[[], Iterable[found.Port]]
"""Where a new device may be."""

log = get_logger(__name__)


def ports_of_this_machine() -> Iterator[found.Port]:
    """Serial ports that neither the system nor another program uses, and devices on USB whose maker is known."""
    for port in found.ports():
        serial = port.kind is found.PortKind.SERIAL
        free = serial and not found.is_console(port.device) and not found.holder(port.device)
        if free or (port.kind is found.PortKind.USB and port.maker is not None):
            yield port


class Replacing:
    """What service mode does with the devices of one station. Used by one thread at a time."""

    def __init__(self, station: Station, changes: Changes, ports: Ports, now: Callable[[], int]) -> None:
        """`changes` keep what was put in; `now` gives Unix time in milliseconds."""
        self._station = station
        self._changes = changes
        self._ports = ports
        self._now = now
        self._taken_out: Kind | None = None

    def look(self, kind: Kind) -> tuple[Candidate, ...]:
        """Take the device out, and ask which ones of its kind there are. Raises nothing."""
        self._taken_out = kind
        self._station.take_out(kind)
        taken = {self._station.settings(other).port for other in self._station.kinds if other is not kind}
        try:
            there = candidates(kind, self._station.settings(kind), taken, self._ports())
        except Exception:
            log.exception("not looked for a device: a fault of this program")
            there = ()
        log.info("devices found", device=kind.value, count=len(there))
        return there

    def put_in(self, kind: Kind, candidate: Candidate, by: tuple[str, ...] = ()) -> Trial:
        """Let it be the device of that kind, now and after the next start. When it cannot, the old one goes on.

        `by` are the roles of whoever does it.
        """
        old = self._station.settings(kind)
        try:
            new = settings_with(kind, old, candidate)
            self._station.put_in(kind, new)
            self._station.wait_online(kind, ANSWERS_S)
            self._changes.replace(kind, old, new, self._now(), by)
        except (DeviceError, ConfigError, OSError) as fault:
            log.warning("device not replaced", device=kind.value, reason=str(fault))
            self._go_on_with(kind, old)
            return Trial(False, str(fault))
        self._taken_out = None
        before, after = (f"{one.driver} {one.port}" for one in (old, new))
        log.warning("device replaced", device=kind.value, reason=f"{before} → {after}")
        return Trial(True, f"{candidate.makes} · {candidate.port}")

    def put_back(self, kind: Kind) -> None:
        """Should it be taken out still, it goes on as before."""
        if self._taken_out is kind:
            self._go_on_with(kind, self._station.settings(kind))

    def _go_on_with(self, kind: Kind, settings: DeviceSettings) -> None:
        self._taken_out = None
        self._station.put_in(kind, settings, at_once=False)


def candidates(
    kind: Kind, old: DeviceSettings, taken: Iterable[str], ports: Iterable[found.Port]
) -> tuple[Candidate, ...]:
    """The devices of that kind that answer: at the old one's port, and at `ports` that are not `taken` by others."""
    others = {os.path.realpath(port) for port in (*taken, old.port)}  # a port may have several names
    there = [port for port in ports if os.path.realpath(port.name) not in others]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="look") as pool:
        asked = [pool.submit(_answers, kind, old.port, _as_before(kind, old))]
        asked += [pool.submit(_answers, kind, port.name, _questions(kind, port), port.what) for port in there]
    return tuple(one for one in (answer.result() for answer in asked) if one is not None)


def settings_with(kind: Kind, old: DeviceSettings, new: Candidate) -> DeviceSettings:
    """The old one's settings at the new one's place: its options stay when its driver does. Raises ConfigError."""
    changes: dict[str, object] = {"driver": new.driver, "port": new.port, "baud": new.baud}
    if new.driver != old.driver:
        changes["options"] = {}
    settings = old.model_copy(update=changes)
    driver.plan(kind, settings)
    return settings


def _as_before(kind: Kind, old: DeviceSettings) -> Iterator[Question]:
    """First what stood there, and then whatever it may be."""
    yield Question(kind, old.driver, driver.find(kind, old.driver), old.baud)
    yield from _of_kind(kind, old.port)


def _questions(kind: Kind, port: found.Port) -> Iterator[Question]:
    if port.maker is not None:
        if port.maker[0] is kind:
            yield Question(kind, port.maker[1], driver.find(*port.maker))
        return  # its maker makes one thing only
    yield from _of_kind(kind, port.name)


def _of_kind(kind: Kind, port: str) -> Iterator[Question]:
    """Receipt printers are asked for in any case, and first: what others are asked would end up on their paper."""
    return (one for one in questions(port) if one.kind in {kind, Kind.RECEIPT_PRINTER})


def _answers(kind: Kind, port: str, asking: Iterator[Question], what: str = "") -> Candidate | None:
    try:
        answer = find(port, asking, time.monotonic() + A_PORT_S, _unheard)
    except (DeviceError, ConfigError):
        return None
    question = answer.question
    if question.kind is not kind:
        return None
    makes = f"{question.driver.title}{f' · {what}' if what else ''}"
    return Candidate(question.name, port, question.baud, makes, answer.complaint)


def _unheard(_question: str) -> None:
    """Nobody reads along at the glass."""
