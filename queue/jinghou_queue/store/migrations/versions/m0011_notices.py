"""Messages on their way to people's phones and to ushers."""

from jinghou_queue.store.migrations import words as w

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """None is on its way yet: calls that stand begin their ladder when the server does."""
    w.table(
        "notice",
        w.key("hall"),
        w.key("notice"),
        *w.texts("kind", "ticket"),
        *w.ints("step", "attempt", "ahead"),
        *w.texts("channel", "state"),
        *w.longs("at", "due_at", "claimed_until"),
        *w.ints("tries"),
        *w.perhaps("receipt"),
        *w.texts("fault"),
    )
    w.index("notice_due", "notice", ["hall", "channel", "due_at"], where="state = 'queued'")
    w.index("notice_ticket", "notice", ["hall", "ticket"])
    w.index("notice_age", "notice", ["hall", "at"])
    w.index("notice_receipt", "notice", ["channel", "receipt"], where="receipt IS NOT NULL")
