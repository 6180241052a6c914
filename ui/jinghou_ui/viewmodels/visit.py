"""The page of a session as plain values for QML: which page, and what it shows. Pure."""

from datetime import UTC, datetime
from typing import assert_never

from jinghou_kiosk.choice import Theme, choice_of
from jinghou_kiosk.journeys import my_number
from jinghou_kiosk.journeys.arrive import CODE_DIGITS
from jinghou_kiosk.pages import (
    Arrive,
    Arriving,
    AskCard,
    AskGiveBack,
    ChooseService,
    Confirm,
    Done,
    Finding,
    GivenBack,
    GivingBack,
    Home,
    MyNumber,
    NoNumber,
    NotArrived,
    NotGivenBack,
    OutOfService,
    Printing,
    Staff,
    Taking,
    Trouble,
    TypeCode,
    page_name,
)
from jinghou_kiosk.state import Session, service_of
from jinghou_queue.contract.messages import BookedFor, Estimate, HallView, Lane, ServiceView, Ticket
from jinghou_ui.viewmodels.clock import date_words, hall_time

QmlValue = str | int | bool | None | dict[str, "QmlValue"] | list["QmlValue"]
QmlMap = dict[str, QmlValue]


def shown_page(session: Session) -> str:
    """The page on show: a card that was left behind is said before anything else."""
    return "card_left" if session.card_left_behind else page_name(session.page)


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
        case Arrive(unreadable, purpose):
            return values | {"unreadable": unreadable, "purpose": purpose.value}
        case TypeCode(digits, purpose):
            complete = len(digits) == CODE_DIGITS
            return values | {"code": _grouped(digits), "complete": complete, "purpose": purpose.value}
        case Arriving() | Finding() | GivingBack() | Staff() | OutOfService():
            return values
        case MyNumber() as found:
            return values | _found_values(found, session)
        case AskGiveBack(found):
            return values | _found_values(found, session)
        case NoNumber(fault=fault, booked_for=booked_for):
            return values | {"fault": fault.value} | _booked_values(booked_for, session)
        case NotGivenBack():
            return values | {"fault": "not_given_back"}
        case GivenBack(number):
            return values | {"number": number.own.number}
        case NotArrived(fault=fault, booked_for=booked_for):
            return values | {"fault": fault.value} | _booked_values(booked_for, session)
        case Printing() | Done():
            return values | _ticket_values(page, session)
        case Trouble(service, fault):
            return values | {"service": _service_values(service, session), "fault": fault.value}
        case _:
            assert_never(page)


def first_values(session: Session) -> list[QmlValue]:
    """Those of the first page, as far as there is room."""
    return [_service_values(service, session) for service in session.first]


def choice_values(session: Session) -> QmlMap:
    """What there is to choose from; `themes` is empty where the services themselves are on show."""
    choice = choice_of(session)
    services: list[QmlValue] = [_service_values(service, session) for service in choice.services]
    themes: list[QmlValue] = [_theme_values(theme, session) for theme in choice.themes]
    return {
        "services": services,
        "themes": themes,
        "opened": None if choice.opened is None else _theme_values(choice.opened, session),
        "asksAudience": choice.asks_audience,
        "audience": "" if session.audience is None else session.audience.value,
    }


def _theme_values(theme: Theme, session: Session) -> QmlMap:
    name = theme.name if session.language.in_chinese else theme.name_en
    return {"id": theme.name, "name": name, "count": theme.count}


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


def _found_values(found: MyNumber, session: Session) -> QmlMap:
    """How the number on show stands now; `standing` is a word of words.my_number."""
    own = my_number.now(found.shown.own, session.hall)
    return {
        "service": _service_values(service_of(session, own.service), session),
        "number": own.number,
        "standing": own.leg.value,
        "counter": own.counter or "",
        "ahead": own.ahead,
        "minutes": _minutes(own.estimate),
        "canGiveBack": my_number.can_give_back(own),
        "place": found.place + 1,
        "count": len(found.numbers),
    }


def _minutes(estimate: Estimate | None) -> str:
    """Half wait at most the first, nine of ten at most the second; "" while nobody can say."""
    if estimate is None:
        return ""
    return f"{estimate.p50}" if estimate.p50 == estimate.p90 else f"{estimate.p50}–{estimate.p90}"


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
        "page": shown_page(session),
        "online": session.online,
        "at_hand": len(session.at_hand),
        "reader_ready": session.reader_ready,
        "scanner_ready": session.scanner_ready,
        "staff": session.staff.call.value,
    }
