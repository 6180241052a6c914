"""What a manager looks at, on both databases: the hall's counts, and who did what by day and person."""

from functools import partial

from queue_house import DAY, HALL, MINUTE, NINE, Desk

from jinghou_queue.contract.messages import CounterState
from jinghou_queue.desk import staff
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.hall_watch import AUDIT_PAGE, audit_page, hall_watch
from jinghou_queue.rules.needs import NeedKind


def hire(desk: Desk, login: str, actor: str = "manager:wangli") -> None:
    new = staff.NewStaff(login, "王丽", Role.CLERK, "none")
    desk.do(partial(staff.add_staff, press=Press(HALL, actor, desk.at), new=new))


def test_the_counts_of_a_day_are_what_happened(desk: Desk) -> None:
    desk.open("c1")
    for _ in range(4):
        desk.take("tax")
    desk.at += 10 * MINUTE
    desk.next("c1")
    desk.start("c1")
    desk.at += 5 * MINUTE
    desk.finish("c1")
    desk.next("c1")
    watch = hall_watch(desk.connection, HALL, desk.at)
    today = watch.today
    assert (today.taken, today.waiting, today.at_counters, today.done, today.missed) == (4, 2, 1, 1, 0)
    assert (today.waited_ms, today.served_ms) == (10 * MINUTE, 5 * MINUTE)
    first = watch.counters[0]
    assert (first.state, first.number, first.serving, first.done) == (CounterState.OPEN, "B002", False, 1)
    tax = next(service for service in watch.services if service.id == "tax")
    assert (tax.waiting, tax.since, tax.open_at) == (2, NINE, ("1",))


def test_a_new_day_begins_with_nothing(desk: Desk) -> None:
    desk.take("tax")
    assert [need.kind for need in hall_watch(desk.connection, HALL, desk.at).needs] == [NeedKind.NO_COUNTER]
    tomorrow = hall_watch(desk.connection, HALL, desk.at + DAY)
    assert (tomorrow.today.taken, tomorrow.today.waiting, tomorrow.needs) == (0, 0, ())


def test_the_records_are_read_by_day_and_person_and_page(desk: Desk) -> None:
    for number in range(AUDIT_PAGE + 2):
        hire(desk, f"1{number:04}")
    desk.at += DAY
    hire(desk, "late", "manager:li_na")
    hire(desk, "later", "manager:liana")  # _ is no wildcard
    read = partial(audit_page, desk.connection, HALL)
    assert [line.subject for line in read(day="2026-03-03")] == ["later", "late"]
    assert [line.subject for line in read(who="li_na")] == ["late"]
    first = read(who="wangli")
    assert len(first) == AUDIT_PAGE + 1  # one more, which says that there are others
    rest = read(who="wangli", before=first[AUDIT_PAGE - 1].seq)
    assert [line.subject for line in rest] == ["10001", "10000"]
    assert read(day="2026-03-01") == []
