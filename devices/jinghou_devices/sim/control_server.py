"""The control socket of a simulator: a Unix socket of its owner's only, one JSON object a line in, one out."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

Arguments = dict[str, object]
Answer = dict[str, object]
Command = Callable[[str, Arguments], Answer]


class BadCommand(ValueError):
    """The command cannot be done; the text goes back to whoever asked."""


def word(arguments: Arguments, name: str) -> str:
    """The argument `name` as text."""
    try:
        return str(arguments[name])
    except KeyError:
        raise BadCommand(f"{name} is missing") from None


def flag(arguments: Arguments, name: str) -> bool:
    """The argument `name`: on or off, or how one says it of a cover and a cutter."""
    match arguments.get(name, "on"):
        case True | "on" | "true" | "open" | "error":
            return True
        case False | "off" | "false" | "close" | "closed" | "ok":
            return False
        case other:
            raise BadCommand(f"{name} is on or off, not {other}")


@contextlib.asynccontextmanager
async def serve(socket: Path | None, command: Command) -> AsyncIterator[None]:
    """Answer commands while inside; without a socket, nothing."""
    if socket is None:
        yield
        return

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(json.dumps(_answer(line, command), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        writer.close()

    _remove(socket)
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(talk, socket)
    finally:
        os.umask(before)
    try:
        yield
    finally:
        server.close()
        _remove(socket)


def _remove(socket: Path) -> None:
    socket.unlink(missing_ok=True)


def _answer(line: bytes, command: Command) -> Answer:
    try:
        request = json.loads(line)
        if not isinstance(request, dict) or not isinstance(request.get("command"), str):
            raise BadCommand("a request is a JSON object with a command")
        name = request.pop("command")
        return {"ok": True, **command(name, request)}
    except ValueError as fault:  # BadCommand, not JSON, or a word that is none of an Enum's
        return {"ok": False, "error": str(fault)}
