"""ID-card readers with a SAM module: looking for a card, reading it, and handing it to the session that waits.

Nothing of a card is kept: it goes from the line into the future of a live lease, or nowhere.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from jinghou_config.devices import IdReaderSettings
from jinghou_devices.bus import failed
from jinghou_devices.codecs import sam, sam_card
from jinghou_devices.codecs.sam import Command, Reply, Sw3
from jinghou_devices.driver import Driver, NoOptions, Plan
from jinghou_devices.errors import Cancelled, DeviceError, DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.common import Kind, Lease, Tri
from jinghou_devices.kinds.id_reader import IdCard, IdReaderStatus
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import open_port, opens_at_once
from jinghou_devices.transports.trace import Way

_BAUD: Final = 115200
_ANSWER_S: Final = 1.0
_READ_S: Final = 3.0  # the reply alone takes 1.35 s at 9600
_QUIET_S: Final = 0.5  # a reply that stops for so long has broken off
_CARD_DATA: Final = 64  # bytes; a reply with as many holds a card
_READS: Final = frozenset({Command.READ_BASE, Command.READ_WITH_FINGERPRINT, Command.READ_NEW_ADDRESS})
_MOVED: Final = frozenset({Sw3.READ_FAILED.value, Sw3.SELECT_FAILED.value, Sw3.NO_CARD.value})


class _CardMoved(DeviceRefused):
    """The card was there and is not, or not quite: worth a second try."""


def exchange(line: Transport, command: Command, timeout_s: float = _ANSWER_S) -> Reply:
    """Ask once. Raises DeviceSilent when nothing came, ProtocolError when what came was no whole reply.

    A card that arrives late, after its read was given up, is dropped by whatever is asked next: replies keep their
    order, and each read is preceded by other questions, so it cannot be taken for the next person's.
    """
    line.discard_input()
    deadline = time.monotonic() + timeout_s
    request = sam.encode(command)
    line.write(request, deadline)
    line.trace.note(Way.OUT, request)
    decoder = sam.Decoder()
    reply: Reply | None = None
    while reply is None:
        try:
            patience = min(deadline, time.monotonic() + _QUIET_S) if decoder.received else deadline
            replies = decoder.feed(line.read(patience))
        except DeviceSilent:
            replies = decoder.finish() or [_no_reply(line, decoder)]
        reply = next((one for one in replies if len(one.data) < _CARD_DATA or command in _READS), None)
    line.trace.note(Way.IN, reply.sw, hidden=len(reply.data))
    return reply


def _no_reply(line: Transport, decoder: sam.Decoder) -> Reply:
    line.trace.note(Way.IN, b"", hidden=decoder.received)
    if decoder.bad_checks:
        raise ProtocolError("the reader's reply arrived damaged (wrong check byte)")
    if decoder.received:
        raise ProtocolError("the reader's reply is not its protocol: wrong speed, wrong device or a bad line")
    raise DeviceSilent("the reader does not answer")


def probe(line: Transport) -> str:
    """Ask the security module how it is: "" or what it complains of."""
    reply = exchange(line, Command.STATUS)
    return "" if reply.sw3 == Sw3.OK.value else sam.meaning(reply.sw3)


@dataclass(eq=False)
class _Wait:
    lease: Lease
    deadline: float
    future: Future[IdCard] = field(default_factory=Future)

    def over(self, now: float) -> DeviceError | None:
        """Why there is nothing more to wait for."""
        if self.lease.ended:
            return Cancelled("the session has ended")
        return DeviceSilent("no card came in time") if now >= self.deadline else None


class SamReader:
    """An IdReader. One wait at a time: a new one takes the place of the one before, which fails with Cancelled."""

    def __init__(
        self,
        supervisor: Supervisor[Transport],
        poll_s: float,
        layouts: sam_card.Layouts = sam_card.LAYOUTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supervisor = supervisor
        self._poll_s = poll_s
        self._layouts = layouts
        self._clock = clock
        self._lock = threading.Lock()
        self._wait: _Wait | None = None
        self._looking = False  # a look is queued or running; there is never more than one
        self._queued: Future[None] | None = None  # the look that may still be waiting for its time
        self._lying: Lease | None = None  # who has already been given, or refused, the card that lies on the reader

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[IdCard]:
        """See IdReader."""
        now = self._clock()
        if lease.ended:
            return failed(Cancelled("the session has ended"))  # and whoever waits under a living lease goes on
        wait = _Wait(lease, float("inf") if deadline_s is None else now + deadline_s)
        with self._lock:
            earlier, self._wait = self._wait, wait
            begin, self._looking = not self._looking, True
            queued, self._queued = self._queued, None
        if earlier is not None:
            _fail(earlier, Cancelled("another wait for a card took its place"))
        if begin or (queued is not None and queued.cancel()):  # a card may lie there: look now, not at the next poll
            self._look_again(now)
        return wait.future

    def check_health(self) -> Future[IdReaderStatus]:
        """See IdReader. Silence is UNKNOWN."""
        return self._supervisor.submit(self._health)

    def _health(self, line: Transport) -> IdReaderStatus:
        try:
            reply = exchange(line, Command.STATUS)
        except (DeviceSilent, ProtocolError):
            self._supervisor.suspect()
            return IdReaderStatus(self._supervisor.link, Tri.UNKNOWN)
        return IdReaderStatus(self._supervisor.link, Tri.YES if reply.sw3 == Sw3.OK.value else Tri.NO)

    def _look_again(self, at: float) -> None:
        look = self._supervisor.submit(self._look, not_before=at)
        with self._lock:
            self._queued = look
        look.add_done_callback(self._looked)

    def _look(self, line: Transport) -> None:
        """One look for a card, and the reading of it when somebody waits who has not had it."""
        self._end_if_over()
        with self._lock:
            wait = self._wait
        if wait is None and self._lying is None:
            return
        if exchange(line, Command.FIND).sw3 != Sw3.CARD_FOUND.value:
            self._lying = None
        elif wait is not None and self._lying is None:
            self._lying = wait.lease
            self._read_for(wait, line)

    def _looked(self, look: Future[None]) -> None:
        if look.cancelled():
            return  # an earlier one took its place
        error = look.exception()
        if isinstance(error, DeviceSilent | ProtocolError):
            error = None  # one bad answer; the supervisor asks and decides whether the reader is gone
        with self._lock:
            lying = self._lying
            wanted = self._wait is not None or (lying is not None and not lying.ended)
            self._looking = wanted and error is None
            go_on, dropped = self._looking, self._wait
            if error is not None:
                self._wait = None
        if go_on:
            at = self._clock() + self._poll_s
            self._look_again(min(at, dropped.deadline) if dropped else at)
        elif dropped is not None and error is not None:
            _fail(dropped, error)

    def _end_if_over(self) -> None:
        with self._lock:
            wait = self._wait
        if wait is None:
            return
        why = wait.over(self._clock())
        if (why is not None or wait.future.cancelled()) and self._take(wait) and why is not None:
            _fail(wait, why)

    def _take(self, wait: _Wait) -> bool:
        """Whether the caller is the one to complete `wait`."""
        with self._lock:
            mine = self._wait is wait
            if mine:
                self._wait = None
            return mine

    def _read_for(self, wait: _Wait, line: Transport) -> None:
        try:
            card = self._read(line)
        except (DeviceRefused, ProtocolError) as fault:
            if isinstance(fault, ProtocolError):
                self._supervisor.suspect()
            if self._take(wait):
                _fail(wait, fault)
            return
        except DeviceError:
            self._lying = None  # the reader itself is in trouble: the wait goes on until that is settled
            raise
        if not self._take(wait) or not wait.future.set_running_or_notify_cancel():
            return
        if not wait.lease.deliver(lambda: wait.future.set_result(card)):
            wait.future.set_exception(Cancelled("the session has ended"))

    def _read(self, line: Transport) -> IdCard:
        """Select and read, and once more from the beginning when the card moved or the line was bad."""
        try:
            return self._read_once(line)
        except (_CardMoved, ProtocolError):
            if exchange(line, Command.FIND).sw3 != Sw3.CARD_FOUND.value:
                raise DeviceRefused("the card was lifted before it was read") from None
            return self._read_once(line)

    def _read_once(self, line: Transport) -> IdCard:
        _accept(exchange(line, Command.SELECT))
        reply = exchange(line, Command.READ_BASE, _READ_S)
        _accept(reply)
        try:
            text, _photo = sam.split_base(reply.data)
            return sam_card.parse(text, self._layouts)
        except sam_card.BadCard as fault:
            raise DeviceRefused(str(fault)) from None
        except ValueError as fault:
            raise ProtocolError(str(fault)) from None


def _accept(reply: Reply) -> None:
    if reply.sw3 in _MOVED:
        raise _CardMoved(sam.meaning(reply.sw3))
    if reply.sw3 != Sw3.OK.value:
        raise DeviceRefused(sam.meaning(reply.sw3))


def _fail(wait: _Wait, error: BaseException) -> None:
    if wait.future.set_running_or_notify_cancel():
        wait.future.set_exception(error)


def _plan(settings: IdReaderSettings, _options: NoOptions) -> Plan[Transport, SamReader]:
    return Plan(
        open=lambda trace: open_port(settings.port, settings.baud or _BAUD, trace),
        probe=probe,
        device=lambda supervisor: SamReader(supervisor, settings.poll_ms / 1000),
        at_once=opens_at_once(settings.port),
    )


DRIVER = Driver(
    Kind.ID_READER,
    "ID-card readers with a SAM module (GA/T 467)",
    _plan,
    NoOptions,
    ports="serial port, host:port or usb:0400:c35a[:serial number]",
    baud=_BAUD,
    asks_strangers=True,
    speeds=(57600, 38400, 19200, 9600),
)
