"""Answers of printers that speak IPP (RFC 8010, RFC 8011), and what their states and reasons mean.

Requests are built by pyipp. Answers are taken apart here: lengths in a damaged one can lead pyipp's parser round in
circles, and it knows neither empty groups nor the numbers that makers add.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

Attributes = Mapping[str, tuple[Any, ...]]

_JOB_GROUP: Final = 0x02
_END: Final = 0x03
_PRINTER_GROUP: Final = 0x04
_FIRST_VALUE: Final = 0x10  # lower tags begin a group
_OUT_OF_BAND: Final = range(0x10, 0x20)  # "unknown", "no value"
_INTEGERS: Final = frozenset({0x21, 0x23})
_BOOLEAN: Final = 0x22
_RANGE: Final = 0x33
_BEGIN_COLLECTION: Final = 0x34
_END_COLLECTION: Final = 0x37
_TEXTS: Final = range(0x40, 0x60)
_DEEPEST: Final = 8
_FIRST_ERROR: Final = 0x0400
NOT_FOUND: Final = 0x0406


class BadAnswer(ValueError):
    """The answer is not IPP."""


class JobState(IntEnum):
    """What has become of a job."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True)
class Answer:
    """The status, and the attributes of the printer and of jobs: each name with its values."""

    status: int
    printer: Attributes = field(default_factory=dict)
    jobs: tuple[Attributes, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the printer said no."""
        return self.status >= _FIRST_ERROR


def read(raw: bytes) -> Answer:
    """Take an answer apart. Raises BadAnswer for anything that is not a whole one."""
    if len(raw) < 8 or raw[0] not in {1, 2}:
        raise BadAnswer("the answer is not IPP")
    groups = _Groups()
    place = 8
    while True:
        tag, place = _byte(raw, place)
        if tag == _END:
            return groups.answer(int.from_bytes(raw[2:4]))
        if tag < _FIRST_VALUE:
            groups.begin(tag)
            continue
        name, place = _field(raw, place)
        value, place = _field(raw, place)
        groups.add(tag, name, value)


class _Groups:
    """Attributes as they come, sorted into groups. What is inside collections is passed over."""

    def __init__(self) -> None:
        self._found: list[tuple[int, dict[str, tuple[Any, ...]]]] = []
        self._name = ""
        self._depth = 0

    def begin(self, tag: int) -> None:
        if self._depth:
            raise BadAnswer("a collection does not end")
        self._found.append((tag, {}))
        self._name = ""

    def add(self, tag: int, name: bytes, value: bytes) -> None:
        if not self._found:
            raise BadAnswer("an attribute stands outside of any group")
        if self._depth == 0 and name:
            self._name = name.decode("utf-8", "replace")
        if tag == _END_COLLECTION:
            self._depth -= 1
        elif self._depth == 0 and self._name and tag not in _OUT_OF_BAND:
            attributes = self._found[-1][1]
            attributes[self._name] = (*attributes.get(self._name, ()), _value(tag, value))
        if tag == _BEGIN_COLLECTION:
            self._depth += 1
        if not 0 <= self._depth <= _DEEPEST:
            raise BadAnswer("collections do not fit into each other")

    def answer(self, status: int) -> Answer:
        if self._depth:
            raise BadAnswer("a collection does not end")
        printers = [attributes for tag, attributes in self._found if tag == _PRINTER_GROUP]
        jobs = tuple(attributes for tag, attributes in self._found if tag == _JOB_GROUP)
        return Answer(status, printers[0] if printers else {}, jobs)


def _value(tag: int, value: bytes) -> Any:
    if tag in _INTEGERS or tag == _RANGE:
        if len(value) != (8 if tag == _RANGE else 4):
            raise BadAnswer("a number has a wrong length")
        numbers = [int.from_bytes(value[i : i + 4], signed=True) for i in range(0, len(value), 4)]
        return tuple(numbers) if tag == _RANGE else numbers[0]
    if tag == _BOOLEAN:
        if len(value) != 1:
            raise BadAnswer("a yes or no has a wrong length")
        return value != b"\x00"
    return value.decode("utf-8", "replace") if tag in _TEXTS else value


def _byte(raw: bytes, place: int) -> tuple[int, int]:
    if place >= len(raw):
        raise BadAnswer("the answer breaks off")
    return raw[place], place + 1


def _field(raw: bytes, place: int) -> tuple[bytes, int]:
    """The field with two bytes of length before it, and where the next one begins."""
    begin = place + 2
    end = begin + int.from_bytes(raw[place:begin])
    if begin > len(raw) or end > len(raw):
        raise BadAnswer("the answer breaks off")
    return raw[begin:end], end


_PRINTER_REASONS: Final = {
    "media-empty": "out of paper",
    "media-needed": "it wants another paper",
    "media-jam": "paper is jammed",
    "media-low": "paper is nearly out",
    "door-open": "a door is open",
    "cover-open": "the cover is open",
    "interlock-open": "a door is open",
    "input-tray-missing": "the paper tray is missing",
    "output-tray-missing": "the output tray is missing",
    "output-area-full": "the output tray is full",
    "output-area-almost-full": "the output tray is nearly full",
    "toner-empty": "out of toner",
    "toner-low": "toner is low",
    "marker-supply-empty": "out of toner or ink",
    "marker-supply-low": "toner or ink is low",
    "marker-waste-full": "the waste box is full",
    "marker-waste-almost-full": "the waste box is nearly full",
    "opc-life-over": "the drum is worn out",
    "opc-near-eol": "the drum is nearly worn out",
    "fuser-over-temp": "the fuser is too hot",
    "fuser-under-temp": "the fuser is too cold",
    "spool-area-full": "its memory is full",
    "paused": "it is paused",
    "shutdown": "it is shutting down",
    "timed-out": "its engine does not answer",
}
_JOB_REASONS: Final = {
    "aborted-by-system": "the printer gave up the job",
    "canceled-at-device": "the job was cancelled at the printer",
    "job-canceled-at-device": "the job was cancelled at the printer",
    "canceled-by-operator": "the job was cancelled by an operator",
    "job-canceled-by-operator": "the job was cancelled by an operator",
    "canceled-by-user": "the job was cancelled",
    "job-canceled-by-user": "the job was cancelled",
    "document-format-error": "the printer cannot read the document",
    "document-unprintable-error": "the printer cannot print the document",
    "unsupported-document-format": "the printer does not take this form of document",
    "job-completed-with-errors": "the printer printed it with errors",
}
_REFUSALS: Final = {
    0x0401: "forbidden",
    0x0402: "it wants a password",
    0x0403: "this user may not",
    NOT_FOUND: "it knows no such printer or job",
    0x0408: "the document is too large",
    0x040A: "it does not take this form of document",
    0x0506: "it takes no jobs at the moment",
    0x0507: "it is busy",
}
_MILD: Final = frozenset(
    {
        "media-low",
        "toner-low",
        "marker-supply-low",
        "output-area-almost-full",
        "marker-waste-almost-full",
        "opc-near-eol",
    }
)
UNSURE: Final = frozenset({0x0500, 0x0504})  # an error inside the printer: perhaps after it took the job


def bare(reason: str) -> str:
    """A printer's reason without its severity."""
    return reason.removesuffix("-report").removesuffix("-warning").removesuffix("-error")


def blocks(reason: str) -> bool:
    """Whether a printer with this reason among its printer-state-reasons does not print. One it does not know is not
    taken for a fault: makers add their own."""
    if reason.endswith(("-report", "-warning")):
        return False
    return bare(reason) in _PRINTER_REASONS and bare(reason) not in _MILD


def printer_words(reason: str) -> str:
    """A reason of a printer in words; its own when there are no better."""
    return _PRINTER_REASONS.get(bare(reason), reason)


def job_words(reasons: tuple[str, ...]) -> str:
    """Why a job ended badly, in words."""
    known = [_JOB_REASONS[reason] for reason in reasons if reason in _JOB_REASONS]
    return "; ".join(dict.fromkeys(known)) or ", ".join(reasons) or "the printer does not say why"


def refusal_words(status: int) -> str:
    """Why a printer said no."""
    return _REFUSALS.get(status, f"status {status:04x}")
