"""Where the programs of this distribution begin: a terminal has no server's libraries and a server no kiosk's, and a
program started without its own ends in a sentence. What the programs do is not here."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


@contextmanager
def loading() -> Iterator[None]:
    """For imports: what they bring stays, so the collector need not look through it, now or ever after."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _run(program: str, module: str, extra: str) -> int:
    try:
        with loading():
            loaded = import_module(module)
        code: int = loaded.main()
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.startswith("jinghou_"):
            raise
        library = missing.name.partition(".")[0]
        needs = f"needs {library}, which is not installed: pip install 'jinghou[{extra}]'"
        print(f"{program}: {needs}", file=sys.stderr)  # noqa: T201
        return 2
    return code


def queue() -> int:
    """The silent-queue server and its operator's command line."""
    return _run("jinghou-queue", "jinghou_queue.cli", "server")


def devices() -> int:
    """The technician's command line."""
    return _run("jinghou-devices", "jinghou_devices.cli", "kiosk")


def kiosk() -> int:
    """The terminal."""
    return _run("jinghou-kiosk", "jinghou_ui.kiosk_cli", "kiosk")


def board() -> int:
    """The calling display."""
    return _run("jinghou-board", "jinghou_ui.board_cli", "kiosk")
