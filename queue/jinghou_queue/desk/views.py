"""What people see: the hall for every screen, and one's own ticket for its holder. Nothing here writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jinghou_config.hall import HallPlan
from jinghou_queue.contract.messages import (
    Audience,
    CallChannel,
    CallState,
    CallView,
    CounterDesk,
    CounterState,
    CounterView,
    HallSummary,
    HallView,
    HelpState,
    HelpView,
    LegState,
    OwnTicket,
    ServiceView,
    TicketState,
)
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.queueing import latest_leg, leg_view, people_ahead
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.rules.days import day_of_press
from jinghou_queue.rules.states import LEG, TICKET, LegAction, TicketAction
from jinghou_queue.store import Connection, Value
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import sealed_statements as ss
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts


def hall_row(connection: Connection, hall: str) -> st.HallRow:
    row = connection.one(st.HALL, hall=hall)
    if row is None:
        raise Refused(Refusal.HALL_UNKNOWN, f"there is no hall {hall}")
    return row


def hall_summary(connection: Connection, hall: str) -> HallSummary:
    """A hall's names and zone. Raises Refused HALL_UNKNOWN."""
    row = hall_row(connection, hall)
    return HallSummary(id=hall, name=row.name, name_en=row.name_en, timezone=row.timezone)


def hall_view(connection: Connection, hall: str, at: int) -> HallView:
    """The hall on the business day of `at`, a Unix time in milliseconds. Raises Refused HALL_UNKNOWN."""
    row = hall_row(connection, hall)
    plan = plan_of(connection, hall, row)
    counters = connection.all(st.COUNTERS, hall=hall)
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    return HallView(
        id=hall,
        name=row.name,
        name_en=row.name_en,
        timezone=row.timezone,
        day=day,
        seq=row.seq,
        epoch=row.epoch,
        services=_services(connection, hall, day, plan),
        counters=_counters(connection, hall, counters),
        calls=_calls(connection, hall, day, counters),
        help=_helps(connection, hall) if day == row.day else (),
        phone_numbers=plan.people.phone_numbers,
    )


def _services(connection: Connection, hall: str, day: str, plan: HallPlan) -> tuple[ServiceView, ...]:
    waiting = dict(connection.all(st.TALLY_BY_SERVICE, hall=hall, day=day))
    planned = {service.id: service for service in plan.services}
    return tuple(
        ServiceView(
            id=row.service,
            prefix=row.prefix,
            name=row.name,
            name_en=row.name_en,
            zone=row.zone,
            identity=row.identity,
            waiting=waiting.get(row.service, 0),
            bookable=planned[row.service].slots is not None,
            audience=Audience(planned[row.service].audience),
            theme=planned[row.service].theme,
            theme_en=planned[row.service].theme_en,
            words=planned[row.service].words,
        )
        for row in connection.all(st.SERVICES, hall=hall)
    )


def services_served(connection: Connection, hall: str) -> Mapping[str, Sequence[str]]:
    """The services that each counter serves now, by the counter's id."""
    serves = defaultdict[str, list[str]](list)
    for able_to in connection.all(st.ALL_COUNTER_SERVICES, hall=hall):
        if able_to.serves:
            serves[able_to.counter].append(able_to.service)
    return serves


def _counters(connection: Connection, hall: str, rows: list[st.CounterRow]) -> tuple[CounterView, ...]:
    serves = services_served(connection, hall)
    return tuple(
        CounterView(id=row.counter, label=row.label, state=CounterState(row.state), services=tuple(serves[row.counter]))
        for row in rows
    )


def _calls(connection: Connection, hall: str, day: str, rows: list[st.CounterRow]) -> tuple[CallView, ...]:
    labels = {row.counter: row.label for row in rows}
    return tuple(
        CallView(
            number=leg.number,
            service=leg.service,
            counter=labels[leg.counter],
            at=leg.shown_at,
            state=LegState(leg.state),
            masked_name=leg.masked_name,
        )
        for leg in connection.all(st.LEGS_AT_COUNTERS, hall=hall)
        if leg.day == day and leg.counter in labels and leg.shown_at is not None
    )


def _helps(connection: Connection, hall: str) -> tuple[HelpView, ...]:
    return tuple(
        HelpView(terminal=row.terminal, state=HelpState(row.state)) for row in connection.all(ts.HELPS, hall=hall)
    )


