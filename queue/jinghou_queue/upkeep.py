"""What a server does by itself every few seconds: the business day, and the estimates."""

import asyncio
from functools import partial
from typing import Final

from jinghou_config.log import get_logger
from jinghou_queue.api.office import Office
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.store import StoreUnavailable
from jinghou_queue.store import statements as st

EVERY_S: Final = 10.0

log = get_logger(__name__)


async def keep_up(office: Office) -> None:
    """Look after every hall, until cancelled. A database that is away is tried again the next time."""
    while True:
        try:
            await keep_up_once(office)
        except StoreUnavailable as fault:
            log.warning("upkeep waits", reason=str(fault))
        except Exception:
            log.exception("upkeep broke")  # and goes on: a hall without it would keep yesterday's day
        await asyncio.sleep(EVERY_S)


async def keep_up_once(office: Office) -> None:
    """Look after every hall, once. Raises StoreUnavailable."""
    for hall in await office.store.read(lambda connection: connection.all(st.HALL_IDS)):
        now = office.now()
        await office.store.transact(partial(keep_hall, press=Press(hall, "server", now)))
        await office.outlooks.refresh(office.store, hall, now)
