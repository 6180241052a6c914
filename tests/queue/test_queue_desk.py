"""The use cases, on a real database in one transaction."""

from queue_house import DAY, HALL, MINUTE, NINE, Desk, refused, replan, rows

from jinghou_queue.contract.messages import (
    Audience,
    Called,
    Channel,
    CounterState,
    Lane,
    LegState,
    PrintOutcome,
    TicketState,
)
from jinghou_queue.desk import views
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st
from jinghou_queue.store.sqlite import SqliteConnection
from jinghou_queue.store.tables import metadata


def number_of(called: Called | None) -> str:
    assert called is not None
    return called.leg.number


def feed_of(desk: Desk) -> list[rs.FeedRow]:
    return desk.connection.all(rs.FEED_AFTER, hall=HALL, after=0, most=1000)


def test_numbers_count_up_within_a_service(desk: Desk) -> None:
    assert [desk.take("tax").number for _ in range(3)] == ["B001", "B002", "B003"]
    assert desk.take("company").number == "D001"


def test_a_taker_is_told_how_many_are_ahead(desk: Desk) -> None:
    assert [desk.take("tax").ahead for _ in range(3)] == [0, 1, 2]
    assert desk.take("tax", lane=Lane.PRIORITY).ahead == 0
    assert desk.take("tax").ahead == 4


def test_the_same_person_gets_the_same_number_again(desk: Desk) -> None:
    first = desk.take("property", person=1)
    desk.take("property", person=2)
    again = desk.take("property", person=1)
    assert (first.new, again.new) == (True, False)
    assert (again.id, again.number, again.ahead) == (first.id, first.number, 0)
    assert desk.take("tax", person=1).new
    assert desk.take("property", person=3).number == "A003"


def test_a_person_who_was_served_may_take_another_number(desk: Desk) -> None:
    first = desk.take("property", person=1)
    desk.open("c2")
    desk.next("c2")
    assert desk.take("property", person=1).id == first.id
    desk.serve("c2")
    assert desk.take("property", person=1).number == "A002"


def test_a_person_who_cancelled_may_take_another_number(desk: Desk) -> None:
    desk.cancel(desk.take("property", person=1).id)
    assert desk.take("property", person=1).number == "A002"


def test_a_service_that_needs_an_identity_refuses_without(desk: Desk) -> None:
    with refused(Refusal.IDENTITY_REQUIRED):
        desk.take("property")


def test_an_unknown_service_or_hall_is_refused(desk: Desk) -> None:
    with refused(Refusal.SERVICE_UNKNOWN):
        desk.take("fishing")
    with refused(Refusal.HALL_UNKNOWN):
        desk.take("tax", hall="atlantis")


def test_the_same_press_sent_twice_is_one_press(desk: Desk) -> None:
    first = desk.take("tax", key="press-1", asked="tax")
    assert desk.take("tax", key="press-1", asked="tax") == first
    assert desk.take("tax", key="press-2", asked="tax").number == "B002"
    with refused(Refusal.KEY_REUSED):
        desk.take("company", key="press-1", asked="company")


def test_next_sent_twice_calls_one_person(desk: Desk) -> None:
    desk.take("tax")
    desk.take("tax")
    desk.open("c1")
    assert desk.next("c1", key="k") == desk.next("c1", key="k")
    assert views.hall_view(desk.connection, HALL, desk.at).services[1].waiting == 1


def test_nobody_waiting_is_an_answer_that_is_repeated_too(desk: Desk) -> None:
    desk.open("c1")
    assert desk.next("c1", key="k") is None
    desk.take("tax")
    assert desk.next("c1", key="k") is None
    assert number_of(desk.next("c1")) == "B001"


def test_two_counters_pressing_next_get_two_people(desk: Desk) -> None:
    desk.take("tax")
    desk.take("tax")
    desk.open("c1")
    desk.open("c3")
    assert {number_of(desk.next("c1")), number_of(desk.next("c3"))} == {"B001", "B002"}


