"""What a server does by itself, again and again: above all the business day and the estimates."""

import asyncio
from collections.abc import Awaitable, Callable
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


async def repeat(work: Callable[[], Awaitable[None]], every_s: float, where: str) -> None:
    """Do it again and again, until cancelled. A database that is away is asked again the next time."""
    while True:
        try:
            await work()
        except StoreUnavailable as fault:
            log.warning("upkeep waits", where=where, reason=str(fault))
        except Exception:
            log.exception("upkeep broke", where=where)  # and goes on: else old days and places would stay for ever
        await asyncio.sleep(every_s)


async def keep_up(office: Office) -> None:
    """Look after every hall, once. Raises StoreUnavailable."""
    for hall in await office.store.read(lambda connection: connection.all(st.HALL_IDS)):
        now = office.now()
        await office.store.transact(partial(keep_hall, press=Press(hall, "server", now)), hall)
        await office.outlooks.refresh(office.store, hall, now)
