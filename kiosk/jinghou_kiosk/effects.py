"""What a session asks for. Values only; the runner does them and answers with events."""

from dataclasses import dataclass, field

from jinghou_kiosk.events import Holder, Language
from jinghou_queue.contract.messages import HallView, PrintOutcome, ServiceView, Ticket


@dataclass(frozen=True)
class RenewLease:
    """End the lease on every device's data, begin one for `session`, and wait for its card and its code."""

    session: str


@dataclass(frozen=True)
class TakeNumber:
    """Ask the server for a number. The same `key` never yields two."""

    session: str
    key: str
    service: str
    holder: Holder | None


@dataclass(frozen=True)
class CheckIn:
    """Tell the server that somebody has arrived, who shows `code` or, without one, is `holder`."""

    session: str
    key: str
    code: str | None = field(repr=False)
    holder: Holder | None


@dataclass(frozen=True)
class GiveBack:
    """Nobody knows whether `key` gave a number, and its person has left: find out, and cancel the number."""

    key: str
    service: str


@dataclass(frozen=True)
class PrintTicket:
    """Put the ticket on paper, once."""

    session: str
    ticket: Ticket
    service: ServiceView
    hall: HallView
    language: Language


@dataclass(frozen=True)
class ReportPrinted:
    """Tell the server how the number reached its holder; kept until the server has heard it."""

    ticket: str
    outcome: PrintOutcome


@dataclass(frozen=True)
class StartTimer:
    """Fire once after `seconds`, instead of any timer started before."""

    seconds: float


@dataclass(frozen=True)
class StopTimer:
    """Let no timer fire."""


Effect = RenewLease | TakeNumber | CheckIn | GiveBack | PrintTicket | ReportPrinted | StartTimer | StopTimer
