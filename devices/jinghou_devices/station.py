"""The devices of one terminal, made from its settings and kept connected until `close`."""

import contextlib
from collections.abc import Callable
from typing import Self

from jinghou_config.devices import DevicesSettings
from jinghou_devices.bus import Bus
from jinghou_devices.drivers import escpos, sam
from jinghou_devices.kinds.common import DeviceStatus
from jinghou_devices.kinds.id_reader import IdReader
from jinghou_devices.kinds.receipt_printer import ReceiptPrinter
from jinghou_devices.supervisor import Probe, Supervisor
from jinghou_devices.transports.serial import SerialTransport
from jinghou_devices.transports.trace import Trace

OnStatus = Callable[[DeviceStatus], None]

_BITS_A_BYTE = 10  # a start bit, eight of data, a stop bit


class Station:
    """What is plugged in. A device not in the settings is None."""

    id_reader: IdReader | None = None
    receipt_printer: ReceiptPrinter | None = None

    def __init__(self) -> None:
        self._supervisors: dict[str, Supervisor] = {}
        self._traces: dict[str, Trace] = {}

    @classmethod
    def open(cls, settings: DevicesSettings, on_status: OnStatus) -> Self:
        """Try each port once, here and now, and keep at it in threads of their own.

        `on_status` is called on each change of a device's state, from this thread and from those. Raises PortBusy
        when another program has one of the ports; a port that is not there is reported and tried again.
        """
        station = cls()
        with contextlib.ExitStack() as undo:
            undo.callback(station.close)
            if reader := settings.id_reader:
                supervisor = station._supervise("id_reader", reader.port, reader.baud, sam.probe, on_status)
                station.id_reader = sam.SamReader(supervisor, reader.poll_ms / 1000)
            if printer := settings.receipt_printer:
                supervisor = station._supervise("receipt_printer", printer.port, printer.baud, escpos.probe, on_status)
                station.receipt_printer = escpos.EscposPrinter(
                    supervisor, printer.paper_mm, printer.baud / _BITS_A_BYTE
                )
            undo.pop_all()
        return station

    def _supervise(self, name: str, port: str, baud: int, probe: Probe, on_status: OnStatus) -> Supervisor:
        trace = self._traces[name] = Trace()
        bus = Bus(name, lambda: SerialTransport(port, baud, trace))
        supervisor = Supervisor(name, bus, probe, on_status)
        supervisor.start()
        self._supervisors[name] = supervisor
        return supervisor

    def wait_online(self, name: str, timeout_s: float = 5.0) -> None:
        """Wait until device `name` (its key in the settings) answers. Raises the DeviceError that says why not."""
        self._supervisors[name].wait_online(timeout_s)

    def trace(self, name: str) -> Trace:
        """What went over the line of device `name` lately, without personal data."""
        return self._traces[name]

    def close(self) -> None:
        """Stop everything: futures not completed fail with Cancelled, threads end."""
        for supervisor in self._supervisors.values():
            supervisor.close()
