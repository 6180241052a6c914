"""The clerk's further buttons: recall, undo, miss, park, resume, transfer, pause; who may press at which counter."""

from collections.abc import Callable
from functools import partial

import msgspec
import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House, refused, replan
from queue_machines import Kiosk

from jinghou_config.hall import CallingPlan, PeoplePlan, ServicePlan
from jinghou_queue.contract.messages import (
    CallChannel,
    Called,
    CallState,
    CounterDesk,
    CounterState,
    Lane,
    LegState,
    TicketState,
)
from jinghou_queue.desk import counters, setup, tickets, views
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st

SHANGHAI_MIDNIGHT = NINE + 15 * 60 * MINUTE


def number_of(called: Called | None) -> str:
    assert called is not None
    return called.leg.number


def desk_of(desk: Desk, counter: str) -> CounterDesk:
    return views.counter_desk(desk.connection, HALL, counter, desk.at)


def waiting(desk: Desk, service: str) -> int:
    view = views.hall_view(desk.connection, HALL, desk.at)
    return next(each.waiting for each in view.services if each.id == service)


def test_a_recall_is_shown_again_and_keeps_the_person(desk: Desk) -> None:
    taken = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.at += MINUTE
    assert desk.button("recall", "c1").calls == 2
    (call,) = views.hall_view(desk.connection, HALL, desk.at).calls
    assert (call.number, call.at, call.state) == (taken.number, desk.at, LegState.CALLED)


def test_an_undone_call_puts_the_person_back_at_the_old_place(desk: Desk) -> None:
    first, second = desk.take("tax"), desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    assert waiting(desk, "tax") == 1
    assert desk.button("undo", "c1").state is LegState.WAITING
    assert waiting(desk, "tax") == 2
    assert [number_of(desk.next("c1")), second.number] == [first.number, second.number]


def test_a_person_is_passed_over_only_after_the_recalls_of_the_plan(desk: Desk) -> None:
    desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    with refused(Refusal.NOT_NOW):
        desk.button("miss", "c1")
    desk.button("recall", "c1")
    assert desk.button("miss", "c1").state is LegState.MISSED
    assert desk.next("c1") is None


def test_who_was_passed_over_comes_back_before_the_walk_ins(desk: Desk) -> None:
    late = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.button("recall", "c1")
    desk.button("miss", "c1")
    desk.take("tax")
    desk.at += MINUTE
    for _ in range(2):  # a second scan keeps the place of the first
        assert desk.back(late.id).state is TicketState.RESERVED
    assert waiting(desk, "tax") == 2
    called = desk.next("c1")
    assert called is not None
    assert (called.leg.number, called.leg.lane) == (late.number, Lane.RETURNED)
    assert called.reason == "09:01 返回或转来，先于现场取号"


def test_who_was_passed_over_and_stays_away_is_a_no_show_at_the_days_end(desk: Desk) -> None:
    late = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.button("recall", "c1")
    desk.button("miss", "c1")
    desk.at = SHANGHAI_MIDNIGHT
    desk.take("tax")
    leg = desk.connection.one(st.LATEST_LEG, hall=HALL, ticket=late.id)
    assert leg is not None
    assert leg.state == LegState.NO_SHOW
    with refused(Refusal.NOT_NOW):
        desk.back(late.id)


def test_a_parked_person_leaves_the_counter_free_and_comes_back_to_it(desk: Desk) -> None:
    first, second = desk.take("tax"), desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.start("c1")
    assert desk.button("park", "c1").state is LegState.PARKED
    assert number_of(desk.next("c1")) == second.number
    with refused(Refusal.COUNTER_BUSY):
        desk.resume("c1")
    desk.serve("c1")
    assert [leg.number for leg in desk_of(desk, "c1").aside] == [first.number]
    desk.at += 5 * MINUTE
    assert desk.resume("c1").number == first.number
    held = desk.connection.one(st.LEG_AT_COUNTER, hall=HALL, counter="c1")
    assert held is not None
    assert held.parked_ms == 5 * MINUTE
    assert desk.finish("c1").state is LegState.DONE


