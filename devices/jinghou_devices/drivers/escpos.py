"""ESC/POS receipt printers: looking before printing, printing once, and saying truthfully what became of the paper."""

import contextlib
import itertools
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from jinghou_config.devices import ReceiptPrinterSettings
from jinghou_config.settings import Section
from jinghou_devices.codecs import escpos
from jinghou_devices.codecs.charset import Charset
from jinghou_devices.codecs.escpos import Ask, Automatic, JobEnded, RealTime, Said, Trouble
from jinghou_devices.codecs.receipt import Cutter, parting, render
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.printing import count, not_printed
from jinghou_devices.errors import DeviceError, DeviceSilent, ProtocolError
from jinghou_devices.kinds.common import Kind, Tri
from jinghou_devices.kinds.receipt_printer import (
    BadReceipt,
    Paper,
    Picture,
    Printed,
    PrinterStatus,
    PrintResult,
    Receipt,
)
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import is_serial, open_port, opens_at_once
from jinghou_devices.transports.trace import Trace, Way

_BAUD: Final = 115200
_BITS_A_BYTE: Final = 10  # a start bit, eight of data, a stop bit
_PRINTER_BYTES_A_SECOND: Final = 20_000.0  # about what one takes in, where the line is faster than that
_ANSWER_S: Final = 0.5
_ASK_EVERY_S: Final = 0.5
_CONFIRM_S: Final = 2.0  # that a printer gets to confirm its first job before it is taken for one that never does
_CHUNK: Final = 256
_PICTURES_S: Final = 2.0  # of the line's time: pictures that need more are left out, the number is waited for
_MISSES: Final = 3  # questions without an answer, while others were answered, until one is taken for unknown
_LEAST_TIME_S: Final = 0.3  # before the deadline: less is not enough for a paper


class EscposOptions(Section):
    """In what one ESC/POS printer differs from another."""

    end_of_job: Literal["auto", "yes", "no"] = Field(
        "auto",
        description="whether it confirms that a paper is printed: auto finds out, yes trusts in nothing else, "
        "no does not ask (for a printer that prints the request as text)",
    )
    automatic_status: bool = Field(True, description="tell it to speak up by itself when something changes")
    clear_buffers: bool = Field(
        True, description="after a failed paper send 10 14 08, so that its rest does not come out later"
    )
    cutter: Cutter = Field(Cutter.PARTIAL, description="full or partial cut, or none: an edge to tear at")
    charset: Charset = Field(
        Charset.GB18030, description="gb2312, gbk or gb18030; characters outside it are printed as □"
    )


class Sensors:
    """Which questions a printer answers, found out as it is asked: one that it never answered is not put again."""

    def __init__(self) -> None:
        self._answered: set[Ask] = set()
        self._missed: Counter[Ask] = Counter()

    def forget(self) -> None:
        """It may be another printer now."""
        self._answered.clear()
        self._missed.clear()

    def note(self, what: Ask, *, answered: bool) -> None:
        """`what` was answered, or was not while others were."""
        if answered:
            self._answered.add(what)
        else:
            self._missed[what] += 1

    def may_know(self, what: Ask) -> bool:
        """Whether it is worth asking."""
        return what in self._answered or self._missed[what] < _MISSES


@dataclass(frozen=True)
class Answers:
    """The real-time answers: None for one that did not come, nothing for what the printer does not know."""

    bits: dict[Ask, int | None]

    def trouble(self) -> Trouble | None:
        """The first thing that stands in the way of printing; offline last, as it says the least."""
        asked = (Ask.OFFLINE_CAUSE, Ask.ERROR_CAUSE, Ask.PAPER, Ask.PRINTER)
        known = ((what, bits) for what in asked if (bits := self.bits.get(what)) is not None)
        return next((trouble for what, bits in known if (trouble := escpos.trouble_in(what, bits))), None)


class Conversation:
    """What a printer is asked and says while one command has the line."""

    def __init__(self, line: Transport, sensors: Sensors, mark: bytes = b"") -> None:
        self._line = line
        self._sensors = sensors
        self._mark = mark
        self._decoder = escpos.Decoder()
        self._real_time: list[int] = []
        self.trouble: Trouble | None = None  # as the printer said by itself
        self.job_ended = False
        line.discard_input()

    def listen(self, until: float) -> bool:
        """Take in what comes, up to the first of it or `until`; False when nothing came."""
        try:
            data = self._line.read(until)
        except DeviceSilent:
            return False
        self._line.trace.note(Way.IN, data)
        for said in self._decoder.feed(data):
            self._take(said)
        return True

    def ask(self, what: Ask, timeout_s: float = _ANSWER_S) -> int:
        """A real-time status. Raises DeviceSilent when nothing came, ProtocolError when nothing of it was an answer."""
        deadline = time.monotonic() + timeout_s
        request = escpos.ask(what)
        self._real_time.clear()
        strays = self._decoder.strays
        self._line.write(request, deadline)
        self._line.trace.note(Way.OUT, request)
        while not self._real_time:
            if not self.listen(deadline):
                if self._decoder.strays > strays:
                    raise ProtocolError("the printer answers nonsense: wrong speed, wrong device or a bad line")
                raise DeviceSilent("the printer does not answer")
        return self._real_time[0]

    def ask_all(self) -> Answers:
        """What it may know of the four. Raises when the first is not answered: simple printers know no other."""
        bits: dict[Ask, int | None] = {Ask.PRINTER: self.ask(Ask.PRINTER)}
        for what in (Ask.OFFLINE_CAUSE, Ask.ERROR_CAUSE, Ask.PAPER):
            if not self._sensors.may_know(what):
                continue
            try:
                bits[what] = self.ask(what)
            except DeviceSilent:
                bits[what] = None
            self._sensors.note(what, answered=bits[what] is not None)
        return Answers(bits)

    def _take(self, said: Said) -> None:
        match said:
            case RealTime(bits):
                self._real_time.append(bits)
            case Automatic(bits=automatic):
                self.trouble = escpos.trouble_in_automatic(automatic)
            case JobEnded(mark):
                self.job_ended = self.job_ended or mark == self._mark


