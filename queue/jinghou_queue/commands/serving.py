"""`serve`."""

import argparse

from jinghou_config.log import configure_logging
from jinghou_config.queue import QueueSettings
from jinghou_queue.commands import Commands, command
from jinghou_queue.serve import serve


def add(commands: Commands) -> None:
    """Add this area's commands."""
    serving = command(commands, "serve", "serve until told to stop", _serve)
    serving.add_argument("--host", help="address to listen on")
    serving.add_argument("--port", help="TCP port; 0 takes a free one")
    serving.add_argument("--public-url", help="address phones reach the server at")


def _serve(_: argparse.Namespace, settings: QueueSettings) -> None:
    configure_logging(settings.log)
    serve(settings)
