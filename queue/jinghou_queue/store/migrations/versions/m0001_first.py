"""The first form: halls, services, counters, tickets, legs, feed, tokens.

Written out rather than taken from `tables`, which goes on changing after this step has run somewhere.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _key(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), primary_key=True, nullable=False)


def _count_key(name: str, kind: "type[sa.Integer | sa.BigInteger]" = sa.Integer) -> "sa.Column[int]":
    return sa.Column(name, kind(), primary_key=True, autoincrement=False, nullable=False)


def _texts(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _ints(*names: str) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _longs(*names: str) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _perhaps(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _table(name: str, *columns: "sa.Column[str] | sa.Column[int]") -> None:
    op.create_table(name, *columns, sqlite_with_rowid=False)


def _index(name: str, table: str, columns: list[str], *, unique: bool = False, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Make every table."""
    _make_hall()
    _make_queue()
    _make_records()


def _make_hall() -> None:
    _table("hall", _key("hall"), *_texts("name", "name_en", "timezone", "day"), *_longs("seq"), *_texts("key_check"))
    _table(
        "service",
        _key("hall"),
        _key("service"),
        *_ints("place"),
        *_texts("prefix", "name", "name_en", "zone", "identity"),
    )
    _table("counter", _key("hall"), _key("counter"), *_ints("place"), *_texts("label", "state"))
    _table("counter_service", _key("hall"), _key("counter"), _key("service"), *_ints("place", "serves"))
    _table("token", _key("hall"), _key("token"), *_texts("role", "name", "token_hash"), *_longs("added_at"))
    _index("token_hash", "token", ["hall", "token_hash"], unique=True)


def _make_queue() -> None:
    _table("numbering", _key("hall"), _key("day"), _key("service"), *_ints("last"))
    _table("tally", _key("hall"), _key("day"), _key("service"), _count_key("lane"), *_ints("waiting"))
    _table(
        "ticket",
        _key("hall"),
        _key("ticket"),
        *_texts("day", "number", "service", "channel", "state"),
        *_longs("taken_at"),
        *_perhaps("masked_name", "identity_hash"),
        *_texts("token_hash"),
    )
    _index("ticket_number", "ticket", ["hall", "day", "number"], unique=True)
    _index("ticket_token", "ticket", ["hall", "token_hash"], unique=True)
    _index(
        "ticket_identity",
        "ticket",
        ["hall", "day", "service", "identity_hash"],
        unique=True,
        where="state IN ('reserved', 'active') AND identity_hash IS NOT NULL",
    )
    _table(
        "leg",
        _key("hall"),
        _key("ticket"),
        _count_key("step"),
        *_texts("day", "service"),
        *_ints("lane"),
        *_longs("sort_time", "seq", "entered_at"),
        *_texts("state"),
        *_perhaps("counter"),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
    )
    queue_order = ["hall", "day", "service", "lane", "sort_time", "seq"]
    _index("leg_waiting", "leg", queue_order, where="state = 'waiting'")
    _index("leg_at_counter", "leg", ["hall", "counter"], unique=True, where="state IN ('called', 'serving')")


def _make_records() -> None:
    _table(
        "feed",
        _key("hall"),
        _count_key("seq", sa.BigInteger),
        *_longs("at"),
        *_texts("actor", "subject"),
        *_perhaps("was"),
        *_texts("state", "why", "kind", "body"),
    )
    _table("answer", _key("hall"), _key("key"), *_texts("fingerprint"), *_longs("at"), *_texts("body"))
    _index("answer_age", "answer", ["hall", "at"])
