"""Speaking to the silent-queue server over HTTP. Blocks: called from worker threads only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec
import requests
import sseclient

from jinghou_config.terminal import ServerLink
from jinghou_queue.contract import PROBLEM_PREFIX
from jinghou_queue.contract.bookings import (
    Booking,
    BookPlace,
    CheckIn,
    FindBookings,
    FindNumbers,
    OwnNumber,
    Reschedule,
    SlotView,
)
from jinghou_queue.contract.events import Event
from jinghou_queue.contract.helping import AskHelp, HelpAsked
from jinghou_queue.contract.messages import (
    HallView,
    OwnTicket,
    Problem,
    TakeNumber,
    Ticket,
    TicketPrinted,
    TicketStatus,
)
from jinghou_queue.contract.offline import AskNumbers, Lease, OutboxAnswer, OutboxItem
from jinghou_queue.contract.people import BindPhone, HallCode
from jinghou_queue.contract.terminals import Enrol, Enrolled, ReportHeard, TerminalConfig, TerminalReport

_SILENCE_S: Final = 20.0
"""The server sends a keep-alive every 15 s: a feed that is silent for longer is dead."""
_NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})

T = TypeVar("T")


class ServerUnreachable(Exception):
    """No usable answer: no route, no process, a proxy's error page, or too slow. Ask again later, with the same key."""


class ServerRefused(Exception):
    """The server understood and said no. `problem.type` says why; asking again will not help."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.type)
        self.problem = problem

    @property
    def slug(self) -> str:
        """What kind of no it is, such as check-in-early."""
        return self.problem.type.removeprefix(PROBLEM_PREFIX)


class FeedReset(Exception):
    """The feed does not know our place in it (the server was restored from a copy): take a new snapshot."""


class ServerClient:
    """One terminal's view of the server, bound to its hall. Safe to use from several threads."""

    def __init__(self, link: ServerLink) -> None:
        self._api = f"{link.url}/api/v1"
        self._hall = f"{self._api}/halls/{link.hall}"
        self._me = f"{self._api}/terminals/me"
        self._headers = {"Authorization": f"Bearer {link.token.get_secret_value()}"}
        self._timeout = link.timeout_s

    def take_number(self, request: TakeNumber, key: str) -> tuple[Ticket, bool]:
        """A number, and whether the person already held it today. `key` makes a repeated call harmless."""
        answer = self._ask("POST", f"{self._hall}/tickets", msgspec.json.encode(request), key)
        return _decode(answer, Ticket), answer.status_code == HTTPStatus.OK

    def check_in(self, request: CheckIn, key: str) -> tuple[Ticket, bool]:
        """The number of somebody who arrived, and whether they had it already."""
        answer = self._ask("POST", f"{self._hall}/check-ins", msgspec.json.encode(request), key)
        return _decode(answer, Ticket), answer.status_code == HTTPStatus.OK

    def find_numbers(self, request: FindNumbers) -> list[OwnNumber]:
        """What belongs to a code or a document today, the most urgent first."""
        answer = self._ask("POST", f"{self._hall}/own-numbers", msgspec.json.encode(request))
        return _decode(answer, list[OwnNumber])

    def cancel(self, ticket: str, key: str) -> TicketStatus:
        """Give a number back."""
        return _decode(self._ask("POST", f"{self._api}/tickets/{ticket}/cancel", b"{}", key), TicketStatus)

    def slots(self, service: str) -> list[SlotView]:
        """The times at which a service can be booked, in order."""
        return _decode(self._ask("GET", f"{self._hall}/slots?service={quote(service)}"), list[SlotView])

    def book(self, request: BookPlace, key: str) -> Booking:
        """A place in a slot, or the same one that this person has already. `key` makes a repeated call harmless."""
        return _decode(self._ask("POST", f"{self._hall}/bookings", msgspec.json.encode(request), key), Booking)

    def confirm_booking(self, booking: str, key: str) -> Booking:
        """Keep for good a place that was held."""
        return _decode(self._ask("POST", f"{self._api}/bookings/{booking}/confirm", b"{}", key), Booking)

    def move_booking(self, booking: str, request: Reschedule, key: str) -> Booking:
        """Another time for a booking; its code stays."""
        body = msgspec.json.encode(request)
        return _decode(self._ask("POST", f"{self._api}/bookings/{booking}/reschedule", body, key), Booking)

    def cancel_booking(self, booking: str, key: str) -> Booking:
        """Give a place free."""
        return _decode(self._ask("POST", f"{self._api}/bookings/{booking}/cancel", b"{}", key), Booking)

    def find_bookings(self, request: FindBookings) -> list[Booking]:
        """What belongs to a code or a document and can still be come to, the next first."""
        return _decode(self._ask("POST", f"{self._hall}/own-bookings", msgspec.json.encode(request)), list[Booking])

    def phone_code(self) -> HallCode:
        """What phones scan now."""
        return _decode(self._ask("GET", f"{self._hall}/code"), HallCode)

    def bind_phone(self, token: str, request: BindPhone) -> OwnTicket:
        """Let a phone be told of the ticket of that token, instead of any other."""
        return _decode(self._ask("POST", f"{self._api}/t/{token}/phone", msgspec.json.encode(request)), OwnTicket)

    def report_printed(self, ticket: str, report: TicketPrinted, key: str) -> TicketStatus:
        """Tell how a number reached its holder."""
        answer = self._ask("POST", f"{self._api}/tickets/{ticket}/printed", msgspec.json.encode(report), key)
        return _decode(answer, TicketStatus)

    def hall(self) -> HallView:
        """The hall as it is now."""
        return _decode(self._ask("GET", self._hall), HallView)

    def greet(self) -> datetime | None:
        """Ask for the hall as if to look at it; the server's time, to the second, where the answer says one."""
        return _time_of(self._ask("GET", self._hall))

    def config(self, known: str = "") -> tuple[TerminalConfig, str] | None:
        """What this terminal is to be, with the name of that version; None while it is the version `known`."""
        answer = self._ask("GET", f"{self._me}/config", more={"If-None-Match": known} if known else {})
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return None
        return _decode(answer, TerminalConfig), answer.headers.get("ETag", "")

    def lease(self, request: AskNumbers) -> Lease:
        """Numbers that this terminal may give while the server is away: all that it has of the service, filled up."""
        return _decode(self._ask("POST", f"{self._me}/leases", msgspec.json.encode(request)), Lease)

    def tell(self, items: Sequence[OutboxItem]) -> OutboxAnswer:
        """What happened while the server was away, oldest first. Each item's key makes a repeated call harmless."""
        return _decode(self._ask("POST", f"{self._me}/outbox", msgspec.json.encode({"items": items})), OutboxAnswer)

    def report(self, report: TerminalReport) -> ReportHeard:
        """How this terminal is."""
        return _decode(self._ask("POST", f"{self._me}/status", msgspec.json.encode(report)), ReportHeard)

    def ask_help(self, request: AskHelp) -> HelpAsked:
        """Somebody at this terminal asks for staff. Asked again, what was asked stands."""
        return _decode(self._ask("POST", f"{self._me}/help", msgspec.json.encode(request)), HelpAsked)

    def withdraw_help(self) -> None:
        """Nobody need come."""
        self._ask("DELETE", f"{self._me}/help")

    def events(self, after: int, epoch: str) -> Iterator[Event]:
        """The feed `epoch` from the event behind `after` on, without end; FeedReset when it must be begun anew."""
        headers = {**self._headers, "Accept": "text/event-stream"}
        url = f"{self._hall}/events?after={after}&epoch={epoch}"
        try:
            with (
                _session() as session,
                session.get(
                    url, headers=headers, stream=True, timeout=(self._timeout, _SILENCE_S), allow_redirects=False
                ) as answer,
            ):
                _check(answer)
                for message in sseclient.SSEClient(answer.iter_content(None)).events():
                    if message.event == "reset":
                        raise FeedReset
                    yield msgspec.json.decode(message.data, type=Event)
        except (requests.RequestException, ValueError) as fault:  # ValueError: bytes that are no text, or no event
            raise ServerUnreachable(type(fault).__name__) from None

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        key: str | None = None,
        more: Mapping[str, str] = _NO_MORE,
    ) -> requests.Response:
        headers = {**self._headers, **more}
        if key is not None:
            headers["Idempotency-Key"] = key
        return _ask(method, url, body, headers, self._timeout)


