"""The SAM reader: a card is put down, read and lifted."""

import contextlib

from devices.rig import Outcome, Rig, one_lease
from devices.simulators import Sim, until

from jinghou_devices.kinds.common import Kind
from jinghou_devices.station import Station


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.id_reader is not None
    waiting = station.id_reader.wait_for_card(one_lease(), 6.0)
    asked = sim.ask("status")["commands"]
    with contextlib.suppress(AssertionError):  # two looks without a card, if it can look at all
        until(lambda: sim.ask("status")["commands"] >= asked + 2, 1.5)
    person = sim.ask("place")["person"]
    try:
        card = waiting.result(10)
        assert (card.name, card.number, card.address) == (person["name"], person["number"], person["address"])
    finally:
        sim.ask("lift")
    return Outcome.DONE


RIGS = (
    Rig(
        kind=Kind.ID_READER,
        driver="sam",
        model=("sam",),
        settings={"poll_ms": 100},
        use=_use,
        fails_with=frozenset({"silent", "garbage_inside", "half_frame", "slow", "bad_checksum", "wrong_baud"}),
        present=lambda sim: sim.ask("place"),
        withdraw=lambda sim: sim.ask("lift"),
    ),
)
