"""The words that steps are written in. A step that ran somewhere must go on meaning the same: add, never change."""

import sqlalchemy as sa
from alembic import op


def key(name: str) -> "sa.Column[str]":
    """A text that is part of the key."""
    return sa.Column(name, sa.Text(), primary_key=True, nullable=False)


def count_keys(*names: str, kind: "type[sa.Integer | sa.BigInteger]" = sa.Integer) -> "list[sa.Column[int]]":
    """Whole numbers that are part of the key."""
    return [sa.Column(name, kind(), primary_key=True, autoincrement=False, nullable=False) for name in names]


def texts(*names: str, default: str | None = None) -> "list[sa.Column[str]]":
    """Texts that are always there."""
    return [sa.Column(name, sa.Text(), nullable=False, server_default=default) for name in names]


def ints(*names: str, default: str | None = None) -> "list[sa.Column[int]]":
    """Whole numbers that are always there."""
    return [sa.Column(name, sa.Integer(), nullable=False, server_default=default) for name in names]


def longs(*names: str, default: str | None = None) -> "list[sa.Column[int]]":
    """Times and long counts that are always there."""
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default=default) for name in names]


def longs_perhaps(*names: str) -> "list[sa.Column[int]]":
    """Times that may be missing."""
    return [sa.Column(name, sa.BigInteger(), nullable=True) for name in names]


def perhaps(*names: str) -> "list[sa.Column[str]]":
    """Texts that may be missing."""
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def table(name: str, *columns: "sa.Column[str] | sa.Column[int]") -> None:
    """Make a table whose rows live in their key's own tree."""
    op.create_table(name, *columns, sqlite_with_rowid=False)


def index(name: str, table: str, columns: list[str], *, unique: bool = False, where: str | None = None) -> None:
    """Make an index, on the rows of a condition only if there is one."""
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def grow(table: str, *columns: "sa.Column[str] | sa.Column[int]") -> None:
    """Add columns to a table."""
    for column in columns:
        op.add_column(table, column)
