"""Texts on window displays, through their simulator."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from devices.simulators import Sim, Watched, until

from jinghou_config.devices import DevicesSettings
from jinghou_config.settings import ConfigError
from jinghou_devices.errors import DeviceError, DeviceRefused, DeviceSilent
from jinghou_devices.kinds.common import DeviceStatus, Kind, Link, Tri
from jinghou_devices.kinds.window_display import WindowDisplay
from jinghou_devices.station import Station

Start = Callable[..., Sim]
Open = Callable[..., Watched]


@pytest.fixture
def open_displays() -> Iterator[Open]:
    opened: list[Station] = []

    def open_(port: str, **options: Any) -> Watched:
        seen: list[DeviceStatus] = []
        settings = {"window_display": {"driver": "led", "port": port, "options": options}}
        opened.append(Station.open(DevicesSettings.model_validate(settings), seen.append))
        return Watched(opened[-1], seen)

    yield open_
    for station in opened:
        station.close()


def displays_of(watched: Watched) -> WindowDisplay:
    watched.station.wait_online(Kind.WINDOW_DISPLAY)
    assert watched.station.window_display is not None
    return watched.station.window_display


def shown(sim: Sim, address: int) -> dict[str, Any]:
    areas: dict[str, Any] = sim.ask("status")["displays"][str(address)]
    return areas


def test_each_display_shows_its_own_text(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led", "--address", "1", "--address", "2")
    displays = displays_of(open_displays(sim.port, addresses="1,2"))
    displays.show(1, "A023").result(5)
    displays.show(2, "请稍候").result(5)
    assert shown(sim, 1)["0"]["text"] == "A023"
    assert shown(sim, 2)["0"]["text"] == "请稍候"
    displays.clear(1).result(5)
    assert shown(sim, 1) == {}
    assert shown(sim, 2)["0"]["text"] == "请稍候"


def test_a_text_that_fits_stands_still_and_a_longer_one_runs_through(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led")
    displays = displays_of(open_displays(sim.port, width=96, font=16))
    displays.show(1, "请到窗口A0").result(5)  # ten columns of eight dots
    assert shown(sim, 1)["0"]["effect"] == "still"
    displays.show(1, "请A023到3号窗口").result(5)
    assert shown(sim, 1)["0"]["effect"] == "leftward"


def test_colour_and_size_are_options(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led")
    displays = displays_of(open_displays(sim.port, colour="green", width=256, height=32, area=4))
    displays.show(1, "A023").result(5)
    expected = {"text": "A023", "colour": "green", "width": 256, "height": 32, "effect": "still"}
    assert shown(sim, 1) == {"4": expected}


def test_the_whole_screen_is_cleared_where_that_is_wanted(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led")
    displays = displays_of(open_displays(sim.port, clear="screen"))
    displays.show(1, "A023").result(5)
    displays.clear(1).result(5)
    assert shown(sim, 1) == {}


@pytest.mark.parametrize("text", ["\\C1张", "a\nb", "", "㼆"], ids=["command", "line", "nothing", "rare"])
def test_what_a_display_cannot_show_is_refused_and_not_sent(start_sim: Start, open_displays: Open, text: str) -> None:
    sim = start_sim("led")
    displays = displays_of(open_displays(sim.port))
    with pytest.raises(DeviceRefused) as refused:
        displays.show(1, text).result(5)
    assert not text or text not in str(refused.value)
    assert shown(sim, 1) == {}


def test_a_refusal_is_told(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led")
    displays = displays_of(open_displays(sim.port))
    sim.fault("refuses")
    with pytest.raises(DeviceRefused, match="display 1 refused it: error 01"):
        displays.show(1, "A023").result(5)


def test_a_display_that_is_not_there_is_named_and_the_others_work(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led", "--address", "2")
    watched = open_displays(sim.port, addresses="1,2")
    displays = displays_of(watched)
    until(lambda: watched.links[-1] is Link.DEGRADED)
    assert watched.seen[-1].reason == "displays that do not answer: 1"
    assert displays.check_health().result(5).answers == {1: Tri.UNKNOWN, 2: Tri.YES}
    displays.show(2, "A023").result(5)
    with pytest.raises(DeviceSilent, match="display 1 does not answer"):
        displays.show(1, "A023").result(5)


def test_displays_that_fall_silent_are_not_called_well(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led", "--address", "1", "--address", "2")
    displays = displays_of(open_displays(sim.port, addresses="1,2"))
    sim.fault("silent")
    assert displays.check_health().result(5).answers == {1: Tri.UNKNOWN, 2: Tri.UNKNOWN}


def test_displays_that_only_listen_are_written_to_and_nobody_pretends_they_answered(
    start_sim: Start, open_displays: Open
) -> None:
    sim = start_sim("led", "--fault", "listens_only")
    displays = displays_of(open_displays(sim.port, answers=False))
    displays.show(1, "A023").result(5)
    until(lambda: shown(sim, 1) != {})
    assert displays.check_health().result(5).answers is None


def test_an_answer_that_comes_late_is_not_the_answer_to_the_next_text(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led")
    displays = displays_of(open_displays(sim.port))
    sim.fault("slow")
    with pytest.raises(DeviceSilent):
        displays.show(1, "A001", 1.0).result(5)
    sim.fault("slow", "off")

    def said_and_shown() -> bool:
        try:
            displays.show(1, "A002").result(5)
        except DeviceError:  # while the late answers come in
            return False
        assert shown(sim, 1)["0"]["text"] == "A002"
        return True

    until(said_and_shown, 20)


def test_cards_that_answer_to_one_address_alone_can_be_used(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led", "--fault", "answers_8000")
    displays = displays_of(open_displays(sim.port, numbered=False))
    displays.show(1, "A001").result(5)
    displays.show(1, "A002").result(5)
    assert shown(sim, 1)["0"]["text"] == "A002"


def test_texts_are_counted(start_sim: Start, open_displays: Open) -> None:
    sim = start_sim("led")
    watched = open_displays(sim.port)
    displays_of(watched).show(1, "A023").result(5)
    assert watched.station.counters(Kind.WINDOW_DISPLAY) == {"shown": 1}


@pytest.mark.parametrize("addresses", ["", "0", "1,x", "40000"])
def test_addresses_that_are_none_are_told_at_the_start(open_displays: Open, addresses: str) -> None:
    with pytest.raises(ConfigError, match=r"window_display.options.addresses: addresses are numbers from 1"):
        open_displays("/dev/none", addresses=addresses)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jinghou_devices.cli", "display", "--driver", "led", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


def test_the_command_line_shows_and_clears(start_sim: Start) -> None:
    sim = start_sim("led", "--address", "5")
    done = run("--port", sim.port, "--json", "show", "5", "请坐")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"address": 5, "outcome": "done"}
    assert shown(sim, 5)["0"]["text"] == "请坐"
    assert run("--port", sim.port, "clear", "5").returncode == 0
    assert shown(sim, 5) == {}


def test_the_command_line_says_when_a_display_is_silent_or_cannot_show_it(start_sim: Start) -> None:
    sim = start_sim("led")
    silent = run("--port", sim.port, "show", "9", "A023")
    assert (silent.returncode, silent.stderr) == (3, "jinghou-devices: display 9 does not answer\n")
    refused = run("--port", sim.port, "show", "1", "㼆")
    assert refused.returncode == 1
    assert "font" in refused.stderr