def enrol(url: str, request: Enrol, timeout_s: float) -> tuple[Enrolled, datetime | None]:
    """Become the terminal that a code was made for: who that is, and the server's time where the answer says one.

    The code works once. Raises ServerUnreachable and ServerRefused.
    """
    answer = _ask("POST", f"{url}/api/v1/terminals/enrol", msgspec.json.encode(request), {}, timeout_s)
    return _decode(answer, Enrolled), _time_of(answer)


def _ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout_s: float) -> requests.Response:
    headers = {"Content-Type": "application/json", **headers}
    try:
        with _session() as session:
            answer = session.request(method, url, data=body, headers=headers, timeout=timeout_s, allow_redirects=False)
    except (requests.RequestException, ValueError) as fault:  # ValueError: an address that nobody can parse
        raise ServerUnreachable(type(fault).__name__) from None
    return _check(answer)


def _time_of(answer: requests.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None


def _session() -> requests.Session:
    """One that heeds no proxy and no .netrc of the machine: the settings alone say whom we speak to, and as whom."""
    session = requests.Session()
    session.trust_env = False
    return session


def _check(answer: requests.Response) -> requests.Response:
    if answer.status_code < HTTPStatus.MULTIPLE_CHOICES or answer.status_code == HTTPStatus.NOT_MODIFIED:
        return answer
    if answer.headers.get("Content-Type", "").startswith("application/problem+json") and answer.status_code < 500:
        raise ServerRefused(_decode(answer, Problem))
    raise ServerUnreachable(f"status {answer.status_code}")


def _decode(answer: requests.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.MsgspecError as fault:
        raise ServerUnreachable(type(fault).__name__) from None
