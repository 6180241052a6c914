"""What the conformance suite needs to know of a driver: its simulator, one use of it, and what must stay secret."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from devices.simulators import Sim

from jinghou_devices.kinds.common import Kind, Lease
from jinghou_devices.station import Station


class Outcome(Enum):
    """How one whole use ended. What is wrong (another's data, a paper that was not printed) is an AssertionError."""

    DONE = "done"
    FAULT = "fault"  # the program was told so, by an error or by a result that says so


def linked_port(folder: Path) -> str:
    """The simulator's stable name among the serial ports."""
    return str(folder / "port")


def tcp_port(folder: Path) -> str:
    """The simulator's address on the network."""
    return (folder / "address").read_text()


@dataclass(frozen=True)
class Rig:
    """One driver beside its simulator.

    `use` does with the device what a visit does, within `patience_s`, and compares what came with what the simulator
    was given. `fails_with` are the wire faults under which it cannot be done; under all others it must be, but for
    those in `may_fail_with`, where chance decides. `unknown_to_it` are faults that its kind of line cannot have.
    `port` is what the settings say of the simulator that works in a folder, `over` what kind of line that is.
    `program` starts the simulators, of which `model` is one. `exclusive` when a second program cannot open the port.
    A device that cannot be asked (not `answers`) shows nothing by its silence: it is not offline then, nor online.
    `present` puts before the device what a person brings, for kinds that hand something to a session, and `withdraw`
    takes it away where it stays.
    """

    kind: Kind
    driver: str
    model: tuple[str, ...]
    use: Callable[[Station, Sim], Outcome]
    fails_with: frozenset[str]
    may_fail_with: frozenset[str] = frozenset()
    unknown_to_it: frozenset[str] = frozenset()
    settings: dict[str, Any] = field(default_factory=dict)
    secrets: Callable[[Sim], tuple[str, ...]] = lambda _sim: ()
    patience_s: float = 12.0
    over: str = "serial"
    port: Callable[[Path], str] = linked_port
    program: tuple[str, ...] = (sys.executable, "-m", "jinghou_devices.sim")
    exclusive: bool = True
    answers: bool = True
    present: Callable[[Sim], object] | None = None
    withdraw: Callable[[Sim], object] = lambda _sim: None

    def __str__(self) -> str:
        """As the test is called."""
        return f"{self.kind}-{self.driver}" + ("" if self.over == "serial" else f"-{self.over}")

    def device_settings(self, folder: Path) -> dict[str, Any]:
        """The section of DevicesSettings, with the device whose simulator works in `folder`."""
        return {self.kind.value: {"driver": self.driver, "port": self.port(folder), **self.settings}}


def one_lease(name: str = "conformance") -> Lease:
    """A session of its own."""
    return Lease(name)
