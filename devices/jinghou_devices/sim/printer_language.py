"""ESC/POS as a printer understands it: a byte at a time, commands to what the paper and the engine do."""

from collections import Counter
from collections.abc import Generator
from typing import Final, Protocol

from jinghou_devices.sim.paper import Glyph, Paper

Bytes = Generator[None, int, bytes]
Steps = Generator[None, int, None]

CHARSETS: Final = ("gb2312", "gbk", "gb18030")
_SPACING: Final = 30  # dots from line to line, unless told otherwise
_FEED_TO_CUTTER: Final = 96  # dots between the head and the blade
_ONE_PARAMETER: Final = {  # commands that change nothing here, and take one byte
    *(bytes((0x1B, c)) for c in b"tRMV{Gc "),
    *(bytes((0x1D, c)) for c in b"HhwfbI"),
    b"\x1c-",
}


class Engine(Protocol):
    """What moves in a printer."""

    @property
    def paper(self) -> Paper:
        """The paper being printed."""

    def moved(self, dots: int) -> None:
        """Paper was fed."""

    def cut(self) -> None:
        """Cut it."""

    def end_of_job(self, mark: bytes) -> None:
        """Everything before is printed."""

    def auto_status(self, *, on: bool) -> None:
        """Speak at every change."""


class Interpreter:
    """The state that commands change, from ESC @ on."""

    def __init__(self, engine: Engine, charset: str = "gb18030") -> None:
        self._engine = engine
        self._charset = charset
        self.unknown: Counter[str] = Counter()
        self._reset()
        self._running = self._forever()
        next(self._running)

    def take(self, byte: int) -> None:
        """One byte from the buffer."""
        self._running.send(byte)

    def _reset(self) -> None:
        self._align = 0
        self._bold = self._underlined = self._inverse = False
        self._ascii_size = self._hanzi_size = (1, 1)
        self._chinese = True
        self._spacing = _SPACING
        self._line: list[Glyph] = []
        self._qr_module, self._qr_level, self._qr_data = 3, "l", b""

    def _forever(self) -> Steps:
        while True:
            byte = yield
            match byte:
                case 0x1B | 0x1C | 0x1D:
                    yield from self._command(byte)
                case 0x10:
                    yield from self._real_time()
                case 0x0A:
                    self._end_line()
                case _ if byte >= 0x80:
                    yield from self._wide(byte)
                case _ if byte >= 0x20:
                    self._put(chr(byte), self._ascii_size)

    def _real_time(self) -> Steps:
        """Obeyed on reception; here they are only stepped over."""
        kind = yield
        if kind == 0x14:
            function = yield
            yield from _several(7 if function == 8 else 2)
        else:
            yield

    def _wide(self, first: int) -> Steps:
        if not self._chinese:
            self._put("□", self._ascii_size)
            return
        code = bytes((first, (yield)))
        if 0x30 <= code[1] <= 0x39:
            if self._charset != "gb18030":  # the second byte is taken for a digit
                self._put("□", self._hanzi_size)
                self._put(chr(code[1]), self._ascii_size)
                return
            code += yield from _several(2)
        elif self._charset == "gb2312" and (code[1] < 0xA1 or not 0xA1 <= first <= 0xF7):
            self._put("□", self._hanzi_size)
            return
        try:
            self._put(code.decode("gb18030"), self._hanzi_size)
        except UnicodeDecodeError:
            self._put("□", self._hanzi_size)

    def _put(self, character: str, size: tuple[int, int]) -> None:
        glyph = Glyph(character, *size, self._bold, self._underlined, self._inverse)
        if sum(other.width for other in self._line) + glyph.width > self._engine.paper.dots:
            self._end_line()
        self._line.append(glyph)

    def _end_line(self) -> None:
        line, self._line = self._line, []
        self._engine.moved(self._engine.paper.write(line, self._align, self._spacing))

    def _flush(self) -> None:
        if self._line:
            self._end_line()

    def _feed(self, dots: int) -> None:
        self._engine.paper.feed(dots)
        self._engine.moved(dots)

    def _command(self, lead: int) -> Steps:
        code = bytes((lead, (yield)))
        match code:
            case b"\x1b@":
                self._reset()
            case b"\x1b2":
                self._spacing = _SPACING
            case b"\x1c&" | b"\x1c.":
                self._chinese = code == b"\x1c&"
            case b"\x1bi" | b"\x1bm":
                self._cut(0)
            case b"\x1bp":
                yield from _several(3)
            case b"\x1cS" | b"\x1dL" | b"\x1dW" | b"\x1dP" | b"\x1b$" | b"\x1b\\":
                yield from _several(2)
            case b"\x1dV":
                yield from self._cut_command()
            case b"\x1dv":
                yield from self._raster()
            case b"\x1d(":
                yield from self._function()
            case b"\x1ba" | b"\x1b!" | b"\x1bE" | b"\x1b-" | b"\x1bd" | b"\x1bJ" | b"\x1b3":
                self._escape(code[1:], (yield))
            case b"\x1c!" | b"\x1cW" | b"\x1d!" | b"\x1dB" | b"\x1da":
                self._style(code, (yield))
            case _ if code in _ONE_PARAMETER:
                yield
            case _:
                self.unknown[code.hex(" ").upper()] += 1

    def _escape(self, code: bytes, n: int) -> None:
        match code:
            case b"a":
                self._align = n & 3 if n & 3 < 3 else 0
            case b"!":
                self._ascii_size = (2 if n & 0x20 else 1, 2 if n & 0x10 else 1)
                self._bold, self._underlined = bool(n & 0x08), bool(n & 0x80)
            case b"E":
                self._bold = bool(n & 1)
            case b"-":
                self._underlined = bool(n & 3)
            case b"3":
                self._spacing = n
            case b"d":
                self._flush()
                self._engine.paper.lines.extend([""] * n)
                self._feed(n * self._spacing)
            case b"J":
                self._flush()
                self._feed(n)

    def _style(self, code: bytes, n: int) -> None:
        match code:
            case b"\x1c!":
                self._hanzi_size = (2 if n & 0x04 else 1, 2 if n & 0x08 else 1)
                self._underlined = bool(n & 0x80)
            case b"\x1cW":
                self._hanzi_size = (2, 2) if n & 1 else (1, 1)
            case b"\x1d!":
                self._ascii_size = self._hanzi_size = ((n >> 4 & 7) + 1, (n & 7) + 1)
            case b"\x1dB":
                self._inverse = bool(n & 1)
            case b"\x1da":
                self._engine.auto_status(on=n != 0)

    def _cut_command(self) -> Steps:
        mode = yield
        extra = (yield) if mode in {65, 66, 97, 98} else 0
        if mode in {0, 1, 48, 49, 65, 66}:
            self._cut(extra)
        else:
            self.unknown[f"1D 56 {mode:02X}"] += 1

    def _cut(self, extra: int) -> None:
        self._flush()
        self._feed(_FEED_TO_CUTTER + extra)
        self._engine.cut()

    def _raster(self) -> Steps:
        _zero, mode, width_low, width_high, height_low, height_high = yield from _several(6)
        width = width_low | width_high << 8
        rows = yield from _several(width * (height_low | height_high << 8))
        if rows:
            self._flush()
            enlarge = (2 if mode & 1 else 1, 2 if mode & 2 else 1)
            self._engine.moved(self._engine.paper.draw_raster(rows, width, enlarge, self._align))

    def _function(self) -> Steps:
        letter, low, high = yield from _several(3)
        parameters = yield from _several(low | high << 8)
        match letter, parameters[:2]:
            case 0x6B, b"1A":
                pass  # model 2 is the only one drawn
            case 0x6B, b"1C":
                self._qr_module = max(1, min(16, parameters[2]))
            case 0x6B, b"1E":
                self._qr_level = "lmqh"[(parameters[2] - 48) & 3]
            case 0x6B, b"1P":
                self._qr_data = parameters[3:]
            case 0x6B, b"1Q":
                self._flush()
                paper = self._engine.paper
                self._engine.moved(paper.draw_qr(self._qr_data, self._qr_level, self._qr_module, self._align))
            case 0x48, b"00":
                self._flush()
                self._engine.end_of_job(parameters[2:6])
            case _:
                self.unknown[f"1D 28 {letter:02X} {parameters[:2].hex(' ').upper()}"] += 1


def _several(count: int) -> Bytes:
    """The next `count` bytes."""
    taken = bytearray()
    while len(taken) < count:
        taken.append((yield))
    return bytes(taken)
