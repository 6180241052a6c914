"""Kiosks that were alone: numbers set aside for them, and what they tell once they reach the server again."""

from functools import partial
from typing import Any

import pytest
from queue_house import (
    DAY,
    HALL,
    MINUTE,
    NINE,
    Desk,
    refused,
    replan,
    rows,
)
from queue_machines import Kiosk

from jinghou_config.hall import CallingPlan, TerminalsPlan
from jinghou_queue.contract.messages import Lane, LegState, TicketState
from jinghou_queue.desk import outbox, tickets, views
from jinghou_queue.desk.records import Checked, check_page
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.keys import token_hash

HOUR = 60 * MINUTE
EACH_HOUR = 60  # visitors of a kiosk


@pytest.fixture
def kiosk(desk: Desk) -> Kiosk:
    return Kiosk.enrolled(desk, "k1")


def waiting(desk: Desk) -> list[str]:
    """Who waits for the tax office, in the order of being called."""
    return [
        number
        for (number,) in rows(
            desk.connection,
            "SELECT number FROM leg JOIN ticket ON leg.hall = ticket.hall AND leg.ticket = ticket.ticket"
            " WHERE leg.state = 'waiting' AND leg.service = 'tax' ORDER BY lane, sort_time, leg.seq",
        )
    ]


def events(desk: Desk) -> int:
    ((count,),) = rows(desk.connection, "SELECT count(*) FROM feed")
    return int(count)


# Numbers set aside


def test_a_leased_number_is_nobody_elses(desk: Desk, kiosk: Kiosk) -> None:
    other = Kiosk.enrolled(desk, "k2")
    desk.take("tax")
    assert [place.number for place in kiosk.lease(3)] == ["B601", "B602", "B603"]
    assert [place.number for place in other.lease(2)] == ["B604", "B605"]
    assert desk.take("tax").number == "B002"
    assert [place.number for place in kiosk.lease(1, "company")] == ["D601"]


def test_a_day_with_very_many_numbers_passes_over_those_set_aside(desk: Desk, kiosk: Kiosk) -> None:
    replan(desk, terminals=TerminalsPlan(lease_from=1))
    assert [place.number for place in kiosk.lease(2)] == ["B001", "B002"]
    assert [desk.take("tax").number for _ in range(2)] == ["B003", "B004"]
    desk.at += MINUTE
    assert [place.number for place in kiosk.lease(3)] == ["B001", "B002", "B005"]
    assert desk.take("tax").number == "B006"


def test_a_lease_asked_for_again_is_the_same_and_is_filled_up_once_some_are_used(desk: Desk, kiosk: Kiosk) -> None:
    first = kiosk.lease(3)
    desk.at += MINUTE
    assert kiosk.lease(3) == kiosk.lease(2) == first
    kiosk.gave(first[0].ticket, desk.at)
    assert [place.number for place in kiosk.lease(3)] == ["B602", "B603", "B604"]


def test_a_lease_has_no_more_than_the_plan_allows(desk: Desk, kiosk: Kiosk) -> None:
    replan(desk, terminals=TerminalsPlan(lease_numbers=2))
    assert len(kiosk.lease(5)) == 2
    replan(desk, terminals=TerminalsPlan(lease_numbers=0))
    assert Kiosk.enrolled(desk, "k2").lease(5) == ()
    assert desk.take("tax").number == "B001"


def test_a_lease_ends_with_its_day(desk: Desk, kiosk: Kiosk) -> None:
    kiosk.lease(3)
    desk.at += DAY
    assert [place.number for place in kiosk.lease(2)] == ["B601", "B602"]


def test_other_hardware_gets_other_numbers_and_what_the_first_gave_still_counts(desk: Desk, kiosk: Kiosk) -> None:
    before = kiosk.lease(2)
    desk.at += MINUTE
    kiosk.replaced()
    assert [place.number for place in kiosk.lease(2)] == ["B603", "B604"]
    heard, _ = kiosk.gave(before[0].ticket, desk.at)  # the box of the first was moved over
    assert (heard.ticket.number, waiting(desk)) == ("B601", ["B601"])


def test_only_an_enrolled_terminal_gets_numbers(desk: Desk) -> None:
    with refused(Refusal.TERMINAL_UNKNOWN):
        Kiosk(desk, "given-out-by-hand").lease(1)


# What is told late


