"""Simulators as real processes, and stations that talk to them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import usb.backend.libusb1  # type: ignore[import-untyped]
from devices.simulators import Sim, Watched
from devices.usb_bus import Bus

from jinghou_config.devices import DevicesSettings, IdReaderSettings, ReceiptPrinterSettings
from jinghou_devices.kinds.common import DeviceStatus
from jinghou_devices.station import Station


@pytest.fixture(autouse=True, scope="session")
def only_the_usb_bus_of_the_tests() -> Iterator[None]:
    bus = Bus()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usb.backend.libusb1, "get_backend", lambda: bus)
        yield


@pytest.fixture
def start_sim(tmp_path: Path) -> Iterator[Callable[..., Sim]]:
    running: list[Sim] = []

    def start(kind: str, *options: str) -> Sim:
        socket = tmp_path / f"{len(running)}.ctl"
        command = [sys.executable, "-m", "jinghou_devices.sim", kind, "--control", str(socket), "--seed", "7", *options]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        sim = Sim(process, process.stdout.readline().strip(), socket)
        running.append(sim)
        return sim

    yield start
    for sim in running:
        sim.stop()


@pytest.fixture
def sam_sim(start_sim: Callable[..., Sim]) -> Sim:
    return start_sim("sam")


@pytest.fixture
def open_station() -> Iterator[Callable[..., Watched]]:
    opened: list[Station] = []

    def open_(
        reader: str | None = None,
        printer: str | None = None,
        *,
        baud: Any = 115200,
        paper_mm: Any = 80,
        **reader_options: Any,
    ) -> Watched:
        seen: list[DeviceStatus] = []
        settings = DevicesSettings(
            id_reader=IdReaderSettings(driver="sam", port=reader, baud=baud, poll_ms=100, options=reader_options)
            if reader
            else None,
            receipt_printer=ReceiptPrinterSettings(driver="escpos", port=printer, baud=baud, paper_mm=paper_mm)
            if printer
            else None,
        )
        station = Station.open(settings, seen.append)
        opened.append(station)
        return Watched(station, seen)

    yield open_
    for station in opened:
        station.close()