def test_another_counter_may_go_on_with_a_parked_person_by_ticket_only(desk: Desk) -> None:
    taken = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.start("c1")
    desk.button("park", "c1")
    with refused(Refusal.TICKET_UNKNOWN):
        desk.resume("c3")
    assert desk.resume("c3", taken.id).number == taken.number


def test_a_transferred_person_keeps_the_number_and_goes_before_walk_ins(desk: Desk) -> None:
    taken = desk.take("tax")
    desk.take("enquiries")
    desk.open("c1")
    desk.open("c5")
    desk.next("c1")
    desk.start("c1")
    desk.at += MINUTE
    assert desk.transfer("c1", "enquiries").state is LegState.DONE
    assert waiting(desk, "enquiries") == 2
    assert number_of(desk.next("c5")) == taken.number
    desk.serve("c5")
    ticket = desk.connection.one(st.TICKET, hall=HALL, ticket=taken.id)
    assert ticket is not None
    assert ticket.state == TicketState.CLOSED


def test_a_planned_route_takes_one_number_through_several_counters(desk: Desk) -> None:
    taken = desk.take("tax", then=("company", "enquiries"))
    desk.open("c1")
    desk.open("c3", "company")
    desk.open("c5", "enquiries")
    for counter in ("c1", "c3", "c5"):
        assert number_of(desk.next(counter)) == taken.number
        desk.serve(counter)
    ticket = desk.connection.one(st.TICKET, hall=HALL, ticket=taken.id)
    assert ticket is not None
    assert ticket.state == TicketState.CLOSED


def test_a_paused_counter_finishes_its_person_and_calls_nobody(desk: Desk) -> None:
    desk.take("tax")
    desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    assert desk.pause("c1", "喝水").state is CounterState.PAUSED
    desk.serve("c1")
    with refused(Refusal.COUNTER_CLOSED):
        desk.next("c1")
    assert desk_of(desk, "c1").why == "喝水"
    desk.open("c1")
    assert desk_of(desk, "c1").why == ""
    assert desk.next("c1") is not None


def test_a_closed_counter_cannot_be_paused(desk: Desk) -> None:
    with refused(Refusal.NOT_NOW):
        desk.pause("c1", "")


def test_a_hall_may_ask_for_one_of_its_reasons(desk: Desk) -> None:
    replan(desk, calling=CallingPlan(pause_reasons=("休息", "会议")))
    desk.open("c1")
    with refused(Refusal.PAUSE_REASON):
        desk.pause("c1", "喝水")
    assert desk.pause("c1", "会议").state is CounterState.PAUSED


def press_as(desk: Desk, clerk: str, button: str, counter: str) -> object:
    work: dict[str, Callable[..., object]] = {
        "open": partial(counters.open_counter, services=None),
        "next": counters.call_next,
    }
    return desk.do(partial(work[button], press=Press(HALL, f"clerk:{clerk}", desk.at), counter=counter))


def test_two_clerks_cannot_hold_one_counter(desk: Desk) -> None:
    press_as(desk, "wang", "open", "c1")
    with refused(Refusal.COUNTER_TAKEN):
        press_as(desk, "li", "open", "c1")
    with refused(Refusal.COUNTER_TAKEN):
        press_as(desk, "li", "next", "c1")


def test_one_clerk_cannot_hold_two_people(desk: Desk) -> None:
    press_as(desk, "wang", "open", "c1")
    desk.open("c3")  # by the manager
    for button in ("open", "next"):
        with refused(Refusal.CLERK_ELSEWHERE):
            press_as(desk, "wang", button, "c3")


def test_a_counter_that_was_closed_is_anybodys(desk: Desk) -> None:
    press_as(desk, "wang", "open", "c1")
    desk.close("c1")
    press_as(desk, "li", "open", "c1")
    press_as(desk, "wang", "open", "c3")


def test_idle_counters_call_by_themselves_where_the_hall_wants_it(desk: Desk) -> None:
    replan(desk, calling=CallingPlan(auto_call=True))
    desk.open("c1")
    first, second = desk.take("tax"), desk.take("tax")
    held = desk_of(desk, "c1").leg
    assert held is not None
    assert held.number == first.number
    desk.serve("c1")
    held = desk_of(desk, "c1").leg
    assert held is not None
    assert held.number == second.number


