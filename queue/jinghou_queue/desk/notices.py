"""Messages on their way: queued with the step that asks for one, claimed by one server, and what became of them.

Nothing here speaks to a gateway: that happens between two presses, outside every transaction. The person's phone stays
sealed; whoever sends opens it.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final, assert_never

import msgspec

from jinghou_queue.contract.calls import NoticeKind
from jinghou_queue.contract.messages import CallChannel, CallState, LegState
from jinghou_queue.desk.book import NOTHING, Book, Press, pressed
from jinghou_queue.desk.calling import deliveries, first_attempt, move_delivery
from jinghou_queue.desk.queueing import latest_leg, people_ahead
from jinghou_queue.rules.states import CALL, CallAction
from jinghou_queue.store import Connection
from jinghou_queue.store import notice_statements as ns
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import sealed_statements as ss
from jinghou_queue.store import statements as st

_LOOKED_AT: Final = 200  # in one press: after a gateway's bad hour most are to be dropped
UNKNOWN: Final = "unknown"
"""Why a message failed of which nobody can say whether it was sent."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A message that its claimer sends now, for the `tries`-th time. `phone_sealed`, for the ticket, if to a person."""

    notice: str
    kind: NoticeKind
    channel: str
    ticket: str
    number: str
    service: str
    service_en: str
    hall_name: str
    hall_name_en: str
    counter: str
    ahead: int
    waited_ms: int
    tries: int
    phone_sealed: str | None


_CLAIMED: Final = msgspec.json.Decoder(list[Claimed])


@dataclass(frozen=True)
class Taken:
    """The gateway took it, and calls it `receipt` if it reports back."""

    receipt: str | None


@dataclass(frozen=True)
class Later:
    """It was not taken, and is sent again at `due_at`. `counts` as a try, unless it is the gateway that is busy."""

    due_at: int
    counts: bool


@dataclass(frozen=True)
class Failed:
    """It will not be sent; `fault` is a word of ours or the gateway's code, without anything of a person."""

    fault: str


Outcome = Taken | Later | Failed


def add_notice(book: Book, leg: st.LegRow, kind: NoticeKind, channel: str, *, attempt: int = 0, ahead: int = 0) -> None:
    """Have a message sent about a leg: about that attempt of its call, or about so many people ahead."""
    book.connection.run(
        ns.NOTICE_ADD,
        hall=book.hall,
        notice=f"{leg.ticket}-{leg.step}-{kind}-{attempt or ahead}",
        kind=kind,
        ticket=leg.ticket,
        step=leg.step,
        attempt=attempt,
        ahead=ahead,
        channel=channel,
        state=CallState.QUEUED,
        at=book.press.at,
        due_at=book.press.at,
        claimed_until=0,
        tries=0,
        receipt=None,
        fault="",
    )


def anything_due(connection: Connection, hall: str, channel: str, at: int) -> bool:
    """Whether a message waits for a channel at `at`, a Unix time in ms, or was claimed and never told of."""
    return bool(connection.all(ns.NOTICES_DUE, hall=hall, channel=channel, now=at, most=1))


def claim(
    connection: Connection, press: Press, channel: str, most: int, until: int, *, repeatable: bool
) -> list[Claimed]:
    """Take up to `most` messages that wait for a channel, to send them before `until`, a Unix time in ms.

    What nobody needs any more is dropped. What somebody claimed and never told of may have been sent: it is sent again
    only if the channel is `repeatable`, so that the same twice counts once. Raises Refused HALL_UNKNOWN.
    """
    work = partial(_claim, channel=channel, most=most, until=until, repeatable=repeatable)
    return pressed(connection, press, _CLAIMED, work)


def settle(connection: Connection, press: Press, notice: str, outcome: Outcome) -> None:
    """Write how the sending went. Raises Refused HALL_UNKNOWN."""
    pressed(connection, press, NOTHING, partial(_settle, notice=notice, outcome=outcome))


def confirm(connection: Connection, press: Press, notice: str, fault: str) -> None:
    """The gateway reports: it reached the phone, or for `fault` it did not. Raises Refused HALL_UNKNOWN."""
    pressed(connection, press, NOTHING, partial(_confirm, notice=notice, fault=fault))


def _claim(book: Book, channel: str, most: int, until: int, *, repeatable: bool) -> list[Claimed]:
    claimed: list[Claimed] = []
    for row in book.connection.all(ns.NOTICES_DUE, hall=book.hall, channel=channel, now=book.press.at, most=_LOOKED_AT):
        if len(claimed) == most:
            break
        if row.claimed_until and not repeatable:
            _end(book, row, CallAction.FAIL, None, UNKNOWN)
            continue
        message = _message(book, row)
        if message is None:
            _end(book, row, CallAction.DROP, None, "")
            continue
        book.connection.run(ns.NOTICE_CLAIM, hall=book.hall, notice=row.notice, until=until)
        claimed.append(message)
    return claimed


