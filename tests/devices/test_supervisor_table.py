"""The life of a connection as a table, with time as an argument."""

import pytest

from jinghou_devices.kinds.common import Link
from jinghou_devices.supervisor import TRANSITIONS, Event, Supervision, step


def after(*events: Event, now: float = 100.0) -> Supervision:
    state = Supervision()
    for event in events:
        state = step(state, event, now)
    return state


UP = (Event.RETRY, Event.OPENED, Event.ANSWERED)


def test_a_device_that_is_there_comes_online() -> None:
    links = [after(*UP[:count]).link for count in range(4)]
    assert links == [Link.ABSENT, Link.OPENING, Link.PROBING, Link.ONLINE]


def test_one_missed_answer_degrades_and_the_second_gives_up() -> None:
    assert after(*UP, Event.FAILED).link is Link.DEGRADED
    assert after(*UP, Event.FAILED, Event.FAILED).link is Link.OFFLINE


def test_an_answer_after_a_missed_one_makes_good() -> None:
    state = after(*UP, Event.FAILED, Event.ANSWERED, Event.FAILED)
    assert (state.link, state.failures) == (Link.DEGRADED, 1)


def test_a_device_that_complains_stays_connected_however_long() -> None:
    state = after(*UP, *[Event.COMPLAINED] * 50)
    assert (state.link, state.failures) == (Link.DEGRADED, 0)
    assert step(state, Event.ANSWERED, 0).link is Link.ONLINE


def test_a_complaint_is_followed_by_one_missed_answer_before_giving_up() -> None:
    assert after(*UP, Event.COMPLAINED, Event.FAILED).link is Link.DEGRADED


def test_an_unplugged_device_is_absent_at_once() -> None:
    for way in (UP[:2], UP, (*UP, Event.FAILED)):
        assert after(*way, Event.LOST).link is Link.ABSENT


def test_a_port_that_another_program_took_is_offline() -> None:
    assert after(Event.RETRY, Event.BUSY).link is Link.OFFLINE


def test_the_pause_doubles_from_half_a_second_to_thirty() -> None:
    state = Supervision()
    pauses = []
    for _ in range(9):
        state = step(step(state, Event.RETRY, 10.0), Event.MISSING, 10.0)
        pauses.append(state.due - 10.0)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_the_pause_begins_anew_after_the_device_has_answered() -> None:
    state = after(*[Event.RETRY, Event.MISSING] * 6, *UP, Event.LOST, now=10.0)
    assert state.due - 10.0 == 0.5


def test_opening_and_asking_wait_for_nothing() -> None:
    assert after(Event.RETRY, now=7.0).due == 7.0
    assert after(Event.RETRY, Event.OPENED, now=7.0).due == 7.0


def test_the_reason_stays_known_while_it_is_tried_again() -> None:
    state = step(after(Event.RETRY), Event.MISSING, 0, "there is no such port")
    assert step(state, Event.RETRY, 1).reason == "there is no such port"
    assert step(step(state, Event.RETRY, 1), Event.OPENED, 1).reason == "there is no such port"


def test_what_cannot_happen_is_an_error_and_not_a_state() -> None:
    with pytest.raises(KeyError):
        after(Event.ANSWERED)


def test_every_state_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS) == set(Link)
    assert {link for way in TRANSITIONS.values() for link in way.values()} == set(Link)
    assert all(any(to is not link for to in ways.values()) for link, ways in TRANSITIONS.items())
