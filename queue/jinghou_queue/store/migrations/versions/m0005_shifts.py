"""Since when a counter is as it is, and when it was open on earlier days: what the estimates go by."""

import sqlalchemy as sa

from jinghou_queue.store.migrations import words as w

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Of counters that stood before, nothing is known: the day's beginning stands for it."""
    w.grow("counter", *w.longs("changed_at", "free_at", default="0"))
    w.table(
        "shift",
        w.key("hall"),
        w.key("day"),
        w.key("counter"),
        *w.count_keys("opened_at", kind=sa.BigInteger),
        *w.longs("closed_at"),
    )
