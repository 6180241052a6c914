"""What a terminal's devices cost while nobody uses them: the processor time of this process, with every kind of device
online, each beside its simulator in a process of its own."""

import contextlib
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from devices.conformance import Trial
from devices.rig import Rig
from devices.rigs import RIGS
from devices.simulators import until

from jinghou_devices.kinds.common import Kind, Lease
from jinghou_devices.station import Station
from jinghou_devices.supervisor import USABLE

BUDGET = 0.01  # of a core
FOR_S = 25.0
RIG_OF = {rig.kind: rig for rig in reversed(RIGS)}  # the first of each kind


def waits(station: Station, rig: Rig, lease: Lease) -> Future[Any] | None:
    """Somebody stands before the device, for the kinds that one can stand before."""
    match rig.kind:
        case Kind.ID_READER | Kind.CHIP_CARD_READER:
            future: Future[Any] = getattr(station, rig.kind.value).wait_for_card(lease)
        case Kind.CODE_SCANNER:
            assert station.code_scanner is not None
            future = station.code_scanner.wait_for_code(lease)
        case _:
            return None
    return future


def share_of_a_core() -> float:
    """How much of a core this process takes while nothing happens."""
    begun, used = time.monotonic(), time.process_time()
    time.sleep(FOR_S)
    return (time.process_time() - used) / (time.monotonic() - begun)


@pytest.mark.bench
def test_devices_that_wait_cost_next_to_nothing(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        stations = []
        for kind, rig in RIG_OF.items():
            _, watched = stack.enter_context(Trial(rig, tmp_path / kind.value).both())
            until(lambda watched=watched: bool(watched.links) and watched.links[-1] in USABLE)  # type: ignore[misc]
            stations.append((watched.station, rig))
        kinds = ", ".join(rig.driver for _, rig in stations)
        alone = share_of_a_core()
        lease = Lease("somebody")
        waiting = [future for station, rig in stations if (future := waits(station, rig, lease))]
        busy = share_of_a_core()
        assert not any(future.done() for future in waiting)
        lease.end()
    for who, share in (("nobody", alone), ("somebody", busy)):
        print(
            f"\n{len(stations)} devices online ({kinds}), {who} waiting: {share:.2%} of a core (budget ≤ {BUDGET:.0%})"
        )
    assert max(alone, busy) <= BUDGET
