"""The page of a session as plain values for QML: which page, and what it shows. Pure."""

from typing import assert_never

from jinghou_kiosk.events import Language
from jinghou_kiosk.pages import (
    AskCard,
    ChooseService,
    Confirm,
    Done,
    Home,
    Page,
    Printing,
    Taking,
    Trouble,
)
from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import HallView, ServiceView, Ticket

QmlValue = str | int | bool | dict[str, "QmlValue"] | list["QmlValue"]
QmlMap = dict[str, QmlValue]


def page_name(page: Page) -> str:
    """The page's name in QML."""
    match page:
        case Home():
            return "home"
        case ChooseService():
            return "choose_service"
        case AskCard():
            return "ask_card"
        case Confirm():
            return "confirm"
        case Taking():
            return "taking"
        case Printing():
            return "printing"
        case Done():
            return "done"
        case Trouble():
            return "trouble"
        case _:
            assert_never(page)


def visit_values(session: Session) -> QmlMap:
    """What the page of `session` shows of this visit."""
    page = session.page
    greeting = session.holder.masked_name if session.holder else None
    values: QmlMap = {"holder": session.holder is not None, "greeting": greeting or "", "unreadable": False}
    match page:
        case Home(unreadable):
            return values | {"unreadable": unreadable}
        case ChooseService():
            return values
        case AskCard(service, unreadable):
            return values | {"service": _service_values(service, session.language), "unreadable": unreadable}
        case Confirm(service):
            return values | {"service": _service_values(_current(service, session.hall), session.language)}
        case Taking(service):
            return values | {"service": _service_values(service, session.language)}
        case Printing(service, ticket, again):
            return values | _ticket_values(service, ticket, session.language, again=again, paper="printing")
        case Done(service, ticket, again, paper):
            return values | _ticket_values(service, ticket, session.language, again=again, paper=paper.value)
        case Trouble(service, fault):
            return values | {"service": _service_values(service, session.language), "fault": fault.value}
        case _:
            assert_never(page)


def services_values(hall: HallView | None, language: Language) -> list[QmlValue]:
    """The hall's services, in its own order."""
    return [_service_values(service, language) for service in (hall.services if hall else ())]


def _current(service: ServiceView, hall: HallView | None) -> ServiceView:
    """The service with the number of people who wait now."""
    return next((now for now in (hall.services if hall else ()) if now.id == service.id), service)


def _service_values(service: ServiceView, language: Language) -> QmlMap:
    return {
        "id": service.id,
        "name": service.name if language is Language.ZH else service.name_en,
        "zone": service.zone,
        "waiting": service.waiting,
        "needsCard": service.identity == "required",
    }


def _ticket_values(service: ServiceView, ticket: Ticket, language: Language, *, again: bool, paper: str) -> QmlMap:
    return {
        "service": _service_values(service, language),
        "number": ticket.number,
        "ahead": ticket.ahead,
        "again": again,
        "paper": paper,
    }


def describe(session: Session) -> dict[str, object]:
    """Where the kiosk is, for the remote: nothing of the person."""
    return {"page": page_name(session.page), "online": session.online, "reader_ready": session.reader_ready}
