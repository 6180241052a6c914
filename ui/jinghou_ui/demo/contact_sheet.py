"""One picture of the whole visit, from the pictures of the tour: the kiosk's pages, the paper, the board."""

from pathlib import Path
from typing import Final

from PIL import Image

HEIGHT: Final = 640  # pixels
GAP: Final = 20
_BACKGROUND: Final = "#D8D3C6"
_UPRIGHT: Final = ("1-home", "3-confirm", "4-ticket")


def contact_sheet(tour: Path) -> Path:
    """Write `visit.png` into the folder of a finished tour; its path."""
    upright = [_scaled(Image.open(tour / f"{name}.png"), HEIGHT) for name in _UPRIGHT]
    paper = _on_paper(Image.open(tour / "5-paper.png"))
    board = _scaled(Image.open(tour / "6-board-calling.png"), HEIGHT // 2)
    last = Image.new("RGB", (board.width, HEIGHT), _BACKGROUND)
    last.paste(board, (0, 0))
    paper.thumbnail((board.width, HEIGHT - board.height - GAP))
    last.paste(paper, ((board.width - paper.width) // 2, board.height + GAP))
    columns = [*upright, last]
    sheet = Image.new("RGB", (sum(c.width + GAP for c in columns) + GAP, HEIGHT + 2 * GAP), _BACKGROUND)
    left = GAP
    for column in columns:
        sheet.paste(column, (left, GAP))
        left += column.width + GAP
    path = tour / "visit.png"
    sheet.quantize(128).save(path, optimize=True)
    return path


def _scaled(picture: Image.Image, height: int) -> Image.Image:
    return picture.convert("RGB").resize((picture.width * height // picture.height, height), Image.Resampling.LANCZOS)


def _on_paper(print_area: Image.Image) -> Image.Image:
    """The printed dots with the 4 mm beside them that no print head reaches."""
    margin = 32
    paper = Image.new("RGB", (print_area.width + 2 * margin, print_area.height), "white")
    paper.paste(print_area, (margin, 0))
    return paper
