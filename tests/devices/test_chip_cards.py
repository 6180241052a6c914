"""Chip cards through the real smart-card service, in a virtual reader with our simulated card."""

import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from devices.pcsc_service import NAME, Service, running
from devices.simulators import Sim, Watched, until

from jinghou_config.devices import DevicesSettings
from jinghou_config.log import LogSettings, configure_logging
from jinghou_config.settings import ConfigError
from jinghou_devices.errors import Cancelled, DeviceError, DeviceOffline, DeviceRefused, DeviceSilent
from jinghou_devices.kinds.chip_card_reader import ChipCardReader
from jinghou_devices.kinds.common import DeviceStatus, Kind, Lease, Link, Tri
from jinghou_devices.station import Station

Open = Callable[..., Watched]
VERIFY = bytes.fromhex("00 20 00 01 04 31 32 33 34")
IS_VERIFIED = bytes.fromhex("00 20 00 01 00")
CHALLENGE = bytes.fromhex("00 84 00 00 08")
OK = b"\x90\x00"


@pytest.fixture
def service() -> Iterator[Service]:
    pytest.importorskip("smartcard.scard", reason="pyscard is not installed: packaging/setup --tests")
    with running() as service:
        yield service


@pytest.fixture
def sim(service: Service, start_sim: Callable[..., Sim]) -> Sim:
    return start_sim("chip", "--vpcd", str(service.vpcd))


@pytest.fixture
def open_reader(service: Service) -> Iterator[Open]:
    opened: list[Station] = []

    def open_(port: str = "any") -> Watched:
        seen: list[DeviceStatus] = []
        settings = {"chip_card_reader": {"driver": "pcsc", "port": port}}
        opened.append(Station.open(DevicesSettings.model_validate(settings), seen.append))
        until(lambda: bool(seen) and seen[-1].link not in {Link.OPENING, Link.PROBING})
        return Watched(opened[-1], seen)

    yield open_
    for station in opened:
        station.close()


def reader_of(watched: Watched) -> ChipCardReader:
    watched.station.wait_online(Kind.CHIP_CARD_READER)
    assert watched.station.chip_card_reader is not None
    return watched.station.chip_card_reader


@pytest.fixture
def reader(sim: Sim, open_reader: Open) -> ChipCardReader:
    return reader_of(open_reader())


def test_a_card_put_on_is_read_with_its_number(reader: ChipCardReader, sim: Sim) -> None:
    future = reader.wait_for_card(Lease("a"), 10)
    placed = sim.ask("place")
    card = future.result(10)
    assert card.uid is not None
    assert (card.atr.hex().upper(), card.uid.hex().upper()) == (placed["atr"], placed["uid"])
    assert card.uid.hex() not in repr(card)


def test_a_card_that_tells_no_number_is_read_without_one(reader: ChipCardReader, sim: Sim) -> None:
    sim.fault("no_uid")
    sim.ask("place")
    assert reader.wait_for_card(Lease("a"), 10).result(10).uid is None


def test_a_card_left_there_is_not_the_next_persons_and_is_told(reader: ChipCardReader, sim: Sim) -> None:
    told: list[bool] = []
    reader.watch_left_behind(told.append)
    sim.ask("place")
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    lease.end()
    following = reader.wait_for_card(Lease("b"), 20)
    until(lambda: told == [True], 3.0)
    assert reader.check_health().result(5).left_behind is Tri.YES
    assert not following.done()
    sim.ask("lift")
    until(lambda: told == [True, False], 5.0)
    placed = sim.ask("place")
    uid = following.result(10).uid
    assert uid is not None
    assert uid.hex().upper() == placed["uid"]


def test_a_card_answers_commands_of_its_session(reader: ChipCardReader, sim: Sim) -> None:
    sim.ask("place")
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    answer = reader.exchange(CHALLENGE, lease).result(5)
    assert len(answer) == 10
    assert answer.endswith(OK)
    assert reader.exchange(b"\x00\xa4\x04\x00\x00", lease).result(5) == b"\x6d\x00"


def test_a_pin_given_in_one_session_is_forgotten_by_the_next(reader: ChipCardReader, sim: Sim) -> None:
    sim.ask("place")
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    assert reader.exchange(VERIFY, lease).result(5) == OK
    assert reader.exchange(IS_VERIFIED, lease).result(5) == OK
    lease.end()
    until(lambda: not sim.ask("status")["verified"])


def test_only_the_session_that_was_given_the_card_may_speak_to_it(reader: ChipCardReader, sim: Sim) -> None:
    with pytest.raises(DeviceRefused, match="no card"):
        reader.exchange(CHALLENGE, Lease("nobody")).result(5)
    sim.ask("place")
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    with pytest.raises(DeviceRefused, match="no card"):
        reader.exchange(CHALLENGE, Lease("b")).result(5)
    lease.end()
    with pytest.raises(Cancelled):
        reader.exchange(CHALLENGE, lease).result(5)


def test_a_card_taken_away_in_the_middle_is_refused(reader: ChipCardReader, sim: Sim) -> None:
    sim.ask("place")
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    sim.fault("taken_away")
    with pytest.raises(DeviceRefused, match="taken away"):
        reader.exchange(CHALLENGE, lease).result(5)


