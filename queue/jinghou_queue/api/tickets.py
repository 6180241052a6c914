"""Routes for numbers: take, printed, cancel, and the holder's own ticket."""

from functools import partial
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.halls import EVENT_STREAM, STREAMED
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.contract.messages import (
    Channel,
    Grant,
    Lane,
    OwnTicket,
    TakeNumber,
    Ticket,
    TicketPrinted,
    TicketStatus,
)
from jinghou_queue.contract.offline import NumberGiven
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk import numbers, tickets, views
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.rules.people import birth_date

TICKET_BYTES: Final = 12
_GIVES_NUMBERS: Final = allows(Role.TERMINAL, Role.USHER, Role.MANAGER)
_HELPS_PEOPLE: Final = allows(Role.CLERK, Role.USHER, Role.MANAGER)
_CHOOSES_LANES: Final = (Role.USHER, Role.MANAGER)
NO_STORE: Final = {"Cache-Control": "no-store"}


@post(
    "/halls/{hall:str}/tickets",
    operation_id="takeNumber",
    summary="Take a number",
    tags=["tickets"],
    guards=[refuse_other_halls, _GIVES_NUMBERS],
    responses={
        200: ResponseSpec(Ticket, generate_examples=False, description="the person has this number already today"),
        **described(403, 409, 422, 429),
    },
    status_code=201,
)
async def take_number(
    hall: FromPath[str],
    request: Request[Bearer, Any, Any],
    data: JSONBody[TakeNumber],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
) -> Response[Ticket]:
    """Give a person the next number of a service: 201, or 200 with the same number if the identity has one today."""
    if data.lane is not None and request.user.role not in _CHOOSES_LANES:
        raise PermissionDeniedException("only ushers and managers choose a lane")
    wish = wish_for(office, hall, data)
    return told(
        office, hall, await office.store.transact(partial(tickets.take_number, press=press, wish=wish), press.hall)
    )


def wish_for(office: Office, hall: str, asked: TakeNumber, *, proven: bool = True) -> numbers.Wish:
    """What is asked for, with a new ticket's secrets; who is `proven` by a document may be placed by age."""
    lane = Lane.WALK_IN if asked.lane is None else asked.lane
    ticket, ticket_hash = fresh_ticket(office, hall)
    wish = wish_of(office, hall, asked, (ticket, ticket_hash), asked.channel, lane, proven=proven)
    if asked.phone is None:
        return wish
    return msgspec.structs.replace(wish, phone_sealed=office.seal(Phone.of(asked.phone), hall, ticket))


def fresh_ticket(office: Office, hall: str) -> tuple[str, str]:
    """A random id for a ticket to be, and the hash of the token that belongs to it."""
    return with_hash(office, hall, office.random(TICKET_BYTES).hex())


def with_hash(office: Office, hall: str, ticket: str) -> tuple[str, str]:
    """The id of a ticket, and the hash of the token that belongs to it."""
    return ticket, token_hash(office.keys.holder_token(hall, ticket))


def told(office: Office, hall: str, taken: numbers.Taken, booked_for: int | None = None) -> Response[Ticket]:
    """A number with its holder's secret: 201 when it is new."""
    ticket = Ticket(
        id=taken.id,
        number=taken.number,
        service=taken.service,
        state=taken.state,
        ahead=taken.ahead,
        taken_at=taken.taken_at,
        token=office.keys.holder_token(hall, taken.id),
        url=office.ticket_url(hall, taken.id),
        lane=taken.lane,
        booked_for=booked_for,
        estimate=office.outlooks.estimate(hall, taken.service, taken.ahead, taken.lane),
    )
    return Response(ticket, status_code=201 if taken.new else 200, headers=NO_STORE)


def wish_of(
    office: Office,
    hall: str,
    asked: TakeNumber | NumberGiven,
    ticket: tuple[str, str],
    channel: Channel,
    lane: Lane,
    *,
    proven: bool = True,
) -> numbers.Wish:
    """What the desk may know of somebody who asks for a number, or was given one; `ticket` comes with its hash."""
    identity = asked.identity
    return numbers.Wish(
        service=asked.service,
        channel=channel,
        lane=lane,
        ticket=ticket[0],
        token_hash=ticket[1],
        identity_hash=None if identity is None else office.keys.identity_hash(hall, identity),
        identity_sealed=None if identity is None else office.seal(identity, hall, ticket[0]),
        masked_name=asked.masked_name,
        proven=proven,
        born=birth_date(identity) if proven and identity is not None else None,
        then=asked.then,
    )


@get(
    "/t/{token:str}/events",
    operation_id="followTicket",
    summary="The holder's own ticket, as it changes",
    tags=["tickets"],
    responses={
        200: ResponseSpec(
            str, generate_examples=False, description="each time the ticket as it is now", media_type=EVENT_STREAM
        ),
        **described(404, needs_token=False),
    },
    security=[{}],
)
async def follow_ticket(token: FromPath[str], office: NamedDependency[Office]) -> Stream:
    """Server-sent events named `ticket`: the whole ticket at once, and again whenever something in it changes."""
    events = await office.phones.open(office.store, token, office.now)
    return Stream(events, media_type=EVENT_STREAM, headers=STREAMED)


