"""What is plugged into this machine, under which name that stays the same, and who uses it. Nothing is opened here:
what a device is, only asking can tell.

Names: https://www.freedesktop.org/software/systemd/man/latest/udev.html, the links below /dev/*/by-id and by-path.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from jinghou_devices.kinds.common import Kind

_DEV: Final = Path("/dev")
_SYS: Final = Path("/sys")
_PROC: Final = Path("/proc")
_HUB: Final = 9  # the USB class
_MAKERS: Final = {  # of USB devices that are one kind only; a converter says nothing of what is behind it
    0x04B8: (Kind.RECEIPT_PRINTER, "escpos"),  # Epson
    0x05F9: (Kind.CODE_SCANNER, "datalogic"),
    0x0C2E: (Kind.CODE_SCANNER, "honeywell"),
    0x1EAB: (Kind.CODE_SCANNER, "newland"),
}


class PortKind(StrEnum):
    """What sort of port it is."""

    SERIAL = "serial"
    USB = "usb"
    CAMERA = "camera"
    KEYBOARD = "keyboard"


@dataclass(frozen=True)
class Port:
    """One port. `name` is what to write into the settings and `why` the reason for this name; `device` what the system
    calls it now, `what` vendor and model, `usb` their numbers, `maker` the driver that its maker's number points to."""

    kind: PortKind
    name: str
    device: str
    why: str
    what: str = ""
    usb: str = ""
    maker: tuple[Kind, str] | None = None


def ports() -> Iterator[Port]:
    """All of them, serial ports first."""
    yield from serial_ports()
    yield from _usb_devices()
    yield from cameras()
    yield from keyboards()


def serial_ports() -> Iterator[Port]:
    """Those of this machine that have something behind them."""
    from serial.tools import list_ports  # noqa: PLC0415  # only a technician's command needs it

    for port in sorted(list_ports.comports()):
        usb = port.vid is not None
        name, why = stable_name(port.device, "serial", usb=usb, numbered=bool(port.serial_number))
        what = " ".join(part for part in (port.manufacturer, port.product) if part)
        numbers = f"{port.vid:04x}:{port.pid:04x}" if usb else ""
        yield Port(PortKind.SERIAL, name, port.device, why, what, numbers, _MAKERS.get(port.vid or 0))


def stable_name(device: str, folder: str, *, usb: bool, numbered: bool, dev: Path = _DEV) -> tuple[str, str]:
    """The name of `device` that stays the same, and why this one; `numbered` when it has a serial number of its own."""
    if not usb:
        return device, "the name stays the same: it is built in"
    by_id, by_path = (_link_to(device, dev / folder / way) for way in ("by-id", "by-path"))
    if numbered and by_id:
        return by_id, "the name stays the same in every socket"
    if by_path:
        return by_path, "the name is that of the socket, as it has no serial number of its own: keep it there"
    return device, "the name may change at the next start: udev has given it none that stays"


def _link_to(device: str, folder: Path) -> str | None:
    real = Path(device).resolve()
    return next((str(link) for link in sorted(folder.glob("*")) if link.resolve() == real), None)


def _usb_devices() -> Iterator[Port]:
    """Those that are no serial port, camera or keyboard of their own."""
    import usb.core  # type: ignore[import-untyped]  # noqa: PLC0415  # loads a library of the system

    try:
        devices = [*usb.core.find(find_all=True)]
    except (usb.core.NoBackendError, usb.core.USBError):
        return
    for device in devices:
        place = f"{device.bus}-{'.'.join(str(number) for number in device.port_numbers or ())}"
        if device.bDeviceClass == _HUB or _served_by_the_system(place):
            continue
        numbers = f"{device.idVendor:04x}:{device.idProduct:04x}"
        what = " ".join(filter(None, (_read(_SYS, place, "manufacturer"), _read(_SYS, place, "product"))))
        node = f"/dev/bus/usb/{device.bus:03d}/{device.address:03d}"
        why = "the name stays the same in every socket"
        yield Port(PortKind.USB, f"usb:{numbers}", node, why, what, numbers, _MAKERS.get(device.idVendor))


def _served_by_the_system(place: str) -> bool:
    """Whether the device is a serial port, a camera or a keyboard as well: it is listed as that."""
    interfaces = (_SYS / "bus/usb/devices").glob(f"{place}:*")
    return any([*one.glob("tty*"), *one.glob("video4linux/*"), *one.glob("**/input/input*")] for one in interfaces)


def _read(sys: Path, place: str, name: str) -> str:
    try:
        return (sys / "bus/usb/devices" / place / name).read_text(errors="replace").strip()
    except OSError:
        return ""


def cameras(dev: Path = _DEV, sys: Path = _SYS) -> Iterator[Port]:
    """Those that give pictures: a camera's other nodes give only what is said about them."""
    for node in sorted((sys / "class/video4linux").glob("video*"), key=lambda node: int(node.name[5:])):
        if (node / "index").read_text().strip() == "0":
            device = str(dev / node.name)
            name, why = stable_name(device, "v4l", usb=True, numbered=True, dev=dev)
            yield Port(PortKind.CAMERA, name, device, why, (node / "name").read_text().strip())


def keyboards(dev: Path = _DEV) -> Iterator[Port]:
    """What types as a keyboard does, such as a scanner in its keyboard mode."""
    for link in sorted((dev / "input/by-id").glob("*-event-kbd")):
        what = link.name.removeprefix("usb-").removesuffix("-event-kbd").replace("_", " ")
        yield Port(PortKind.KEYBOARD, str(link), str(link.resolve()), "the name stays the same in every socket", what)


def is_console(device: str, sys: Path = _SYS) -> bool:
    """Whether the system itself speaks over this port: nobody asks there."""
    try:
        return Path(device).resolve().name in (sys / "class/tty/console/active").read_text().split()
    except OSError:
        return False


def holder(device: str, proc: Path = _PROC) -> str | None:
    """Which other program has it open, as far as this user may know: "" is none that can be seen, None that not all
    programs could be looked at."""
    node = Path(device).resolve()
    hidden = False
    for program in proc.glob("[0-9]*"):
        try:
            opened = {os.readlink(one) for one in (program / "fd").iterdir()}  # noqa: PTH115  # a socket is no path
            if str(node) in opened and int(program.name) != os.getpid() and not _makes(node, opened):
                return f"{(program / 'comm').read_text().strip()} (process {program.name})"
        except PermissionError:
            hidden = True
        except OSError:
            continue  # it ended meanwhile
    return None if hidden else ""


def _makes(node: Path, opened: set[str]) -> bool:
    """Whether the program is what stands behind a pseudo-terminal: a simulator keeps both its ends."""
    return node.parent.name == "pts" and any(path.endswith("ptmx") for path in opened)
