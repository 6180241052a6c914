"""`doctor`: finds what is plugged in, says how it is and what to do about it, and proposes the kiosk's settings; or
examines the devices of a kiosk's settings."""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import Final

from jinghou_config.devices import DeviceSettings, DevicesSettings
from jinghou_config.terminal import KioskSettings
from jinghou_devices import driver, found
from jinghou_devices.commands.common import Commands, Exit, WrongCall, seconds
from jinghou_devices.commands.trying import tried
from jinghou_devices.errors import DeviceError, DeviceSilent, PortBusy, PortMissing, ProtocolError
from jinghou_devices.finding import Found, ask, find, questions
from jinghou_devices.kinds.common import Kind, Lease, Link
from jinghou_devices.station import Station
from jinghou_devices.transports.ports import is_serial

_A_PORT_S: Final = 60.0  # the longest that one port is asked
_AT_ONCE: Final = 8
Tell = Callable[[str], None]

_PLUG_IN: Final = """plug it in, and compare the name with `jinghou-devices list`; \
where only the right is missing, `sudo usermod -aG dialout USER` and log in again"""
_STOP_THAT: Final = "stop that program first: while a kiosk runs, its devices are its own"
_POWER: Final = """is it switched on, and the cable whole and in the right socket? Then its own setting sheet for the \
speed, and whether its driver is among those of `jinghou-devices drivers`: --driver asks with one"""
_ANOTHER: Final = "another speed, another driver, or a bad line (cable, earth, ends of RS-485)"


class State(StrEnum):
    """How a device is."""

    WELL = "well"
    COMPLAINS = "complains"
    FAILED = "failed"
    SILENT = "silent"
    NONSENSE = "nonsense"
    BUSY = "busy"
    MISSING = "missing"


_FAULTS: Final[dict[type[DeviceError], tuple[State, str]]] = {
    PortMissing: (State.MISSING, _PLUG_IN),
    PortBusy: (State.BUSY, _STOP_THAT),
    DeviceSilent: (State.SILENT, _POWER),
    ProtocolError: (State.NONSENSE, _ANOTHER),
}


@dataclass(frozen=True)
class Finding:
    """One device, or one port at which none was found. `named` when the caller named the port."""

    port: str
    state: State
    reason: str = ""
    what: str = ""
    kind: Kind | None = None
    settings: DeviceSettings | None = None
    advice: str = ""
    tried: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    named: bool = True


def add(commands: Commands) -> None:
    """Name the command."""
    doctor = commands.add_parser("doctor", help="find what is plugged in, say how it is and how to set it up")
    doctor.add_argument("--port", action="append", default=[], help="ask this one too, such as host:port; repeatable")
    doctor.add_argument("--driver", action="append", default=[], help="ask with these drivers only; repeatable")
    doctor.add_argument("--config", type=Path, metavar="FILE", help="examine the devices of a kiosk's settings instead")
    doctor.add_argument("--test", action="store_true", help="then use each: card, code, test page, states of the locks")
    doctor.add_argument("--open", type=int, metavar="N", help="with --test: open lock N of the first board as well")
    doctor.add_argument("--timeout", type=seconds, default=20.0, metavar="S", help="how long a use may take (20)")
    doctor.add_argument("--json", action="store_true", help="one JSON object a device")
    doctor.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> Exit:
    if options.open is not None and not options.test:
        raise WrongCall("--open opens a lock as part of --test")
    for name in options.driver:
        driver.kinds_of(name)  # a wrong one is told before anything is asked
    settings = KioskSettings.load(options.config).devices if options.config else None
    findings = _examined(settings) if settings else _searched(options.port, options.driver)
    if options.test:
        findings = [_used(one, settings, options) for one in findings]
    for one in findings:
        print(json.dumps(_fields(one), ensure_ascii=False) if options.json else _lines(one))
    if not settings and not options.json:
        print(*_proposal(findings), sep="\n", end="")
    if not any(one.kind or one.state is State.BUSY for one in findings):
        print("no device was found", file=sys.stderr)
        return Exit.NO_ANSWER
    wrong = any(one.state is not State.WELL for one in findings if one.kind or one.named)
    return Exit.FAILED if wrong else Exit.DONE


def _tell(port: str) -> Tell:
    return lambda text: print(f"{port}: {text} …", file=sys.stderr, flush=True)


def _searched(named: list[str], drivers: list[str]) -> list[Finding]:
    """What answers at the serial ports of this machine and at those that were named."""
    ports = [found.Port(found.PortKind.SERIAL, port, port, "") for port in named]
    real = {str(Path(port).resolve()) for port in named}
    ports += [one for one in found.serial_ports() if one.device not in real and not found.is_console(one.device)]
    stop = threading.Event()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            return [*pool.map(lambda port: _found_at(port, port.name in named, drivers, stop), ports)]
        finally:
            stop.set()  # Ctrl+C: what is being asked may end its question


def _found_at(port: found.Port, named: bool, drivers: list[str], stop: threading.Event) -> Finding:
    local = is_serial(port.name)
    try:
        if local and (who := found.holder(port.device)):
            raise PortBusy(f"{port.name}: {who} is using it")  # not even opened: that would disturb
        asking = takewhile(lambda _: not stop.is_set(), questions(port.name, drivers))
        answer = find(port.name, asking, time.monotonic() + _A_PORT_S, _tell(port.name))
    except DeviceError as fault:
        return replace(_faulty(port.name, fault), what=port.what, named=named)
    return replace(_answered(port.name, answer), what=port.what, named=named)


