"""`jinghou-kiosk`: run a kiosk, make its staff's PIN, show the demo, or draw the gallery of its pages."""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from jinghou_config.programs import loading
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import KioskSettings
from jinghou_ui.exit import ProgramFault, end_in_a_line
from jinghou_ui.screens import KIOSK_32


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 wrong call or configuration."""
    parser = argparse.ArgumentParser(prog="jinghou-kiosk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    run = commands.add_parser("run", help="run the kiosk of a configuration file")
    run.add_argument("--config", type=Path, required=True, help="the kiosk's TOML file")
    run.add_argument("--remote", type=Path, help="let a test drive the window through this local socket")

    demo = commands.add_parser("demo", help="a whole hall on this machine: server, simulated devices, kiosk, board")
    demo.add_argument("--once", action="store_true", help="run the tour, then end")
    demo.add_argument("--dir", type=Path, default=Path(".demo"), help="where all its files go (default: .demo)")

    pin = commands.add_parser("pin", help="ask for the staff's PIN twice; prints its hash, for the settings")
    pin.add_argument("--manager", action="store_true", help="the manager's own PIN, beside the technician's")

    gallery = commands.add_parser("gallery", help="draw every page in every language")
    gallery.add_argument("dir", type=Path, help="where the pictures go")
    arguments = parser.parse_args(argv)
    return end_in_a_line(lambda: _dispatch(arguments))


def _dispatch(arguments: argparse.Namespace) -> int:
    # Qt and the demo load when their command is called: --help and a wrong setting answer at once.
    match arguments.command:
        case "run":
            settings = KioskSettings.load(arguments.config)
            with loading():
                from jinghou_devices.errors import PortBusy  # noqa: PLC0415
                from jinghou_ui.kiosk_app import run_kiosk  # noqa: PLC0415

            try:
                return run_kiosk(settings, arguments.config, arguments.remote)
            except PortBusy as busy:
                raise ConfigError(f"{arguments.config}: {busy}") from None
        case "pin":
            from jinghou_kiosk.service.pin import hashed  # noqa: PLC0415

            key = "manager_pin_hash" if arguments.manager else "pin_hash"
            print(f'[service]\n{key} = "{hashed(_new_pin())}"')
            return 0
        case "gallery":
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
            from jinghou_ui.gallery import render_gallery  # noqa: PLC0415

            print(f"{len(render_gallery(arguments.dir, KIOSK_32))} pictures in {arguments.dir}")
            return 0
        case _:
            from jinghou_ui.demo.show import run_demo  # noqa: PLC0415

            return run_demo(arguments.dir, once=arguments.once)


def _new_pin() -> str:
    """Typed twice unseen; from a pipe, a line. Raises ProgramFault for one that will not do."""
    from jinghou_kiosk.service.pin import weakness  # noqa: PLC0415

    if sys.stdin.isatty():
        pin = getpass.getpass("PIN: ")
        if getpass.getpass("once more: ") != pin:
            raise ProgramFault("these are two different PINs")
    else:
        pin = sys.stdin.readline().strip()
    weak = weakness(pin)
    if weak is not None:
        raise ProgramFault(weak)
    return pin


if __name__ == "__main__":
    sys.exit(main())
