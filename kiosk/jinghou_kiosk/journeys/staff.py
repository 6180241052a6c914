"""Calling staff (呼叫工作人员): one tap on whatever page, which stays as it is; and what is heard of it."""

from dataclasses import replace
from typing import Final, assert_never

from jinghou_kiosk.effects import AskStaff, TellStaffNotNeeded
from jinghou_kiosk.events import StaffAsked, StaffNotAsked, StaffNotNeededTapped, StaffReadTapped, StaffTapped
from jinghou_kiosk.pages import page_name
from jinghou_kiosk.state import CalledStaff, Session, StaffCall, Step
from jinghou_queue.contract.messages import HallView, HelpState

_OPEN: Final = frozenset({StaffCall.ASKED, StaffCall.COMING})
_CALL_OF: Final = {
    HelpState.ASKED: StaffCall.ASKED,
    HelpState.COMING: StaffCall.COMING,
    HelpState.ENDED: StaffCall.NONE,
}


def step(
    state: Session, event: StaffTapped | StaffReadTapped | StaffNotNeededTapped | StaffAsked | StaffNotAsked
) -> Step:
    """What `event` means, on every page alike."""
    staff = state.staff
    match event:
        case StaffTapped() if staff.call not in {StaffCall.NONE, StaffCall.FAILED}:
            return Step(replace(state, staff=replace(staff, is_told=True)))
        case StaffTapped() if state.online:
            asking = CalledStaff(StaffCall.ASKING, is_told=True, visit=state.id)
            return Step(replace(state, staff=asking), (AskStaff(page_name(state.page)),))
        case StaffTapped():
            return Step(replace(state, staff=CalledStaff(StaffCall.FAILED, is_told=True)))
        case StaffReadTapped():
            return Step(replace(state, staff=replace(staff, is_told=False)))
        case StaffNotNeededTapped():
            return (
                Step(replace(state, staff=CalledStaff()), (TellStaffNotNeeded(),))
                if staff.call in _OPEN
                else Step(state)
            )
        case StaffAsked(terminal, call, seq) if staff.call is StaffCall.ASKING:
            asked = replace(staff, call=_CALL_OF[call], terminal=terminal, seq=seq)
            heard = replace(state, staff=asked)
            return Step(heard if state.hall is None else follow(heard, state.hall))
        case StaffNotAsked() if staff.call is StaffCall.ASKING:
            return Step(replace(state, staff=replace(staff, call=StaffCall.FAILED)))
        case StaffNotNeededTapped() | StaffAsked() | StaffNotAsked():
            return Step(state)
        case _:
            assert_never(event)


def follow(state: Session, hall: HallView) -> Session:
    """What the hall says of the call by now; a hall from before it was asked says nothing of it."""
    staff = state.staff
    if staff.call not in _OPEN or hall.seq < staff.seq:
        return state
    call = _call_in(hall, staff.terminal)
    return replace(state, staff=CalledStaff() if call is StaffCall.NONE else replace(staff, call=call))


def remember(state: Session) -> Session:
    """A call of this kiosk's that the hall knows and the kiosk does not: the program was begun anew meanwhile."""
    hall = state.hall
    if hall is None or not state.online or not state.terminal or state.staff.call is not StaffCall.NONE:
        return state
    call = _call_in(hall, state.terminal)
    return replace(state, staff=CalledStaff(call, terminal=state.terminal, seq=hall.seq)) if call in _OPEN else state


def _call_in(hall: HallView, terminal: str) -> StaffCall:
    return _CALL_OF[next((each.state for each in hall.help if each.terminal == terminal), HelpState.ENDED)]
