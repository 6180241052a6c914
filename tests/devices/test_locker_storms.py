"""Orders to lockers while the line, the boards and hands at the doors do what they like.

What a driver says of a door is held against the simulator's own doors and its count of pulses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from devices.conformance import Trial
from devices.rig import Rig
from devices.rigs.lockers import RIGS
from devices.simulators import Sim, Watched, until
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jinghou_devices.kinds.locker_board import Door, LockerBoard, Opened
from jinghou_devices.supervisor import USABLE

WIRE = ("silent", "garbage", "garbage_inside", "half_frame", "split", "merged", "slow", "bad_checksum", "echo")
BOARD = ("stuck", "pushes", "unlock_unanswered", "deaf")
LOCKS = ("1", "2", "3")

Event = tuple[str, str]
"""What happens, and to what: a fault, a lock, or nothing."""

faults = st.one_of(
    st.tuples(st.sampled_from(("fault on", "fault on", "fault off")), st.sampled_from(WIRE)),
    st.tuples(st.sampled_from(("fault on", "fault on", "fault off")), st.sampled_from(BOARD)),
)
hands = st.tuples(st.sampled_from(("open", "close", "put", "take")), st.sampled_from(LOCKS))
cables = st.tuples(st.sampled_from(("unplug", "replug")), st.just(""))
calm = st.just(("calm", ""))
meanwhile = st.one_of(calm, faults, cables.filter(lambda event: event[0] == "unplug"))
orders = st.tuples(st.just("order"), st.sampled_from(LOCKS), st.sampled_from(("on", "off")), meanwhile)
storms = st.lists(st.one_of(orders, orders, orders, faults, hands, cables, calm), min_size=5, max_size=9)


@dataclass
class Storm:
    """A locker and what happens to it."""

    sim: Sim
    watched: Watched

    @property
    def locker(self) -> LockerBoard:
        assert self.watched.station.locker is not None
        return self.watched.station.locker

    def happens(self, what: str, which: str) -> None:
        match what:
            case "fault on" | "fault off":
                self.sim.fault(which, what.removeprefix("fault "))
            case "calm":
                self.calm()
            case "unplug" | "replug":
                self.sim.ask(what)
            case _:
                self.sim.ask(what, lock=which)

    def calm(self) -> None:
        for fault in (*WIRE, *BOARD):
            self.sim.fault(fault, "off")
        self.sim.ask("replug")
        until(lambda: self.watched.links[-1] in USABLE, 40)

    def order(self, lock: int, stuck: str, meanwhile: Event) -> Opened:
        """Order a door open, stuck or not; `meanwhile` happens as soon as it has been pulsed."""
        (board,) = self.locker.boards
        self.sim.ask("stuck", lock=lock, state=stuck)
        before = self.sim.ask("status")
        order = self.locker.open(board, lock)
        until(lambda: order.done() or self.sim.ask("status")["pulses"] > before["pulses"], 15)
        if not order.done() and meanwhile[0] != "calm":
            self.happens(*meanwhile)
        result = order.result(15)
        after = self.sim.ask("status")
        pulses = after["pulses"] - before["pulses"]
        is_open = [board, lock] in after["open"]
        match result.opened:
            case Opened.OPENED:
                assert is_open
                assert pulses == 1 or ("deaf" in after["faults"] and pulses == 0)
            case Opened.STUCK:
                assert not is_open
                assert pulses <= 1
            case Opened.REFUSED:
                assert pulses == 0
            case Opened.UNCERTAIN:
                assert pulses <= 1
        if result.seen is not None and result.opened is not Opened.REFUSED and result.seen.door is not Door.UNKNOWN:
            assert (result.seen.door is Door.OPEN) == is_open
        assert (after["overlapping_pulses"], after["short_gaps"]) == (0, 0)
        return result.opened


@pytest.fixture(scope="module", params=[rig for rig in RIGS if rig.driver in {"8a", "modbus"}], ids=str)
def storm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    rig: Rig = request.param
    folder: Path = tmp_path_factory.mktemp("storm") / rig.driver
    with Trial(rig, folder).both() as (sim, watched):
        watched.station.wait_online(rig.kind)
        storm = Storm(sim, watched)
        storm.locker.watch(lambda _board, _state: None)
        yield storm


def blows(storm: Storm, events: list[Any]) -> None:
    storm.calm()
    for what, which, *how in events:
        if what == "order":
            storm.order(int(which), *how)
        else:
            storm.happens(what, which)
    storm.calm()
    until(lambda: storm.order(1, "off", ("calm", "")) is Opened.OPENED, 30)


GENERATED = {"deadline": None, "derandomize": True, "database": None, "phases": (Phase.generate,)}
FIXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(storms)
@settings(max_examples=4, suppress_health_check=FIXED, **GENERATED)  # type: ignore[arg-type]  # each has its own type
def test_whatever_happens_a_door_said_to_be_open_is_open_and_nothing_is_pulsed_twice(
    storm: Storm, events: list[Any]
) -> None:
    blows(storm, events)


@pytest.mark.soak
@pytest.mark.timeout(3000)
@given(storms)
@settings(max_examples=40, suppress_health_check=FIXED, **GENERATED)  # type: ignore[arg-type]  # each has its own type
def test_for_an_hour_too(storm: Storm, events: list[Any]) -> None:
    blows(storm, events)
