"""The receipt printer: a paper with a number of its own is printed, and lies in the tray once or not at all."""

from dataclasses import replace
from itertools import count

from devices.rig import Outcome, Rig, tcp_port
from devices.simulators import Sim
from devices.usb_bus import PRINTER, plugged_port

from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.receipt_printer import Printed, Receipt, Text
from jinghou_devices.station import Station

_SECRET = "沐秘密"
_turns = count(1)


def _use(station: Station, sim: Sim) -> Outcome:
    assert station.receipt_printer is not None
    text = f"{_SECRET} A{next(_turns):03d}"
    result = station.receipt_printer.print(Receipt((Text(text),)), 6.0).result(10)
    papers = [paper for paper in sim.papers() if text in paper["text"]]
    if result.printed is Printed.DONE:
        assert len(papers) == 1
        return Outcome.DONE
    assert len(papers) == 0 or result.printed is Printed.UNCERTAIN
    return Outcome.FAULT


SERIAL = Rig(
    kind=Kind.RECEIPT_PRINTER,
    driver="escpos",
    model=("escpos", "--speed", "2000"),
    use=_use,
    fails_with=frozenset({"silent", "half_frame", "slow", "bad_checksum", "wrong_baud"}),
    may_fail_with=frozenset({"garbage_inside"}),
    unknown_to_it=frozenset({"echo"}),  # RS-232 has a wire for each way
    secrets=lambda _sim: (_SECRET,),
)
TCP = replace(SERIAL, over="tcp", model=(*SERIAL.model, "--tcp", "0"), port=tcp_port)
USB = replace(TCP, over="usb", port=lambda folder: plugged_port(folder, PRINTER, (0x01, 0x82), 7))
RIGS = (SERIAL, TCP, USB)
