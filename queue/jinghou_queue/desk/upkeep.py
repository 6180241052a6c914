"""What happens in a hall without anybody pressing: the new day begins, and who came long ago is forgotten."""

from typing import Final

import msgspec

from jinghou_queue.desk.book import Press, pressed
from jinghou_queue.desk.erasing import erase_due
from jinghou_queue.store import Connection

_NOTHING: Final = msgspec.json.Decoder(None)


def keep_hall(connection: Connection, press: Press) -> None:
    """Bring a hall up to the moment of `press`. Raises Refused HALL_UNKNOWN."""
    pressed(connection, press, _NOTHING, erase_due)  # the book has begun the day already
