"""Routes for bookings: slots, book, confirm, cancel, reschedule, one's own; for checking in and one's own numbers."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.api.tickets import NO_STORE, fresh_ticket, told
from jinghou_queue.contract.bookings import (
    Booking,
    BookingLine,
    BookPlace,
    CheckIn,
    FindBookings,
    FindNumbers,
    OwnNumber,
    Reschedule,
    Showing,
    SlotView,
)
from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.messages import Ticket
from jinghou_queue.desk import arriving, booking_views, bookings, own_numbers
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.rules.people import birth_date

_BOOKING_BYTES: Final = 12
_ARRANGES: Final = allows(Role.TERMINAL, Role.CLERK, Role.USHER, Role.MANAGER)
_SEES_BOOKINGS: Final = allows(Role.CLERK, Role.USHER, Role.MANAGER, Role.AUDITOR)


@get(
    "/halls/{hall:str}/slots",
    operation_id="listSlots",
    summary="The slots that can be booked",
    tags=["bookings"],
    guards=[refuse_other_halls],
    responses=described(403, 404, 422),
)
async def list_slots(
    hall: FromPath[str],
    office: NamedDependency[Office],
    service: Annotated[str, QueryParameter(name="service", description="the service's id")],
    day: Annotated[
        date | None, QueryParameter(name="date", description="such as 2026-03-02; none: every day that can be booked")
    ] = None,
) -> list[SlotView]:
    """Slots that have not begun and have places left, in order."""
    on = None if day is None else day.isoformat()
    work = partial(booking_views.slots_left, hall=hall, service=service, day=on, at=office.now())
    return await office.store.read(work)


@post(
    "/halls/{hall:str}/bookings",
    operation_id="bookPlace",
    summary="Book a place in a slot",
    tags=["bookings"],
    guards=[refuse_other_halls, _ARRANGES],
    responses={
        200: ResponseSpec(Booking, generate_examples=False, description="the person has this place already"),
        **described(403, 409, 422),
    },
    status_code=201,
)
async def book_place(
    hall: FromPath[str], data: JSONBody[BookPlace], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[Booking]:
    """Keep a place for a person: for good, or with `hold` for some minutes until it is confirmed."""
    place = bookings.Place(
        service=data.service,
        starts_at=data.starts_at,
        channel=data.channel,
        identity_hash=office.keys.identity_hash(hall, data.identity),
        masked_name=data.masked_name,
        hold=data.hold,
    )
    work = partial(
        bookings.book_place, press=press, place=place, draw=partial(fresh_booking, office, hall, data.identity)
    )
    booked = await office.store.transact(work, press.hall)
    return Response(_booking(office, hall, booked), status_code=201 if booked.new else 200, headers=NO_STORE)


def fresh_booking(office: Office, hall: str, identity: Identity) -> bookings.Fresh:
    """A name for a booking to be, with its holder's secrets hashed and the identity sealed."""
    booking = office.random(_BOOKING_BYTES).hex()
    return bookings.Fresh(
        booking=booking,
        code_hash=office.keys.code_hash(office.keys.booking_code(hall, booking)),
        token_hash=token_hash(office.keys.booking_token(hall, booking)),
        identity_sealed=office.seal(identity, hall, booking),
    )


def _booking(office: Office, hall: str, booked: bookings.Booked) -> Booking:
    """A booking with its holder's secrets."""
    return Booking(
        id=booked.id,
        hall=hall,
        service=booked.service,
        starts_at=booked.starts_at,
        ends_at=booked.ends_at,
        check_in_from=booked.check_in_from,
        in_time_until=booked.in_time_until,
        state=booked.state,
        code=office.keys.booking_code(hall, booked.id),
        token=office.keys.booking_token(hall, booked.id),
        url=office.booking_url(hall, booked.id),
        held_until=booked.held_until,
        ticket_url=None if booked.ticket is None else office.ticket_url(hall, booked.ticket),
    )


