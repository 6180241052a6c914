"""My number (我的号): how it stands, found by ticket, ten digits or card; and giving it back.

Asking changes nothing. Whoever was passed over, or booked and has not checked in, goes on to arriving from here.
"""

from dataclasses import replace
from typing import Final

import msgspec

from jinghou_kiosk.effects import FindNumbers, GiveNumberBack
from jinghou_kiosk.events import (
    BackTapped,
    CardRead,
    CheckInTapped,
    CodeShown,
    ConfirmTapped,
    Event,
    FindFault,
    FindNumberTapped,
    GiveBackTapped,
    Holder,
    NextNumberTapped,
    NumberGivenBack,
    NumberNotGivenBack,
    NumbersFound,
    NumbersNotFound,
    RetryTapped,
)
from jinghou_kiosk.journeys import arrive
from jinghou_kiosk.pages import (
    Arrive,
    AskGiveBack,
    Finding,
    GivenBack,
    GivingBack,
    Home,
    MyNumber,
    NoNumber,
    NotGivenBack,
    Page,
    Purpose,
    TypeCode,
)
from jinghou_kiosk.state import Session, Step, go_home
from jinghou_queue.contract.messages import HallView, LegState, OwnTicket

_CAN_GIVE_BACK: Final = frozenset({LegState.WAITING, LegState.MISSED})


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match event:
        case CardRead(holder=holder) if _takes_what_is_shown(state.page):
            return _by_card(state, holder)
        case CodeShown(code=code) if _takes_what_is_shown(state.page):
            return _by_code(state, code)
        case NumbersFound() | NumbersNotFound() | NumberGivenBack() | NumberNotGivenBack():
            return _answered(state, event)
        case _:
            return _touched(state, event)


def now(own: OwnTicket, hall: HallView | None) -> OwnTicket:
    """A number as it stands now: it may have been called since it was asked about."""
    calls = hall.calls if hall else ()
    call = next((call for call in calls if call.number == own.number), None)
    return own if call is None else msgspec.structs.replace(own, leg=call.state, counter=call.counter, ahead=0)


def can_give_back(own: OwnTicket) -> bool:
    """Whether the number may still be given back: not once its holder was called."""
    return own.leg in _CAN_GIVE_BACK


def _touched(state: Session, event: Event) -> Step | None:
    match state.page, event:
        case Home(), FindNumberTapped() if state.online:
            return Step(replace(state, page=Arrive(purpose=Purpose.FIND_NUMBER)))
        case TypeCode(digits, Purpose.FIND_NUMBER), ConfirmTapped() if len(digits) == arrive.CODE_DIGITS:
            return _find(state, digits)
        case NoNumber(code, FindFault.SERVER_LOST), RetryTapped():
            return _find(state, code)
        case NoNumber(), BackTapped():
            return Step(replace(state, page=Arrive(purpose=Purpose.FIND_NUMBER)))
        case NoNumber(code, FindFault.NOT_CHECKED_IN), CheckInTapped():
            return arrive.ask(state, code)
        case MyNumber(code) as found, CheckInTapped() if now(found.shown.own, state.hall).leg is LegState.MISSED:
            return arrive.ask(state, code)
        case MyNumber(numbers=numbers, place=place) as found, NextNumberTapped():
            return Step(replace(state, page=replace(found, place=(place + 1) % len(numbers))))
        case MyNumber() as found, GiveBackTapped() if can_give_back(now(found.shown.own, state.hall)):
            return Step(replace(state, page=AskGiveBack(found)))
        case AskGiveBack(found), BackTapped():
            return Step(replace(state, page=found))
        case AskGiveBack(found), ConfirmTapped():
            return _give_back(replace(state, presses=state.presses + 1), found)
        case NotGivenBack(found), RetryTapped():
            return _give_back(state, found)
        case _:
            return None


def _answered(
    state: Session, answer: NumbersFound | NumbersNotFound | NumberGivenBack | NumberNotGivenBack
) -> Step | None:
    match state.page, answer:
        case Finding(code), NumbersFound(numbers=numbers):
            return Step(replace(state, page=MyNumber(code, numbers)))
        case Finding(code), NumbersNotFound(fault=fault, booked_for=booked_for):
            return Step(replace(state, page=NoNumber(code, fault, booked_for)))
        case GivingBack(found) | NotGivenBack(found), NumberGivenBack():
            return Step(replace(state, page=GivenBack(found.shown)))
        case GivingBack(found) | NotGivenBack(found), NumberNotGivenBack(refused=True):
            return _find(state, found.code)  # it stands otherwise than was shown
        case GivingBack(found), NumberNotGivenBack():
            return Step(replace(state, page=NotGivenBack(found)))
        case _:
            return None


def _takes_what_is_shown(page: Page) -> bool:
    match page:
        case Arrive(purpose=purpose) | TypeCode(purpose=purpose):
            return purpose is Purpose.FIND_NUMBER
        case MyNumber() | NoNumber() | AskGiveBack() | NotGivenBack() | GivenBack():
            return True
        case _:
            return False


def _by_card(state: Session, holder: Holder) -> Step:
    """The own card asks, or asks again where nothing was found; another's begins another visit."""
    if isinstance(state.page, Arrive | TypeCode | NoNumber) and state.holder in {None, holder}:
        return _find(replace(state, holder=holder), None)
    if holder == state.holder:
        return Step(state)
    fresh = go_home(state)
    return arrive.after(fresh, _find(replace(fresh.state, holder=holder), None))


def _by_code(state: Session, code: str) -> Step:
    """The same with a code. Of somebody whose number is on show, another code is another person's."""
    if isinstance(state.page, Arrive | TypeCode | NoNumber):
        return _find(state, code)
    if isinstance(state.page, MyNumber) and code == state.page.code:
        return Step(state)  # the own one, held before the scanner
    fresh = go_home(state)
    return arrive.after(fresh, _find(fresh.state, code))


def _find(state: Session, code: str | None) -> Step:
    ask = FindNumbers(session=state.id, code=code, holder=state.holder if code is None else None)
    return Step(replace(state, page=Finding(code)), (ask,))


def _give_back(state: Session, found: MyNumber) -> Step:
    """With the same press, a number given back again is given back once."""
    told = GiveNumberBack(session=state.id, ticket=found.shown.ticket, key=state.key)
    return Step(replace(state, page=GivingBack(found)), (told,))
