"""Bytes as a line delivers them: in pieces of any size."""

from itertools import pairwise

from hypothesis import strategies as st


def in_pieces(wire: bytes, data: st.DataObject) -> list[bytes]:
    """`wire`, cut at up to eight places or, when it is short, anywhere."""
    cuts = data.draw(st.sets(st.integers(0, len(wire)), max_size=8 if len(wire) > 100 else None))
    return [wire[begin:end] for begin, end in pairwise([0, *sorted(cuts), len(wire)])]