@get(
    "/halls/{hall:str}/bookings",
    operation_id="listBookings",
    summary="Who is booked on a day",
    tags=["bookings"],
    guards=[refuse_other_halls, _SEES_BOOKINGS],
    responses=described(403, 404),
)
async def list_bookings(
    hall: FromPath[str],
    office: NamedDependency[Office],
    day: Annotated[date, QueryParameter(name="date", description="such as 2026-03-02")],
) -> list[BookingLine]:
    """By time, whatever became of each booking; names are masked."""
    work = partial(booking_views.bookings_of_day, hall=hall, day=day.isoformat(), at=office.now())
    return await office.store.read(work)


Change = Callable[..., bookings.Booked]


def _change(
    name: str, operation_id: str, summary: str, description: str, do: Change
) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """A change that needs nothing but the booking: for whoever arranged it by its id, for its holder by the token."""
    shared: dict[str, Any] = {"description": description, "tags": ["bookings"], "status_code": 200}

    @post(
        f"/bookings/{{booking:str}}/{name}",
        operation_id=f"{operation_id}Booking",
        summary=summary,
        guards=[_ARRANGES],
        responses=described(403, 404, 409, 422),
        **shared,
    )
    async def arranged(
        booking: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
    ) -> Response[Booking]:
        changed = await office.store.transact(partial(do, press=press, booking=booking), press.hall)
        return Response(_booking(office, press.hall, changed), headers=NO_STORE)

    @post(
        f"/b/{{token:str}}/{name}",
        operation_id=f"{operation_id}OwnBooking",
        summary=f"{summary}, by its holder",
        responses=described(404, 409, needs_token=False),
        security=[{}],
        **shared,
    )
    async def own(token: FromPath[str], office: NamedDependency[Office]) -> Response[Booking]:
        return await _told_after(token, office, do)

    return arranged, own


async def changed_by_holder(token: str, office: Office, do: Change) -> bookings.Booked:
    """A booking after a change by its holder. Raises Refused BOOKING_UNKNOWN, and what the change refuses."""
    row = await office.store.read(partial(booking_views.booking_of_holder, token=token))
    press = Press(hall_of_token(token), f"holder:{row.booking}", office.now())
    return await office.store.transact(partial(do, press=press, booking=row.booking), press.hall)


async def _told_after(token: str, office: Office, do: Change) -> Response[Booking]:
    changed = await changed_by_holder(token, office, do)
    return Response(_booking(office, hall_of_token(token), changed), headers=NO_STORE)


_CONFIRM: Final = _change(
    "confirm",
    "confirm",
    "Keep a place that was held",
    "The place is the person's from now on.",
    bookings.confirm_booking,
)
_CANCEL: Final = _change(
    "cancel",
    "cancel",
    "Give a place free",
    "Somebody else can book it; not possible once its slot has begun.",
    bookings.cancel_booking,
)


