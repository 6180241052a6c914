"""`read-card`, `reader-status`, `reader-speed`: an ID card, and the reader by itself."""

import argparse
import time
from typing import Final

from jinghou_devices.codecs.sam import SPEEDS
from jinghou_devices.commands.common import (
    Commands,
    Exit,
    WrongCall,
    day,
    device_line,
    first_only,
    hidden,
    middle_hidden,
    opened,
    say,
    seconds,
    show,
)
from jinghou_devices.drivers.sam import SamReader
from jinghou_devices.errors import DeviceSilent
from jinghou_devices.kinds.common import Kind, Lease, Tri
from jinghou_devices.kinds.id_reader import IdCard

_POLL_MS: Final = 100
_CHANGES_S: Final = 0.5  # that a reader gets to change its speed after it has said that it will


def add(commands: Commands) -> None:
    """Name the command."""
    line = device_line(Kind.ID_READER)
    read = commands.add_parser("read-card", parents=[line], help="wait for an ID card and show it, masked")
    read.add_argument("--timeout", type=seconds, default=30.0, metavar="S", help="how long to wait for a card (30)")
    read.add_argument("--json", action="store_true", help="as one JSON object")
    read.add_argument("--reveal", action="store_true", help="show the person's data in full")
    read.set_defaults(run=_read_card)

    status = commands.add_parser("reader-status", parents=[line], help="how an ID-card reader is, and which one it is")
    status.add_argument("--json", action="store_true", help="as one JSON object")
    status.set_defaults(run=_status)

    speed = commands.add_parser("reader-speed", parents=[line], help="have a SAM reader speak at another speed")
    speed.add_argument("speed", type=int, choices=sorted(SPEEDS), help="bits per second")
    speed.set_defaults(run=_set_speed)


def _read_card(options: argparse.Namespace) -> Exit:
    lease = Lease("read-card")
    with opened(Kind.ID_READER, options, poll_ms=_POLL_MS) as station:
        assert station.id_reader is not None
        try:
            card = station.id_reader.wait_for_card(lease, options.timeout).result()
        except DeviceSilent as fault:
            return say(str(fault), Exit.NOTHING_CAME)
        decoded = station.id_reader.photo_of(card, lease).result() is not None
    show(_fields(card, decoded=decoded, reveal=options.reveal), as_json=options.json)
    return Exit.DONE


def _status(options: argparse.Namespace) -> Exit:
    with opened(Kind.ID_READER, options, poll_ms=_POLL_MS) as station:
        assert station.id_reader is not None
        status = station.id_reader.check_health().result()
    fields = {
        "link": status.link.value,
        "sam_ready": status.sam_ready.value,
        "sam_id": status.sam_id,
        "left_behind": status.left_behind.value if status.left_behind else None,
    }
    show(fields, as_json=options.json)
    return Exit.DONE if status.sam_ready is Tri.YES else Exit.FAILED


def _set_speed(options: argparse.Namespace) -> Exit:
    with opened(Kind.ID_READER, options, poll_ms=_POLL_MS) as station:
        if not isinstance(station.id_reader, SamReader):
            raise WrongCall(f"the driver {options.driver} cannot set a speed")
        station.id_reader.set_speed(options.speed).result()
    options.baud = options.speed
    time.sleep(_CHANGES_S)
    with opened(Kind.ID_READER, options, poll_ms=_POLL_MS):
        print(f"the reader answers at {options.speed}; write `baud = {options.speed}` into the settings")
    return Exit.DONE


def _fields(card: IdCard, *, decoded: bool, reveal: bool) -> dict[str, object]:
    """A card as printed; without `reveal` nobody can tell who it is. Photo and fingerprint are never printed."""
    photo = "none" if not card.photo_wlt else "decoded" if decoded else "not decoded"
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
        "number_valid": card.number_valid,
        "new_address": card.new_address if reveal or card.new_address is None else hidden(card.new_address),
        "management_number": card.management_number
        if reveal or card.management_number is None
        else middle_hidden(card.management_number),
        "issue_count": card.issue_count,
        "card_version": card.card_version,
        "photo": photo,
        "fingerprint": None if card.fingerprint is None else f"{len(card.fingerprint)} bytes",
    }
