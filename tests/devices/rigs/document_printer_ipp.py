"""The document printer: a document of its own is printed once, and never when it is said that it was not."""

import hashlib
from itertools import count

from devices.rig import Outcome, Rig, tcp_port
from devices.simulators import Sim

from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_devices.station import Station

_SECRET = "沐秘密"
_turns = count(1)


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.document_printer is not None
    pdf = f"%PDF-1.4\n% {_SECRET} {next(_turns)}\n%%EOF\n".encode()
    result = station.document_printer.print(pdf, 30.0).result(35)
    digest = hashlib.sha256(pdf).hexdigest()
    states = [job["state"] for job in sim.ask("jobs")["jobs"] if job["sha256"] == digest]
    if result.printed is Printed.DONE:
        assert states == ["completed"]
        return Outcome.DONE
    assert "completed" not in states or result.printed is Printed.UNCERTAIN
    return Outcome.FAULT


RIGS = (
    Rig(
        kind=Kind.DOCUMENT_PRINTER,
        driver="ipp",
        over="tcp",
        model=("ipp",),
        port=lambda folder: f"ipp://{tcp_port(folder)}/ipp/print",
        use=_use,
        fails_with=frozenset({"silent", "garbage", "half_frame", "bad_checksum"}),
        may_fail_with=frozenset({"garbage_inside"}),
        unknown_to_it=frozenset({"echo", "wrong_baud"}),
        secrets=lambda _sim: (_SECRET,),
        patience_s=36.0,
    ),
)