def test_a_counter_calls_the_earliest_of_all_its_services(desk: Desk) -> None:
    desk.open("c3")
    for minute, service in enumerate(["company", "tax", "company"]):
        desk.at = NINE + minute * MINUTE
        desk.take(service)
    called = []
    for _ in range(3):
        called.append(number_of(desk.next("c3")))
        desk.serve("c3")
    assert called == ["D001", "B001", "D002"]


def test_a_better_lane_is_called_first_and_the_clerk_is_told_why(desk: Desk) -> None:
    desk.take("tax")
    desk.at += MINUTE
    desk.take("tax", lane=Lane.PRIORITY)
    desk.open("c1")
    called = desk.next("c1")
    assert called is not None
    assert (called.leg.number, called.leg.lane, called.reason) == ("B002", Lane.PRIORITY, "依法优先，09:01 到")


def test_a_counter_calls_only_for_the_services_it_opened_with(desk: Desk) -> None:
    desk.take("tax")
    desk.open("c1", "property")
    assert desk.next("c1") is None
    desk.open("c1", "tax")
    assert number_of(desk.next("c1")) == "B001"
    with refused(Refusal.COUNTER_SERVICE):
        desk.open("c1", "enquiries")


def test_a_counter_holds_one_person_at_a_time(desk: Desk) -> None:
    desk.take("tax")
    desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    with refused(Refusal.COUNTER_BUSY):
        desk.next("c1")
    with refused(Refusal.COUNTER_BUSY):
        desk.close("c1")
    desk.serve("c1")
    assert number_of(desk.next("c1")) == "B002"


def test_a_closed_counter_calls_nobody(desk: Desk) -> None:
    desk.take("tax")
    with refused(Refusal.COUNTER_CLOSED):
        desk.next("c1")
    desk.open("c1")
    assert desk.close("c1").state is CounterState.CLOSED
    with refused(Refusal.COUNTER_CLOSED):
        desk.next("c1")
    with refused(Refusal.COUNTER_UNKNOWN):
        desk.next("c99")


def test_start_and_finish_need_somebody_in_the_right_state(desk: Desk) -> None:
    desk.open("c1")
    with refused(Refusal.COUNTER_IDLE):
        desk.start("c1")
    desk.take("tax")
    desk.next("c1")
    with refused(Refusal.NOT_NOW):
        desk.finish("c1")
    desk.serve("c1")
    with refused(Refusal.COUNTER_IDLE):
        desk.finish("c1")


def test_a_printed_number_is_active_however_it_reached_the_person(desk: Desk) -> None:
    for outcome in PrintOutcome:
        taken = desk.take("tax")
        assert taken.state is TicketState.RESERVED
        assert desk.printed(taken.id, outcome).state is TicketState.ACTIVE
        assert desk.printed(taken.id).state is TicketState.ACTIVE  # a second paper
    with refused(Refusal.TICKET_UNKNOWN):
        desk.printed("nobody's")


def test_a_cancelled_number_leaves_the_queue(desk: Desk) -> None:
    gone, stays = desk.take("tax"), desk.take("tax")
    assert desk.cancel(gone.id).state is TicketState.VOID
    with refused(Refusal.NOT_NOW):
        desk.cancel(gone.id)
    desk.open("c1")
    assert number_of(desk.next("c1")) == stays.number
    with refused(Refusal.NOT_NOW):
        desk.cancel(stays.id)
    desk.open("c3")
    assert desk.next("c3") is None


