"""Estimates in the answers: from what was measured in the hall, looked up for whoever asks."""

from collections.abc import AsyncIterator

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House

from jinghou_queue.desk.earlier import Earlier
from jinghou_queue.desk.measure import Seen, hall_now
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.store import Store
from jinghou_queue.store.databases import connect, open_store

TAX_MINUTES = 8


@pytest.fixture
async def store(house: House) -> AsyncIterator[Store]:
    """The hall's database, as a server has it."""
    store = open_store(house.url, lambda _: None)
    yield store
    store.close()


def serve_a_morning(house: House, people: int, waiting: int) -> int:
    """Counter 1 serves so many people, 8 minutes each, and then others wait; when that is."""
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys)
        desk.open("c1", "tax")
        for _ in range(people):
            desk.take("tax")
            desk.next("c1")
            desk.start("c1")
            desk.at += TAX_MINUTES * MINUTE
            desk.finish("c1")
        for _ in range(waiting):
            desk.take("tax")
        return desk.at


async def test_a_newcomer_is_told_how_long_it_will_take(house: House, store: Store) -> None:
    at = serve_a_morning(house, people=10, waiting=5)
    outlooks = Outlooks()
    assert outlooks.estimate(HALL, "tax", 5) is None
    await outlooks.refresh(store, HALL, at)
    near, far = (outlooks.estimate(HALL, "tax", ahead) for ahead in (1, 5))
    assert near is not None
    assert far is not None
    assert TAX_MINUTES * 0.5 <= near.p50 <= TAX_MINUTES * 3
    assert TAX_MINUTES * 3 <= far.p50 <= TAX_MINUTES * 8
    assert near.p50 < far.p50 <= far.p90


async def test_nobody_is_promised_a_wait_where_no_counter_is_open(house: House, store: Store) -> None:
    at = serve_a_morning(house, people=1, waiting=1)
    outlooks = Outlooks()
    await outlooks.refresh(store, HALL, at)
    assert outlooks.estimate(HALL, "residence", 0) is None


async def test_a_hall_that_nobody_has_is_passed_over(store: Store) -> None:
    outlooks = Outlooks()
    await outlooks.refresh(store, "atlantis", NINE)
    assert outlooks.estimate("atlantis", "tax", 0) is None


def seen(desk: Desk, known: Earlier | None = None) -> Seen:
    """The hall as its server sees it now."""
    found = hall_now(desk.connection, HALL, desk.at, known)
    assert found is not None
    return found


def test_what_was_parked_is_no_service_time(desk: Desk) -> None:
    desk.open("c1", "tax")
    desk.take("tax")
    desk.next("c1")
    desk.at += MINUTE
    desk.start("c1")
    desk.button("park", "c1")
    desk.at += 60 * MINUTE
    desk.resume("c1")
    desk.at += 4 * MINUTE
    desk.finish("c1")
    paces = seen(desk).paces
    assert 3.5 * MINUTE <= paces.services["tax"].today.mean_ms <= 4.5 * MINUTE
    assert 0.8 * MINUTE <= paces.walk.today.mean_ms <= 1.2 * MINUTE


def test_times_of_earlier_days_count_as_earlier(desk: Desk) -> None:
    desk.open("c1", "tax")
    desk.take("tax")
    desk.next("c1")
    desk.serve("c1")
    desk.at += DAY
    paces = seen(desk).paces
    assert (paces.services["tax"].earlier.total, paces.services["tax"].today.total) == (1, 0)


def test_earlier_days_are_read_once_a_day_and_anew_on_the_next(desk: Desk) -> None:
    desk.open("c1", "tax")
    desk.take("tax")
    desk.next("c1")
    desk.at += DAY
    desk.take("tax")
    first = seen(desk)
    again = seen(desk, first.earlier)
    assert again.earlier is first.earlier
    assert again == first
    desk.at += DAY
    assert seen(desk, first.earlier).earlier == seen(desk).earlier != first.earlier
