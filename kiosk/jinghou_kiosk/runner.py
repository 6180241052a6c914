"""Does what the session asks for, and turns what comes of it into events.

The one thread that calls `handle` owns the state (in the app, Qt's). Devices and the server answer on threads of
their own through `post`, which must hand an event over to that one thread and return before it is handled there.
"""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, Protocol, assert_never

from jinghou_config.log import get_logger
from jinghou_config.ticket import BookingTemplate, TicketTemplate
from jinghou_devices.errors import DeviceError, DeviceRefused, ProtocolError
from jinghou_devices.kinds.code_scanner import CodeScanner, ScannedCode
from jinghou_devices.kinds.common import DeviceStatus, Kind, Lease, Link
from jinghou_devices.kinds.id_reader import IdCard, IdReader
from jinghou_devices.kinds.receipt_printer import Printed, PrintResult, Receipt, ReceiptPrinter
from jinghou_kiosk import bookings as own_bookings
from jinghou_kiosk import own_numbers, phones
from jinghou_kiosk.box.file import BoxFault
from jinghou_kiosk.effects import (
    AskPhoneCode,
    AskStaff,
    AskWait,
    BindPhone,
    BookingEffect,
    BookPlace,
    CheckIn,
    Effect,
    EndLease,
    FindBookings,
    FindNumbers,
    FindServices,
    FindSlots,
    GiveBack,
    GiveNumberBack,
    GiveUpBooking,
    MoveBooking,
    PrintBooking,
    PrintTicket,
    RenewLease,
    ReportPrinted,
    StartTimer,
    StopTimer,
    TakeNumber,
    TellStaffNotNeeded,
)
from jinghou_kiosk.events import (
    ArriveFault,
    CardLeftBehind,
    CardRead,
    CardUnreadable,
    CodeShown,
    Event,
    Holder,
    NotCheckedIn,
    NumberTaken,
    PrintEnded,
    ReaderSeen,
    ScannerSeen,
    StaffAsked,
    StaffNotAsked,
)
from jinghou_kiosk.numbers import NumberBox, Numbers, NumberServer
from jinghou_kiosk.privacy import mask_name
from jinghou_kiosk.receipt import booking_receipt, ticket_receipt
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_kiosk.service_finder import ServiceFinder
from jinghou_kiosk.session import step
from jinghou_kiosk.state import Session, Step
from jinghou_queue.contract import bookings, helping, messages, offline
from jinghou_queue.contract.identity import Identity, IdentityKind, InvalidIdentity

TELL_AGAIN_S: Final = 2.0

_ARRIVE_FAULTS: Final = {
    "check-in-early": ArriveFault.EARLY,
    "check-in-other-day": ArriveFault.OTHER_DAY,
    "check-in-other-hall": ArriveFault.OTHER_HALL,
    "booking-unknown": ArriveFault.UNKNOWN,
    "invalid-request": ArriveFault.UNKNOWN,  # a code of something else altogether
}

log = get_logger(__name__)


class Devices(Protocol):
    """What stands at this kiosk; a Station."""

    @property
    def id_reader(self) -> IdReader | None:
        """The ID reader, if there is one."""

    @property
    def code_scanner(self) -> CodeScanner | None:
        """The code scanner, if there is one."""

    @property
    def receipt_printer(self) -> ReceiptPrinter | None:
        """The receipt printer, if there is one."""


class VisitServer(NumberServer, own_numbers.OwnNumbersServer, own_bookings.BookingServer, phones.PhoneServer, Protocol):
    """What the runner asks of the server; a ServerClient. The calls block, and may be repeated with their key."""

    def check_in(self, request: bookings.CheckIn, key: str) -> tuple[messages.Ticket, bool]:
        """The number of somebody who arrived, and whether they had it already."""

    def ask_help(self, request: helping.AskHelp) -> helping.HelpAsked:
        """Somebody asks for staff."""

    def withdraw_help(self) -> None:
        """Nobody need come."""

    def report_printed(self, ticket: str, report: messages.TicketPrinted, key: str) -> messages.TicketStatus:
        """Tell how a number reached its holder."""


