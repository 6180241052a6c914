"""One's own numbers, found by a code or a document: asking tells how each stands, and changes nothing."""

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House, refused, resident_number, serving

from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.messages import BookedFor, LegState
from jinghou_queue.desk import arriving, own_numbers
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.keys import token_hash

TEN = NINE + 60 * MINUTE


def find(desk: Desk, shown: arriving.Shown) -> list[OwnNumber]:
    return own_numbers.own_numbers(desk.connection, HALL, shown, desk.at)


def by_ticket(desk: Desk, ticket: str) -> arriving.Shown:
    """The QR code on the paper."""
    return arriving.Shown(token_hash=token_hash(desk.keys.holder_token(HALL, ticket)))


def standing(found: list[OwnNumber]) -> list[tuple[str, LegState, int, str | None]]:
    return [(each.own.number, each.own.leg, each.own.ahead, each.own.counter) for each in found]


def test_the_paper_and_the_card_find_the_same_number_and_how_many_are_ahead(desk: Desk) -> None:
    desk.take("tax")
    mine = desk.take("tax", person=1)
    for shown in (by_ticket(desk, mine.id), desk.shown(1)):
        (found,) = find(desk, shown)
        assert (found.ticket, found.own.number, found.own.ahead) == (mine.id, "B002", 1)


def test_of_several_numbers_the_one_that_is_called_comes_first_and_then_who_was_passed_over(desk: Desk) -> None:
    for service in ("enquiries", "tax", "company"):
        desk.take(service, person=1)
    desk.open("c3", "company")
    desk.next("c3")
    desk.open("c1", "tax")
    desk.next("c1")
    for button in ("recall", "recall", "miss"):
        desk.button(button, "c1")
    assert standing(find(desk, desk.shown(1))) == [
        ("D001", LegState.CALLED, 0, "3"),
        ("B001", LegState.MISSED, 0, "1"),
        ("F001", LegState.WAITING, 0, None),
    ]


def test_asking_lets_nobody_who_was_passed_over_wait_again(desk: Desk) -> None:
    mine = desk.take("tax")
    desk.open("c1", "tax")
    desk.next("c1")
    for button in ("recall", "recall", "miss"):
        desk.button(button, "c1")
    for _ in range(2):
        assert [each.own.leg for each in find(desk, by_ticket(desk, mine.id))] == [LegState.MISSED]


def test_the_code_of_a_booking_finds_the_number_it_was_checked_in_with(desk: Desk) -> None:
    booked = desk.book(TEN)
    desk.at = TEN - 30 * MINUTE
    arrived = desk.arrive(booked.id)
    (found,) = find(desk, desk.shown(booked.id))
    assert found.ticket == arrived.taken.id


def test_who_has_booked_and_not_checked_in_is_told_so_by_code_and_by_card(desk: Desk) -> None:
    booked = desk.book(TEN)
    for shown in (desk.shown(booked.id), desk.shown(1)):
        with refused(Refusal.CHECK_IN_NEEDED) as refusal:
            find(desk, shown)
        assert refusal.value.booked_for == BookedFor(starts_at=TEN)
    desk.unbook(booked.id)
    with refused(Refusal.NOT_NOW):
        find(desk, desk.shown(booked.id))
    with refused(Refusal.BOOKING_UNKNOWN):
        find(desk, desk.shown(1))


def test_a_number_that_is_over_is_told_as_over_also_tomorrow(desk: Desk) -> None:
    mine, other = desk.take("tax", person=1), desk.take("company")
    desk.cancel(mine.id)
    for shown in (by_ticket(desk, mine.id), desk.shown(1)):
        with refused(Refusal.NOT_NOW):
            find(desk, shown)
    desk.at += DAY
    with refused(Refusal.NOT_NOW):
        find(desk, by_ticket(desk, other.id))
    with refused(Refusal.BOOKING_UNKNOWN):
        find(desk, desk.shown(1))


def test_what_belongs_to_nobody_is_unknown(desk: Desk) -> None:
    for shown in (arriving.Shown(token_hash="none"), arriving.Shown(code_hash="none"), desk.shown(9)):
        with refused(Refusal.BOOKING_UNKNOWN):
            find(desk, shown)


@pytest.mark.parametrize("body", [{}, {"code": "1", "identity": {"kind": "resident", "number": resident_number(1)}}])
def test_over_http_one_thing_is_shown_and_the_answer_is_kept_by_nobody(sqlite_house: House, body: object) -> None:
    with serving(sqlite_house) as server:
        kiosk, path = sqlite_house.token(Role.TERMINAL), f"/halls/{HALL}/own-numbers"
        taken = server.call("POST", f"/halls/{HALL}/tickets", kiosk, {"service": "tax", "channel": "kiosk"}).json
        found = server.call("POST", path, kiosk, {"code": taken["url"]})
        assert [each["ticket"] for each in found.json] == [taken["id"]]
        assert found.headers["cache-control"] == "no-store"
        assert server.call("POST", path, kiosk, body).problem == "invalid-request"
