"""Who came is forgotten after the days that the plan keeps names; what happened stays."""

from functools import partial

import pytest
from queue_house import DAY, HALL, NINE, Desk, House, rows

from jinghou_queue.desk import erasing
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.records import Checked, check_page
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.store.databases import connect

KEPT = 30  # the sample hall's plan does not say otherwise
PEOPLE = "SELECT number, masked_name, identity_hash FROM ticket ORDER BY day, number"
FIGURES = (
    "SELECT number, day, service, state, taken_at FROM ticket ORDER BY day, number",
    "SELECT ticket, step, state, counter, entered_at, called_at, started_at, ended_at FROM leg ORDER BY ticket, step",
    "SELECT day, service, what, bucket, count FROM pace ORDER BY day, service, what, bucket",
    "SELECT seq, at, kind, subject, state, why, chain FROM feed WHERE kind <> 'day' ORDER BY seq",
)


def visit(desk: Desk, person: int) -> None:
    """One person comes, is called and served."""
    desk.take("tax", person)
    desk.next("c1")
    desk.serve("c1")


def keep(desk: Desk, days: int) -> None:
    """The server's upkeep, so many days after the first visits."""
    at = NINE + days * DAY
    desk.do(partial(keep_hall, press=Press(HALL, "server", at)))


def named_events(desk: Desk) -> int:
    return len(rows(desk.connection, "SELECT seq FROM feed WHERE body LIKE '%张*%'"))


@pytest.fixture
def open_desk(desk: Desk) -> Desk:
    desk.open("c1")
    return desk


def test_names_and_identities_go_once_the_plan_keeps_them_no_longer(open_desk: Desk) -> None:
    visit(open_desk, 1)
    keep(open_desk, KEPT)
    assert rows(open_desk.connection, PEOPLE)[0][1:] != (None, None)
    assert named_events(open_desk) == 4
    keep(open_desk, KEPT + 1)
    assert rows(open_desk.connection, PEOPLE) == [("B001", None, None)]
    assert named_events(open_desk) == 0


def test_figures_and_links_stay_as_they_were(open_desk: Desk) -> None:
    for person in range(3):
        visit(open_desk, person)
    keep(open_desk, KEPT)  # begins the days of later presses
    before = [rows(open_desk.connection, figures) for figures in FIGURES]
    keep(open_desk, KEPT + 1)
    assert [rows(open_desk.connection, figures) for figures in FIGURES] == before
    assert check_page(open_desk.connection, HALL, Checked()).complete
    assert rows(open_desk.connection, "SELECT actor, action, subject, detail FROM audit") == [
        ("server", "erase", "2026-03-02", "3 tickets")
    ]


def test_younger_visits_keep_their_names(open_desk: Desk) -> None:
    visit(open_desk, 1)
    open_desk.at = NINE + DAY
    visit(open_desk, 2)
    keep(open_desk, KEPT + 1)
    old, young = rows(open_desk.connection, PEOPLE)
    assert old[1:] == (None, None)
    assert young[1] == "张*"
    assert named_events(open_desk) == 4


def test_one_press_takes_one_day_and_one_page_and_the_next_goes_on(
    open_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "PAGE", 5)
    for day in range(3):
        open_desk.at = NINE + day * DAY
        visit(open_desk, day)
    left = []
    for _ in range(6):
        keep(open_desk, KEPT + 3)
        named = [name for _, name, _ in rows(open_desk.connection, PEOPLE) if name is not None]
        left.append((len(named), named_events(open_desk)))
    assert left[0][0] == 2
    assert left[0][1] > 0
    assert left == sorted(left, reverse=True)
    assert left[-1] == (0, 0)


def test_no_name_is_passed_over_when_the_clock_ran_ahead_for_a_while(open_desk: Desk) -> None:
    for day in (3, 1):
        open_desk.at = NINE + day * DAY
        visit(open_desk, day)
    for days in (KEPT + 2, KEPT + 4, KEPT + 4):
        keep(open_desk, days)
    assert named_events(open_desk) == 0


def test_an_old_hall_without_visits_has_nothing_to_erase(desk: Desk) -> None:
    keep(desk, 0)
    keep(desk, KEPT + 1)
    assert rows(desk.connection, "SELECT action FROM audit") == []


def test_nothing_of_an_erased_visit_is_left_in_the_database_file(sqlite_house: House) -> None:
    with connect(sqlite_house.url) as connection:
        desk = Desk(connection, sqlite_house.keys)
        desk.open("c1")
        visit(desk, 1)
        ((identity_hash, identity_sealed),) = rows(connection, "SELECT identity_hash, identity_sealed FROM ticket")
    traces = ["张*".encode(), identity_hash.encode(), identity_sealed.encode()]

    def found() -> list[bytes]:
        files = [file.read_bytes() for file in sqlite_house.folder.glob("hall.db*")]
        return [trace for trace in traces if any(trace in content for content in files)]

    assert found() == traces
    with connect(sqlite_house.url) as connection:
        keep(Desk(connection, sqlite_house.keys), KEPT + 1)
    assert found() == []
