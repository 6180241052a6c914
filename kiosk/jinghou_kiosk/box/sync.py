"""Keeps box and server even: tells what waits, fills up the numbers, learns what the kiosk is to be, says how it is.

One thread does a round about every second and whenever something has changed. A round does what is due and stops at
the first thing that fails; nothing of it is lost, because what was not answered is told again.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Protocol

import msgspec

from jinghou_config.log import get_logger
from jinghou_devices.kinds.common import DeviceStatus, Kind
from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.entries import LostPress, first_request
from jinghou_kiosk.box.file import BoxFault
from jinghou_kiosk.events import Event, HallRemembered, NumbersAtHand
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import PROBLEM_PREFIX, messages
from jinghou_queue.contract.messages import HallView
from jinghou_queue.contract.offline import (
    MOST_ITEMS,
    AskNumbers,
    ItemStatus,
    Lease,
    NumberCancelled,
    NumberPrinted,
    OutboxAnswer,
    OutboxItem,
)
from jinghou_queue.contract.terminals import (
    Activity,
    DeviceKind,
    DeviceLink,
    DeviceReport,
    ReportHeard,
    TerminalConfig,
    TerminalReport,
)

ROUND_S: Final = 1.0
AFTER_A_FAULT_S: Final = 2.0
CARE_S: Final = 60.0
"""How often the configuration is asked for, numbers that the server did not have are asked for, and a report is due."""
WRONG_CLOCK_MS: Final = 2 * 60 * 1000

_REPORTED: Final = {
    Kind.ID_READER: DeviceKind.ID_READER,
    Kind.CODE_SCANNER: DeviceKind.CODE_SCANNER,
    Kind.RECEIPT_PRINTER: DeviceKind.RECEIPT_PRINTER,
    Kind.LOCKER: DeviceKind.LOCKER_BOARD,
}
_NOT_NOW: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
_NOT_ENROLLED: Final = f"{PROBLEM_PREFIX}terminal-unknown"

log = get_logger(__name__)


class SyncServer(Protocol):
    """Whom the box is kept even with; a ServerClient. Every call may raise ServerUnreachable and ServerRefused."""

    def tell(self, items: Sequence[OutboxItem]) -> OutboxAnswer:
        """What happened while the server was away."""

    def lease(self, request: AskNumbers) -> Lease:
        """Numbers that may be given while the server is away."""

    def config(self, known: str = "") -> tuple[TerminalConfig, str] | None:
        """What this terminal is to be, unless it is what is known."""

    def report(self, report: TerminalReport) -> ReportHeard:
        """How this terminal is."""

    def take_number(self, request: messages.TakeNumber, key: str) -> tuple[messages.Ticket, bool]:
        """A number, and whether the person already held it today."""

    def cancel(self, ticket: str, key: str) -> messages.TicketStatus:
        """Give a number back."""

    def report_printed(self, ticket: str, report: messages.TicketPrinted, key: str) -> messages.TicketStatus:
        """Tell how a number reached its holder."""


class Sync:
    """Works for one box. `now` gives Unix time in milliseconds, `monotonic` seconds that never go back."""

    def __init__(
        self,
        box: Box,
        server: SyncServer,
        post: Callable[[Event], None],
        *,
        now: Callable[[], int],
        monotonic: Callable[[], float],
        version: str,
        on_config: Callable[[TerminalConfig], None] = lambda _config: None,
    ) -> None:
        """`post` takes what the session has to know, from any thread; `version` is this program's.

        `on_config` takes what the server told this terminal to be, remembered or new.
        """
        self._box = box
        self._server = server
        self._post = post
        self._now = now
        self._monotonic = monotonic
        self._version = version
        self._on_config = on_config
        self._hall: HallView | None = None
        self._online = self._is_refused = False
        self._enrolled: bool | None = None
        self._etag = ""
        self._config: TerminalConfig | None = None
        self._activity = Activity.IDLE
        self._devices: dict[Kind, DeviceReport] = {}
        self._told: TerminalReport | None = None
        self._at_hand: frozenset[str] | None = None
        self._asked_short: dict[str, float] = {}  # when the server had fewer numbers than wanted, by service
        self._config_due = self._report_due = self._not_before = 0.0
        self._clock_is_wrong = False
        self._fault = ""
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="box-sync", daemon=True)

    def start(self) -> None:
        """Tell the session what the box knows, and begin."""
        self._box.on_change = self._wake.set
        try:
            hall = self._box.hall()
            self._config = self._box.config()
            if self._config is not None:
                self._on_config(self._config)
            if hall is not None:
                self._post(HallRemembered(hall))
            self._show_at_hand()
        except BoxFault as fault:
            self._say(fault)
        self._thread.start()

    def close(self) -> None:
        """End, with the round that is under way."""
        self._closing.set()
        self._wake.set()
        self._thread.join(ROUND_S)  # a question to the server may outlast it, and harms nothing

    # What happens elsewhere; called from any thread, each returns at once.

    def hall_seen(self, hall: HallView) -> None:
        """The server is there, and the hall is so."""
        self._hall = hall
        if not self._online:
            self._online = True
            self._not_before = 0.0
        self._wake.set()

    def server_lost(self) -> None:
        """The server is away: nothing is asked of it until the hall is seen again."""
        self._online = False
        self._wake.set()

    def server_refused(self) -> None:
        """The server knows this terminal no more: what it gave would never be called, so it gives nothing."""
        self._is_refused = True
        self._wake.set()

    def activity_changed(self, activity: Activity) -> None:
        """What the kiosk does now."""
        if activity is not self._activity:
            self._activity = activity
            self._wake.set()

    def device_changed(self, status: DeviceStatus) -> None:
        """A device is so."""
        kind = Kind(status.name)
        if kind in _REPORTED:
            report = DeviceReport(id=kind.value, kind=_REPORTED[kind], state=DeviceLink(status.link.value))
            self._devices = {**self._devices, kind: report}
            self._wake.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(ROUND_S)
            self._wake.clear()
            if not self._closing.is_set():
                self.round()

    def round(self) -> None:
        """Do what is due. Raises nothing: what fails is said in the log once, and tried again later."""
        try:
            if self._is_refused:
                self._box.drop_numbers()
                self._is_refused = False
            self._show_at_hand()
            if self._online and self._monotonic() >= self._not_before:
                self._speak()
            if self._hall is not None:
                self._box.keep_hall(self._hall)
            self._show_at_hand()
            self._fault = ""
        except (BoxFault, ServerUnreachable, ServerRefused) as fault:
            self._not_before = self._monotonic() + AFTER_A_FAULT_S
            self._say(fault)
        except Exception:
            self._not_before = self._monotonic() + AFTER_A_FAULT_S
            log.exception("box and server are not even: a fault of this program")

    def _speak(self) -> None:
        if self._enrolled is None:
            self._learn()  # how things are told hangs on it
        self._tell()
        if self._enrolled:
            self._fill()
            if self._monotonic() >= self._config_due:
                self._learn()
            self._report()

    # Telling

    def _tell(self) -> None:
        """All that waits, oldest first; what was answered is forgotten, whatever the answer."""
        while waiting := self._box.oldest(MOST_ITEMS):
            items = first_request(waiting) if self._enrolled else []
            told = self._tell_together(items) if items else self._tell_alone(waiting[0])
            self._box.forget(told)
            if not told:
                raise ServerUnreachable("an answer without answers")

    def _tell_together(self, items: Sequence[OutboxItem]) -> list[str]:
        answer = self._server.tell(items)
        self._look_at_clock(answer.now)
        sent = {item.key for item in items}
        for one in answer.items:
            if one.status is ItemStatus.REFUSED:
                log.error("told, and refused", reason=one.problem.type if one.problem else "")
        told = [one.key for one in answer.items if one.key in sent]
        log.info("told", count=len(told))
        self._asked_short.clear()  # numbers were used, and there may be others
        return told

    def _tell_alone(self, entry: OutboxItem | LostPress) -> list[str]:
        """In messages of its own: what the outbox has no form for, and everything of a terminal not enrolled."""
        try:
            match entry:
                case LostPress():
                    request = messages.TakeNumber(service=entry.service, channel=messages.Channel.KIOSK)
                    ticket, _ = self._server.take_number(request, entry.press)
                    self._server.cancel(ticket.id, key=f"cancel-{entry.press}")
                case NumberPrinted():
                    self._server.report_printed(
                        entry.ticket, messages.TicketPrinted(outcome=entry.outcome), key=entry.key
                    )
                case NumberCancelled():
                    self._server.cancel(entry.ticket, key=entry.key)
                case _:
                    log.error("cannot be told by a terminal that is not enrolled")
        except ServerRefused as refused:
            if refused.problem.status in _NOT_NOW:
                raise
            log.error("told, and refused", reason=refused.problem.type)
        return [entry.key]

    # Numbers

    def _fill(self) -> None:
        """Have as many numbers of each service as may be set aside. The outbox is empty: the server knows what is used.

        A number given meanwhile is among the server's unused ones; the box knows better.
        """
        if self._config is None or not self._config.lease_numbers:
            return
        have = self._box.at_hand(self._now())
        wanted = self._config.lease_numbers
        for service in self._config.services:
            asked = self._asked_short.get(service.id)
            if have.get(service.id, 0) >= wanted or (asked is not None and self._monotonic() < asked + CARE_S):
                continue
            self._asked_short[service.id] = self._monotonic()
            try:
                self._box.keep_lease(self._server.lease(AskNumbers(service=service.id, count=wanted)))
            except ServerRefused as refused:
                log.warning("no numbers set aside", reason=refused.problem.type)

    def _show_at_hand(self) -> None:
        at_hand = frozenset(self._box.at_hand(self._now()))
        if at_hand != self._at_hand:
            self._at_hand = at_hand
            self._post(NumbersAtHand(at_hand))

    # Care

    def _learn(self) -> None:
        self._config_due = self._monotonic() + CARE_S
        try:
            fresh = self._server.config(self._etag)
        except ServerRefused as refused:
            if refused.problem.type != _NOT_ENROLLED or self._enrolled:
                raise
            self._enrolled = False
            log.warning("not enrolled: no numbers without the server, and no reports")
            return
        self._enrolled = True
        if fresh is not None:
            self._config, self._etag = fresh
            self._on_config(self._config)
            self._box.keep_config(self._config)
            self._asked_short.clear()

    def _report(self) -> None:
        report = TerminalReport(
            at=0,
            app_version=self._version,
            activity=self._activity,
            devices=tuple(self._devices.values()),
            outbox=self._box.backlog(),
        )
        if report == self._told and self._monotonic() < self._report_due:
            return
        self._report_due = self._monotonic() + CARE_S
        self._told = report
        try:
            heard = self._server.report(msgspec.structs.replace(report, at=self._now()))
        except ServerUnreachable:
            self._told = None
            raise
        self._look_at_clock(heard.now)

    def _look_at_clock(self, server_now: int) -> None:
        """A clock that is wrong gives wrong times, and on a wrong day no numbers: whoever looks after it must know."""
        ahead = self._now() - server_now
        wrong = abs(ahead) > WRONG_CLOCK_MS
        if wrong and not self._clock_is_wrong:
            seen = datetime.fromtimestamp(server_now / 1000, UTC).isoformat(timespec="seconds")
            log.warning("clock is wrong", count=ahead // 1000, reason=f"seconds ahead of the server's {seen}")
        self._clock_is_wrong = wrong

    def _say(self, fault: Exception) -> None:
        """Once for as long as it lasts."""
        text = f"{type(fault).__name__} {fault}"
        if text != self._fault:
            log.warning("box and server are not even", reason=text)
        self._fault = text
