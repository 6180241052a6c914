"""Terminals that are enrolled with a code, and the numbers set aside for them."""

from jinghou_queue.store.migrations import words as w

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Tokens given out by hand go on as they are; they belong to no terminal."""
    w.table(
        "terminal",
        w.key("hall"),
        w.key("terminal"),
        *w.texts("kind", "name", "profile"),
        *w.ints("profile_version"),
        *w.longs("added_at"),
        *w.perhaps("code_hash"),
        *w.longs("code_until"),
        *w.texts("report"),
        *w.longs_perhaps("seen_at"),
        *w.longs("full_at"),
        *w.ints("retired"),
    )
    w.index("terminal_code", "terminal", ["code_hash"], where="code_hash IS NOT NULL")
    w.table(
        "lease",
        w.key("hall"),
        w.key("ticket"),
        *w.texts("day"),
        *w.ints("place"),
        *w.texts("number", "service", "terminal"),
        *w.longs("at"),
        *w.ints("open"),
    )
    w.index("lease_place", "lease", ["hall", "day", "service", "place"], unique=True)
    w.index("lease_terminal", "lease", ["hall", "terminal", "day", "service"])