def test_a_new_day_begins_numbers_anew_and_forgets_who_waited(desk: Desk) -> None:
    held = desk.take("property", person=1)
    desk.take("tax")
    waiting = desk.take("tax")
    desk.open("c1")
    desk.open("c3")
    desk.next("c1")
    desk.at += DAY
    assert desk.next("c3") is None
    assert desk.take("tax").number == "B001"
    assert desk.take("property", person=1).id != held.id
    old = desk.connection.one(st.TICKET, hall=HALL, ticket=waiting.id)
    assert old is not None
    assert old.state == TicketState.CLOSED
    assert number_of(desk.next("c1")) == "B001"  # whom it had called yesterday does not block it
    days = [row for row in feed_of(desk) if row.kind == "day"]
    assert ['"2026-03-02"' in days[0].body, '"2026-03-03"' in days[1].body] == [True, True]
    assert len(days) == 2


def test_two_who_press_at_midnight_are_both_served_whoever_is_written_first(desk: Desk) -> None:
    midnight = NINE + 15 * 60 * MINUTE
    desk.at = midnight - MINUTE
    desk.take("tax")
    desk.at = midnight
    after = desk.take("tax")
    desk.at = midnight - 1
    before = desk.take("tax")
    assert [after.number, before.number] == ["B001", "B002"]
    view = views.hall_view(desk.connection, HALL, desk.at)
    assert (view.day, {service.id: service.waiting for service in view.services}["tax"]) == ("2026-03-03", 2)
    token = desk.keys.holder_token(HALL, after.id)
    assert views.holder_view(desk.connection, token, desk.at).ticket.leg is LegState.WAITING
    desk.at = midnight + 1
    desk.open("c1")
    desk.open("c3")
    assert {number_of(desk.next("c1")), number_of(desk.next("c3"))} == {"B001", "B002"}
    assert sum(row.kind == "day" for row in feed_of(desk)) == 2


def test_a_screen_read_before_the_first_press_of_a_day_shows_an_empty_hall(desk: Desk) -> None:
    desk.take("tax")
    desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    view = views.hall_view(desk.connection, HALL, NINE + DAY)
    assert (view.day, view.calls, sum(service.waiting for service in view.services)) == ("2026-03-03", (), 0)


def test_who_is_served_at_midnight_is_finished_next_day(desk: Desk) -> None:
    desk.take("tax")
    desk.open("c1")
    desk.next("c1")
    desk.start("c1")
    desk.at += DAY
    with refused(Refusal.COUNTER_BUSY):
        desk.next("c1")
    assert desk.finish("c1").state is LegState.DONE
    assert desk.next("c1") is None


def test_the_hall_view_tells_for_whom_a_service_is_and_its_theme_as_planned(desk: Desk) -> None:
    told = {
        each.id: (each.audience, each.theme, each.theme_en)
        for each in views.hall_view(desk.connection, HALL, desk.at).services
    }
    assert told["property"] == (Audience.PERSONAL, "不动产", "Property")
    assert told["company"] == (Audience.COMPANY, "企业", "Companies")
    assert told["enquiries"] == (Audience.BOTH, "", "")
    _, plan = views.plan_in_force(desk.connection, HALL)
    replan(desk, services=tuple(each.model_copy(update={"audience": "company"}) for each in plan.services))
    assert {each.audience for each in views.hall_view(desk.connection, HALL, desk.at).services} == {Audience.COMPANY}


def test_the_hall_view_counts_waiting_and_shows_the_latest_calls_first(desk: Desk) -> None:
    for _ in range(3):
        desk.take("tax")
    desk.open("c1")
    desk.open("c3")
    desk.next("c1")
    desk.at += MINUTE
    desk.next("c3")
    desk.start("c1")
    view = views.hall_view(desk.connection, HALL, desk.at)
    assert [(call.number, call.counter, call.state) for call in view.calls] == [
        ("B002", "3", LegState.CALLED),
        ("B001", "1", LegState.SERVING),
    ]
    assert {service.id: service.waiting for service in view.services}["tax"] == 1
    assert view.seq == feed_of(desk)[-1].seq


