"""`read-card`: wait for an ID card and show it."""

import argparse

from jinghou_config.devices import IdReaderSettings
from jinghou_devices.commands.common import (
    Commands,
    Exit,
    day,
    device_line,
    first_only,
    hidden,
    line_settings,
    middle_hidden,
    opened,
    say,
    seconds,
    show,
)
from jinghou_devices.errors import DeviceSilent
from jinghou_devices.kinds.common import Kind, Lease
from jinghou_devices.kinds.id_reader import IdCard


def add(commands: Commands) -> None:
    """Name the command."""
    line = device_line(Kind.ID_READER)
    read = commands.add_parser("read-card", parents=[line], help="wait for an ID card and show it, masked")
    read.add_argument("--timeout", type=seconds, default=30.0, metavar="S", help="how long to wait for a card (30)")
    read.add_argument("--json", action="store_true", help="as one JSON object")
    read.add_argument("--reveal", action="store_true", help="show the person's data in full")
    read.set_defaults(run=_read_card)


def _read_card(options: argparse.Namespace) -> Exit:
    settings = IdReaderSettings.model_validate({**line_settings(options), "poll_ms": 100})
    with opened(Kind.ID_READER, settings, trace=options.trace) as station:
        assert station.id_reader is not None
        try:
            card = station.id_reader.wait_for_card(Lease("read-card"), options.timeout).result()
        except DeviceSilent as fault:
            return say(str(fault), Exit.NOTHING_CAME)
    show(_fields(card, reveal=options.reveal), as_json=options.json)
    return Exit.DONE


def _fields(card: IdCard, *, reveal: bool) -> dict[str, object]:
    """A card as printed; without `reveal` nobody can tell who it is."""
    return {
        "kind": card.kind.value,
        "name": card.name if reveal else first_only(card.name),
        "sex": card.sex,
        "nation": card.nation,
        "birth": day(card.birth) if reveal or card.birth is None else str(card.birth.year),
        "address": card.address if reveal else hidden(card.address),
        "number": card.number if reveal else middle_hidden(card.number),
        "issuer": card.issuer,
        "valid_from": day(card.valid_from),
        "valid_to": "长期" if card.long_term else day(card.valid_to),
        "long_term": card.long_term,
        "chinese_name": card.chinese_name if reveal else first_only(card.chinese_name),
        "permit_number": card.permit_number if reveal else middle_hidden(card.permit_number),
    }
