"""A copy while the server writes, beginning again from one, and the move to PostgreSQL, all as an operator does it."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from queue_house import DEADLINE_S, HALL, MINUTE, NINE, Desk, House, rows, serving
from queue_postgres import PASSWORD, Kept, Postgres

from jinghou_queue.cli import main
from jinghou_queue.desk import views
from jinghou_queue.desk.access import Role
from jinghou_queue.store import statements as st
from jinghou_queue.store.databases import connect
from jinghou_queue.store.tables import metadata

TAKE = f"/halls/{HALL}/tickets"
BODY = {"service": "tax", "channel": "kiosk"}
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def house(sqlite_house: House) -> House:
    """On SQLite."""
    return sqlite_house


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], house: House) -> Run:
    """Runs a command on the house; its exit code and the one line it said."""

    def run(*words: str, db: str = house.url) -> tuple[int, str]:
        code = main([*words, "--db", db])
        said = "".join(capsys.readouterr())
        assert said.count("\n") == 1
        assert PASSWORD not in said
        return code, said.strip()

    return run


def a_day(house: House) -> None:
    """A morning with every kind of event, in the database."""
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys)
        desk.open("c1")
        desk.open("c2")
        for person in range(60):
            desk.at = NINE + person * MINUTE
            taken = desk.take("tax" if person % 3 else "property", person=person, key=f"k{person}", asked="x")
            if person % 7 == 0:
                desk.cancel(taken.id)
            else:
                desk.printed(taken.id)
            for counter in ("c1", "c2"):
                if person % 2 and desk.next(counter):
                    desk.serve(counter)


def view(url: str) -> object:
    with connect(url) as connection:
        return views.hall_view(connection, HALL, NINE)


def all_rows(url: str) -> dict[str, list[str]]:
    with connect(url) as connection:
        return {
            table.name: sorted(map(repr, rows(connection, f'SELECT * FROM "{table.name}"')))
            for table in metadata.sorted_tables
        }


def epoch(url: str) -> str:
    with connect(url) as connection:
        hall = connection.one(st.HALL, hall=HALL)
    assert hall is not None
    return hall.epoch


def test_a_copy_is_made_while_the_server_writes_and_is_whole(house: House, run: Run) -> None:
    a_day(house)
    kiosk = house.token(Role.TERMINAL)
    copy = house.folder / "copies" / "monday.db"
    copy.parent.mkdir()
    going, enough = threading.Event(), threading.Event()
    with serving(house) as server, ThreadPoolExecutor(1) as pool:

        def press() -> list[str]:
            given = []
            while not enough.is_set():
                given.append(server.call("POST", TAKE, kiosk, BODY).json["number"])
                going.set()
            return given

        pressing = pool.submit(press)
        assert going.wait(DEADLINE_S)
        said = run("backup", "--to", str(copy))
        enough.set()
        given = pressing.result(DEADLINE_S)
    assert said == (
        0,
        f"{copy} is a copy of {house.url}; without {house.folder}/hall.db.key it is of no use: keep both, and apart",
    )
    assert len(set(given)) == len(given)
    assert list(copy.parent.iterdir()) == [copy]
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        seq, last, count = connection.execute(
            "SELECT hall.seq, max(feed.seq), count(*) FROM hall JOIN feed USING (hall)"
        ).fetchone()
        assert seq == last == count
        assert given[0] in {number for (number,) in connection.execute("SELECT number FROM ticket")}


def test_a_backup_overwrites_nothing(house: House, run: Run) -> None:
    there = house.folder / "there"
    there.write_text("mine")
    assert run("backup", "--to", str(there)) == (
        2,
        f"jinghou-queue: {there} exists already: a backup overwrites nothing",
    )
    assert there.read_text() == "mine"
    assert run("backup", "--to", str(house.folder / "none" / "x"))[0] == 2


def test_a_damaged_database_is_not_taken_for_a_backup(house: House, run: Run) -> None:
    a_day(house)
    file = house.folder / "hall.db"
    content = bytearray(file.read_bytes())
    for place in range(20 * 4096, len(content) - 4096, 8 * 4096):
        content[place : place + 200] = b"\xff" * 200
    file.write_bytes(content)
    code, said = run("backup", "--to", str(house.folder / "copy"))
    assert (code, "hall.db" in said) == (1, True)
    assert {path.name for path in house.folder.iterdir()} == {"hall.db", "hall.db.key"}


def test_a_restored_hall_is_as_it_was_and_its_feed_has_a_new_name(house: House, run: Run) -> None:
    a_day(house)
    copy = house.folder / "copy.db"
    assert run("backup", "--to", str(copy))[0] == 0
    before, was = all_rows(house.url), epoch(house.url)
    with connect(house.url) as connection:
        Desk(connection, house.keys, at=NINE + 100 * MINUTE, _made=100).take("company")
    code, said = run("restore", "--from", str(copy))
    assert (code, f"{house.folder}/hall.db exists: with --replace it is moved aside first" in said) == (2, True)
    (house.folder / "hall.db").chmod(0o640)
    code, said = run("restore", "--from", str(copy), "--replace")
    assert (code, f"restored from {copy}; what was there is {house.folder}/hall.db.before-" in said) == (0, True)
    assert epoch(house.url) not in {was, ""}
    after = all_rows(house.url)
    assert {name for name in before if before[name] != after[name]} == {"hall"}
    assert (house.folder / "hall.db").stat().st_mode & 0o777 == 0o640
    (aside,) = house.folder.glob("hall.db.before-*Z")
    with connect(f"sqlite:///{aside}") as connection:
        assert rows(connection, "SELECT count(*) FROM ticket") == [(61,)]
    assert copy.exists()
    assert not list(house.folder.glob(".hall*"))


def test_nobody_is_logged_in_after_a_restore(house: House, run: Run) -> None:
    session = house.session(Role.MANAGER)
    copy = house.folder / "copy.db"
    assert run("backup", "--to", str(copy))[0] == 0
    with serving(house) as server:
        assert server.call("DELETE", "/session", session=session).status == 204
    assert run("restore", "--from", str(copy), "--replace")[0] == 0
    with serving(house) as server:
        assert server.call("GET", "/session", session=session).problem == "token-unknown"


def test_a_copy_is_restored_where_there_is_nothing_but_the_key(house: House, run: Run, tmp_path: Path) -> None:
    a_day(house)
    copy = house.folder / "copy.db"
    assert run("backup", "--to", str(copy))[0] == 0
    new = tmp_path / "new"
    new.mkdir()
    url = f"sqlite:///{new}/hall.db"
    code, said = run("restore", "--from", str(copy), db=url)
    assert (code, "hall.db.key: the key file cannot be read" in said) == (2, True)
    assert not (new / "hall.db").exists()
    (new / "hall.db.key").write_bytes((house.folder / "hall.db.key").read_bytes())
    (new / "hall.db.key").chmod(0o600)
    assert run("restore", "--from", str(copy), db=url)[0] == 0
    with serving(House(new, house.keys, url)) as server:
        assert server.outside("/healthz").json["halls"] == 1


def test_nothing_is_restored_over_a_server_that_runs(house: House, run: Run) -> None:
    copy = house.folder / "copy.db"
    assert run("backup", "--to", str(copy))[0] == 0
    with serving(house):
        code, said = run("restore", "--from", str(copy), "--replace")
    assert (code, "is being served already; stop that server first" in said) == (2, True)


def test_what_is_not_a_copy_of_ours_is_not_restored(house: House, run: Run) -> None:
    text, other = house.folder / "text", house.folder / "other.db"
    text.write_text("this is not a database, however long one looks at it" * 30)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    before = all_rows(house.url)
    for source, code in ((text, 1), (other, 2), (house.folder / "none", 2)):
        assert run("restore", "--from", str(source), "--replace")[0] == code
    key = house.folder / "hall.db.key"
    assert run("backup", "--to", str(house.folder / "copy"))[0] == 0
    key.write_text("00" * 32 + "\n")
    said = run("restore", "--from", str(house.folder / "copy"), "--replace")
    assert (said[0], "is not the key that hall yunxi was made with" in said[1]) == (2, True)
    assert all_rows(house.url) == before
    assert not list(house.folder.glob("*.before-*"))


def test_postgresql_is_backed_up_with_its_own_tools(run: Run, kept: Kept) -> None:
    kept.restore()
    url = kept.url
    code, said = run("backup", "--to", "x", db=url)
    assert (code, "pg_dump --format=custom" in said) == (2, True)
    code, said = run("restore", "--from", "x", db=url)
    assert (code, "pg_restore" in said) == (2, True)
    was = epoch(url)
    assert run("restored", db=url)[0] == 0
    assert epoch(url) != was


def test_a_day_moves_to_postgresql_whole_and_goes_on_there(
    house: House, run: Run, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(house)
    kiosk = house.token(Role.TERMINAL)
    before, seen = all_rows(house.url), view(house.url)
    monkeypatch.setenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE", str(house.folder / "hall.db.key"))
    with postgres.database() as url:
        code, said = run("move", "--to", url)
        assert (code, "is not initialised" in said) == (2, True)
        assert run("init", db=url)[0] == 0
        code, said = run("move", "--to", url)
        count = sum(map(len, before.values()))
        assert (code, f"{count} rows of {len(before)} tables are in postgresql://jinghou:***@" in said) == (0, True)
        assert all_rows(url) == before
        assert view(url) == seen
        code, said = run("move", "--to", url)
        assert (code, "is not empty" in said) == (2, True)
        with serving(House(house.folder, house.keys, url)) as server:
            assert server.call("POST", TAKE, kiosk, BODY).status == 201


def test_move_goes_one_way_only_and_not_while_the_hall_is_served(house: House, run: Run, kept: Kept) -> None:
    assert run("move", "--to", house.url)[0] == 2
    kept.restore()
    code, said = run("move", "--to", kept.url)
    assert (code, "is not empty" in said) == (2, True)