def test_a_holder_sees_the_own_visit_from_queue_to_end(desk: Desk) -> None:
    desk.take("tax")
    mine = desk.take("tax")
    token = desk.keys.holder_token(HALL, mine.id)

    def seen() -> tuple[LegState, int, str | None]:
        own = views.holder_view(desk.connection, token, desk.at).ticket
        return own.leg, own.ahead, own.counter

    desk.open("c1")
    assert seen() == (LegState.WAITING, 1, None)
    desk.next("c1")
    desk.serve("c1")
    assert seen() == (LegState.WAITING, 0, None)
    desk.next("c1")
    assert seen() == (LegState.CALLED, 0, "1")
    desk.serve("c1")
    assert seen() == (LegState.DONE, 0, "1")
    with refused(Refusal.TICKET_UNKNOWN):
        views.holder_view(desk.connection, f"{HALL}.guessed", desk.at)


def test_yesterdays_waiting_ticket_reads_as_closed_before_anybody_pressed_today(desk: Desk) -> None:
    taken = desk.take("tax")
    token = desk.keys.holder_token(HALL, taken.id)
    own = views.holder_view(desk.connection, token, NINE + DAY).ticket
    assert (own.state, own.leg, own.ahead) == (TicketState.CLOSED, LegState.CANCELLED, 0)


def test_every_change_is_in_the_feed_without_a_gap(desk: Desk) -> None:
    taken = desk.take("property", person=1)
    desk.printed(taken.id)
    desk.open("c2")
    desk.next("c2")
    desk.serve("c2")
    rows = feed_of(desk)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.kind for row in rows] == ["day", "ticket", "leg", "ticket", "counter", "leg", "leg", "leg", "ticket"]


def test_the_public_feed_tells_neither_who_nor_why(desk: Desk) -> None:
    desk.take("property", person=1)
    desk.open("c2")
    desk.next("c2")
    bodies = "".join(row.body for row in feed_of(desk))
    assert "张*" in bodies
    assert "现场取号" not in bodies
    assert "test" not in bodies
    why = rows(desk.connection, "SELECT why, actor FROM feed WHERE state = 'called'")
    assert why == [("现场取号 09:00，最早到", "test")]


def test_no_table_holds_an_identity_number_or_a_holders_token(desk: Desk) -> None:
    taken = desk.take("property", person=1, key="k", asked="x")
    dump = str([rows(desk.connection, f"SELECT * FROM {table.name}") for table in metadata.sorted_tables])
    assert taken.number in dump
    assert "000000198001010" not in dump
    assert desk.keys.holder_token(HALL, taken.id) not in dump


def test_no_statement_of_take_and_next_walks_the_queue(sqlite_desk: Desk) -> None:
    """What grows with the queue would show as a SCAN, or as a sort, in SQLite's own plan."""
    desk = sqlite_desk
    assert isinstance(desk.connection, SqliteConnection)
    seen: list[str] = []
    desk.take("property", person=1, key="warm", asked="x")
    desk.open("c1")
    desk.connection.driver.set_trace_callback(seen.append)
    desk.take("property", person=2, key="k", asked="x")
    desk.next("c1", key="n")
    desk.connection.driver.set_trace_callback(None)
    assert len(seen) > 15
    for statement in seen:
        for *_, step in desk.connection.driver.execute(f"EXPLAIN QUERY PLAN {statement}"):
            assert not step.startswith("SCAN"), statement
            assert not ("leg" in statement and "B-TREE" in step), statement


def test_the_tally_is_the_number_of_legs_that_wait(desk: Desk) -> None:
    mine = [desk.take("tax") for _ in range(5)]
    desk.open("c1")
    desk.next("c1")
    desk.cancel(mine[3].id)
    assert desk.connection.all(st.TALLY, hall=HALL, day="2026-03-02", service="tax") == [(Lane.WALK_IN, 3)]


def test_channel_is_kept_as_why_a_ticket_was_made(desk: Desk) -> None:
    desk.take("tax")
    assert rows(desk.connection, "SELECT why FROM feed WHERE kind = 'ticket'") == [(Channel.KIOSK,)]
