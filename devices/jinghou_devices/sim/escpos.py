"""A simulated ESC/POS printer: its sensors, its buffer, what it says, and the papers that fall into the tray."""

import argparse
import asyncio
import time
from collections import deque
from enum import StrEnum
from pathlib import Path
from typing import Final

from jinghou_devices.sim.control_server import Answer, Arguments
from jinghou_devices.sim.device import Device, Model
from jinghou_devices.sim.line import Line
from jinghou_devices.sim.paper import DOTS, Paper, font
from jinghou_devices.sim.printer_language import CHARSETS, Engine, Interpreter

_DOTS_A_MM: Final = 8
_LINES_BEFORE_END: Final = 3
_CLEAR_BUFFERS: Final = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")


class PrinterFault(StrEnum):
    """What can be wrong with a printer; each is also a command of the control socket."""

    PAPER_OUT = "paper_out"
    PAPER_OUT_MID_JOB = "paper_out_mid_job"  # after the third line of a paper
    NEAR_END = "near_end"
    COVER = "cover"
    CUTTER = "cutter"  # sticks at the next cut
    NO_END_OF_JOB = "no_end_of_job"
    AUTO_STATUS = "auto_status"  # sent at every change, asked for or not
    INTERLEAVED = "interleaved"  # an automatic status with each real-time answer in its middle
    FEW_STATUSES = "few_statuses"  # answers 10 04 1 only, as simple printers
    NO_CLEAR_BUFFERS = "no_clear_buffers"  # does not know 10 14 08, as some clones


