"""Devices on USB: through pyusb on a bus of the tests' own, whose devices are the simulators."""

import time
from collections.abc import Callable, Iterator

import pytest
import usb.backend.libusb0  # type: ignore[import-untyped]
import usb.backend.libusb1  # type: ignore[import-untyped]
import usb.backend.openusb  # type: ignore[import-untyped]
from devices.simulators import Sim, until
from devices.usb_bus import Bus, Plugged, plug

from jinghou_config.devices import DevicesSettings
from jinghou_devices.errors import Cancelled, DeviceSilent, PortBusy, PortMissing
from jinghou_devices.kinds.common import Kind, Link
from jinghou_devices.kinds.receipt_printer import Printed, Receipt, Text
from jinghou_devices.station import Station
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import network_address, open_port
from jinghou_devices.transports.trace import Trace
from jinghou_devices.transports.usb import UsbAddress, usb_address

Start = Callable[..., Sim]


@pytest.fixture(autouse=True)
def nothing_else_on_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bus, "devices", {})


@pytest.fixture
def sim(start_sim: Start) -> Sim:
    return start_sim("escpos", "--tcp", "0", "--speed", "2000")


@pytest.fixture
def plugged(sim: Sim) -> Plugged:
    return plug(sim.port, "J0001")


@pytest.fixture
def open_line() -> Iterator[Callable[[str], Transport]]:
    opened: list[Transport] = []

    def open_(port: str = "usb:04b8:0e15") -> Transport:
        opened.append(open_port(port, 9600, Trace()))
        return opened[-1]

    yield open_
    for line in opened:
        line.close()


Open = Callable[..., Transport]


@pytest.mark.parametrize(
    ("port", "address"),
    [
        ("usb:04b8:0e15", UsbAddress(0x04B8, 0x0E15)),
        ("usb:04B8:0E15:J0001", UsbAddress(0x04B8, 0x0E15, "J0001")),
        ("usb:4b8:0e15", None),
        ("usb:04b8", None),
        ("/dev/usb/lp0", None),
    ],
)
def test_a_usb_port_is_written_with_maker_model_and_number(port: str, address: UsbAddress | None) -> None:
    assert usb_address(port) == address
    assert network_address(port) is None or address is None


def test_bytes_go_both_ways(plugged: Plugged, open_line: Open) -> None:
    line = open_line("usb:04b8:0e15:J0001")
    line.write(b"\x10\x04\x01", time.monotonic() + 1)
    assert line.read(time.monotonic() + 1) == b"\x12"


def test_silence_is_told_at_the_deadline(plugged: Plugged, open_line: Open) -> None:
    line = open_line()
    begun = time.monotonic()
    with pytest.raises(DeviceSilent):
        line.read(begun + 0.3)
    assert 0.3 <= time.monotonic() - begun < 0.8


def test_a_wait_that_is_cancelled_ends_soon_and_so_does_every_later_one(plugged: Plugged, open_line: Open) -> None:
    line = open_line()
    line.cancel()
    begun = time.monotonic()
    for _ in range(2):
        with pytest.raises(Cancelled):
            line.read(begun + 10)
    assert time.monotonic() - begun < 0.5


def test_a_printer_that_the_kernel_took_is_taken_back(plugged: Plugged, open_line: Open) -> None:
    plugged.kernel_driver = True
    open_line()
    assert plugged.kernel_driver is False


def test_a_device_that_nobody_has_set_up_is_set_up(plugged: Plugged, open_line: Open) -> None:
    plugged.configured = False
    open_line()
    assert plugged.configured is True


def test_the_second_program_is_told_that_it_is_in_use(plugged: Plugged, open_line: Open) -> None:
    open_line()
    with pytest.raises(PortBusy, match="another program is using it"):
        open_line()


def test_a_user_who_may_not_is_told_what_to_do(plugged: Plugged, open_line: Open) -> None:
    plugged.forbidden = True
    with pytest.raises(PortMissing, match="packaging/udev"):
        open_line()


def test_a_device_that_is_not_there_is_named(open_line: Open) -> None:
    with pytest.raises(PortMissing, match="usb:04b8:0e15: there is no such device"):
        open_line()


def test_of_two_alike_the_number_must_be_said(sim: Sim, plugged: Plugged, open_line: Open) -> None:
    plug(sim.port, "J0002")
    with pytest.raises(PortMissing, match=r"there are 2; add the serial number \(J0001, J0002\)"):
        open_line()
    open_line("usb:04b8:0e15:J0002").write(b"\x10\x04\x01", time.monotonic() + 1)


def test_a_device_that_cannot_answer_is_refused(sim: Sim, open_line: Open) -> None:
    plug(sim.port, "J0003", endpoints=(0x01,))
    with pytest.raises(PortMissing, match="no pair of bulk endpoints"):
        open_line()


def test_an_id_reader_without_its_four_endpoints_is_refused(sim: Sim, open_line: Open) -> None:
    plug(sim.port, "J0004", (0x0400, 0xC35A), (0x01, 0x82), 0xFF)
    with pytest.raises(PortMissing, match="has not the endpoints of an ID reader"):
        open_line("usb:0400:c35a")


def test_without_libusb_the_package_is_named(monkeypatch: pytest.MonkeyPatch, open_line: Open) -> None:
    for backend in (usb.backend.libusb1, usb.backend.libusb0, usb.backend.openusb):
        monkeypatch.setattr(backend, "get_backend", lambda: None)
    with pytest.raises(PortMissing, match="libusb is not installed"):
        open_line()


def test_a_printer_pulled_out_in_the_middle_is_uncertain_and_works_when_it_is_back(
    start_sim: Start,
) -> None:
    sim = start_sim("escpos", "--tcp", "0", "--speed", "50")
    plug(sim.port, "J0005")
    links: list[Link] = []
    settings = DevicesSettings.model_validate({"receipt_printer": {"port": "usb:04b8:0e15:J0005"}})
    station = Station.open(settings, lambda status: links.append(status.link))
    try:
        station.wait_online(Kind.RECEIPT_PRINTER)
        assert station.receipt_printer is not None
        printing = station.receipt_printer.print(Receipt(tuple(Text(f"{n}") for n in range(60))))
        until(lambda: sim.ask("status")["unfinished_lines"] >= 2)
        sim.ask("unplug")
        assert printing.result(10).printed is Printed.UNCERTAIN
        until(lambda: links[-1] is Link.ABSENT)
        sim.ask("replug")
        until(lambda: links[-1] in {Link.ONLINE, Link.DEGRADED}, 20)
    finally:
        station.close()
