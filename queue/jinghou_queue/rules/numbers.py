"""How a number is written."""


def ticket_number(prefix: str, place: int) -> str:
    """A service's letters and at least three digits: A001, A999, then A1000. `place` counts from 1 each day."""
    if place < 1:
        raise ValueError(f"places count from 1, not {place}")
    return f"{prefix}{place:03d}"
