"""A simulated code scanner, and the codes that can be shown to it. This one reads by itself and sends what it reads;
those that can be told something are in `scanner_makes`."""

import argparse
import asyncio
import base64
import random
import time
from enum import StrEnum
from typing import Final

from jinghou_devices.sim.control_server import Answer, Arguments, BadCommand, word
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.ends import Unplugged
from jinghou_devices.sim.line import Line

_GLANCE_S: Final = 0.02
_AGAIN_S: Final = 0.5  # a scanner that reads by itself reads again what stays in view
_TRIGGER_S: Final = 5.0  # it gives up by itself
_TERMINATORS: Final = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}


class ScannerFault(StrEnum):
    """What can be wrong with a scanner."""

    NO_TERMINATOR = "no_terminator"
    NO_REPLY = "no_reply"  # commands are obeyed and not answered
    REFUSES = "refuses"  # commands are answered with a refusal
    READS_TWICE = "reads_twice"  # each code is sent again at once


def shown_code(arguments: Arguments, dice: random.Random) -> bytes:
    """What the code holds that `show` describes: text in an encoding, bytes in base64, or so many bytes of any kind."""
    encoding = str(arguments.get("encoding", "utf-8"))
    size = int(str(arguments.get("size", 0)))
    if not 0 <= size <= 8000:
        raise BadCommand("size is at most 8000 bytes")
    if "bytes" in arguments:
        return base64.b64decode(word(arguments, "bytes"), validate=True)
    if encoding == "binary":
        return dice.randbytes(size or 64)
    text = str(arguments.get("text", "")) or f"JH{dice.randrange(10**10):010d}"
    try:
        raw = text.encode({"gbk": "gb18030"}.get(encoding, encoding))
    except (LookupError, UnicodeEncodeError):
        raise BadCommand(f"the text cannot be written in {encoding}") from None
    return raw + bytes(dice.choice(b"0123456789ABCDEF") for _ in range(size - len(raw)))


class Scanner(Device):
    """It reads what is shown: by itself, or while it is triggered and once for each trigger."""

    own_faults = ScannerFault
    commands = ("show", "hide")

    def __init__(self, line: Line, options: argparse.Namespace) -> None:
        super().__init__(line)
        self._random = random.Random(options.seed)  # noqa: S311  # invented codes, not secrets
        self._terminator = _TERMINATORS[options.terminator]
        self.by_itself = options.trigger == "always"
        self._shown: bytes | None = None
        self._triggered_until = 0.0
        self._next_read = 0.0
        self._codes = 0
        self._commands = 0

    def take(self, data: bytes) -> None:
        """It listens to nobody."""

    def told(self) -> None:
        """A whole command has come."""
        self._commands += 1

    def trigger(self, *, on: bool) -> None:
        """Begin or cease to read."""
        self._triggered_until = time.monotonic() + _TRIGGER_S if on else 0.0
        self._glance()

    async def work(self) -> None:
        """See Device."""
        while True:
            self._glance()
            await asyncio.sleep(_GLANCE_S)

    def _glance(self) -> None:
        now = time.monotonic()
        if self._shown is None or (not self.by_itself and now >= self._triggered_until):
            return
        if self.by_itself and now < self._next_read:
            return
        self._next_read = now + self.line.seconds(len(self._shown)) + _AGAIN_S
        self._triggered_until = 0.0
        for _ in range(2 if ScannerFault.READS_TWICE in self.faults else 1):
            self._codes += 1
            self.send_code(self._shown)

    def send_code(self, code: bytes) -> None:
        """Over the line, as the host would hear it."""
        data = code + (b"" if ScannerFault.NO_TERMINATOR in self.faults else self._terminator)
        try:
            agreed = self.line.speeds_agree()
        except Unplugged:
            return
        self.line.send(data if agreed else bytes(byte | 0x80 for byte in data))

    def obey(self, name: str, arguments: Arguments) -> Answer:
        """See Device. What is shown stays in view until `hide`."""
        if name == "hide":
            self._shown = None
            return {}
        self._shown = shown_code(arguments, self._random)
        self._next_read = 0.0
        self._glance()
        return {"bytes": base64.b64encode(self._shown).decode()}

    def status(self) -> Answer:
        """See Device. `codes` is how many it has sent."""
        triggered = self.by_itself or time.monotonic() < self._triggered_until
        return {
            "shown": self._shown is not None,
            "reading": triggered,
            "codes": self._codes,
            "commands": self._commands,
        }


def add_options(parser: argparse.ArgumentParser, trigger: str = "command", terminator: str = "cr") -> None:
    """How it is set."""
    parser.add_argument(
        "--trigger", choices=("command", "always"), default=trigger, help=f"when it reads at first ({trigger})"
    )
    parser.add_argument(
        "--terminator",
        choices=tuple(_TERMINATORS),
        default=terminator,
        help=f"what ends a code ({terminator})",
    )


MODEL: Final = Model(
    "a serial scanner that reads by itself", Scanner, add_options=lambda parser: add_options(parser, "always")
)
