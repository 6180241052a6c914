"""The words on the screens, by language, from the TOML files in i18n/."""

import tomllib
from functools import cache
from importlib.resources import files

from jinghou_kiosk.events import Language

Words = dict[str, dict[str, str]]


@cache
def words(language: Language) -> Words:
    """Section → key → text. Every language has the same keys."""
    text = (files("jinghou_ui") / "i18n" / f"{language.value}.toml").read_text("utf-8")
    return tomllib.loads(text)
