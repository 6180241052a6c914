"""`display`: a text on a window display, or none."""

import argparse

from jinghou_devices.commands.common import Commands, Exit, device_line, opened, seconds, show
from jinghou_devices.kinds.common import Kind


def add(commands: Commands) -> None:
    """Name the command."""
    line = device_line(Kind.WINDOW_DISPLAY)
    display = commands.add_parser("display", parents=[line], help="put a text on a window display, or take it away")
    display.add_argument("--timeout", type=seconds, default=2.0, metavar="S", help="how long it may take (2)")
    display.add_argument("--json", action="store_true", help="as one JSON object")
    what = display.add_subparsers(dest="what", required=True)
    shown = what.add_parser("show", help="put a text on it")
    shown.add_argument("address", type=int)
    shown.add_argument("text")
    cleared = what.add_parser("clear", help="take the text away")
    cleared.add_argument("address", type=int)
    display.set_defaults(run=_display)


def _display(options: argparse.Namespace) -> Exit:
    own = {"addresses": str(options.address)} | dict(options.option)  # by default only this one is asked how it is
    with opened(Kind.WINDOW_DISPLAY, options, options=own) as station:
        assert station.window_display is not None
        if options.what == "show":
            station.window_display.show(options.address, options.text, options.timeout).result()
        else:
            station.window_display.clear(options.address, options.timeout).result()
        answers = station.window_display.check_health().result().answers
    told = "done" if answers is not None else "sent; this display does not say whether it shows"
    show({"address": options.address, "outcome": told}, as_json=options.json)
    return Exit.DONE
