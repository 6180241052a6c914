"""The page of a session as plain values for QML: which page, and what it shows. Pure."""

from datetime import datetime
from typing import assert_never

from jinghou_kiosk.booking_pages import BookingPage
from jinghou_kiosk.choice import Theme, choice_of
from jinghou_kiosk.journeys import my_number
from jinghou_kiosk.journeys.arrive import CODE_DIGITS
from jinghou_kiosk.journeys.tell_phone import PHONE_DIGITS, is_phone
from jinghou_kiosk.pages import (
    Arrive,
    Arriving,
    AskCard,
    AskGiveBack,
    BindingPhone,
    Booked,
    BoundPhone,
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
    PhoneCode,
    Printing,
    PrintingBooking,
    Search,
    Staff,
    Taking,
    Trouble,
    TypeCode,
    TypePhone,
    UnboundPhone,
    page_name,
)
from jinghou_kiosk.state import Session, service_of
from jinghou_queue.contract.messages import BookedFor, HallView, Lane, ServiceView, Ticket
from jinghou_ui.viewmodels.booking import booking_values
from jinghou_ui.viewmodels.clock import date_words, hall_time
from jinghou_ui.viewmodels.values import (
    CODE_GROUPS,
    PHONE_GROUPS,
    QmlMap,
    QmlValue,
    grouped,
    in_hall,
    minutes,
    service_values,
)


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
    if isinstance(page, BookingPage | PrintingBooking | Booked):
        return values | booking_values(page, session)
    match page:
        case Home(unreadable):
            return values | {"unreadable": unreadable}
        case ChooseService():
            return values
        case Search(typed, found):
            return values | {"typed": typed, "found": _those(found or (), session), "nothing": found == ()}
        case AskCard(service, unreadable, to_book):
            return values | {"service": service_values(service, session), "unreadable": unreadable, "toBook": to_book}
        case Confirm():
            return values | _confirm_values(page, session)
        case Taking(service):
            return values | {"service": service_values(service, session)}
        case Arrive(unreadable, purpose):
            return values | {"unreadable": unreadable, "purpose": purpose.value}
        case TypeCode(digits, purpose):
            complete = len(digits) == CODE_DIGITS
            return values | {"code": grouped(digits, CODE_GROUPS), "complete": complete, "purpose": purpose.value}
        case Arriving() | Finding() | GivingBack() | BindingPhone() | Staff() | OutOfService():
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
        case PhoneCode(fault):
            return values | {"fault": fault.value if fault else "" if session.online else "server_lost"}
        case TypePhone(digits=digits, relative=relative):
            whole = len(digits) == PHONE_DIGITS
            shown: QmlMap = {"digits": grouped(digits, PHONE_GROUPS), "relative": relative}
            return values | shown | {"complete": is_phone(digits), "wrong": whole and not is_phone(digits)}
        case BoundPhone(phone=phone):
            return values | {"phone": phone.masked, "relative": phone.relative}
        case UnboundPhone(fault=fault):
            return values | {"fault": fault.value}
        case Trouble(service, fault):
            return values | {"service": service_values(service, session), "fault": fault.value}
        case _:
            assert_never(page)


def first_values(session: Session) -> list[QmlValue]:
    """Those of the first page, as far as there is room."""
    return [service_values(service, session) for service in session.first]


def choice_values(session: Session) -> QmlMap:
    """What there is to choose from; `themes` is empty where the services themselves are on show."""
    choice = choice_of(session)
    services: list[QmlValue] = [service_values(service, session) for service in choice.services]
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


def _those(ids: tuple[str, ...], session: Session) -> list[QmlValue]:
    """Of what was found, that which is still offered."""
    there = {service.id: service for service in session.services}
    return [service_values(there[found], session) for found in ids if found in there]


def opening_words(session: Session, now: datetime) -> str:
    """When a closed hall opens: 09:00 today, or with the day before it; "" when it is open, or nobody knows."""
    if session.closed is None or session.closed.opens_at is None:
        return ""
    opens = in_hall(session.closed.opens_at, session.hall)
    today = hall_time(now, session.hall).date()
    return f"{opens:%H:%M}" if opens.date() == today else f"{date_words(opens, session.language)} {opens:%H:%M}"


def _current(service: ServiceView, hall: HallView | None) -> ServiceView:
    """The service with the number of people who wait now."""
    return next((now for now in (hall.services if hall else ()) if now.id == service.id), service)


def _confirm_values(page: Confirm, session: Session) -> QmlMap:
    """`longWait`: how long people wait, when that is long; `canBook`: there may be a better time."""
    service, wait = _current(page.service, session.hall), page.wait
    is_long = wait is not None and wait.p50 >= session.look.long_wait_minutes
    return {
        "service": service_values(service, session),
        "longWait": minutes(wait) if is_long else "",
        "canBook": service.bookable and session.online,
    }


def _ticket_values(page: Printing | Done, session: Session) -> QmlMap:
    ticket = page.ticket
    return {
        "service": service_values(page.service, session),
        "number": ticket.number,
        "ahead": ticket.ahead,
        "again": page.again,
        "offline": page.offline,
        "arrival": _arrival(ticket) if page.arrived else "",
        "bookedFor": "" if ticket.booked_for is None else f"{in_hall(ticket.booked_for, session.hall):%H:%M}",
        "paper": page.paper.value if isinstance(page, Done) else "printing",
    }


def _found_values(found: MyNumber, session: Session) -> QmlMap:
    """How the number on show stands now; `standing` is a word of words.my_number."""
    own = my_number.now(found.shown.own, session.hall)
    return {
        "service": service_values(service_of(session, own.service), session),
        "number": own.number,
        "standing": own.leg.value,
        "counter": own.counter or "",
        "ahead": own.ahead,
        "minutes": minutes(own.estimate),
        "canGiveBack": my_number.can_give_back(own),
        "place": found.place + 1,
        "count": len(found.numbers),
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
    start = in_hall(booked_for.starts_at, session.hall)
    first = booked_for.check_in_from
    chinese = session.language.in_chinese
    return {
        "date": date_words(start, session.language),
        "time": f"{start:%H:%M}",
        "checkInFrom": "" if first is None else f"{in_hall(first, session.hall):%H:%M}",
        "hall": booked_for.hall_name if chinese else booked_for.hall_name_en,
    }


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
