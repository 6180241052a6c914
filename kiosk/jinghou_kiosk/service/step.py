"""Service mode: `step(state, event, at)` gives the next state and what to do. Pure, as the session is.

This module holds the entrance, the time limits and the way out; what the pages behind the PIN do is in `desk`.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Final

from jinghou_config.terminal import ServiceSettings
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.enrolling.step import BeginAsEnrolled, EnrolEnded
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    HomeTapped,
    Language,
    LanguageTapped,
    StaffCame,
    StaffLeft,
    TimerFired,
)
from jinghou_kiosk.service import desk
from jinghou_kiosk.service.desk import is_busy
from jinghou_kiosk.service.effects import CheckPin, Effect, EndTrials, KeepWrongPins, PutBack, TellSession
from jinghou_kiosk.service.events import (
    Answer,
    CornerTapped,
    DeviceSeen,
    DoorsSeen,
    Event,
    OfferSeen,
    PinChecked,
    Touch,
)
from jinghou_kiosk.service.pages import EnrolPage, Menu, PinPad, ReplacePage
from jinghou_kiosk.service.pin import LEAST, MOST, pause_s
from jinghou_kiosk.service.state import Service, Step, go

PAD_S: Final = 30.0
"""How long the keypad waits for the next digit: whoever found it by chance is soon rid of it."""

QUICK_S: Final = 0.8
PAUSE_S: Final = (1.0, 3.0)
_QUICK_TAPS: Final = 5  # then a pause, and as many as make _TAPS
_TAPS: Final = 7


def begin(
    settings: ServiceSettings,
    px_per_mm: float,
    language: Language,
    *,
    out_of_service: bool,
    wrong: int = 0,
    locked_until: float = 0.0,
) -> Service:
    """The state in which the program starts: nobody is there. After `wrong` PINs a pause may last on."""
    return Service(
        settings=settings,
        px_per_mm=px_per_mm,
        home_language=language,
        language=language,
        out_of_service=out_of_service,
        wrong=wrong,
        locked_until=locked_until,
    )


def step(state: Service, event: Event, at: float) -> Step:
    """What `event`, at that time, makes of `state`. An event that means nothing now changes nothing."""
    if isinstance(event, Answer) and event.asked != state.asked:
        return Step(state)  # asked on a page that is gone
    outcome = _step(state, event, at)
    after = outcome.state
    touched = isinstance(event, Touch) or after.asked != state.asked or is_busy(after.page) != is_busy(state.page)
    timer = _timer_effects(after, at) if touched and (state.page or after.page) else ()
    return Step(after, (*outcome.effects, *timer))


def _step(state: Service, event: Event, at: float) -> Step:
    match event:
        case DeviceSeen(status):
            others = tuple(one for one in state.devices if one.name != status.name)
            return Step(replace(state, devices=tuple(sorted((*others, status), key=lambda one: one.name))))
        case DoorsSeen(doors):
            return Step(replace(state, doors=doors))
        case OfferSeen(offer):
            return Step(replace(state, offer=offer))
        case CornerTapped():
            return _knock(state, at)
        case EnrolEnded() if state.page is None or isinstance(state.page, PinPad):
            return desk.step(state, event)  # the staff left while the server was asked
        case _ if state.page is None:
            return Step(state)
        case LanguageTapped(language):
            return Step(replace(state, language=language))
        case TimerFired() | HomeTapped():
            return _leave(state)
    if isinstance(state.page, PinPad):
        return _at_pin_pad(state, state.page, event, at)
    return desk.step(state, event)


def _knock(state: Service, at: float) -> Step:
    """A tap on the corner: five quick ones, a pause, and two quick ones open the keypad, and end the visit."""
    if state.page is not None:
        return Step(state)
    taps = (*state.corner, at)[-_TAPS:]
    gaps = [later - earlier for earlier, later in pairwise(taps)]
    rest = gaps[_QUICK_TAPS - 1 :]
    quick = gaps[: _QUICK_TAPS - 1] + rest[1:]
    if len(taps) < _TAPS or not PAUSE_S[0] <= rest[0] <= PAUSE_S[1] or max(quick) > QUICK_S:
        return Step(replace(state, corner=taps))
    opened = go(replace(state, corner=(), opened_at=at), PinPad())
    return Step(opened.state, (TellSession(StaffCame()),))


def _at_pin_pad(state: Service, pad: PinPad, event: Event, at: float) -> Step:
    match event:
        case BackTapped():
            return _leave(state)
        case PinChecked(roles=roles) if roles:
            opened = go(replace(state, wrong=0, opened_at=at, roles=roles), Menu())
            return Step(opened.state, (KeepWrongPins(0),) if state.wrong else ())
        case PinChecked():
            wrong = state.wrong + 1
            locked = go(replace(state, wrong=wrong, locked_until=at + pause_s(wrong)), PinPad(wrong=True))
            return Step(locked.state, (KeepWrongPins(wrong),))
        case _ if pad.checking or at < state.locked_until:
            return Step(state)
        case DigitTapped(digit) if len(pad.digits) < MOST:
            return Step(replace(state, page=PinPad(pad.digits + digit)))
        case DeleteTapped():
            return Step(replace(state, page=PinPad(pad.digits[:-1])))
        case ConfirmTapped() if len(pad.digits) >= LEAST:
            asking = go(state, PinPad(checking=True)).state
            return Step(asking, (CheckPin(asking.asked, pad.digits),))
        case _:
            return Step(state)


def _leave(state: Service) -> Step:
    """Nothing of the staff stays, and the next visit may begin."""
    left = go(replace(state, language=state.home_language, roles=frozenset(), opened_at=0.0), None)
    effects: tuple[Effect, ...] = (EndTrials(), TellSession(StaffLeft(state.out_of_service)))
    match state.page:
        case EnrolPage() as page if page.is_done:
            effects = (*effects, BeginAsEnrolled())
        case ReplacePage(kind=kind):
            effects = (PutBack(kind), *effects)
        case _:
            pass
    return Step(left.state, effects)


def _timer_effects(state: Service, at: float) -> tuple[Effect, ...]:
    """Waiting for a device or a disk is never idle; the limit of the whole holds in any case."""
    if state.page is None:
        return (StopTimer(),)
    left = max(0.0, state.opened_at + state.settings.most_s - at)
    if isinstance(state.page, PinPad):
        return (StartTimer(min(PAD_S, left)),)
    return (StartTimer(left if is_busy(state.page) else min(state.settings.idle_s, left)),)