class Timer(Protocol):
    """One timer that, when it runs out, makes its owner post TimerFired."""

    def start(self, seconds: float) -> None:
        """Fire once after `seconds`; an earlier start is forgotten."""

    def stop(self) -> None:
        """Do not fire."""


class Runner:
    """Holds the state of the session and does its effects."""

    def __init__(
        self,
        first: Step,
        *,
        server: VisitServer,
        timer: Timer,
        post: Callable[[Event], None],
        on_change: Callable[[Session], None],
        ticket: TicketTemplate,
        booking: BookingTemplate,
        now: Callable[[], int],
    ) -> None:
        """`now` gives Unix time in milliseconds."""
        self.state = first.state
        self._first = first.effects
        self._server = server
        self._timer = timer
        self._post = post
        self._on_change = on_change
        self._ticket = ticket
        self._booking = booking
        self._now = now
        self._devices: Devices | None = None
        self._box: NumberBox | None = None
        self._numbers = self._numbers_with(None)
        self._lease = Lease(first.state.id)
        self._phone_codes = phones.PhoneCodes(server, post)
        self._closing = threading.Event()
        self._asking = ThreadPoolExecutor(2, thread_name_prefix="ask-server")
        self._later = ThreadPoolExecutor(1, thread_name_prefix="tell-server")
        self._finder = ServiceFinder()
        self._finding = ThreadPoolExecutor(1, thread_name_prefix="find-services")

    def start(self, devices: Devices, box: NumberBox | None = None) -> None:
        """Begin the first session with `devices`; without `box` there are no numbers while the server is away."""
        self._devices = devices
        self._box = box
        self._numbers = self._numbers_with(box)
        for effect in self._first:
            self._do(effect)

    def handle(self, event: Event) -> None:
        """Take one step. Called on the owner's thread only."""
        before = self.state
        outcome = step(before, event)
        self.state = outcome.state
        if outcome.state.page != before.page:
            log.info("page", page=type(outcome.state.page).__name__)
        if outcome.state.reader_ready and not before.reader_ready:
            self._watch_left_behind()
            self._await_card()
        if outcome.state.scanner_ready and not before.scanner_ready:
            self._await_code()
        if outcome.state.hall is not before.hall:
            self._finding.submit(self._finder.know, outcome.state.services)
        for effect in outcome.effects:
            self._do(effect)
        if outcome.state != before:
            self._on_change(outcome.state)

    def device_changed(self, status: DeviceStatus) -> None:
        """Take note of a device's state. Called from its supervisor's thread."""
        ready = status.link in {Link.ONLINE, Link.DEGRADED}
        if status.name == Kind.ID_READER:
            self._post(ReaderSeen(ready))
        if status.name == Kind.CODE_SCANNER:
            self._post(ScannerSeen(ready))

    def close(self) -> None:
        """End the session and stop asking the server."""
        self._closing.set()
        self._lease.end()
        self._phone_codes.stop()
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._later.shutdown(wait=False, cancel_futures=True)
        self._finding.shutdown(wait=False, cancel_futures=True)

    def _do(self, effect: Effect) -> None:
        match effect:
            case RenewLease(session):
                self._renew_lease(session)
                self._await_card()
                self._await_code()
            case EndLease(session):
                self._renew_lease(session)
                self._lease.end()
            case FindServices():
                self._finding.submit(self._find_services, effect)
            case TakeNumber():
                self._asking.submit(self._take_number, effect)
            case CheckIn():
                self._asking.submit(self._check_in, effect)
            case FindNumbers():
                self._asking.submit(self._find_numbers, effect)
            case GiveNumberBack():
                self._asking.submit(self._give_number_back, effect)
            case AskWait() | FindSlots() | BookPlace() | MoveBooking() | FindBookings() | GiveUpBooking():
                self._asking.submit(self._ask_about_bookings, effect)
            case AskPhoneCode():
                self._phone_codes.ask(effect)
            case BindPhone():
                self._asking.submit(self._bind_phone, effect)
            case AskStaff(page):
                self._asking.submit(self._ask_staff, page)
            case TellStaffNotNeeded():
                self._later.submit(self._until_heard, self._server.withdraw_help)
            case PrintTicket():
                self._print(effect.session, partial(ticket_receipt, effect, self._ticket))
            case PrintBooking():
                self._print(effect.session, partial(booking_receipt, effect, self._booking))
            case GiveBack():
                self._later.submit(self._leave, effect)
            case ReportPrinted():
                self._later.submit(self._tell_printed, effect, self._now())
            case StartTimer(seconds):
                self._timer.start(seconds)
            case StopTimer():
                self._timer.stop()
            case _:
                assert_never(effect)

    def _renew_lease(self, session: str) -> None:
        self._lease.end()
        self._lease = Lease(session)
        self._numbers.forget()
        self._phone_codes.stop()

    def _await_card(self) -> None:
        if self.state.reader_ready and not self._lease.ended:
            self._await_card_under(self._lease)

    def _await_card_under(self, lease: Lease) -> None:
        reader = self._devices.id_reader if self._devices else None
        if reader is not None:
            reader.wait_for_card(lease).add_done_callback(partial(self._card_came, lease))

    def _card_came(self, lease: Lease, card: Future[IdCard]) -> None:
        """On the reader's thread: hand on what the visit needs of the card, and wait for the next one."""
        if lease.ended:
            return
        try:
            self._post(CardRead(lease.session, _holder_of(card.result())))
        except (DeviceRefused, ProtocolError, InvalidIdentity):
            self._post(CardUnreadable(lease.session))
        except DeviceError:
            return  # the supervisor says when the reader is back, and the waiting begins anew
        self._await_card_under(lease)

    def _watch_left_behind(self) -> None:
        """Of the reader that is there now: another may have been put in."""
        reader = self._devices.id_reader if self._devices else None
        if reader is not None:
            reader.watch_left_behind(self._card_lies)

    def _card_lies(self, lies: bool) -> None:
        """On the reader's thread: a card was left behind, or is gone."""
        log.info("card left behind", state="lies" if lies else "gone")
        self._post(CardLeftBehind(lies))

    def _await_code(self) -> None:
        if self.state.scanner_ready and not self._lease.ended:
            self._await_code_under(self._lease)

    def _await_code_under(self, lease: Lease) -> None:
        scanner = self._devices.code_scanner if self._devices else None
        if scanner is not None:
            scanner.wait_for_code(lease).add_done_callback(partial(self._code_came, lease))

    def _code_came(self, lease: Lease, code: Future[ScannedCode]) -> None:
        """On the scanner's thread: hand on what the code says, and wait for the next one."""
        if lease.ended:
            return
        try:
            self._post(CodeShown(lease.session, code.result().text))
        except DeviceError:
            return  # the supervisor says when the scanner is back, and the waiting begins anew
        self._await_code_under(lease)

    def _check_in(self, ask: CheckIn) -> None:
        holder = ask.holder
        try:
            request = bookings.CheckIn(
                channel=messages.Channel.KIOSK,
                code=ask.code,
                identity=holder.identity if holder else None,
                masked_name=holder.masked_name if holder else None,
            )
            ticket, again = self._server.check_in(request, ask.key)
        except ServerUnreachable as fault:
            log.warning("not checked in: server lost", reason=str(fault))
            self._post(NotCheckedIn(ask.session, ArriveFault.SERVER_LOST))
        except ServerRefused as refused:
            log.info("not checked in", reason=refused.slug)
            booked_for = refused.problem.booked_for or None
            self._post(NotCheckedIn(ask.session, _ARRIVE_FAULTS.get(refused.slug, ArriveFault.GONE), booked_for))
        except Exception:
            log.exception("not checked in: a fault of this program")
            self._post(NotCheckedIn(ask.session, ArriveFault.SERVER_LOST))
        else:
            self._post(NumberTaken(ask.session, ticket, again))

    def _find_services(self, ask: FindServices) -> None:
        self._post(self._finder.find(ask))

    def _find_numbers(self, ask: FindNumbers) -> None:
        self._post(own_numbers.find_numbers(self._server, ask))

    def _give_number_back(self, ask: GiveNumberBack) -> None:
        self._post(own_numbers.give_back(self._server, ask))

    def _ask_about_bookings(self, ask: BookingEffect) -> None:
        self._post(own_bookings.answer(self._server, ask, is_here=self._is_here))

    def _bind_phone(self, ask: BindPhone) -> None:
        self._post(phones.bind_phone(self._server, ask))

    def _ask_staff(self, page: str) -> None:
        try:
            asked = self._server.ask_help(helping.AskHelp(page=page))
        except (ServerUnreachable, ServerRefused) as fault:
            log.warning("staff not called", reason=str(fault))
            self._post(StaffNotAsked())
        except Exception:
            log.exception("staff not called: a fault of this program")
            self._post(StaffNotAsked())
        else:
            self._post(StaffAsked(asked.terminal, asked.state, asked.seq))

    def _take_number(self, ask: TakeNumber) -> None:
        self._post(self._numbers.take(ask))

    def _numbers_with(self, box: NumberBox | None) -> Numbers:
        return Numbers(self._server, box, is_here=self._is_here, now=self._now, draw=_draw)

    def _is_here(self, session: str) -> bool:
        """Whether that session's person still stands there. From any thread."""
        return session == self._lease.session

    def _print(self, session: str, receipt: Callable[[], Receipt]) -> None:
        printer = self._devices.receipt_printer if self._devices else None
        if printer is None:
            self._post(PrintEnded(session, None))
            return
        try:
            printing = printer.print(receipt())
        except Exception:
            log.exception("no receipt: a fault of this program")
            self._post(PrintEnded(session, Printed.REFUSED))
        else:
            printing.add_done_callback(partial(self._print_ended, session))

    def _print_ended(self, session: str, print_: Future[PrintResult]) -> None:
        result = print_.result()
        log.info("print", outcome=result.printed.value, reason=result.reason)
        self._post(PrintEnded(session, result.printed))

    def _leave(self, lost: GiveBack) -> None:
        if not self._numbers.give_back(lost):
            self._until_heard(partial(self._give_back, lost))

    def _tell_printed(self, report: ReportPrinted, at: int) -> None:
        """By way of the box, which a power cut does not empty; straight to the server when the box cannot keep it."""
        if self._box is not None:
            key = _draw()
            try:
                self._box.put(offline.NumberPrinted(key=key, at=at, ticket=report.ticket, outcome=report.outcome))
            except BoxFault as fault:
                log.error("box cannot keep a report", reason=str(fault))
            else:
                return
        self._until_heard(partial(self._report_printed, report))

    def _until_heard(self, tell: Callable[[], object]) -> None:
        """Tell the server something that no person waits for, as often as it takes. Nothing of a person is in it."""
        try:
            tell()
        except ServerUnreachable:
            if not self._closing.wait(TELL_AGAIN_S):
                self._later.submit(self._until_heard, tell)  # behind the others, so that it holds up none
        except ServerRefused as refused:
            log.error("server refused", reason=refused.problem.type)
        except Exception:
            log.exception("not told: a fault of this program")

    def _report_printed(self, report: ReportPrinted) -> None:
        message = messages.TicketPrinted(outcome=report.outcome)
        self._server.report_printed(report.ticket, message, key=f"printed-{report.ticket}")

    def _give_back(self, lost: GiveBack) -> None:
        request = messages.TakeNumber(service=lost.service, channel=messages.Channel.KIOSK)
        ticket, _ = self._server.take_number(request, lost.key)
        self._server.cancel(ticket.id, key=f"cancel-{lost.key}")


def _draw() -> str:
    """A name that never came before."""
    return secrets.token_hex(12)


def _holder_of(card: IdCard) -> Holder:
    return Holder(Identity(IdentityKind(card.kind.value), card.number), mask_name(card.name))