def test_a_card_that_falls_silent_is_given_up_and_the_reader_comes_back(sim: Sim, open_reader: Open) -> None:
    watched = open_reader()
    reader = reader_of(watched)
    sim.ask("place")
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    sim.fault("silent")
    begun = time.monotonic()
    with pytest.raises(DeviceSilent):
        reader.exchange(CHALLENGE, lease, 1.0).result(10)
    assert time.monotonic() - begun < 5
    until(lambda: watched.links[-1] is not Link.ONLINE, 30)
    sim.fault("silent", "off")
    sim.ask("lift")
    until(lambda: watched.links[-1] is Link.ONLINE, 30)
    placed = sim.ask("place")
    uid = reader.wait_for_card(Lease("b"), 20).result(20).uid
    assert uid is not None
    assert uid.hex().upper() == placed["uid"]


def test_no_card_before_the_deadline_is_told(reader: ChipCardReader) -> None:
    with pytest.raises(DeviceSilent, match="no card"):
        reader.wait_for_card(Lease("a"), 0.4).result(5)


def test_a_session_that_ends_gets_no_card(reader: ChipCardReader, sim: Sim) -> None:
    lease = Lease("a")
    future = reader.wait_for_card(lease)
    lease.end()
    sim.ask("place")
    with pytest.raises(Cancelled):
        future.result(5)


def test_the_reader_is_found_by_its_name_and_a_wrong_name_is_told_the_right_ones(open_reader: Open) -> None:
    assert reader_of(open_reader(NAME)).check_health().result(5).model == f"{NAME} 00 00"
    missing = open_reader("Other Reader")
    assert missing.links[-1] is Link.ABSENT
    assert f"Other Reader: the smart-card service has no such reader; there are {NAME} 00 00" in missing.seen[-1].reason


def test_a_service_that_ends_is_told_and_found_again(service: Service, sim: Sim, open_reader: Open) -> None:
    watched = open_reader()
    waiting = reader_of(watched).wait_for_card(Lease("a"))
    service.stop()
    with pytest.raises(DeviceError):
        waiting.result(10)
    until(lambda: watched.links[-1] is Link.ABSENT, 10)
    assert "is not running" in watched.seen[-1].reason
    service.start()
    until(lambda: watched.links[-1] is Link.ONLINE, 30)
    placed = sim.ask("place")
    uid = reader_of(watched).wait_for_card(Lease("b"), 20).result(20).uid
    assert uid is not None
    assert uid.hex().upper() == placed["uid"]


def test_closing_ends_a_wait_at_once_also_when_the_service_hangs(service: Service, sim: Sim, open_reader: Open) -> None:
    watched = open_reader()
    waiting = reader_of(watched).wait_for_card(Lease("a"))
    service.freeze()
    begun = time.monotonic()
    watched.station.close()
    assert time.monotonic() - begun < 6
    assert isinstance(waiting.exception(0), Cancelled | DeviceOffline)
    assert service.process is not None
    service.process.kill()


def test_opening_and_closing_leaves_no_thread(sim: Sim, open_reader: Open) -> None:
    open_reader().station.close()
    before = threading.active_count()
    for _ in range(10):
        open_reader().station.close()
    until(lambda: threading.active_count() <= before)


def test_nothing_of_a_card_is_in_logs_states_and_traces(sim: Sim, open_reader: Open, log: io.StringIO) -> None:
    watched = open_reader()
    reader = reader_of(watched)
    uid = sim.ask("place")["uid"]
    lease = Lease("a")
    reader.wait_for_card(lease, 10).result(10)
    reader.exchange(VERIFY, lease).result(5)
    trace = " ".join(str(one) for one in watched.station.trace(Kind.CHIP_CARD_READER).exchanges())
    assert "> 00 20 00 01 ‹5 bytes hidden›" in trace
    for secret in (uid, bytes.fromhex(uid).hex(" ").upper(), "31 32 33 34"):
        assert secret not in trace
        assert secret not in log.getvalue()


@pytest.fixture
def log() -> io.StringIO:
    text = io.StringIO()
    configure_logging(LogSettings(level="debug"), text)
    return text


def read_chip(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jinghou_devices.cli", "read-chip", "--driver", "pcsc", "--port", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_command_line_shows_a_card_masked_or_in_full(sim: Sim) -> None:
    uid = sim.ask("place")["uid"]
    masked = read_chip("any", "--timeout", "5", "--json")
    assert (masked.returncode, masked.stderr) == (0, "")
    fields: dict[str, Any] = json.loads(masked.stdout)
    assert (fields["reader"], fields["uid"]) == (f"{NAME} 00 00", f"{uid[:3]}*******{uid[-4:]}")
    shown = read_chip("any", "--timeout", "5", "--reveal")
    assert f"uid: {uid}\n" in shown.stdout


def test_the_command_line_tells_no_card_from_no_reader(service: Service) -> None:
    nothing = read_chip("any", "--timeout", "0.3")
    assert (nothing.returncode, nothing.stderr) == (4, "jinghou-devices: no card came in time\n")
    missing = read_chip("Other")
    assert missing.returncode == 3
    assert "no such reader" in missing.stderr


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    settings = DevicesSettings.model_validate({"chip_card_reader": {"driver": "pcsc", "port": "any"}})
    with pytest.raises(ConfigError, match=r"needs the package pyscard: install jinghou with the extra \[pcsc\]"):
        Station.open(settings, lambda _status: None)
