"""Hearing from Linux that something was plugged in or pulled out. What then becomes of a device is the supervisor's
matter: without this it looks by itself, only later."""

import os
import select
import threading
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinghou_config.log import get_logger

if TYPE_CHECKING:
    import pyudev  # type: ignore[import-untyped]

log = get_logger(__name__)
_SUBSYSTEMS: Final = ("tty", "usb", "usbmisc", "input", "hidraw", "video4linux")
_UDEVD: Final = Path("/run/udev/control")


class Plugging(Enum):
    """What happened to some device of this machine."""

    IN = auto()
    OUT = auto()


def plugging(action: str | None) -> Plugging | None:
    """What an event of the kernel or of udev means for ports; None: nothing."""
    match action:
        case "add" | "change" | "bind" | "online" | "move":
            return Plugging.IN
        case "remove" | "offline":
            return Plugging.OUT
        case _:
            return None


class HotPlug:
    """Calls `on_plugging` from a thread of its own, for any device at all, until `close`.

    udev's word is waited for where it runs, as its stable names and rights come with it; else the kernel's is taken.
    Where neither can be heard (another system, no libudev) nothing is ever called.
    """

    def __init__(self, on_plugging: Callable[[Plugging], None]) -> None:
        self._on_plugging = on_plugging
        self._wake_out, self._wake_in = os.pipe()
        self._thread = threading.Thread(target=self._listen, name="hot-plug", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it; not called from `on_plugging`."""
        os.write(self._wake_in, b"x")
        self._thread.join()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def _listen(self) -> None:
        try:
            monitor = _monitor()
        except (ImportError, OSError) as fault:
            log.debug("plugging in is not heard of: devices are looked for now and then", reason=str(fault))
            return
        while True:
            ready, _, _ = select.select([self._wake_out, monitor], [], [])
            if self._wake_out in ready:
                return
            try:
                happened: set[Plugging | None] = {
                    plugging(device.action) for device in iter(lambda: monitor.poll(timeout=0), None)
                }
            except OSError:  # more at once than the system could keep for us: it may have been anything
                happened = {*Plugging}
            for what in happened:
                if what is not None:
                    self._on_plugging(what)


def _monitor() -> "pyudev.Monitor":
    import pyudev  # noqa: PLC0415  # loads a library of the system, here in a thread for which no page waits

    monitor = pyudev.Monitor.from_netlink(pyudev.Context(), "udev" if _UDEVD.exists() else "kernel")
    for subsystem in _SUBSYSTEMS:
        monitor.filter_by(subsystem)
    monitor.start()
    return monitor
