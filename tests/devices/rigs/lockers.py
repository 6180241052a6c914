"""The locker boards: a door is opened, seen open or told not to be, and closed again by a hand."""

from itertools import count

from devices.rig import Outcome, Rig
from devices.simulators import Sim

from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.locker_board import Opened
from jinghou_devices.station import Station

_turns = count()


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.locker is not None
    (board,) = station.locker.boards
    lock = next(_turns) % station.locker.locks + 1
    before = sim.ask("status")["pulses"]
    result = station.locker.open(board, lock, 6.0).result(10)
    after = sim.ask("status")
    sim.ask("close", board=board, lock=lock)
    pulses = after["pulses"] - before
    assert (after["overlapping_pulses"], after["short_gaps"]) == (0, 0)
    if result.opened is Opened.OPENED:
        assert (pulses, [board, lock] in after["open"]) == (1, True)
        return Outcome.DONE
    assert pulses <= (result.opened is not Opened.REFUSED)
    return Outcome.FAULT


RIGS = tuple(
    Rig(
        kind=Kind.LOCKER,
        driver=make,
        model=(make,),
        use=_use,
        settings={"options": {"gap_ms": 1000}},  # the simulator sees each order as late as a busy machine lets it
        fails_with=frozenset({"silent", "garbage_inside", "half_frame", "slow", "bad_checksum", "wrong_baud"}),
    )
    for make in ("cu16", "cu48", "8a", "wkly", "modbus")
)
