"""A USB device without a serial converter, through pyusb: its bulk endpoints as a line of bytes.

Nothing can interrupt a transfer that has begun, so each waits for a fraction of a second at most and is begun again.
"""

import errno
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from jinghou_devices.errors import Cancelled, DeviceError, DeviceSilent, PortBusy, PortMissing
from jinghou_devices.transports.trace import Trace

_ADDRESS: Final = re.compile(r"usb:(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})(?::(?P<serial>[^\s/]+))?")
_SLICE_S: Final = 0.05  # how long a transfer waits at once; `cancel` is heard as soon
_PACKETS: Final = 4096  # bytes of one transfer: a multiple of every packet size
_PRINTER: Final = 7  # the class of an interface
_MAKERS_OWN: Final = 0xFF
_BULK: Final = 2
_KIND_OF_TRANSFER: Final = 0x03
_IN: Final = 0x80
_WORDS: Final = {
    errno.EACCES: "this user may not open it (see the udev rules in packaging/udev)",
    errno.EPERM: "this user may not open it (see the udev rules in packaging/udev)",
    errno.ENODEV: "it was unplugged just now",
}


@dataclass(frozen=True)
class UsbAddress:
    """Which device: numbers of its maker and its model, and its own, when there may be two of them."""

    vendor: int
    product: int
    serial: str | None = None

    def __str__(self) -> str:
        """As it is written in the settings."""
        return f"usb:{self.vendor:04x}:{self.product:04x}" + (f":{self.serial}" if self.serial else "")


def usb_address(port: str) -> UsbAddress | None:
    """The device of `usb:vendor:product` or `usb:vendor:product:serial`; None for a port of another form."""
    found = _ADDRESS.fullmatch(port)
    return UsbAddress(int(found["vendor"], 16), int(found["product"], 16), found["serial"]) if found else None


