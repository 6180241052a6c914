"""The technician's command line `jinghou-devices`: try a device, real or simulated, and start and steer simulators."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Final, assert_never, get_args

from serial.tools import list_ports

from jinghou_config.devices import DevicesSettings, IdReaderSettings, ReceiptPrinterSettings
from jinghou_config.log import LogSettings, configure_logging
from jinghou_devices.control import ask
from jinghou_devices.errors import (
    DeviceError,
    DeviceOffline,
    DeviceSilent,
    PortMissing,
)
from jinghou_devices.kinds.common import Lease
from jinghou_devices.kinds.id_reader import IdCard
from jinghou_devices.kinds.receipt_printer import Align, Block, Feed, Printed, Qr, Receipt, Text
from jinghou_devices.station import Station

_PROG: Final = "jinghou-devices"
_SPEEDS: Final = get_args(IdReaderSettings.model_fields["baud"].annotation)


class Exit(IntEnum):
    """Exit codes, for scripts."""

    DONE = 0
    FAILED = 1
    WRONG_CALL = 2
    NO_ANSWER = 3
    NOTHING_CAME = 4


class WrongCall(Exception):
    """The call cannot be understood; the text says what was expected."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one line on standard error."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["sim"]:  # its options are the simulators' own
        os.execv(sys.executable, [sys.executable, "-m", "jinghou_devices.sim", *words[1:]])  # noqa: S606  # our own program
    options = _parser().parse_args(words)
    configure_logging(LogSettings(level="error"))  # to standard error; what a command finds goes to standard output
    run: Callable[[argparse.Namespace], Exit] = options.run
    try:
        return run(options)
    except WrongCall as fault:
        return _say(str(fault), Exit.WRONG_CALL)
    except (DeviceSilent, PortMissing, DeviceOffline) as fault:
        return _say(str(fault), Exit.NO_ANSWER)
    except (DeviceError, CancelledError, OSError) as fault:
        return _say(str(fault), Exit.FAILED)
    except KeyboardInterrupt:
        return _say("stopped", Exit.FAILED)


