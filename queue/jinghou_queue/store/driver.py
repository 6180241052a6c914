"""What the drivers of both databases have in common: our statements as text for them, and a connection that runs it."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import Dialect, Executable

from jinghou_queue.store import Command, Published, Query, Value

R = TypeVar("R")

Compiled = tuple[str, dict[str, Value]]
"""The text for the driver, and the values that are part of the statement itself."""


def compiler(dialect: Dialect) -> Callable[[Executable], Compiled]:
    """Turns statements into text, each once: a press must not pay for it."""

    @cache
    def compiled(statement: Executable) -> Compiled:
        made = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # Executable hides that it compiles
        return str(made), {name: value for name, value in made.params.items() if value is not None}

    return compiled


class Cursor(Protocol):
    """The part of a driver's cursor that we use."""

    @property
    def rowcount(self) -> int:
        """Rows that were changed."""

    def fetchone(self) -> Any:
        """The next row as a tuple, or None."""

    def fetchall(self) -> list[Any]:
        """Every row as a tuple."""

    def close(self) -> None:
        """Let go of rows that nobody fetched."""


class DriverConnection(ABC):
    """A `Connection` on a driver's own; collects what its transaction will publish."""

    def __init__(self) -> None:
        self.published: list[Published] = []

    @abstractmethod
    def _execute(self, statement: Executable, values: dict[str, Value]) -> Cursor:
        """Run one of our statements."""

    @abstractmethod
    def _say(self, text: str) -> None:
        """Run a statement of the transaction's own."""

    @abstractmethod
    def _in_transaction(self) -> bool:
        """Whether there is still a transaction that can be rolled back: some errors end it."""

    def one(self, query: Query[R], **values: Value) -> R | None:
        """The first row, or None."""
        cursor = self._execute(query.statement, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else query.row(*row)

    def all(self, query: Query[R], **values: Value) -> list[R]:
        """Every row."""
        return [query.row(*row) for row in self._execute(query.statement, values).fetchall()]

    def run(self, command: Command, **values: Value) -> int:
        """Change rows; the number that were changed."""
        return self._execute(command.statement, values).rowcount

    def publish(self, event: Published) -> None:
        """Tell the feed's readers of an event after the commit."""
        self.published.append(event)

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction that an error leaving it undoes alone."""
        published = len(self.published)
        self._say("SAVEPOINT part")
        try:
            yield
        except BaseException:
            del self.published[published:]
            if self._in_transaction():
                self._say("ROLLBACK TO part")
                self._say("RELEASE part")
            raise
        self._say("RELEASE part")