def probe(line: Transport, sensors: Sensors) -> str:
    """Ask for the real-time status: "" or what stands in the way of printing."""
    trouble = Conversation(line, sensors).ask_all().trouble()
    return trouble.value if trouble else ""


class EscposPrinter:
    """A ReceiptPrinter. `bytes_a_second` is what the line carries: bytes are not handed over faster than that, so that
    those not yet sent at the deadline stay unsent."""

    def __init__(
        self,
        supervisor: Supervisor[Transport],
        sensors: Sensors,
        paper_mm: int,
        bytes_a_second: float,
        options: EscposOptions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._supervisor = supervisor
        self._sensors = sensors
        self._paper_mm = paper_mm
        self._bytes_a_second = bytes_a_second
        self._options = options
        self._clock = clock
        self._turns = itertools.count(1)
        self._confirms = {"auto": None, "yes": True, "no": False}[options.end_of_job]  # None: not known yet
        self._unfinished = False  # a piece of the paper before may hang in the printer: it is not the next person's

    def print(self, receipt: Receipt, deadline_s: float = 10.0) -> Future[PrintResult]:
        """See ReceiptPrinter."""
        deadline = self._clock() + deadline_s
        return self._supervisor.submit(
            lambda line: self._print(line, receipt, deadline), deadline=deadline, otherwise=not_printed
        )

    def check_health(self) -> Future[PrinterStatus]:
        """See ReceiptPrinter. Silence is UNKNOWN."""
        return self._supervisor.submit(self._health)

    def _health(self, line: Transport) -> PrinterStatus:
        link = self._supervisor.link
        try:
            bits = Conversation(line, self._sensors).ask_all().bits
        except (DeviceSilent, ProtocolError):
            self._supervisor.suspect()
            bits = {what: None for what in Ask if self._sensors.may_know(what)}
        cut_off = self._options.cutter is Cutter.NONE
        return PrinterStatus(
            link,
            _paper(bits),
            _tri(bits, Ask.OFFLINE_CAUSE, 0x04),
            None if cut_off else _tri(bits, Ask.ERROR_CAUSE, 0x08),
            _tri(bits, Ask.ERROR_CAUSE, 0x20),
        )

    def _print(self, line: Transport, receipt: Receipt, deadline: float) -> PrintResult:
        result = self._print_once(line, receipt, deadline)
        cuts = {} if self._options.cutter is Cutter.NONE else {"cuts": 1}
        count(self._supervisor.counters, result.printed, pages=1, **cuts)
        return result

    def _rendered(self, receipt: Receipt) -> tuple[bytes, str]:
        """The receipt's bytes, and what the technician must know of them: pictures do not keep the number waiting."""
        options = self._options
        whole = render(receipt, self._paper_mm, options.charset, options.cutter)
        words = tuple(block for block in receipt.blocks if not isinstance(block, Picture))
        if len(words) == len(receipt.blocks):
            return whole, ""
        without = render(Receipt(words), self._paper_mm, options.charset, options.cutter)
        if (len(whole) - len(without)) / self._bytes_a_second <= _PICTURES_S:
            return whole, ""
        return without, "without its pictures: the line is too slow for them"

    def _print_once(self, line: Transport, receipt: Receipt, deadline: float) -> PrintResult:
        mark = escpos.job_mark(next(self._turns))
        try:
            data, remark = self._rendered(receipt)
            talk = Conversation(line, self._sensors, mark)
            trouble = talk.ask_all().trouble()
        except (BadReceipt, DeviceError) as fault:
            if isinstance(fault, DeviceError):
                self._supervisor.suspect()
            return PrintResult(Printed.REFUSED, str(fault))
        if trouble is not None:
            self._supervisor.suspect()
            return PrintResult(Printed.REFUSED, trouble.value)
        if self._clock() > deadline - _LEAST_TIME_S:
            return PrintResult(Printed.REFUSED, "there was no time left to print")
        whole = (parting(self._options.cutter) if self._unfinished else b"") + data
        if self._options.automatic_status:
            whole = escpos.AUTOMATIC_STATUS_ON + whole
        if self._options.end_of_job != "no":
            whole += escpos.end_of_job(mark)
        try:
            result = self._send(talk, line, whole, deadline) or self._await_end(talk, deadline)
            if result.printed is Printed.FAILED:
                self._forget_the_rest(line)
        except DeviceError as fault:
            result = PrintResult(Printed.UNCERTAIN, f"after the receipt was sent in part or whole: {fault}")
        self._unfinished = result.printed is not Printed.DONE
        if self._unfinished:
            self._supervisor.suspect()
        return PrintResult(result.printed, "; ".join(filter(None, (result.reason, remark))))

    def _forget_the_rest(self, line: Transport) -> None:
        """Or it comes out later, when paper is put in."""
        orders = escpos.RECOVER + escpos.CLEAR if self._options.clear_buffers else escpos.RECOVER
        with contextlib.suppress(DeviceError):
            line.write(orders, self._clock() + _ANSWER_S)

    def _send(self, talk: Conversation, line: Transport, data: bytes, deadline: float) -> PrintResult | None:
        """Hand over `data` at the line's pace, listening meanwhile; a result when that is the end of it."""
        begun = self._clock()
        for start in range(0, len(data), _CHUNK):
            if self._clock() > deadline:
                return PrintResult(Printed.UNCERTAIN, "the deadline came before all was sent")
            line.write(data[start : start + _CHUNK], deadline)
            pace = begun + min(start + _CHUNK, len(data)) / self._bytes_a_second
            while talk.listen(min(pace, deadline)) and not talk.trouble:
                pass
            if talk.trouble:
                return _broken_off(talk.trouble)
        line.trace.note(Way.OUT, b"", hidden=len(data))
        return None

    def _await_end(self, talk: Conversation, deadline: float) -> PrintResult:
        """Wait until the printer says that all is printed, or, if it never says so, until it says it is well."""
        sent = next_question = self._clock()
        next_question += _ASK_EVERY_S
        while self._clock() < deadline:
            talk.listen(min(next_question, deadline))
            if talk.job_ended:
                self._confirms = True
                return PrintResult(Printed.DONE)
            if talk.trouble:
                return _broken_off(talk.trouble)
            if self._clock() < next_question:
                continue
            next_question = self._clock() + _ASK_EVERY_S
            result = self._ask_how_it_went(talk, waited=self._clock() - sent)
            if result is not None:
                return result
        return PrintResult(Printed.UNCERTAIN, "sent, and then the printer did not say that it was printed")

    def _ask_how_it_went(self, talk: Conversation, waited: float) -> PrintResult | None:
        try:
            answers = talk.ask_all()
        except (DeviceSilent, ProtocolError):
            return None  # nothing is known; it may still speak before the deadline
        trouble = answers.trouble()
        if talk.job_ended:
            return None  # heard while asking: the caller sees it
        if trouble is Trouble.OFFLINE:
            return None  # without a cause it is no fault yet
        if trouble is not None:
            return _broken_off(trouble)
        if self._confirms or waited < _CONFIRM_S or None in answers.bits.values():
            return None  # an answer that did not come is not "all is well"
        self._confirms = False  # and if it does after all, that is heard too
        return PrintResult(Printed.DONE, "the printer does not confirm jobs; it says it is well")


def _broken_off(trouble: Trouble) -> PrintResult:
    return PrintResult(Printed.FAILED, f"{trouble.value}, before the end of the receipt")


def _tri(bits: dict[Ask, int | None], what: Ask, mask: int) -> Tri | None:
    if what not in bits:
        return None
    answer = bits[what]
    if answer is None:
        return Tri.UNKNOWN
    return Tri.YES if answer & mask else Tri.NO


def _paper(bits: dict[Ask, int | None]) -> Paper | None:
    if Ask.PAPER not in bits:
        return None
    answer = bits[Ask.PAPER]
    return Paper.UNKNOWN if answer is None else escpos.paper_in(answer)


def _plan(settings: ReceiptPrinterSettings, options: EscposOptions) -> Plan[Transport, EscposPrinter]:
    baud = settings.baud or _BAUD
    bytes_a_second = baud / _BITS_A_BYTE if is_serial(settings.port) else _PRINTER_BYTES_A_SECOND
    sensors = Sensors()

    def open_(trace: Trace) -> Transport:
        sensors.forget()
        return open_port(settings.port, baud, trace)

    return Plan(
        open=open_,
        probe=lambda line: probe(line, sensors),
        device=lambda supervisor: EscposPrinter(supervisor, sensors, settings.paper_mm, bytes_a_second, options),
        at_once=opens_at_once(settings.port),
    )


DRIVER = Driver(
    Kind.RECEIPT_PRINTER,
    "ESC/POS receipt printers, 58 and 80 mm",
    _plan,
    EscposOptions,
    ports="serial port, host:port or usb:vendor:product[:serial number]",
    baud=_BAUD,
    asks_strangers=True,
    speeds=(57600, 38400, 19200, 9600),
)
