"""Arrive (预约报到, 过号重排): by code, by typing or by card; whoever booked or was passed over is in the queue.

While the server is away, this leads on to a number out of the box. Its pages for showing something also serve whoever
asks for the own number (`my_number`), who is asked for the same.
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
    Search,
    Trouble,
    TypeCode,
)
from jinghou_kiosk.state import Session, Step, go_home, service_of
from jinghou_queue.contract.messages import Ticket, TicketState

CODE_DIGITS: Final = 10


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match state.page, event:
        case Home() | ChooseService(), ArriveTapped() if state.serves:
            return ask(state, None) if state.holder else Step(replace(state, page=Arrive()))
        case (
            Home() | ChooseService() | Search() | Arrive() | TypeCode() | NotArrived(),
            CodeShown(code=code),
        ) if state.serves:
            return ask(state, code)
        case Trouble() | Done(), CodeShown(code=code) if state.serves:
            return _next_person(state, code)
        case Arrive() | TypeCode() | NotArrived(), CardRead(holder=holder) if state.holder in {None, holder}:
            return ask(replace(state, holder=holder), None)
        case Home(), CardRead(holder=holder) if state.serves and state.closed is not None:
            return ask(replace(state, holder=holder), None)
        case NotArrived(), CardRead(holder=holder):
            fresh = go_home(state)
            return after(fresh, ask(replace(fresh.state, holder=holder), None))
        case Arrive(purpose=purpose), CardUnreadable():
            return Step(replace(state, page=Arrive(unreadable=True, purpose=purpose)))
        case Arrive(purpose=purpose), TypeCodeTapped():
            return Step(replace(state, page=TypeCode(purpose=purpose)))
        case TypeCode(digits, purpose), DigitTapped(digit) if len(digits) < CODE_DIGITS:
            return Step(replace(state, page=TypeCode(digits + digit, purpose)))
        case TypeCode(digits, purpose), DeleteTapped():
            return Step(replace(state, page=TypeCode(digits[:-1], purpose)))
        case TypeCode(digits), ConfirmTapped() if len(digits) == CODE_DIGITS:
            return ask(state, digits)
        case Arriving() | NotArrived(fault=ArriveFault.SERVER_LOST), NumberTaken(ticket=ticket, again=again):
            return _has_number(state, ticket, again=again)  # an answer that comes late is a number all the same
        case Arriving(code), NotCheckedIn(fault=fault, booked_for=booked_for):
            return Step(replace(state, page=NotArrived(code, fault, booked_for)))
        case NotArrived(code, ArriveFault.SERVER_LOST), RetryTapped():
            return _check_in(state, code)
        case TypeCode(purpose=purpose), BackTapped():
            return Step(replace(state, page=Arrive(purpose=purpose)))
        case NotArrived(), BackTapped():
            return Step(replace(state, page=Arrive()))
        case Arrive(), BackTapped():
            return go_home(state)
        case _:
            return None


def ask(state: Session, code: str | None) -> Step:
    """Check in whoever shows `code` or, without one, is the holder of the visit: a new press."""
    return _check_in(replace(state, presses=state.presses + 1), code)


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
    service = service_of(state, ticket.service)
    if again and ticket.state is not TicketState.RESERVED:
        return Step(replace(state, page=Done(service, ticket, again, Paper.BEFORE, arrived=True)))
    return print_number(state, Printing(service, ticket, again, arrived=True))


def _next_person(state: Session, code: str) -> Step:
    """Another person shows a code before this one's page has gone: this visit ends, theirs begins."""
    if isinstance(state.page, Done) and code == state.page.ticket.url:
        return Step(state)  # the own one, held before the scanner
    fresh = go_home(state)
    return after(fresh, ask(fresh.state, code))


def after(first: Step, then: Step) -> Step:
    """One step after another."""
    return Step(then.state, (*first.effects, *then.effects))
