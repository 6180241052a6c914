"""How our programs with a window end: whatever is wrong is one clear line on standard error, and an exit code."""

import sys
from collections.abc import Callable

from jinghou_config.settings import ConfigError
from jinghou_devices.errors import DeviceError


class ProgramFault(Exception):
    """The program cannot do its work; the text is one line for whoever started it."""


def end_in_a_line(run: Callable[[], int]) -> int:
    """What `run` returns; or 2 for a wrong configuration and 1 for another fault, each said in a line."""
    try:
        return run()
    except ConfigError as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 2
    except (ProgramFault, DeviceError, OSError) as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 1
