"""`print-document`: a PDF on a document printer."""

import argparse
from pathlib import Path

from jinghou_devices.commands.common import Commands, Exit, WrongCall, device_line, opened, seconds
from jinghou_devices.commands.paper import told
from jinghou_devices.kinds.common import Kind


def add(commands: Commands) -> None:
    """Name the command."""
    line = device_line(Kind.DOCUMENT_PRINTER)
    document = commands.add_parser("print-document", parents=[line], help="print a PDF, once")
    document.add_argument("file", type=Path, metavar="FILE.pdf")
    document.add_argument("--timeout", type=seconds, default=60.0, metavar="S", help="how long it may take (60)")
    document.add_argument("--json", action="store_true", help="what became of it as one JSON object")
    document.set_defaults(run=_print_document)


def _print_document(options: argparse.Namespace) -> Exit:
    try:
        pdf = options.file.read_bytes()
    except OSError as fault:
        raise WrongCall(f"{options.file}: cannot be read: {fault.strerror}") from None
    with opened(Kind.DOCUMENT_PRINTER, options) as station:
        assert station.document_printer is not None
        if not options.json:
            print(f"the printer answers; waiting for the paper, {options.timeout:.0f} s at most", flush=True)
        return told(station.document_printer.print(pdf, options.timeout).result(), as_json=options.json)
