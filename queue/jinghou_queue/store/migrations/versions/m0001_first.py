"""The first form: halls, services, counters, tickets, legs, feed, tokens.

Written out rather than taken from `tables`, which goes on changing after this step has run somewhere.
"""

import sqlalchemy as sa

from jinghou_queue.store.migrations import words as w

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _make_hall()
    _make_queue()
    _make_records()


def _make_hall() -> None:
    w.table(
        "hall", w.key("hall"), *w.texts("name", "name_en", "timezone", "day"), *w.longs("seq"), *w.texts("key_check")
    )
    w.table(
        "service",
        w.key("hall"),
        w.key("service"),
        *w.ints("place"),
        *w.texts("prefix", "name", "name_en", "zone", "identity"),
    )
    w.table("counter", w.key("hall"), w.key("counter"), *w.ints("place"), *w.texts("label", "state"))
    w.table("counter_service", w.key("hall"), w.key("counter"), w.key("service"), *w.ints("place", "serves"))
    w.table("token", w.key("hall"), w.key("token"), *w.texts("role", "name", "token_hash"), *w.longs("added_at"))
    w.index("token_hash", "token", ["hall", "token_hash"], unique=True)


def _make_queue() -> None:
    w.table("numbering", w.key("hall"), w.key("day"), w.key("service"), *w.ints("last"))
    w.table("tally", w.key("hall"), w.key("day"), w.key("service"), *w.count_keys("lane"), *w.ints("waiting"))
    w.table(
        "ticket",
        w.key("hall"),
        w.key("ticket"),
        *w.texts("day", "number", "service", "channel", "state"),
        *w.longs("taken_at"),
        *w.perhaps("masked_name", "identity_hash"),
        *w.texts("token_hash"),
    )
    w.index("ticket_number", "ticket", ["hall", "day", "number"], unique=True)
    w.index("ticket_token", "ticket", ["hall", "token_hash"], unique=True)
    w.index(
        "ticket_identity",
        "ticket",
        ["hall", "day", "service", "identity_hash"],
        unique=True,
        where="state IN ('reserved', 'active') AND identity_hash IS NOT NULL",
    )
    w.table(
        "leg",
        w.key("hall"),
        w.key("ticket"),
        *w.count_keys("step"),
        *w.texts("day", "service"),
        *w.ints("lane"),
        *w.longs("sort_time", "seq", "entered_at"),
        *w.texts("state"),
        *w.perhaps("counter"),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
    )
    queue_order = ["hall", "day", "service", "lane", "sort_time", "seq"]
    w.index("leg_waiting", "leg", queue_order, where="state = 'waiting'")
    w.index("leg_at_counter", "leg", ["hall", "counter"], unique=True, where="state IN ('called', 'serving')")


def _make_records() -> None:
    w.table(
        "feed",
        w.key("hall"),
        *w.count_keys("seq", kind=sa.BigInteger),
        *w.longs("at"),
        *w.texts("actor", "subject"),
        *w.perhaps("was"),
        *w.texts("state", "why", "kind", "body"),
    )
    w.table("answer", w.key("hall"), w.key("key"), *w.texts("fingerprint"), *w.longs("at"), *w.texts("body"))
    w.index("answer_age", "answer", ["hall", "at"])
