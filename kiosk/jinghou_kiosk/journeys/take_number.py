"""Take a number (取号): card or none, choose a service, check, number on screen and paper."""

from dataclasses import replace

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import PrintTicket, ReportPrinted, TakeNumber
from jinghou_kiosk.events import (
    BackTapped,
    CardRead,
    CardUnreadable,
    ConfirmTapped,
    Event,
    Holder,
    NumberNotTaken,
    NumberTaken,
    PrintEnded,
    RetryTapped,
    ServiceTapped,
    StartTapped,
    TakeFault,
)
from jinghou_kiosk.pages import (
    AskCard,
    ChooseService,
    Confirm,
    Done,
    Home,
    Paper,
    Printing,
    Taking,
    Trouble,
)
from jinghou_kiosk.state import Session, Step, go_home
from jinghou_queue.contract.messages import PrintOutcome, ServiceView

_PAPER = {
    None: Paper.NOT_WANTED,
    Printed.DONE: Paper.PRINTED,
    Printed.REFUSED: Paper.FAILED,
    Printed.FAILED: Paper.FAILED,
    Printed.UNCERTAIN: Paper.UNCERTAIN,
}
_OUTCOME = {
    Paper.PRINTED: PrintOutcome.PRINTED,
    Paper.NOT_WANTED: PrintOutcome.SHOWN,
    Paper.FAILED: PrintOutcome.FAILED,
    Paper.UNCERTAIN: PrintOutcome.FAILED,
}


def step(state: Session, event: Event) -> Step:
    """What `event` means on this journey's pages; anything else changes nothing."""
    match state.page, event:
        case Home(), StartTapped() if state.online:
            return Step(replace(state, page=ChooseService()))
        case Home(), CardRead(holder=holder):
            return Step(replace(state, page=ChooseService(), holder=holder))
        case ChooseService() | Confirm(), CardRead(holder=holder) if state.holder is None:
            return Step(replace(state, holder=holder))
        case ChooseService() | Confirm() | Trouble() | Done(), CardRead(holder=holder) if holder != state.holder:
            return _next_person(state, holder)
        case Home(), CardUnreadable():
            return Step(replace(state, page=Home(unreadable=True)))
        case Home() | ChooseService(), ServiceTapped(service_id):
            return _choose(state, service_id)
        case AskCard(service=service), CardRead(holder=holder):
            return Step(replace(state, page=Confirm(service), holder=holder))
        case AskCard(service=service), CardUnreadable():
            return Step(replace(state, page=AskCard(service, unreadable=True)))
        case Confirm(service=service), ConfirmTapped():
            return _take(state, service, presses=state.presses + 1)
        case Trouble(service=service), RetryTapped():
            return _take(state, service, presses=state.presses)
        case (
            Taking(service=service) | Trouble(service=service, fault=TakeFault.SERVER_LOST),
            NumberTaken(ticket=ticket, again=again),
        ):
            return _print(state, Printing(service, ticket, again))  # an answer that comes late is a number all the same
        case Taking(service=service), NumberNotTaken(fault=fault):
            return Step(replace(state, page=Trouble(service, fault)))
        case Printing() as page, PrintEnded(printed=printed):
            paper = _PAPER[printed]
            done = Done(page.service, page.ticket, page.again, paper)
            return Step(replace(state, page=done), (ReportPrinted(page.ticket.id, _OUTCOME[paper]),))
        case AskCard() | Confirm() | Trouble(), BackTapped():
            return Step(replace(state, page=ChooseService()))
        case ChooseService(), BackTapped():
            return go_home(state)
        case _:
            return Step(state)


def _choose(state: Session, service_id: str) -> Step:
    services = state.hall.services if state.hall and state.online else ()
    service = next((service for service in services if service.id == service_id), None)
    if service is None:
        return Step(state)
    needs_card = service.identity == "required" and state.holder is None
    return Step(replace(state, page=AskCard(service) if needs_card else Confirm(service)))


def _take(state: Session, service: ServiceView, presses: int) -> Step:
    pressed = replace(state, page=Taking(service), presses=presses)
    return Step(pressed, (TakeNumber(session=state.id, key=pressed.key, service=service.id, holder=state.holder),))


def _print(state: Session, page: Printing) -> Step:
    assert state.hall is not None, "a service was chosen from it"
    ask = PrintTicket(
        session=state.id,
        ticket=page.ticket,
        service=page.service,
        hall=state.hall,
        language=state.language,
    )
    return Step(replace(state, page=page), (ask,))


def _next_person(state: Session, holder: Holder) -> Step:
    """Another person puts a card down before this one's page has gone: this visit ends, theirs begins."""
    fresh = go_home(state)
    return Step(replace(fresh.state, page=ChooseService(), holder=holder), fresh.effects)
