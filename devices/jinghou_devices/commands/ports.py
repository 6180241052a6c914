"""`list`: the ports of this machine; `drivers`: what can be plugged into them."""

import argparse
import json

from jinghou_config.settings import ConfigError
from jinghou_devices import driver
from jinghou_devices.commands.common import Commands, Exit, say
from jinghou_devices.finding import questions
from jinghou_devices.found import Port, PortKind, holder, is_console, ports
from jinghou_devices.kinds.common import Kind


def add(commands: Commands) -> None:
    """Name the commands."""
    listing = commands.add_parser("list", help="what is plugged in, and the names to use")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=_list)

    drivers = commands.add_parser("drivers", help="the drivers there are, with their options")
    drivers.add_argument("--json", action="store_true", help="one JSON object a line")
    drivers.set_defaults(run=_drivers)


def _list(options: argparse.Namespace) -> Exit:
    there_are = [*ports()]
    for port in there_are:
        _show_port(port, as_json=options.json)
    if not there_are and not options.json:
        print("nothing is plugged in")
    return Exit.DONE


def _show_port(port: Port, *, as_json: bool) -> None:
    used_by = "the system's own console" if is_console(port.device) else holder(port.device)
    fits = _fits(port)
    if as_json:
        fields = {
            "port": port.name,
            "line": port.kind,
            "device": port.device,
            "description": port.what,
            "usb": port.usb,
            "reason": port.why,
            "fits": fits,
            "used_by": used_by,
        }
        print(json.dumps(fields, ensure_ascii=False))
        return
    print(port.name)
    what = f"{port.what} ({port.usb})" if port.usb else port.what
    print(f"    {port.kind}: {f'{what}, ' if what else ''}now {port.device}; {port.why}")
    if used_by:
        print(f"    used by {used_by}")
    if fits:
        print(f"    may be: {', '.join(fits)}")


def _fits(port: Port) -> list[str]:
    """The drivers that may speak to it: its maker's, or on a serial line all that `doctor` may ask with."""
    if port.maker is not None:
        kind, name = port.maker
        return [f"{kind} {name}"] if name in driver.names(kind) else []
    if port.kind is not PortKind.SERIAL:
        return []
    return sorted({f"{one.kind} {one.name}" for one in questions(port.device)})


def _drivers(options: argparse.Namespace) -> Exit:
    code = Exit.DONE
    for kind in Kind:
        for name in driver.names(kind):
            try:
                _show_driver(kind, name, as_json=options.json)
            except ConfigError as broken:  # another package's: the others are shown all the same
                code = say(str(broken), Exit.FAILED)
    return code


def _show_driver(kind: Kind, name: str, *, as_json: bool) -> None:
    one = driver.find(kind, name)
    own = [
        {"name": key, "default": field.default, "description": field.description or ""}
        for key, field in one.options.model_fields.items()
    ]
    if as_json:
        fields = {
            "kind": kind,
            "driver": name,
            "title": one.title,
            "ports": one.ports,
            "baud": one.baud,
            "options": own,
        }
        print(json.dumps(fields, ensure_ascii=False, default=str))
        return
    speed = f", {one.baud} baud" if one.baud else ""
    print(f"{kind} {name}: {one.title} ({one.ports}{speed})")
    for option in own:
        print(f"    {option['name']} = {option['default']}: {option['description']}")