@post(
    "/t/{token:str}/seen",
    operation_id="callSeen",
    summary="The holder has seen the call",
    tags=["tickets"],
    responses=described(404, 409, needs_token=False),
    security=[{}],
    status_code=200,
)
async def call_seen(token: FromPath[str], office: NamedDependency[Office]) -> OwnTicket:
    """Tell the clerk that the person is on the way; pressing again changes nothing."""
    await seen_by_holder(token, office)
    return await told_holder(token, office)


async def seen_by_holder(token: str, office: Office) -> None:
    """The holder has seen the call. Raises Refused: TICKET_UNKNOWN, NOT_NOW."""
    press, ticket = await pressed_by_holder(token, office)
    await office.store.transact(partial(tickets.call_seen, press=press, ticket=ticket), press.hall)


@post(
    "/t/{token:str}/cancel",
    operation_id="cancelOwnTicket",
    summary="The holder gives the number back",
    tags=["tickets"],
    responses=described(404, 409, needs_token=False),
    security=[{}],
    status_code=200,
)
async def cancel_own_ticket(token: FromPath[str], office: NamedDependency[Office]) -> TicketStatus:
    """Leave the queue; not possible once called."""
    return await cancelled_by_holder(token, office)


async def cancelled_by_holder(token: str, office: Office) -> TicketStatus:
    """The holder leaves the queue. Raises Refused: TICKET_UNKNOWN, NOT_NOW."""
    press, ticket = await pressed_by_holder(token, office)
    return await office.store.transact(partial(tickets.cancel_ticket, press=press, ticket=ticket), press.hall)


async def pressed_by_holder(token: str, office: Office) -> tuple[Press, str]:
    """A press of the holder's, and the ticket's id. Raises Refused TICKET_UNKNOWN."""
    ticket = (await office.store.read(partial(views.ticket_of_holder, token=token))).ticket
    return Press(hall_of_token(token), f"holder:{ticket}", office.now()), ticket


async def told_holder(token: str, office: Office) -> OwnTicket:
    """What the holder of a token is told. Raises Refused TICKET_UNKNOWN."""
    return office.phones.told(await office.store.read(partial(views.holder_view, token=token, at=office.now())))


@post(
    "/tickets/{ticket:str}/printed",
    operation_id="ticketPrinted",
    summary="The person has the number",
    tags=["tickets"],
    guards=[_GIVES_NUMBERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def ticket_printed(
    ticket: FromPath[str], data: JSONBody[TicketPrinted], press: NamedDependency[Press], office: NamedDependency[Office]
) -> TicketStatus:
    """Report how the number reached the person, on paper or on a screen; the ticket becomes active."""
    return await office.store.transact(
        partial(tickets.ticket_printed, press=press, ticket=ticket, outcome=data.outcome), press.hall
    )


@post(
    "/tickets/{ticket:str}/cancel",
    operation_id="cancelTicket",
    summary="Give a number back",
    tags=["tickets"],
    guards=[_GIVES_NUMBERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def cancel_ticket(
    ticket: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> TicketStatus:
    """Take a waiting person out of the queue; not possible once they were called."""
    return await office.store.transact(partial(tickets.cancel_ticket, press=press, ticket=ticket), press.hall)


@post(
    "/tickets/{ticket:str}/return",
    operation_id="returnTicket",
    summary="Somebody who was passed over is back",
    tags=["tickets"],
    guards=[_HELPS_PEOPLE],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def return_ticket(
    ticket: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> TicketStatus:
    """Let the person wait again, where the hall's plan places those who come back."""
    return await office.store.transact(partial(tickets.return_missed, press=press, ticket=ticket), press.hall)


@post(
    "/tickets/{ticket:str}/priority",
    operation_id="grantPriority",
    summary="Let a waiting person go first",
    tags=["tickets"],
    guards=[allows(Role.USHER, Role.MANAGER)],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def grant_priority(
    ticket: FromPath[str], data: JSONBody[Grant], press: NamedDependency[Press], office: NamedDependency[Office]
) -> TicketStatus:
    """Put the person into the lane of statutory priority; who did it and why is recorded."""
    return await office.store.transact(
        partial(tickets.grant_priority, press=press, ticket=ticket, why=data.why), press.hall
    )


@get(
    "/t/{token:str}",
    operation_id="ownTicket",
    summary="The holder's own ticket",
    tags=["tickets"],
    responses=described(404, needs_token=False),
    security=[{}],
)
async def own_ticket(token: FromPath[str], office: NamedDependency[Office]) -> Response[OwnTicket]:
    """What the holder of a number may see of the own visit. The token is the proof; no other is needed."""
    return Response(await told_holder(token, office), headers=NO_STORE)
