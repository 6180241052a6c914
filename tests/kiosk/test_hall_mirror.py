"""The terminal's copy of the hall follows the feed."""

from hall_samples import hall, service

from jinghou_kiosk.hall_mirror import apply
from jinghou_queue.contract.events import CounterChanged, DayBegan, Event, LegChanged, TicketChanged
from jinghou_queue.contract.messages import (
    CounterState,
    CounterView,
    HallView,
    LegState,
    TicketState,
)

HALL = hall(
    service("tax", waiting=2),
    service("company", waiting=0),
    counters=(CounterView(id="c1", label="1", state=CounterState.CLOSED, services=("tax",)),),
    seq=10,
)


def leg(
    seq: int, state: LegState, was: LegState | None, number: str = "B001", counter: str | None = None
) -> LegChanged:
    return LegChanged(
        seq=seq, at=seq, day=HALL.day, number=number, service="tax", state=state, was=was, counter=counter
    )


def after(*events: Event) -> HallView:
    hall = HALL
    for event in events:
        hall = apply(hall, event)
    return hall


CALLED = leg(12, LegState.CALLED, LegState.WAITING, counter="1")


def test_somebody_comes_and_is_called() -> None:
    hall = after(leg(11, LegState.WAITING, None))
    assert [service.waiting for service in hall.services] == [3, 0]
    hall = apply(hall, CALLED)
    assert [service.waiting for service in hall.services] == [2, 0]
    assert [(call.number, call.counter) for call in hall.calls] == [("B001", "1")]
    assert hall.seq == 12


def test_newest_call_stands_first() -> None:
    second = leg(13, LegState.CALLED, LegState.WAITING, number="B002", counter="2")
    assert [call.number for call in after(CALLED, second).calls] == ["B002", "B001"]


def test_person_at_the_counter_keeps_the_place_and_leaves_when_done() -> None:
    second = leg(13, LegState.CALLED, LegState.WAITING, number="B002", counter="2")
    serving = leg(14, LegState.SERVING, LegState.CALLED, counter="1")
    hall = after(CALLED, second, serving)
    assert [(call.number, call.state) for call in hall.calls] == [
        ("B002", LegState.CALLED),
        ("B001", LegState.SERVING),
    ]
    assert [call.number for call in apply(hall, leg(15, LegState.DONE, LegState.SERVING)).calls] == ["B002"]


def test_cancelled_while_waiting_waits_no_more() -> None:
    assert after(leg(11, LegState.CANCELLED, LegState.WAITING)).services[0].waiting == 1


def test_event_that_the_snapshot_holds_changes_nothing() -> None:
    assert after(leg(10, LegState.WAITING, None)) == HALL


def test_counter_opens() -> None:
    opened = CounterChanged(seq=11, at=0, counter="c1", state=CounterState.OPEN, services=("tax", "company"))
    (counter,) = after(opened).counters
    assert (counter.state, counter.services) == (CounterState.OPEN, ("tax", "company"))


def test_ticket_news_only_move_the_place_in_the_feed() -> None:
    hall = after(TicketChanged(seq=11, at=0, number="B001", state=TicketState.ACTIVE))
    assert hall.seq == 11
    assert hall.services == HALL.services


def test_new_day_begins_empty() -> None:
    hall = after(CALLED, DayBegan(seq=13, at=0, day="2026-11-24"))
    assert (hall.day, hall.calls, [service.waiting for service in hall.services]) == ("2026-11-24", (), [0, 0])
