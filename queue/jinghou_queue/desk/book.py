"""One press in one hall: its day, its place in the feed, and its answer kept for a repeated press."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from jinghou_queue.contract.bookings import BookingState
from jinghou_queue.contract.events import (
    BookingChanged,
    CallChanged,
    CounterChanged,
    DayBegan,
    Event,
    HelpChanged,
    LegChanged,
    PlanChanged,
    TicketChanged,
)
from jinghou_queue.contract.messages import CallChannel, CallState, CounterState, HelpState, LegState, TicketState
from jinghou_queue.desk.lapsing import lapse_days
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.shifts import end_shifts
from jinghou_queue.rules import states
from jinghou_queue.rules.chain import link
from jinghou_queue.rules.days import business_day, day_of_press, time_of_day
from jinghou_queue.store import Connection, Published
from jinghou_queue.store import notice_statements as ns
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts
from jinghou_queue.store.statements import HallRow

T = TypeVar("T")

_KEEP_ANSWERS_MS: Final = 3 * 24 * 3600 * 1000
_EVENT: Final = msgspec.json.Decoder(Event)
_JSON: Final = msgspec.json.Encoder()

NOTHING: Final = msgspec.json.Decoder(None)
"""Reads the answer of a press that has nothing to say but that it was done."""


@dataclass(frozen=True)
class Press:
    """One press of a button: in which hall, by whom, when (Unix time in milliseconds).

    `key` is the press's idempotency key, if it has one; `fingerprint` stands for what was asked.
    """

    hall: str
    actor: str
    at: int
    key: str | None = None
    fingerprint: str = ""

    @property
    def role(self) -> str:
        """What the actor is, such as clerk."""
        return self.actor.partition(":")[0]

    @property
    def who(self) -> str:
        """Which of that role: a login, or the id of a token, and so of a terminal."""
        return self.actor.partition(":")[2]


class Book:
    """The hall's day and feed within one transaction. Made by `pressed`, which also writes it back."""

    def __init__(self, connection: Connection, press: Press, row: HallRow) -> None:
        self.connection = connection
        self.press = press
        self.hall = press.hall
        self.zone = ZoneInfo(row.timezone)
        self.day = day_of_press(press.at, self.zone, row.day)
        self.seq = row.seq
        self.chain = row.chain
        self.audit_seq = row.audit_seq
        self.audit_chain = row.audit_chain
        self.epoch = row.epoch
        self.plan = plan_of(connection, press.hall, row)
        self.true_at = press.at
        """When it happened: earlier than the press for what a terminal tells late."""

    def told(self, why: str) -> str:
        """`why`, and when it happened if that is not now: an event's time is when the hall heard of it."""
        if self.true_at == self.press.at:
            return why
        when = f"{business_day(self.true_at, self.zone)} {time_of_day(self.true_at, self.zone)}"
        return f"{why}, offline at {when}".removeprefix(", ")

    def ticket_changed(
        self, ticket: str, number: str, state: TicketState, was: TicketState | None, why: str = ""
    ) -> None:
        """Append that a ticket came into `state`."""
        event = TicketChanged(seq=self.seq + 1, at=self.press.at, number=number, state=state)
        self._append(event, "ticket", ticket, was, state, self.told(why))

    def leg_changed(self, leg: st.LegRow, state: LegState, counter: str | None = None, why: str = "") -> None:
        """Append that `leg` left its state for `state`, at the counter with that label."""
        event = LegChanged(
            seq=self.seq + 1,
            at=self.press.at,
            day=leg.day,
            number=leg.number,
            service=leg.service,
            state=state,
            was=LegState(leg.state),
            counter=counter,
            masked_name=leg.masked_name,
        )
        self._append(event, "leg", leg.ticket, leg.state, state, why)

    def leg_entered(self, ticket: str, day: str, number: str, service: str, masked_name: str | None) -> None:
        """Append that a new leg entered its queue."""
        event = LegChanged(
            seq=self.seq + 1,
            at=self.press.at,
            day=day,
            number=number,
            service=service,
            state=LegState.WAITING,
            masked_name=masked_name,
        )
        self._append(event, "leg", ticket, None, LegState.WAITING, self.told(""))

    def counter_changed(
        self, counter: str, state: CounterState, was: CounterState, services: tuple[str, ...], why: str = ""
    ) -> None:
        """Append that the counter of that id came into `state`, serving `services`; `why` is for the records only."""
        event = CounterChanged(seq=self.seq + 1, at=self.press.at, counter=counter, state=state, services=services)
        self._append(event, "counter", counter, was, state, why or " ".join(services))

    def booking_changed(
        self,
        booking: str,
        service: str,
        starts_at: int,
        state: BookingState,
        was: BookingState | None,
        why: str = "",
    ) -> None:
        """Append that a booking for the slot that starts then came into `state`."""
        event = BookingChanged(
            seq=self.seq + 1, at=self.press.at, service=service, starts_at=starts_at, state=state, was=was
        )
        self._append(event, "booking", booking, was, state, why)

    def help_changed(self, terminal: str, state: HelpState, was: HelpState | None, why: str = "") -> None:
        """Append that a call for staff from that terminal came into `state`; `why` is for the records only."""
        event = HelpChanged(seq=self.seq + 1, at=self.press.at, terminal=terminal, state=state)
        self._append(event, "help", terminal, was, state, why)

    def call_changed(
        self, leg: st.LegRow, channel: CallChannel, state: CallState, was: CallState | None, why: str = ""
    ) -> None:
        """Append that a call of `leg` got so far over a channel; `why` is for the records only."""
        counter = None
        if leg.counter is not None:
            counter = self.connection.one(st.COUNTER_LABEL, hall=self.hall, counter=leg.counter)
        event = CallChanged(
            seq=self.seq + 1, at=self.press.at, number=leg.number, counter=counter, channel=channel, state=state
        )
        self._append(event, "call", leg.ticket, was, state, why)

    def plan_changed(self, version: int, was: int) -> None:
        """Append that the hall has a new plan."""
        event = PlanChanged(seq=self.seq + 1, at=self.press.at, version=version)
        self._append(event, "plan", str(version), str(was), str(version), "")

    def audit(self, action: str, subject: str, detail: str = "") -> None:
        """Record what staff did that is not in the feed. No personal data of citizens, no secrets."""
        self.audit_seq += 1
        line = (self.audit_seq, self.press.at, self.press.actor, action, subject, detail)
        self.audit_chain = link(self.audit_chain, *line)
        self.connection.run(
            rs.AUDIT_ADD,
            hall=self.hall,
            seq=self.audit_seq,
            at=self.press.at,
            actor=self.press.actor,
            action=action,
            subject=subject,
            detail=detail,
            chain=self.audit_chain,
        )

    def begin_day(self, yesterday: str) -> None:
        """Who still waited when the last day ended is not called any more, who booked for it has missed it, and who
        asked for staff has left.

        DayBegan stands for all of them.
        """
        for leg_state, end in st.LEGS_END.items():
            to_state = states.move(states.LEG, leg_state, states.LegAction.DAY_END)
            self.connection.run(end, hall=self.hall, day=yesterday, to_state=to_state)
        for state in states.states_that_allow(states.TICKET, states.TicketAction.DAY_END):
            self.connection.run(
                st.TICKETS_CLOSE,
                hall=self.hall,
                day=yesterday,
                from_state=state,
                to_state=states.move(states.TICKET, state, states.TicketAction.DAY_END),
            )
        last_at = self.connection.one(rs.FEED_AT, hall=self.hall, seq=self.seq)
        if yesterday and last_at is not None:
            end_shifts(self.connection, self.hall, yesterday, self.zone, last_at)
        self.connection.run(ts.HELPS_END, hall=self.hall)
        lapse_days(self.connection, self.hall, self.day)
        self.connection.run(rs.ANSWERS_FORGET, hall=self.hall, before=self.press.at - _KEEP_ANSWERS_MS)
        self.connection.run(ns.NOTICES_FORGET, hall=self.hall, before=self.press.at - _KEEP_ANSWERS_MS)
        event = DayBegan(seq=self.seq + 1, at=self.press.at, day=self.day)
        self._append(event, "day", self.day, yesterday, self.day, "")

    def _append(self, event: Event, kind: str, subject: str, was: str | None, state: str, why: str) -> None:
        body = _JSON.encode(event).decode()
        line = (event.seq, event.at, self.press.actor, subject, was, state, why, kind, nameless(event, body))
        self.chain = link(self.chain, *line)
        self.connection.run(
            rs.FEED_ADD,
            hall=self.hall,
            seq=event.seq,
            at=event.at,
            actor=self.press.actor,
            subject=subject,
            was=was,
            state=state,
            why=why,
            kind=kind,
            body=body,
            chain=self.chain,
        )
        self.seq = event.seq
        self.connection.publish(Published(self.hall, event.seq, kind, body))


