"""`scan`: wait for a code and show it; `decode`: what the codes in pictures say."""

import argparse
import base64
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinghou_devices.commands.common import (
    Commands,
    Exit,
    device_line,
    opened,
    say,
    seconds,
    show,
)
from jinghou_devices.errors import DeviceSilent
from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.kinds.common import Kind, Lease

if TYPE_CHECKING:
    from jinghou_devices.pictures.files import Codes

_AT_ONCE: Final = max(2, os.cpu_count() or 1)


def add(commands: Commands) -> None:
    """Name the commands."""
    line = device_line(Kind.CODE_SCANNER)
    scan = commands.add_parser("scan", parents=[line], help="wait for a code and show what it says")
    scan.add_argument("--timeout", type=seconds, default=30.0, metavar="S", help="how long to wait for a code (30)")
    scan.add_argument("--json", action="store_true", help="as one JSON object")
    scan.set_defaults(run=_scan)

    decode = commands.add_parser("decode", help="show what the codes in pictures say")
    decode.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    decode.add_argument("--json", action="store_true", help="one JSON object a picture, in a line")
    decode.set_defaults(run=_decode)


def _scan(options: argparse.Namespace) -> Exit:
    with opened(Kind.CODE_SCANNER, options) as station:
        assert station.code_scanner is not None
        try:
            code = station.code_scanner.wait_for_code(Lease("scan"), options.timeout).result()
        except DeviceSilent as fault:
            return say(str(fault), Exit.NOTHING_CAME)
    show(_fields(code), as_json=options.json)
    return Exit.DONE


def _fields(code: ScannedCode) -> dict[str, object]:
    return {"text": code.text, "bytes": base64.b64encode(code.raw).decode(), "format": code.format}


def _decode(options: argparse.Namespace) -> Exit:
    from jinghou_devices.pictures.files import BadPicture  # noqa: PLC0415  # OpenCV: 0.2 s

    worst = Exit.DONE
    for file, codes in zip(options.images, _decoded(options.images), strict=True):
        if isinstance(codes, BadPicture):
            worst = say(str(codes), Exit.FAILED)
        elif options.json:
            fields = {"file": str(file), "codes": [_fields(code) for code in codes]}
            print(json.dumps(fields, ensure_ascii=False), flush=True)
        else:
            said = "  ".join(f"{code.format}: {json.dumps(code.text, ensure_ascii=False)}" for code in codes)
            print(f"{file}: {said or 'no code found'}", flush=True)
    return worst


def _decoded(files: Sequence[Path]) -> "Iterator[Codes]":
    """Of each file, in order; some are read ahead, each in a thread: the readers leave Python meanwhile."""
    from jinghou_devices.pictures.files import decode_file  # noqa: PLC0415  # OpenCV: 0.2 s

    waiting = iter(files)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ahead = [pool.submit(decode_file, file) for file in islice(waiting, 2 * _AT_ONCE)]
        while ahead:
            yield ahead.pop(0).result()
            ahead += [pool.submit(decode_file, file) for file in islice(waiting, 1)]