def test_a_number_given_while_alone_waits_at_its_true_time(desk: Desk, kiosk: Kiosk) -> None:
    lease = kiosk.lease(2)
    desk.at = NINE + 20 * MINUTE
    walk_in = desk.take("tax")
    desk.at = NINE + 40 * MINUTE
    heard, again = kiosk.gave(lease[0].ticket, NINE + 5 * MINUTE)
    kiosk.gave(lease[1].ticket, NINE + 30 * MINUTE)
    assert (heard.at, heard.ticket.state, again) == (NINE + 5 * MINUTE, TicketState.RESERVED, False)
    assert waiting(desk) == [lease[0].number, walk_in.number, lease[1].number]
    desk.open("c1")
    called = desk.next("c1")
    assert called is not None
    assert called.reason == "现场取号 09:05，最早到"


def test_an_event_told_late_has_the_time_it_was_heard_at_and_says_when_it_happened(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    desk.at = NINE + 40 * MINUTE
    kiosk.gave(place.ticket, NINE + 5 * MINUTE)
    kiosk.printed(place.ticket, NINE + 6 * MINUTE)
    told = rows(desk.connection, f"SELECT state, at, why FROM feed WHERE subject = '{place.ticket}' ORDER BY seq")
    assert told == [
        ("reserved", desk.at, "kiosk, offline at 2026-03-02 09:05"),
        ("waiting", desk.at, "offline at 2026-03-02 09:05"),
        ("active", desk.at, "printed, offline at 2026-03-02 09:06"),
    ]
    assert check_page(desk.connection, HALL, Checked()).complete


def test_a_counter_that_calls_by_itself_calls_now_for_a_number_given_earlier(desk: Desk, kiosk: Kiosk) -> None:
    replan(desk, calling=CallingPlan(auto_call=True))
    (place,) = kiosk.lease(1)
    desk.open("c1", "tax")
    desk.at = NINE + 40 * MINUTE
    kiosk.gave(place.ticket, NINE + 5 * MINUTE)
    assert rows(desk.connection, "SELECT why FROM feed WHERE state = 'called'") == [("现场取号 09:05，最早到",)]
    (call,) = views.hall_view(desk.connection, HALL, desk.at).calls
    assert (call.number, call.at) == (place.number, desk.at)


def test_what_is_told_twice_happened_once(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    desk.at += MINUTE
    first = kiosk.gave(place.ticket, NINE, key="a")
    count = events(desk)
    assert kiosk.gave(place.ticket, NINE, key="a") == (first[0], True)
    other_key, _ = kiosk.gave(place.ticket, NINE, key="b")  # the same paper
    assert other_key.ticket == first[0].ticket
    assert (events(desk), waiting(desk)) == (count, [place.number])


def test_a_number_that_is_not_the_terminals_own_is_refused(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    with refused(Refusal.LEASE_UNKNOWN):
        Kiosk.enrolled(desk, "k2").gave(place.ticket, NINE)
    with refused(Refusal.LEASE_UNKNOWN):
        kiosk.gave(place.ticket, NINE, service="company")
    with refused(Refusal.LEASE_UNKNOWN):
        kiosk.gave("made-up", NINE)
    assert waiting(desk) == []


def test_a_paper_is_honoured_although_its_holder_has_another_number(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    desk.at += MINUTE
    held = desk.take("tax", person=1)
    desk.printed(held.id)
    kiosk.gave(place.ticket, NINE, person=1)
    assert waiting(desk) == [place.number, held.number]


def test_a_press_whose_answer_was_lost_leaves_no_second_number(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    wish = desk.wish("tax", 1)
    press = kiosk.press("lost", "asked")
    desk.do(partial(tickets.take_number, press=press, wish=wish))
    desk.at += MINUTE
    kiosk.gave(place.ticket, NINE, person=1, instead_of="lost")
    assert waiting(desk) == [place.number]
    assert rows(desk.connection, f"SELECT state FROM ticket WHERE ticket = '{wish.ticket}'") == [("void",)]


def test_a_check_in_whose_answer_was_lost_keeps_its_place(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    walk_in = desk.take("tax")
    booked = desk.book(NINE + 30 * MINUTE)
    desk.at = NINE + 20 * MINUTE
    lost = desk.arrive(booked.id, key="lost")
    desk.at += MINUTE
    kiosk.gave(place.ticket, NINE + 20 * MINUTE, booking=booked.id, instead_of="lost")
    assert lost.taken.number not in waiting(desk)
    assert waiting(desk) == [place.number, walk_in.number]


def test_a_check_in_whose_answer_was_lost_leaves_the_booking_to_the_number_on_the_paper(
    desk: Desk, kiosk: Kiosk
) -> None:
    (place,) = kiosk.lease(1)
    booked = desk.book(NINE + 30 * MINUTE, person=1)
    desk.arrive(booked.id, key="lost")
    kiosk.gave(place.ticket, NINE, booking=booked.id, instead_of="lost")
    shown_again = desk.arrive(booked.id)
    assert (shown_again.taken.number, shown_again.taken.new) == (place.number, False)
    assert shown_again.booked_for == NINE + 30 * MINUTE
    assert desk.take("tax", person=1).number == place.number  # it is still known whose it is
    with refused(Refusal.BOOKED_ALREADY):
        desk.book(NINE + 60 * MINUTE, person=1)


@pytest.mark.parametrize("seen", ["printed", "called", "never came", "another press"])
def test_a_number_that_somebody_has_seen_is_not_taken_back(desk: Desk, kiosk: Kiosk, seen: str) -> None:
    (place,) = kiosk.lease(1)
    desk.at += MINUTE
    if seen == "another press":
        desk.open("c1", "tax")
        desk.next("c1", key="lost")
    elif seen != "never came":
        taken = desk.do(partial(tickets.take_number, press=kiosk.press("lost", "asked"), wish=desk.wish("tax")))
        if seen == "printed":
            desk.printed(taken.id)
        else:
            desk.open("c1", "tax")
            desk.next("c1")
    before = waiting(desk)
    kiosk.gave(place.ticket, NINE, instead_of="lost")
    assert waiting(desk) == [place.number, *before]


@pytest.mark.parametrize("by", ["code", "document"])
def test_who_booked_and_came_in_time_while_the_kiosk_was_alone_is_pinned_to_the_slot(
    desk: Desk, kiosk: Kiosk, by: str
) -> None:
    booked = desk.book(NINE + 30 * MINUTE, person=1)
    early, in_time = kiosk.lease(2)
    walk_in = desk.take("tax")
    desk.at = NINE + 2 * HOUR  # long after the window
    shows: dict[str, Any] = {"booking": booked.id} if by == "code" else {"person": 1}
    kiosk.gave(in_time.ticket, NINE + 20 * MINUTE, **shows)
    assert waiting(desk) == [in_time.number, walk_in.number]
    desk.open("c1", "tax")
    called = desk.next("c1")
    assert called is not None
    assert (called.leg.lane, called.reason) == (Lane.BOOKED, "预约 09:30，09:20 报到，优先")
    kiosk.gave(early.ticket, NINE + 21 * MINUTE, **shows)  # checked in by now: a walk-in's number
    assert waiting(desk) == [walk_in.number, early.number]


def test_who_shows_a_booking_too_early_or_none_waits_as_a_walk_in(desk: Desk, kiosk: Kiosk) -> None:
    booked = desk.book(NINE + 60 * MINUTE, person=1)
    early, nobodys = kiosk.lease(2)
    desk.at = NINE + 40 * MINUTE
    kiosk.gave(early.ticket, NINE + 5 * MINUTE, person=1, booking=booked.id)
    kiosk.gave(nobodys.ticket, NINE + 4 * MINUTE, booking="nobody's")
    assert waiting(desk) == [nobodys.number, early.number]
    assert desk.arrive(booked.id).taken.number == early.number  # in time now: the number moves up
    assert waiting(desk) == [early.number, nobodys.number]


@pytest.mark.parametrize("by", ["code", "document"])
def test_who_came_on_a_day_that_the_kiosk_was_alone_to_its_end_has_not_missed_the_booking(
    desk: Desk, kiosk: Kiosk, by: str
) -> None:
    booked, others = desk.book(NINE + 30 * MINUTE, person=1), desk.book(NINE + 60 * MINUTE, person=2)
    (place,) = kiosk.lease(1)
    desk.take("tax")  # elsewhere the hall worked
    desk.at += DAY
    shows: dict[str, Any] = {"booking": booked.id} if by == "code" else {"person": 1}
    kiosk.gave(place.ticket, NINE + 20 * MINUTE, **shows)
    missed = dict(rows(desk.connection, "SELECT booking, missed FROM booking"))
    assert missed == {booked.id: 0, others.id: 1}


def test_a_clock_that_is_wrong_gives_nobody_an_impossible_place(desk: Desk, kiosk: Kiosk) -> None:
    desk.at = NINE + 10 * MINUTE
    early, late = kiosk.lease(2)
    desk.at = NINE + 30 * MINUTE
    assert kiosk.gave(early.ticket, -(10**30))[0].at == NINE + 10 * MINUTE  # not before the number was set aside
    assert kiosk.gave(late.ticket, 10**30)[0].at == desk.at  # not in the future
    assert kiosk.printed(late.ticket, NINE)[0].at == desk.at  # not before it was given


def test_a_number_told_after_its_day_is_recorded_in_that_day_and_calls_nobody(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    desk.at = NINE + DAY
    today = desk.take("tax")
    heard, _ = kiosk.gave(place.ticket, NINE + 5 * MINUTE, person=1)
    assert (heard.ticket.number, heard.ticket.state) == (place.number, TicketState.CLOSED)
    assert kiosk.printed(place.ticket, NINE + 5 * MINUTE)[0].ticket.state is TicketState.CLOSED
    assert (waiting(desk), today.number) == ([today.number], "B001")
    token = desk.keys.holder_token(HALL, place.ticket)
    assert views.holder_view(desk.connection, token, desk.at).ticket.leg is LegState.CANCELLED
    service = next(each for each in views.hall_view(desk.connection, HALL, desk.at).services if each.id == "tax")
    assert service.waiting == 1
    kept = "SELECT day, taken_at, masked_name, identity_hash FROM ticket WHERE ticket = "
    assert rows(desk.connection, f"{kept}'{place.ticket}'") == [("2026-03-02", NINE + 5 * MINUTE, None, None)]


def test_paper_that_is_reported_after_the_visit_is_no_fault(desk: Desk, kiosk: Kiosk) -> None:
    (place,) = kiosk.lease(1)
    kiosk.gave(place.ticket, NINE)
    desk.open("c1", "tax")
    desk.next("c1")
    desk.serve("c1")
    count = events(desk)
    assert kiosk.printed(place.ticket, NINE)[0].ticket.state is TicketState.CLOSED
    assert events(desk) == count


def test_a_number_given_back_while_alone_leaves_the_queue_unless_it_was_called(desk: Desk, kiosk: Kiosk) -> None:
    stays, goes = kiosk.lease(2)
    for place in (stays, goes):
        kiosk.gave(place.ticket, NINE)
    kiosk.tell(NINE, partial(outbox.number_cancelled, ticket=goes.ticket))
    assert waiting(desk) == [stays.number]
    desk.open("c1", "tax")
    desk.next("c1")
    with refused(Refusal.NOT_NOW):
        kiosk.tell(NINE, partial(outbox.number_cancelled, ticket=stays.ticket))


def test_who_came_back_while_the_kiosk_was_alone_waits_since_then(desk: Desk, kiosk: Kiosk) -> None:
    missed = [desk.take("tax").id for _ in range(2)]
    desk.open("c1", "tax")
    for _ in missed:
        desk.next("c1")
        desk.button("recall", "c1")
        desk.button("miss", "c1")
    desk.at = NINE + 20 * MINUTE
    desk.back(missed[0])
    desk.at = NINE + 40 * MINUTE
    code = token_hash(desk.keys.holder_token(HALL, missed[1]))
    heard, _ = kiosk.tell(NINE + 10 * MINUTE, partial(outbox.holder_back, token_hash=code))
    assert (heard.at, waiting(desk)) == (NINE + 10 * MINUTE, ["B002", "B001"])
    with refused(Refusal.TICKET_UNKNOWN):
        kiosk.tell(NINE, partial(outbox.holder_back, token_hash=token_hash("guessed")))


def test_an_hour_alone_loses_nobody_and_nobody_their_place(desk: Desk) -> None:
    """Two kiosks are alone for an hour with sixty visitors each, while others take numbers from the server."""
    kiosks = [Kiosk.enrolled(desk, name) for name in ("k1", "k2")]
    leases = [kiosk.lease(EACH_HOUR) for kiosk in kiosks]
    came: list[tuple[int, str]] = []
    for minute in range(60):
        desk.at = NINE + minute * MINUTE + 40_000
        came.append((desk.at, desk.take("tax").number))
    desk.at = NINE + HOUR

    def tell_all() -> list[bool]:
        return [
            kiosk.gave(place.ticket, NINE + minute * MINUTE + 20_000 * first, key=f"{kiosk.id} {minute}")[1]
            for first, (kiosk, lease) in enumerate(zip(kiosks, leases, strict=True))
            for minute, place in enumerate(lease)
        ]

    assert tell_all() == [False] * 120
    for first, lease in enumerate(leases):
        came += [(NINE + minute * MINUTE + 20_000 * first, place.number) for minute, place in enumerate(lease)]
    in_order = [number for _, number in sorted(came)]
    assert waiting(desk) == in_order
    assert len(set(in_order)) == 180
    count = events(desk)
    assert tell_all() == [True] * 120
    assert (events(desk), waiting(desk)) == (count, in_order)
    assert check_page(desk.connection, HALL, Checked()).complete