def _answered(port: str, answer: Found) -> Finding:
    question = answer.question
    settings = driver.settings_of(question.kind, {"driver": question.name, "port": port, "baud": question.baud})
    state = State.COMPLAINS if answer.complaint else State.WELL
    advice = "look after it: that is what the device itself says" if answer.complaint else ""
    return Finding(port, state, answer.complaint, kind=question.kind, settings=settings, advice=advice)


def _examined(devices: DevicesSettings) -> list[Finding]:
    """The devices of a kiosk, each by itself, so that one that is in use does not keep the others from being seen."""
    named: Iterable[tuple[Kind, DeviceSettings | None]] = ((kind, getattr(devices, kind.value)) for kind in Kind)
    return [_examine(kind, one, devices.counters_file) for kind, one in named if one is not None]


def _examine(kind: Kind, settings: DeviceSettings, counters: Path | None) -> Finding:
    port = settings.port
    _tell(port)(f"{kind} {settings.driver}")
    try:
        with closing(_station(kind, settings, counters)) as station:
            station.wait_online(kind)
            status = station.status(kind)
            counted = station.counters(kind)
    except DeviceError as fault:
        return replace(_faulty(port, fault, _other_speed(kind, settings, fault)), kind=kind, settings=settings)
    state = State.WELL if status.link is Link.ONLINE else State.COMPLAINS
    return Finding(port, state, status.reason, kind=kind, settings=settings, counters=counted)


def _other_speed(kind: Kind, settings: DeviceSettings, fault: DeviceError) -> str:
    """Advice for a device that does not answer as it is set up and does at another speed."""
    its_driver = driver.find(kind, settings.driver)
    if not isinstance(fault, DeviceSilent | ProtocolError) or not is_serial(settings.port):
        return ""
    for speed in (its_driver.baud, *its_driver.speeds):
        if speed != (settings.baud or its_driver.baud):
            _tell(settings.port)(f"{kind} {settings.driver} at {speed}")
            with suppress(DeviceError):
                ask(kind, settings.model_copy(update={"baud": speed}))
                return f"it answers at another speed: set baud = {speed}"
    return ""


def _used(finding: Finding, devices: DevicesSettings | None, options: argparse.Namespace) -> Finding:
    """The finding, once the device has been used."""
    if finding.kind is None or finding.settings is None or finding.state not in {State.WELL, State.COMPLAINS}:
        return finding
    counters = devices.counters_file if devices else None
    try:
        with closing(_station(finding.kind, finding.settings, counters)) as station:
            station.wait_online(finding.kind)
            trial = tried(finding.kind, station, options.timeout, options.open, _tell(finding.port), Lease("doctor"))
    except DeviceError as fault:
        return replace(_faulty(finding.port, fault), state=State.FAILED, kind=finding.kind, settings=finding.settings)
    state = finding.state if trial.well else State.FAILED
    return replace(finding, state=state, tried=trial.said)


def _station(kind: Kind, settings: DeviceSettings, counters: Path | None) -> Station:
    devices = DevicesSettings.model_validate({kind.value: settings, "counters_file": counters})
    return Station.open(devices, lambda _status: None)


def _faulty(port: str, fault: DeviceError, advice: str = "") -> Finding:
    state, usual = _FAULTS.get(type(fault), (State.FAILED, ""))
    return Finding(port, state, str(fault).removeprefix(f"{port}: "), advice=advice or usual)


def _fields(one: Finding) -> dict[str, object]:
    return {
        "port": one.port,
        "what": one.what,
        "kind": one.kind,
        "driver": one.settings.driver if one.settings else None,
        "baud": _baud(one),
        "state": one.state,
        "reason": one.reason,
        "advice": one.advice,
        "tried": one.tried,
        "counters": dict(one.counters),
        "settings": _toml(one),
    }


def _baud(one: Finding) -> int | None:
    if one.kind is None or one.settings is None:
        return None
    return one.settings.baud or driver.find(one.kind, one.settings.driver).baud


def _lines(one: Finding) -> str:
    name = f" ({one.what})" if one.what else ""
    device = f"{one.kind} {one.settings.driver}" if one.settings else "nothing known"
    speed = f", {_baud(one)} baud" if _baud(one) else ""
    lines = [f"{one.port}{name}: {device}{speed}: {one.state}{f': {one.reason}' if one.reason else ''}"]
    lines += [f"    tried: {one.tried}"] if one.tried else []
    lines += [f"    so far: {', '.join(f'{n} {what}' for what, n in one.counters.items())}"] if one.counters else []
    lines += [f"    what to do: {one.advice}"] if one.advice else []
    return "\n".join(lines)


def _proposal(findings: list[Finding]) -> Iterable[str]:
    """The settings of what was found, ready to be pasted: of two of a kind the second as a comment."""
    taken: set[Kind] = set()
    for one in findings:
        if one.kind is not None:
            mark = "# " if one.kind in taken else ""
            taken.add(one.kind)
            yield "".join(f"{mark}{line}\n" for line in _toml(one).splitlines())


def _toml(one: Finding) -> str:
    if one.kind is None or one.settings is None:
        return ""
    lines = [f"[devices.{one.kind}]", f'driver = "{one.settings.driver}"']
    lines += [f"port = {json.dumps(one.settings.port, ensure_ascii=False)}"]  # a JSON string is a TOML one
    lines += [f"baud = {one.settings.baud}"] if one.settings.baud else []
    return "\n".join(lines) + "\n"
