"""What every driver does, whatever it drives: each beside its simulator, through every fault of the line.

The scenarios of one driver run at the same time, each on a device of its own, and each is a test: its name is the
sentence that it states.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from devices.conformance import RECOVERS_WITHIN_S, Runs, Scenario, Trial, holds, remembered
from devices.rig import Outcome, Rig
from devices.rigs import RIGS
from devices.simulators import until

from jinghou_devices.errors import Cancelled, DeviceError, PortBusy
from jinghou_devices.kinds.common import Kind, Lease, Link
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
TWO_FAULTS = (("garbage", "split"), ("garbage", "merged"), ("bad_checksum", "split"), ("half_frame", "garbage"))
PATIENCE_S = 2.0
SCENARIOS: dict[str, Scenario] = {}


def scenario(run: Scenario) -> Scenario:
    SCENARIOS[run.__name__] = run
    return run


def expected(rig: Rig, faults: tuple[str, ...]) -> set[Outcome]:
    """What may become of a use under these faults."""
    if rig.may_fail_with.intersection(faults):
        return {Outcome.DONE, Outcome.FAULT}
    return {Outcome.FAULT if rig.fails_with.intersection(faults) else Outcome.DONE}


def can_have(rig: Rig, faults: tuple[str, ...]) -> bool:
    return not rig.unknown_to_it.intersection(faults)


def is_told_or_overcome_in_mid_use_and_leaves_nothing_behind(faults: tuple[str, ...], trial: Trial) -> None:
    with trial.both() as (sim, watched):
        trial.recovers(watched, sim)
        for fault in faults:
            sim.fault(fault)
        assert trial.used(watched, sim) in expected(trial.rig, faults)
        for fault in faults:
            sim.fault(fault, "off")
        trial.recovers(watched, sim)


def is_told_or_overcome_from_the_start_and_leaves_nothing_behind(fault: str, trial: Trial) -> None:
    with trial.both(fault) as (sim, watched):
        match expected(trial.rig, (fault,)):
            case outcomes if outcomes == {Outcome.DONE}:
                trial.recovers(watched, sim)
            case outcomes:
                until(lambda: watched.links[-1] not in {Link.OPENING, Link.PROBING}, RECOVERS_WITHIN_S)
                assert trial.used(watched, sim) in outcomes
        sim.fault(fault, "off")
        trial.recovers(watched, sim)


for one in LINE_FAULTS:
    SCENARIOS[f"{one}_in_mid_use"] = partial(is_told_or_overcome_in_mid_use_and_leaves_nothing_behind, (one,))
    SCENARIOS[f"{one}_from_the_start"] = partial(is_told_or_overcome_from_the_start_and_leaves_nothing_behind, one)
for pair in TWO_FAULTS:
    SCENARIOS["_and_".join(pair)] = partial(is_told_or_overcome_in_mid_use_and_leaves_nothing_behind, pair)


@scenario
def silence_is_offline_and_never_well_or_empty(trial: Trial) -> None:
    with trial.both("silent") as (sim, watched):
        until(lambda: (Link.OFFLINE if trial.rig.answers else Link.DEGRADED) in watched.links, 20)
        assert Link.ONLINE not in watched.links
        assert trial.used(watched, sim) is Outcome.FAULT
        told = " ".join(status.reason for status in watched.seen)
        assert "paper" not in told
        assert "closed" not in told


@scenario
def pulling_the_plug_is_told_once_and_plugging_in_needs_no_restart(trial: Trial) -> None:
    with trial.both() as (sim, watched):
        trial.recovers(watched, sim)
        told = len(watched.seen)
        sim.ask("unplug")
        until(lambda: Link.ABSENT in watched.links[told:], 20)
        assert trial.used(watched, sim) is Outcome.FAULT
        sim.ask("replug")
        until(lambda: bool(watched.links[told:]) and watched.links[-1] in USABLE, RECOVERS_WITHIN_S)
        assert [link for link in watched.links[told:] if link in {Link.ABSENT, Link.OFFLINE}] == [Link.ABSENT]
        trial.recovers(watched, sim)


@scenario
def pulling_the_plug_in_mid_use_ends_the_use(trial: Trial) -> None:
    with trial.both() as (sim, watched), ThreadPoolExecutor(1) as pool:
        trial.recovers(watched, sim)
        sim.fault("slow")
        using = pool.submit(trial.used, watched, sim)
        threading.Event().wait(0.2)  # into the middle
        sim.ask("unplug")
        using.result(trial.rig.patience_s)  # that it ends is all that is sure: it may have been done by then
        sim.fault("slow", "off")
        sim.ask("replug")
        trial.recovers(watched, sim)


@scenario
def a_loose_plug_ends_with_a_device_that_works(trial: Trial) -> None:
    with trial.both() as (sim, watched):
        trial.recovers(watched, sim)
        for turn in range(12):
            sim.ask("unplug")
            threading.Event().wait(0.03 * (turn % 4))
            sim.ask("replug")
            threading.Event().wait(0.05 * (turn % 3))
        trial.recovers(watched, sim)
        twice = [link for link, after in zip(watched.links, watched.links[1:], strict=False) if link is after]
        assert Link.ABSENT not in twice


@scenario
def closing_in_the_middle_of_a_use_ends_it_at_once_and_closing_again_does_nothing(trial: Trial) -> None:
    with trial.both() as (sim, watched), ThreadPoolExecutor(1) as pool:
        trial.recovers(watched, sim)
        sim.fault("slow")
        using = pool.submit(trial.used, watched, sim)
        threading.Event().wait(0.2)  # into the middle
        begun = time.monotonic()
        watched.station.close()
        assert using.result(5) is Outcome.FAULT
        assert time.monotonic() - begun < PATIENCE_S
        watched.station.close()


@scenario
def closing_while_it_is_being_asked_for_the_first_time_ends_at_once(trial: Trial) -> None:
    with trial.simulated("slow"):
        with trial.opened() as watched:
            until(lambda: Link.PROBING in watched.links)
            begun = time.monotonic()
        assert time.monotonic() - begun < PATIENCE_S


@scenario
def a_port_in_use_is_told_to_the_second_and_the_first_goes_on(trial: Trial) -> None:
    with trial.both() as (sim, watched):
        trial.recovers(watched, sim)
        told = len(watched.seen)
        if trial.rig.exclusive and trial.rig.over == "serial":  # elsewhere the device itself decides
            with pytest.raises(PortBusy, match="another program"), trial.opened():
                pass
        assert trial.used(watched, sim) is Outcome.DONE
        assert watched.seen[told:] == []


@scenario
def a_question_cancelled_before_its_turn_is_not_asked_and_the_others_are_answered_once(trial: Trial) -> None:
    with trial.both() as (sim, watched):
        trial.recovers(watched, sim)
        completed: list[Future[Any]] = []
        sim.fault("slow")
        asked = [_ask(watched.station, trial.rig.kind) for _ in range(3)]
        for question in asked:
            question.add_done_callback(completed.append)
        last = asked[-1]
        cancelled = last.cancel()  # a driver that answers without asking has answered already
        sim.fault("slow", "off")
        for question in asked:
            with contextlib.suppress(DeviceError, CancelledError):
                question.result(trial.rig.patience_s)
        assert last.cancelled() is cancelled
        assert sorted(map(id, completed)) == sorted(map(id, asked))
        trial.recovers(watched, sim)


def _ask(station: Station, kind: Kind) -> Future[Any]:
    """A question that every driver of the kind answers."""
    device = getattr(station, kind.value)
    asked: Future[Any] = device.look(device.boards[0]) if kind is Kind.LOCKER else device.check_health()
    return asked


@scenario
def a_session_that_ends_in_mid_read_is_given_nothing_and_the_next_only_its_own(trial: Trial) -> None:
    wait = _waiting(trial.rig.kind)
    present, withdraw = trial.rig.present, trial.rig.withdraw
    if present is None or wait is None:
        pytest.skip("nothing is handed to a session")
    with trial.both() as (sim, watched):
        for moment in (0.06, 0.1, 0.14, 0.18, 0.22, 0.26):  # before, during and after the reading
            trial.recovers(watched, sim)
            lease = Lease("the one before")
            given = wait(watched.station)(lease, 6.0)
            present(sim)
            threading.Event().wait(moment)
            lease.end()
            if not given.done():
                with pytest.raises(Cancelled):
                    given.result(trial.rig.patience_s)
            withdraw(sim)
        trial.recovers(watched, sim)


def _waiting(kind: Kind) -> Callable[[Station], Callable[[Lease, float], Future[Any]]] | None:
    """How one waits for what a person brings."""
    match kind:
        case Kind.ID_READER | Kind.CHIP_CARD_READER:
            return lambda station: getattr(station, kind.value).wait_for_card
        case Kind.CODE_SCANNER:
            return lambda station: getattr(station, kind.value).wait_for_code
        case _:
            return None


@scenario
def nothing_of_a_person_stays_in_the_driver(trial: Trial) -> None:
    with trial.both() as (sim, watched):
        trial.recovers(watched, sim)
        sim.fault("garbage_inside")
        trial.used(watched, sim)
        sim.fault("garbage_inside", "off")
        trial.recovers(watched, sim)
        device = getattr(watched.station, trial.rig.kind.value)
        secrets = {*sim.told_of, *trial.rig.secrets(sim)}
        left = [secret for text in remembered(device) for secret in secrets if holds(text, secret)]
        assert left == []


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    runs = Runs(tmp_path_factory.mktemp("d"))
    with runs.logged():
        yield runs


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("rig", RIGS, ids=str, scope="module")
def test_conformance(rig: Rig, name: str, runs: Runs, request: pytest.FixtureRequest) -> None:
    if not runs.started(rig):
        runs.start(rig, {name: SCENARIOS[name] for name in _chosen(request.session, rig)})
    if not can_have(rig, _faults_of(name)):
        pytest.skip("its kind of line cannot have this fault")
    runs.result(rig, name)


def _faults_of(name: str) -> tuple[str, ...]:
    faults = name.removesuffix("_in_mid_use").removesuffix("_from_the_start").split("_and_")
    return tuple(fault for fault in faults if fault in LINE_FAULTS)


def _chosen(session: pytest.Session, rig: Rig) -> Iterator[str]:
    """The scenarios that this run of pytest wants of a driver."""
    for item in session.items:
        params = getattr(item, "callspec", None)
        if params is not None and params.params.get("rig") is rig and "name" in params.params:
            name = params.params["name"]
            if can_have(rig, _faults_of(name)):
                yield name


@pytest.mark.timeout(240)
@pytest.mark.parametrize("rig", RIGS, ids=str)
def test_nothing_of_a_person_is_in_logs_states_traces_errors_and_files(rig: Rig, runs: Runs) -> None:
    runs.settle()
    assert runs.leaks(rig) == []


def cycles(rig: Rig, folder: Path, times: int) -> None:
    """Open and close, and compare what is left of threads and descriptors."""

    def left() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # only the number

    trial = Trial(rig, folder)
    with trial.simulated():
        with trial.opened() as watched:  # what a driver's library keeps for good, it has now
            watched.station.wait_online(rig.kind)
        before = left()
        for turn in range(times):
            with trial.opened() as watched:
                if turn % 50 == 49:  # also one that got to its end; and the simulator keeps up
                    watched.station.wait_online(rig.kind)
        assert left() == before


@pytest.mark.parametrize("rig", RIGS, ids=str)
def test_opening_and_closing_leaves_no_thread_and_no_descriptor(rig: Rig, runs: Runs, tmp_path: Path) -> None:
    runs.settle()
    cycles(rig, tmp_path / "d", 25)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rig", RIGS, ids=str)
def test_a_thousand_times_too(rig: Rig, runs: Runs, tmp_path: Path) -> None:
    runs.settle()
    cycles(rig, tmp_path / "d", 1000)
