"""The session of the person before the kiosk: `step(state, event)` gives the next state and what to do.

Pure: no clock, no devices, no glass. This module holds what is the same on every page (language, time-outs, going
home); what an event means on a page is in the page's journey.
"""

from dataclasses import replace
from typing import Final

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.booking_events import BookFault, BookingFailed, BookingResult
from jinghou_kiosk.booking_pages import BookingPlace, FindingBookings, FindingSlots, GivenUp, GivingUp
from jinghou_kiosk.effects import Effect, RenewLease, StartTimer, StopTimer
from jinghou_kiosk.events import (
    Aid,
    AidTapped,
    ArriveFault,
    CardLeftBehind,
    CardRead,
    CardUnreadable,
    CodeShown,
    Event,
    FindFault,
    HallRemembered,
    HallSeen,
    HomeTapped,
    HoursSeen,
    LanguageTapped,
    NotCheckedIn,
    NumberGivenBack,
    NumberNotGivenBack,
    NumberNotTaken,
    NumbersAtHand,
    NumbersFound,
    NumbersNotFound,
    NumberTaken,
    PinnedSeen,
    PrintEnded,
    ReaderSeen,
    ScannerSeen,
    ServerLost,
    ServicesFound,
    SettingsSeen,
    StaffAsked,
    StaffCame,
    StaffLeft,
    StaffNotAsked,
    StaffNotNeededTapped,
    StaffReadTapped,
    StaffTapped,
    StayTapped,
    TakeFault,
    TerminalRefused,
    TimerFired,
    Touch,
    UsedSeen,
)
from jinghou_kiosk.journeys import (
    arrive,
    book,
    my_booking,
    my_number,
    number,
    phone_code,
    search,
    staff,
    take_number,
    tell_phone,
)
from jinghou_kiosk.pages import (
    Arriving,
    BindingPhone,
    Booked,
    Done,
    Finding,
    GivenBack,
    GivingBack,
    Home,
    OutOfService,
    Paper,
    Printing,
    PrintingBooking,
    Staff,
    Taking,
)
from jinghou_kiosk.phone_events import PhoneFault, PhoneNotBound, PhoneResult
from jinghou_kiosk.state import Session, Step, go_home, make_way

TAKING_S: Final = 10.0
PRINTING_S: Final = 20.0
STAFF_S: Final = 300.0
"""How long a page stays untouched for whoever called staff: somebody has to come through the hall."""

_SHOWN: Final = CardRead | CardUnreadable | CodeShown
_FOUND: Final = NumbersFound | NumbersNotFound | NumberGivenBack | NumberNotGivenBack
_ANSWERS: Final = (
    _SHOWN
    | ServicesFound
    | NumberTaken
    | NumberNotTaken
    | NotCheckedIn
    | PrintEnded
    | _FOUND
    | BookingResult
    | PhoneResult
)
_STAFF: Final = StaffTapped | StaffReadTapped | StaffNotNeededTapped | StaffAsked | StaffNotAsked
_JOURNEYS: Final = (take_number, search, my_number, arrive, number, book, my_booking, phone_code, tell_phone)
_BOOKING: Final = FindingSlots | BookingPlace | FindingBookings | GivingUp
_ASKING: Final = Taking | Arriving | Finding | GivingBack | _BOOKING | BindingPhone
_PRINTING: Final = Printing | PrintingBooking


def begin(boot: str, met: SettingsSeen) -> Step:
    """The state in which the program starts. `boot`: random text, new for each start."""
    state = Session(boot=boot, look=met.settings, languages=met.languages, language=met.languages[0])
    return Step(state, (RenewLease(state.id),))


def step(state: Session, event: Event) -> Step:
    """What `event` makes of `state`. An event that means nothing on this page changes nothing."""
    if isinstance(event, _ANSWERS) and event.session != state.id:
        return Step(state)  # asked for by somebody who has left
    if isinstance(state.page, Staff) and isinstance(event, Touch | TimerFired):
        return Step(state)  # was under way when they came
    touched = isinstance(event, Touch | _SHOWN) and not _is_working(state)
    outcome = _step(state, event)
    after = outcome.state
    if touched or after.page != state.page:
        after = replace(after, asking_presence=False)
    return Step(after, (*outcome.effects, *_timer_effects(state, after, touched=touched)))


def _step(state: Session, event: Event) -> Step:
    match event:
        case HallSeen(hall):
            seen = staff.follow(replace(state, hall=hall, online=True), hall)
            return _known_again(seen if state.online else staff.remember(seen))
        case TerminalRefused():
            refused = replace(state, enrolled=False, online=False)
            return go_home(refused) if isinstance(state.page, Home) else Step(refused)
        case HallRemembered(hall):
            return Step(replace(state, hall=state.hall or hall))
        case NumbersAtHand(services):
            return Step(replace(state, at_hand=services))
        case ServerLost():
            return Step(replace(state, online=False))
        case SettingsSeen():
            met = _met_as_set(state, event)
            return Step(met if met.terminal == state.terminal else staff.remember(met))
        case HoursSeen(closed):
            return Step(replace(state, closed=closed))
        case PinnedSeen(pinned):
            return Step(replace(state, pinned=pinned))
        case UsedSeen(counts):
            return Step(replace(state, used=counts))
        case ReaderSeen(ready):
            return Step(replace(state, reader_ready=ready))
        case ScannerSeen(ready):
            return Step(replace(state, scanner_ready=ready))
        case CardLeftBehind(lies):
            return Step(replace(state, card_lies=lies))
        case _ if isinstance(event, _STAFF):
            return staff.step(state, event)
        case LanguageTapped(language):
            return Step(replace(state, language=language))
        case AidTapped(aid):
            return Step(replace(state, aids=state.aids ^ {aid}))
        case StayTapped():
            return Step(state)
        case StaffCame():
            return make_way(state)
        case StaffLeft(out_of_service):
            return go_home(replace(state, out_of_service=out_of_service))
        case HomeTapped() if not _is_working(state):
            return go_home(state)
        case TimerFired():
            return _time_out(state)
        case _:
            return _in_journeys(state, event)


