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
from jinghou_kiosk import events as ev
from jinghou_kiosk import pages as pg
from jinghou_kiosk.choice import FEW
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session
from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import (
    Audience,
    HallView,
    LegState,
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

_SERVICE: Final = ServiceView(id="s", prefix="A", name="s", name_en="s", zone="", identity="optional", waiting=0)
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
_PAGES: Final[Mapping[str, pg.Page]] = {
    "Home": pg.Home(),
    "ChooseService": pg.ChooseService(),
    _THEME_OPEN: pg.ChooseService(),
    "AskCard": pg.AskCard(_WITH_CARD),
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
    "Done, on paper": pg.Done(_SERVICE, _TICKET, again=False, paper=pg.Paper.PRINTED),
    "Done, without paper": pg.Done(_SERVICE, _TICKET, again=False, paper=pg.Paper.FAILED),
    "Done, had it before": pg.Done(_SERVICE, _TICKET, again=True, paper=pg.Paper.BEFORE),
    "Staff": pg.Staff(),
    "OutOfService": pg.OutOfService(),
}


def _session(name: str, page: pg.Page) -> Session:
    first = begin("boot", ev.SettingsSeen(VisitSettings(), (ev.Language.ZH,))).state
    there = replace(first, hall=_HALL, online=True, at_hand=frozenset({"s", "c"}))
    theme = "t" if name == _THEME_OPEN else None
    return replace(there, page=page, presses=1, theme=theme, out_of_service=isinstance(page, pg.OutOfService))


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
        "StaffTapped": ev.StaffTapped(),
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
