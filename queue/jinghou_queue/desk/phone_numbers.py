"""Numbers that people take with their own phone, having scanned the code on a screen of the hall."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec

from jinghou_config.hall import HallPlan, PeoplePlan
from jinghou_queue.contract.messages import HallSummary, PrintOutcome, ServiceView, TicketState
from jinghou_queue.desk import tickets, views
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.numbers import Taken, Wish
from jinghou_queue.desk.queueing import move_ticket
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.states import TicketAction
from jinghou_queue.store import Connection
from jinghou_queue.store import sealed_statements as ss

_TAKEN: Final = msgspec.json.Decoder(Taken)
_KEEP_SCANS_MS: Final = 3600 * 1000  # longer than a claim counts


@dataclass(frozen=True)
class Offer:
    """What a hall offers to phones: how long a code is shown, in ms, and the services that are open now."""

    hall: HallSummary
    step_ms: int
    services: tuple[ServiceView, ...]


def offer(connection: Connection, hall: str, at: int) -> Offer:
    """What phones may take at `at`, a Unix time in ms. Raises Refused: HALL_UNKNOWN, PHONE_NUMBERS_OFF."""
    _, plan = views.plan_in_force(connection, hall)
    served = _served(connection, hall)
    return Offer(
        hall=views.hall_summary(connection, hall),
        step_ms=_rules(plan).code_seconds * 1000,
        services=tuple(each for each in views.hall_view(connection, hall, at).services if each.id in served),
    )


def take_by_phone(connection: Connection, press: Press, wish: Wish, shown_at: int) -> Taken:
    """Give the number that a scan is worth; `shown_at` names the code, and the press's key the scan.

    Raises Refused: PHONE_NUMBERS_OFF, SERVICE_CLOSED, CODE_SPENT, CLAIM_USED when the scan gave another number, and
    what taking a number refuses.
    """
    try:
        return pressed(connection, press, _TAKEN, partial(_take, wish=wish, shown_at=shown_at))
    except Refused as refused:
        if refused.refusal is Refusal.KEY_REUSED:
            raise Refused(Refusal.CLAIM_USED, "this scan gave a number already: scan again for another") from None
        raise


def _rules(plan: HallPlan) -> PeoplePlan:
    """The rules of a hall for phones. Raises Refused PHONE_NUMBERS_OFF."""
    if not plan.people.phone_numbers:
        raise Refused(Refusal.PHONE_NUMBERS_OFF, f"{plan.name} gives no numbers by phone")
    return plan.people


def _served(connection: Connection, hall: str) -> set[str]:
    """Services of counters that are open, or pause."""
    return {service for services in views.services_served(connection, hall).values() for service in services}


def _take(book: Book, wish: Wish, shown_at: int) -> Taken:
    rules = _rules(book.plan)
    if wish.service not in _served(book.connection, book.hall):
        raise Refused(Refusal.SERVICE_CLOSED, "no counter is open for this service now")
    if _count(book, shown_at) > rules.numbers_per_code:
        raise Refused(Refusal.CODE_SPENT, "this code gave as many numbers as it may: scan the one on the screen now")
    taken = tickets.take(book, wish)
    shown = move_ticket(
        book, taken.id, taken.number, TicketState(taken.state), TicketAction.PRINTED, PrintOutcome.SHOWN
    )
    return msgspec.structs.replace(taken, state=shown)


def _count(book: Book, shown_at: int) -> int:
    """Count a number given for the code that was shown since then: a photograph of it is worth so many, and no more."""
    numbers = book.connection.one(ss.SCAN_NEXT, hall=book.hall, at_shown=shown_at)
    if numbers is None:
        numbers = 1
        book.connection.run(ss.SCANS_FORGET, hall=book.hall, before=shown_at - _KEEP_SCANS_MS)
        book.connection.run(ss.SCAN_FIRST, hall=book.hall, shown_at=shown_at, numbers=numbers)
    return numbers