def _known_again(state: Session) -> Step:
    """The server answers this terminal, which it may have refused before."""
    known = replace(state, enrolled=True)
    return go_home(known) if isinstance(state.page, OutOfService) and not state.enrolled else Step(known)


def _met_as_set(state: Session, new: SettingsSeen) -> Session:
    """What somebody has chosen stays for the visit, even a language that is offered no more.

    What the staff put first holds until the settings put something else first.
    """
    home = new.languages[0]
    overtaken = state.pinned is not None and state.pinned.instead_of != new.settings.hot
    return replace(
        state,
        look=new.settings,
        languages=new.languages,
        pinned=None if overtaken else state.pinned,
        terminal=new.terminal or state.terminal,
        language=home if state.language == state.home_language and isinstance(state.page, Home) else state.language,
    )


def _in_journeys(state: Session, event: Event) -> Step:
    """What the first journey to which `event` means something on this page makes of it."""
    outcomes = (journey.step(state, event) for journey in _JOURNEYS)
    return next((outcome for outcome in outcomes if outcome is not None), Step(state))


def _is_working(state: Session) -> bool:
    """Whether the server or the printer is at work for the person: a touch means nothing meanwhile."""
    return isinstance(state.page, _ASKING | _PRINTING)


def _time_out(state: Session) -> Step:
    match state.page:
        case Taking():
            return _in_journeys(state, NumberNotTaken(state.id, TakeFault.SERVER_LOST))
        case Arriving():
            return _in_journeys(state, NotCheckedIn(state.id, ArriveFault.SERVER_LOST))
        case Finding():
            return _in_journeys(state, NumbersNotFound(state.id, FindFault.SERVER_LOST))
        case GivingBack():
            return _in_journeys(state, NumberNotGivenBack(state.id, refused=False))
        case page if isinstance(page, _BOOKING):
            return _in_journeys(state, BookingFailed(state.id, BookFault.SERVER_LOST))
        case BindingPhone():
            return _in_journeys(state, PhoneNotBound(state.id, PhoneFault.SERVER_LOST))
        case Printing() | PrintingBooking():
            return _in_journeys(state, PrintEnded(state.id, Printed.UNCERTAIN))
        case _ if _seconds_to_wait(state) is None:
            return Step(state)
    nobody_to_ask = isinstance(state.page, Home | OutOfService) or _is_complete(state)
    if nobody_to_ask or state.asking_presence:
        return go_home(state)
    return Step(replace(state, asking_presence=True))


def _is_complete(state: Session) -> bool:
    """Whether the person holds all there is to get. A number that is only on the screen must not vanish quickly."""
    match state.page:
        case Done(paper=Paper.PRINTED) | Booked(paper=Paper.PRINTED) | GivenBack() | GivenUp():
            return True
        case _:
            return False


def _seconds_to_wait(state: Session) -> float | None:
    """How long this state may last untouched; None for ever.

    Waiting for a device or the server is never idle; its limit is a deadline, for an answer that never comes.
    """
    match state.page:
        case page if isinstance(page, _ASKING):
            return TAKING_S
        case page if isinstance(page, _PRINTING):
            return PRINTING_S
        case Staff():
            return None  # whoever looks after it has a time limit of their own
        case Home(unreadable=False) | OutOfService() if state.language == state.home_language and not (
            state.aids or state.staff.is_told
        ):
            return None
        case _ if state.waits_for_staff and not state.asking_presence:
            return STAFF_S
        case _ if _is_complete(state):
            return state.look.session.done_s * _patience(state)
        case _:
            seconds = state.look.session.warning_s if state.asking_presence else state.look.session.idle_s
            return seconds * _patience(state)


def _patience(state: Session) -> int:
    """Whoever reads large type is not hurried."""
    return 2 if Aid.LARGE in state.aids else 1


def _timer_effects(before: Session, after: Session, *, touched: bool) -> tuple[Effect, ...]:
    """One timer runs at a time: begun anew by a touch or a change of page, not by the hall's comings and goings."""
    same_wait = (before.id, before.page, before.asking_presence) == (after.id, after.page, after.asking_presence)
    seconds = _seconds_to_wait(after)
    if same_wait and seconds == _seconds_to_wait(before) and not touched:
        return ()
    return (StopTimer(),) if seconds is None else (StartTimer(seconds),)