@post(
    "/bookings/{booking:str}/reschedule",
    operation_id="rescheduleBooking",
    summary="Move a booking to another slot",
    tags=["bookings"],
    guards=[_ARRANGES],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def reschedule_booking(
    booking: FromPath[str], data: JSONBody[Reschedule], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[Booking]:
    """The old place is free and the new one taken at once, or nothing changes; code and token stay."""
    work = partial(bookings.reschedule_booking, press=press, booking=booking, starts_at=data.starts_at)
    return Response(_booking(office, press.hall, await office.store.transact(work, press.hall)), headers=NO_STORE)


@post(
    "/b/{token:str}/reschedule",
    operation_id="rescheduleOwnBooking",
    summary="Move a booking to another slot, by its holder",
    tags=["bookings"],
    responses=described(404, 409, 422, needs_token=False),
    security=[{}],
    status_code=200,
)
async def reschedule_own_booking(
    token: FromPath[str], data: JSONBody[Reschedule], office: NamedDependency[Office]
) -> Response[Booking]:
    """The old place is free and the new one taken at once, or nothing changes; code and token stay."""
    return await _told_after(token, office, partial(bookings.reschedule_booking, starts_at=data.starts_at))


@get(
    "/b/{token:str}",
    operation_id="ownBooking",
    summary="The holder's own booking",
    tags=["bookings"],
    responses=described(404, needs_token=False),
    security=[{}],
)
async def own_booking(token: FromPath[str], office: NamedDependency[Office]) -> Response[Booking]:
    """When to come, and what became of it. The token is the proof; no other is needed."""
    view = await office.store.read(partial(booking_views.own_booking, token=token, at=office.now()))
    return Response(_booking(office, hall_of_token(token), view.booked), headers=NO_STORE)


@post(
    "/halls/{hall:str}/check-ins",
    operation_id="checkIn",
    summary="Somebody has arrived",
    tags=["bookings"],
    guards=[refuse_other_halls, _ARRANGES],
    responses={
        200: ResponseSpec(Ticket, generate_examples=False, description="the person's number, given before"),
        **described(403, 404, 409, 422),
    },
    status_code=201,
)
async def check_in(
    hall: FromPath[str], data: JSONBody[CheckIn], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[Ticket]:
    """Give somebody who booked their number, pinned to its slot: 201, or 200 with the number they have already.

    `code` is a booking's ten digits, or what the QR code of a booking or a ticket holds. Of somebody who was passed
    over, the number waits again.
    """
    ticket, ticket_hash = fresh_ticket(office, hall)
    guest = arriving.Guest(
        shown=_shown(office, data),
        channel=data.channel,
        ticket=ticket,
        token_hash=ticket_hash,
        masked_name=data.masked_name,
        born=None if data.identity is None else birth_date(data.identity),
    )
    arrived = await office.store.transact(partial(arriving.check_in, press=press, guest=guest), press.hall)
    return told(office, hall, arrived.taken, arrived.booked_for)


@post(
    "/halls/{hall:str}/own-numbers",
    operation_id="findNumbers",
    summary="Which numbers somebody holds",
    tags=["bookings"],
    guards=[refuse_other_halls, _ARRANGES],
    responses=described(403, 404, 409),
    status_code=200,
)
async def find_numbers(
    hall: FromPath[str], data: JSONBody[FindNumbers], office: NamedDependency[Office]
) -> Response[list[OwnNumber]]:
    """How each stands, without changing anything: who was passed over waits again only by a check-in.

    `code` is as for a check-in. Whoever is called comes first, then whoever was passed over, then by place.
    """
    work = partial(own_numbers.own_numbers, hall=hall, shown=_shown(office, data), at=office.now())
    found = await office.store.read(work)
    told = [msgspec.structs.replace(number, own=office.outlooks.told(number.own)) for number in found]
    return Response(told, headers=NO_STORE)


@post(
    "/halls/{hall:str}/own-bookings",
    operation_id="findBookings",
    summary="What somebody has booked",
    tags=["bookings"],
    guards=[refuse_other_halls, _ARRANGES],
    responses=described(403, 404, 409),
    status_code=200,
)
async def find_bookings(
    hall: FromPath[str], data: JSONBody[FindBookings], office: NamedDependency[Office]
) -> Response[list[Booking]]:
    """The bookings that somebody can still come to, the next first, without changing anything."""
    work = partial(booking_views.own_bookings, hall=hall, shown=_shown(office, data), at=office.now())
    found = await office.store.read(work)
    return Response([_booking(office, hall, booked) for booked in found], headers=NO_STORE)


def _shown(office: Office, data: Showing) -> arriving.Shown:
    """What was shown, hashed."""
    if data.identity is not None:
        identity = data.identity
        return arriving.Shown(identity_in=lambda hall: office.keys.identity_hash(hall, identity))
    return shown_code(office, data.code or "")


def shown_code(office: Office, text: str) -> arriving.Shown:
    """What was typed or scanned, hashed. Of an address only the end counts: that is the token."""
    code = text.strip().rpartition("/")[2]
    if "." in code:
        return arriving.Shown(token_hash=token_hash(code))
    return arriving.Shown(code_hash=office.keys.code_hash("".join(filter(str.isdecimal, code))))


ROUTES: Final = (
    list_slots,
    book_place,
    list_bookings,
    _CONFIRM[0],
    _CANCEL[0],
    reschedule_booking,
    check_in,
    find_numbers,
    find_bookings,
)
HOLDERS_ROUTES: Final = (own_booking, _CONFIRM[1], _CANCEL[1], reschedule_own_booking)
