"""What a driver is, and how one is found: those of this package by name, those of others by their entry point.

A driver says how its line is opened, with what real command it is probed, and makes the device that the program uses.
It is a plain value: nothing is opened before the supervisor asks for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError

from jinghou_config.devices import DeviceSettings, DevicesSettings
from jinghou_config.settings import ConfigError, Section
from jinghou_devices.kinds.common import Kind
from jinghou_devices.supervisor import Probe, Supervisor
from jinghou_devices.transports import Line
from jinghou_devices.transports.trace import Trace

ENTRY_POINTS: Final = "jinghou.drivers"
"""Entry points under which other packages offer drivers: the name is `kind.driver`, the object a Driver."""

L = TypeVar("L", bound=Line)
D = TypeVar("D")
S = TypeVar("S", bound=DeviceSettings)
P = TypeVar("P", bound=Section)


class NoOptions(Section):
    """For a driver that has no settings of its own."""


@dataclass(frozen=True)
class Plan(Generic[L, D]):
    """How to come by one device. `at_once`: opening takes no time, so a port in use is told at the program's start."""

    open: Callable[[Trace], L]
    probe: Probe[L]
    device: Callable[[Supervisor[L]], D]
    at_once: bool = True


@dataclass(frozen=True)
class Driver(Generic[S, P]):
    """One driver. `title` says for a technician what it speaks to, `ports` what its port may be, `baud` its usual speed
    on a serial line (None: it has no serial line).

    `asks_strangers` when `doctor` may probe ports with it of which nobody knows what is there: its probe must move,
    open and print nothing, whatever hears it, and believe nothing but its own protocol. `speeds` are the others that
    devices of this make are set to.
    """

    kind: Kind
    title: str
    plan: Callable[[S, P], Plan[Any, Any]]
    options: type[P]
    ports: str = "serial port or host:port"
    baud: int | None = 9600
    asks_strangers: bool = False
    speeds: tuple[int, ...] = ()


_OWN: Final[dict[Kind, dict[str, str]]] = {
    Kind.ID_READER: {"sam": "jinghou_devices.drivers.sam"},
    Kind.CODE_SCANNER: {
        "honeywell": "jinghou_devices.drivers.honeywell",
        "newland": "jinghou_devices.drivers.newland",
        "datalogic": "jinghou_devices.drivers.datalogic",
        "gm65": "jinghou_devices.drivers.gm65",
        "plain": "jinghou_devices.drivers.plain_scanner",
        "wedge": "jinghou_devices.drivers.wedge",
        "camera": "jinghou_devices.drivers.camera",
    },
    Kind.RECEIPT_PRINTER: {"escpos": "jinghou_devices.drivers.escpos"},
    Kind.DOCUMENT_PRINTER: {"ipp": "jinghou_devices.drivers.ipp"},
    Kind.CHIP_CARD_READER: {"pcsc": "jinghou_devices.drivers.pcsc"},
    Kind.WINDOW_DISPLAY: {"led": "jinghou_devices.drivers.led"},
    Kind.LOCKER: {
        "cu16": "jinghou_devices.drivers.cu16",
        "cu48": "jinghou_devices.drivers.cu48",
        "8a": "jinghou_devices.drivers.board_8a",
        "wkly": "jinghou_devices.drivers.wkly",
        "modbus": "jinghou_devices.drivers.relays",
    },
}


def names(kind: Kind) -> list[str]:
    """The drivers there are for a kind, this package's first."""
    return [*_OWN.get(kind, {}), *sorted(_others(kind))]


def kinds_of(name: str) -> list[Kind]:
    """The kinds that have a driver of that name. Raises ConfigError when there is none."""
    kinds = [kind for kind in Kind if name in names(kind)]
    if not kinds:
        there_are = ", ".join(sorted({one for kind in Kind for one in names(kind)}))
        raise ConfigError(f"{name!r} is not a driver; there are {there_are}")
    return kinds


def find(kind: Kind, name: str) -> Driver[Any, Any]:
    """The driver of that name. Raises ConfigError, naming those there are, for one that is not or cannot be used."""
    if module := _OWN.get(kind, {}).get(name):
        return import_module(module).DRIVER  # type: ignore[no-any-return]  # each of them has one; a test looks
    if offers := _others(kind).get(name):
        return _loaded(kind, name, offers)
    raise ConfigError(f"{kind}.driver: {name!r} is not a driver; there are {', '.join(names(kind)) or 'none'}")


def _others(kind: Kind) -> dict[str, list[EntryPoint]]:
    """What other packages offer, by name. A name of this package is not theirs to take."""
    offers: dict[str, list[EntryPoint]] = {}
    for offer in entry_points(group=ENTRY_POINTS):
        of, _, name = offer.name.partition(".")
        if of == kind.value and name not in _OWN.get(kind, {}):
            offers.setdefault(name, []).append(offer)
    return offers


def _loaded(kind: Kind, name: str, offers: list[EntryPoint]) -> Driver[Any, Any]:
    packages = " and ".join(sorted({offer.dist.name for offer in offers if offer.dist is not None}))
    whose = f"{kind}.driver: {name!r} of the package {packages}"
    if len(offers) > 1:
        raise ConfigError(f"{whose}: several offer it, uninstall all but one")
    try:
        driver = offers[0].load()
    except Exception as fault:  # another's code: whatever it raises, the operator hears which package
        raise ConfigError(f"{whose} cannot be loaded: {type(fault).__name__}: {fault}") from fault
    if not isinstance(driver, Driver) or driver.kind is not kind:
        raise ConfigError(f"{whose}: {offers[0].value} is not a Driver of this kind")
    return driver


def settings_of(kind: Kind, fields: Mapping[str, object]) -> DeviceSettings:
    """The settings of a device of that kind. Raises ValidationError."""
    settings: DeviceSettings = getattr(DevicesSettings.model_validate({kind.value: fields}), kind.value)
    return settings


def plan(kind: Kind, settings: DeviceSettings) -> Plan[Any, Any]:
    """How to come by the device of these settings. Raises ConfigError for a driver or an option there is not."""
    driver = find(kind, settings.driver)
    try:
        options = driver.options.model_validate(settings.options)
    except ValidationError as invalid:
        raise ConfigError("\n".join(_explained(kind, driver, error) for error in invalid.errors())) from None
    return driver.plan(settings, options)


def _explained(kind: Kind, driver: Driver[Any, Any], error: Any) -> str:
    key = ".".join((kind.value, "options", *(str(part) for part in error["loc"])))
    if error["type"] == "extra_forbidden":
        known = ", ".join(driver.options.model_fields) or "none"
        return f"{key}: unknown option; known here are {known}"
    return f"{key}: {error['msg'].removeprefix('Value error, ')}"
