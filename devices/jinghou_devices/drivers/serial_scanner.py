"""Scanners on a line of bytes: triggering them, telling their replies from their codes, framing the codes. What a make
is told, and what it answers, is in its own module.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.codecs.code_frames import LONGEST, CodeFrames, Framing, Terminator
from jinghou_devices.codecs.code_text import text_of
from jinghou_devices.codecs.scanner_reply import FindReply
from jinghou_devices.driver import Plan
from jinghou_devices.drivers.scanning import LeasedScanner, ShowingOptions, probe
from jinghou_devices.errors import DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import open_port, opens_at_once
from jinghou_devices.transports.trace import Way

_ANSWER_S: Final = 1.0
_LATE_S: Final = 3.5  # a reply that has not come by then, after its time, never comes
_BABBLE_S: Final = 8.0  # the longest code takes as long at 9600
_TORN_S: Final = 0.5  # a code that stops for so long has broken off
_SETTLES_S: Final = 0.2
_IN_FLIGHT_S: Final = 0.05  # a code read just before the stop may still come
_AGAIN_S: Final = 0.3  # between a code and the next trigger: a code in view is not read without a pause
CANNOT_BE_ASKED: Final = "nothing has been heard from it yet, and it cannot be asked: show it a code"


class ScannerOptions(ShowingOptions):
    """What every scanner has that sends codes as bytes."""

    terminator: Terminator = Field(Terminator.CR, description="what ends a code: cr, lf, crlf, or none (a pause)")
    quiet_ms: int = Field(
        100, ge=20, le=2000, description="the pause that ends a code without terminator, in milliseconds"
    )


class TriggerOptions(ScannerOptions):
    """And what every scanner has that can be told when to read."""

    trigger: Literal["command", "always"] = Field(
        "command", description="command: it reads when told to; always: it is set to read by itself"
    )
    trigger_every_ms: int = Field(
        4000, ge=500, le=60000, description="how often it is told again while somebody waits, in milliseconds"
    )


@dataclass(frozen=True)
class Command:
    """Something to tell a scanner. `reply` finds what it answers; None when it does not."""

    wire: bytes
    reply: FindReply | None = None


@dataclass(frozen=True)
class Dialect:
    """What one make can be told. `query` is the question that shows its health, None when it cannot be asked; `name` is
    known without asking. `apart_s` is the time between two commands. A make whose replies cannot be told from codes is
    not asked while codes are wanted (`asked_amid_codes`).
    """

    trigger: Command | None = None
    stop: Command | None = None
    query: Command | None = None
    model: Callable[[bytes], str | None] = lambda _data: None
    name: str | None = None
    at_start: tuple[Command, ...] = ()
    apart_s: float = 0.0
    asked_amid_codes: bool = True


class SerialCodeLine:
    """A CodeLine on a Transport."""

    def __init__(
        self, transport: Transport, dialect: Dialect, framing: Framing, quiet_s: float = _TORN_S, again_s: float = 4.0
    ) -> None:
        self.trace = transport.trace
        self._transport = transport
        self._dialect = dialect
        self._query = dialect.query
        self._framing = framing
        self._quiet_s = quiet_s
        self._again_s = again_s
        self._ready: list[bytes] = []
        self._awake = self._started = self._heard = False
        self._older = False  # the code that has begun is older than the wait
        self._owes = False  # a reply that did not come in time may still come
        self._complaint = self._refusal = ""
        self._last_byte = self._last_command = self._trigger_at = float("-inf")

    def begin(self) -> None:
        """See CodeLine. What came before the scanner's reply is older, and so is a code that has begun already."""
        trigger, query = self._dialect.trigger, self._query
        unacknowledged = trigger is not None and trigger.reply is None
        self._listen_until_quiet(0)
        self._forget()
        if query is not None and self._asked_amid_codes() and (self._owes or unacknowledged):
            self._tell(query, older=True)  # its reply marks the place in the stream
        if self._owes:
            self._listen_until_quiet(_ANSWER_S)
            self._forget()
            self._owes = False
        if trigger is not None:
            self._trigger(trigger, older=True)
        self._awake = True

    def next_code(self, deadline: float) -> ScannedCode | None:
        """See CodeLine."""
        trigger = self._dialect.trigger
        if self._owes:
            raise DeviceSilent("the scanner did not answer")  # when it does, its reply must not be taken for a code
        while not self._ready:
            if trigger is not None and time.monotonic() >= self._trigger_at:
                self._trigger(trigger)
            elif not self._listen(deadline):
                break
        if not self._ready:
            return None
        raw = self._ready.pop(0)
        self._trigger_at = time.monotonic() + _AGAIN_S
        return ScannedCode(text=text_of(raw), raw=raw)

    def end(self) -> None:
        """See CodeLine."""
        self._awake = False
        if self._dialect.stop is not None:
            with contextlib.suppress(DeviceRefused):  # it will give up by itself
                self._tell(self._dialect.stop)
        self._listen_until(time.monotonic() + _IN_FLIGHT_S)
        self._forget()

    def check(self) -> str:
        """See CodeLine."""
        if not self._started:
            self._start()
        if self._query is not None and (self._asked_amid_codes() or not self._awake):
            self._tell(self._query)
        self._listen_until_quiet(0)
        if not self._awake:
            self._forget()
        if self._framing.torn:
            self._framing.torn = 0
            return "a code broke off: is the scanner set to another terminator, or speed?"
        if self._dialect.query is None and not self._heard:
            return CANNOT_BE_ASKED
        return self._complaint or self._refusal

    def model(self) -> str | None:
        """See CodeLine. None too while codes are wanted, if the make is not asked then."""
        query = self._dialect.query
        if query is None or query is not self._query or (self._awake and not self._asked_amid_codes()):
            return self._dialect.name
        return self._dialect.model(self._tell(query))

    def cancel(self) -> None:
        """See Line."""
        self._transport.cancel()

    def close(self) -> None:
        """See Line."""
        self._transport.close()

    def _start(self) -> None:
        """Tell it how to work, once. The line may have been opened in the middle of a code: its rest is none."""
        self._listen(time.monotonic() + _SETTLES_S)
        self._forget()
        for command in self._dialect.at_start:
            try:
                self._tell(command)
            except DeviceRefused as fault:
                self._complaint = str(fault)
        self._query = self._question()
        self._started = True

    def _question(self) -> Command | None:
        """What shows its health: the make's question, or, of a scanner that does not know that, the order to stop.

        A reply may look like any other, so that a slow scanner is told from one that does not know the question by
        waiting for it.
        """
        query, stop = self._dialect.query, self._dialect.stop
        if query is None or stop is None or stop.reply is None:
            return query
        try:
            self._tell(query)
        except DeviceRefused:
            pass
        except DeviceSilent:
            if self._listen(time.monotonic() + _LATE_S):
                raise
            self._owes = False
        else:
            return query
        self._tell(stop)
        return stop

    def _asked_amid_codes(self) -> bool:
        return self._dialect.asked_amid_codes and self._query is self._dialect.query

    def _trigger(self, trigger: Command, *, older: bool = False) -> None:
        """Tell it to read. One that refuses may read by itself: that is a complaint, and no end of the wait."""
        try:
            self._tell(trigger, older=older)
            self._refusal = ""
        except DeviceRefused as fault:
            self._refusal = str(fault)
        self._trigger_at = time.monotonic() + self._again_s

    def _tell(self, command: Command, *, older: bool = False) -> bytes:
        """Send a command and get what its reply holds. What came before the reply is codes, or, if `older`, nobody's.

        Raises DeviceSilent, ProtocolError when only other things came, DeviceRefused.
        """
        self._listen_until(self._last_command + self._dialect.apart_s)
        self._last_command = time.monotonic()
        self._transport.write(command.wire, self._last_command + _ANSWER_S)
        self.trace.note(Way.OUT, command.wire)
        if command.reply is None:
            return b""
        came = b""
        while (reply := command.reply(came)) is None:
            try:
                came += self._more(came)
            except (DeviceSilent, ProtocolError):
                self._owes = True
                self._take(came)
                raise
        self.trace.note(Way.IN, b"", hidden=reply.end - reply.begin)
        if older:
            self._forget()
            self._older = False  # a reply does not come in the middle of a code
        else:
            self._take(came[: reply.begin])
        self._take(came[reply.end :])
        if not reply.accepted:
            raise DeviceRefused(f"the scanner refuses the command {command.wire.hex(' ').upper()}")
        return reply.data

    def _more(self, came: bytes) -> bytes:
        """What comes next of a reply. A code on its way may come first, so that only a pause ends the wait."""
        now = time.monotonic()
        nonsense = ProtocolError("the scanner's reply is not its protocol: wrong speed, wrong device or a bad line")
        if len(came) > LONGEST or now > self._last_command + _BABBLE_S:
            raise nonsense
        try:
            return self._transport.read(now + _ANSWER_S)
        except DeviceSilent:
            raise nonsense if came else DeviceSilent("the scanner does not answer") from None

    def _listen_until(self, time_: float) -> None:
        while time.monotonic() < time_:
            self._listen(time_)

    def _listen(self, deadline: float) -> bool:
        """Wait for bytes, or for the pause that ends a code; False when neither came before the deadline."""
        amid = self._framing.amid or self._older
        pause_at = self._last_byte + self._quiet_s if amid else float("inf")
        try:
            self._take(self._transport.read(min(deadline, pause_at)))
        except DeviceSilent:
            if time.monotonic() < pause_at:
                return False
            self._add(self._framing.pause())
            self._older = False
        return True

    def _take(self, data: bytes) -> None:
        if data:
            self._heard = True
            self._last_byte = time.monotonic()
            self.trace.note(Way.IN, b"", hidden=len(data))
            self._add(self._framing.feed(data))

    def _add(self, codes: list[bytes]) -> None:
        if codes and self._older:
            self._older = False
            self._trigger_at = time.monotonic() + _AGAIN_S
            codes = codes[1:]
        self._ready += codes

    def _listen_until_quiet(self, seconds: float) -> None:
        """Until nothing comes for so long. Raises ProtocolError when that does not happen."""
        give_up = time.monotonic() + _BABBLE_S
        while self._listen(time.monotonic() + seconds):
            if time.monotonic() > give_up:
                raise ProtocolError("the scanner's line does not fall quiet: wrong speed or a bad line")

    def _forget(self) -> None:
        """Drop what came. The rest of a code that has begun is dropped when it comes."""
        self._older = self._older or self._framing.amid
        self._framing.forget()
        self._ready.clear()


def quiet_s(options: ScannerOptions) -> float:
    """How long a pause ends a code, or shows that it broke off."""
    pause = options.quiet_ms / 1000
    return pause if options.terminator is Terminator.NONE else max(pause, _TORN_S)


def serial_plan(
    settings: CodeScannerSettings, options: ScannerOptions, dialect: Dialect, baud: int, again_s: float = 4.0
) -> Plan[SerialCodeLine, LeasedScanner]:
    """How to come by a scanner that speaks `dialect` on a serial line or the network."""
    return Plan(
        open=lambda trace: SerialCodeLine(
            open_port(settings.port, settings.baud or baud, trace),
            dialect,
            CodeFrames(options.terminator),
            quiet_s(options),
            again_s,
        ),
        probe=probe,
        device=lambda supervisor: LeasedScanner(supervisor, options),
        at_once=opens_at_once(settings.port),
    )
