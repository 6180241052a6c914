"""A terminal's copy of the hall: the server's snapshot, moved forward by the feed's events. Pure."""

from typing import assert_never

import msgspec

from jinghou_queue.contract.events import (
    BookingChanged,
    CallChanged,
    CounterChanged,
    DayBegan,
    Event,
    HelpChanged,
    LegChanged,
    PlanChanged,
    TicketChanged,
)
from jinghou_queue.contract.messages import CallView, CounterView, HallView, HelpState, HelpView, LegState, ServiceView


def apply(hall: HallView, event: Event) -> HallView:
    """The hall after `event`; an event that the snapshot already holds changes nothing."""
    if event.seq <= hall.seq:
        return hall
    changes: dict[str, object]
    match event:
        case LegChanged(day=day) if day != hall.day:
            changes = {}  # the end of a visit that outlasted its day
        case LegChanged():
            changes = {"services": _count_waiting(hall, event), "calls": _list_calls(hall, event)}
        case CounterChanged():
            changes = {"counters": _move_counter(hall, event)}
        case HelpChanged():
            changes = {"help": _list_help(hall, event)}
        case TicketChanged() | BookingChanged() | CallChanged():
            changes = {}
        case PlanChanged():
            changes = {}  # what is new in it, only a new snapshot tells
        case DayBegan():
            empty = tuple(msgspec.structs.replace(service, waiting=0) for service in hall.services)
            changes = {"day": event.day, "services": empty, "calls": (), "help": ()}
        case _:
            assert_never(event)
    return msgspec.structs.replace(hall, seq=event.seq, **changes)


def _count_waiting(hall: HallView, event: LegChanged) -> tuple[ServiceView, ...]:
    step = (event.state is LegState.WAITING) - (event.was is LegState.WAITING)
    return tuple(
        msgspec.structs.replace(service, waiting=service.waiting + step) if service.id == event.service else service
        for service in hall.services
    )


def _list_calls(hall: HallView, event: LegChanged) -> tuple[CallView, ...]:
    """The newest call first. A person who comes to the counter keeps the place in the list, one who is done leaves."""
    others = tuple(call for call in hall.calls if call.number != event.number)
    match event.state:
        case LegState.SERVING if event.was is LegState.CALLED:
            return tuple(
                msgspec.structs.replace(call, state=LegState.SERVING) if call.number == event.number else call
                for call in hall.calls
            )
        case LegState.CALLED | LegState.SERVING if event.counter is not None:  # called, recalled, or back from a pause
            call = CallView(
                number=event.number,
                service=event.service,
                counter=event.counter,
                at=event.at,
                state=event.state,
                masked_name=event.masked_name,
            )
            return (call, *others)
        case _:
            return others


def _move_counter(hall: HallView, event: CounterChanged) -> tuple[CounterView, ...]:
    return tuple(
        msgspec.structs.replace(counter, state=event.state, services=event.services)
        if counter.id == event.counter
        else counter
        for counter in hall.counters
    )


def _list_help(hall: HallView, event: HelpChanged) -> tuple[HelpView, ...]:
    others = [each for each in hall.help if each.terminal != event.terminal]
    if event.state is not HelpState.ENDED:
        others.append(HelpView(terminal=event.terminal, state=event.state))
    return tuple(sorted(others, key=lambda each: each.terminal))
