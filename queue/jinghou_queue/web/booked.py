"""A booking's own pages at /b/{token}: check it and keep it, its code, another time, no time at all, one's calendar."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter
from litestar.response import Redirect

from jinghou_queue.api.bookings import Change, changed_by_holder
from jinghou_queue.api.office import Office
from jinghou_queue.contract.bookings import SlotStart
from jinghou_queue.desk import booking_views, bookings, phone_bookings
from jinghou_queue.desk.booking_views import HolderBooking
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.keys import hall_of_token
from jinghou_queue.web.calendar_file import calendar_file
from jinghou_queue.web.citizen import say, show
from jinghou_queue.web.pages import HEADERS, Saying, language_of, picture_of, speak

_FAULTS: Final[Mapping[Refusal, Saying]] = {
    Refusal.SLOT_FULL: ("刚刚被约满了，请选别的时间。", "That time has just been taken: please choose another one."),
    Refusal.SLOT_UNKNOWN: ("这个时间不能约了，请选别的时间。", "That time cannot be booked any more."),
    Refusal.BOOKED_ALREADY: (
        "这个证件当天已有预约，请选别的日期。",
        "This document has a booking that day: please choose another day.",
    ),
    Refusal.NOT_BOOKABLE: ("这项业务现在不接受预约。", "This takes no bookings now."),
    Refusal.NOT_NOW: ("现在不能这样做，请看最新情况。", "That is not possible now; this is how your booking stands."),
}
_OTHERWISE: Final[Saying] = ("没有办成，请再试一次。", "That did not work: please try again.")
_UNKNOWN: Final[tuple[Saying, Saying]] = (
    ("找不到这个预约", "This booking was not found"),
    (
        "请从预约成功的页面重新打开，或询问大厅工作人员。",
        "Please open it again from where you booked, or ask the hall's staff.",
    ),
)


class Moving(msgspec.Struct, frozen=True, kw_only=True):
    """What the form that moves a booking sent: when the slot begins, as a Unix time in milliseconds."""

    at: SlotStart


@get("/b/{token:str}", include_in_schema=False)
async def booking_page(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """When to come, and the code to show at the hall; of a place that is held, what there is to check."""
    return await _shown(request, office, token)


@get("/b/{token:str}/cancel", include_in_schema=False)
async def ask_cancel_booking(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """Whether the booking is really to be cancelled."""
    return await _shown(request, office, token, "unbook.html")


@get("/b/{token:str}/change", include_in_schema=False)
async def choose_other_time(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
    day: Annotated[date | None, QueryParameter(name="day")] = None,
    at: Annotated[int | None, QueryParameter(name="at", ge=0, le=4_102_444_800_000)] = None,
) -> Response[str]:
    """A day, then a time, then whether that is right."""
    now, hall = office.now(), hall_of_token(token)
    try:
        view = await office.store.read(partial(booking_views.own_booking, token=token, at=now))
        if at is not None:
            to = datetime.fromtimestamp(at // 1000, view.starts_at.tzinfo)
            return await _shown(request, office, token, "rebook.html", to=to, at=at)
        service = view.booked.service
        if day is None:
            days = await office.store.read(partial(phone_bookings.days_offered, hall=hall, service=service, at=now))
            return await _shown(request, office, token, "book_days.html", days=days)
        work = partial(phone_bookings.times_offered, hall=hall, service=service, day=day, at=now)
        return await _shown(request, office, token, "book_times.html", day=day, times=await office.store.read(work))
    except Refused as refused:
        return await _shown(request, office, token, refused=refused)


@post("/b/{token:str}/confirm", include_in_schema=False, status_code=303)
async def confirm_own(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str] | Redirect:
    """Keep the place that was held."""
    return await _changed(request, office, token, bookings.confirm_booking)


@post("/b/{token:str}/cancel", include_in_schema=False, status_code=303)
async def cancel_own(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str] | Redirect:
    """Give the place free."""
    return await _changed(request, office, token, bookings.cancel_booking)


@post("/b/{token:str}/change", include_in_schema=False, status_code=303)
async def move_own(
    token: FromPath[str],
    data: Annotated[Moving, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
) -> Response[str] | Redirect:
    """Move the booking to another slot."""
    return await _changed(request, office, token, partial(bookings.reschedule_booking, starts_at=data.at))


@get("/b/{token:str}/calendar.ics", include_in_schema=False)
async def calendar_entry(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[bytes] | Response[str]:
    """The booking for the phone's own calendar: neither a name nor what opens the booking is in it."""
    now, t = office.now(), speak(language_of(request))
    try:
        view = await office.store.read(partial(booking_views.own_booking, token=token, at=now))
    except Refused:
        return say(request, 404, ("静候", "Jinghou"), _UNKNOWN)
    hall_name, booked = t(view.hall_name, view.hall_name_en), view.booked
    within = f"{view.check_in_from:%H:%M}–{view.in_time_until:%H:%M}"
    file = calendar_file(
        f"{booked.id}@jinghou",
        now,
        booked.starts_at,
        booked.ends_at,
        f"{t(view.service_name, view.service_name_en)} · {hall_name}",
        f"{hall_name} {view.zone}".strip(),
        t(f"报到时间 {within}。请带证件。", f"Check in {within}. Please bring your document."),
    )
    kept = {**HEADERS, "Content-Disposition": 'attachment; filename="booking.ics"'}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=kept)


async def _changed(
    request: Request[Any, Any, Any], office: Office, token: str, change: Change
) -> Response[str] | Redirect:
    try:
        await changed_by_holder(token, office, change)
    except Refused as refused:
        return await _shown(request, office, token, refused=refused)
    return Redirect(f"/b/{token}", status_code=303, headers=HEADERS)


async def _shown(
    request: Request[Any, Any, Any],
    office: Office,
    token: str,
    name: str = "booking.html",
    *,
    refused: Refused | None = None,
    **values: Any,
) -> Response[str]:
    """One of the booking's pages, as it stands now. What was refused is answered with the booking and why."""
    try:
        view: HolderBooking = await office.store.read(partial(booking_views.own_booking, token=token, at=office.now()))
    except Refused:
        return say(request, 404, ("静候", "Jinghou"), _UNKNOWN)
    hall, booked = hall_of_token(token), view.booked
    return show(
        request,
        name,
        200 if refused is None else refused.refusal.value.status,
        here=f"/b/{token}" if name == "booking.html" else f"{request.url.path}?{request.url.query}".rstrip("?"),
        view=view,
        home=f"/b/{token}",
        book=f"/h/{hall}/book",
        said=None if refused is None else _FAULTS.get(refused.refusal, _OTHERWISE),
        code=office.keys.booking_code(hall, booked.id),
        qr=picture_of(office.booking_url(hall, booked.id)),
        ticket_url=None if booked.ticket is None else office.ticket_url(hall, booked.ticket),
        now=office.now(),
        **values,
    )


ROUTES: Final = (
    booking_page,
    ask_cancel_booking,
    choose_other_time,
    confirm_own,
    cancel_own,
    move_own,
    calendar_entry,
)
