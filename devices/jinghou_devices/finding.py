"""Asking a port of which nobody knows what is there: the probe of each driver that may ask strangers, one after the
other, until one is understood. What is done with the answer is the caller's matter."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinghou_config.devices import DeviceSettings
from jinghou_config.settings import ConfigError
from jinghou_devices import driver
from jinghou_devices.driver import Driver
from jinghou_devices.errors import DeviceError, DeviceRefused, DeviceSilent, PortBusy, PortMissing, ProtocolError
from jinghou_devices.kinds.common import Kind
from jinghou_devices.transports.ports import is_serial
from jinghou_devices.transports.trace import Trace

_TIMES: Final = 2  # that a device must answer: noise does not make sense twice


@dataclass(frozen=True)
class Question:
    """The probe of one driver at one speed; `baud` is None for the driver's usual one, or where there is none."""

    kind: Kind
    name: str
    driver: Driver[Any, Any]
    baud: int | None = None

    def __str__(self) -> str:
        """As a technician reads it."""
        speed = self.baud or self.driver.baud
        return f"{self.kind} {self.name}{f' at {speed}' if speed else ''}"


@dataclass(frozen=True)
class Found:
    """What answers at a port, and what it complains of: "" when it is well."""

    question: Question
    complaint: str


def questions(port: str, named: Sequence[str] = ()) -> Iterator[Question]:
    """What to ask at `port`, in this order: the drivers of these names, or all that may ask strangers.

    Receipt printers come first, at every speed: what others are asked would end up on their paper. Then each driver
    at its usual speed, then all at the others. Raises ConfigError for a name that is no driver's.
    """
    serial = is_serial(port)
    asking = [Question(kind, name, one) for kind, name, one in _drivers(named) if one.baud is not None or not serial]
    others = [
        Question(one.kind, one.name, one.driver, speed) for one in asking for speed in one.driver.speeds if serial
    ]
    others.sort(key=lambda one: one.baud or 0, reverse=True)
    yield from sorted([*asking, *others], key=lambda one: one.kind is not Kind.RECEIPT_PRINTER)  # both sorts are stable


def _drivers(named: Sequence[str]) -> Iterator[tuple[Kind, str, Driver[Any, Any]]]:
    for name in named:
        yield from ((kind, name, driver.find(kind, name)) for kind in driver.kinds_of(name))
    for kind in () if named else Kind:
        for name in driver.names(kind):
            with contextlib.suppress(ConfigError):  # a broken plug-in: whoever names it is told, and the others can ask
                if (one := driver.find(kind, name)).asks_strangers:
                    yield kind, name, one


def find(port: str, asking: Iterator[Question], until: float, tell: Callable[[str], None]) -> Found:
    """Ask until one is understood or it is `until` (of time.monotonic); `tell` hears each question before it is asked.

    Raises PortBusy or PortMissing, ProtocolError when something spoke that no question understood, and DeviceSilent.
    """
    noise = False
    for question in asking:
        if time.monotonic() > until:
            break
        tell(str(question))
        try:
            return Found(question, _ask(port, question))
        except DeviceRefused as refusal:
            return Found(question, str(refusal))
        except (PortBusy, PortMissing):
            raise
        except ProtocolError:
            noise = True
        except DeviceError:
            continue
    if noise:
        raise ProtocolError(f"{port}: something speaks there, and no driver that may ask understands it")
    raise DeviceSilent(f"{port}: nothing answers there")


def _ask(port: str, question: Question) -> str:
    fields = {"driver": question.name, "port": port, "baud": question.baud}
    return ask(question.kind, driver.settings_of(question.kind, fields))


def ask(kind: Kind, settings: DeviceSettings) -> str:
    """What the device of these settings complains of: "" when it is well. It must say so more than once.

    Raises ConfigError, DeviceError.
    """
    plan = driver.plan(kind, settings)
    line = plan.open(Trace())
    try:
        return [plan.probe(line) for _ in range(_TIMES)][-1]
    finally:
        line.close()
