"""`print`: a receipt on a receipt printer."""

import argparse
from pathlib import Path
from typing import Final, assert_never

from jinghou_config.ticket import TicketTemplate
from jinghou_devices.commands.common import Commands, Exit, device_line, opened, say, seconds, show
from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.receipt_printer import Align, Block, Feed, Picture, Printed, PrintResult, Qr, Receipt, Text
from jinghou_devices.ticket import fill

_SAMPLE: Final = {
    "zh": {"hall": "云溪市民服务中心", "service": "不动产登记", "zone": "A 厅"},
    "en": {"hall": "Yunxi Citizen Service Centre", "service": "Property registration", "zone": "A 厅"},
}
_OF_BOTH: Final = {
    "number": "A023",
    "ahead": "3",
    "counted": "yes",
    "taken": "2026-11-24 09:21",
    "qr": "https://example.invalid/t/4f2a9c",
}

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
    paper.add_argument("--text", help="what to print; without any of these, a test page")
    paper.add_argument("--qr", metavar="DATA", help="a QR code below the text")
    paper.add_argument("--picture", type=Path, metavar="FILE", help="a picture above the text")
    paper.add_argument("--template", type=Path, metavar="FILE", help="a ticket of this template, with a sample's words")
    paper.add_argument("--language", choices=_SAMPLE, default="zh", help="of that ticket (zh)")
    paper.add_argument("--width", type=int, choices=(58, 80), default=80, help="of the paper in mm (80)")
    paper.add_argument("--timeout", type=seconds, default=10.0, metavar="S", help="how long it may take (10)")
    paper.add_argument("--json", action="store_true", help="what became of it as one JSON object")
    paper.set_defaults(run=_print)


def _print(options: argparse.Namespace) -> Exit:
    receipt = _ticket(options) if options.template else Receipt(_blocks(options))
    with opened(Kind.RECEIPT_PRINTER, options, paper_mm=options.width) as station:
        assert station.receipt_printer is not None
        return told(station.receipt_printer.print(receipt, options.timeout).result(), as_json=options.json)


def told(result: PrintResult, *, as_json: bool) -> Exit:
    """What became of a paper, said to the technician."""
    if as_json:
        show({"printed": result.printed.value, "reason": result.reason}, as_json=True)
    match result.printed:
        case Printed.DONE if as_json:
            return Exit.DONE
        case Printed.DONE:
            print(f"printed{f' ({result.reason})' if result.reason else ''}")
            return Exit.DONE
        case Printed.REFUSED | Printed.FAILED:
            return say(f"not printed: {result.reason}", Exit.FAILED)
        case Printed.UNCERTAIN:
            return say(f"nobody knows whether it was printed: {result.reason}", Exit.NOTHING_CAME)
        case _:
            assert_never(result.printed)


def _ticket(options: argparse.Namespace) -> Receipt:
    return sample_ticket(TicketTemplate.load(options.template), options.language)


def sample_ticket(template: TicketTemplate, language: str) -> Receipt:
    """A ticket of `template` in `language`, zh or en, with a sample's words."""
    return fill(getattr(template, language), _OF_BOTH | _SAMPLE[language])


def _blocks(options: argparse.Namespace) -> tuple[Block, ...]:
    if options.text is None and options.qr is None and options.picture is None:
        return TEST_PAGE.blocks
    blocks: list[Block] = []
    if options.picture is not None:
        blocks.append(Picture(options.picture))
    if options.text is not None:
        blocks.append(Text(options.text))
    if options.qr is not None:
        blocks.append(Qr(options.qr))
    return tuple(blocks)
