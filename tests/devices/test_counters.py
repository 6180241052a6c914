"""What devices have done, through restarts, cuts of the power, full disks and other programs."""

import errno
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jinghou_devices import counters as counters_module
from jinghou_devices.counters import CounterBook


def pages(file: Path) -> int | None:
    return CounterBook(file).values("receipt_printer").get("pages")


def test_counts_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "data" / "counters.json"  # the folder too is made
    CounterBook(file).counters("receipt_printer").add("pages")
    CounterBook(file).counters("receipt_printer").add("pages", 2)
    CounterBook(file).counters("locker").add("opens")
    assert pages(file) == 3
    assert CounterBook(file).values("locker") == {"opens": 1}


def test_without_a_file_they_count_from_the_start() -> None:
    counters = CounterBook().counters("locker")
    counters.add("opens")
    assert counters.values() == {"opens": 1}
    assert CounterBook().values("locker") == {}


def test_a_power_cut_while_writing_leaves_the_counts_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "counters.json"
    CounterBook(file).counters("receipt_printer").add("pages", 7)

    def power_cut(_descriptor: int) -> None:
        raise KeyboardInterrupt  # as nothing handles it, so nothing runs after it

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", power_cut)
        with pytest.raises(KeyboardInterrupt):
            CounterBook(file).counters("receipt_printer").add("pages")
    assert pages(file) == 7
    CounterBook(file).counters("receipt_printer").add("pages")
    assert pages(file) == 8


def test_what_a_full_disk_refused_is_written_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "counters.json"
    counters = CounterBook(file).counters("receipt_printer")
    counters.add("pages")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        counters.add("pages")
        counters.add("pages")
    assert counters.values() == {"pages": 3}
    assert pages(file) == 1
    counters.add("pages")
    assert pages(file) == 4


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00", b'{"receipt_printer": {"pag', b"[1]", b'{"a": {"b": "c"}}'])
def test_a_damaged_file_is_put_aside_and_counting_begins_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "counters.json"
    file.write_bytes(content)
    CounterBook(file).counters("receipt_printer").add("pages")
    assert pages(file) == 1
    assert (tmp_path / "counters.json.damaged").read_bytes() == content


def test_a_place_that_cannot_be_written_stops_no_device(tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_text("")
    counters = CounterBook(tmp_path / "no-folder" / "counters.json").counters("locker")
    counters.add("opens")
    assert counters.values() == {"opens": 1}


def test_a_program_that_was_stopped_in_mid_write_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters_module, "_LOCKED_S", 0.02)
    file = tmp_path / "counters.json"
    counters = CounterBook(file).counters("locker")
    with (tmp_path / ".counters.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        counters.add("opens")
        assert counters.values() == {"opens": 1}
    counters.add("opens")
    assert CounterBook(file).values("locker") == {"opens": 2}


COUNT_FIFTY = """
import sys, pathlib
from jinghou_devices import counters as counters_module
from jinghou_devices.counters import CounterBook
counters = CounterBook(pathlib.Path(sys.argv[1])).counters("receipt_printer")
for _ in range(50):
    counters.add("pages")
"""


def test_two_programs_lose_none_of_each_others_counts(tmp_path: Path) -> None:
    file = tmp_path / "counters.json"
    programs = [subprocess.Popen([sys.executable, "-c", COUNT_FIFTY, str(file)]) for _ in range(2)]
    assert [program.wait(60) for program in programs] == [0, 0]
    assert json.loads(file.read_text()) == {"receipt_printer": {"pages": 100}}
