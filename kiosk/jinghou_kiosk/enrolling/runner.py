"""Does what enrolling asks for, and turns what comes of it into events, on the owner's thread (in the app, Qt's)."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, assert_never

from jinghou_config.log import get_logger
from jinghou_devices.errors import DeviceError
from jinghou_devices.kinds.code_scanner import CodeScanner, ScannedCode
from jinghou_devices.kinds.common import DeviceStatus, Lease, Link
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.enrolling.state import Enrolment
from jinghou_kiosk.enrolling.step import AskServer, BeginAsEnrolled, CodeScanned, EnrolEnded, Event, step
from jinghou_kiosk.events import ScannerSeen

_READY: Final = frozenset({Link.ONLINE, Link.DEGRADED})

log = get_logger(__name__)


class EnrolRunner:
    """Holds the state of enrolling. `begin` is called once the technician lets the terminal begin."""

    def __init__(
        self,
        first: Enrolment,
        enroller: Enroller,
        *,
        post: Callable[[Event | ScannerSeen], None],
        on_change: Callable[[Enrolment], None],
        begin: Callable[[], None],
    ) -> None:
        """`post` hands an event to the owner's thread, and returns before it is handled there."""
        self.state = first
        self._enroller = enroller
        self._post = post
        self._on_change = on_change
        self._begin = begin
        self._scanner: CodeScanner | None = None
        self._scanner_ready = False
        self._lease = Lease("enrolling")
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="enrol")

    def handle(self, event: Event | ScannerSeen) -> None:
        """Take one step. Called on the owner's thread only."""
        if isinstance(event, ScannerSeen):
            self._await_code_if(event.ready)
            return
        before = self.state
        after = step(before, event)
        self.state = after.state
        if type(after.state.page) is not type(before.page):
            log.info("enrolling", page=type(after.state.page).__name__)
        for effect in after.effects:
            match effect:
                case AskServer():
                    self._asking.submit(self._ask, after.state, effect)
                case BeginAsEnrolled():
                    self._begin()
                case _:
                    assert_never(effect)
        if after.state != before:
            self._on_change(after.state)

    def start(self, scanner: CodeScanner | None) -> None:
        """Listen to what the scanner reads, if there is one. Call it before an event is handled."""
        self._scanner = scanner  # its state comes as an event, which is handled after this

    def scanner_changed(self, status: DeviceStatus) -> None:
        """Take note of the scanner's state. Called from its supervisor's thread."""
        self._post(ScannerSeen(status.link in _READY))

    def close(self) -> None:
        """Ask nothing more."""
        self._lease.end()
        self._asking.shutdown(wait=False, cancel_futures=True)

    def _ask(self, state: Enrolment, ask: AskServer) -> None:
        self._post(EnrolEnded(self._enroller.ask(state, ask)))

    def _await_code_if(self, ready: bool) -> None:
        """Wait for a code, once for each time that the scanner is back."""
        if ready and not self._scanner_ready:
            self._await_code()
        self._scanner_ready = ready

    def _await_code(self) -> None:
        if self._scanner is not None and not self._lease.ended:
            self._scanner.wait_for_code(self._lease).add_done_callback(self._code_came)

    def _code_came(self, code: Future[ScannedCode]) -> None:
        if self._lease.ended:
            return
        try:
            self._post(CodeScanned(code.result().text))
        except DeviceError:
            return  # the supervisor says when the scanner is back
        self._await_code()
