"""What is sealed of people on tickets and bookings, and how many numbers phones took with a code."""

import sqlalchemy as sa

from jinghou_queue.store.migrations import words as w

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing was sealed before."""
    w.grow("ticket", *w.perhaps("identity_sealed", "phone_sealed"), *w.ints("phone_changes", default="0"))
    w.grow("booking", *w.perhaps("identity_sealed"))
    w.table("scan", w.key("hall"), *w.count_keys("shown_at", kind=sa.BigInteger), *w.ints("numbers"))
