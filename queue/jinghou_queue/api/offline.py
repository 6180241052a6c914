"""Routes for what a terminal does while it cannot reach the server: numbers set aside, and what it tells afterwards."""

from functools import partial
from typing import Any, Final, assert_never

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from jinghou_queue.api.bookings import shown_code
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import INVALID, body_of, described
from jinghou_queue.api.terminals import IS_TERMINAL
from jinghou_queue.api.tickets import NO_STORE, TICKET_BYTES, wish_of, with_hash
from jinghou_queue.contract.messages import Channel, Lane
from jinghou_queue.contract.offline import (
    AskNumbers,
    HolderBack,
    ItemAnswer,
    ItemStatus,
    Lease,
    LeasedNumber,
    NumberCancelled,
    NumberGiven,
    NumberPrinted,
    Outbox,
    OutboxAnswer,
    OutboxItem,
)
from jinghou_queue.desk import leases, outbox
from jinghou_queue.desk.access import Bearer
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refused
from jinghou_queue.keys import token_hash

_MOST_BODY: Final = 256 * 1024  # a whole outbox, each item with all it may have
_JSON: Final = msgspec.json.Encoder(order="deterministic")


@post(
    "/terminals/me/leases",
    operation_id="leaseNumbers",
    summary="Set numbers aside for this terminal",
    tags=["terminals"],
    guards=[IS_TERMINAL],
    responses=described(403, 404, 422),
    status_code=200,
)
async def lease_numbers(
    data: JSONBody[AskNumbers], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[Lease]:
    """All unused ones of today, filled up to `count`: asking again gives the same. Tell the outbox first."""
    fresh = tuple(office.random(TICKET_BYTES).hex() for _ in range(data.count))
    work = partial(leases.lease_numbers, press=press, service=data.service, tickets=fresh)
    leased = await office.store.transact(work, press.hall)
    numbers = tuple(
        LeasedNumber(
            number=place.number,
            ticket=place.ticket,
            token=office.keys.holder_token(press.hall, place.ticket),
            url=office.ticket_url(press.hall, place.ticket),
        )
        for place in leased.places
    )
    lease = Lease(day=leased.day, service=leased.service, epoch=leased.epoch, numbers=numbers)
    return Response(lease, headers=NO_STORE)


@post(
    "/terminals/me/outbox",
    operation_id="takeOutbox",
    summary="What this terminal did while it was alone",
    tags=["terminals"],
    guards=[IS_TERMINAL],
    request_max_body_size=_MOST_BODY,
    responses=described(403),
    status_code=200,
)
async def take_outbox(
    request: Request[Bearer, Any, Any], data: JSONBody[Outbox], office: NamedDependency[Office]
) -> OutboxAnswer:
    """Each item once, in order, at its true time. On 503 send all again: what was done is answered as such."""
    answers = [await _take_in(office, request.user, item) for item in data.items]
    return OutboxAnswer(now=office.now(), items=tuple(answers))


async def _take_in(office: Office, bearer: Bearer, sent: dict[str, Any]) -> ItemAnswer:
    """One item; each in a commit of its own, so that calls are not held up by a long outbox."""
    try:
        item = msgspec.convert(sent, OutboxItem)
    except msgspec.ValidationError:  # its text could quote what was sent
        key = sent.get("key")
        problem = body_of(INVALID, "this item is not of a form that the server knows")
        return ItemAnswer(key=key if isinstance(key, str) else "", status=ItemStatus.REFUSED, problem=problem)
    press = Press(
        bearer.hall,
        bearer.actor,
        office.now(),
        key=f"outbox:{bearer.token}:{item.key}",
        fingerprint=office.keys.fingerprint(bearer.actor, _JSON.encode(item).decode()),
    )
    work = partial(outbox.hear, press=press, at=item.at, tell=_what_it_tells(office, bearer.hall, item))
    try:
        heard, again = await office.store.transact(work, press.hall)
    except Refused as refused:
        problem = body_of(refused.refusal.value, refused.detail)
        return ItemAnswer(key=item.key, status=ItemStatus.REFUSED, problem=problem)
    status = ItemStatus.AGAIN if again else ItemStatus.DONE
    return ItemAnswer(key=item.key, status=status, at=heard.at, ticket=heard.ticket)


def _what_it_tells(office: Office, hall: str, item: OutboxItem) -> outbox.Tell:
    match item:
        case NumberGiven():
            wish = wish_of(office, hall, item, with_hash(office, hall, item.ticket), Channel.KIOSK, Lane.WALK_IN)
            shown = None if item.code is None else shown_code(office, item.code)
            return partial(outbox.number_given, wish=wish, shown=shown, instead_of=item.instead_of)
        case NumberPrinted():
            return partial(outbox.number_printed, ticket=item.ticket, outcome=item.outcome)
        case NumberCancelled():
            return partial(outbox.number_cancelled, ticket=item.ticket)
        case HolderBack():
            return partial(outbox.holder_back, token_hash=token_hash(item.token))
        case _:
            assert_never(item)


ROUTES: Final = (lease_numbers, take_outbox)
