"""How a port is written in the settings and on the command line, and the line that it stands for."""

import re
from typing import Final

from jinghou_devices.transports import Transport
from jinghou_devices.transports.serial import SerialTransport
from jinghou_devices.transports.tcp import TcpTransport
from jinghou_devices.transports.trace import Trace
from jinghou_devices.transports.usb import SplitUsbTransport, UsbTransport, usb_address

_NETWORK: Final = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^/:\[\]]+)):(?P<port>[0-9]{1,5})")
_ID_READER: Final = (0x0400, 0xC35A)


def network_address(port: str) -> tuple[str, int] | None:
    """Host and port of `host:port` or `[v6]:port`; None for a port of another form."""
    found = _NETWORK.fullmatch(port)
    if found is None or int(found["port"]) > 65535:
        return None
    return found["v6"] or found["host"], int(found["port"])


def opens_at_once(port: str) -> bool:
    """Whether opening it takes no time: a port of this machine, not one on the network."""
    return network_address(port) is None


def is_serial(port: str) -> bool:
    """Whether it has a speed: neither on the network nor on USB."""
    return network_address(port) is None and usb_address(port) is None


def open_port(port: str, baud: int, trace: Trace) -> Transport:
    """The line to `port`: `usb:vendor:product`, `host:port` on the network, else the path of a serial port at `baud`.

    Raises PortBusy, PortMissing.
    """
    if device := usb_address(port):
        split = (device.vendor, device.product) == _ID_READER
        return SplitUsbTransport(device, trace) if split else UsbTransport(device, trace)
    if address := network_address(port):
        return TcpTransport(*address, trace)
    return SerialTransport(port, baud, trace)
