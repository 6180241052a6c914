"""Every driver of code scanners: a code of its own is shown, handed over, and taken away."""

import base64
from dataclasses import replace
from itertools import count
from typing import Any

from devices.rig import Outcome, Rig, one_lease, tcp_port
from devices.simulators import Sim, until

from jinghou_devices.errors import DeviceError
from jinghou_devices.kinds.common import Kind
from jinghou_devices.station import Station

_SECRET = "沐秘密"
_turns = count(1)
_SPOILS = {"garbage", "garbage_inside", "half_frame", "bad_checksum", "wrong_baud"}
"""Nothing in a serial scanner's bytes shows that they were damaged: a wrong code is not the driver's fault then."""


def _show(sim: Sim) -> dict[str, Any]:
    return sim.ask("show", text=f"{_SECRET} {next(_turns)}", encoding="gbk")


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.code_scanner is not None
    waiting = station.code_scanner.wait_for_code(one_lease(), 6.0)
    try:
        until(lambda: waiting.done() or sim.ask("status")["reading"], 6.5)
        if waiting.done():
            return Outcome.FAULT  # nobody shows a code to what is out of order
        shown = _show(sim)
        code = waiting.result(15)  # one look and one question may come before its end
    except AssertionError:
        return Outcome.FAULT  # it was never told to read
    except DeviceError:
        return Outcome.FAULT
    finally:
        sim.ask("hide")
    if code.raw == base64.b64decode(shown["bytes"]):
        assert code.text.startswith(_SECRET)
        return Outcome.DONE
    assert _SPOILS & set(sim.ask("status")["faults"]), "another code than was shown"
    return Outcome.FAULT


_TRIGGERED = Rig(
    kind=Kind.CODE_SCANNER,
    driver="honeywell",
    model=("honeywell",),
    use=_use,
    fails_with=frozenset({"silent", "garbage", "garbage_inside", "half_frame", "slow", "bad_checksum", "wrong_baud"}),
    may_fail_with=frozenset({"garbage"}),
    unknown_to_it=frozenset({"echo"}),  # RS-232 has a wire for each way
    secrets=lambda _sim: (_SECRET,),
    present=_show,
    withdraw=lambda sim: sim.ask("hide"),
)
_LATE = _TRIGGERED.unknown_to_it | {"slow"}
"""What marks no place in its stream cannot tell a code that comes seconds late from one that is shown now."""
_BY_ITSELF = replace(
    _TRIGGERED,
    driver="plain",
    model=("plain",),
    fails_with=_TRIGGERED.fails_with - {"slow"},
    unknown_to_it=_LATE,
    answers=False,
)

RIGS = (
    replace(_TRIGGERED, unknown_to_it=_LATE),  # its trigger is not acknowledged
    replace(
        _TRIGGERED,
        driver="newland",
        model=("newland", "--baud", "115200"),
        settings={"baud": 115200},
    ),
    replace(_TRIGGERED, driver="datalogic", model=("datalogic",), unknown_to_it=_LATE),
    replace(_TRIGGERED, driver="gm65", model=("gm65",)),
    _BY_ITSELF,
    replace(
        _BY_ITSELF,
        driver="wedge",
        model=("wedge",),
        fails_with=frozenset({"silent"}),
        unknown_to_it=_LATE | frozenset({"wrong_baud", "half_frame", "garbage", "garbage_inside", "bad_checksum"}),
    ),
    replace(
        _TRIGGERED,
        driver="camera",
        model=("camera", "--fps", "6"),  # as many cameras as there are scenarios run beside each other
        over="http",
        patience_s=25.0,
        port=tcp_port,
        fails_with=frozenset({"silent", "half_frame", "slow"}),
        may_fail_with=frozenset({"garbage_inside", "bad_checksum"}),
        unknown_to_it=frozenset({"echo", "wrong_baud"}),
    ),
)
