"""Writes docs/states.md from the tables of states: `python -m jinghou_queue.rules.drawing docs/states.md`."""

import sys
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from jinghou_config.reference import write_or_check
from jinghou_queue.rules import states

_HEAD: Final = """\
# States

Drawn from the tables in `jinghou_queue/rules/states.py` by `make docs`; `make check` tells when this page is out of
date. Nothing but these steps changes a state, and every step is an event of the hall's feed.
"""
_TABLES: Final[tuple[tuple[str, str, Mapping[Any, Mapping[Any, Any]]], ...]] = (
    ("Booking", "a place in a time slot", states.BOOKING),
    ("Ticket", "one person's visit today", states.TICKET),
    ("Leg", "one service within a visit", states.LEG),
    ("Call", "one attempt to bring a person to a counter, on one channel", states.CALL),
    ("Counter", "where people are served", states.COUNTER),
    ("Help", "somebody at a terminal who asked for staff", states.HELP),
)


def document() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *(_chapter(name, meaning, table) for name, meaning, table in _TABLES)])


def _chapter(name: str, meaning: str, table: Mapping[StrEnum, Mapping[StrEnum, StrEnum]]) -> str:
    first = next(iter(table))
    lines = [f"## {name}: {meaning}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    for state, steps in table.items():
        to = defaultdict[str, list[str]](list)
        for action, reached in steps.items():
            to[reached.value].append(action.value)
        lines += [f"    {state.value} --> {reached} : {', '.join(actions)}" for reached, actions in to.items()]
        lines += [] if steps else [f"    {state.value} --> [*]"]
    return "\n".join([*lines, "```", ""])


if __name__ == "__main__":
    sys.exit(write_or_check(document(), sys.argv[1:]))
