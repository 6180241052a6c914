"""Whether the records of a hall are as they were written: the chains of the feed and of the audit, link by link."""

from dataclasses import dataclass, replace
from typing import Final

import msgspec

from jinghou_queue.desk.book import without_name
from jinghou_queue.rules.chain import START, link
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st

PAGE: Final = 5000


class Broken(Exception):
    """A record is not as it was written, or one is missing. Names the first that does not fit."""


@dataclass(frozen=True)
class Checked:
    """How far the records of a hall were found unbroken: the last of each kind, its link, and how many there are.

    `unlinked` counts events from before there were links; nothing is known of them.
    """

    events: int = 0
    lines: int = 0
    unlinked: int = 0
    feed: str = START
    audit: str = START
    complete: bool = False


def check_page(connection: Connection, hall: str, checked: Checked) -> Checked:
    """Check the next records after those of `checked`. Raises Broken."""
    row = connection.one(st.HALL_LOCKED, hall=hall)  # nothing is added while we look: the end is the end
    events = connection.all(rs.RECORDS, hall=hall, after=checked.events, most=PAGE)
    for event in events:
        checked = _with_event(checked, event)
    lines = connection.all(rs.AUDIT_AFTER, hall=hall, after=checked.lines, most=PAGE)
    for line in lines:
        if line.seq != checked.lines + 1 or line.chain != link(checked.audit, *line[:-1]):
            raise Broken(f"audit line {checked.lines + 1} is missing or not as it was written")
        checked = replace(checked, lines=line.seq, audit=line.chain)
    if len(events) == PAGE or len(lines) == PAGE:
        return checked
    if row is None or (row.seq, row.chain) != (checked.events, checked.feed):
        raise Broken(f"the hall's last event is not event {checked.events}: events at the end are missing")
    if (row.audit_seq, row.audit_chain) != (checked.lines, checked.audit):
        raise Broken(f"the audit's last line is not line {checked.lines}: lines at the end are missing")
    return replace(checked, complete=True)


def _with_event(checked: Checked, event: rs.RecordRow) -> Checked:
    if event.seq != checked.events + 1:
        raise Broken(f"event {checked.events + 1} is missing")
    if not event.chain and checked.unlinked == checked.events:  # only before the first link
        return replace(checked, events=event.seq, unlinked=event.seq)
    if event.chain != link(checked.feed, *event[:-2], _nameless(event)):
        raise Broken(f"event {event.seq} is not as it was written")
    return replace(checked, events=event.seq, feed=event.chain)


def _nameless(event: rs.RecordRow) -> str:
    try:
        return without_name(event.body)
    except msgspec.MsgspecError:
        raise Broken(f"event {event.seq} is not as it was written") from None
