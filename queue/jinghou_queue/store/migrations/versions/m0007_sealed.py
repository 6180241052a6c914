"""What is sealed of a person on a ticket, and how many numbers the code on a hall's screens gave to phones."""

import sqlalchemy as sa

from jinghou_queue.store.migrations import words as w

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    """Nothing was sealed before."""
    w.grow("ticket", *w.perhaps("identity_sealed", "phone_sealed"), *w.ints("phone_changes", default="0"))
    w.table("scan", w.key("hall"), *w.count_keys("shown_at", kind=sa.BigInteger), *w.ints("numbers"))
