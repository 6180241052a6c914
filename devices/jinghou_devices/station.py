"""The devices of one terminal, made from its settings and kept connected until `close`."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Self

from jinghou_config.devices import DeviceSettings, DevicesSettings
from jinghou_devices import driver
from jinghou_devices.bus import Bus
from jinghou_devices.counters import CounterBook
from jinghou_devices.driver import Plan
from jinghou_devices.hotplug import HotPlug, Plugging
from jinghou_devices.kinds.chip_card_reader import ChipCardReader
from jinghou_devices.kinds.code_scanner import CodeScanner
from jinghou_devices.kinds.common import DeviceStatus, Kind
from jinghou_devices.kinds.document_printer import DocumentPrinter
from jinghou_devices.kinds.id_reader import IdReader
from jinghou_devices.kinds.locker_board import LockerBoard
from jinghou_devices.kinds.receipt_printer import ReceiptPrinter
from jinghou_devices.kinds.window_display import WindowDisplay
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports.trace import Exchange, Trace

OnStatus = Callable[[DeviceStatus], None]
OnExchange = Callable[[Exchange], None]


class Station:
    """What is plugged in, by the names of Kind. A device not in the settings is None."""

    id_reader: IdReader | None = None
    code_scanner: CodeScanner | None = None
    receipt_printer: ReceiptPrinter | None = None
    document_printer: DocumentPrinter | None = None
    locker: LockerBoard | None = None
    chip_card_reader: ChipCardReader | None = None
    window_display: WindowDisplay | None = None

    def __init__(self, counters: CounterBook, on_status: OnStatus, on_exchange: OnExchange | None) -> None:
        self._counters = counters
        self._on_status = on_status
        self._on_exchange = on_exchange
        self._supervisors: dict[Kind, Supervisor[Any]] = {}
        self._settings: dict[Kind, DeviceSettings] = {}
        self._traces: dict[Kind, Trace] = {}
        self._hot_plug: HotPlug | None = None

    @classmethod
    def open(cls, settings: DevicesSettings, on_status: OnStatus, on_exchange: OnExchange | None = None) -> Self:
        """Try each port once, here and now, and keep at it in threads of their own.

        `on_status` is called on each change of a device's state, and `on_exchange` with all that goes over any line,
        from this thread and from those; both must be quick. Raises ConfigError
        for a driver or an option there is not, and PortBusy when another program has one of the ports; a port that is
        not there is reported and tried again.
        """
        station = cls(CounterBook(settings.counters_file), on_status, on_exchange)
        named: dict[Kind, DeviceSettings | None] = {kind: getattr(settings, kind.value) for kind in Kind}
        plans = {kind: driver.plan(kind, one) for kind, one in named.items() if one is not None}
        with contextlib.ExitStack() as undo:
            undo.callback(station.close)
            for kind, plan in plans.items():
                station._supervise(kind, plan)
                station._settings[kind] = getattr(settings, kind.value)
            if plans:
                station._hot_plug = HotPlug(station._plugged)
            undo.pop_all()
        return station

    def _supervise(self, kind: Kind, plan: Plan[Any, Any], *, at_once: bool = True) -> None:
        trace = self._traces[kind] = Trace(on_note=self._on_exchange)
        bus: Bus[Any] = Bus(kind.value, lambda: plan.open(trace))
        supervisor = Supervisor(kind.value, bus, plan.probe, self._on_status, self._counters.counters(kind.value))
        supervisor.start(at_once=at_once and plan.at_once)
        self._supervisors[kind] = supervisor
        setattr(self, kind.value, plan.device(supervisor))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Those of which there is a device."""
        return tuple(self._settings)

    def settings(self, kind: Kind) -> DeviceSettings:
        """Those that the device was put in with, also while it is taken out."""
        return self._settings[kind]

    def take_out(self, kind: Kind) -> None:
        """Let go of the device's port, such as to look what else is there. What it was asked for fails."""
        self._supervisors[kind].close()

    def put_in(self, kind: Kind, settings: DeviceSettings, *, at_once: bool = True) -> None:
        """Take out the device of that kind that there is, and let the one of these settings be it from now on.

        Raises ConfigError for a driver or an option there is not. With `at_once` PortBusy as well, and nothing is put
        in then; without, a port in use is tried again until it is free.
        """
        plan = driver.plan(kind, settings)
        self.take_out(kind)
        self._supervise(kind, plan, at_once=at_once)
        self._settings[kind] = settings

    def _plugged(self, what: Plugging) -> None:
        for supervisor in self._supervisors.values():
            supervisor.plugged(what)

    def wait_online(self, kind: Kind, timeout_s: float = 5.0) -> None:
        """Wait until the device answers. Raises the DeviceError that says why not."""
        self._supervisors[kind].wait_online(timeout_s)

    def status(self, kind: Kind) -> DeviceStatus:
        """How the device is now."""
        return self._supervisors[kind].status

    def trace(self, kind: Kind) -> Trace:
        """What went over the line of the device lately, without personal data."""
        return self._traces[kind]

    def counters(self, kind: Kind) -> Mapping[str, int]:
        """What the device has done in its life, as far as the counters' file knows."""
        return self._supervisors[kind].counters.values()

    def close(self) -> None:
        """Stop everything: futures not completed fail with Cancelled, threads end."""
        hot_plug, self._hot_plug = self._hot_plug, None
        if hot_plug is not None:
            hot_plug.close()
        for supervisor in self._supervisors.values():
            supervisor.close()
