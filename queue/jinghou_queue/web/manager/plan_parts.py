"""The parts of a plan with a form of their own: a service, a counter, a section of rules; out of it and back in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, product
from string import ascii_uppercase
from typing import Any, Final

from litestar.datastructures import FormMultiDict

from jinghou_config.hall import HallPlan
from jinghou_queue.web.forms import Field, Kind, Values, Where, read
from jinghou_queue.web.manager.plan_words import COUNTER, ID, SECTIONS, SERVICE, counter_name, serves
from jinghou_queue.web.pages import Saying

NEW: Final = "_new"
"""Stands where the id of a service or counter would, for one that there is not yet: no id begins like that."""
_PLACE: Final = "place"


@dataclass(frozen=True)
class Part:
    """One form: its fields, what they hold, and at which place of the plan that stands."""

    kind: str
    name: str
    title: Saying
    fields: tuple[Field, ...]
    values: Values
    under: Where


def part_of(plan: HallPlan, kind: str, name: str) -> Part | None:
    """The part of a plan that has that address; None when there is none."""
    values = plan.model_dump(mode="json")
    if kind == "rules" and name in SECTIONS:
        title, fields = SECTIONS[name]
        return Part(kind, name, title, fields, *((values, ()) if name == "hall" else (values[name], (name,))))
    if kind not in ("services", "counters"):
        return None
    items: list[Values] = values[kind]
    fields = tuple(serves(field, plan) for field in (SERVICE if kind == "services" else COUNTER))
    if name == NEW:
        title = ("新业务", "A new service") if kind == "services" else ("新窗口", "A new counter")
        return Part(kind, name, title, (ID, *fields, _place(len(items) + 1)), _fresh(kind, items), (kind, len(items)))
    place = next((place for place, item in enumerate(items) if item["id"] == name), None)
    if place is None:
        return None
    item = items[place]
    title = counter_name(item["label"]) if kind == "counters" else (item["name"], item["name_en"])
    return Part(kind, name, title, (*fields, _place(len(items))), item | {_PLACE: str(place)}, (kind, place))


def with_part(plan: HallPlan, part: Part, sent: FormMultiDict) -> tuple[Values, Part]:
    """The plan with what a form sent in it, still to be checked; and the part as it would be there."""
    values = plan.model_dump(mode="json")
    filled = read(part.fields, sent, part.values)
    if part.kind == "rules":
        return (values | filled) if part.name == "hall" else values | {part.name: filled}, replace(part, values=filled)
    others = [item for item in values[part.kind] if item["id"] != part.name]
    told = str(filled[_PLACE])
    place = min(int(told), len(others)) if told.isdecimal() else len(others)
    others.insert(place, {key: value for key, value in filled.items() if key != _PLACE})
    return values | {part.kind: others}, replace(part, values=filled, under=(part.kind, place))


def without_part(plan: HallPlan, part: Part) -> Values:
    """The plan without that service or counter; no counter serves what is no more."""
    values = plan.model_dump(mode="json")
    if part.kind == "rules":
        return values
    values[part.kind] = [item for item in values[part.kind] if item["id"] != part.name]
    for counter in values["counters"]:
        counter["services"] = [
            service for service in counter["services"] if (part.kind, service) != ("services", part.name)
        ]
    return values


def _place(places: int) -> Field:
    choices = tuple((str(place), (f"第 {place + 1}", f"{place + 1}")) for place in range(places))
    return Field(_PLACE, ("排在", "Its place"), Kind.CHOICE, choices=choices)


def _fresh(kind: str, items: Sequence[dict[str, Any]]) -> Values:
    """What a new one begins with: the next short name, letter or number that nobody has."""
    ids = {item["id"] for item in items}
    start = "s" if kind == "services" else "c"
    values: Values = {
        "id": next(f"{start}{number}" for number in count(len(items) + 1) if f"{start}{number}" not in ids),
        _PLACE: str(len(items)),
    }
    if kind == "counters":
        labels = {item["label"] for item in items}
        return values | {"label": next(str(number) for number in count(1) if str(number) not in labels), "services": []}
    taken = {item["prefix"] for item in items}
    letters = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    return values | {"prefix": next(letter for letter in letters if letter not in taken), "name": "", "name_en": ""}
