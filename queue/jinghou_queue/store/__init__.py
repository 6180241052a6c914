"""Where a hall's records are kept: tables and statements written once, and one module a database.

A store runs use cases, which are plain synchronous functions of a connection. What it promises: `transact` answers
only after everything the function did is on disk, or raises and has done nothing.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Executable

Value = int | str | None
T = TypeVar("T")
R = TypeVar("R")


class StoreUnavailable(Exception):
    """Nothing was saved. The text says what the operator can do about it and holds no data."""


@dataclass(frozen=True, eq=False)
class Query(Generic[R]):
    """A statement that answers rows, each made by `row` from the columns in order."""

    statement: Executable
    row: Callable[..., R]


@dataclass(frozen=True, eq=False)
class Command:
    """A statement that changes rows."""

    statement: Executable


@dataclass(frozen=True)
class Published:
    """One feed event as it was stored; readers hear of it once its transaction is on disk."""

    hall: str
    seq: int
    kind: str
    body: str


class Connection(Protocol):
    """The driver's own connection, speaking our statements. Valid only inside the function it was given to."""

    def one(self, query: Query[R], **values: Value) -> R | None:
        """The first row, or None."""

    def all(self, query: Query[R], **values: Value) -> list[R]:
        """Every row."""

    def run(self, command: Command, **values: Value) -> int:
        """Change rows; the number that were changed."""

    def publish(self, event: Published) -> None:
        """Tell the feed's readers of an event after the commit, and not at all without one."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of the transaction that an error leaving it undoes alone, with what it published; the error goes on.

        Whoever catches an error of the database must do so around a savepoint: without one nothing after it would
        be done. May be nested.
        """


class Store(Protocol):
    """A database of halls."""

    async def transact(self, work: Callable[[Connection], T], hall: str | None = None) -> T:
        """Run `work` in a transaction and answer once it is on disk. Raises what `work` raises, or StoreUnavailable.

        With a `hall`, the only one whose rows it writes, it may share a commit with others of that hall.
        It may run more than once, each time as if for the first: what met another transaction is undone and repeated.
        """

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent snapshot. It must not write."""

    def close(self) -> None:
        """Finish what was accepted, then let go of the database."""


Commits = Callable[[list[Published]], Any]
"""Called in the event loop with the events of each commit, in the order of the feed."""
