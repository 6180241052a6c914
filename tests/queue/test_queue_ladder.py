"""The silent call ladder: screens at once, then a message, then the ushers; and a word before the turn comes."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from queue_house import HALL, NINE, Desk, refused, replan
from queue_ladder import BOTH, MESSAGE, PHONE, SCREEN, SECOND, USHER, Hall

from jinghou_config.hall import CallingPlan, LadderPlan
from jinghou_queue.contract.messages import CallChannel, CallState, Lane
from jinghou_queue.desk import ladder, tickets
from jinghou_queue.desk.ladder import Reach
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.rules.ladder import OpenCall, notice_due, retry_after_ms, steps_due


@pytest.fixture
def hall(desk: Desk) -> Hall:
    desk.open("c1")
    return Hall(desk)


# The rule alone

PLAN = LadderPlan()


def test_each_step_is_due_at_its_time_and_once() -> None:
    call = OpenCall(NINE, [(SCREEN, CallState.SENT)], reachable=True)
    assert steps_due(PLAN, call, NINE + 20 * SECOND - 1) == ()
    assert steps_due(PLAN, call, NINE + 20 * SECOND) == (MESSAGE,)
    assert steps_due(PLAN, call, NINE + 60 * SECOND) == (MESSAGE, USHER)
    gone_on = OpenCall(NINE, [(SCREEN, CallState.SENT), (MESSAGE, CallState.FAILED)], reachable=True)
    assert steps_due(PLAN, gone_on, NINE + 60 * SECOND) == (USHER,)


@given(at=st.integers(0, 10**7), state=st.sampled_from(CallState), channel=st.sampled_from(CallChannel))
def test_no_step_is_taken_twice_nor_after_the_call_was_seen(at: int, state: CallState, channel: CallChannel) -> None:
    due = steps_due(PLAN, OpenCall(0, [(channel, state)], reachable=True), at)
    assert channel not in due
    if state is CallState.SEEN:
        assert due == ()


@given(st.lists(st.integers(0, 12), max_size=30))
def test_however_places_change_a_notice_comes_once_and_never_one_that_is_behind(places: list[int]) -> None:
    given_so_far: list[int] = []
    for ahead in places:
        notice = notice_due(PLAN, ahead, given_so_far)
        if notice is not None:
            assert ahead <= notice
            assert all(notice < earlier for earlier in given_so_far)
            given_so_far.append(notice)
    assert bool(given_so_far) == any(ahead <= 3 for ahead in places)


def test_tries_are_further_and_further_apart_and_not_all_at_once() -> None:
    assert [retry_after_ms(tries, 0.5) for tries in (1, 2, 3, 4, 9)] == [2000, 6000, 18_000, 54_000, 60_000]
    assert (retry_after_ms(1, 0.0), retry_after_ms(1, 1.0)) == (1000, 3000)


# A call that is not seen


def test_a_call_goes_from_the_screens_to_the_phone_to_the_ushers(hall: Hall) -> None:
    who = hall.take("13800000001")
    hall.desk.next("c1")
    hall.after(19)
    assert hall.channels(who) == {SCREEN: CallState.SENT}
    hall.after(1)
    assert hall.channels(who) == {SCREEN: CallState.SENT, MESSAGE: CallState.QUEUED}
    assert hall.notices(who) == ["called"]
    assert hall.unreached() == []
    hall.after(40)
    assert hall.channels(who)[USHER] == CallState.SENT
    assert sorted(hall.notices(who)) == ["called", "unreached"]
    assert hall.unreached() == [who]
    before = hall.written()
    hall.after(600)
    assert hall.written() == before, "then it is the clerk's turn"


def test_who_has_no_phone_is_looked_for_all_the_same(hall: Hall) -> None:
    who = hall.take()
    hall.desk.next("c1")
    hall.after(60)
    assert hall.channels(who) == {SCREEN: CallState.SENT, USHER: CallState.SENT}
    assert hall.unreached() == [who]


def test_without_a_gateway_nobody_is_written_to_and_ushers_still_see_who_is_missing(hall: Hall) -> None:
    hall.reach = Reach()
    who = hall.take("13800000001")
    hall.desk.next("c1")
    hall.after(60)
    assert hall.channels(who) == {SCREEN: CallState.SENT, USHER: CallState.SENT}
    assert hall.notices(who) == []
    assert hall.unreached() == [who]


def test_the_phone_that_has_seen_it_stops_the_ladder_and_takes_the_person_off_the_list(hall: Hall) -> None:
    early, late = hall.take("13800000001"), hall.take("13800000002")
    hall.desk.open("c3")
    for counter, who in (("c1", early), ("c3", late)):
        called = hall.desk.next(counter)
        assert called is not None
        assert called.leg.ticket == who
    hall.desk.do(partial(tickets.call_seen, press=hall.desk.press(), ticket=early))
    hall.after(60)
    assert hall.channels(early) == {SCREEN: CallState.SENT, PHONE: CallState.SEEN}
    assert hall.unreached() == [late]
    hall.desk.do(partial(tickets.call_seen, press=hall.desk.press(), ticket=late))
    assert hall.unreached() == []


@pytest.mark.parametrize("button", ["undo", "miss", "start"])
def test_what_the_clerk_does_stops_the_ladder(hall: Hall, button: str) -> None:
    replan(hall.desk, calling=CallingPlan(recalls=0))
    who = hall.take("13800000001")
    hall.desk.next("c1")
    if button == "start":
        hall.desk.start("c1")
    else:
        hall.desk.button(button, "c1")
    hall.after(3600)
    assert {MESSAGE, USHER}.isdisjoint(hall.channels(who))
    assert "called" not in hall.notices(who)
    assert hall.unreached() == []


def test_the_start_says_of_every_channel_of_the_call_that_it_was_seen(hall: Hall) -> None:
    who = hall.take()
    hall.desk.next("c1")
    hall.after(60)
    hall.desk.button("recall", "c1")
    hall.desk.start("c1")
    assert set(hall.channels(who).values()) == {CallState.SEEN}
    assert hall.unreached() == []


def test_a_recall_shows_it_again_and_writes_to_nobody_twice(hall: Hall) -> None:
    who = hall.take("13800000001")
    hall.desk.next("c1")
    hall.after(20)
    hall.desk.button("recall", "c1")
    hall.after(20)
    assert hall.notices(who) == ["called"]
    hall.after(20)
    assert hall.unreached() == [who], "the time runs from the first call"


def test_a_call_that_was_taken_back_begins_its_ladder_anew(hall: Hall) -> None:
    who = hall.take("13800000001")
    hall.desk.next("c1")
    hall.after(60)
    hall.desk.button("undo", "c1")
    assert hall.unreached() == []
    hall.desk.next("c1")
    hall.after(19)
    assert hall.unreached() == []
    hall.after(41)
    assert hall.unreached() == [who]
    assert hall.notices(who).count("called") == 2


def test_a_phone_that_is_named_late_is_written_to_at_once(hall: Hall) -> None:
    who = hall.take()
    hall.desk.next("c1")
    hall.after(30)
    hall.bind(who, "13800000001")
    hall.after(1)
    assert hall.notices(who) == ["called"]


def test_a_hall_sets_its_own_times_or_leaves_steps_out(hall: Hall) -> None:
    replan(hall.desk, ladder=LadderPlan(message_seconds=0, usher_seconds=5, notices=()))
    who = hall.take("13800000001")
    hall.after(1)
    hall.desk.next("c1")
    hall.after(5)
    assert hall.channels(who) == {SCREEN: CallState.SENT, USHER: CallState.SENT}
    assert hall.notices(who) == ["unreached"]


def test_nobody_is_looked_for_who_was_called_yesterday(hall: Hall) -> None:
    hall.take("13800000001")
    hall.desk.next("c1")
    hall.after(24 * 3600)
    assert hall.unreached() == []
    assert hall.written()[1] == []


def test_the_list_says_whom_to_look_for_since_when_and_where(hall: Hall) -> None:
    taken = hall.desk.take("tax", person=1)
    hall.desk.next("c1")
    hall.after(61)
    (line,) = ladder.unreached(hall.desk.connection, HALL)
    assert (line.number, line.service, line.zone, line.counter) == (taken.number, "tax", "A 厅", "1")
    assert (line.called_at, line.since, line.masked_name) == (NINE, NINE + 61 * SECOND, "张*")
    assert [(each.channel, each.state) for each in line.channels] == [
        (SCREEN, CallState.SENT),
        (USHER, CallState.SENT),
    ]


def test_each_step_is_an_event_that_names_nobody(hall: Hall) -> None:
    who = hall.take("13800000001")
    hall.desk.next("c1")
    hall.after(60)
    hall.desk.do(partial(tickets.call_seen, press=hall.desk.press(), ticket=who))
    told = hall.events()
    assert [(was, state) for _, was, state, _ in told] == [(None, "queued"), (None, "sent"), (None, "seen")]
    assert all("13800000001" not in str(body) and who not in str(body) for *_, body in told)
    assert '"number":"B001","counter":"1","channel":"usher","state":"sent"' in str(told[1][3])


# Before the turn


def test_a_word_comes_at_three_and_at_one_ahead_once_each(hall: Hall) -> None:
    first = [hall.take() for _ in range(4)]
    who = hall.take("13800000001")
    hall.after(1)
    assert hall.notices(who) == []
    for expected in (["ahead 3"], ["ahead 3"], ["ahead 3", "ahead 1"], ["ahead 3", "ahead 1"]):
        hall.desk.next("c1")
        hall.desk.serve("c1")
        hall.after(1)
        hall.after(1)
        assert hall.notices(who) == expected
    assert len(first) == 4
    hall.desk.next("c1")
    hall.after(5)
    assert hall.notices(who) == ["ahead 3", "ahead 1"]


def test_who_goes_back_by_a_place_is_not_told_again(hall: Hall) -> None:
    hall.take()
    who = hall.take("13800000001")
    hall.after(1)
    assert hall.notices(who) == ["ahead 1"]
    for _ in range(3):
        hall.take(lane=Lane.PRIORITY)
    hall.after(1)
    assert hall.notices(who) == ["ahead 1"]


def test_a_hall_that_is_unknown_is_refused(desk: Desk) -> None:
    with refused(Refusal.HALL_UNKNOWN):
        ladder.ladder_due(desk.connection, "elsewhere", NINE, BOTH)
