"""The SAM reader: a card is put down, read and lifted."""

import contextlib
from dataclasses import replace
from typing import Any

from devices.rig import Outcome, Rig, one_lease
from devices.simulators import Sim, until
from devices.usb_bus import ID_READER, plugged_port

from jinghou_devices.kinds.common import Kind
from jinghou_devices.station import Station


def _place(sim: Sim) -> dict[str, Any]:
    asked = sim.ask("status")["commands"]
    with contextlib.suppress(AssertionError):  # two looks without a card, if it can look at all
        until(lambda: sim.ask("status")["commands"] >= asked + 2, 1.5)
    person: dict[str, Any] = sim.ask("place")["person"]
    return person


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.id_reader is not None
    waiting = station.id_reader.wait_for_card(one_lease(), 6.0)
    person = _place(sim)
    try:
        card = waiting.result(10)
        assert (card.name, card.number, card.address) == (person["name"], person["number"], person["address"])
    finally:
        sim.ask("lift")
    return Outcome.DONE


SERIAL = Rig(
    kind=Kind.ID_READER,
    driver="sam",
    model=("sam",),
    settings={"poll_ms": 100},
    use=_use,
    fails_with=frozenset({"silent", "garbage_inside", "half_frame", "slow", "bad_checksum", "wrong_baud"}),
    present=_place,
    withdraw=lambda sim: sim.ask("lift"),
)
USB = replace(
    SERIAL,
    over="usb",
    model=("sam", "--tcp", "0"),
    port=lambda folder: plugged_port(folder, ID_READER, (0x02, 0x81, 0x85, 0x06), 0xFF),
    unknown_to_it=frozenset({"garbage", "echo"}),  # USB moves whole packets, checked, each way by itself
)
RIGS = (SERIAL, USB)
