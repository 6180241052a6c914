"""Writes docs/configuration.md from the settings models: `python -m jinghou_config.reference FILE`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic.fields import FieldInfo

from jinghou_config.hall import HallFile
from jinghou_config.queue import QueueSettings
from jinghou_config.settings import Section, Settings, fields_of, has_variable, variable_name
from jinghou_config.terminal import BoardProfile, BoardSettings, KioskProfile, KioskSettings, PadProfile

MODELS: Final[tuple[type[Settings], ...]] = (QueueSettings, KioskSettings, BoardSettings, HallFile)
PROFILES: Final[tuple[type[Section], ...]] = (KioskProfile, BoardProfile, PadProfile)

_HEAD: Final = """\
# Configuration

Generated from the settings models by `make docs`; the tests check that it is current.

Settings are TOML files; a dotted key such as `screen.px_per_mm` is `px_per_mm` in the section `[screen]`.
A key with a variable beside it can be overridden by the environment. A wrong key or value stops the program with exit
code 2 and one line that names the file, the key, the value and what was expected.

A terminal's profile is JSON, set from the server (see api.md); there a dotted key is a key within an object.
"""


def reference(models: Iterable[type[Settings] | type[Section]] = (*MODELS, *PROFILES)) -> str:
    """The whole document, in Markdown."""
    return "\n".join([_HEAD, *(_chapter(model) for model in models)])


def _chapter(model: type[Settings] | type[Section]) -> str:
    rows = [_row(model, key, field) for key, field in fields_of(model)]
    table = ["| key | default | meaning | variable |", "|---|---|---|---|", *rows]
    return "\n".join([f"## {(model.__doc__ or '').strip().removesuffix('.')}", "", *table, ""])


def _row(model: type[Settings] | type[Section], key: tuple[str, ...], field: FieldInfo) -> str:
    default = "**required**" if field.is_required() else f"`{_toml(field.get_default(call_default_factory=True))}`"
    meaning = (field.description or "").replace("|", "\\|")
    variable = f"`{variable_name(model, key)}`" if issubclass(model, Settings) and has_variable(model, key) else ""
    return f"| `{'.'.join(key)}` | {default} | {meaning} | {variable} |"


def _toml(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case _:
            return str(value)


def write_or_check(document: str, arguments: list[str]) -> int:
    """Write a generated document, or with --check tell whether its file is current (exit code 1 when it is not)."""
    file = Path(arguments[-1])
    if "--check" in arguments:
        if file.read_text("utf-8") == document:
            return 0
        sys.stderr.write(f"{file} is out of date: run `make docs`\n")
        return 1
    file.write_text(document, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(write_or_check(reference(), sys.argv[1:]))
