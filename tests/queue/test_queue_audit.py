"""The records' chains: what was written stays provable, and whoever changes a line is found out."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, cast

import pytest
from queue_house import HALL, Desk, House, change, rows

from jinghou_queue.cli import main as cli
from jinghou_queue.desk import tickets
from jinghou_queue.desk.records import Checked, check_page
from jinghou_queue.store import Connection, Query, Value
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store.databases import connect


@pytest.fixture
def busy(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A hall where somebody was called and two people were let go first."""
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys)
        desk.open("c1")
        for why in ("军人", "孕妇"):
            taken = desk.take("tax")
            desk.do(partial(tickets.grant_priority, press=desk.press(), ticket=taken.id, why=why))
        desk.next("c1")
    return house


def verify(house: House) -> int:
    return cli(["audit", "verify", "--db", house.url])


def test_untouched_records_are_unbroken(busy: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(busy) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{HALL}: 9 events, 2 audit lines, unbroken\n")


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE feed SET actor = 'nobody' WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET at = at + 1 WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET subject = 'other' WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET state = 'void' WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET was = 'open' WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET why = 'a better reason' WHERE seq = 9", "event 9 is not as it was written"),
        ("UPDATE feed SET kind = 'leg' WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET chain = '' WHERE seq = 3", "event 3 is not as it was written"),
        ("UPDATE feed SET body = replace(body, '001', '099') WHERE seq = 4", "event 4 is not as it was written"),
        ("UPDATE feed SET body = 'no event' WHERE seq = 4", "event 4 is not as it was written"),
        ("DELETE FROM feed WHERE seq = 4", "event 4 is missing"),
        ("DELETE FROM feed WHERE seq = 9", "events at the end are missing"),
        ("UPDATE audit SET detail = '领导' WHERE seq = 1", "audit line 1 is missing or not as it was written"),
        ("DELETE FROM audit WHERE seq = 1", "audit line 1 is missing or not as it was written"),
        ("UPDATE audit SET subject = 'other' WHERE seq = 1", "audit line 1 is missing or not as it was written"),
        ("DELETE FROM audit WHERE seq = 2", "lines at the end are missing"),
        ("DELETE FROM audit", "lines at the end are missing"),
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", "audit line 2 is missing or not as it was written"),
        ("UPDATE audit SET at = at + 1 WHERE seq = 2", "audit line 2 is missing or not as it was written"),
        ("UPDATE audit SET action = 'erase' WHERE seq = 1", "audit line 1 is missing or not as it was written"),
    ],
)
def test_whoever_changes_a_record_is_found_out(
    busy: House, capsys: pytest.CaptureFixture[str], tampering: str, said: str
) -> None:
    with connect(busy.url) as connection:
        change(connection, tampering)
    assert verify(busy) == 1
    assert said in capsys.readouterr().err


def test_two_events_in_each_others_place_are_found_out(busy: House, capsys: pytest.CaptureFixture[str]) -> None:
    with connect(busy.url) as connection:
        for was, becomes in ((3, 0), (4, 3), (0, 4)):
            change(connection, f"UPDATE feed SET seq = {becomes} WHERE seq = {was}")
    assert verify(busy) == 1
    assert "event 3 is not as it was written" in capsys.readouterr().err


def test_events_from_before_there_were_links_are_counted_as_such(
    busy: House, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(busy.url) as connection:
        change(connection, "UPDATE feed SET chain = ''")
        change(connection, "UPDATE hall SET chain = ''")
    assert verify(busy) == 0
    assert "9 events (9 from before there were links)" in capsys.readouterr().out


def test_what_staff_did_can_be_read(busy: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["audit", "show", "--db", busy.url, "--last", "1"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("孕妇")
    assert "priority" in line


def test_a_masked_name_may_be_erased_one_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    with connect(house.url) as connection:
        Desk(connection, house.keys).take("property", person=1)
        assert rows(connection, "SELECT count(*) FROM feed WHERE body LIKE '%张%'")[0][0] == 1
        change(connection, """UPDATE feed SET body = replace(body, '"张*"', 'null')""")
    assert verify(house) == 0


class PressedMeanwhile:
    """A connection; before its records are read, somebody presses in the hall if the database lets them."""

    def __init__(self, connection: Connection, press: Callable[[], object]) -> None:
        self._connection = connection
        self._press = press

    def all(self, query: Query[Any], **values: Value) -> list[Any]:
        if query is rs.RECORDS:
            self._press()
        return self._connection.all(query, **values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_a_hall_at_work_is_not_taken_for_a_broken_one(busy: House) -> None:
    def press() -> str:
        with connect(busy.url) as connection:
            return Desk(connection, busy.keys, _made=100).take("enquiries").number

    with ThreadPoolExecutor(1) as pool:
        pressing: list[Future[str]] = []

        def press_and_give_it_time() -> None:
            pressing.append(pool.submit(press))
            with suppress(TimeoutError):
                pressing[0].result(0.5)

        with connect(busy.url) as connection:
            checked = check_page(
                cast("Connection", PressedMeanwhile(connection, press_and_give_it_time)), HALL, Checked()
            )
        assert (checked.events, checked.complete) == (9, True)
        assert pressing[0].result(20) == "F001"
    assert verify(busy) == 0
