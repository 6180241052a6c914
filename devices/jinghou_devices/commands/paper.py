"""`print`: a receipt on a receipt printer."""

import argparse
from typing import Final, assert_never

from jinghou_config.devices import ReceiptPrinterSettings
from jinghou_devices.commands.common import Commands, Exit, device_line, line_settings, opened, say, seconds
from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.receipt_printer import Align, Block, Feed, Printed, PrintResult, Qr, Receipt, Text

TEST_PAGE: Final = Receipt(
    (
        Text("静候 Jinghou", Align.CENTRE, scale=2, bold=True),
        Text("打印机测试页 Printer test page", Align.CENTRE),
        Feed(),
        Text("".join(str(column % 10) for column in range(1, 33))),
        Text("一二三四五六七八九十一二三四五六"),
        Qr("https://example.invalid/jinghou"),
        Feed(),
    )
)


def add(commands: Commands) -> None:
    """Name the command."""
    line = device_line(Kind.RECEIPT_PRINTER)
    paper = commands.add_parser("print", parents=[line], help="print a receipt")
    paper.add_argument("--text", help="what to print; without --text and --qr, a test page")
    paper.add_argument("--qr", metavar="DATA", help="a QR code below the text")
    paper.add_argument("--width", type=int, choices=(58, 80), default=80, help="of the paper in mm (80)")
    paper.add_argument("--timeout", type=seconds, default=10.0, metavar="S", help="how long it may take (10)")
    paper.set_defaults(run=_print)


def _print(options: argparse.Namespace) -> Exit:
    settings = ReceiptPrinterSettings.model_validate({**line_settings(options), "paper_mm": options.width})
    with opened(Kind.RECEIPT_PRINTER, settings, trace=options.trace) as station:
        assert station.receipt_printer is not None
        return told(station.receipt_printer.print(Receipt(_blocks(options)), options.timeout).result())


def told(result: PrintResult) -> Exit:
    """What became of a paper, said to the technician."""
    match result.printed:
        case Printed.DONE:
            print(f"printed{f' ({result.reason})' if result.reason else ''}")
            return Exit.DONE
        case Printed.REFUSED | Printed.FAILED:
            return say(f"not printed: {result.reason}", Exit.FAILED)
        case Printed.UNCERTAIN:
            return say(f"nobody knows whether it was printed: {result.reason}", Exit.NOTHING_CAME)
        case _:
            assert_never(result.printed)


def _blocks(options: argparse.Namespace) -> tuple[Block, ...]:
    if options.text is None and options.qr is None:
        return TEST_PAGE.blocks
    blocks: list[Block] = []
    if options.text is not None:
        blocks.append(Text(options.text))
    if options.qr is not None:
        blocks.append(Qr(options.qr))
    return tuple(blocks)