class UsbTransport:
    """A Transport over two bulk endpoints of an interface that nobody else has meanwhile.

    The first interface of a printer is taken, or else the first of the maker's own kind, that has both. Raises
    PortMissing when there is no such device or it may not be opened, PortBusy when another program has it.
    """

    def __init__(self, address: UsbAddress, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        self.trace = trace
        self._port = str(address)
        self._clock = clock
        self._cancelled = threading.Event()
        self._device = _found(address)
        try:
            with self._opening():
                self._inputs, self._outputs = self._claim()
        except DeviceError:
            self.close()
            raise

    def read(self, deadline: float) -> bytes:
        """See Transport."""
        return self._read_from(self._inputs[0], deadline)

    def write(self, data: bytes, deadline: float) -> None:
        """See Transport."""
        self._write_to(self._outputs[0], data, deadline)

    def discard_input(self) -> None:
        """See Transport."""
        for endpoint in self._inputs:
            while self._transfer(self._device.read, endpoint, _PACKETS, 1) is not None:
                pass

    def cancel(self) -> None:
        """See Line."""
        self._cancelled.set()

    def close(self) -> None:
        """See Line."""
        import usb.util  # type: ignore[import-untyped]  # noqa: PLC0415

        with suppress(OSError):  # it may be gone already
            usb.util.dispose_resources(self._device)

    def _read_from(self, endpoint: int, deadline: float) -> bytes:
        while (data := self._transfer(self._device.read, endpoint, _PACKETS, self._wait_ms(deadline))) is None:
            if self._clock() >= deadline:
                raise DeviceSilent(f"{self._port}: no answer")
        return bytes(data)

    def _write_to(self, endpoint: int, data: bytes, deadline: float) -> None:
        rest = data
        while rest:
            taken = self._transfer(self._device.write, endpoint, rest[:_PACKETS], self._wait_ms(deadline))
            rest = rest[taken or 0 :]
            if rest and self._clock() >= deadline:
                raise DeviceSilent(f"{self._port}: takes no more bytes")

    def _wait_ms(self, deadline: float) -> int:
        """Of one transfer; never 0, which means for ever."""
        return max(1, int(min(_SLICE_S, deadline - self._clock()) * 1000))

    def _transfer(self, move: Callable[..., Any], *how: object) -> Any:
        """What `move` moved; None when nothing moved in its time."""
        import usb.core  # type: ignore[import-untyped]  # noqa: PLC0415

        if self._cancelled.is_set():
            raise Cancelled(f"{self._port}: stopped")
        try:
            return move(*how) or None
        except usb.core.USBTimeoutError:
            return None
        except OSError:  # also pyusb's USBError
            raise PortMissing(f"{self._port}: the device went away") from None

    def _claim(self) -> tuple[list[int], list[int]]:
        """The endpoints in and out of the interface, which is ours from now on."""
        import usb.core  # noqa: PLC0415
        import usb.util  # noqa: PLC0415

        try:
            configuration = self._device.get_active_configuration()
        except usb.core.USBError as fault:
            if fault.errno is not None:
                raise
            self._device.set_configuration()  # nobody has done it yet
            configuration = self._device.get_active_configuration()
        for wanted in (_PRINTER, _MAKERS_OWN):
            for interface in configuration:
                ends = [end.bEndpointAddress for end in interface if end.bmAttributes & _KIND_OF_TRANSFER == _BULK]
                inputs = [end for end in ends if end & _IN]
                outputs = [end for end in ends if not end & _IN]
                if interface.bInterfaceClass == wanted and inputs and outputs:
                    self._take(interface)
                    return inputs, outputs
        raise PortMissing(f"{self._port}: has no pair of bulk endpoints: is it a printer that answers?")

    def _take(self, interface: Any) -> None:
        import usb.util  # noqa: PLC0415

        with suppress(NotImplementedError):  # only Linux has kernel drivers in the way, such as usblp
            if self._device.is_kernel_driver_active(interface.bInterfaceNumber):
                self._device.detach_kernel_driver(interface.bInterfaceNumber)
        usb.util.claim_interface(self._device, interface)
        if interface.bAlternateSetting:
            self._device.set_interface_altsetting(interface)

    @contextmanager
    def _opening(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:  # also pyusb's USBError
            if fault.errno == errno.EBUSY:
                raise PortBusy(f"{self._port}: another program is using it") from None
            words = _WORDS.get(fault.errno or 0, f"cannot be opened ({fault.strerror})")
            raise PortMissing(f"{self._port}: {words}") from None


class SplitUsbTransport(UsbTransport):
    """The line to ID readers that put the first seven bytes of a frame through one endpoint and the rest through
    another, each way. `write` takes one whole frame at a time; `read` gives head and rest one after the other."""

    _HEAD: Final = 7  # preamble and length
    _TO: Final = (0x02, 0x06)
    _FROM: Final = (0x81, 0x85)

    def __init__(self, address: UsbAddress, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(address, trace, clock)
        self._rest = 0  # bytes that the frame still has on the second endpoint
        if not set(self._TO) <= set(self._outputs) or not set(self._FROM) <= set(self._inputs):
            self.close()
            raise PortMissing(f"{address}: has not the endpoints of an ID reader")

    def read(self, deadline: float) -> bytes:
        """See Transport."""
        if self._rest:
            data = self._read_from(self._FROM[1], deadline)
            self._rest = max(0, self._rest - len(data))
            return data
        head = self._read_from(self._FROM[0], deadline)
        if len(head) >= self._HEAD:
            self._rest = int.from_bytes(head[self._HEAD - 2 : self._HEAD])
        return head

    def write(self, data: bytes, deadline: float) -> None:
        """See Transport."""
        self._write_to(self._TO[0], data[: self._HEAD], deadline)
        self._write_to(self._TO[1], data[self._HEAD :], deadline)

    def discard_input(self) -> None:
        """See Transport."""
        super().discard_input()
        self._rest = 0


def _found(address: UsbAddress) -> Any:
    """The one device at `address`."""
    import usb.core  # noqa: PLC0415  # with the first USB device: most terminals have none

    try:
        devices = [*usb.core.find(find_all=True, idVendor=address.vendor, idProduct=address.product)]
    except usb.core.NoBackendError:
        raise PortMissing(f"{address}: libusb is not installed (package libusb-1.0-0)") from None
    except OSError as fault:
        raise PortMissing(f"{address}: USB cannot be searched ({fault.strerror})") from None
    if address.serial is not None:
        devices = [device for device in devices if _serial_number(device) == address.serial]
    match devices:
        case []:
            raise PortMissing(f"{address}: there is no such device")
        case [device]:
            return device
        case _:
            numbers = ", ".join(_serial_number(device) or "one that tells no number" for device in devices)
            raise PortMissing(f"{address}: there are {len(devices)}; add the serial number ({numbers})")


def _serial_number(device: Any) -> str | None:
    """None for a device that tells none, or may not be opened."""
    try:
        return str(device.serial_number) if device.serial_number else None
    except (OSError, ValueError, NotImplementedError):
        return None
