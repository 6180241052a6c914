"""The seam between server and terminals: a hall's copy, moved by the feed alone, stays equal to a new snapshot."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House

from jinghou_kiosk.hall_mirror import apply
from jinghou_queue.contract.events import Event
from jinghou_queue.contract.messages import HallView
from jinghou_queue.desk import helping, views
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refused
from jinghou_queue.rules.states import HelpAction
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store.databases import connect

COUNTERS = ("c1", "c3", "c5")
SERVICES = ("tax", "company", "enquiries")
BUTTONS = ("recall", "undo", "miss", "park")
MORE = ("pause", "resume", "transfer")

presses = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.sampled_from(SERVICES)),
        st.tuples(st.sampled_from(["cancel", "back"]), st.just("")),
        st.tuples(st.sampled_from(["ask", HelpAction.COME, HelpAction.END]), st.sampled_from(["k1", "k2"])),
        st.tuples(
            st.sampled_from(
                ["open", "open", "close", "next", "next", "start", "finish", "pause", "resume", "transfer", *BUTTONS]
            ),
            st.sampled_from(COUNTERS),
        ),
        st.tuples(st.just("tomorrow"), st.just("")),
    ),
    min_size=10,
    max_size=60,
)


def press(desk: Desk, what: str, which: str, taken: list[str]) -> None:
    """Press a button; what the server refuses changes nothing."""
    desk.at += DAY if what == "tomorrow" else MINUTE
    try:
        match what:
            case "take":
                taken.append(desk.take(which).id)
            case "cancel" if taken:
                desk.cancel(taken.pop())
            case "back" if taken:
                desk.back(taken[-1])
            case "ask":
                terminal = Press(HALL, f"terminal:{which}", desk.at)
                desk.do(partial(helping.ask_help, press=terminal, page="home"))
            case HelpAction.COME | HelpAction.END:
                action = HelpAction(what)
                desk.do(partial(helping.answer_help, press=desk.press(), terminal=which, action=action))
            case "pause":
                desk.pause(which, "")
            case "transfer":
                desk.transfer(which, "enquiries")
            case "open" | "close" | "next" | "start" | "finish" | "resume":
                getattr(desk, what)(which)
            case button if button in BUTTONS:
                desk.button(button, which)
    except Refused:
        pass


def snapshot(desk: Desk) -> HallView:
    return views.hall_view(desk.connection, HALL, desk.at)


OUTLASTS_ITS_DAY = [
    *[("open", "c1"), ("take", "tax"), ("next", "c1"), ("start", "c1"), ("tomorrow", "")],
    *[("open", "c3"), ("take", "tax"), ("next", "c3"), ("finish", "c1")],
]


@settings(max_examples=40, deadline=None)
@given(presses)
@example(OUTLASTS_ITS_DAY)
def test_a_copy_moved_by_the_feed_equals_a_new_snapshot(walk: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        house = House.build(Path(folder))
        with connect(house.url) as connection:
            desk = Desk(connection, house.keys, at=NINE)
            mirror = snapshot(desk)
            taken: list[str] = []
            for what, which in walk:
                press(desk, what, which, taken)
            desk.at += MINUTE
            desk.take("tax")  # so that a day that came has begun in the feed too
            for row in connection.all(rs.FEED_AFTER, hall=HALL, after=mirror.seq, most=1000):
                mirror = apply(mirror, msgspec.json.decode(row.body, type=Event))
            assert mirror == snapshot(desk)
