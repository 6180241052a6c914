"""Reading the tickets of many holders at once: thousands may come back in the same second. Lives in the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from jinghou_queue.desk.views import HolderView, holder_views
from jinghou_queue.store import Store

_AT_ONCE: Final = 100  # tickets in one read: more would keep who is called waiting


class Reading:
    """One read at a time, shared by all who asked meanwhile."""

    def __init__(self) -> None:
        self._asked: deque[tuple[str, asyncio.Future[HolderView]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def view(self, store: Store, token: str, now: Callable[[], int], *, soon: bool = False) -> HolderView:
        """What the holder of a token may see now, a Unix time in ms; `soon`: before those who asked earlier.

        Raises Refused TICKET_UNKNOWN, or StoreUnavailable.
        """
        answer: asyncio.Future[HolderView] = asyncio.get_running_loop().create_future()
        (self._asked.appendleft if soon else self._asked.append)((token, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read_all(store, now))
        return await answer

    async def _read_all(self, store: Store, now: Callable[[], int]) -> None:
        while self._asked:
            asked = [self._asked.popleft() for _ in range(min(_AT_ONCE, len(self._asked)))]
            tokens = [token for token, _ in asked]
            views: Sequence[HolderView | Exception]
            try:
                views = await store.read(partial(holder_views, tokens=tokens, at=now()))
            except Exception as fault:  # noqa: BLE001  # each asker is told
                views = [fault] * len(asked)
            for (_, answer), view in zip(asked, views, strict=True):
                if answer.done():  # the asker went away
                    continue
                if isinstance(view, HolderView):
                    answer.set_result(view)
                else:
                    answer.set_exception(view)
