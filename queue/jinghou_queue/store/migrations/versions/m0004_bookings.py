"""Places in time slots."""

from jinghou_queue.store.migrations import words as w

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the bookings."""
    w.table(
        "booking",
        w.key("hall"),
        w.key("booking"),
        *w.texts("service", "day"),
        *w.longs("starts_at", "ends_at"),
        *w.texts("state", "channel"),
        *w.longs("made_at"),
        *w.longs_perhaps("held_until"),
        *w.texts("code_hash", "token_hash"),
        *w.perhaps("masked_name", "identity_hash", "ticket"),
        *w.ints("missed"),
    )
    w.index("booking_code", "booking", ["hall", "code_hash"], unique=True)
    w.index("booking_token", "booking", ["hall", "token_hash"], unique=True)
    w.index("booking_slot", "booking", ["hall", "day", "service", "starts_at"])
    w.index("booking_identity", "booking", ["hall", "identity_hash", "day"], where="identity_hash IS NOT NULL")
    w.index("booking_held", "booking", ["hall", "held_until"], where="state = 'held'")
    w.index("booking_to_come", "booking", ["hall", "day"], where="state IN ('held', 'confirmed')")
