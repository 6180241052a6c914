"""Code scanners beside their simulators: whose code it is, what it says, and what a technician is told."""

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from devices.simulators import Sim, Watched, until

from jinghou_config.devices import CodeScannerSettings, DevicesSettings
from jinghou_config.settings import ConfigError
from jinghou_devices.errors import Cancelled, DeviceSilent, PortBusy
from jinghou_devices.kinds.code_scanner import CodeScanner
from jinghou_devices.kinds.common import DeviceStatus, Kind, Lease, Link
from jinghou_devices.station import Station

Start = Callable[..., Sim]
Open = Callable[..., Watched]
ACKNOWLEDGEMENT = bytes.fromhex("02 00 00 01 00 33 31")


@pytest.fixture
def open_scanner() -> Iterator[Open]:
    opened: list[Station] = []

    def open_(driver: str, sim: Sim, **options: Any) -> Watched:
        seen: list[DeviceStatus] = []
        settings = CodeScannerSettings(driver=driver, port=sim.port, options=options)
        station = Station.open(DevicesSettings(code_scanner=settings), seen.append)
        opened.append(station)
        station.wait_online(Kind.CODE_SCANNER)
        return Watched(station, seen)

    yield open_
    for station in opened:
        station.close()


def scanner(watched: Watched) -> CodeScanner:
    assert watched.station.code_scanner is not None
    return watched.station.code_scanner


def shown(sim: Sim, **what: Any) -> bytes:
    return base64.b64decode(sim.ask("show", **what)["bytes"])


MAKES = ("honeywell", "newland", "datalogic", "gm65", "plain", "wedge")


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_chinese_is_read_in_either_encoding(start_sim: Start, open_scanner: Open, make: str, encoding: str) -> None:
    sim = start_sim(make)
    wait = scanner(open_scanner(make, sim)).wait_for_code(Lease("one"), 5)
    raw = shown(sim, text="静候大厅 A023 请到8号窗口", encoding=encoding)
    code = wait.result(8)
    assert code.raw == raw
    assert make == "wedge" or code.text == "静候大厅 A023 请到8号窗口"


@pytest.mark.parametrize("make", ["honeywell", "gm65", "plain"])
def test_any_bytes_are_read_when_a_pause_ends_the_code(start_sim: Start, open_scanner: Open, make: str) -> None:
    sim = start_sim(make, "--terminator", "none")
    wait = scanner(open_scanner(make, sim, terminator="none")).wait_for_code(Lease("one"), 8)
    raw = shown(sim, encoding="binary", size=700)
    assert wait.result(10).raw == raw


