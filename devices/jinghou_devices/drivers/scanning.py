"""What all code scanners have in common: a session waits under its lease, and a code that is shown is handed over once.

What a code is read with is the line's matter. Nothing of a code is kept but a keyed digest, to know it again while it
is still being shown.
"""

import hashlib
import itertools
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from pydantic import Field

from jinghou_config.settings import Section
from jinghou_devices.bus import failed
from jinghou_devices.drivers.waiting import OneWait, Wait
from jinghou_devices.errors import Cancelled, DeviceSilent, ProtocolError
from jinghou_devices.kinds.code_scanner import ScannedCode, ScannerStatus
from jinghou_devices.kinds.common import SESSION_ENDED, Lease
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import Line

_LOOK_S: Final = 0.1  # how soon the end of a session is noticed


class CodeLine(Line, Protocol):
    """A scanner at the end of its line."""

    def begin(self) -> None:
        """Codes are wanted from now on; what came before is forgotten."""

    def next_code(self, deadline: float) -> ScannedCode | None:
        """The next code; None when there was none by the deadline."""

    def end(self) -> None:
        """No more codes are wanted; what still comes is forgotten."""

    def check(self) -> str:
        """Ask the scanner, if it can be asked: "" when all is well, else what it complains of. Raises DeviceError."""

    def model(self) -> str | None:
        """What it says of itself; None when it cannot say. Raises DeviceError."""


L = TypeVar("L", bound=CodeLine)


class ShowingOptions(Section):
    """What every scanner has."""

    hold_ms: int = Field(
        1500, ge=0, le=60000, description="how long a code must be away until it counts as shown again, in milliseconds"
    )


def probe(line: CodeLine) -> str:
    """See Probe."""
    return line.check()


class Showing:
    """Which codes have been handed over and are still being shown: a code goes when it was not seen for `hold_s`.

    Time passes only while somebody looks: a code on a phone left lying there is not the next person's.
    """

    def __init__(self, hold_s: float) -> None:
        self._hold_s = hold_s
        self._key = secrets.token_bytes(16)
        self._seen: dict[bytes, float] = {}

    def look(self, now: float) -> None:
        """Somebody begins to look."""
        self._seen = dict.fromkeys(self._seen, now)

    def is_new(self, raw: bytes, now: float) -> bool:
        """Whether this is not one that was handed over and never went."""
        self._seen = {code: at for code, at in self._seen.items() if now - at < self._hold_s}
        code = self._digest(raw)
        if code not in self._seen:
            return True
        self._seen[code] = now
        return False

    def handed_over(self, raw: bytes, now: float) -> None:
        """It was, or it was refused for good."""
        self._seen[self._digest(raw)] = now

    def _digest(self, raw: bytes) -> bytes:
        return hashlib.blake2b(raw, key=self._key, digest_size=16).digest()


@dataclass(eq=False)
class _Wait(Wait[ScannedCode]):
    turn: int = field(kw_only=True)


class LeasedScanner(OneWait[_Wait]):
    """A CodeScanner. One wait at a time: a new one takes the place of the one before, which fails with Cancelled."""

    def __init__(
        self, supervisor: Supervisor[L], options: ShowingOptions, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(clock)
        self._supervisor = supervisor
        self._showing = Showing(options.hold_ms / 1000)
        self._turns = itertools.count()
        self._begun: tuple[CodeLine, int] | None = None  # for which wait the line was begun; only looks touch it

    def wait_for_code(self, lease: Lease, deadline_s: float | None = None) -> Future[ScannedCode]:
        """See CodeScanner."""
        if lease.ended:
            return failed(Cancelled(SESSION_ENDED))  # and whoever waits under a living lease goes on
        deadline = float("inf") if deadline_s is None else self._clock() + deadline_s
        wait = _Wait(lease, deadline, "no code came in time", turn=next(self._turns))
        with self._lock:
            earlier, self._wait = self._wait, wait
            begin, self._looking = not self._looking, True
        if earlier is not None:
            earlier.fail(Cancelled("another wait for a code took its place"))
        if begin:
            self._look_again()
        return wait.future

    def check_health(self) -> Future[ScannerStatus]:
        """See CodeScanner."""
        return self._supervisor.submit(self._health)

    def _health(self, line: CodeLine) -> ScannerStatus:
        try:
            model = line.model()
        except (DeviceSilent, ProtocolError):
            self._supervisor.suspect()
            model = None
        return ScannerStatus(self._supervisor.link, model)

    def _look_again(self) -> None:
        self._supervisor.submit(self._look).add_done_callback(self._looked)

    def _look(self, line: CodeLine) -> None:
        """Wait a moment for a code, if somebody does; else let the scanner rest."""
        wait = self._end_if_over()
        begun, self._begun = self._begun, None  # unless all goes well
        if wait is None:
            if begun is not None and begun[0] is line:
                line.end()
            return
        if begun != (line, wait.turn):
            line.begin()
            self._showing.look(self._clock())
        code = line.next_code(min(self._clock() + _LOOK_S, wait.deadline))
        self._begun = (line, wait.turn)
        if code is not None and self._showing.is_new(code.raw, self._clock()):
            self._hand_over(wait, code)

    def _looked(self, look: Future[None]) -> None:
        error = look.exception()
        if isinstance(error, DeviceSilent | ProtocolError):
            error = None  # one bad answer; the supervisor asks and decides whether the scanner is gone
        with self._lock:
            self._looking = error is None and (self._wait is not None or self._begun is not None)
            go_on, dropped = self._looking, self._wait
            if error is not None:
                self._wait = self._begun = None
        if go_on:
            self._look_again()
        elif dropped is not None and error is not None:
            dropped.fail(error)

    def _hand_over(self, wait: _Wait, code: ScannedCode) -> None:
        if self._take(wait) and wait.hand_over(code):
            self._showing.handed_over(code.raw, self._clock())
            self._supervisor.counters.add("codes")
