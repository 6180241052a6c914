"""The page of a session as plain values for QML: which page, and what it shows. Pure."""

from datetime import UTC, datetime
from typing import assert_never

from jinghou_kiosk.journeys.arrive import CODE_DIGITS
from jinghou_kiosk.pages import (
    Arrive,
    Arriving,
    AskCard,
    ChooseService,
    Confirm,
    Done,
    Home,
    NotArrived,
    Page,
    Printing,
    Taking,
    Trouble,
    TypeCode,
)
from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import BookedFor, HallView, Lane, ServiceView, Ticket
from jinghou_ui.viewmodels.clock import date_words, hall_time

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
        case Arrive():
            return "arrive"
        case TypeCode():
            return "type_code"
        case Arriving():
            return "arriving"
        case NotArrived():
            return "not_arrived"
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
    values: QmlMap = {
        "holder": session.holder is not None,
        "greeting": greeting or "",
        "shown": session.code is not None,
        "unreadable": False,
    }
    match page:
        case Home(unreadable):
            return values | {"unreadable": unreadable}
        case ChooseService():
            return values
        case AskCard(service, unreadable):
            return values | {"service": _service_values(service, session), "unreadable": unreadable}
        case Confirm(service):
            return values | {"service": _service_values(_current(service, session.hall), session)}
        case Taking(service):
            return values | {"service": _service_values(service, session)}
        case Arrive(unreadable):
            return values | {"unreadable": unreadable}
        case TypeCode(digits):
            return values | {"code": _grouped(digits), "complete": len(digits) == CODE_DIGITS}
        case Arriving():
            return values
        case NotArrived(fault=fault, booked_for=booked_for):
            return values | {"fault": fault.value} | _booked_values(booked_for, session)
        case Printing() | Done():
            return values | _ticket_values(page, session)
        case Trouble(service, fault):
            return values | {"service": _service_values(service, session), "fault": fault.value}
        case _:
            assert_never(page)


def services_values(session: Session) -> list[QmlValue]:
    """The services that are offered here, in their order."""
    return [_service_values(service, session) for service in session.services]


def hot_values(session: Session) -> list[QmlValue]:
    """Those that stand first on the first page."""
    return [_service_values(service, session) for service in session.hot]


def opening_words(session: Session, now: datetime) -> str:
    """When a closed hall opens: 09:00 today, or with the day before it; "" when it is open, or nobody knows."""
    if session.closed is None or session.closed.opens_at is None:
        return ""
    opens = _in_hall(session.closed.opens_at, session.hall)
    today = hall_time(now, session.hall).date()
    return f"{opens:%H:%M}" if opens.date() == today else f"{date_words(opens, session.language)} {opens:%H:%M}"


def _current(service: ServiceView, hall: HallView | None) -> ServiceView:
    """The service with the number of people who wait now."""
    return next((now for now in (hall.services if hall else ()) if now.id == service.id), service)


def _service_values(service: ServiceView, session: Session) -> QmlMap:
    return {
        "id": service.id,
        "name": service.name if session.language.in_chinese else service.name_en,
        "offered": session.offers(service.id),
        "zone": service.zone,
        "waiting": service.waiting,
        "needsCard": service.identity == "required",
    }


def _ticket_values(page: Printing | Done, session: Session) -> QmlMap:
    ticket = page.ticket
    return {
        "service": _service_values(page.service, session),
        "number": ticket.number,
        "ahead": ticket.ahead,
        "again": page.again,
        "offline": page.offline,
        "arrival": _arrival(ticket) if page.arrived else "",
        "bookedFor": "" if ticket.booked_for is None else f"{_in_hall(ticket.booked_for, session.hall):%H:%M}",
        "paper": page.paper.value if isinstance(page, Done) else "printing",
    }


def _arrival(ticket: Ticket) -> str:
    """How somebody who came with a booking or a number stands now: words.ticket has a line for each."""
    if ticket.booked_for is not None:
        return "in_time" if ticket.lane is Lane.BOOKED else "late"
    return "back" if ticket.lane is Lane.RETURNED else "known"


def _booked_values(booked_for: BookedFor | None, session: Session) -> QmlMap:
    """What is booked instead, in the hall's time."""
    if booked_for is None:
        return {}
    start = _in_hall(booked_for.starts_at, session.hall)
    first = booked_for.check_in_from
    chinese = session.language.in_chinese
    return {
        "date": date_words(start, session.language),
        "time": f"{start:%H:%M}",
        "checkInFrom": "" if first is None else f"{_in_hall(first, session.hall):%H:%M}",
        "hall": booked_for.hall_name if chinese else booked_for.hall_name_en,
    }


def _in_hall(milliseconds: int, hall: HallView | None) -> datetime:
    return hall_time(datetime.fromtimestamp(milliseconds / 1000, UTC), hall)


def _grouped(digits: str) -> str:
    """Ten digits as they stand on a booking, a dash for each that is still to come."""
    shown = digits.ljust(CODE_DIGITS, "–")
    return f"{shown[:3]} {shown[3:6]} {shown[6:]}"


def describe(session: Session) -> dict[str, object]:
    """Where the kiosk is, for the remote: nothing of the person."""
    return {
        "page": page_name(session.page),
        "online": session.online,
        "at_hand": len(session.at_hand),
        "reader_ready": session.reader_ready,
        "scanner_ready": session.scanner_ready,
    }
