"""`jinghou-board`: run a calling display."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from jinghou_config.terminal import BoardSettings
from jinghou_ui.exit import end_in_a_line


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 wrong call or configuration."""
    parser = argparse.ArgumentParser(prog="jinghou-board", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the board of a configuration file")
    run.add_argument("--config", type=Path, required=True, help="the board's TOML file")
    run.add_argument("--remote", type=Path, help="let a test look at the window through this local socket")
    arguments = parser.parse_args(argv)
    return end_in_a_line(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    settings = BoardSettings.load(arguments.config)
    from jinghou_ui.board_app import run_board  # noqa: PLC0415  Qt loads once the settings are good

    return run_board(settings, arguments.config, arguments.remote)


if __name__ == "__main__":
    sys.exit(main())