def nameless(event: Event, body: str) -> str:
    """An event's body without the masked name: a chain over it holds when the name is erased one day."""
    if not isinstance(event, LegChanged) or event.masked_name is None:
        return body
    return _JSON.encode(msgspec.structs.replace(event, masked_name=None)).decode()


def without_name(body: str) -> str:
    """The same of a body that was stored. Raises msgspec.MsgspecError when it is no event."""
    return nameless(_EVENT.decode(body), body)


def pressed(connection: Connection, press: Press, answers: msgspec.json.Decoder[T], do: Callable[[Book], T]) -> T:
    """Do what was pressed, once: the same key again gets the same answer, read back with `answers`.

    Raises Refused: HALL_UNKNOWN, KEY_REUSED when the key came before with something else, and what `do` refuses.
    """
    row = connection.one(st.HALL_LOCKED, hall=press.hall)
    if row is None:
        raise Refused(Refusal.HALL_UNKNOWN, f"there is no hall {press.hall}")
    if press.key is not None:
        given = connection.one(rs.ANSWER, hall=press.hall, key=press.key)
        if given is not None:
            if given.fingerprint != press.fingerprint:
                raise Refused(Refusal.KEY_REUSED, "this Idempotency-Key was sent before with a different request")
            return answers.decode(given.body)
    book = Book(connection, press, row)
    if book.day != row.day:
        book.begin_day(row.day)
    answer = do(book)
    if (book.seq, book.audit_seq) != (row.seq, row.audit_seq):
        connection.run(
            st.HALL_MOVE,
            hall=press.hall,
            to_seq=book.seq,
            to_day=book.day,
            to_chain=book.chain,
            to_audit_seq=book.audit_seq,
            to_audit_chain=book.audit_chain,
        )
    if press.key is not None:
        connection.run(
            rs.ANSWER_ADD,
            hall=press.hall,
            key=press.key,
            fingerprint=press.fingerprint,
            at=press.at,
            body=_JSON.encode(answer).decode(),
        )
    return answer
