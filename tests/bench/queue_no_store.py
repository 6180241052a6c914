"""The same server, app and socket with nothing behind its writes: what the store's cost is measured against.

`python queue_no_store.py DATABASE_URL`: tokens are read from the database, every write gets a ready answer.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import uvloop

from jinghou_config.queue import QueueSettings
from jinghou_queue.api.office import Office
from jinghou_queue.contract.messages import Called, CounterState, CounterView, Lane, LegState, LegView, TicketState
from jinghou_queue.desk import counters, numbers, tickets, upkeep
from jinghou_queue.feed import Feeds
from jinghou_queue.keys import load_key_file
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.phones import Phones
from jinghou_queue.serve import bind, key_file, run
from jinghou_queue.store import Connection, Store
from jinghou_queue.store.databases import open_store

_LEG = LegView(id="a.1", ticket="a", number="A001", service="s0", lane=Lane.WALK_IN, state=LegState.CALLED)
_READY: dict[Any, Any] = {
    tickets.take_number: numbers.Taken(
        id="0" * 24, number="A001", service="s0", state=TicketState.RESERVED, ahead=3, taken_at=0, new=True
    ),
    upkeep.keep_hall: None,
    counters.open_counter: CounterView(id="c1", label="1", state=CounterState.OPEN, services=("s0",)),
    counters.call_next: Called(leg=_LEG, reason="现场取号 09:21，最早到"),
    counters.start_serving: _LEG,
    counters.finish_serving: _LEG,
}


class NoStore:
    """Reads from a real store, answers writes at once."""

    def __init__(self, real: Store) -> None:
        self._real = real

    async def transact(self, work: Callable[[Connection], Any], hall: str | None = None) -> Any:
        assert isinstance(work, partial)
        return _READY[work.func]

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        return await self._real.read(work)

    def close(self) -> None:
        self._real.close()


async def main() -> None:
    """Serve until SIGTERM."""
    settings = QueueSettings.load(None, {"db": sys.argv[1]})
    feeds, outlooks = Feeds(), Outlooks()
    store = NoStore(open_store(settings.db, feeds.committed))
    keys = load_key_file(key_file(settings))
    office = Office(store, feeds, Phones(outlooks, keys), outlooks, keys, "http://127.0.0.1")
    await run(office, bind("127.0.0.1", 0), settings.patience_s)
    store.close()


if __name__ == "__main__":
    uvloop.run(main())
