"""Documents on CUPS's own IPP Everywhere printer (ippeveprinter), which nobody here wrote."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from devices.simulators import until

from jinghou_config.devices import DevicesSettings
from jinghou_devices.kinds.common import Kind, Tri
from jinghou_devices.kinds.document_printer import DocumentPrinter
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_devices.station import Station

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\n%%EOF\n"
SBIN = f"{os.environ['PATH']}:/usr/sbin"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def message_bus(tmp_path: Path) -> Iterator[dict[str, str]]:
    """ippeveprinter insists on one, to be found through it; this one nobody else is on."""
    address = f"unix:path={tmp_path}/bus"
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bus:
        assert bus.stdout is not None
        assert bus.stdout.readline()
        yield {**os.environ, "PATH": SBIN, "DBUS_SYSTEM_BUS_ADDRESS": address}
        bus.terminate()


@pytest.fixture
def start(tmp_path: Path, message_bus: dict[str, str]) -> Iterator[Callable[[str], DocumentPrinter]]:
    """A printer whose engine is a shell script, and the driver in front of it."""
    running: list[subprocess.Popen[bytes]] = []
    stations: list[Station] = []

    def start_(engine: str) -> DocumentPrinter:
        script = tmp_path / "engine"
        script.write_text(f"#!/bin/sh\n{engine}\n")
        script.chmod(0o755)
        (tmp_path / "spool").mkdir()
        port = free_port()
        command = ["ippeveprinter", "-p", str(port), "-n", "localhost", "-r", "off", "-K", str(tmp_path), "-k"]
        command += ["-d", str(tmp_path / "spool"), "-f", "application/pdf", "-c", str(script), "hall"]
        log = (tmp_path / "log").open("wb")
        running.append(subprocess.Popen(command, env=message_bus, stdout=log, stderr=log, start_new_session=True))
        log.close()
        until(lambda: accepts(port), 10)
        device = {"driver": "ipp", "port": f"ipp://localhost:{port}/ipp/print"}
        station = Station.open(DevicesSettings.model_validate({"document_printer": device}), lambda _status: None)
        stations.append(station)
        station.wait_online(Kind.DOCUMENT_PRINTER, 10)
        assert station.document_printer is not None
        return station.document_printer

    yield start_
    for station in stations:
        station.close()
    for process in running:
        os.killpg(process.pid, signal.SIGKILL)  # it and its engine
        process.wait(5)


def test_a_document_arrives_as_it_is_and_is_printed(start: Callable[[str], DocumentPrinter], tmp_path: Path) -> None:
    printer = start(f'cp "$1" {tmp_path}/paper; echo "ATTR: job-impressions-completed=1" >&2')
    result = printer.print(PDF, 20.0).result(30)
    assert (result.printed, result.reason) == (Printed.DONE, "")
    assert (tmp_path / "paper").read_bytes() == PDF


def test_an_engine_that_fails_is_a_paper_that_is_not_whole(start: Callable[[str], DocumentPrinter]) -> None:
    result = start("exit 1").print(PDF, 20.0).result(30)
    assert result.printed is Printed.FAILED
    assert result.reason


def test_an_engine_that_waits_for_paper_is_called_off_and_the_paper_is_named(
    start: Callable[[str], DocumentPrinter],
) -> None:
    printer = start('echo "STATE: +media-empty" >&2; exec sleep 30')  # to CUPS a warning
    result = printer.print(PDF, 6.0).result(30)
    assert result.printed in {Printed.FAILED, Printed.UNCERTAIN}
    assert "out of paper" in result.reason


def test_an_engine_that_is_slow_is_called_off_at_the_deadline(start: Callable[[str], DocumentPrinter]) -> None:
    result = start("exec sleep 30").print(PDF, 4.0).result(30)
    assert result.printed in {Printed.FAILED, Printed.UNCERTAIN}
    assert result.reason.startswith("it was not printed in time")


def test_its_health_is_told(start: Callable[[str], DocumentPrinter]) -> None:
    health = start("exit 0").check_health().result(10)
    assert (health.toner_low, health.jammed, health.cover_open) == (Tri.NO, Tri.NO, Tri.NO)
