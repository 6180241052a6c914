"""`python -m jinghou_devices.sim KIND`: one simulated device until standard input closes or a signal comes."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand, serve
from jinghou_devices.sim.escpos import Printer
from jinghou_devices.sim.line import Line
from jinghou_devices.sim.paper import NoFont
from jinghou_devices.sim.sam import Reader

_SPEEDS = (9600, 19200, 38400, 57600, 115200)


class Device(Protocol):
    """What every simulated device does."""

    def take(self, data: bytes) -> None:
        """Bytes from the host."""

    def command(self, name: str, arguments: Arguments) -> Answer:
        """From the control socket."""

    def fault(self, name: str, *, on: bool) -> None:
        """Switch a fault."""


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--link", type=Path, metavar="PATH", help="a symbolic link to the port, as a stable name")
    common.add_argument("--control", type=Path, metavar="SOCKET", help="where to take commands")
    common.add_argument("--fault", action="append", default=[], metavar="F", help="a fault from the start; repeatable")
    common.add_argument("--baud", type=int, choices=_SPEEDS, default=115200, help="the speed it speaks (115200)")
    common.add_argument("--seed", type=int, help="makes the invented people and the noise repeatable")
    parser = argparse.ArgumentParser(prog="jinghou-devices sim", description="A simulated device on a pty.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("sam", parents=[common], help="an ID-card reader")
    printer = kinds.add_parser("escpos", parents=[common], help="a receipt printer")
    printer.add_argument("--paper-dir", type=Path, metavar="DIR", help="where each cut paper goes, as text and picture")
    printer.add_argument("--width", type=int, choices=(58, 80), default=80, help="of the paper in mm (80)")
    printer.add_argument("--speed", type=float, default=150.0, metavar="MM/S", help="of the paper (150 mm/s)")
    return parser.parse_args(argv)


async def _run(options: argparse.Namespace) -> None:
    line = Line(options.baud, options.link, options.seed)
    tasks = [asyncio.ensure_future(line.pump())]
    device: Device
    if options.kind == "sam":
        device = Reader(line, options.seed)
    else:
        printer = Printer(line, options.width, options.paper_dir, options.speed)
        tasks.append(asyncio.ensure_future(printer.work()))
        device = printer
    for name in options.fault:
        device.fault(name, on=True)

    async def obey() -> None:
        while True:
            device.take(await line.receive())

    async with serve(options.control, device.command):
        with line.named():
            print(line.port, flush=True)  # noqa: T201  # the one line that callers read
            tasks += [asyncio.ensure_future(obey()), asyncio.ensure_future(_told_to_stop())]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for task in done:
        task.result()


async def _told_to_stop() -> None:
    """Until standard input closes or a signal comes."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            stop.set()

    with contextlib.suppress(PermissionError):  # a file or /dev/null cannot be watched: then only a signal ends it
        loop.add_reader(sys.stdin.fileno(), read)
    await stop.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one simulator; 2 and one line for what cannot be done."""
    try:
        asyncio.run(_run(_arguments(argv)))
    except (BadCommand, NoFont, OSError) as fault:
        print(f"jinghou-devices sim: {fault}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
