"""Document printers: A4 certificates, as PDF."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from jinghou_devices.kinds.common import Link, Tri
from jinghou_devices.kinds.receipt_printer import Paper, PrintResult


@dataclass(frozen=True)
class DocumentPrinterStatus:
    """Health of a printer; None where it does not tell. `reasons` are its own words, such as "media-jam"."""

    link: Link
    paper: Paper | None
    toner_low: Tri | None
    jammed: Tri | None
    cover_open: Tri | None
    reasons: tuple[str, ...] = ()


class DocumentPrinter(Protocol):
    """A printer of documents."""

    def print(self, pdf: bytes, deadline_s: float = 60.0) -> Future[PrintResult]:
        """Print `pdf` once and never again by itself. The future never fails: a fault is a result that says so.

        The job has a name that says nothing of the person.
        """

    def check_health(self) -> Future[DocumentPrinterStatus]:
        """Ask the printer with a real command."""
