"""A hall plan as the TOML file that `jinghou-queue init --hall` reads; reading it is `hall.HallPlan.load`."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, time

from jinghou_config.hall import HallPlan


def plan_as_toml(plan: HallPlan) -> str:
    """The whole plan, defaults included: what it means does not change with a later version's defaults."""
    return "\n".join(_lines(plan.model_dump(exclude_none=True))) + "\n"


def _lines(values: Mapping[str, object], path: str = "") -> Iterator[str]:
    """What stands at a table's own level first, because in TOML a table goes on until the next one begins."""
    for key, value in values.items():
        if not isinstance(value, Mapping) and not _tables(value):
            yield f"{key} = {_value(value)}"
    for key, value in values.items():
        below = f"{path}{key}"
        if isinstance(value, Mapping):
            yield from ("", f"[{below}]")
            yield from _lines(value, f"{below}.")
        for each in _tables(value):
            yield from ("", f"[[{below}]]")
            yield from _lines(each, f"{below}.")


def _tables(value: object) -> tuple[Mapping[str, object], ...]:
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, tuple) else ()


def _value(value: object) -> str:
    match value:
        case tuple():
            return f"[{', '.join(_value(each) for each in value)}]"
        case time():
            return f'"{value:%H:%M}"' if not value.second else f'"{value.isoformat()}"'
        case date():
            return value.isoformat()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # else a JSON string is a TOML one
        case _:
            return str(value).lower()  # a number, or true and false
