"""What SQLite's planner is told of the tables, so that it chooses the same indexes in every hall and on every day.

Left to itself it takes ten rows a hall for granted, and reads a table from end to end instead of by an index. Measured
figures would be those of the moment: of an empty hall, or of a night in which nobody waits.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Connection, text

from jinghou_queue.store.tables import metadata

_OF_YEARS: Final = 10_000_000  # rows of one hall
_AT_WORK: Final = 100_000  # rows of one hall that an index holds of those still in some state
_EACH_COLUMN: Final = 10  # times fewer rows, with each further column of an index that is known


def pin_statistics(connection: Connection) -> None:
    """Write the figures for all tables and indexes; connections that are opened from now on go by them."""
    connection.execute(text("ANALYZE sqlite_schema"))  # makes the table of figures, and measures nothing
    connection.execute(text("DELETE FROM sqlite_stat1"))
    figures = [{"of_table": table, "of_index": index, "stat": stat} for table, index, stat in _figures()]
    connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:of_table, :of_index, :stat)"), figures)


def _figures() -> Iterator[tuple[str, str, str]]:
    for table in metadata.sorted_tables:
        if not table.indexes:  # there is nothing to choose
            continue
        yield table.name, table.name, _figure(_OF_YEARS, len(table.primary_key.columns), unique=True)
        for index in table.indexes:
            where: ColumnElement[bool] | None = index.dialect_options["sqlite"]["where"]
            rows = _OF_YEARS if where is None else _AT_WORK
            yield table.name, str(index.name), _figure(rows, len(index.columns), unique=index.unique)


def _figure(rows: int, columns: int, *, unique: bool) -> str:
    """How many rows there are in all, and for each further column how many are alike up to it."""
    alike = [max(rows // _EACH_COLUMN**known, 1) for known in range(columns)]
    if unique:
        alike[-1] = 1
    return " ".join(map(str, (rows, *alike)))
