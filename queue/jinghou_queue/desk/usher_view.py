"""What the page of an usher shows: who asks for staff, who is away from the queue, and one number that was looked up.

Nothing here writes.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jinghou_queue.contract.helping import HelpLine
from jinghou_queue.contract.messages import LegState, LegView, TicketState
from jinghou_queue.desk.helping import help_asked
from jinghou_queue.desk.queueing import latest_leg, leg_view, people_ahead
from jinghou_queue.desk.views import hall_row
from jinghou_queue.rules.days import day_of_press
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st


@dataclass(frozen=True)
class Aside:
    """Somebody who was passed over or set aside at the counter with that label."""

    leg: LegView
    counter: str


@dataclass(frozen=True)
class FoundNumber:
    """A number of today. `since` is when its present leg entered the queue, a Unix time in milliseconds.

    `counter` is the label of the counter concerned, once there is one.
    """

    state: TicketState
    leg: LegView
    ahead: int
    since: int
    counter: str | None


@dataclass(frozen=True)
class UsherView:
    """All of it, as of event `seq`. `found` is None when nothing was looked up, or nobody has that number today."""

    hall_name: str
    hall_name_en: str
    zone: ZoneInfo
    seq: int
    epoch: str
    helps: tuple[HelpLine, ...]
    aside: tuple[Aside, ...]
    services: tuple[st.ServiceRow, ...]
    found: FoundNumber | None


def usher_view(connection: Connection, hall: str, at: int, number: str = "") -> UsherView:
    """The hall for an usher at `at`, a Unix time in ms, with `number` looked up. Raises Refused HALL_UNKNOWN."""
    row = hall_row(connection, hall)
    zone = ZoneInfo(row.timezone)
    day = day_of_press(at, zone, row.day)
    labels = {each.counter: each.label for each in connection.all(st.COUNTERS, hall=hall)}
    return UsherView(
        hall_name=row.name,
        hall_name_en=row.name_en,
        zone=zone,
        seq=row.seq,
        epoch=row.epoch,
        helps=tuple(help_asked(connection, hall)) if day == row.day else (),
        aside=tuple(
            Aside(leg_view(leg, LegState(leg.state)), labels.get(leg.counter or "", ""))
            for leg in connection.all(st.LEGS_ASIDE, hall=hall, day=day)
        ),
        services=tuple(connection.all(st.SERVICES, hall=hall)),
        found=_found(connection, hall, day, number) if number else None,
    )


def _found(connection: Connection, hall: str, day: str, number: str) -> FoundNumber | None:
    ticket = connection.one(st.TICKET_BY_NUMBER, hall=hall, day=day, number=number)
    if ticket is None:
        return None
    leg = latest_leg(connection, hall, ticket.ticket)
    label = None if leg.counter is None else connection.one(st.COUNTER_LABEL, hall=hall, counter=leg.counter)
    return FoundNumber(
        state=TicketState(ticket.state),
        leg=leg_view(leg, LegState(leg.state)),
        ahead=people_ahead(connection, hall, leg),
        since=leg.entered_at,
        counter=label,
    )
