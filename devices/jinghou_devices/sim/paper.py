"""The paper of the simulated printer: what is on it, as text in columns and as a picture at 8 dots a millimetre."""

import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFont

DOTS: Final = {58: 384, 80: 576}
"""Paper width in mm to printable dots."""

GLYPH: Final = 24  # dots, both ways, of a hanzi; an ASCII character is half as wide
_WHITE: Final = 252  # paper is not quite white, and ink not quite black
_INK: Final = 28
_MARGIN: Final = 28
_BASELINE: Final = 0.88  # of a glyph's height, from above
_WITH_DESCENDER: Final = 1.2  # of its height: what hangs below stands in the gap to the next line
_FONT_FAMILY: Final = "Noto Sans Mono CJK SC"


class NoFont(Exception):
    """There is no font with hanzi."""


@dataclass(frozen=True)
class Glyph:
    """One character as it is to be printed."""

    character: str
    across: int = 1
    down: int = 1
    bold: bool = False
    underlined: bool = False
    inverse: bool = False

    @property
    def columns(self) -> int:
        """Columns of half a hanzi it takes, before enlarging."""
        return 1 if self.character.isascii() else 2

    @property
    def width(self) -> int:
        """Dots it takes across."""
        return self.columns * GLYPH // 2 * self.across

    @property
    def height(self) -> int:
        """Dots it takes down."""
        return GLYPH * self.down


@dataclass
class Paper:
    """What has been printed since the last cut; `dots` is the printable width."""

    dots: int
    length: int = 0
    lines: list[str] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    _strips: list[tuple[int, int, Image.Image]] = field(default_factory=list)

    def feed(self, dots: int) -> None:
        """Empty paper."""
        self.length += dots

    def write(self, glyphs: list[Glyph], align: int, spacing: int) -> int:
        """A line of text; the dots it fed. `align` 0 left, 1 centre, 2 right."""
        height = max((glyph.height for glyph in glyphs), default=0)
        used = sum(glyph.width for glyph in glyphs)
        left = (self.dots - used) * align // 2
        self.lines.append((" " * (left * 2 // GLYPH) + "".join(glyph.character for glyph in glyphs)).rstrip())
        x = left
        for glyph in glyphs:
            if glyph.inverse or glyph.underlined or not glyph.character.isspace():
                self._strips.append((x, self.length + height - glyph.height, _drawn(glyph)))
            x += glyph.width
        fed = max(spacing, height)
        self.feed(fed)
        return fed

    def draw_qr(self, data: bytes, level: str, module: int, align: int) -> int:
        """A QR code; the dots it fed. A code wider than the paper is not printed, as on a real printer."""
        code = segno.make_qr(data, error=level, boost_error=False)
        side = len(code.matrix)
        modules = Image.new("L", (side, side), _WHITE)
        modules.putdata([_INK if dark else _WHITE for row in code.matrix for dark in row])
        picture = modules.resize((modules.width * module, modules.height * module), Image.Resampling.NEAREST)
        self.qr.append(data.decode(errors="replace"))
        self.lines.append(f"[QR {self.qr[-1]}]")
        return self._draw(picture, align, gap=2 * module)

    def draw_raster(self, rows: bytes, bytes_a_row: int, enlarge: tuple[int, int], align: int) -> int:
        """A picture of one bit a dot, 1 is black; the dots it fed."""
        height = len(rows) // bytes_a_row
        bits = Image.frombytes("1", (bytes_a_row * 8, height), rows)
        picture = bits.convert("L").point([_INK if value else _WHITE for value in range(256)])
        picture = picture.resize((picture.width * enlarge[0], picture.height * enlarge[1]), Image.Resampling.NEAREST)
        self.lines.append(f"[picture {picture.width} x {picture.height}]")
        return self._draw(picture, align, gap=0)

    def _draw(self, picture: Image.Image, align: int, gap: int) -> int:
        if picture.width > self.dots:
            self.lines[-1] += " is wider than the paper: not printed"
            return 0
        self._strips.append(((self.dots - picture.width) * align // 2, self.length + gap, picture))
        fed = picture.height + 2 * gap
        self.feed(fed)
        return fed

    def text(self) -> str:
        """The lines, one a line."""
        return "\n".join(self.lines) + "\n"

    def picture(self) -> Image.Image:
        """The whole paper, with a margin above and below."""
        sheet = Image.new("L", (self.dots, self.length + 2 * _MARGIN), _WHITE)
        for x, y, strip in self._strips:
            box = (x, y + _MARGIN, x + strip.width, y + _MARGIN + strip.height)
            sheet.paste(ImageChops.darker(sheet.crop(box), strip), box)
        return sheet


@cache
def _drawn(glyph: Glyph) -> Image.Image:
    """The character at its larger size, then squeezed when it is not enlarged alike both ways."""
    times = max(glyph.across, glyph.down)
    size = GLYPH * times
    cell = Image.new("L", (size * glyph.columns // 2, round(size * _WITH_DESCENDER)), _WHITE)
    ImageDraw.Draw(cell).text(
        (cell.width / 2, round(size * _BASELINE)),
        glyph.character,
        fill=_INK,
        font=font(size, bold=glyph.bold),
        anchor="ms",
    )
    if glyph.character in "─━":  # fonts leave a gap between two of them; printers do not
        ImageDraw.Draw(cell).line((0, size // 2, cell.width, size // 2), fill=_INK, width=2 * times)
    if glyph.underlined:
        ImageDraw.Draw(cell).line((0, size - 1, cell.width, size - 1), fill=_INK, width=2)
    if glyph.inverse:
        cell = cell.point([_WHITE + _INK - min(max(value, _INK), _WHITE) for value in range(256)])
    return cell.resize((glyph.width, round(glyph.height * _WITH_DESCENDER)))


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font in which two ASCII characters are as wide as a hanzi. Raises NoFont."""
    file, index = _font_file("bold" if bold else "regular")
    return ImageFont.truetype(file, size, index=index)


@cache
def _font_file(style: str) -> tuple[str, int]:
    try:
        asked = subprocess.run(
            ["fc-match", "-f", "%{family}\t%{file}\t%{index}", f"{_FONT_FAMILY}:{style}"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise NoFont("fc-match does not run: install fontconfig") from None
    family, file, index = asked.stdout.split("\t")
    if "CJK" not in family or not Path(file).exists():
        raise NoFont(f"the font {_FONT_FAMILY} is not installed: the paper has hanzi (package fonts-noto-cjk)")
    return file, int(index)