def test_a_walk_in_gets_a_turn_among_booked_people_where_the_hall_wants_it(desk: Desk) -> None:
    replan(desk, calling=CallingPlan(walk_in_after_booked=2))
    desk.open("c1", "tax")
    walk_ins = [desk.take("tax").number for _ in range(2)]
    booked = [desk.take("tax", lane=Lane.BOOKED).number for _ in range(5)]
    called = []
    for _ in range(6):
        called.append(number_of(desk.next("c1")))
        desk.serve("c1")
    assert called == [*booked[:2], walk_ins[0], *booked[2:4], walk_ins[1]]


def test_statutory_priority_is_granted_with_a_reason_that_is_recorded(desk: Desk) -> None:
    desk.take("tax")
    soldier = desk.take("tax")
    desk.do(partial(tickets.grant_priority, press=desk.press(), ticket=soldier.id, why="军人"))
    desk.open("c1")
    called = desk.next("c1")
    assert called is not None
    assert (called.leg.number, called.reason) == (soldier.number, "依法优先，09:00 到")
    line = desk.connection.one(rs.AUDIT_LAST, hall=HALL)
    assert line is not None
    assert (line.action, line.subject, line.detail) == ("priority", soldier.id, "军人")


def test_a_hall_may_let_a_person_hold_one_number_in_all(desk: Desk) -> None:
    replan(desk, people=PeoplePlan(one_ticket_per="hall"))
    first = desk.take("property", person=1)
    with refused(Refusal.ONE_NUMBER):
        desk.take("tax", person=1)
    desk.cancel(first.id)
    assert desk.take("tax", person=1).new


def test_a_hall_may_let_a_person_take_any_number_of_numbers(desk: Desk) -> None:
    replan(desk, people=PeoplePlan(one_ticket_per="none"))
    assert [desk.take("property", person=1).number for _ in range(2)] == ["A001", "A002"]


def test_taking_and_giving_back_again_and_again_comes_to_an_end(desk: Desk) -> None:
    replan(desk, people=PeoplePlan(numbers_per_hour=3))
    for _ in range(3):
        desk.cancel(desk.take("tax", person=1).id)
        desk.at += 10 * MINUTE
    with refused(Refusal.TOO_MANY_NUMBERS) as refusal:
        desk.take("tax", person=1)
    assert refusal.value.detail.endswith("the next from 10:00")
    assert refusal.value.wait_ms == 30 * MINUTE
    assert desk.take("tax", person=2).new
    desk.at = NINE + 60 * MINUTE
    kept = desk.take("tax", person=1)
    assert (kept.new, desk.take("tax", person=1)) == (True, msgspec.structs.replace(kept, new=False))


def test_the_start_says_that_the_call_was_seen(desk: Desk) -> None:
    taken = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    calls = partial(desk.connection.all, rs.DELIVERIES, hall=HALL, ticket=taken.id, at_step=1, since_attempt=1)
    assert [(row.channel, row.state) for row in calls()] == [(CallChannel.SCREEN, CallState.SENT)]
    desk.start("c1")
    assert [(row.channel, row.state) for row in calls()] == [(CallChannel.SCREEN, CallState.SEEN)]


def test_when_the_phone_said_first_that_the_call_was_seen_its_time_stays(desk: Desk) -> None:
    taken = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.at += MINUTE
    desk.do(partial(tickets.call_seen, press=desk.press(), ticket=taken.id))
    desk.at += MINUTE
    desk.start("c1")
    calls = desk.connection.all(rs.DELIVERIES, hall=HALL, ticket=taken.id, at_step=1, since_attempt=1)
    assert {(row.channel, row.state, row.at) for row in calls} == {
        (CallChannel.PHONE, CallState.SEEN, NINE + MINUTE),
        (CallChannel.SCREEN, CallState.SEEN, NINE + 2 * MINUTE),
    }


