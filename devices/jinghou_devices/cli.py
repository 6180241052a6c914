"""The technician's command line `jinghou-devices`: try a device, real or simulated, and start and steer simulators."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Final

from jinghou_config.log import LogSettings, configure_logging
from jinghou_config.settings import ConfigError
from jinghou_devices.commands import (
    card,
    chip,
    codes,
    display,
    doctor,
    document,
    locker,
    paper,
    ports,
    simulators,
    tracing,
)
from jinghou_devices.commands.common import PROG, Exit, Run, WrongCall, say
from jinghou_devices.errors import DeviceError, DeviceOffline, DeviceSilent, PortMissing

_COMMANDS: Final = (ports, doctor, tracing, card, chip, codes, paper, document, locker, display, simulators)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one line on standard error."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["sim"]:  # its options are the simulators' own
        os.execv(sys.executable, [sys.executable, "-m", "jinghou_devices.sim", *words[1:]])  # noqa: S606  # our own program
    options = _parser().parse_args(words)
    configure_logging(LogSettings(level="error"))  # to standard error; what a command finds goes to standard output
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it, a coil must not stay powered
    run: Run = options.run
    try:
        return run(options)
    except (WrongCall, ConfigError) as fault:
        return say(str(fault), Exit.WRONG_CALL)
    except (DeviceSilent, PortMissing, DeviceOffline) as fault:
        return say(str(fault), Exit.NO_ANSWER)
    except (DeviceError, CancelledError, OSError) as fault:
        return say(str(fault), Exit.FAILED)
    except KeyboardInterrupt:
        return say("stopped", Exit.FAILED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROG, description="Try and test the devices of a terminal.")
    commands = parser.add_subparsers(dest="command", required=True)
    for module in _COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
