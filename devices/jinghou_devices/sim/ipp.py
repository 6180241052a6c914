"""A simulated document printer: HTTP and IPP by hand, and the papers and jobs that a printer has. Only over TCP."""

import argparse
import asyncio
import hashlib
import re
import time
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from jinghou_devices.sim.control_server import Answer, Arguments
from jinghou_devices.sim.device import Device, Model, network_end
from jinghou_devices.sim.line import Line

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_NETWORK_BAUD: Final = 4_000_000
_TICK_S: Final = 0.02
_GROUPS: Final = range(0x01, 0x10)
_END: Final = 0x03


class PrinterFault(StrEnum):
    """What can be wrong with a printer; each is also a command of the control socket."""

    PAPER_OUT = "paper_out"
    PAPER_LOW = "paper_low"
    JAM = "jam"
    DOOR = "door"
    TONER_LOW = "toner_low"
    TONER_OUT = "toner_out"
    STOPPED = "stopped"  # and does not say why
    REFUSES = "refuses"  # takes no jobs
    NO_PDF = "no_pdf"
    ABORTS = "aborts"  # gives up each job as one it cannot read
    HANGS = "hangs"  # takes jobs and never prints them
    LOST_ANSWER = "lost_answer"  # takes the job, and the answer that says so never comes
    HTTP_500 = "http_500"  # takes the job, and answers with an error of its web server
    NO_JOB_ID = "no_job_id"  # takes the job, and does not say which it is
    FORGETS = "forgets"  # knows nothing of a job once it has taken it
    NEVER_CANCELS = "never_cancels"


_REASONS: Final = {
    PrinterFault.PAPER_OUT: "media-empty-error",
    PrinterFault.PAPER_LOW: "media-low-report",
    PrinterFault.JAM: "media-jam",
    PrinterFault.DOOR: "door-open-error",
    PrinterFault.TONER_LOW: "toner-low-warning",
    PrinterFault.TONER_OUT: "toner-empty",
}
_IN_THE_WAY: Final = frozenset(
    {PrinterFault.PAPER_OUT, PrinterFault.JAM, PrinterFault.DOOR, PrinterFault.TONER_OUT, PrinterFault.STOPPED}
)


class State(IntEnum):
    """Of a job."""

    PENDING = 3
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass
class Job:
    """One document."""

    number: int
    name: str
    user: str
    document: bytes
    left_s: float
    state: State = State.PENDING
    reason: str = "none"


@dataclass(frozen=True)
class Request:
    """What the host asks: the operation, the attributes by name (the first value of each), the document."""

    operation: int
    number: bytes
    attributes: dict[str, bytes]
    document: bytes


