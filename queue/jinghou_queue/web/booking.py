"""Booking at /h/{hall}/book, for anybody: a service, a day, a time, a document; then the place is held to be checked.

The document is sent in a form's body, is in no address, and nothing of it is shown again. The page of the place that is
held is the booking's own.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter
from litestar.response import Redirect

from jinghou_queue.api.bookings import fresh_booking
from jinghou_queue.api.office import Office
from jinghou_queue.contract.bookings import SlotStart
from jinghou_queue.contract.identity import IdentityKind, InvalidIdentity
from jinghou_queue.contract.messages import Channel
from jinghou_queue.desk import phone_bookings
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.bookings import Booked, Place
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.days import local_time
from jinghou_queue.web.citizen import DOCUMENTS, say, show, typed_identity
from jinghou_queue.web.pages import HEADERS, Saying

PER_MINUTE: Final = 20
"""Places that may be held from one address in a minute: many phones can share one, and a script shall not take all."""
_ACTOR: Final = "phone"
_KEY_BYTES: Final = 12
_TITLE: Final[Saying] = ("预约", "Book a time")
_BACK: Final[Saying] = ("重新选择", "Choose again")
_TAKEN: Final[Saying] = ("刚刚被约满了，请选别的时间。", "That time has just been taken: please choose another one.")
_WORDS: Final[Mapping[Refusal, tuple[Saying, Saying]]] = {
    Refusal.HALL_UNKNOWN: (
        ("找不到这个大厅", "This hall was not found"),
        ("请核对网址，或询问大厅工作人员。", "Please check the address, or ask the hall's staff."),
    ),
    Refusal.BOOKED_ALREADY: (
        ("这个证件现在不能预约", "This document cannot be booked with now"),
        (
            "可能当天已有预约、预约数已满，或最近约了没有来。找不到自己的预约？请带证件到大厅，终端上就能查。",
            "It may have as many bookings as are allowed, or missed some. A kiosk at the hall finds those it has.",
        ),
    ),
    Refusal.NOT_BOOKABLE: (
        ("这里不能预约", "This cannot be booked here"),
        ("请到大厅现场取号。", "Please take a number at the hall."),
    ),
    Refusal.KEY_REUSED: (
        ("这一页已经用过", "This page was used before"),
        ("请重新选择时间。", "Please choose a time again."),
    ),
    Refusal.TOO_MANY_TRIES: (
        ("试的次数太多", "Too many tries"),
        ("请过十分钟再试，或到大厅现场取号。", "Please try again in ten minutes, or take a number at the hall."),
    ),
}
_OTHERWISE: Final[tuple[Saying, Saying]] = (
    ("现在不能预约", "Booking is not possible now"),
    ("请稍后再试，或到大厅现场取号。", "Please try again later, or take a number at the hall."),
)


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """What the last form sent. `key` names the page that was shown: sent twice, it holds one place."""

    service: str
    at: SlotStart
    key: Annotated[str, msgspec.Meta(max_length=64)] = ""
    kind: str = IdentityKind.RESIDENT.value
    number: str = ""

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return "Booking(‹hidden›)"


@get("/h/{hall:str}/book", include_in_schema=False)
async def book_page(
    hall: FromPath[str],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
    service: Annotated[str, QueryParameter(name="service")] = "",
    day: Annotated[date | None, QueryParameter(name="day")] = None,
    at: Annotated[int | None, QueryParameter(name="at", ge=0, le=4_102_444_800_000)] = None,
) -> Response[str]:
    """What is still to be chosen: the service, the day, the time, the document."""
    try:
        offer = await office.store.read(partial(phone_bookings.bookable, hall=hall))
        if not service:
            return show(request, "book_services.html", offer=offer, home=request.url.path)
        if at is not None:
            return _who(request, office, offer, service, at)
        if day is not None:
            return await _times(request, office, offer, service, day)
        days = await office.store.read(
            partial(phone_bookings.days_offered, hall=hall, service=service, at=office.now())
        )
        return _show(request, "book_days.html", offer, service, days=days)
    except Refused as refused:
        return _said(request, refused, hall)


@post("/h/{hall:str}/book", include_in_schema=False, status_code=303)
async def book_sent(
    hall: FromPath[str],
    data: Annotated[Booking, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
) -> Response[str] | Redirect:
    """Hold the place; its own page says what there is to check."""
    try:
        return await _answered(request, office, hall, data)
    except Refused as refused:
        return _said(request, refused, hall)


async def _answered(
    request: Request[Any, Any, Any], office: Office, hall: str, sent: Booking
) -> Response[str] | Redirect:
    """The page of the place that was held, or what is to be chosen or typed anew. Raises Refused."""
    offer = await office.store.read(partial(phone_bookings.bookable, hall=hall))
    try:
        booked = await _held(request, office, hall, sent)
    except InvalidIdentity:
        return _who(request, office, offer, sent.service, sent.at, kind=sent.kind, wrong=True)
    except Refused as refused:
        if refused.refusal not in (Refusal.SLOT_FULL, Refusal.SLOT_UNKNOWN):
            raise
        day = local_time(sent.at, offer.zone).date()
        return await _times(request, office, offer, sent.service, day, _TAKEN, refused.refusal.value.status)
    return Redirect(f"/b/{office.keys.booking_token(hall, booked.id)}", status_code=303, headers=HEADERS)


async def _held(request: Request[Any, Any, Any], office: Office, hall: str, sent: Booking) -> Booked:
    """Raises InvalidIdentity; Refused: TOO_MANY_TRIES for who keeps trying documents, and what holding refuses."""
    now, identity = office.now(), typed_identity(sent.kind, sent.number)
    if identity is None:
        raise InvalidIdentity("was left out")
    place = Place(
        service=sent.service,
        starts_at=sent.at,
        channel=Channel.PHONE,
        identity_hash=office.keys.identity_hash(hall, identity),
        masked_name=None,
        hold=True,
        proven=False,
    )
    key = f"booking:{sent.key}" if sent.key else None
    asked = office.keys.fingerprint(_ACTOR, hall, msgspec.json.encode(sent).decode())
    press = Press(hall, _ACTOR, now, key, asked)
    work = partial(
        phone_bookings.hold_by_phone, press=press, place=place, draw=partial(fresh_booking, office, hall, identity)
    )
    words, wrong = "too many documents were tried from this address", (Refusal.BOOKED_ALREADY,)
    with office.tried_documents.trying(request, now, Refusal.TOO_MANY_TRIES, words, wrong):
        return await office.store.transact(work, hall)


async def _times(
    request: Request[Any, Any, Any],
    office: Office,
    offer: phone_bookings.Bookable,
    service: str,
    day: date,
    said: Saying | None = None,
    status: int = 200,
) -> Response[str]:
    work = partial(phone_bookings.times_offered, hall=offer.hall.id, service=service, day=day, at=office.now())
    times = await office.store.read(work)
    return _show(request, "book_times.html", offer, service, status, day=day, times=times, said=said)


def _who(
    request: Request[Any, Any, Any],
    office: Office,
    offer: phone_bookings.Bookable,
    service: str,
    at: int,
    *,
    kind: str = IdentityKind.RESIDENT.value,
    wrong: bool = False,
) -> Response[str]:
    """The question for a document; asked again when what was typed is `wrong`."""
    return _show(
        request,
        "book_who.html",
        offer,
        service,
        422 if wrong else 200,
        begins=local_time(at, offer.zone),
        at=at,
        documents=DOCUMENTS,
        kind=kind,
        key=office.random(_KEY_BYTES).hex(),
        wrong=wrong,
    )


def _show(
    request: Request[Any, Any, Any],
    name: str,
    offer: phone_bookings.Bookable,
    service: str,
    status: int = 200,
    **values: Any,
) -> Response[str]:
    home = request.url.path
    query = f"{home}?{request.url.query}" if request.method == "GET" else f"{home}?service={service}"
    return show(
        request, name, status, here=query, offer=offer, service=offer.service(service), home=home, view=None, **values
    )


def _said(request: Request[Any, Any, Any], refused: Refused, hall: str) -> Response[str]:
    """Why there is no booking, in the words of whoever wanted one."""
    words = _WORDS.get(refused.refusal, _OTHERWISE)
    again = None if refused.refusal is Refusal.HALL_UNKNOWN else (f"/h/{hall}/book", _BACK)
    return say(request, refused.refusal.value.status, _TITLE, words, again, here=f"/h/{hall}/book")
