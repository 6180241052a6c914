"""`read-chip`: wait for a chip card and show its number."""

import argparse

from jinghou_devices.commands.common import (
    Commands,
    Exit,
    device_line,
    middle_hidden,
    opened,
    say,
    seconds,
    show,
)
from jinghou_devices.errors import DeviceSilent
from jinghou_devices.kinds.common import Kind, Lease


def add(commands: Commands) -> None:
    """Name the command."""
    line = device_line(Kind.CHIP_CARD_READER)
    read = commands.add_parser("read-chip", parents=[line], help="wait for a chip card and show its number, masked")
    read.add_argument("--timeout", type=seconds, default=30.0, metavar="S", help="how long to wait for a card (30)")
    read.add_argument("--json", action="store_true", help="as one JSON object")
    read.add_argument("--reveal", action="store_true", help="show the card's number in full")
    read.set_defaults(run=_read_chip)


def _read_chip(options: argparse.Namespace) -> Exit:
    with opened(Kind.CHIP_CARD_READER, options) as station:
        assert station.chip_card_reader is not None
        try:
            card = station.chip_card_reader.wait_for_card(Lease("read-chip"), options.timeout).result()
        except DeviceSilent as fault:
            return say(str(fault), Exit.NOTHING_CAME)
        model = station.chip_card_reader.check_health().result().model
    uid = None if card.uid is None else card.uid.hex().upper()
    fields = {
        "reader": model,
        "atr": card.atr.hex().upper(),
        "uid": uid if options.reveal or uid is None else middle_hidden(uid),
    }
    show(fields, as_json=options.json)
    return Exit.DONE
