"""The box: a number is on disk before anybody sees it, nothing in the file can be read, and no fault loses a number."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kiosk_box import AT_9_24, DAY, HALL, MINUTE, PERSON, TOKEN, full_box, lease, open_box, wish
from msgspec import structs

from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.entries import MOST_BYTES, LostPress, first_request
from jinghou_kiosk.box.file import BoxFault
from jinghou_kiosk.box.seal import NotSealed, Seal
from jinghou_queue.contract.messages import CallView, PrintOutcome
from jinghou_queue.contract.offline import MOST_ITEMS, NumberCancelled, NumberGiven, NumberPrinted

TOMORROW = AT_9_24 + 24 * 60 * MINUTE


def given(box: Box, key: str, **other: object) -> str | None:
    found = box.give(wish(key, **other))  # type: ignore[arg-type]
    return found and found.number.number


def told(box: Box, key: str) -> NumberGiven:
    (entry,) = [entry for entry in box.oldest(100) if entry.key == key]
    assert isinstance(entry, NumberGiven)
    return entry


# Numbers


def test_numbers_are_given_in_their_order_and_each_once(tmp_path: Path) -> None:
    box = full_box(tmp_path, 2)
    assert box.at_hand(AT_9_24) == {"tax": 2}
    assert [given(box, key) for key in ("a", "b", "c")] == ["B601", "B602", None]
    assert box.at_hand(AT_9_24) == {}
    assert given(box, "d", service="property") is None


def test_the_same_press_gets_the_same_number_also_after_a_restart(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    assert given(box, "a") == "B601"
    box.close()
    again = open_box(tmp_path)
    assert given(again, "a") == "B601"
    assert (given(again, "b"), again.backlog().waiting) == ("B602", 2)


def test_the_same_person_gets_the_same_number_of_a_service_until_it_was_told(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    first, second = box.give(wish("a", identity=PERSON)), box.give(wish("b", identity=PERSON))
    assert first is not None
    assert second is not None
    assert (first.again, second) == (False, (first.number, True))
    assert box.backlog().waiting == 1
    box.forget(["a"])
    assert given(box, "c", identity=PERSON) == "B602"


def test_a_number_that_was_taken_back_is_nobodys_and_nobody_elses(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a", identity=PERSON)
    box.take_back(NumberCancelled(key="x", at=AT_9_24, ticket="tax-601"))
    assert given(box, "b", identity=PERSON) == "B602"
    assert [entry.key for entry in box.oldest(10)] == ["a", "x", "b"]


def test_numbers_end_with_their_day(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    before_midnight = AT_9_24 + (14 * 60 + 35) * MINUTE
    assert box.at_hand(before_midnight) == {"tax": 3}
    assert box.at_hand(before_midnight + MINUTE) == {}
    assert given(box, "a", at=TOMORROW) is None
    box.keep_lease(lease(1, day="2026-11-24"))
    assert (given(box, "a", at=TOMORROW), given(box, "b")) == ("B601", None)


def test_a_clock_that_jumps_to_another_day_gives_no_number_and_gives_again_when_it_is_right(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    assert given(box, "a", at=0) is None
    assert given(box, "a") == "B601"
    assert given(box, "b", at=AT_9_24 - 5 * MINUTE) == "B602"  # a small step back harms nothing


def test_numbers_of_a_hall_that_was_restored_are_thrown_away(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a")
    box.keep_hall(structs.replace(HALL, epoch="second"))
    assert box.at_hand(AT_9_24) == {}
    assert given(box, "b") is None
    assert box.backlog().waiting == 1, "what was given is told all the same"


def test_numbers_of_another_epoch_than_the_halls_are_not_given(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    box.keep_lease(lease(3, epoch="second"))
    assert given(box, "a") is None


def test_a_new_lease_does_not_bring_back_what_was_given_meanwhile(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a")
    box.keep_lease(lease(4))  # answered before the server knew
    assert [given(box, key) for key in ("b", "c", "d", "e")] == ["B602", "B603", "B604", None]


def test_without_a_hall_there_are_no_numbers(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    box.keep_lease(lease(3))
    assert (box.at_hand(AT_9_24), given(box, "a")) == ({}, None)


# What is told


def test_what_is_told_names_the_number_and_keeps_the_order_over_a_restart(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a", identity=PERSON, masked_name="张*", code="0471108152", instead_of="lost")
    box.put(NumberPrinted(key="p", at=AT_9_24, ticket="tax-601", outcome=PrintOutcome.PRINTED))
    box.put(LostPress(key="l", at=AT_9_24, press="lost", service="tax"))
    box.close()
    box = open_box(tmp_path)
    assert [entry.key for entry in box.oldest(10)] == ["a", "p", "l"]
    entry = told(box, "a")
    assert (entry.ticket, entry.identity, entry.masked_name) == ("tax-601", PERSON, "张*")
    assert (entry.code, entry.instead_of, entry.at) == ("0471108152", "lost", AT_9_24)
    assert (box.backlog().waiting, box.backlog().oldest_at) == (3, AT_9_24)


def test_a_code_that_the_server_could_not_read_does_not_cost_the_number(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a", code="x" * 201)
    assert told(box, "a").code is None


def test_a_request_holds_no_more_than_the_server_takes() -> None:
    printed = [NumberPrinted(key=str(n), at=n, ticket="t", outcome=PrintOutcome.PRINTED) for n in range(300)]
    assert len(first_request(printed)) == MOST_ITEMS
    large = [structs.replace(item, ticket="t" * 4000) for item in printed]
    assert 50 < len(first_request(large)) < MOST_BYTES / 4000
    lost = LostPress(key="l", at=0, press="p", service="tax")
    assert first_request([lost, *printed]) == []
    assert first_request([*printed[:2], lost, *printed]) == printed[:2]


def test_the_hall_is_written_when_it_changes_and_not_with_every_visitor(tmp_path: Path) -> None:
    box = open_box(tmp_path)
    changes: list[int] = []
    box.on_change = lambda: changes.append(1)
    call = CallView(number="B001", service="tax", counter="1", at=0, masked_name="欧*")
    for waiting in range(5):
        services = tuple(structs.replace(one, waiting=waiting) for one in HALL.services)
        box.keep_hall(structs.replace(HALL, seq=waiting, services=services, calls=(call,)))
    assert changes == [1]
    kept = box.hall()
    assert kept is not None
    assert (kept.services[0].id, kept.calls, kept.day) == ("tax", (), DAY)


def test_the_hall_is_opened_when_it_has_changed_and_not_at_each_press(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = full_box(tmp_path)
    opened: list[str] = []
    really = Seal.open

    def counted(seal: Seal, sealed: bytes, name: str) -> bytes:
        opened.append(name)
        return really(seal, sealed, name)

    monkeypatch.setattr(Seal, "open", counted)
    for _ in range(3):
        box.at_hand(AT_9_24)
    assert opened.count("hall") <= 1
    box.keep_hall(structs.replace(HALL, name="别处"))
    opened.clear()
    assert [box.hall(), box.hall()] == [box.hall()] * 2
    assert opened.count("hall") == 1, "what was written is what is read"


# Privacy

MARKERS = ("119999195512310027", "欧*", "0471108152", "token-601", "http://hall.invalid/t/token-601", "B601", TOKEN)


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_nothing_of_a_person_or_a_ticket_can_be_read_in_the_file_before_or_after_it_was_told(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a", identity=PERSON, masked_name="欧*", code="0471108152")
    forms = [marker.encode(form) for marker in MARKERS for form in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    forms += [marker.encode().hex().encode() for marker in MARKERS]
    before = bytes_on_disk(tmp_path)
    assert b"tax-601" in before, "the search finds what is there"
    assert [form for form in forms if form in before] == []
    box.forget(["a"])
    after = bytes_on_disk(tmp_path)
    assert [form for form in forms if form in after] == []
    assert b"tax-601" not in after, "what was told is wiped, not only marked as free"
    box.close()
    assert b"tax-601" not in bytes_on_disk(tmp_path)


def test_what_is_sealed_opens_with_its_token_and_in_its_place_alone() -> None:
    seal = Seal("one", os.urandom)
    sealed = seal.seal(b"data", "here")
    assert seal.open(sealed, "here") == b"data"
    assert seal.seal(b"data", "here") != sealed
    for other, place, bytes_ in (
        (seal, "there", sealed),
        (Seal("two", os.urandom), "here", sealed),
        (seal, "here", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (seal, "here", b"short"),
    ):
        with pytest.raises(NotSealed):
            other.open(bytes_, place)
    assert seal.mark("text") == Seal("one", os.urandom).mark("text") != Seal("two", os.urandom).mark("text")


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    full_box(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


# Faults


def fill_disk(box: Box) -> sqlite3.Connection:
    """SQLite is refused every further page, as by a full disk."""
    connection = box._file._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    return connection


def until_refused(write: Callable[[int], object]) -> int:
    """How often it went well: the pages that there are have room for a few more."""
    for done in range(200):
        try:
            write(done)
        except BoxFault:
            return done
    pytest.fail("the disk was never full")


def test_a_full_disk_gives_no_number_and_loses_none(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    connection = fill_disk(box)
    done = until_refused(lambda n: box.put(LostPress(key=f"l{n}", at=0, press="p" * 3000, service="tax")))
    done += until_refused(lambda n: box.put(LostPress(key=f"s{n}", at=0, press="p" * 50, service="tax")))
    assert box.backlog().waiting == done
    with pytest.raises(BoxFault, match="SQLITE_FULL"):
        box.give(wish("a", code="9" * 200))
    assert (box.at_hand(AT_9_24), box.backlog().waiting) == ({"tax": 3}, done)
    connection.execute("PRAGMA max_page_count = 100000")
    assert given(box, "a") == "B601", "there is room again: the number that could not be given is still there"


@pytest.mark.parametrize("harm", ["junk", "torn", "empty page"])
def test_a_broken_file_is_put_aside_and_begun_anew(tmp_path: Path, harm: str) -> None:
    full_box(tmp_path, 60).close()
    file = tmp_path / "kiosk.box"
    whole = file.read_bytes()
    broken = {"junk": b"no database" * 500, "torn": whole[: len(whole) // 2], "empty page": whole[:4096] + bytes(8192)}
    file.write_bytes(broken[harm])
    box = open_box(tmp_path)
    assert (box.hall(), box.backlog().waiting) == (None, 0)
    assert (tmp_path / f"kiosk.box.aside-{AT_9_24}").read_bytes()[:20] == broken[harm][:20]
    box.keep_hall(HALL)
    box.keep_lease(lease(1))
    assert given(box, "a") == "B601"


def test_a_row_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a")
    box._file._connection.execute("UPDATE outbox SET sealed = zeroblob(60)")
    with pytest.raises(BoxFault):
        box.oldest(10)
    assert box.oldest(10) == []
    assert (tmp_path / f"kiosk.box.aside-{AT_9_24}").exists()


def test_a_box_of_another_token_is_put_aside(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    given(box, "a")
    box.close()
    other = open_box(tmp_path, token="yunxi.another")
    assert other.backlog().waiting == 0
    other.close()
    (tmp_path / f"kiosk.box.aside-{AT_9_24}").rename(tmp_path / "kiosk.box")
    assert open_box(tmp_path).backlog().waiting == 1, "with its own token it opens again"


def test_a_folder_in_which_nothing_can_be_written_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BoxFault):
        Box(tmp_path / "none" / "kiosk.box", TOKEN, now=lambda: AT_9_24)


def kiosk_process(folder: Path, *numbers: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "kiosk_box", str(folder / "kiosk.box"), TOKEN, *map(str, numbers)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_the_second_process_on_one_box_is_refused_while_the_first_only_has_it_open(tmp_path: Path) -> None:
    box = full_box(tmp_path)
    with kiosk_process(tmp_path, AT_9_24, 1, 1) as second:
        shown, fault = second.communicate(timeout=30)
    assert (shown, second.returncode) == ("", 1)
    assert "BoxInUse: SQLITE_BUSY" in fault
    assert given(box, "a") == "B601"
    box.close()
    with kiosk_process(tmp_path, AT_9_24, 1, 1) as third:
        shown, _ = third.communicate(timeout=30)
    assert shown.split()[1] == "B602"


def test_power_cuts_at_any_moment_lose_no_number_that_was_seen_and_give_none_twice(tmp_path: Path) -> None:
    full_box(tmp_path, 60).close()
    seen: dict[str, tuple[int, int]] = {}
    visitor, cuts = 0, 0
    while visitor < 40:
        with kiosk_process(tmp_path, AT_9_24, visitor + 1, 60) as kiosk:
            assert kiosk.stdout is not None
            lines = [kiosk.stdout.readline() for _ in range(3 + cuts)]
            kiosk.kill()
            lines += kiosk.stdout.readlines()
            cuts += 1
        for line in filter(lambda line: line.endswith("\n"), lines):
            who, number, at = line.split()
            assert number not in seen
            seen[number], visitor = (int(who), int(at)), int(who)
    box = open_box(tmp_path)
    on_disk = {entry.ticket: entry.at for entry in box.oldest(1000) if isinstance(entry, NumberGiven)}
    assert {f"tax-{number[1:]}": at for number, (_, at) in seen.items()}.items() <= on_disk.items()
    assert len(on_disk) <= len(seen) + cuts, "at most the one that each cut took from before somebody's eyes"
    assert box.at_hand(AT_9_24).get("tax", 0) == 60 - len(on_disk)
