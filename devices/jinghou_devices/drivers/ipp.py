"""Document printers on the network (IPP Everywhere): sent once, followed to the end, called off when nothing comes.

A document that waits in a printer for paper comes out later, in front of somebody else: a job that has not printed by
its deadline, or that stands still for want of something, is cancelled.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import Field

from jinghou_config.devices import DocumentPrinterSettings
from jinghou_config.settings import ConfigError, Section
from jinghou_devices.bus import failed
from jinghou_devices.codecs import ipp
from jinghou_devices.codecs.ipp import Answer, Attributes, JobState
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.printing import count, not_printed
from jinghou_devices.errors import Cancelled, DeviceError, DeviceRefused, DeviceSilent, PortMissing, ProtocolError
from jinghou_devices.kinds.common import Kind, Tri
from jinghou_devices.kinds.document_printer import DocumentPrinterStatus
from jinghou_devices.kinds.receipt_printer import Paper, Printed, PrintResult
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports.ipp import IppLine

_PDF: Final = "application/pdf"
_ANSWER_S: Final = 5.0  # printers that sleep take their time
_LOOK_EVERY_S: Final = 0.5
_PATIENCE_S: Final = 3.0  # with a printer that stands still: between two sheets some report it for a moment
_SEARCH_S: Final = 10.0  # for a job of which no answer told
_FOR_CALLING_OFF_S: Final = 3.0
_STOPPED: Final = 5
_OF_PRINTER: Final = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "media-supported",
    "sides-supported",
)
_OF_JOB: Final = ("job-state", "job-state-reasons", "job-media-sheets-completed", "job-impressions-completed")


class IppOptions(Section):
    """In what one printer differs from another."""

    media: str = Field("iso_a4_210x297mm", description="the paper, as the printer calls it")
    sides: str = Field("one-sided", description="one-sided, two-sided-long-edge or two-sided-short-edge")
    verify: bool = Field(False, description="for ipps: only with a certificate that this machine trusts")


@dataclass(frozen=True)
class Look:
    """What a printer tells of itself."""

    told: Attributes

    @property
    def reasons(self) -> tuple[str, ...] | None:
        """Its printer-state-reasons; None when it tells none, not even that there are none."""
        reasons = self.told.get("printer-state-reasons")
        return None if reasons is None else tuple(reason for reason in reasons if reason != "none")

    def trouble(self) -> str:
        """Why it does not print now; "" when nothing is in the way."""
        words = [ipp.printer_words(reason) for reason in self.reasons or () if ipp.blocks(reason)]
        if not words and _STOPPED in self.told.get("printer-state", ()):
            words = [ipp.printer_words(reason) for reason in self.reasons or ()] or ["it has stopped"]
        return "; ".join(dict.fromkeys(words))

    def unfit(self, options: IppOptions) -> str:
        """Why it cannot print this document at all; "" when it can, or does not tell."""
        if False in self.told.get("printer-is-accepting-jobs", ()):
            return "it takes no jobs at the moment"
        for attribute, value, words in (
            ("document-format-supported", _PDF, "it does not take PDF"),
            ("media-supported", options.media, f"it has no paper {options.media}"),
            ("sides-supported", options.sides, f"it cannot print {options.sides}"),
        ):
            offered = self.told.get(attribute)
            if offered and value not in offered:
                return words
        return ""


def look(line: IppLine) -> Look:
    """Ask for the printer's attributes. Raises DeviceError, DeviceRefused when it says no."""
    answer = line.ask("Get-Printer-Attributes", {"requested-attributes": [*_OF_PRINTER]}, time.monotonic() + _ANSWER_S)
    if answer.refused:
        raise DeviceRefused(f"the printer says no: {ipp.refusal_words(answer.status)}")
    return Look(answer.printer)


def probe(line: IppLine) -> str:
    """Ask how it is: "" or what stands in the way of printing."""
    return look(line).trouble()


