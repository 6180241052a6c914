"""How far each hall's tickets and feed were cleared of names and identities."""

from jinghou_queue.store.migrations import words as w

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing was erased before: the server begins at each hall's first day."""
    w.grow("hall", *w.texts("erased_day", default=""), *w.longs("erased_seq", default="0"))
