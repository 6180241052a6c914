"""The end of every journey that gives a number: paper, and what became of it."""

from dataclasses import replace
from typing import Final

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import PrintTicket, ReportPrinted
from jinghou_kiosk.events import Event, PrintEnded, PrintTapped
from jinghou_kiosk.pages import Done, Paper, Printing
from jinghou_kiosk.state import Session, Step
from jinghou_queue.contract.messages import PrintOutcome

PAPER: Final = {
    None: Paper.NOT_WANTED,
    Printed.DONE: Paper.PRINTED,
    Printed.REFUSED: Paper.FAILED,
    Printed.FAILED: Paper.FAILED,
    Printed.UNCERTAIN: Paper.UNCERTAIN,
}
"""What a printer's word means to a person."""
_OUTCOME: Final = {
    Paper.PRINTED: PrintOutcome.PRINTED,
    Paper.NOT_WANTED: PrintOutcome.SHOWN,
    Paper.FAILED: PrintOutcome.FAILED,
    Paper.UNCERTAIN: PrintOutcome.FAILED,
}


def step(state: Session, event: Event) -> Step | None:
    """What `event` means to a number that is there; None when it means nothing."""
    match state.page, event:
        case Printing() as page, PrintEnded(printed=printed):
            paper = PAPER[printed]
            done = Done(page.service, page.ticket, page.again, paper, page.arrived, page.offline)
            return Step(replace(state, page=done), (ReportPrinted(page.ticket.id, _OUTCOME[paper]),))
        case Done(paper=Paper.BEFORE) as page, PrintTapped():
            return print_number(state, Printing(page.service, page.ticket, page.again, page.arrived))
        case _:
            return None


def print_number(state: Session, page: Printing) -> Step:
    """Show the number and put it on paper."""
    assert state.hall is not None, "the number is of its service"
    ask = PrintTicket(
        session=state.id,
        ticket=page.ticket,
        service=page.service,
        hall=state.hall,
        language=state.language,
        offline=page.offline,
    )
    return Step(replace(state, page=page), (ask,))