class _Errand:
    """One document, from handing it over to knowing what became of it."""

    def __init__(self, line: IppLine, pdf: bytes, options: IppOptions, deadline: float) -> None:
        self._line = line
        self._pdf = pdf
        self._options = options
        self._name = f"jinghou-{uuid4().hex[:16]}"  # by which the job is found again; it says nothing of the person
        now = time.monotonic()
        self._call_off = deadline - min(_FOR_CALLING_OFF_S, (deadline - now) / 4)
        self._deadline = deadline
        self.sheets = 0
        self._says = ""  # what the printer complained of last, should it be in the way or not

    def run(self) -> PrintResult:
        """Raises Cancelled, and nothing else, once something was sent."""
        handed_over = time.monotonic() + (self._call_off - time.monotonic()) / 2
        try:
            answer = self._line.ask(
                "Print-Job",
                {"job-name": self._name, "document-format": _PDF},
                handed_over,
                job={"copies": 1, "media": self._options.media, "sides": self._options.sides},
                document=self._pdf,
            )
        except PortMissing as fault:
            return PrintResult(Printed.REFUSED, str(fault))
        except (DeviceSilent, ProtocolError) as fault:
            return self._follow_or_search(None, str(fault))
        if answer.refused and answer.status not in ipp.UNSURE:
            return PrintResult(Printed.REFUSED, f"the printer says no: {ipp.refusal_words(answer.status)}")
        return self._follow_or_search(_first(answer, "job-id"), "the printer did not say which job it is")

    def _follow_or_search(self, job: Any, without: str) -> PrintResult:
        if not isinstance(job, int):
            job = self._search()
        if job is None:
            return PrintResult(Printed.UNCERTAIN, f"sent, and then: {without}; the printer tells of no such job")
        return self._follow(job)

    def _search(self) -> int | None:
        """The job by its name: an answer that was lost does not mean that the document was."""
        end = min(self._call_off, time.monotonic() + _SEARCH_S)
        while time.monotonic() < end:
            for which in ("not-completed", "completed"):
                asked = {"which-jobs": which, "requested-attributes": ["job-id", "job-name"]}
                answer = self._asked("Get-Jobs", asked, end)
                for job in answer.jobs if answer else ():
                    if self._name in job.get("job-name", ()) and job.get("job-id"):
                        return int(job["job-id"][0])
            self._line.pause(min(end, time.monotonic() + _LOOK_EVERY_S))
        return None

    def _follow(self, job: int) -> PrintResult:
        still_since: float | None = None
        while time.monotonic() < self._call_off:
            answer = self._job(job, self._call_off)
            if answer is not None and (end := self._ended(answer)) is not None:
                return end
            why = self._stands_still(answer) if answer else ""
            if not why:
                still_since = None
            elif still_since is None:
                still_since = time.monotonic()
            elif time.monotonic() - still_since >= _PATIENCE_S:
                return self._called_off(job, why)
            self._line.pause(min(self._call_off, time.monotonic() + _LOOK_EVERY_S))
        late = "it was not printed in time"
        return self._called_off(job, f"{late} (the printer says: {self._says})" if self._says else late)

    def _job(self, job: int, end: float) -> Answer | None:
        return self._asked("Get-Job-Attributes", {"job-id": job, "requested-attributes": [*_OF_JOB]}, end)

    def _ended(self, answer: Answer) -> PrintResult | None:
        """What became of the job, once it is over."""
        if answer.status == ipp.NOT_FOUND:
            return PrintResult(Printed.UNCERTAIN, "the printer took the job and knows nothing of it any more")
        reasons = tuple(str(reason) for reason in _all(answer, "job-state-reasons") if reason != "none")
        match _first(answer, "job-state"):
            case JobState.COMPLETED if "job-completed-with-errors" in reasons:
                return PrintResult(Printed.FAILED, ipp.job_words(reasons))
            case JobState.COMPLETED:
                counts = ("job-media-sheets-completed", "job-impressions-completed")
                self.sheets = next((n for name in counts if isinstance(n := _first(answer, name), int) and n > 0), 0)
                return PrintResult(Printed.DONE)
            case JobState.CANCELED | JobState.ABORTED:
                return PrintResult(Printed.FAILED, ipp.job_words(reasons))
            case _:
                return None

    def _stands_still(self, answer: Answer) -> str:
        """Why the printer does not go on with the job; "" while it does, or nobody knows."""
        asked = self._asked("Get-Printer-Attributes", {"requested-attributes": [*_OF_PRINTER[:2]]}, self._call_off)
        found = Look(asked.printer if asked else {})
        self._says = "; ".join(ipp.printer_words(reason) for reason in found.reasons or ())
        why = found.trouble()
        return why or ("it has stopped" if _first(answer, "job-state") == JobState.STOPPED else "")

    def _called_off(self, job: int, why: str) -> PrintResult:
        """Cancel the job, and look what that came to."""
        end = min(self._deadline, time.monotonic() + _FOR_CALLING_OFF_S)
        while time.monotonic() < end:
            self._asked("Cancel-Job", {"job-id": job}, end)
            answer = self._job(job, end)
            result = self._ended(answer) if answer else None
            if result is not None and result.printed is not Printed.FAILED:
                return result
            if result is not None:
                return PrintResult(Printed.FAILED, f"{why}; the job was cancelled")
            self._line.pause(min(end, time.monotonic() + _LOOK_EVERY_S))
        return PrintResult(Printed.UNCERTAIN, f"{why}, and the printer does not say that the job is cancelled")

    def _asked(self, operation: str, attributes: Mapping[str, object], end: float) -> Answer | None:
        """The answer, or None when none came: what is not known now may be known the next time."""
        try:
            return self._line.ask(operation, attributes, min(end, time.monotonic() + _ANSWER_S))
        except Cancelled:
            raise
        except DeviceError:
            return None


