"""What holds in a hall whatever is pressed: a state machine presses at random, and after each press all is counted."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import queue_invariants as hold
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from queue_house import DAY, MINUTE, NINE, Desk, House, rows

from jinghou_queue.contract.messages import Lane
from jinghou_queue.desk.refused import Refused
from jinghou_queue.keys import Keys
from jinghou_queue.store.databases import connect

COUNTERS = st.sampled_from(["c1", "c2", "c3", "c5"])
SERVICES = st.sampled_from(["property", "tax", "company", "enquiries"])


@cache
def new_hall() -> bytes:
    """The database of a hall that has not opened yet: made once, because each walk begins with one."""
    with TemporaryDirectory() as folder:
        House.build(Path(folder))
        with closing(sqlite3.connect(Path(folder) / "hall.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return (Path(folder) / "hall.db").read_bytes()


class Hall(RuleBasedStateMachine):
    """The sample hall with four counters, pressed at random."""

    desk: Desk
    tickets: list[str]
    given_lane: set[object]  # put among the booked by an usher

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()

    def teardown(self) -> None:
        self._open.close()

    @initialize()
    def begin(self) -> None:
        folder = Path(self._open.enter_context(TemporaryDirectory()))
        house = House(folder, Keys(bytes(32)), f"sqlite:///{folder}/hall.db")
        (folder / "hall.db").write_bytes(new_hall())
        self.desk = Desk(self._open.enter_context(connect(house.url)), house.keys, at=NINE)
        self.tickets = []
        self.given_lane = set()
        for counter in ("c1", "c3"):
            self.desk.open(counter)

    @rule(service=SERVICES, person=st.integers(1, 6), lane=st.sampled_from(Lane))
    def take(self, service: str, person: int, lane: Lane) -> None:
        self.desk.at += MINUTE
        taken = self.desk.take(service, person, lane=lane)
        if lane is Lane.BOOKED:
            self.given_lane.add(taken.id)
        assert taken.new == (taken.id not in self.tickets)
        self.tickets.append(taken.id)

    @rule(counter=COUNTERS)
    def call_next(self, counter: str) -> None:
        before = {row[0] for row in self._rows("SELECT ticket FROM leg WHERE state = 'waiting'")}
        try:
            called = self.desk.next(counter)
        except Refused:
            return
        assert called is None or called.leg.ticket in before

    @rule(counter=COUNTERS, button=st.sampled_from(["recall", "undo", "miss", "park"]))
    def press(self, counter: str, button: str) -> None:
        self._try(lambda: self.desk.button(button, counter))

    @rule(counter=COUNTERS, button=st.sampled_from(["open", "close", "start", "finish", "resume"]))
    def work(self, counter: str, button: str) -> None:
        self.desk.at += MINUTE
        self._try(lambda: getattr(self.desk, button)(counter))

    @rule(counter=COUNTERS, service=SERVICES)
    def send_on(self, counter: str, service: str) -> None:
        self._try(lambda: self.desk.transfer(counter, service))

    @rule(person=st.integers(1, 6), slot=st.integers(0, 2), service=st.sampled_from(["property", "tax"]))
    def book(self, person: int, slot: int, service: str) -> None:
        """A place in one of the next half hours, or of another day if the hall is closed."""
        first = self.desk.at - self.desk.at % (30 * MINUTE)
        self._try(lambda: self.desk.book(first + (slot + 1) * 30 * MINUTE, person, service, hold=slot == 2))

    @rule(person=st.integers(1, 6))
    def arrive(self, person: int) -> None:
        self._try(lambda: self._arrived(person))

    @precondition(lambda self: self._bookings())
    @rule(data=st.data(), change=st.sampled_from(["confirm", "unbook"]))
    def change_booking(self, data: st.DataObject, change: str) -> None:
        booking, _ = data.draw(st.sampled_from(self._bookings()))
        self._try(lambda: getattr(self.desk, change)(booking))

    @precondition(lambda self: self._bookings("WHERE state = 'confirmed'"))
    @rule(data=st.data())
    def keep_appointment(self, data: st.DataObject) -> None:
        booking, starts_at = data.draw(st.sampled_from(self._bookings("WHERE state = 'confirmed'")))
        self.desk.at = max(self.desk.at, starts_at - 10 * MINUTE)
        with suppress(Refused):  # by now it can be yesterday's
            self._arrived(booking)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), button=st.sampled_from(["cancel", "back"]))
    def holder(self, data: st.DataObject, button: str) -> None:
        ticket = data.draw(st.sampled_from(self.tickets))
        self._try(lambda: getattr(self.desk, button)(ticket))

    @rule()
    def tomorrow(self) -> None:
        self.desk.at += DAY
        self.tickets.clear()
        self.desk.take("enquiries")

    @invariant()
    def a_counter_has_at_most_one_person_and_a_person_one_counter(self) -> None:
        hold.a_counter_has_at_most_one_person_and_a_person_one_counter(self.desk.connection)

    @invariant()
    def who_waits_is_counted_and_has_left_no_counter(self) -> None:
        hold.who_waits_is_counted_and_has_left_no_counter(self.desk.connection)

    @invariant()
    def a_ticket_has_one_open_leg_at_most_and_a_number_of_its_own(self) -> None:
        hold.a_ticket_has_one_open_leg_at_most_and_a_number_of_its_own(self.desk.connection)

    @invariant()
    def who_booked_is_in_the_queue_only_after_arriving(self) -> None:
        hold.who_booked_has_a_number_only_after_arriving(self.desk.connection)
        pinned = {row[0] for row in self._rows("SELECT ticket FROM leg WHERE lane = 1 AND step = 1")}
        booked = {row[0] for row in self._rows("SELECT ticket FROM booking")}
        assert pinned - self.given_lane <= booked

    @invariant()
    def no_slot_is_oversold(self) -> None:
        hold.no_slot_is_oversold(self.desk.connection, self.desk.at)

    @invariant()
    def the_feed_has_no_gap(self) -> None:
        hold.the_feed_has_no_gap(self.desk.connection)

    def _bookings(self, where: str = "") -> list[tuple[str, int]]:
        found = self._rows(f"SELECT booking, starts_at FROM booking {where} ORDER BY booking")
        return [(str(booking), int(str(starts_at))) for booking, starts_at in found]

    def _arrived(self, shown: int | str) -> None:
        taken = self.desk.arrive(shown).taken
        assert taken.new == (taken.id not in self.tickets)
        self.tickets.append(taken.id)

    def _try(self, press: Callable[[], object]) -> None:
        with suppress(Refused):
            press()

    def _rows(self, text: str) -> list[tuple[object, ...]]:
        return rows(self.desk.connection, text)


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
