"""Thirty thousand things in any order, and what devices and a server would answer: a session bears and forgets them."""

from typing import get_args

import pytest
from kiosk_storm import TRACES, Storm

from jinghou_kiosk.pages import Home, OutOfService, Page

EVENTS = 30_000


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_of_touches_answers_and_news_leaves_nothing_of_anybody(seed: int) -> None:
    storm = Storm(seed)
    pages = set()
    for _ in range(EVENTS):
        before = storm.state
        event = storm.touches() if storm.dice.random() < 0.5 else storm.happens()
        storm.takes(event)
        state = storm.state
        pages.add(type(state.page).__name__)
        touched = state.aids or state.staff.is_told or state.language != state.home_language
        somebody = not isinstance(state.page, Home | OutOfService) or touched
        assert storm.timer or not somebody, f"{event} leaves {state.page} open for ever"
        if state.id != before.id:
            assert storm.leases[-1] == state.id, "the next person has devices of their own"
        if isinstance(state.page, Home | OutOfService):
            assert (state.holder, state.code, state.lost_press, state.phone_code) == (None, None, None, None), event
    missed = {page.__name__ for page in get_args(Page)} - pages - {"Staff"}
    assert missed == set(), "the storm never got there"
    for event in storm.ends():
        storm.takes(event)
    assert isinstance(storm.state.page, Home)
    assert not storm.timer
    assert [trace for trace in TRACES if trace in repr(storm.state)] == []
    assert storm.state.code is None