def _say(text: str, code: Exit) -> Exit:
    print(f"{_PROG}: {text}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_PROG, description="Try and test the devices of a terminal.")
    commands = parser.add_subparsers(dest="command", required=True)

    ports = commands.add_parser("list", help="the serial ports of this machine")
    ports.add_argument("--json", action="store_true", help="one JSON object a line")
    ports.set_defaults(run=_list)

    line = argparse.ArgumentParser(add_help=False)
    line.add_argument("--port", required=True, help="the serial port, e.g. /dev/serial/by-id/…")
    line.add_argument("--baud", type=int, choices=_SPEEDS, default=115200, help="line speed (115200)")
    line.add_argument("--trace", action="store_true", help="afterwards, what went over the line, on standard error")

    read = commands.add_parser("read-card", parents=[line], help="wait for an ID card and show it, masked")
    read.add_argument("--driver", choices=["sam"], required=True, help="the protocol of the reader")
    read.add_argument("--timeout", type=_seconds, default=30.0, metavar="S", help="how long to wait for a card (30)")
    read.add_argument("--json", action="store_true", help="as one JSON object")
    read.add_argument("--reveal", action="store_true", help="show the person's data in full")
    read.set_defaults(run=_read_card)

    paper = commands.add_parser("print", parents=[line], help="print a receipt")
    paper.add_argument("--driver", choices=["escpos"], required=True, help="the protocol of the printer")
    paper.add_argument("--text", help="what to print; without --text and --qr, a test page")
    paper.add_argument("--qr", metavar="DATA", help="a QR code below the text")
    paper.add_argument("--width", type=int, choices=(58, 80), default=80, help="of the paper in mm (80)")
    paper.add_argument("--timeout", type=_seconds, default=10.0, metavar="S", help="how long it may take (10)")
    paper.set_defaults(run=_print)

    control = commands.add_parser("control", help="steer a simulator through its control socket")
    control.add_argument("socket", type=Path)
    control.add_argument("name", metavar="COMMAND", help="e.g. place, lift, status, papers, fault")
    control.add_argument("arguments", nargs="*", metavar="key=value")
    control.set_defaults(run=_control)

    commands.add_parser("sim", help="start a simulator: sim sam|escpos --help", add_help=False)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("is more than 0 and at most 3600 seconds")
    return value


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


@contextmanager
def _opened(settings: DevicesSettings, name: str, *, trace: bool) -> Iterator[Station]:
    """A station whose device `name` answers."""
    station = Station.open(settings, lambda _status: None)
    try:
        station.wait_online(name)
        yield station
    finally:
        station.close()
        if trace:
            for exchange in station.trace(name).exchanges():
                print(exchange, file=sys.stderr)


def _read_card(options: argparse.Namespace) -> Exit:
    reader = IdReaderSettings(driver=options.driver, port=options.port, baud=options.baud, poll_ms=100)
    settings = DevicesSettings(id_reader=reader, receipt_printer=None)
    with _opened(settings, "id_reader", trace=options.trace) as station:
        assert station.id_reader is not None
        try:
            card = station.id_reader.wait_for_card(Lease("read-card"), options.timeout).result()
        except DeviceSilent as fault:
            return _say(str(fault), Exit.NOTHING_CAME)
    fields = _fields(card, reveal=options.reveal)
    if options.json:
        print(json.dumps(fields, ensure_ascii=False))
    else:
        for name, value in fields.items():
            print(f"{name}: {'' if value is None else value}")
    return Exit.DONE


def _fields(card: IdCard, *, reveal: bool) -> dict[str, str | bool | None]:
    """A card as printed; without `reveal` nobody can tell who it is."""
    return {
        "kind": card.kind.value,
        "name": card.name if reveal else _first_only(card.name),
        "sex": card.sex,
        "nation": card.nation,
        "birth": _day(card.birth) if reveal or card.birth is None else str(card.birth.year),
        "address": card.address if reveal else _hidden(card.address),
        "number": card.number if reveal else _middle_hidden(card.number),
        "issuer": card.issuer,
        "valid_from": _day(card.valid_from),
        "valid_to": "长期" if card.long_term else _day(card.valid_to),
        "long_term": card.long_term,
        "chinese_name": card.chinese_name if reveal else _first_only(card.chinese_name),
        "permit_number": card.permit_number if reveal else _middle_hidden(card.permit_number),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _first_only(name: str) -> str:
    return name[:1] + "*" if name else ""


def _hidden(text: str) -> str:
    return "***" if text else ""


def _middle_hidden(number: str) -> str:
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)


def _print(options: argparse.Namespace) -> Exit:
    printer = ReceiptPrinterSettings(
        driver=options.driver, port=options.port, baud=options.baud, paper_mm=options.width
    )
    settings = DevicesSettings(id_reader=None, receipt_printer=printer)
    with _opened(settings, "receipt_printer", trace=options.trace) as station:
        assert station.receipt_printer is not None
        result = station.receipt_printer.print(Receipt(_blocks(options)), options.timeout).result()
    match result.printed:
        case Printed.DONE:
            print(f"printed{f' ({result.reason})' if result.reason else ''}")
            return Exit.DONE
        case Printed.REFUSED | Printed.FAILED:
            return _say(f"not printed: {result.reason}", Exit.FAILED)
        case Printed.UNCERTAIN:
            return _say(f"nobody knows whether it was printed: {result.reason}", Exit.NOTHING_CAME)
        case _:
            assert_never(result.printed)


def _blocks(options: argparse.Namespace) -> tuple[Block, ...]:
    if options.text is None and options.qr is None:
        return (
            Text("静候 Jinghou", Align.CENTRE, scale=2, bold=True),
            Text("打印机测试页 Printer test page", Align.CENTRE),
            Feed(),
            Text("".join(str(column % 10) for column in range(1, 33))),
            Text("一二三四五六七八九十一二三四五六"),
            Qr("https://example.invalid/jinghou"),
            Feed(),
        )
    blocks: list[Block] = []
    if options.text is not None:
        blocks.append(Text(options.text))
    if options.qr is not None:
        blocks.append(Qr(options.qr))
    return tuple(blocks)


def _control(options: argparse.Namespace) -> Exit:
    arguments: dict[str, object] = {}
    for word in options.arguments:
        key, equals, value = word.partition("=")
        if not equals or key in {"", "command", "socket", "timeout_s"}:
            raise WrongCall(f"{word!r} is not of the form key=value")
        arguments[key] = value
    print(json.dumps(ask(options.socket, options.name, **arguments), ensure_ascii=False))  # type: ignore[arg-type]  # timeout_s cannot be among them
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
