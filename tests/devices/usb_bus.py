"""A USB bus for tests: pyusb's own way to add one (a backend), whose devices are simulators on TCP ports.

All of pyusb above the backend is the real thing; what no real device has been on is said in docs/devices.md.
"""

import array
import errno
import hashlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from usb.backend import IBackend  # type: ignore[import-untyped]
from usb.core import USBError, USBTimeoutError  # type: ignore[import-untyped]

PRINTER = (0x04B8, 0x0E15)
ID_READER = (0x0400, 0xC35A)


@dataclass
class Plugged:
    """A device on the bus; its simulator is at `address`, and speaks through it while it is open."""

    address: str
    model: tuple[int, int]
    serial: str
    endpoints: tuple[int, ...]
    interface_class: int
    kernel_driver: bool = False
    forbidden: bool = False
    configured: bool = True
    claimed: bool = False
    line: socket.socket | None = None
    coming: bytearray = field(default_factory=bytearray)
    body: int = 0  # of a split device: bytes of the frame that have not come yet


class Bus(IBackend):  # type: ignore[misc]  # pyusb ships no types
    """The backend."""

    devices: ClassVar[dict[str, Plugged]] = {}

    def enumerate_devices(self) -> Iterator[Plugged]:
        return iter([*self.devices.values()])

    def get_device_descriptor(self, dev: Plugged) -> SimpleNamespace:
        vendor, product = dev.model
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=vendor, idProduct=product, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=1, bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Plugged, config: int) -> SimpleNamespace:
        _within(config, 1)
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=(),
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Plugged, intf: int, alt: int, config: int) -> SimpleNamespace:
        _within(intf, 1)
        _within(alt, 1)
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=len(dev.endpoints), bInterfaceClass=dev.interface_class, bInterfaceSubClass=1,
            bInterfaceProtocol=2, iInterface=0, extra_descriptors=(),
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Plugged, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        _within(ep, len(dev.endpoints))
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=dev.endpoints[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=(),
        )  # fmt: skip

    def open_device(self, dev: Plugged) -> Plugged:
        if dev.forbidden:
            raise USBError("Access denied", -3, errno.EACCES)
        return dev

    def close_device(self, dev_handle: Plugged) -> None:
        dev_handle.claimed = False

    def get_configuration(self, dev_handle: Plugged) -> int:
        return 1 if dev_handle.configured else 0

    def set_configuration(self, dev_handle: Plugged, config_value: int) -> None:
        dev_handle.configured = config_value == 1

    def is_kernel_driver_active(self, dev_handle: Plugged, intf: int) -> bool:
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: Plugged, intf: int) -> None:
        dev_handle.kernel_driver = False

    def claim_interface(self, dev_handle: Plugged, intf: int) -> None:
        if dev_handle.claimed or dev_handle.kernel_driver:
            raise USBError("Resource busy", -6, errno.EBUSY)
        host, port = dev_handle.address.split(":")
        try:
            dev_handle.line = socket.create_connection((host, int(port)), 2)
        except OSError:
            raise _no_device() from None
        dev_handle.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        dev_handle.claimed = True
        dev_handle.coming.clear()
        dev_handle.body = 0

    def release_interface(self, dev_handle: Plugged, intf: int) -> None:
        if dev_handle.line is not None:
            dev_handle.line.close()
            dev_handle.line = None
        dev_handle.claimed = False

    def ctrl_transfer(
        self, dev_handle: Plugged, request_type: int, request: int, value: int, index: int, data: Any, timeout: int
    ) -> int:
        """Only string descriptors are asked for: 0 lists the languages, 1 is the serial number."""
        assert (request_type, request, value >> 8) == (0x80, 6, 3)
        text = b"\x09\x04" if value & 0xFF == 0 else dev_handle.serial.encode("utf-16-le")
        answer = bytes((len(text) + 2, 3)) + text
        data[: len(answer)] = array.array("B", answer)
        return len(answer)

    def bulk_write(self, dev_handle: Plugged, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep in dev_handle.endpoints
        assert dev_handle.line is not None
        try:
            dev_handle.line.settimeout(timeout / 1000)
            return dev_handle.line.send(bytes(data))
        except TimeoutError:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from None
        except OSError:
            raise _no_device() from None

    def bulk_read(self, dev_handle: Plugged, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep in dev_handle.endpoints
        assert dev_handle.line is not None
        coming = dev_handle.coming
        if not coming or (dev_handle.model == ID_READER and not dev_handle.body and len(coming) < 7):
            coming += self._more(dev_handle.line, timeout)
        if dev_handle.model != ID_READER:
            return _moved(coming, buff, len(coming))
        if ep == 0x81 and not dev_handle.body and len(coming) >= 7:
            dev_handle.body = int.from_bytes(coming[5:7])
            return _moved(coming, buff, 7)
        if ep == 0x85 and dev_handle.body and coming:
            moved = _moved(coming, buff, min(dev_handle.body, len(coming)))
            dev_handle.body -= moved
            return moved
        raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)

    def _more(self, line: socket.socket, timeout: int) -> bytes:
        try:
            line.settimeout(timeout / 1000)
            data = line.recv(4096)
        except TimeoutError:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from None
        except OSError:
            data = b""
        if not data:
            raise _no_device()
        return data


def plug(
    address: str,
    serial: str,
    model: tuple[int, int] = PRINTER,
    endpoints: tuple[int, ...] = (0x01, 0x82),
    interface_class: int = 7,
) -> Plugged:
    """Put a device on the bus. The simulator at `address` may be unplugged and replugged as it likes."""
    device = Bus.devices[serial] = Plugged(address, model, serial, endpoints, interface_class)
    return device


def plugged_port(folder: Path, model: tuple[int, int], endpoints: tuple[int, ...], interface_class: int) -> str:
    """The simulator that works in `folder`, put on the bus; what the settings call it."""
    serial = hashlib.sha1(str(folder).encode()).hexdigest()[:12]
    if serial not in Bus.devices:
        plug((folder / "address").read_text(), serial, model, endpoints, interface_class)
    return f"usb:{model[0]:04x}:{model[1]:04x}:{serial}"


def _within(index: int, count: int) -> None:
    if index >= count:
        raise IndexError


def _moved(coming: bytearray, buff: Any, count: int) -> int:
    count = min(count, len(buff))
    buff[:count] = array.array("B", coming[:count])
    del coming[:count]
    return count


def _no_device() -> USBError:
    return USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)
