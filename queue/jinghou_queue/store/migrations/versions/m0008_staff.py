"""People with a login of their own, their sessions, and the tries that were wrong."""

from jinghou_queue.store.migrations import words as w

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nobody has a login yet: tokens go on as they are."""
    w.table(
        "staff",
        w.key("hall"),
        w.key("login"),
        *w.texts("name", "role", "password_hash"),
        *w.longs("added_at"),
        *w.ints("disabled"),
    )
    w.table(
        "session",
        w.key("hall"),
        w.key("session_hash"),
        *w.texts("login"),
        *w.longs("opened_at", "seen_at", "ends_at"),
    )
    w.table("login_try", w.key("hall"), w.key("login_hash"), *w.ints("failures"), *w.longs("failed_at"))
    w.index("login_try_age", "login_try", ["hall", "failed_at"])
