"""Forgetting who came: names and identities go after the days that the hall's plan keeps them, figures stay.

The links of the feed never covered the names (see `book.nameless`), so they hold afterwards.
"""

from typing import Final

from jinghou_queue.desk.book import Book, without_name
from jinghou_queue.rules.days import days_before, start_of_day
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import record_statements as rs

PAGE: Final = 2000
"""Events looked at in one press: a hall at work must not wait for the past."""


def erase_due(book: Book) -> None:
    """Erase who came on the earliest day that is due, and a page of the feed; the rest is for the next presses."""
    before = days_before(book.day, book.plan.people.keep_days)
    erased = book.connection.one(rs.ERASED, hall=book.hall)
    assert erased is not None
    book.connection.run(bs.BOOKINGS_ERASE, hall=book.hall, after=erased.day, before=before)
    reached = rs.ErasedRow(_erase_tickets(book, erased.day, before), _erase_feed(book, erased.seq, before))
    if reached != erased:
        book.connection.run(rs.ERASED_MOVE, hall=book.hall, to_day=reached.day, to_seq=reached.seq)


def _erase_tickets(book: Book, after: str, before: str) -> str:
    day = book.connection.one(rs.DAY_TO_ERASE, hall=book.hall, after=after, before=before)
    if day is None:
        return after
    tickets = book.connection.run(rs.TICKETS_ERASE, hall=book.hall, day=day)
    book.audit("erase", day, f"{tickets} tickets")
    return day


def _erase_feed(book: Book, after: int, before: str) -> int:
    due = start_of_day(before, book.zone)
    first = book.connection.one(rs.FEED_AT, hall=book.hall, seq=after + 1)
    if first is None or first >= due:  # most presses end here: nothing is fetched in vain
        return after
    for event in book.connection.all(rs.RECORDS, hall=book.hall, after=after, most=PAGE):
        if event.at >= due:
            break
        body = without_name(event.body)
        if body != event.body:
            book.connection.run(rs.FEED_REWRITE, hall=book.hall, at_seq=event.seq, to_body=body)
        after = event.seq
    return after
