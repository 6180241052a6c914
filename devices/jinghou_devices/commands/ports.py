"""`list`: the ports of this machine; `drivers`: what can be plugged into them."""

import argparse
import json
from pathlib import Path

from serial.tools import list_ports

from jinghou_devices import driver
from jinghou_devices.commands.common import Commands, Exit
from jinghou_devices.kinds.common import Kind


def add(commands: Commands) -> None:
    """Name the commands."""
    ports = commands.add_parser("list", help="the serial ports of this machine")
    ports.add_argument("--json", action="store_true", help="one JSON object a line")
    ports.set_defaults(run=_list)

    drivers = commands.add_parser("drivers", help="the drivers there are, with their options")
    drivers.add_argument("--json", action="store_true", help="one JSON object a line")
    drivers.set_defaults(run=_drivers)


def _list(options: argparse.Namespace) -> Exit:
    ports = sorted(list_ports.comports())
    stable = {link.resolve(): str(link) for link in Path("/dev/serial").glob("by-id/*")}
    for port in ports:
        name = stable.get(Path(port.device).resolve(), port.device)
        description = "" if port.description in {None, "n/a"} else port.description
        if options.json:
            print(json.dumps({"port": name, "device": port.device, "description": description}, ensure_ascii=False))
        else:
            print(f"{name}  {description}".rstrip())
    if not ports and not options.json:
        print("no serial ports")
    return Exit.DONE


def _drivers(options: argparse.Namespace) -> Exit:
    for kind in Kind:
        for name in driver.names(kind):
            _show_driver(kind, name, as_json=options.json)
    return Exit.DONE


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
