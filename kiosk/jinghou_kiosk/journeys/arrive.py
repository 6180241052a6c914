"""Arrive (预约报到, 过号重排): by code, by typing or by card; whoever booked or was passed over is in the queue.

While the server is away, this leads on to a number out of the box.
"""

from dataclasses import replace
from typing import Final

from jinghou_kiosk.effects import CheckIn
from jinghou_kiosk.events import (
    ArriveFault,
    ArriveTapped,
    BackTapped,
    CardRead,
    CardUnreadable,
    CodeShown,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    Event,
    NotCheckedIn,
    NumberTaken,
    RetryTapped,
    TypeCodeTapped,
)
from jinghou_kiosk.journeys.number import print_number
from jinghou_kiosk.pages import (
    Arrive,
    Arriving,
    ChooseService,
    Done,
    Home,
    NotArrived,
    Paper,
    Printing,
    Trouble,
    TypeCode,
)
from jinghou_kiosk.state import Session, Step, go_home
from jinghou_queue.contract.messages import ServiceView, Ticket, TicketState

CODE_DIGITS: Final = 10


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match state.page, event:
        case Home() | ChooseService(), ArriveTapped() if state.serves:
            return _ask_about_card(state) if state.holder else Step(replace(state, page=Arrive()))
        case Home() | ChooseService() | Arrive() | TypeCode() | NotArrived(), CodeShown(code=code) if state.serves:
            return _ask(state, code)
        case Trouble() | Done(), CodeShown(code=code) if state.serves:
            return _next_person(state, code)
        case Arrive() | TypeCode() | NotArrived(), CardRead(holder=holder) if state.holder in {None, holder}:
            return _ask_about_card(replace(state, holder=holder))
        case Home(), CardRead(holder=holder) if state.serves and state.closed is not None:
            return _ask_about_card(replace(state, holder=holder))
        case NotArrived(), CardRead(holder=holder):
            fresh = go_home(state)
            return _after(fresh, _ask_about_card(replace(fresh.state, holder=holder)))
        case Arrive(), CardUnreadable():
            return Step(replace(state, page=Arrive(unreadable=True)))
        case Arrive(), TypeCodeTapped():
            return Step(replace(state, page=TypeCode()))
        case TypeCode(digits), DigitTapped(digit) if len(digits) < CODE_DIGITS:
            return Step(replace(state, page=TypeCode(digits + digit)))
        case TypeCode(digits), DeleteTapped():
            return Step(replace(state, page=TypeCode(digits[:-1])))
        case TypeCode(digits), ConfirmTapped() if len(digits) == CODE_DIGITS:
            return _ask(state, digits)
        case Arriving() | NotArrived(fault=ArriveFault.SERVER_LOST), NumberTaken(ticket=ticket, again=again):
            return _has_number(state, ticket, again=again)  # an answer that comes late is a number all the same
        case Arriving(code), NotCheckedIn(fault=fault, booked_for=booked_for):
            return Step(replace(state, page=NotArrived(code, fault, booked_for)))
        case NotArrived(code, ArriveFault.SERVER_LOST), RetryTapped():
            return _check_in(state, code)
        case TypeCode() | NotArrived(), BackTapped():
            return Step(replace(state, page=Arrive()))
        case Arrive(), BackTapped():
            return go_home(state)
        case _:
            return None


def _ask(state: Session, code: str) -> Step:
    return _check_in(replace(state, presses=state.presses + 1), code)


def _ask_about_card(state: Session) -> Step:
    return _check_in(replace(state, presses=state.presses + 1), None)


def _check_in(state: Session, code: str | None) -> Step:
    """Ask the server; with the same press, a question asked again is the same question.

    While it is away nobody knows what was booked: the person says the service, and the server pins the number to the
    booking once it is told.
    """
    if state.serves and not state.online:
        return Step(replace(state, page=ChooseService(), code=code, lost_press=state.key))
    ask = CheckIn(session=state.id, key=state.key, code=code, holder=state.holder if code is None else None)
    return Step(replace(state, page=Arriving(code)), (ask,))


def _has_number(state: Session, ticket: Ticket, *, again: bool) -> Step:
    """A new number gets its paper. Whoever had it before keeps theirs, unless it never reached them."""
    service = _service_of(state, ticket)
    if again and ticket.state is not TicketState.RESERVED:
        return Step(replace(state, page=Done(service, ticket, again, Paper.BEFORE, arrived=True)))
    return print_number(state, Printing(service, ticket, again, arrived=True))


def _service_of(state: Session, ticket: Ticket) -> ServiceView:
    """The number's service; one that the hall's plan got a moment ago is known by its id alone."""
    services = state.hall.services if state.hall else ()
    unheard_of = ServiceView(
        id=ticket.service, prefix="", name=ticket.service, name_en=ticket.service, zone="", identity="", waiting=0
    )
    return next((service for service in services if service.id == ticket.service), unheard_of)


def _next_person(state: Session, code: str) -> Step:
    """Another person shows a code before this one's page has gone: this visit ends, theirs begins."""
    if isinstance(state.page, Done) and code == state.page.ticket.url:
        return Step(state)  # the own one, held before the scanner
    fresh = go_home(state)
    return _after(fresh, _ask(fresh.state, code))


def _after(first: Step, then: Step) -> Step:
    return Step(then.state, (*first.effects, *then.effects))
