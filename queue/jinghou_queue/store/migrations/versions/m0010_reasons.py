"""Why somebody was called stays with the leg, and a counter's finished legs of a day are found at once."""

from jinghou_queue.store.migrations import words as w

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Of those called before, the records hold the reason; a clerk's page does not look there."""
    w.grow("leg", *w.texts("reason", default=""))
    w.index("leg_done", "leg", ["hall", "day", "counter"], where="state = 'done'")