class IppPrinter:
    """A DocumentPrinter."""

    def __init__(
        self, supervisor: Supervisor[IppLine], options: IppOptions, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._supervisor = supervisor
        self._options = options
        self._clock = clock

    def print(self, pdf: bytes, deadline_s: float = 60.0) -> Future[PrintResult]:
        """See DocumentPrinter."""
        if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
            return failed(DeviceRefused("the document is not a whole PDF"), not_printed)
        deadline = self._clock() + deadline_s
        return self._supervisor.submit(
            lambda line: self._print(line, pdf, deadline), deadline=deadline, otherwise=not_printed
        )

    def check_health(self) -> Future[DocumentPrinterStatus]:
        """See DocumentPrinter. Silence is UNKNOWN."""
        return self._supervisor.submit(self._health)

    def _print(self, line: IppLine, pdf: bytes, deadline: float) -> PrintResult:
        try:
            found = look(line)
        except DeviceError as fault:
            self._supervisor.suspect()
            return PrintResult(Printed.REFUSED, str(fault))
        if why := found.unfit(self._options) or found.trouble():
            self._supervisor.suspect()
            return PrintResult(Printed.REFUSED, why)
        errand = _Errand(line, pdf, self._options, deadline)
        try:
            result = errand.run()
        except Cancelled as fault:
            result = PrintResult(Printed.UNCERTAIN, f"after the document was sent in part or whole: {fault}")
        sheets = {"pages": errand.sheets} if errand.sheets else {}
        count(self._supervisor.counters, result.printed, documents=1, **sheets)
        if result.printed is not Printed.DONE:
            self._supervisor.suspect()
        return result

    def _health(self, line: IppLine) -> DocumentPrinterStatus:
        link = self._supervisor.link
        try:
            reasons = look(line).reasons
        except (DeviceSilent, ProtocolError, PortMissing):
            self._supervisor.suspect()
            return DocumentPrinterStatus(link, Paper.UNKNOWN, Tri.UNKNOWN, Tri.UNKNOWN, Tri.UNKNOWN)
        if reasons is None:
            return DocumentPrinterStatus(link, None, None, None, None)
        bare = {ipp.bare(reason) for reason in reasons}
        out = any(ipp.blocks(reason) for reason in reasons if ipp.bare(reason) in {"media-empty", "media-needed"})
        low = bool(bare & {"media-low", "media-empty", "media-needed"})
        return DocumentPrinterStatus(
            link,
            Paper.OUT if out else Paper.NEAR_END if low else Paper.OK,
            _tri(bare, "toner-low", "toner-empty", "marker-supply-low", "marker-supply-empty"),
            _tri(bare, "media-jam"),
            _tri(bare, "door-open", "cover-open", "interlock-open"),
            reasons,
        )


def _tri(reasons: set[str], *complaints: str) -> Tri:
    return Tri.YES if reasons.intersection(complaints) else Tri.NO


def _all(answer: Answer, name: str) -> tuple[Any, ...]:
    return answer.jobs[0].get(name, ()) if answer.jobs else ()


def _first(answer: Answer, name: str) -> Any:
    return next(iter(_all(answer, name)), None)


def _plan(settings: DocumentPrinterSettings, options: IppOptions) -> Plan[IppLine, IppPrinter]:
    try:
        parts = urlsplit(settings.port)
        understood = parts.scheme in {"ipp", "ipps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        understood = False
    if not understood or parts.username is not None:
        raise ConfigError(f"document_printer.port: {settings.port!r} is not of the form ipp://host:631/ipp/print")
    return Plan(
        open=lambda trace: IppLine(settings.port, trace, verify=options.verify),
        probe=probe,
        device=lambda supervisor: IppPrinter(supervisor, options),
        at_once=False,
    )


DRIVER = Driver(
    Kind.DOCUMENT_PRINTER,
    "document printers on the network (IPP, IPP Everywhere)",
    _plan,
    IppOptions,
    ports="ipp://host:631/ipp/print or ipps://…",
    baud=None,
)
