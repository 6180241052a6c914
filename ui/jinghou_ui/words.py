"""The words on the screens, by language, from the TOML files in i18n/; each begins with what its language is like."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinghou_config.settings import ConfigError
from jinghou_kiosk.events import Language
from jinghou_ui.mirrored import lengthened, turned

Words = dict[str, dict[str, str]]

MIRRORED: Final = Language("mirrored")
"""No language: the English words, longer and from right to left, to see whether the pages stand such a one."""

_FOLDER: Final = files("jinghou_ui") / "i18n"


@dataclass(frozen=True)
class Speech:
    """What is in a language's file. `date` is a pattern of {weekday}, {day}, {month}, the last by its name.

    `hanzi`: its letters fill the type size as hanzi do; others are set larger, to be as high on the glass.
    """

    language: Language
    own_name: str
    right_to_left: bool
    hanzi: bool
    date: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    words: Words


@cache
def speech(language: Language) -> Speech:
    """How the screens speak `language`. Raises ConfigError when there is no file for it."""
    return _mirrored(_read("en")) if language == MIRRORED else _read(language.code)


@cache
def words(language: Language) -> Words:
    """Section → key → text. Every language has the same keys."""
    return speech(language).words


@cache
def languages() -> tuple[Language, ...]:
    """All that have a file, Chinese first."""
    return tuple(sorted(map(language_of, _codes()), key=lambda language: language != Language.ZH))


def language_of(code: str) -> Language:
    """The language whose file has that name. Raises ConfigError when there is none."""
    return _read(code).language


def _codes() -> list[str]:
    return sorted(path.name.removesuffix(".toml") for path in _FOLDER.iterdir() if path.name.endswith(".toml"))


@cache
def _read(code: str) -> Speech:
    try:
        text = (_FOLDER / f"{code}.toml").read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"language {code}: there are no words for it; there are {', '.join(_codes())}") from None
    sections = tomllib.loads(text)
    head = sections.pop("language")
    return Speech(
        language=Language(code, in_chinese=head["names"] == "zh"),
        own_name=head["own_name"],
        right_to_left=head["right_to_left"],
        hanzi=head["hanzi"],
        date=head["date"],
        weekdays=tuple(head["weekdays"]),
        months=tuple(head["months"]),
        words=sections,
    )


def _mirrored(english: Speech) -> Speech:
    def other(text: str) -> str:
        return turned(lengthened(text))

    return Speech(
        language=MIRRORED,
        own_name=other(english.own_name),
        right_to_left=True,
        hanzi=False,
        date=english.date,
        weekdays=tuple(map(other, english.weekdays)),
        months=tuple(map(other, english.months)),
        words={
            section: {key: other(text) for key, text in entries.items()} for section, entries in english.words.items()
        },
    )
