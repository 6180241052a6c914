"""Booking on the page: days and times as people are shown them, and what a typed document is worth."""

from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, NONCE, Desk, refused, replan, resident

from jinghou_config.hall import BookingPlan, CalendarPlan
from jinghou_queue.api.guesses import Guesses
from jinghou_queue.contract.messages import Channel
from jinghou_queue.desk import bookings, phone_bookings
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.web.calendar_file import calendar_file

TEN = NINE + 60 * MINUTE


def hold(desk: Desk, starts_at: int, person: int, key: str | None = None, service: str = "property") -> bookings.Booked:
    """Somebody types a document on the page."""
    place = bookings.Place(
        service=service,
        starts_at=starts_at,
        channel=Channel.PHONE,
        identity_hash=desk.keys.identity_hash(HALL, resident(person)),
        masked_name=None,
        hold=True,
        proven=False,
    )

    def sealed() -> bookings.Fresh:
        name = desk.draw()
        return name._replace(identity_sealed=desk.keys.seal(resident(person), NONCE, HALL, name.booking))

    return desk.do(partial(phone_bookings.hold_by_phone, press=desk.press(key), place=place, draw=sealed))


def test_days_are_told_with_what_is_left_and_closed_ones_as_such(desk: Desk) -> None:
    days = phone_bookings.days_offered(desk.connection, HALL, "property", NINE - MINUTE)
    assert [each.day for each in days] == [date(2026, 3, day) for day in range(2, 18)]
    assert {each.day.day for each in days if each.left is None} == {7, 8, 14, 15}
    assert days[0].left == 2 * (6 + 7)
    hold(desk, TEN, 1)
    assert phone_bookings.days_offered(desk.connection, HALL, "property", NINE)[0].left == 2 * (5 + 7) - 1
    late = phone_bookings.days_offered(desk.connection, HALL, "property", NINE + 9 * 60 * MINUTE)
    assert late[0].left == 0  # over for today, though the hall was open


def test_times_are_told_full_ones_too(desk: Desk) -> None:
    hold(desk, TEN, 1)
    hold(desk, TEN, 2)
    times = phone_bookings.times_offered(desk.connection, HALL, "property", date(2026, 3, 2), NINE)
    assert [(each.begins.strftime("%H:%M"), each.left) for each in times[:3]] == [
        ("09:30", 2),
        ("10:00", 0),
        ("10:30", 2),
    ]
    assert next(each.begins.hour for each in times if each.afternoon) == 13
    for day in (date(2026, 3, 1), date(2026, 3, 18)):
        assert phone_bookings.times_offered(desk.connection, HALL, "property", day, NINE) == []


def test_a_hold_that_was_not_confirmed_gives_its_place_free(desk: Desk) -> None:
    hold(desk, TEN, 1)
    hold(desk, TEN, 2)
    with refused(Refusal.SLOT_FULL):
        hold(desk, TEN, 3)
    desk.at += 10 * MINUTE
    assert hold(desk, TEN, 3).state == "held"


def test_the_same_press_holds_one_place_and_another_of_the_same_person_none(desk: Desk) -> None:
    first = hold(desk, TEN, 1, "p1")
    assert hold(desk, TEN, 1, "p1") == first
    with refused(Refusal.BOOKED_ALREADY):
        hold(desk, TEN, 1, "p2")


def test_a_typed_document_tells_nothing_of_its_owner(desk: Desk) -> None:
    def said(person: int) -> tuple[Refusal, str]:
        with pytest.raises(Refused) as refusal:
            hold(desk, TEN, person)
        return refusal.value.refusal, refusal.value.detail

    desk.book(TEN, 1, "property")
    desk.book(TEN + DAY, 2, "property")
    desk.book(TEN + DAY, 2, "tax")
    answers = {said(1), said(2)}
    assert len(answers) == 1
    assert "10:00" not in answers.pop()[1]


def test_a_plan_keeps_bookings_off_the_page(desk: Desk) -> None:
    assert [each.id for each in phone_bookings.bookable(desk.connection, HALL).services] == ["property", "tax"]
    with refused(Refusal.NOT_BOOKABLE):
        hold(desk, TEN, 1, service="company")
    replan(desk, booking=BookingPlan(on_page=False))
    assert phone_bookings.bookable(desk.connection, HALL).services == ()
    with refused(Refusal.NOT_BOOKABLE):
        hold(desk, TEN, 1)
    assert desk.book(TEN, 1, "property").state == "confirmed"
    replan(desk, booking=BookingPlan(), calendar=CalendarPlan())
    assert phone_bookings.bookable(desk.connection, HALL).services == ()


def test_only_documents_that_were_refused_count_as_guesses() -> None:
    guesses = Guesses(2)
    request = cast("Any", SimpleNamespace(client=SimpleNamespace(host="192.0.2.1")))

    def tries(refusal: Refusal) -> None:
        with guesses.trying(request, NINE, Refusal.TOO_MANY_TRIES, "wait", (Refusal.BOOKED_ALREADY,)):
            raise Refused(refusal, "")

    for refusal in (*[Refusal.SLOT_FULL] * 5, *[Refusal.BOOKED_ALREADY] * 2):
        with refused(refusal):
            tries(refusal)
    with refused(Refusal.TOO_MANY_TRIES):
        tries(Refusal.SLOT_FULL)


def test_a_calendars_file_folds_long_lines_and_escapes_what_is_special() -> None:
    title = "不动产登记，抵押; 变更, 转移\\注销" * 4
    file = calendar_file("b1@jinghou", NINE, TEN, TEN + 30 * MINUTE, title, "云溪", "A\nB")
    text = file.decode()
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:" + "不动产登记，抵押\\; 变更\\, 转移\\\\注销" * 4 + "\r\n" in unfolded
    assert "DESCRIPTION:A\\nB\r\n" in unfolded
    assert "DTSTART:20260302T020000Z\r\nDTEND:20260302T023000Z\r\n" in unfolded
