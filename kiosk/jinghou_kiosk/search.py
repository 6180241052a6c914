"""Finds what somebody means by a few letters or hanzi: by its name, its sound, its initials, an everyday word. Pure.

Every name and word is spelt out once, one syllable after the other, as `不bu;动dong;产chan;`. What is typed becomes a
pattern over that: a hanzi stands for its syllable, a letter begins a syllable or goes on in it. So 不动, budongchan,
bdc, budc and 不dong are one and the same rule, and so are "property" and "propreg" in English.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

MOST: Final = 12
"""How many are found at most: nobody reads on."""

_SURE: Final = 3
"""With so many found, nobody is taken to have mistyped."""

_LETTERS_TO_ERR: Final = 4
_HANZI_TO_ERR: Final = 3
"""Fewer than these with one wrong could be anything."""

_HANZI: Final = "[〇㐀-鿿\U00020000-\U0003ffff]"
_PARTS: Final = re.compile(rf"(?P<hanzi>{_HANZI}+)|(?:(?!{_HANZI})\w)+")
_PLACE: Final = "·"
"""Stands before a word in letters, where a hanzi would."""


@dataclass(frozen=True)
class Entry:
    """Something that can be found. `words` are what people call it."""

    id: str
    name: str
    name_en: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Syllable:
    """A hanzi and how it sounds; or a word in letters, which is typed as it is spelt."""

    hanzi: str
    letters: str

    @property
    def typed(self) -> str:
        """As most people would have it on paper."""
        return self.letters if self.hanzi == _PLACE else self.hanzi


class Index:
    """What can be found, ready to be searched. Of two that fit as well, the one that was given first comes first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        names = [(entry.id, _spell(entry.name)) for entry in self.entries]
        words = [(entry.id, _spell(word)) for entry in self.entries for word in (*entry.words, entry.name_en)]
        self._whole: dict[str, str] = {}
        self._first: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._later: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._spellings: defaultdict[int, dict[str, str]] = defaultdict(dict)
        lines = []
        at = 0
        for id_, syllables in (*names, *words):
            self._whole.setdefault("".join(syllable.typed for syllable in syllables), id_)
            for spelling in _spellings(syllables):
                self._spellings[len(spelling)].setdefault(spelling, id_)
            for place, syllable in enumerate(syllables):
                begins = self._later if place else self._first
                for sign in {syllable.hanzi, syllable.letters[0]}:
                    begins[sign].append((at, id_))
                lines.append(f"{syllable.hanzi}{syllable.letters};")
                at += len(lines[-1])
            lines.append("\n")
            at += 1
        self._text = "".join(lines)

    def find(self, typed: str) -> tuple[str, ...]:
        """The ids of what `typed` means, the likeliest first; at most MOST.

        First what is called just that; then what begins so; what has it further on; and what is named within `typed`,
        as in a whole sentence. While these are few: what would be meant by hanzi that sound the same, or with one
        letter or hanzi wrong, missing, too many, or changed with its neighbour. A name goes before an everyday word or
        the English name.
        """
        wanted = _plain(typed)
        if not wanted:
            return ()
        found: dict[str, None] = {}
        for id_ in self._meant(wanted):
            found.setdefault(id_)
            if len(found) == MOST:
                return tuple(found)
        if len(found) < _SURE:
            found |= dict.fromkeys(self._mistyped(wanted))
        return tuple(found)[:MOST]

    def _meant(self, wanted: str) -> Iterator[str]:
        pattern = _pattern(wanted)
        yield from self._fits(self._first, wanted, re.compile(pattern + r"[^;\n]*;?\n"))
        yield from self._fits(self._first, wanted, re.compile(pattern))
        yield from self._fits(self._later, wanted, re.compile(pattern))
        within = [(phrase, id_) for phrase, id_ in self._whole.items() if len(phrase) > 1 and phrase in wanted]
        yield from (id_ for _, id_ in sorted(within, key=lambda named: -len(named[0])))

    def _fits(self, begins: dict[str, list[tuple[int, str]]], wanted: str, pattern: re.Pattern[str]) -> Iterator[str]:
        """What has `pattern` at one of the syllables that begin as `wanted` does."""
        return (id_ for at, id_ in begins.get(wanted[0], ()) if pattern.match(self._text, at))

    def _mistyped(self, wanted: str) -> Iterator[str]:
        sound = "".join(syllable.letters for syllable in _spell(wanted))
        if sound != wanted:
            yield from self._fits(self._first, sound, re.compile(_pattern(sound)))
            yield from self._one_off(wanted, _HANZI_TO_ERR)
        yield from self._one_off(sound, _LETTERS_TO_ERR)

    def _one_off(self, wanted: str, least: int) -> Iterator[str]:
        """What is spelt as `wanted` but for one error."""
        if len(wanted) < least:
            return
        for length in (len(wanted), len(wanted) - 1, len(wanted) + 1):
            near = self._spellings.get(length, {})
            close = process.extract(wanted, near.keys(), scorer=OSA.distance, score_cutoff=1, limit=MOST)
            yield from (near[spelling] for spelling, _, _ in close)


def _plain(text: str) -> str:
    """In small letters and half width, without spaces and signs."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _spell(text: str) -> tuple[_Syllable, ...]:
    """Syllable by syllable. How a hanzi sounds may hang on its neighbours: 银行, 行政."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionary takes time: not at the program's start

    syllables: list[_Syllable] = []
    for part in _PARTS.finditer(unicodedata.normalize("NFKC", text).casefold()):
        if part["hanzi"]:
            syllables += map(_Syllable, part[0], lazy_pinyin(part[0]))
        else:
            syllables.append(_Syllable(_PLACE, part[0]))
    return tuple(syllables)


def _spellings(syllables: tuple[_Syllable, ...]) -> Iterator[str]:
    """What somebody may have meant to type by now: hanzi, sounds or initials, as far as any of the syllables."""
    yield from accumulate(syllable.typed for syllable in syllables)
    yield from accumulate(syllable.letters for syllable in syllables)
    yield from accumulate(syllable.letters[0] for syllable in syllables)
    yield from (syllable.letters for syllable in syllables if syllable.hanzi == _PLACE)


def _pattern(wanted: str) -> str:
    """Where `wanted` fits syllables such as `不bu;动dong;`: a letter goes on in its syllable or begins the next."""
    pattern = ""
    in_letters = False
    for sign in wanted:
        if re.match(_HANZI, sign):
            pattern += (r"[^;\n]*;" if in_letters else "") + sign + r"[^;\n]*;"
            in_letters = False
        else:
            pattern += (r"(?:[^;\n]*;.)?" if in_letters else ".") + sign
            in_letters = True
    return pattern