def test_a_new_plan_brings_and_retires_services_and_counters(desk: Desk) -> None:
    old = desk.take("enquiries")
    version, plan = views.plan_in_force(desk.connection, HALL)
    kept = tuple(service for service in plan.services if service.id != "enquiries")
    able = tuple(
        counter.model_copy(update={"services": tuple(s for s in counter.services if s != "enquiries")})
        for counter in plan.counters
    )
    with refused(Refusal.QUEUE_WAITING):
        replan(desk, services=kept, counters=able)
    desk.cancel(old.id)
    replan(desk, services=kept, counters=able)
    with refused(Refusal.SERVICE_UNKNOWN):
        desk.take("enquiries")
    assert "enquiries" not in {each.id for each in views.hall_view(desk.connection, HALL, desk.at).services}
    replan(desk, services=plan.services, counters=plan.counters)
    assert desk.take("enquiries").number == "F002"
    assert [row.version for row in desk.connection.all(rs.PLANS, hall=HALL)] == [version, version + 1, version + 2]


def test_letters_that_another_services_letters_begin_with_are_its_own(desk: Desk) -> None:
    desk.cancel(desk.take("tax").id)
    _, plan = views.plan_in_force(desk.connection, HALL)
    letter = next(each.prefix for each in plan.services if each.id == "tax")
    two = (
        each.model_copy(update={"prefix": f"{letter}A"}) if each.id == "enquiries" else each for each in plan.services
    )
    replan(desk, services=tuple(two))
    assert desk.take("enquiries").number == f"{letter}A001"
    two = (each.model_copy(update={"prefix": f"{letter}A"}) if each.id == "tax" else each for each in plan.services)
    other = (each.model_copy(update={"prefix": "Z"}) if each.id == "enquiries" else each for each in two)
    with refused(Refusal.PREFIX_GIVEN):
        replan(desk, services=tuple(other))


@pytest.mark.parametrize("given", ["taken", "set aside"])
def test_a_letter_that_numbers_of_today_begin_with_is_no_other_services_before_tomorrow(desk: Desk, given: str) -> None:
    """Two people would hold the same number, or the second none at all."""
    if given == "taken":
        desk.cancel(desk.take("tax").id)
    else:
        Kiosk.enrolled(desk, "k1").lease(1)
    _, plan = views.plan_in_force(desk.connection, HALL)
    letters = {service.id: service.prefix for service in plan.services}
    letters["tax"], letters["enquiries"] = letters["enquiries"], letters["tax"]

    def relettered() -> tuple[ServicePlan, ...]:
        return tuple(each.model_copy(update={"prefix": letters[each.id]}) for each in plan.services)

    with refused(Refusal.PREFIX_GIVEN):
        replan(desk, services=relettered())
    letters["enquiries"] = "Z"
    replan(desk, services=relettered())  # a letter that nobody's number begins with
    letters["enquiries"] = plan.services[[each.id for each in plan.services].index("tax")].prefix
    with refused(Refusal.PREFIX_GIVEN):
        replan(desk, services=relettered())
    desk.at += DAY
    replan(desk, services=relettered())
    assert desk.take("enquiries").number == f"{letters['enquiries']}001"


def test_a_plan_made_from_an_older_one_is_refused(desk: Desk) -> None:
    version, plan = views.plan_in_force(desk.connection, HALL)
    replan(desk)
    with refused(Refusal.PLAN_CHANGED):
        desk.do(partial(setup.change_plan, press=desk.press(), plan=plan, expected=version))


def test_the_day_ends_for_who_is_parked_too(desk: Desk) -> None:
    taken = desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.start("c1")
    desk.button("park", "c1")
    desk.at += DAY
    desk.take("tax")
    with refused(Refusal.TICKET_UNKNOWN):
        desk.resume("c1", taken.id)


def test_every_leg_of_the_feed_is_linked_to_the_one_before(desk: Desk, house: House) -> None:
    desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    records = desk.connection.all(rs.RECORDS, hall=HALL, after=0, most=100)
    row = desk.connection.one(st.HALL, hall=HALL)
    assert row is not None
    assert row.chain == records[-1].chain
    assert len({record.chain for record in records}) == len(records) == 5
