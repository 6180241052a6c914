"""What the commands share: exit codes, options of a line, masking, and a station with one device that answers."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import IntEnum
from typing import Final, TypeAlias, get_args

from jinghou_config.devices import Baud, DevicesSettings
from jinghou_devices import driver
from jinghou_devices.kinds.common import Kind
from jinghou_devices.station import Station

PROG: Final = "jinghou-devices"
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # it has no other name
Run = Callable[[argparse.Namespace], "Exit"]


class Exit(IntEnum):
    """Exit codes, for scripts."""

    DONE = 0
    FAILED = 1
    WRONG_CALL = 2
    NO_ANSWER = 3
    NOTHING_CAME = 4


class WrongCall(Exception):
    """The call cannot be understood; the text says what was expected."""


def say(text: str, code: Exit) -> Exit:
    """One line on standard error, and the exit code that goes with it."""
    print(f"{PROG}: {text}", file=sys.stderr)
    return code


def device_line(kind: Kind) -> argparse.ArgumentParser:
    """The options that say which device of a kind is meant, for `parents`."""
    line = device_options(driver.names(kind))
    line.add_argument("--trace", action="store_true", help="afterwards, what went over the line, on standard error")
    return line


def device_options(drivers: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The options that say which device is meant, one of these drivers or of any, for `parents`."""
    line = argparse.ArgumentParser(add_help=False)
    line.add_argument("--driver", choices=drivers, required=True, help="what speaks to it")
    line.add_argument("--port", required=True, help="a serial port, host:port, or what the driver says")
    line.add_argument("--baud", type=int, choices=get_args(get_args(Baud)[0]), help="speed of a serial line")
    line.add_argument(
        "--option", action="append", default=[], metavar="KEY=VALUE", type=_option, help="a setting of the driver"
    )
    return line


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form KEY=VALUE")
    return key, value


def line_settings(options: argparse.Namespace) -> dict[str, object]:
    """What the options of `device_line` say, as the settings of a device."""
    return {
        "driver": options.driver,
        "port": options.port,
        "baud": options.baud,
        "options": dict(options.option),
    }


def seconds(text: str) -> float:
    """A time-out on the command line."""
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("is more than 0 and at most 3600 seconds")
    return value


@contextmanager
def opened(kind: Kind, arguments: argparse.Namespace, /, **settings: object) -> Iterator[Station]:
    """A station whose one device answers: the one that `arguments` name, with further settings of its section.

    Raises ConfigError, DeviceError.
    """
    device = line_settings(arguments) | settings
    station = Station.open(DevicesSettings.model_validate({kind.value: device}), lambda _status: None)
    try:
        station.wait_online(kind)
        yield station
    finally:
        station.close()
        if arguments.trace:
            for exchange in station.trace(kind).exchanges():
                print(exchange, file=sys.stderr)


def show(fields: Mapping[str, object], *, as_json: bool) -> None:
    """One JSON object in a line, or a line for each field."""
    if as_json:
        print(json.dumps(fields, ensure_ascii=False))
    else:
        for name, value in fields.items():
            print(f"{name}: {'' if value is None else value}")


def day(of: date | None) -> str | None:
    """A date as everybody writes it to a machine."""
    return of.isoformat() if of else None


def first_only(name: str) -> str:
    """A name of which nobody can tell whose it is."""
    return name[:1] + "*" if name else ""


def hidden(text: str) -> str:
    """That there is something, and nothing of it."""
    return "***" if text else ""


def middle_hidden(number: str) -> str:
    """A number of which the ends are shown."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)
