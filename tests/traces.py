"""Looking for what a citizen would not want left behind: in files and in texts, whatever it was written as."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pypinyin import lazy_pinyin

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def forms(marker: str) -> set[str]:
    """As it is, and as it sounds: in one word, with spaces, with the signs that pinyin is divided by."""
    if marker.isascii():
        return {marker}
    sounds = lazy_pinyin(marker)
    return {marker, *(sign.join(sounds) for sign in ("", " ", "'"))}


def in_text(text: str, markers: Iterable[str]) -> set[str]:
    """The markers that are in it."""
    folded = text.casefold()
    return {marker for marker in markers if any(form.casefold() in folded for form in forms(marker))}


def in_bytes(data: bytes, markers: Iterable[str]) -> set[str]:
    """The markers that are in it, in any encoding that software here writes."""
    written = {(marker, form.encode(code)) for marker in markers for form in forms(marker) for code in _ENCODINGS}
    return {marker for marker, bytes_ in written if bytes_ in data}


def in_files(places: Iterable[Path], markers: Iterable[str]) -> Iterator[str]:
    """Where below `places` a marker is: in a file, or in the name of one."""
    wanted = list(markers)
    for place in places:
        for path in [place, *place.rglob("*")] if place.exists() else []:
            for marker in in_text(path.name, wanted) | (
                in_bytes(path.read_bytes(), wanted) if path.is_file() else set()
            ):
                yield f"{marker} in {path}"