class Printer(Device, Engine):
    """The printer: bytes are received at once, printed when nothing stands in the way, as fast as paper moves."""

    own_faults = PrinterFault
    commands = ("papers",)

    def __init__(
        self, line: Line, width_mm: int, paper_dir: Path | None, mm_a_second: float, charset: str = "gb18030"
    ) -> None:
        super().__init__(line)
        self._dots = DOTS[width_mm]
        self._charset = charset
        self._paper_dir = paper_dir
        self._dots_a_second = mm_a_second * _DOTS_A_MM
        self._pending: deque[int] = deque()
        self._latest = bytearray()  # the last few bytes, in which real-time commands are seen
        self._more = asyncio.Event()
        self._owed_s = 0.0
        self._auto_status = False
        self._stuck = False
        self._papers: list[Answer] = []
        self._lines = 0
        self._paper = Paper(self._dots)
        self._interpreter = Interpreter(self, charset)
        if paper_dir is not None:
            font(24)  # better to miss it now than at the first cut
            paper_dir.mkdir(parents=True, exist_ok=True)
        taken = [int(file.stem) for file in paper_dir.glob("[0-9]*.txt") if file.stem.isdigit()] if paper_dir else []
        self._next_number = max(taken, default=0) + 1

    # what the host sends

    def take(self, data: bytes) -> None:
        """Bytes from the host: real-time commands are obeyed on reception, wherever they stand."""
        for byte in data:
            self._pending.append(byte)
            self._latest = (self._latest + bytes((byte,)))[-len(_CLEAR_BUFFERS) :]
            match tuple(self._latest[-3:]):
                case 0x10, 0x04, (1 | 2 | 3 | 4) as what:
                    if what == 1 or PrinterFault.FEW_STATUSES not in self.faults:
                        self._answer(self._real_time(what))
                    if self._blocked() and len(self._pending) == 3:
                        self._pending.clear()  # nothing before it: it is no other command's data
                case 0x10, 0x05, (1 | 2) as what if self._stuck:
                    self._stuck = False
                    if what == 2:
                        self._clear()
            if self._latest == _CLEAR_BUFFERS and PrinterFault.NO_CLEAR_BUFFERS not in self.faults:
                self._clear()
        self._more.set()

    async def work(self) -> None:
        """Print what is pending, for ever."""
        while True:
            await self._more.wait()
            if not self._pending or self._blocked():
                self._more.clear()
                continue
            self._interpreter.take(self._pending.popleft())
            if self._owed_s > 0.005:
                owed, self._owed_s = self._owed_s, 0.0
                await asyncio.sleep(owed)

    def _clear(self) -> None:
        self._pending.clear()
        self._interpreter = Interpreter(self, self._charset)

    def _blocked(self) -> bool:
        return self._stuck or bool(self.faults & {PrinterFault.PAPER_OUT, PrinterFault.COVER})

    # what the interpreter wants done

    @property
    def paper(self) -> Paper:
        """The paper being printed."""
        return self._paper

    def moved(self, dots: int) -> None:
        """Paper was fed: it takes time, and may come to its end."""
        self._owed_s += dots / self._dots_a_second
        self._lines += 1
        if self._lines >= _LINES_BEFORE_END and PrinterFault.PAPER_OUT_MID_JOB in self.faults:
            self.fault(PrinterFault.PAPER_OUT, on=True)

    def cut(self) -> None:
        """The paper falls into the tray, unless the cutter sticks."""
        if PrinterFault.CUTTER in self.faults:
            self._stuck = True
            self._say_changed()
            return
        at = time.monotonic()
        paper, self._paper, self._lines = self._paper, Paper(self._dots), 0
        number, self._next_number = self._next_number, self._next_number + 1
        record: Answer = {"number": number, "at": at, "text": paper.text(), "qr": paper.qr}
        if self._paper_dir is not None:
            base = self._paper_dir / f"{number:03d}"
            base.with_suffix(".txt").write_text(paper.text(), encoding="utf-8")
            paper.picture().save(base.with_suffix(".png"))
            record |= {"txt": str(base.with_suffix(".txt")), "png": str(base.with_suffix(".png"))}
        self._papers.append(record)

    def end_of_job(self, mark: bytes) -> None:
        """The host asked to be told when everything before is printed: now it is."""
        if PrinterFault.NO_END_OF_JOB not in self.faults:
            self.line.send(b"\x37\x22" + mark + b"\x00")

    def auto_status(self, *, on: bool) -> None:
        """The host switched automatic status; switching it on sends one."""
        self._auto_status = on
        if on:
            self.line.send(self._automatic())

    # what it says

    def _real_time(self, what: int) -> int:
        out = PrinterFault.PAPER_OUT in self.faults
        open_ = PrinterFault.COVER in self.faults
        match what:
            case 1:
                return 0x12 | (0x08 if self._blocked() else 0)
            case 2:
                return 0x12 | (0x04 if open_ else 0) | (0x20 if out else 0) | (0x40 if self._stuck else 0)
            case 3:
                return 0x12 | (0x08 if self._stuck else 0)
            case _:
                near = out or PrinterFault.NEAR_END in self.faults
                return 0x12 | (0x0C if near else 0) | (0x60 if out else 0)

    def _automatic(self) -> bytes:
        out = PrinterFault.PAPER_OUT in self.faults
        near = out or PrinterFault.NEAR_END in self.faults
        first = 0x10 | (0x08 if self._blocked() else 0) | (0x20 if PrinterFault.COVER in self.faults else 0)
        return bytes((first, 0x08 if self._stuck else 0, (0x03 if near else 0) | (0x0C if out else 0), 0))

    def _answer(self, bits: int) -> None:
        if PrinterFault.INTERLEAVED in self.faults:
            around = self._automatic()
            self.line.send(around[:2] + bytes((bits,)) + around[2:])
        else:
            self.line.send(bytes((bits,)))

    def _say_changed(self) -> None:
        if self._auto_status or PrinterFault.AUTO_STATUS in self.faults:
            self.line.send(self._automatic())

    # the control socket

    def obey(self, _name: str, _arguments: Arguments) -> Answer:
        """See Device."""
        return {"papers": self._papers}

    def status(self) -> Answer:
        """See Device."""
        return {
            "papers": len(self._papers),
            "pending_bytes": len(self._pending),
            "unfinished_lines": len(self._paper.lines),
            "stuck": self._stuck,
            "host_wants_automatic_status": self._auto_status,
            "unknown_commands": dict(self._interpreter.unknown),
        }

    def switched(self, fault: str, *, on: bool) -> None:
        """See Device."""
        if fault == PrinterFault.CUTTER and not on:
            self._stuck = False
        self._say_changed()
        self._more.set()


def _make(line: Line, options: argparse.Namespace) -> Printer:
    return Printer(line, options.width, options.paper_dir, options.speed, options.charset)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--paper-dir", type=Path, metavar="DIR", help="where each cut paper goes, as text and picture")
    parser.add_argument("--width", type=int, choices=(58, 80), default=80, help="of the paper in mm (80)")
    parser.add_argument("--speed", type=float, default=150.0, metavar="MM/S", help="of the paper (150 mm/s)")
    parser.add_argument("--charset", choices=CHARSETS, default="gb18030", help="the hanzi it has (gb18030)")


MODEL: Final = Model("a receipt printer", _make, baud=115200, add_options=_add_options)
