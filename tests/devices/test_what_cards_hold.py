"""What a reader reads beside the base of a card, what it says of itself, and what it counts."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from devices.simulators import Sim, Watched, until

from jinghou_config.settings import ConfigError
from jinghou_devices.errors import Cancelled, DeviceRefused
from jinghou_devices.kinds.common import Kind, Lease, Tri
from jinghou_devices.kinds.id_reader import CardKind, IdReader

Open = Callable[..., Watched]
Start = Callable[..., Sim]
PHOTO = bytes(range(256)) * 4  # as the simulator's cards have it


def reader_of(watched: Watched) -> IdReader:
    watched.station.wait_online(Kind.ID_READER)
    assert watched.station.id_reader is not None
    return watched.station.id_reader


def test_an_address_added_later_is_read_when_asked_for(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port, new_address=True))
    sam_sim.ask("place", new_address="静候区云溪路7号")
    assert reader.wait_for_card(Lease("a"), 5).result(5).new_address == "静候区云溪路7号"


def test_a_card_without_an_added_address_has_an_empty_one(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port, new_address=True))
    sam_sim.ask("place")
    assert reader.wait_for_card(Lease("a"), 5).result(5).new_address == ""


def test_what_was_not_asked_for_is_not_known(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port))
    sam_sim.ask("place", new_address="静候区云溪路7号", fingerprint="two")
    card = reader.wait_for_card(Lease("a"), 5).result(5)
    assert (card.new_address, card.management_number, card.fingerprint) == (None, None, None)


def test_only_residents_are_asked_for_an_added_address(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port, new_address=True))
    sam_sim.ask("place", kind="hmt")
    assert reader.wait_for_card(Lease("a"), 5).result(5).new_address is None


def test_the_number_of_the_card_itself_is_read_when_asked_for(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port, management_number=True))
    number = sam_sim.ask("place")["management_number"]
    assert reader.wait_for_card(Lease("a"), 5).result(5).management_number == number


@pytest.mark.parametrize(("fingers", "size"), [("none", 0), ("one", 512), ("two", 1024)])
def test_fingerprints_are_kept_only_when_asked_for(sam_sim: Sim, open_station: Open, fingers: str, size: int) -> None:
    reader = reader_of(open_station(reader=sam_sim.port, fingerprint=True))
    person = sam_sim.ask("place", fingerprint=fingers)["person"]
    card = reader.wait_for_card(Lease("a"), 5).result(5)
    assert card.number == person["number"]
    assert card.fingerprint is not None
    assert len(card.fingerprint) == size


def test_an_old_reader_that_knows_only_the_base_still_reads_it(start_sim: Start, open_station: Open) -> None:
    sim = start_sim("sam", "--fault", "base_only")
    reader = reader_of(open_station(reader=sim.port, new_address=True, management_number=True, fingerprint=True))
    person = sim.ask("place", new_address="静候区云溪路7号")["person"]
    card = reader.wait_for_card(Lease("a"), 5).result(5)
    assert card.number == person["number"]
    assert (card.new_address, card.management_number, card.fingerprint) == (None, None, None)
    assert reader.check_health().result(5).sam_id is None


def test_a_reader_that_takes_its_time_is_waited_for(sam_sim: Sim, open_station: Open) -> None:
    sam_sim.fault("slow_read")
    reader = reader_of(open_station(reader=sam_sim.port))
    person = sam_sim.ask("place")["person"]
    assert reader.wait_for_card(Lease("a"), 10).result(10).number == person["number"]


def test_cards_of_2023_can_be_switched_off(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port, foreigner_2023=False))
    sam_sim.ask("place", kind="foreigner_2023")
    with pytest.raises(DeviceRefused, match="type 'Y' is not known"):
        reader.wait_for_card(Lease("a"), 5).result(5)


def test_a_wrong_number_on_a_card_is_told_and_the_card_is_read(sam_sim: Sim, open_station: Open) -> None:
    reader = reader_of(open_station(reader=sam_sim.port))
    sam_sim.ask("place", number="100000199003077890")
    card = reader.wait_for_card(Lease("a"), 5).result(5)
    assert (card.kind, card.number_valid) == (CardKind.RESIDENT, False)


def test_a_reader_says_which_security_module_it_has_and_is_asked_once(sam_sim: Sim, open_station: Open) -> None:
    watched = open_station(reader=sam_sim.port)
    reader = reader_of(watched)
    status = reader.check_health().result(5)
    assert (status.sam_ready, status.sam_id) == (Tri.YES, "05.01-00000999-0000000001-0000000002")
    assert reader.check_health().result(5).sam_id == status.sam_id
    asked = [
        str(exchange) for exchange in watched.station.trace(Kind.ID_READER).exchanges() if "12 FF EE" in str(exchange)
    ]
    assert len(asked) == 1


def test_reads_and_failed_reads_are_counted(sam_sim: Sim, open_station: Open) -> None:
    watched = open_station(reader=sam_sim.port)
    reader = reader_of(watched)
    sam_sim.fault("not_genuine")
    sam_sim.ask("place")
    with pytest.raises(DeviceRefused):
        reader.wait_for_card(Lease("a"), 5).result(5)
    following = reader.wait_for_card(Lease("b"), 5)
    asked = sam_sim.ask("lift") and sam_sim.ask("status")["commands"]
    until(lambda: sam_sim.ask("status")["commands"] > asked)
    sam_sim.fault("not_genuine", "off")
    sam_sim.ask("place")
    following.result(5)
    until(lambda: dict(watched.station.counters(Kind.ID_READER)) == {"reads": 1, "failed_reads": 1})


class TestLeftBehind:
    """A card that lies there when its session is over."""

    def test_is_told_within_three_seconds_and_again_when_it_is_lifted(self, sam_sim: Sim, open_station: Open) -> None:
        sam_sim.fault("finds_again")
        reader = reader_of(open_station(reader=sam_sim.port))
        told: list[bool] = []
        reader.watch_left_behind(told.append)
        sam_sim.ask("place")
        lease = Lease("a")
        reader.wait_for_card(lease, 5).result(5)
        assert told == []
        lease.end()
        until(lambda: told == [True], 3.0)
        assert reader.check_health().result(5).left_behind is Tri.YES
        sam_sim.ask("lift")
        until(lambda: told == [True, False], 3.0)
        assert reader.check_health().result(5).left_behind is Tri.NO

    def test_is_not_known_of_any_more_when_the_reader_goes_away_and_nobody_waits(
        self, sam_sim: Sim, open_station: Open
    ) -> None:
        sam_sim.fault("finds_again")
        reader = reader_of(open_station(reader=sam_sim.port))
        told: list[bool] = []
        reader.watch_left_behind(told.append)
        sam_sim.ask("place")
        lease = Lease("a")
        reader.wait_for_card(lease, 5).result(5)
        lease.end()
        until(lambda: told == [True], 3.0)
        sam_sim.ask("unplug")
        until(lambda: told == [True, False], 10.0)

    def test_is_told_also_while_the_next_person_waits(self, sam_sim: Sim, open_station: Open) -> None:
        sam_sim.fault("finds_again")
        reader = reader_of(open_station(reader=sam_sim.port))
        told: list[bool] = []
        reader.watch_left_behind(told.append)
        sam_sim.ask("place")
        lease = Lease("a")
        reader.wait_for_card(lease, 5).result(5)
        lease.end()
        following = reader.wait_for_card(Lease("b"), 10)
        until(lambda: told == [True], 3.0)
        sam_sim.ask("lift")
        until(lambda: told == [True, False], 3.0)
        person = sam_sim.ask("place")["person"]
        assert following.result(5).number == person["number"]
        assert told == [True, False]

    def test_is_not_told_of_a_card_that_was_lifted_in_time(self, sam_sim: Sim, open_station: Open) -> None:
        sam_sim.fault("finds_again")
        reader = reader_of(open_station(reader=sam_sim.port, finds_again="yes"))
        told: list[bool] = []
        reader.watch_left_behind(told.append)
        sam_sim.ask("place")
        lease = Lease("a")
        reader.wait_for_card(lease, 5).result(5)
        asked = sam_sim.ask("lift") and sam_sim.ask("status")["commands"]
        until(lambda: sam_sim.ask("status")["commands"] > asked)
        lease.end()
        asked = sam_sim.ask("status")["commands"]
        reader.wait_for_card(Lease("b"))
        until(lambda: sam_sim.ask("status")["commands"] > asked + 2)
        assert told == []
        assert reader.check_health().result(5).left_behind is Tri.NO

    @pytest.mark.parametrize(("option", "says"), [("auto", Tri.UNKNOWN), ("no", None)])
    def test_a_reader_that_finds_a_card_once_does_not_pretend_to_know(
        self, sam_sim: Sim, open_station: Open, option: str, says: Tri | None
    ) -> None:
        reader = reader_of(open_station(reader=sam_sim.port, finds_again=option))
        told: list[bool] = []
        reader.watch_left_behind(told.append)
        sam_sim.ask("place")
        lease = Lease("a")
        reader.wait_for_card(lease, 5).result(5)
        lease.end()
        asked = sam_sim.ask("status")["commands"]
        reader.wait_for_card(Lease("b"))
        until(lambda: sam_sim.ask("status")["commands"] > asked + 2)
        assert told == []
        assert reader.check_health().result(5).left_behind is says

    def test_a_watcher_that_breaks_does_not_stop_the_reader(self, sam_sim: Sim, open_station: Open) -> None:
        sam_sim.fault("finds_again")
        reader = reader_of(open_station(reader=sam_sim.port))

        def break_down(_left: bool) -> None:
            raise RuntimeError

        told: list[bool] = []
        reader.watch_left_behind(break_down)
        reader.watch_left_behind(told.append)
        sam_sim.ask("place")
        lease = Lease("a")
        reader.wait_for_card(lease, 5).result(5)
        lease.end()
        until(lambda: told == [True], 3.0)


def run(command: str, sim: Sim, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "jinghou_devices.cli", command, "--driver", "sam", "--port", sim.port]
    return subprocess.run([*line, *words], capture_output=True, text=True, timeout=30, check=False)


class TestCommandLine:
    """What a technician sees of all this."""

    def test_a_card_is_shown_with_all_it_holds_and_masked(self, sam_sim: Sim) -> None:
        placed = sam_sim.ask("place", kind="hmt", fingerprint="one", new_address="静候区云溪路7号")
        options = ("new_address", "management_number", "fingerprint")
        words = [word for name in options for word in ("--option", f"{name}=true")]
        done = run("read-card", sam_sim, "--json", *words)
        assert (done.returncode, done.stderr) == (0, "")
        fields = json.loads(done.stdout)
        number = placed["management_number"]
        assert fields["management_number"] == number[:3] + "*" * (len(number) - 7) + number[-4:]
        assert (fields["issue_count"], fields["number_valid"], fields["photo"]) == ("01", True, "not decoded")
        assert fields["fingerprint"] == "512 bytes"

    def test_an_added_address_is_shown_in_full_only_when_asked_for(self, sam_sim: Sim) -> None:
        sam_sim.ask("place", new_address="静候区云溪路7号")
        masked = json.loads(run("read-card", sam_sim, "--json", "--option", "new_address=true").stdout)
        assert masked["new_address"] == "***"
        sam_sim.ask("place", new_address="静候区云溪路7号")
        shown = json.loads(run("read-card", sam_sim, "--json", "--reveal", "--option", "new_address=true").stdout)
        assert shown["new_address"] == "静候区云溪路7号"

    def test_a_reader_is_asked_how_and_which_it_is(self, sam_sim: Sim) -> None:
        done = run("reader-status", sam_sim, "--json", "--option", "finds_again=no")
        assert (done.returncode, json.loads(done.stdout)) == (
            0,
            {
                "link": "online",
                "sam_ready": "yes",
                "sam_id": "05.01-00000999-0000000001-0000000002",
                "left_behind": None,
            },
        )
        sam_sim.fault("self_test")
        failed = run("reader-status", sam_sim, "--json")
        assert (failed.returncode, json.loads(failed.stdout)["sam_ready"]) == (1, "no")

    def test_a_reader_is_set_to_another_speed_and_tried_at_it(self, sam_sim: Sim) -> None:
        done = run("reader-speed", sam_sim, "19200")
        assert (done.returncode, done.stderr) == (0, "")
        assert "baud = 19200" in done.stdout
        assert sam_sim.ask("status")["baud"] == 19200

    def test_a_reader_that_cannot_change_its_speed_says_so(self, sam_sim: Sim) -> None:
        sam_sim.fault("base_only")
        done = run("reader-speed", sam_sim, "19200")
        assert done.returncode == 1
        assert "does not know the command" in done.stderr


class TestPhoto:
    """Decoding by another's program."""

    @pytest.fixture
    def decoder(self, tmp_path: Path) -> Callable[[str], str]:
        def write(body: str) -> str:
            script = tmp_path / "a decoder.py"
            script.write_text(f"import os, sys, time\nwlt = sys.stdin.buffer.read()\n{body}\n")
            return f"{sys.executable} '{script}'"

        return write

    def photo(self, sim: Sim, open_station: Open, command: str, deadline_s: float = 10) -> bytes | None:
        reader = reader_of(open_station(reader=sim.port, photo_decoder=command))
        sim.ask("place")
        lease = Lease("a")
        card = reader.wait_for_card(lease, 5).result(5)
        assert card.photo_wlt == PHOTO
        return reader.photo_of(card, lease, deadline_s).result(15)

    def test_is_what_the_program_makes_of_it(
        self, sam_sim: Sim, open_station: Open, decoder: Callable[[str], str]
    ) -> None:
        command = decoder("sys.stdout.buffer.write(b'BM' + wlt[::-1])")
        assert self.photo(sam_sim, open_station, command) == b"BM" + PHOTO[::-1]

    def test_is_not_there_without_a_program(self, sam_sim: Sim, open_station: Open) -> None:
        assert self.photo(sam_sim, open_station, "") is None

    @pytest.mark.parametrize(
        "body",
        [
            "os.abort()",
            "sys.exit(1)",
            "sys.stdout.write('no picture')",
            "sys.stdout.buffer.write(b'BM' + bytes(2 << 20))",
        ],
        ids=["crash", "failure", "nonsense", "much too much"],
    )
    def test_is_not_there_when_the_program_fails(
        self, sam_sim: Sim, open_station: Open, decoder: Callable[[str], str], body: str
    ) -> None:
        assert self.photo(sam_sim, open_station, decoder(body)) is None

    def test_is_not_there_when_there_is_no_such_program(self, sam_sim: Sim, open_station: Open) -> None:
        assert self.photo(sam_sim, open_station, "/nowhere/decoder") is None

    def test_a_program_that_hangs_is_ended_with_whatever_it_started(
        self, sam_sim: Sim, open_station: Open, decoder: Callable[[str], str], tmp_path: Path
    ) -> None:
        pids = tmp_path / "pids"
        command = decoder(f"child = os.fork()\nopen({str(pids)!r}, 'a').write(str(os.getpid()) + ' ')\ntime.sleep(600)")
        begun = time.monotonic()
        assert self.photo(sam_sim, open_station, command, deadline_s=2.0) is None
        assert time.monotonic() - begun < 10
        left = [int(pid) for pid in pids.read_text().split()]
        assert len(left) == 2
        until(lambda: not any(alive(pid) for pid in left))

    def test_reaches_nobody_once_the_session_has_ended(
        self, sam_sim: Sim, open_station: Open, decoder: Callable[[str], str]
    ) -> None:
        reader = reader_of(open_station(reader=sam_sim.port, photo_decoder=decoder("time.sleep(1)")))
        sam_sim.ask("place")
        lease = Lease("a")
        card = reader.wait_for_card(lease, 5).result(5)
        waiting = reader.photo_of(card, lease)
        lease.end()
        with pytest.raises(Cancelled):
            waiting.result(10)
        with pytest.raises(Cancelled):
            reader.photo_of(card, lease).result(1)

    def test_a_command_that_cannot_be_one_is_told_at_the_start(self, sam_sim: Sim, open_station: Open) -> None:
        with pytest.raises(ConfigError, match=r"photo_decoder: No closing quotation"):
            open_station(reader=sam_sim.port, photo_decoder="decode 'it")


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and os.getpgid(pid) > 0
