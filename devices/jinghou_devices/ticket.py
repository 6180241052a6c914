"""A ticket's template, filled in: the receipt that is printed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from jinghou_config.ticket import (
    ColumnsBlock,
    FeedBlock,
    PictureBlock,
    QrBlock,
    RuleBlock,
    TextBlock,
    TicketBlock,
)
from jinghou_devices.kinds.receipt_printer import Align, Block, Columns, Feed, Picture, Qr, Receipt, Rule, Text


def fill(template: Iterable[TicketBlock], fields: Mapping[str, str]) -> Receipt:
    """The receipt of `template` with a text for each of FIELDS."""
    return Receipt(tuple(_filled(template, fields)))


def _filled(template: Iterable[TicketBlock], fields: Mapping[str, str]) -> Iterator[Block]:
    for block in template:
        if block.only_if and not fields[block.only_if]:
            continue
        if block.unless and fields[block.unless]:
            continue
        match block:
            case TextBlock():
                yield Text(block.text.format_map(fields), Align(block.align), block.scale, block.bold)
            case ColumnsBlock(cells=cells):
                yield Columns(tuple(cell.format_map(fields) for cell in cells))
            case QrBlock():
                yield Qr(block.data.format_map(fields), block.module_dots)
            case PictureBlock():
                yield Picture(block.file, block.dots, Align(block.align))
            case RuleBlock():
                yield Rule()
            case FeedBlock(lines=lines):
                yield Feed(lines)
            case _:
                assert_never(block)
