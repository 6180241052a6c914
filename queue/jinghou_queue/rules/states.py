"""The states of booking, ticket, leg, call, counter and help as tables {state: {action: next}}.

Nothing else changes a state. docs/states.md is drawn from these tables by `make docs`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.messages import CallState, CounterState, HelpState, LegState, TicketState


class BookingAction(StrEnum):
    """What can happen to a booking."""

    CONFIRM = "confirm"
    RESCHEDULE = "reschedule"
    CHECK_IN = "check in"
    CANCEL = "cancel"
    LAPSE = "lapse"  # the hold ran out, or the day ended and the person had not come


class TicketAction(StrEnum):
    """What can happen to a ticket."""

    PRINTED = "printed"
    CANCEL = "cancel"
    ALL_DONE = "all done"
    DAY_END = "day end"


class LegAction(StrEnum):
    """What can happen to a leg."""

    CALL = "call"
    RECALL = "recall"
    UNDO = "undo"
    START = "start"
    MISS = "miss"
    RETURN = "return"
    PARK = "park"
    RESUME = "resume"
    TRANSFER = "transfer"
    FINISH = "finish"
    CANCEL = "cancel"
    DAY_END = "day end"


class CallAction(StrEnum):
    """What can happen to a call on one channel."""

    SEND = "send"
    DELIVER = "deliver"
    SEE = "see"
    FAIL = "fail"
    DROP = "drop"  # the person came, or is not called any more


class CounterAction(StrEnum):
    """What can happen to a counter."""

    OPEN = "open"
    PAUSE = "pause"
    CLOSE = "close"


class HelpAction(StrEnum):
    """What can happen to a call for staff."""

    COME = "come"
    END = "end"
    DAY_END = "day end"


BOOKING: Final[Mapping[BookingState, Mapping[BookingAction, BookingState]]] = {
    BookingState.HELD: {
        BookingAction.CONFIRM: BookingState.CONFIRMED,
        BookingAction.CANCEL: BookingState.CANCELLED,
        BookingAction.LAPSE: BookingState.EXPIRED,
    },
    BookingState.CONFIRMED: {
        BookingAction.CONFIRM: BookingState.CONFIRMED,
        BookingAction.RESCHEDULE: BookingState.CONFIRMED,
        BookingAction.CHECK_IN: BookingState.CHECKED_IN,
        BookingAction.CANCEL: BookingState.CANCELLED,
        BookingAction.LAPSE: BookingState.EXPIRED,
    },
    BookingState.CHECKED_IN: {},
    BookingState.CANCELLED: {},
    BookingState.EXPIRED: {},
}

TICKET: Final[Mapping[TicketState, Mapping[TicketAction, TicketState]]] = {
    TicketState.RESERVED: {
        TicketAction.PRINTED: TicketState.ACTIVE,
        TicketAction.CANCEL: TicketState.VOID,
        TicketAction.ALL_DONE: TicketState.CLOSED,
        TicketAction.DAY_END: TicketState.CLOSED,
    },
    TicketState.ACTIVE: {
        TicketAction.PRINTED: TicketState.ACTIVE,  # a second paper for the same number
        TicketAction.CANCEL: TicketState.VOID,
        TicketAction.ALL_DONE: TicketState.CLOSED,
        TicketAction.DAY_END: TicketState.CLOSED,
    },
    TicketState.VOID: {},
    TicketState.CLOSED: {
        TicketAction.ALL_DONE: TicketState.CLOSED,  # served past midnight: the day closed the ticket before
    },
}

LEG: Final[Mapping[LegState, Mapping[LegAction, LegState]]] = {
    LegState.WAITING: {
        LegAction.CALL: LegState.CALLED,
        LegAction.CANCEL: LegState.CANCELLED,
        LegAction.DAY_END: LegState.CANCELLED,
    },
    LegState.CALLED: {
        LegAction.RECALL: LegState.CALLED,
        LegAction.UNDO: LegState.WAITING,
        LegAction.START: LegState.SERVING,
        LegAction.MISS: LegState.MISSED,
        LegAction.DAY_END: LegState.CANCELLED,
    },
    LegState.SERVING: {
        LegAction.PARK: LegState.PARKED,
        LegAction.TRANSFER: LegState.DONE,
        LegAction.FINISH: LegState.DONE,
    },
    LegState.PARKED: {
        LegAction.RESUME: LegState.SERVING,
        LegAction.DAY_END: LegState.CANCELLED,
    },
    LegState.MISSED: {
        LegAction.RETURN: LegState.WAITING,
        LegAction.CANCEL: LegState.CANCELLED,
        LegAction.DAY_END: LegState.NO_SHOW,
    },
    LegState.DONE: {},
    LegState.NO_SHOW: {},
    LegState.CANCELLED: {},
}

AT_COUNTER: Final = frozenset({LegState.CALLED, LegState.SERVING})
"""While somebody has a counter to themselves."""

CALL: Final[Mapping[CallState, Mapping[CallAction, CallState]]] = {
    CallState.QUEUED: {
        CallAction.SEND: CallState.SENT,
        CallAction.FAIL: CallState.FAILED,
        CallAction.DROP: CallState.DROPPED,
    },
    CallState.SENT: {
        CallAction.DELIVER: CallState.DELIVERED,
        CallAction.SEE: CallState.SEEN,
        CallAction.FAIL: CallState.FAILED,
    },
    CallState.DELIVERED: {CallAction.DELIVER: CallState.DELIVERED, CallAction.SEE: CallState.SEEN},
    CallState.SEEN: {CallAction.DELIVER: CallState.SEEN, CallAction.SEE: CallState.SEEN},
    CallState.FAILED: {CallAction.DELIVER: CallState.DELIVERED, CallAction.SEE: CallState.SEEN},  # it came through
    CallState.DROPPED: {},
}

COUNTER: Final[Mapping[CounterState, Mapping[CounterAction, CounterState]]] = {
    CounterState.CLOSED: {CounterAction.OPEN: CounterState.OPEN, CounterAction.CLOSE: CounterState.CLOSED},
    CounterState.OPEN: {
        CounterAction.OPEN: CounterState.OPEN,
        CounterAction.PAUSE: CounterState.PAUSED,
        CounterAction.CLOSE: CounterState.CLOSED,
    },
    CounterState.PAUSED: {
        CounterAction.OPEN: CounterState.OPEN,
        CounterAction.PAUSE: CounterState.PAUSED,
        CounterAction.CLOSE: CounterState.CLOSED,
    },
}

HELP: Final[Mapping[HelpState, Mapping[HelpAction, HelpState]]] = {
    HelpState.ASKED: {
        HelpAction.COME: HelpState.COMING,
        HelpAction.END: HelpState.ENDED,
        HelpAction.DAY_END: HelpState.ENDED,
    },
    HelpState.COMING: {
        HelpAction.COME: HelpState.COMING,  # somebody else goes instead
        HelpAction.END: HelpState.ENDED,
        HelpAction.DAY_END: HelpState.ENDED,
    },
    HelpState.ENDED: {},
}

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class ForbiddenMove(Exception):
    """The table has no such step. Says the state and the action, nothing of the person."""

    def __init__(self, state: StrEnum, action: StrEnum) -> None:
        super().__init__(f"{action.value} is not possible while {state.value}")
        self.state = state
        self.action = action


def move(table: Mapping[S, Mapping[A, S]], state: S, action: A) -> S:
    """The state that `action` leads to. Raises ForbiddenMove when the table has no such step."""
    try:
        return table[state][action]
    except KeyError:
        raise ForbiddenMove(state, action) from None


def states_that_allow(table: Mapping[S, Mapping[A, S]], action: A) -> frozenset[S]:
    """The states in which `action` is possible."""
    return frozenset(state for state, steps in table.items() if action in steps)
