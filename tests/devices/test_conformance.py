"""What every driver does, whatever it drives: each beside its simulator, through every fault of the line.

The faults of one driver are tried at the same time, each on a device of its own: the time goes into waiting.
"""

import contextlib
import io
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from devices.rig import Outcome, Rig
from devices.rigs import RIGS
from devices.simulators import Sim, Watched, until

from jinghou_config.devices import DevicesSettings
from jinghou_config.log import LogSettings, configure_logging
from jinghou_devices.errors import DeviceError
from jinghou_devices.kinds.common import DeviceStatus, Link
from jinghou_devices.station import Station
from jinghou_devices.supervisor import USABLE

LINE_FAULTS = (
    "silent",
    "garbage",
    "garbage_inside",
    "half_frame",
    "split",
    "merged",
    "slow",
    "bad_checksum",
    "echo",
    "wrong_baud",
)
RECOVERS_WITHIN_S = 30.0


@contextlib.contextmanager
def simulated(rig: Rig, folder: Path) -> Iterator[Sim]:
    folder.mkdir()
    command = [sys.executable, "-m", "jinghou_devices.sim", *rig.model, "--seed", "7"]
    command += ["--control", str(folder / "control"), "--link", str(folder / "port")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    sim = Sim(process, process.stdout.readline().strip(), folder / "control")
    try:
        yield sim
    finally:
        sim.stop()


@contextlib.contextmanager
def opened(rig: Rig, folder: Path) -> Iterator[Watched]:
    seen: list[DeviceStatus] = []
    settings = DevicesSettings.model_validate(rig.device_settings(str(folder / "port")))
    station = Station.open(settings, seen.append)
    try:
        yield Watched(station, seen)
    finally:
        station.close()


def used(rig: Rig, watched: Watched, sim: Sim) -> Outcome:
    begun = time.monotonic()
    try:
        return rig.use(watched.station, sim)
    except DeviceError:
        return Outcome.FAULT
    finally:
        assert time.monotonic() - begun < rig.patience_s, "a wait without an end"


def recovers(rig: Rig, watched: Watched, sim: Sim) -> None:
    until(lambda: used(rig, watched, sim) is Outcome.DONE, RECOVERS_WITHIN_S)


@pytest.fixture(params=RIGS, ids=str)
def rig(request: pytest.FixtureRequest) -> Rig:
    chosen: Rig = request.param
    return chosen


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    before, level, hooks = logging.root.handlers[:], logging.root.level, (sys.excepthook, threading.excepthook)
    text = io.StringIO()
    configure_logging(LogSettings(level="debug"), text)
    yield text
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks


def outlives(rig: Rig, fault: str, folder: Path) -> str:
    """Use it well, with the fault, and well again: "" or what went wrong."""
    try:
        with simulated(rig, folder) as sim, opened(rig, folder) as watched:
            recovers(rig, watched, sim)
            sim.fault(fault)
            outcome = used(rig, watched, sim)
            expected = Outcome.FAULT if fault in rig.fails_with else Outcome.DONE
            assert fault in rig.may_fail_with or outcome is expected, f"{outcome}, not {expected}"
            sim.fault(fault, "off")
            recovers(rig, watched, sim)
    except (AssertionError, DeviceError) as wrong:
        return f"{fault}: {type(wrong).__name__} {wrong}"
    return ""


@pytest.mark.timeout(240)
def test_every_fault_of_the_line_is_told_or_overcome_and_leaves_nothing_behind(
    rig: Rig, tmp_path: Path, log: io.StringIO
) -> None:
    faults = [fault for fault in LINE_FAULTS if fault not in rig.unknown_to_it]
    with ThreadPoolExecutor(len(faults)) as pool:
        went_wrong = [*pool.map(lambda fault: outlives(rig, fault, tmp_path / fault), faults)]
    assert [what for what in went_wrong if what] == []
    assert "device changed" in log.getvalue()


def test_silence_is_offline_and_never_well(rig: Rig, tmp_path: Path) -> None:
    with simulated(rig, tmp_path / "d") as sim:
        sim.fault("silent")
        with opened(rig, tmp_path / "d") as watched:
            until(lambda: Link.OFFLINE in watched.links, 20)
            assert Link.ONLINE not in watched.links
            assert used(rig, watched, sim) is Outcome.FAULT
            assert "paper" not in " ".join(status.reason for status in watched.seen)


def test_pulling_the_plug_is_told_once_and_plugging_in_needs_no_restart(rig: Rig, tmp_path: Path) -> None:
    with simulated(rig, tmp_path / "d") as sim, opened(rig, tmp_path / "d") as watched:
        recovers(rig, watched, sim)
        told = len(watched.seen)
        sim.ask("unplug")
        until(lambda: Link.ABSENT in watched.links[told:], 20)
        assert used(rig, watched, sim) is Outcome.FAULT
        sim.ask("replug")
        until(lambda: bool(watched.links[told:]) and watched.links[-1] in USABLE, RECOVERS_WITHIN_S)
        away = [link for link in watched.links[told:] if link in {Link.ABSENT, Link.OFFLINE}]
        assert away == [Link.ABSENT]
        recovers(rig, watched, sim)


def test_closing_in_the_middle_of_a_use_ends_it_at_once_and_closing_again_does_nothing(
    rig: Rig, tmp_path: Path
) -> None:
    with simulated(rig, tmp_path / "d") as sim, opened(rig, tmp_path / "d") as watched, ThreadPoolExecutor(1) as pool:
        recovers(rig, watched, sim)
        sim.fault("slow")
        using = pool.submit(used, rig, watched, sim)
        threading.Event().wait(0.2)  # into the middle
        begun = time.monotonic()
        watched.station.close()
        assert using.result(5) is Outcome.FAULT
        assert time.monotonic() - begun < 2.0
        watched.station.close()


def test_nothing_of_a_person_is_in_logs_states_and_traces(rig: Rig, tmp_path: Path, log: io.StringIO) -> None:
    with simulated(rig, tmp_path / "d") as sim, opened(rig, tmp_path / "d") as watched:
        secrets = rig.secrets(sim)
        recovers(rig, watched, sim)
        sim.fault("garbage_inside")
        used(rig, watched, sim)
        trace = " ".join(str(exchange) for exchange in watched.station.trace(rig.kind).exchanges())
        told = " ".join(status.reason for status in watched.seen)
    for secret in secrets:
        for form in (secret, secret.encode("gb18030").hex(" "), secret.encode("utf-16-le").hex(" ")):
            for place in (log.getvalue(), told, trace.lower()):
                assert form.lower() not in place.lower()


def cycles(rig: Rig, folder: Path, times: int) -> None:
    """Open and close, and compare what is left of threads and descriptors."""

    def left() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # only the number

    with simulated(rig, folder):
        with opened(rig, folder) as watched:  # what a driver's library keeps for good, it has now
            watched.station.wait_online(rig.kind)
        before = left()
        for _ in range(times):
            with opened(rig, folder):
                pass
        assert left() == before


def test_opening_and_closing_leaves_no_thread_and_no_descriptor(rig: Rig, tmp_path: Path) -> None:
    cycles(rig, tmp_path / "d", 25)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_thousand_times_too(rig: Rig, tmp_path: Path) -> None:
    cycles(rig, tmp_path / "d", 1000)
