"""What holds in a hall whatever was pressed, read from its database: for machines that press at random."""

from collections import Counter as Tally

from queue_house import HALL, rows

from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs

CAPACITY = {"property": 2, "tax": 1}


def a_counter_has_at_most_one_person_and_a_person_one_counter(connection: Connection) -> None:
    held = rows(connection, "SELECT counter, ticket FROM leg WHERE state IN ('called', 'serving')")
    assert len({row[0] for row in held}) == len({row[1] for row in held}) == len(held)


def who_waits_is_counted_and_has_left_no_counter(connection: Connection) -> None:
    today = "day = (SELECT day FROM hall)"
    waiting = rows(connection, f"SELECT service, lane FROM leg WHERE state = 'waiting' AND {today}")
    counted = rows(connection, f"SELECT service, lane, waiting FROM tally WHERE waiting <> 0 AND {today}")
    assert Tally(waiting) == {row[:2]: row[2] for row in counted}
    assert rows(connection, "SELECT 1 FROM leg WHERE state = 'waiting' AND counter IS NOT NULL") == []


def a_ticket_has_one_open_leg_at_most_and_a_number_of_its_own(connection: Connection) -> None:
    open_states = "('waiting', 'called', 'serving', 'parked', 'missed')"
    open_legs = rows(connection, f"SELECT ticket FROM leg WHERE state IN {open_states}")
    assert len(set(open_legs)) == len(open_legs)
    numbers = rows(connection, "SELECT day, number FROM ticket")
    assert len(set(numbers)) == len(numbers)


def who_booked_has_a_number_only_after_arriving(connection: Connection) -> None:
    booked = rows(
        connection, "SELECT booking.state, booking.ticket, ticket.number FROM booking LEFT JOIN ticket USING (ticket)"
    )
    assert all(
        (state == "checked_in") == (ticket is not None) == (number is not None) for state, ticket, number in booked
    )
    tickets = [ticket for _, ticket, _ in booked if ticket is not None]
    assert len(set(tickets)) == len(tickets)


def no_slot_is_oversold(connection: Connection, at: int) -> None:
    over = f"state IN ('cancelled', 'expired') OR state = 'held' AND held_until <= {at}"
    kept = Tally(rows(connection, f"SELECT service, starts_at FROM booking WHERE NOT ({over})"))
    assert [slot for slot, people in kept.items() if people > CAPACITY[slot[0]]] == []


def the_feed_has_no_gap(connection: Connection) -> None:
    events = connection.all(rs.FEED_AFTER, hall=HALL, after=0, most=1_000_000)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
