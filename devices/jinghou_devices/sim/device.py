"""What every simulated device does: take bytes, obey the control socket, have faults."""

import argparse
import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand, flag, word
from jinghou_devices.sim.ends import End, Pty, Tcp
from jinghou_devices.sim.line import Line, WireFault


class NoFault(StrEnum):
    """For a device that has only the faults of its wire."""


class Device(ABC):
    """A simulated device at the end of `line`. A subclass names its own faults and commands."""

    own_faults: ClassVar[type[StrEnum]] = NoFault
    commands: ClassVar[tuple[str, ...]] = ()
    _COMMON: Final = ("status", "fault", "unplug", "replug")

    def __init__(self, line: Line) -> None:
        self.line = line
        self.faults: set[str] = set()

    @abstractmethod
    def take(self, data: bytes) -> None:
        """Bytes from the host."""

    @abstractmethod
    def status(self) -> Answer:
        """What there is to tell of it, for the control socket."""

    def obey(self, name: str, arguments: Arguments) -> Answer:
        """One of its `commands`."""
        raise NotImplementedError(name)

    def switched(self, fault: str, *, on: bool) -> None:  # noqa: B027  # most need not know
        """One of its own faults was switched."""

    async def work(self) -> None:
        """What it does by itself, for ever."""
        await asyncio.Event().wait()

    def command(self, name: str, arguments: Arguments) -> Answer:
        """From the control socket. `at` in the answer is the monotonic time in seconds."""
        at = time.monotonic()
        match name:
            case "status":
                faults = sorted([*self.faults, *self.line.faults])
                return self.status() | {"faults": faults, "wrong_baud_bytes": self.line.wrong_baud_bytes}
            case "fault":
                self.fault(word(arguments, "name"), on=flag(arguments, "state"))
                return {"at": at}
            case "unplug":
                self.line.unplug()
                return {"at": at}
            case "replug":
                self.line.end.plug()
                return {"at": at, "port": self.line.end.port}
            case name if name in self.commands:
                return {"at": at} | self.obey(name, arguments)
            case name if name in set(self.own_faults):
                self.fault(name, on=flag(arguments, "state"))
                return {"at": at}
            case _:
                known = (*self.commands, *self._COMMON, *self.own_faults)
                raise BadCommand(f"unknown command {name}; there are {', '.join(known)}")

    def fault(self, name: str, *, on: bool) -> None:
        """Switch a fault of the wire or of the device. Raises BadCommand for one there is not."""
        if name in set(WireFault):
            (self.line.faults.add if on else self.line.faults.discard)(WireFault(name))
        elif name in set(self.own_faults):
            (self.faults.add if on else self.faults.discard)(name)
            self.switched(name, on=on)
        else:
            raise BadCommand(f"unknown fault {name}; there are {', '.join((*WireFault, *self.own_faults))}")


def usual_end(options: argparse.Namespace) -> End:
    """A pseudo-terminal, or the network when its port is named."""
    return Pty(options.link) if options.tcp is None else Tcp(options.tcp)


def network_end(options: argparse.Namespace) -> End:
    """The network, for a device that has no serial line at all."""
    return Tcp(options.tcp or 0)


@dataclass(frozen=True)
class Model:
    """One simulator, as the command line names it: what it is, its usual speed, its own options, its making, and where
    it is plugged in."""

    help: str
    make: Callable[[Line, argparse.Namespace], Device]
    baud: int = 9600
    add_options: Callable[[argparse.ArgumentParser], None] = lambda _parser: None
    end: Callable[[argparse.Namespace], End] = usual_end
