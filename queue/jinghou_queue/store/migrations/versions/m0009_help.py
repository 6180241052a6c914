"""Terminals at which somebody asked for staff."""

from jinghou_queue.store.migrations import words as w

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nobody has asked yet."""
    w.table(
        "help",
        w.key("hall"),
        w.key("terminal"),
        *w.texts("page", "state"),
        *w.longs("asked_at"),
        *w.perhaps("coming"),
    )
