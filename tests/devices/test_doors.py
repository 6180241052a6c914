"""What is remembered of doors: left open, stuck, forced, and what is told of it."""

import logging

import pytest

from jinghou_devices.codecs.locker import Report
from jinghou_devices.drivers.doors import Doors
from jinghou_devices.kinds.common import Tri
from jinghou_devices.kinds.locker_board import Door, LockState


class Watch:
    """A clock that stands, the doors of a board, and what was told of them."""

    def __init__(self) -> None:
        self.now = 100.0
        self.told: list[LockState] = []
        self.doors = Doors(60.0, lambda: self.now)
        self.doors.tell(lambda _board, state: self.told.append(state))

    def see(self, door: Door, item: Tri | None = None) -> LockState:
        (state,) = self.doors.take(Report(0, (LockState(1, door, item),)))
        return state


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    watch.see(Door.CLOSED)
    assert watch.told == []  # the first sight is no change
    return watch


def test_a_door_that_opens_without_an_order_is_forced_until_it_is_closed(watch: Watch) -> None:
    assert watch.see(Door.OPEN).forced
    assert watch.see(Door.OPEN).forced
    assert not watch.see(Door.CLOSED).forced
    assert [state.forced for state in watch.told] == [True, False]


def test_a_door_that_opens_on_an_order_is_not_forced_and_the_next_time_it_is(watch: Watch) -> None:
    watch.doors.ordered(0, 1)
    assert not watch.see(Door.OPEN).forced
    watch.see(Door.CLOSED)
    assert watch.see(Door.OPEN).forced


def test_a_door_that_was_opened_while_nobody_could_look_is_forced(watch: Watch) -> None:
    watch.doors.lost(0, 1)
    assert watch.see(Door.OPEN).forced


def test_a_door_first_seen_open_is_not_called_forced() -> None:
    assert not Watch().see(Door.OPEN).forced


def test_a_stuck_door_stays_stuck_until_it_opens_and_is_then_not_forced(watch: Watch) -> None:
    watch.doors.ordered(0, 1)
    assert watch.doors.stuck(0, LockState(1, Door.CLOSED, None)).stuck
    assert watch.see(Door.CLOSED).stuck
    state = watch.see(Door.OPEN)
    assert (state.stuck, state.forced) == (False, False)
    assert [state.stuck for state in watch.told] == [True, False]


def test_a_stuck_door_that_is_broken_open_much_later_is_forced(watch: Watch) -> None:
    watch.doors.ordered(0, 1)
    watch.now += 61
    watch.see(Door.CLOSED)
    assert watch.see(Door.OPEN).forced


def test_an_order_that_ended_with_a_cut_of_the_power_is_remembered_until_the_door_is_seen(watch: Watch) -> None:
    watch.doors.ordered(0, 1)
    watch.doors.lost(0, 1)
    watch.now += 3600
    assert not watch.see(Door.OPEN).forced


def test_a_door_is_left_open_after_its_time_and_that_is_told_once(watch: Watch) -> None:
    watch.doors.ordered(0, 1)
    watch.see(Door.OPEN)
    watch.now += 60
    assert not watch.see(Door.OPEN).left_open
    watch.now += 1
    assert watch.see(Door.OPEN).left_open
    assert watch.see(Door.OPEN).left_open
    assert not watch.see(Door.CLOSED).left_open
    assert [state.left_open for state in watch.told] == [False, True, False]


def test_the_time_of_an_open_door_goes_on_while_its_board_is_silent(watch: Watch) -> None:
    watch.see(Door.OPEN)
    watch.doors.lost(0, 1)
    watch.now += 61
    assert watch.see(Door.OPEN).left_open


def test_of_a_silent_board_nothing_is_known_any_more_and_that_is_told_once() -> None:
    watch = Watch()
    watch.see(Door.CLOSED, Tri.YES)
    watch.doors.lost(0, 1)
    watch.doors.lost(0, 1)
    watch.see(Door.CLOSED, Tri.YES)
    known = [(state.door, state.item) for state in watch.told]
    assert known == [(Door.UNKNOWN, Tri.UNKNOWN), (Door.CLOSED, Tri.YES)]


def test_what_lies_behind_a_door_is_told_when_it_is_taken() -> None:
    watch = Watch()
    watch.see(Door.OPEN, Tri.YES)
    watch.see(Door.OPEN, Tri.NO)
    assert [state.item for state in watch.told] == [Tri.NO]


def test_a_listener_that_breaks_keeps_nothing_from_the_others(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    doors = Doors(60.0)
    told: list[Door] = []
    doors.tell(lambda _board, _state: 1 / 0)  # type: ignore[arg-type]  # it breaks before it returns
    doors.tell(lambda _board, state: told.append(state.door))
    with caplog.at_level(logging.ERROR):
        for door in (Door.CLOSED, Door.OPEN):
            doors.take(Report(0, (LockState(1, door, None),)))
    assert told == [Door.OPEN]