def _message(book: Book, row: ns.NoticeRow) -> Claimed | None:
    """What a message says by now; None when it would come too late or go nowhere."""
    leg = latest_leg(book.connection, book.hall, row.ticket)
    sealed = book.connection.one(ss.SEALED, hall=book.hall, ticket=row.ticket)
    service = book.connection.one(st.SERVICE, hall=book.hall, service=leg.service)
    hall = book.connection.one(st.HALL, hall=book.hall)
    assert sealed is not None
    assert service is not None
    assert hall is not None
    kind = NoticeKind(row.kind)
    counter = (
        None if leg.counter is None else book.connection.one(st.COUNTER_LABEL, hall=book.hall, counter=leg.counter)
    )
    to_person = kind is not NoticeKind.UNREACHED
    if leg.step != row.step or not _still_wanted(book, row, leg) or (to_person and sealed.phone is None):
        return None
    return Claimed(
        notice=row.notice,
        kind=kind,
        channel=row.channel,
        ticket=row.ticket,
        number=leg.number,
        service=service.name,
        service_en=service.name_en,
        hall_name=hall.name,
        hall_name_en=hall.name_en,
        counter=counter or "",
        ahead=people_ahead(book.connection, book.hall, leg),
        waited_ms=0 if leg.called_at is None else max(0, book.press.at - leg.called_at),
        tries=row.tries + 1,
        phone_sealed=sealed.phone if to_person else None,
    )


def _still_wanted(book: Book, row: ns.NoticeRow, leg: st.LegRow) -> bool:
    """Whether the person still waits, or the same call still stands and was not seen."""
    if row.ahead:
        return leg.state == LegState.WAITING
    same_call = leg.state == LegState.CALLED and row.attempt >= first_attempt(leg)
    return same_call and not any(each.state == CallState.SEEN for each in deliveries(book, leg))


def _settle(book: Book, notice: str, outcome: Outcome) -> None:
    row = book.connection.one(ns.NOTICE, hall=book.hall, notice=notice)
    if row is None or row.state != CallState.QUEUED:
        return  # it took longer than the claim: that it is unknown stands
    match outcome:
        case Taken(receipt=receipt):
            _end(book, row, CallAction.SEND, receipt, "")
        case Failed(fault=fault):
            _end(book, row, CallAction.FAIL, None, fault)
        case Later(due_at=due_at, counts=counts):
            tries = row.tries if counts else row.tries - 1
            book.connection.run(ns.NOTICE_AGAIN, hall=book.hall, notice=notice, to_due_at=due_at, to_tries=tries)
        case _:
            assert_never(outcome)


def _confirm(book: Book, notice: str, fault: str) -> None:
    row = book.connection.one(ns.NOTICE, hall=book.hall, notice=notice)
    if row is None:
        return
    if row.state == CallState.QUEUED:  # its report was faster than the answer to its sending
        _end(book, row, CallAction.SEND, row.receipt, "")
        row = row._replace(state=CallState.SENT)
    _end(book, row, CallAction.FAIL if fault else CallAction.DELIVER, row.receipt, fault)


def _end(book: Book, row: ns.NoticeRow, action: CallAction, receipt: str | None, fault: str) -> None:
    """Bring a message, and the channel of the call it is about, into the states that `action` leads to, if any."""
    was = CallState(row.state)
    state = CALL[was].get(action, was)
    if state is was:
        return
    book.connection.run(
        ns.NOTICE_MOVE,
        hall=book.hall,
        notice=row.notice,
        to_state=state,
        now=book.press.at,
        to_receipt=receipt,
        to_fault=fault,
    )
    if row.kind != NoticeKind.CALLED:
        return
    leg = latest_leg(book.connection, book.hall, row.ticket)
    if leg.step != row.step:
        return
    for delivery in book.connection.all(
        rs.DELIVERIES, hall=book.hall, ticket=row.ticket, at_step=row.step, since_attempt=row.attempt
    ):
        if (delivery.attempt, delivery.channel) == (row.attempt, CallChannel.MESSAGE):
            moved = move_delivery(book, leg, delivery, action)
            if moved is not None:
                book.call_changed(leg, CallChannel.MESSAGE, moved, CallState(delivery.state), fault)
