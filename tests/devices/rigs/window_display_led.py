"""The LED display: a text with a number of its own is put on it, and is what it shows."""

from itertools import count

from devices.rig import Outcome, Rig
from devices.simulators import Sim

from jinghou_devices.kinds.common import Kind
from jinghou_devices.station import Station

_SECRET = "沐秘密"
_turns = count(1)


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.window_display is not None
    text = f"请{_SECRET} A{next(_turns):03d} 到3号窗口"
    station.window_display.show(3, text).result(10)
    assert sim.ask("status")["displays"]["3"]["0"]["text"] == text
    return Outcome.DONE


RIGS = (
    Rig(
        kind=Kind.WINDOW_DISPLAY,
        driver="led",
        model=("led", "--address", "3"),
        settings={"options": {"addresses": "3"}},
        use=_use,
        fails_with=frozenset({"silent", "garbage_inside", "half_frame", "slow", "bad_checksum", "wrong_baud"}),
        secrets=lambda _sim: (_SECRET,),
    ),
)
