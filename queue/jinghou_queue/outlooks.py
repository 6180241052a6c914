"""The estimates of each hall, refreshed every few seconds and looked up for each answer. Lives in the event loop."""

import asyncio
import math
from collections.abc import Mapping
from functools import partial
from random import Random

import msgspec

from jinghou_queue.contract.messages import Estimate, Lane, LegState, OwnTicket
from jinghou_queue.desk.earlier import Earlier
from jinghou_queue.desk.measure import hall_now
from jinghou_queue.rules.estimate import Outlook, outlooks
from jinghou_queue.store import Store

_MINUTE_MS = 60_000


class Outlooks:
    """What each hall's queues look like from now on."""

    def __init__(self) -> None:
        self._halls: dict[str, Mapping[str, Outlook]] = {}
        self._earlier: dict[str, Earlier] = {}

    async def refresh(self, store: Store, hall: str, at: int) -> None:
        """Look at the hall as it is at `at`, a Unix time in milliseconds. Raises StoreUnavailable."""
        seen = await store.read(partial(hall_now, hall=hall, at=at, known=self._earlier.get(hall)))
        if seen is not None:
            self._earlier[hall] = seen.earlier
            chance = Random(at)  # noqa: S311  # a simulation
            self._halls[hall] = await asyncio.to_thread(outlooks, seen.now, seen.paces, chance)

    def estimate(self, hall: str, service: str, ahead: int, lane: Lane = Lane.WALK_IN) -> Estimate | None:
        """The wait of somebody with so many ahead; None before the first refresh, or when it may not be today."""
        outlook = self._halls.get(hall, {}).get(service)
        if outlook is None:
            return None
        wait = outlook.wait(ahead, lane)
        if wait.p50 is None or wait.p90 is None:
            return None
        return Estimate(p50=math.ceil(wait.p50 / _MINUTE_MS), p90=math.ceil(wait.p90 / _MINUTE_MS))

    def told(self, ticket: OwnTicket) -> OwnTicket:
        """A holder's ticket with how long it will still take, while it waits."""
        if ticket.leg is not LegState.WAITING:
            return ticket
        return msgspec.structs.replace(ticket, estimate=self.estimate(ticket.hall, ticket.service, ticket.ahead))