def counter_desk(connection: Connection, hall: str, counter: str, at: int) -> CounterDesk:
    """What the clerk of a counter needs after a reload. Raises Refused: HALL_UNKNOWN, COUNTER_UNKNOWN."""
    row = hall_row(connection, hall)
    counters = connection.all(st.COUNTERS, hall=hall)
    view = next((each for each in _counters(connection, hall, counters) if each.id == counter), None)
    if view is None:
        raise Refused(Refusal.COUNTER_UNKNOWN, "this hall has no counter of that id")
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    held = connection.one(st.LEG_AT_COUNTER, hall=hall, counter=counter)
    waiting = dict(connection.all(st.TALLY_BY_SERVICE, hall=hall, day=day))
    return CounterDesk(
        counter=view,
        leg=None if held is None else leg_view(held, LegState(held.state)),
        aside=tuple(
            leg_view(leg, LegState(leg.state))
            for leg in connection.all(st.LEGS_ASIDE, hall=hall, day=day)
            if leg.counter == counter
        ),
        waiting=sum(waiting.get(service, 0) for service in view.services),
        why=next(each.why for each in counters if each.counter == counter),
    )


def plan_in_force(connection: Connection, hall: str) -> tuple[int, HallPlan]:
    """The plan of a hall, with its version. Raises Refused HALL_UNKNOWN."""
    row = hall_row(connection, hall)
    return row.plan_version, plan_of(connection, hall, row)


@dataclass(frozen=True)
class HolderView:
    """A holder's own ticket as of event `seq` of the hall, with the names a page needs beside it.

    `phone_sealed` is sealed for the ticket `id`.
    """

    id: str
    ticket: OwnTicket
    seq: int
    phone_sealed: str | None
    hall_name: str
    hall_name_en: str
    service_name: str
    service_name_en: str
    zone: str


def ticket_of_holder(connection: Connection, token: str) -> st.TicketRow:
    """A holder's ticket. Raises Refused TICKET_UNKNOWN: no such hall, or the token is nobody's."""
    ticket = connection.one(st.TICKET_BY_TOKEN, hall=hall_of_token(token), token_hash=token_hash(token))
    if ticket is None:
        raise Refused(Refusal.TICKET_UNKNOWN, "no ticket belongs to this address")
    return ticket


def holder_view(connection: Connection, token: str, at: int) -> HolderView:
    """What the holder of a token may see. Raises Refused TICKET_UNKNOWN."""
    hall = hall_of_token(token)
    ticket = ticket_of_holder(connection, token)
    row = hall_row(connection, hall)
    own = own_ticket(connection, hall, row, ticket, at)
    service = connection.one(st.SERVICE, hall=hall, service=own.service)
    assert service is not None
    sealed = connection.one(ss.SEALED, hall=hall, ticket=ticket.ticket)
    assert sealed is not None
    return HolderView(
        id=ticket.ticket,
        phone_sealed=sealed.phone,
        ticket=own,
        seq=row.seq,
        hall_name=row.name,
        hall_name_en=row.name_en,
        service_name=service.name,
        service_name_en=service.name_en,
        zone=service.zone,
    )


def own_ticket(connection: Connection, hall: str, row: st.HallRow, ticket: st.TicketRow, at: int) -> OwnTicket:
    """A ticket as its holder may see it at `at`, a Unix time in milliseconds, without estimate and phone."""
    leg = latest_leg(connection, hall, ticket.ticket)
    label = None if leg.counter is None else connection.one(st.COUNTER_LABEL, hall=hall, counter=leg.counter)
    state, leg_state = TicketState(ticket.state), LegState(leg.state)
    if ticket.day != day_of_press(at, ZoneInfo(row.timezone), row.day):  # the first press of today writes it down
        state = TICKET[state].get(TicketAction.DAY_END, state)
        leg_state = LEG[leg_state].get(LegAction.DAY_END, leg_state)
    return OwnTicket(
        hall=hall,
        number=ticket.number,
        service=leg.service,
        state=state,
        leg=leg_state,
        ahead=people_ahead(connection, hall, leg) if leg_state is LegState.WAITING else 0,
        counter=label,
        calls=leg.calls if leg_state is LegState.CALLED else 0,
        seen=leg_state is LegState.CALLED and _seen(connection, hall, leg),
    )


def _seen(connection: Connection, hall: str, leg: st.LegRow) -> bool:
    """Whether the holder has said on the phone that the latest call was seen."""
    key: dict[str, Value] = {"hall": hall, "ticket": leg.ticket, "at_step": leg.step}
    calls = connection.all(rs.DELIVERIES, **key, since_attempt=leg.calls)
    return any((call.channel, call.state) == (CallChannel.PHONE, CallState.SEEN) for call in calls)


def holder_views(connection: Connection, tokens: Sequence[str], at: int) -> list[HolderView | Refused]:
    """The same of many holders, in their order; for a token that is nobody's, the refusal."""
    views: list[HolderView | Refused] = []
    for token in tokens:
        try:
            views.append(holder_view(connection, token, at))
        except Refused as refused:  # of this holder alone
            views.append(refused)
    return views


def clerks(connection: Connection, hall: str) -> Mapping[str, str]:
    """Who works at the counters now, as `Press.actor` names people, by the counter's id."""
    return {row.counter: row.clerk for row in connection.all(st.COUNTERS, hall=hall) if row.clerk is not None}
