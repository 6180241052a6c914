"""Routes about one person: who holds a ticket, for those who must know; the phone that is told of one's own ticket."""

from functools import partial
from typing import Any, Final

from litestar import Request, Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from jinghou_queue.api.auth import allows
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.api.tickets import NO_STORE, pressed_by_holder, told_holder
from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.messages import OwnTicket
from jinghou_queue.contract.people import BindPhone, Person, Reveal
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk import sealed, views
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press

_MAY_KNOW: Final = allows(Role.CLERK, Role.MANAGER)


@post(
    "/tickets/{ticket:str}/identity",
    operation_id="revealPerson",
    summary="Who holds a ticket, in clear",
    tags=["people"],
    guards=[_MAY_KNOW],
    responses=described(403, 404, 422),
    status_code=200,
)
async def reveal_person(
    ticket: FromPath[str],
    request: Request[Bearer, Any, Any],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
    data: JSONBody[Reveal | None] = None,
) -> Response[Person]:
    """For the clerk who has the person at the counter, and for managers who say why; each look is in the audit."""
    hall, why = request.user.hall, "" if data is None else data.why
    kept = await office.store.transact(partial(sealed.reveal, press=press, ticket=ticket, why=why), press.hall)
    identity = None if kept.identity is None else office.keys.open(Identity, kept.identity, hall, kept.record)
    person = Person(
        kind=None if identity is None else identity.kind,
        number=None if identity is None else identity.number,
        phone=None if kept.phone is None else office.keys.open(Phone, kept.phone, hall, ticket).number,
    )
    return Response(person, headers=NO_STORE)


@post(
    "/t/{token:str}/phone",
    operation_id="bindPhone",
    summary="The holder names a phone to be told",
    tags=["people"],
    responses=described(404, 409, 429, needs_token=False),
    security=[{}],
    status_code=200,
)
async def bind_phone(
    token: FromPath[str], data: JSONBody[BindPhone], office: NamedDependency[Office]
) -> Response[OwnTicket]:
    """The own phone, or a relative's; it takes the place of one named before, and is shown masked only."""
    await bound_by_holder(token, office, Phone.of(data.phone, relative=data.relative))
    return Response(await told_holder(token, office), headers=NO_STORE)


async def bound_by_holder(token: str, office: Office, phone: Phone) -> None:
    """Let a phone be told of the holder's ticket; the one that is bound already is not counted as a change.

    Raises Refused: TICKET_UNKNOWN, NOT_NOW, TOO_MANY_PHONES.
    """
    view = await office.store.read(partial(views.holder_view, token=token, at=office.now()))
    hall = view.ticket.hall
    if view.phone_sealed is not None and office.keys.open(Phone, view.phone_sealed, hall, view.id) == phone:
        return
    press = Press(hall, f"holder:{view.id}", office.now())
    kept = office.seal(phone, hall, view.id)
    await office.store.transact(partial(sealed.bind_phone, press=press, ticket=view.id, sealed=kept), hall)


@delete(
    "/t/{token:str}/phone",
    operation_id="dropPhone",
    summary="The holder takes the phone back",
    tags=["people"],
    responses=described(404, needs_token=False),
    security=[{}],
    status_code=200,
)
async def drop_phone(token: FromPath[str], office: NamedDependency[Office]) -> Response[OwnTicket]:
    """Forget the phone at once; without one nothing changes."""
    await dropped_by_holder(token, office)
    return Response(await told_holder(token, office), headers=NO_STORE)


async def dropped_by_holder(token: str, office: Office) -> None:
    """Forget the phone of the holder's ticket. Raises Refused TICKET_UNKNOWN."""
    press, ticket = await pressed_by_holder(token, office)
    await office.store.transact(partial(sealed.drop_phone, press=press, ticket=ticket), press.hall)
