"""Functions that share one commit: each runs in a savepoint, and is answered when all of them are on disk."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from jinghou_queue.store import Connection


@dataclass(eq=False)
class Job:
    """One function waiting for a commit, and whom to answer."""

    work: Callable[[Connection], Any]
    answer: asyncio.Future[Any]
    result: Any = None
    fault: Exception | None = None

    def settle(self) -> None:
        """In the event loop: answer, unless the asker went away."""
        if self.answer.done():
            return
        if self.fault is None:
            self.answer.set_result(self.result)
        else:
            self.answer.set_exception(self.fault)


def run_each(connection: Connection, group: Iterable[Job], in_doubt: Callable[[Exception], bool]) -> None:
    """Run the functions of a group one after another, as if for the first time.

    The failure of one is kept for its asker and must not harm the others; one that leaves the transaction as a whole
    in doubt is raised.
    """
    for job in group:
        job.result = job.fault = None
        try:
            with connection.savepoint():
                job.result = job.work(connection)
        except Exception as fault:
            if in_doubt(fault):
                raise
            job.fault = fault