class DocumentPrinter(Device):
    """The printer."""

    own_faults = PrinterFault
    commands = ("jobs",)

    def __init__(self, line: Line, job_s: float) -> None:
        super().__init__(line)
        self._job_s = job_s
        self._buffer = b""
        self._jobs: list[Job] = []

    # HTTP

    def take(self, data: bytes) -> None:
        """Bytes from the host: one request on each connection."""
        self._buffer = data if data.startswith(b"POST ") else self._buffer + data
        head, end, body = self._buffer.partition(_HEAD_END)
        length = _LENGTH.search(head)
        if not end or length is None or len(body) < int(length[1]):
            return
        self._buffer = b""
        request = _read(body)
        answer = self._answer(request)
        if request.operation == 0x0002 and PrinterFault.LOST_ANSWER in self.faults:
            return
        if request.operation == 0x0002 and PrinterFault.HTTP_500 in self.faults:
            self.line.send(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops")
            return
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: %d\r\n\r\n" % len(answer)
        self.line.send(head + answer)

    # IPP

    def _answer(self, request: Request) -> bytes:
        match request.operation:
            case 0x000B:
                return _reply(request, 0, _group(0x04, self._printer()))
            case 0x0002:
                return self._print(request)
            case 0x000A:
                wanted = request.attributes.get("which-jobs", b"not-completed") == b"completed"
                jobs = [job for job in self._known() if (job.state >= State.CANCELED) is wanted]
                return _reply(request, 0, *(_group(0x02, self._described(job)) for job in jobs))
            case 0x0009 | 0x0008:
                return self._of_a_job(request)
            case _:
                return _reply(request, 0x0501)

    def _print(self, request: Request) -> bytes:
        if PrinterFault.REFUSES in self.faults:
            return _reply(request, 0x0506)
        if PrinterFault.NO_PDF in self.faults:
            return _reply(request, 0x040A)
        name, user = (request.attributes.get(key, b"").decode() for key in ("job-name", "requesting-user-name"))
        job = Job(len(self._jobs) + 1, name, user, request.document, self._job_s)
        self._jobs.append(job)
        if PrinterFault.NO_JOB_ID in self.faults:
            return _reply(request, 0)
        return _reply(request, 0, _group(0x02, self._described(job)))

    def _of_a_job(self, request: Request) -> bytes:
        number = int.from_bytes(request.attributes.get("job-id", b""))
        job = next((known for known in self._known() if known.number == number), None)
        if job is None:
            return _reply(request, 0x0406)
        if request.operation == 0x0009:
            return _reply(request, 0, _group(0x02, self._described(job)))
        if job.state >= State.CANCELED or PrinterFault.NEVER_CANCELS in self.faults:
            return _reply(request, 0x0404)
        job.state, job.reason = State.CANCELED, "job-canceled-by-user"
        return _reply(request, 0)

    def _known(self) -> list[Job]:
        return [] if PrinterFault.FORGETS in self.faults else self._jobs

    def _printer(self) -> list[bytes]:
        busy = any(job.state == State.PROCESSING for job in self._jobs)
        state = 5 if self.faults & _IN_THE_WAY else 4 if busy else 3
        reasons = [reason for fault, reason in _REASONS.items() if fault in self.faults] or ["none"]
        formats = ["image/urf"] if PrinterFault.NO_PDF in self.faults else ["application/pdf", "image/urf"]
        return [
            _attribute(0x23, "printer-state", state.to_bytes(4)),
            _attribute(0x44, "printer-state-reasons", *(reason.encode() for reason in reasons)),
            _attribute(0x22, "printer-is-accepting-jobs", bytes((PrinterFault.REFUSES not in self.faults,))),
            _attribute(0x49, "document-format-supported", *(one.encode() for one in formats)),
            _attribute(0x44, "media-supported", b"iso_a4_210x297mm", b"iso_a5_148x210mm"),
            _attribute(0x44, "sides-supported", b"one-sided", b"two-sided-long-edge"),
        ]

    def _described(self, job: Job) -> list[bytes]:
        done = job.state == State.COMPLETED
        return [
            _attribute(0x21, "job-id", job.number.to_bytes(4)),
            _attribute(0x42, "job-name", job.name.encode()),
            _attribute(0x23, "job-state", job.state.to_bytes(4)),
            _attribute(0x44, "job-state-reasons", job.reason.encode()),
            _attribute(0x21, "job-media-sheets-completed", int(done).to_bytes(4)),
        ]

    # the engine

    async def work(self) -> None:
        """Print what waits, one after the other, for ever."""
        while True:
            await asyncio.sleep(_TICK_S)
            job = next((job for job in self._jobs if job.state < State.CANCELED), None)
            if job is None or PrinterFault.HANGS in self.faults:
                continue
            if self.faults & _IN_THE_WAY:
                job.state, job.reason = State.STOPPED, "printer-stopped"
            elif PrinterFault.ABORTS in self.faults:
                job.state, job.reason = State.ABORTED, "document-format-error"
            else:
                job.state, job.reason = State.PROCESSING, "job-printing"
                job.left_s -= _TICK_S
                if job.left_s <= 0:
                    job.state, job.reason = State.COMPLETED, "job-completed-successfully"

    # the control socket

    def obey(self, _name: str, _arguments: Arguments) -> Answer:
        """See Device."""
        return {
            "jobs": [
                {
                    "number": job.number,
                    "name": job.name,
                    "user": job.user,
                    "state": job.state.name.lower(),
                    "bytes": len(job.document),
                    "sha256": hashlib.sha256(job.document).hexdigest(),
                }
                for job in self._jobs
            ]
        }

    def status(self) -> Answer:
        """See Device."""
        return {"jobs": len(self._jobs), "at": time.monotonic()}


def _read(body: bytes) -> Request:
    attributes: dict[str, bytes] = {}
    place = 8
    while body[place] != _END:
        if body[place] in _GROUPS:
            place += 1
            continue
        name_end = place + 3 + int.from_bytes(body[place + 1 : place + 3])
        value_end = name_end + 2 + int.from_bytes(body[name_end : name_end + 2])
        name = body[place + 3 : name_end].decode()
        if name:
            attributes[name] = body[name_end + 2 : value_end]
        place = value_end
    return Request(int.from_bytes(body[2:4]), body[4:8], attributes, body[place + 1 :])


def _reply(request: Request, status: int, *groups: bytes) -> bytes:
    operation = _group(
        0x01,
        [_attribute(0x47, "attributes-charset", b"utf-8"), _attribute(0x48, "attributes-natural-language", b"en")],
    )
    return b"\x02\x00" + status.to_bytes(2) + request.number + operation + b"".join(groups) + bytes((_END,))


def _group(tag: int, attributes: list[bytes]) -> bytes:
    return bytes((tag,)) + b"".join(attributes)


def _attribute(tag: int, name: str, *values: bytes) -> bytes:
    """Further values of an attribute have no name."""
    names = [name.encode(), *[b""] * (len(values) - 1)]
    return b"".join(
        bytes((tag,)) + len(one).to_bytes(2) + one + len(value).to_bytes(2) + value
        for one, value in zip(names, values, strict=True)
    )


def _make(line: Line, options: argparse.Namespace) -> DocumentPrinter:
    return DocumentPrinter(line, options.seconds)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=0.3, metavar="S", help="how long a job takes (0.3)")


MODEL: Final = Model("a document printer (IPP)", _make, baud=_NETWORK_BAUD, add_options=_add_options, end=network_end)
