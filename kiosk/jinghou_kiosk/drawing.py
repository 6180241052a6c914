"""Writes docs/pages.md, what each event makes of each page, by trying it: `python -m jinghou_kiosk.drawing FILE`.

People, hall and numbers in it are made up and appear nowhere in the page.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from msgspec import structs

from jinghou_config.reference import write_or_check
from jinghou_config.terminal import VisitSettings
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk import booking_events as be
from jinghou_kiosk import booking_pages as bp
from jinghou_kiosk import events as ev
from jinghou_kiosk import pages as pg
from jinghou_kiosk import phone_events as pe
from jinghou_kiosk.choice import FEW
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session
from jinghou_queue.contract.bookings import Booking, BookingState, OwnNumber, SlotView
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import (
    Audience,
    Estimate,
    HallView,
    LegState,
    OwnPhone,
    OwnTicket,
    ServiceView,
    Ticket,
    TicketState,
)

_HEAD: Final = """\
# Pages of a visit

Drawn by `make docs`, which tries every event on every page; `make check` tells when this page is out of date. A row
names the page that comes, and in brackets what is asked of devices and server; what is not listed changes nothing.
The wait of each page ends with `TimerFired`; on every page language and aids can be switched, and what was said about
staff can be read away.
"""

_SERVICE: Final = ServiceView(
    id="s", prefix="A", name="s", name_en="s", zone="", identity="optional", waiting=0, bookable=True
)
_WITH_CARD: Final = ServiceView(id="c", prefix="B", name="c", name_en="c", zone="", identity="required", waiting=0)
_OF_MANY: Final = tuple(
    structs.replace(_SERVICE, id=f"{audience.value}-{place}", audience=audience, theme="t", theme_en="t")
    for audience in (Audience.PERSONAL, Audience.COMPANY)
    for place in range(FEW)
)
_HALL: Final = HallView(
    id="h",
    name="h",
    name_en="h",
    timezone="Asia/Shanghai",
    day="2026-11-23",
    seq=1,
    epoch="first",
    services=(_SERVICE, _WITH_CARD, *_OF_MANY),
    counters=(),
    calls=(),
    phone_numbers=True,
)
_TICKET: Final = Ticket(
    id="t",
    number="A001",
    service="s",
    state=TicketState.RESERVED,
    ahead=0,
    taken_at=0,
    token="",
    url="http://t.invalid",
)
_HOLDER: Final = ev.Holder(Identity(IdentityKind.RESIDENT, "119999195512310027"), None)
_LOST: Final = ev.TakeFault.SERVER_LOST

_WAITING: Final = OwnNumber(
    ticket="t",
    own=OwnTicket(hall="h", number="A001", service="s", state=TicketState.ACTIVE, leg=LegState.WAITING, ahead=1),
)
_MISSED: Final = structs.replace(_WAITING, own=structs.replace(_WAITING.own, leg=LegState.MISSED))
_FOUND: Final = pg.MyNumber("0471108152", (_WAITING, _MISSED))

_THEME_OPEN: Final = "ChooseService, a theme is open"
_SLOT: Final = SlotView(starts_at=1_795_449_600_000, ends_at=1_795_450_500_000, left=1)
_DAY: Final = "2026-11-24"  # of that slot
_BOOKING: Final = Booking(
    id="b",
    hall="h",
    service="s",
    starts_at=_SLOT.starts_at,
    ends_at=_SLOT.ends_at,
    check_in_from=_SLOT.starts_at,
    in_time_until=_SLOT.ends_at,
    state=BookingState.CONFIRMED,
    code="0471108152",
    token="",
    url="http://b.invalid",
)
_WISH: Final = bp.Wish(_SERVICE)
_MINE: Final = bp.MyBooking(None, (_BOOKING, structs.replace(_BOOKING, id="other")))
_DONE: Final = pg.Done(_SERVICE, _TICKET, again=False, paper=pg.Paper.PRINTED)
_PHONE: Final = "13800000000"

_PAGES: Final[Mapping[str, pg.Page]] = {
    "Home": pg.Home(),
    "ChooseService": pg.ChooseService(),
    _THEME_OPEN: pg.ChooseService(),
    "Search": pg.Search("s", ("s", "c")),
    "AskCard": pg.AskCard(_WITH_CARD),
    "AskCard, to book": pg.AskCard(_SERVICE, to_book=True),
    "Confirm": pg.Confirm(_SERVICE),
    "Taking": pg.Taking(_SERVICE),
    "Trouble, the server did not answer": pg.Trouble(_SERVICE, _LOST),
    "Trouble, the server refused": pg.Trouble(_SERVICE, ev.TakeFault.REFUSED),
    "Arrive": pg.Arrive(),
    "TypeCode, some digits": pg.TypeCode("0"),
    "TypeCode, all digits": pg.TypeCode("0471108152"),
    "Arriving": pg.Arriving(None),
    "NotArrived, the server did not answer": pg.NotArrived(None, ev.ArriveFault.SERVER_LOST),
    "NotArrived, for another reason": pg.NotArrived(None, ev.ArriveFault.UNKNOWN),
    "Arrive, to find one's number": pg.Arrive(purpose=pg.Purpose.FIND_NUMBER),
    "Finding": pg.Finding(None),
    "MyNumber, waiting": _FOUND,
    "MyNumber, passed over": replace(_FOUND, place=1),
    "NoNumber, the server did not answer": pg.NoNumber(None, ev.FindFault.SERVER_LOST),
    "NoNumber, booked and not checked in": pg.NoNumber(None, ev.FindFault.NOT_CHECKED_IN),
    "NoNumber, for another reason": pg.NoNumber(None, ev.FindFault.UNKNOWN),
    "AskGiveBack": pg.AskGiveBack(_FOUND),
    "GivingBack": pg.GivingBack(_FOUND),
    "NotGivenBack": pg.NotGivenBack(_FOUND),
    "GivenBack": pg.GivenBack(_WAITING),
    "Printing": pg.Printing(_SERVICE, _TICKET, again=False),
    "Done, on paper": _DONE,
    "Done, without paper": pg.Done(_SERVICE, _TICKET, again=False, paper=pg.Paper.FAILED),
    "Done, had it before": pg.Done(_SERVICE, _TICKET, again=True, paper=pg.Paper.BEFORE),
    "FindingSlots": bp.FindingSlots(_WISH),
    "ChooseDay": bp.ChooseDay(_WISH, (_SLOT,)),
    "ChooseTime": bp.ChooseTime(_WISH, (_SLOT,), _DAY),
    "ConfirmBooking": bp.ConfirmBooking(_WISH, (_SLOT,), _SLOT),
    "ConfirmBooking, another time": bp.ConfirmBooking(bp.Wish(_SERVICE, _BOOKING), (_SLOT,), _SLOT),
    "BookingPlace": bp.BookingPlace(_WISH, _SLOT),
    "NotBooked, the server did not answer": bp.NotBooked(_WISH, _SLOT, be.BookFault.SERVER_LOST),
    "NotBooked, booked already": bp.NotBooked(_WISH, _SLOT, be.BookFault.BOOKED_ALREADY),
    "PrintingBooking": pg.PrintingBooking(_SERVICE, _BOOKING),
    "Booked": pg.Booked(_SERVICE, _BOOKING, pg.Paper.PRINTED),
    "FindingBookings": bp.FindingBookings(None),
    "MyBooking": _MINE,
    "NoBooking": bp.NoBooking(None, be.BookFault.SERVER_LOST),
    "AskGiveUp": bp.AskGiveUp(_MINE),
    "GivingUp": bp.GivingUp(_MINE),
    "NotGivenUp": bp.NotGivenUp(_MINE),
    "GivenUp": bp.GivenUp(_BOOKING),
    "PhoneCode": pg.PhoneCode(),
    "PhoneCode, the server did not answer": pg.PhoneCode(pe.PhoneFault.SERVER_LOST),
    "TypePhone, some digits": pg.TypePhone(_DONE, _PHONE[:3]),
    "TypePhone, all digits": pg.TypePhone(_DONE, _PHONE),
    "BindingPhone": pg.BindingPhone(_DONE, _PHONE, relative=False),
    "BoundPhone": pg.BoundPhone(_DONE, OwnPhone(masked="138****0000", relative=False)),
    "UnboundPhone": pg.UnboundPhone(_DONE, _PHONE, relative=False, fault=pe.PhoneFault.SERVER_LOST),
    "Staff": pg.Staff(),
    "OutOfService": pg.OutOfService(),
}


def _session(name: str, page: pg.Page) -> Session:
    first = begin("boot", ev.SettingsSeen(VisitSettings(), (ev.Language.ZH,))).state
    there = replace(first, hall=_HALL, online=True, at_hand=frozenset({"s", "c"}))
    theme = "t" if name == _THEME_OPEN else None
    books = isinstance(page, bp.BookingPage)  # with a card
    return replace(
        there,
        page=page,
        presses=1,
        theme=theme,
        holder=_HOLDER if books else None,
        out_of_service=isinstance(page, pg.OutOfService),
    )


def _conditions(session: Session) -> Mapping[str, Session]:
    return {
        "with the server": session,
        "without it, numbers in the box": replace(session, online=False),
        "while the hall is closed": replace(session, closed=ev.Closed(None)),
    }


def _events(session: str) -> Mapping[str, ev.Event]:
    """Every event that can mean something to a person's page; news of the surroundings change no page."""
    return {
        "StartTapped": ev.StartTapped(),
        "ArriveTapped": ev.ArriveTapped(),
        "FindNumberTapped": ev.FindNumberTapped(),
        "NextNumberTapped": ev.NextNumberTapped(),
        "CheckInTapped": ev.CheckInTapped(),
        "GiveBackTapped": ev.GiveBackTapped(),
        "BookTapped": be.BookTapped(),
        "DayTapped": be.DayTapped(_DAY),
        "TimeTapped": be.TimeTapped(_SLOT.starts_at),
        "BookingsTapped": be.BookingsTapped(),
        "MoveTapped": be.MoveTapped(),
        "PhoneTapped": pe.PhoneTapped(),
        "BindPhoneTapped": pe.BindPhoneTapped(),
        "WhoseTapped": pe.WhoseTapped(relative=True),
        "StaffTapped": ev.StaffTapped(),
        "SearchTapped": ev.SearchTapped(),
        "SearchTyped": ev.SearchTyped("se"),
        "SearchTyped, nothing left": ev.SearchTyped(""),
        "ServicesFound": ev.ServicesFound(session, "s", ("c",)),
        "ServiceTapped": ev.ServiceTapped("s"),
        "ServiceTapped, needs a card": ev.ServiceTapped("c"),
        "AudienceTapped": ev.AudienceTapped(Audience.COMPANY),
        "ThemeTapped": ev.ThemeTapped("t"),
        "TypeCodeTapped": ev.TypeCodeTapped(),
        "DigitTapped": ev.DigitTapped("1"),
        "DeleteTapped": ev.DeleteTapped(),
        "ConfirmTapped": ev.ConfirmTapped(),
        "PrintTapped": ev.PrintTapped(),
        "RetryTapped": ev.RetryTapped(),
        "BackTapped": ev.BackTapped(),
        "HomeTapped": ev.HomeTapped(),
        "CardRead": ev.CardRead(session, _HOLDER),
        "CardUnreadable": ev.CardUnreadable(session),
        "CodeShown": ev.CodeShown(session, "0471108152"),
        "NumberTaken": ev.NumberTaken(session, _TICKET, again=False),
        "NumberNotTaken": ev.NumberNotTaken(session, _LOST),
        "NotCheckedIn": ev.NotCheckedIn(session, ev.ArriveFault.UNKNOWN),
        "NumbersFound": ev.NumbersFound(session, (_WAITING,)),
        "NumbersNotFound": ev.NumbersNotFound(session, ev.FindFault.UNKNOWN),
        "NumberGivenBack": ev.NumberGivenBack(session),
        "NumberNotGivenBack": ev.NumberNotGivenBack(session, refused=False),
        "NumberNotGivenBack, refused": ev.NumberNotGivenBack(session, refused=True),
        "WaitSeen": be.WaitSeen(session, "s", Estimate(p50=40, p90=60)),
        "SlotsFound": be.SlotsFound(session, (_SLOT,)),
        "PlaceBooked": be.PlaceBooked(session, _BOOKING),
        "BookingsFound": be.BookingsFound(session, (_BOOKING,)),
        "BookingGivenUp": be.BookingGivenUp(session),
        "BookingFailed": be.BookingFailed(session, be.BookFault.SERVER_LOST),
        "BookingFailed, taken": be.BookingFailed(session, be.BookFault.TAKEN),
        "PhoneCodeSeen": pe.PhoneCodeSeen(session, "http://h.invalid", 30),
        "PhoneCodeLost": pe.PhoneCodeLost(session, pe.PhoneFault.SERVER_LOST),
        "PhoneBound": pe.PhoneBound(session, OwnPhone(masked="138****0000", relative=False)),
        "PhoneNotBound": pe.PhoneNotBound(session, pe.PhoneFault.SERVER_LOST),
        "PrintEnded": ev.PrintEnded(session, Printed.DONE),
        "TerminalRefused": ev.TerminalRefused(),
        "StaffCame": ev.StaffCame(),
        "StaffLeft, in service": ev.StaffLeft(out_of_service=False),
        "StaffLeft, out of service": ev.StaffLeft(out_of_service=True),
        "TimerFired": ev.TimerFired(),
    }


def document() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *(_chapter(name, page) for name, page in _PAGES.items())])


def _chapter(name: str, page: pg.Page) -> str:
    session = _session(name, page)
    conditions = _conditions(session)
    lines = [f"## {name}", "", f"| what happens | {' | '.join(conditions)} |", "|---|---|---|---|"]
    for event_name, event in _events(session.id).items():
        outcomes = [_outcome(session, event) for session in conditions.values()]
        if any(outcomes):
            lines.append(f"| `{event_name}` | {' | '.join(outcomes)} |")
    return "\n".join([*lines, ""])


def _outcome(session: Session, event: ev.Event) -> str:
    """Such as `Taking [TakeNumber]`; "" when nothing but the wait is another."""
    after = step(session, event)
    effects = [type(effect).__name__ for effect in after.effects if not isinstance(effect, StartTimer | StopTimer)]
    seen = replace(after.state, presses=session.presses, online=session.online, enrolled=session.enrolled)
    if seen == session and not effects:
        return ""
    page = "are you still there?" if after.state.asking_presence else type(after.state.page).__name__
    return page + (f" [{', '.join(effects)}]" if effects else "")


if __name__ == "__main__":
    sys.exit(write_or_check(document(), sys.argv[1:]))
