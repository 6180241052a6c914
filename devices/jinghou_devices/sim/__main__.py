"""`python -m jinghou_devices.sim MODEL`: one simulated device until standard input closes or a signal comes."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from jinghou_devices.sim import (
    board_8a,
    camera,
    chip,
    cu16,
    cu48,
    escpos,
    ipp,
    led,
    relays,
    sam,
    scanner,
    scanner_makes,
    wedge,
    wkly,
)
from jinghou_devices.sim.control_server import BadCommand, serve
from jinghou_devices.sim.device import Model
from jinghou_devices.sim.ends import End
from jinghou_devices.sim.line import Line, WireFault
from jinghou_devices.sim.paper import NoFont

_SPEEDS = (9600, 19200, 38400, 57600, 115200)
_MODELS: Final[Mapping[str, Model]] = {
    "sam": sam.MODEL,
    "escpos": escpos.MODEL,
    "ipp": ipp.MODEL,
    "plain": scanner.MODEL,
    **scanner_makes.MODELS,
    "wedge": wedge.MODEL,
    "camera": camera.MODEL,
    "chip": chip.MODEL,
    "led": led.MODEL,
    "cu16": cu16.MODEL,
    "cu48": cu48.MODEL,
    "8a": board_8a.MODEL,
    "wkly": wkly.MODEL,
    "modbus": relays.MODEL,
}


def _arguments(argv: Sequence[str] | None, models: Mapping[str, Model]) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--link", type=Path, metavar="PATH", help="a symbolic link to the port, as a stable name")
    common.add_argument("--tcp", type=int, metavar="PORT", help="listen there instead of on a pty (0: any free one)")
    common.add_argument("--control", type=Path, metavar="SOCKET", help="where to take commands")
    wire = f"of the wire {', '.join(WireFault)}; a wrong name is answered with the device's own"
    common.add_argument("--fault", action="append", default=[], metavar="F", help=f"from the start; repeatable: {wire}")
    common.add_argument("--baud", type=int, choices=_SPEEDS, help="the speed it speaks (the device's usual one)")
    common.add_argument("--seed", type=int, help="makes the invented people and the noise repeatable")
    parser = argparse.ArgumentParser(prog="jinghou-devices sim", description="A simulated device.")
    chosen = parser.add_subparsers(dest="model", required=True)
    for name, model in models.items():
        model.add_options(chosen.add_parser(name, parents=[common], help=model.help))
    return parser.parse_args(argv)


async def _run(model: Model, options: argparse.Namespace) -> None:
    told_to_stop = _told_to_stop()  # before anybody knows of the port
    end = model.end(options)
    try:
        await _serve(end, model, options, told_to_stop)
    finally:
        end.unplug()


async def _serve(end: End, model: Model, options: argparse.Namespace, told_to_stop: asyncio.Event) -> None:
    line = Line(end, options.baud or model.baud, options.seed)
    device = model.make(line, options)
    for name in options.fault:
        device.fault(name, on=True)

    async def obey() -> None:
        while True:
            device.take(await line.receive())

    async with serve(options.control, device.command):
        print(end.port, flush=True)  # noqa: T201  # the one line that callers read
        work = (line.pump(), obey(), device.work(), told_to_stop.wait())
        tasks = [asyncio.ensure_future(one) for one in work]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    for task in done:
        task.result()


def _told_to_stop() -> asyncio.Event:
    """Set once standard input closes or a signal comes."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            stop.set()

    with contextlib.suppress(PermissionError):  # a file or /dev/null cannot be watched: then only a signal ends it
        loop.add_reader(sys.stdin.fileno(), read)
    return stop


def main(argv: Sequence[str] | None = None, models: Mapping[str, Model] = _MODELS) -> int:
    """Run one simulator, of ours or of another package's; 2 and one line for what cannot be done."""
    options = _arguments(argv, models)
    try:
        asyncio.run(_run(models[options.model], options))
    except (BadCommand, NoFont, OSError) as fault:
        print(f"jinghou-devices sim: {fault}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
