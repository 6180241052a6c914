"""What waits in the box to be told, and how much of it goes into one request. Pure."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import msgspec

from jinghou_queue.contract.offline import MOST_ITEMS, OutboxItem

MOST_BYTES: Final = 240 * 1024
"""Of items in one request: the server takes 256 KiB with what is around them."""


class LostPress(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="lost_press"):
    """A press without a card whose answer never came, and whose person left at `at`: what it gave goes back.

    The server knows no message for it: the press is sent again as it was, and its number cancelled.
    """

    key: str
    at: int
    press: str
    service: str


Entry = OutboxItem | LostPress
"""Something to be told. `key` is its name, `at` when it happened: Unix time in milliseconds."""


def first_request(entries: Sequence[Entry]) -> list[OutboxItem]:
    """As many of the oldest as fit into one request; none when a LostPress is first, which goes alone."""
    items: list[OutboxItem] = []
    size = 0
    for entry in takewhile(lambda entry: not isinstance(entry, LostPress), entries[:MOST_ITEMS]):
        size += len(msgspec.json.encode(entry)) + 1
        if items and size > MOST_BYTES:
            break
        assert not isinstance(entry, LostPress)
        items.append(entry)
    return items