def test_three_kilobytes_are_one_code(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("honeywell")
    wait = scanner(open_scanner("honeywell", sim)).wait_for_code(Lease("one"), 8)
    raw = shown(sim, size=3000)
    assert wait.result(10).raw == raw
    assert len(raw) == 3000


def test_a_question_in_the_middle_of_a_long_code_spoils_nothing(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("gm65")  # three seconds at 9600
    watched = open_scanner("gm65", sim)
    wait = scanner(watched).wait_for_code(Lease("one"), 15)
    raw = shown(sim, size=3000)
    until(lambda: sim.ask("status")["codes"] == 1)
    assert scanner(watched).check_health().result(10).link is Link.ONLINE
    assert wait.result(10).raw == raw
    assert {Link.DEGRADED, Link.OFFLINE}.isdisjoint(watched.links)


@pytest.mark.parametrize("raw", [ACKNOWLEDGEMENT, b"\x02\x00", ACKNOWLEDGEMENT[:3] + b"x", b"\x02"])
def test_a_code_that_looks_like_an_acknowledgement_is_read_whole(
    start_sim: Start, open_scanner: Open, raw: bytes
) -> None:
    sim = start_sim("gm65")
    wait = scanner(open_scanner("gm65", sim)).wait_for_code(Lease("one"), 5)
    shown(sim, bytes=base64.b64encode(raw).decode())
    assert wait.result(8).raw == raw


def test_a_triggered_scanner_reads_only_while_somebody_waits(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("newland")
    watched = open_scanner("newland", sim)
    shown(sim)
    assert not sim.ask("status")["reading"]
    lease = Lease("one")
    wait = scanner(watched).wait_for_code(lease)
    assert wait.result(8).raw
    sim.ask("hide")
    again = scanner(watched).wait_for_code(lease)
    until(lambda: bool(sim.ask("status")["reading"]))
    lease.end()
    with pytest.raises(Cancelled):
        again.result(5)
    until(lambda: not sim.ask("status")["reading"])
    assert sim.ask("status")["codes"] == 1
    assert sim.ask("status")["too_fast"] == 0


@pytest.mark.parametrize(("make", "options"), [("plain", {}), ("honeywell", {}), ("camera", {})])
def test_a_code_left_in_view_is_not_the_next_persons(
    start_sim: Start, open_scanner: Open, make: str, options: dict[str, Any]
) -> None:
    sim = start_sim(make)
    watched = open_scanner(make, sim, hold_ms=700, **options)
    first = Lease("first")
    wait = scanner(watched).wait_for_code(first, 5)
    until(lambda: bool(sim.ask("status")["reading"]))
    raw = shown(sim, text="A023")
    assert wait.result(8).raw == raw
    first.end()
    second = scanner(watched).wait_for_code(Lease("second"), 2.5)
    with pytest.raises(DeviceSilent, match="no code came in time"):
        second.result(8)
    third = scanner(watched).wait_for_code(Lease("third"), 8)
    sim.ask("hide")
    begun = time.monotonic()
    until(lambda: time.monotonic() > begun + 1.0)
    assert shown(sim, text="A023") == raw
    assert third.result(10).raw == raw


def test_another_code_is_read_while_the_first_is_still_remembered(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("plain")
    watched = open_scanner("plain", sim, hold_ms=60000)
    for text in ("A023", "A024"):
        wait = scanner(watched).wait_for_code(Lease(text), 5)
        shown(sim, text=text)
        assert wait.result(8).text == text


def test_what_was_read_while_nobody_waited_is_nobodys(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("plain")
    watched = open_scanner("plain", sim)
    shown(sim, text="nobody's")
    until(lambda: sim.ask("status")["codes"] >= 2)
    hidden = sim.ask("hide")["at"]
    until(lambda: time.monotonic() > hidden + 0.3)  # the last one is on the wire
    wait = scanner(watched).wait_for_code(Lease("next"), 1.0)
    with pytest.raises(DeviceSilent):
        wait.result(5)


def test_a_code_read_twice_is_handed_over_once(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("plain", "--fault", "reads_twice")
    watched = open_scanner("plain", sim)
    wait = scanner(watched).wait_for_code(Lease("one"), 5)
    shown(sim, text="A023")
    assert wait.result(8).text == "A023"
    sim.ask("hide")
    with pytest.raises(DeviceSilent):
        scanner(watched).wait_for_code(Lease("two"), 1.0).result(5)
    assert watched.station.counters(Kind.CODE_SCANNER) == {"codes": 1}


def test_a_new_wait_takes_the_place_of_the_one_before(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("gm65")
    watched = open_scanner("gm65", sim)
    first = scanner(watched).wait_for_code(Lease("first"))
    second = scanner(watched).wait_for_code(Lease("second"), 5)
    with pytest.raises(Cancelled, match="another wait"):
        first.result(5)
    raw = shown(sim)
    assert second.result(8).raw == raw


def test_an_ended_session_gets_nothing(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("plain")
    lease = Lease("over")
    lease.end()
    with pytest.raises(Cancelled):
        scanner(open_scanner("plain", sim)).wait_for_code(lease).result(1)


@pytest.mark.parametrize(
    ("make", "model"),
    [
        ("honeywell", "Jinghou Simulated 1900"),
        ("newland", "Jinghou Simulated NLS"),
        ("datalogic", "DATALOGIC JINGHOU-SIM 1.0"),
        ("gm65", None),
        ("plain", None),
        ("camera", None),
    ],
)
def test_a_scanner_says_what_it_is_if_it_can(
    start_sim: Start, open_scanner: Open, make: str, model: str | None
) -> None:
    watched = open_scanner(make, start_sim(make))
    assert scanner(watched).check_health().result(5).model == model


@pytest.mark.parametrize("make", ["plain", "wedge"])
def test_a_scanner_that_cannot_be_asked_is_online_once_it_was_heard(
    start_sim: Start, open_scanner: Open, make: str
) -> None:
    sim = start_sim(make)
    watched = open_scanner(make, sim)
    until(lambda: Link.DEGRADED in watched.links)
    assert "cannot be asked" in watched.seen[-1].reason
    assert Link.ONLINE not in watched.links
    shown(sim)
    until(lambda: watched.links[-1] is Link.ONLINE)


def test_a_terminator_that_does_not_come_is_told(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("honeywell", "--fault", "no_terminator")
    watched = open_scanner("honeywell", sim)
    wait = scanner(watched).wait_for_code(Lease("one"), 3)
    shown(sim)
    with pytest.raises(DeviceSilent):
        wait.result(6)
    until(lambda: any("terminator" in status.reason for status in watched.seen))


def test_a_setting_that_the_scanner_refuses_is_told(start_sim: Start, open_scanner: Open) -> None:
    watched = open_scanner("honeywell", start_sim("honeywell"), setup="NOSUCH1;PAPHHC")
    until(lambda: any("refuses the command" in status.reason for status in watched.seen))
    assert watched.links[-1] is Link.DEGRADED


def test_newland_is_set_for_screens_and_to_read_by_itself(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("newland")
    watched = open_scanner("newland", sim, exposure=3, trigger="always")
    until(lambda: bool(sim.ask("status")["reading"]))
    assert sim.ask("status")["exposure"] == 3
    wait = scanner(watched).wait_for_code(Lease("one"), 5)
    raw = shown(sim)
    assert wait.result(8).raw == raw


def test_a_gm65_is_given_its_settings(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("gm65")
    open_scanner("gm65", sim, settings_byte=213)
    assert sim.ask("status")["settings"] == 213


def test_a_gm65_that_does_not_acknowledge_is_driven_when_set_so(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("gm65", "--fault", "no_reply")
    wait = scanner(open_scanner("gm65", sim, acknowledges=False, asked=False)).wait_for_code(Lease("one"), 5)
    raw = shown(sim)
    assert wait.result(8).raw == raw


def test_an_input_device_belongs_to_one_program(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("wedge")
    open_scanner("wedge", sim)
    with pytest.raises(PortBusy, match="another program"):
        open_scanner("wedge", sim)


@pytest.mark.parametrize(("fault", "word"), [("dark", "dark"), ("frozen", "frozen")])
def test_a_camera_that_sees_nothing_says_why(start_sim: Start, open_scanner: Open, fault: str, word: str) -> None:
    sim = start_sim("camera", "--fault", fault)
    watched = open_scanner("camera", sim)
    until(lambda: Link.DEGRADED in watched.links)
    assert word in watched.seen[-1].reason


def test_a_camera_rests_while_nobody_waits(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("camera")
    watched = open_scanner("camera", sim)
    wait = scanner(watched).wait_for_code(Lease("one"), 5)
    until(lambda: bool(sim.ask("status")["reading"]))
    raw = shown(sim, text="静候", encoding="gbk")
    code = wait.result(8)
    assert (code.raw, code.text, code.format) == (raw, "静候", "QRCode")


def test_a_camera_that_shows_no_stream_is_told(start_sim: Start, open_scanner: Open) -> None:
    sim = start_sim("camera", "--fault", "not_found")
    with pytest.raises(Exception, match="the camera says 404"):
        open_scanner("camera", sim)


def test_a_port_that_is_no_camera_is_a_wrong_setting(tmp_path: Path, open_scanner: Open) -> None:
    with pytest.raises(ConfigError, match="no address of a camera"):
        Station.open(
            DevicesSettings.model_validate({"code_scanner": {"driver": "camera", "port": "ftp://user:word@x/"}}),
            lambda _status: None,
        )
