"""The citizen's pages: /t/{token}, where the QR code on the paper leads, and /b/{token}, a booking's own.

Small HTML that needs no JavaScript.
"""

from dataclasses import replace
from functools import partial

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from jinghou_queue.api.office import Office
from jinghou_queue.contract.messages import LegState
from jinghou_queue.desk import booking_views, views
from jinghou_queue.desk.refused import Refused
from jinghou_queue.keys import hall_of_token
from jinghou_queue.web.pages import Languages, choose_language, picture_of, render


@get("/t/{token:str}", include_in_schema=False, media_type=MediaType.HTML)
async def ticket_page(
    token: FromPath[str],
    office: NamedDependency[Office],
    accept_language: Languages = "",
) -> Response[str]:
    """The number, how many are ahead, and where to go once called; asks again by itself while there is news to come."""
    language = choose_language(accept_language)
    try:
        view = await office.store.read(partial(views.holder_view, token=token, at=office.now()))
    except Refused:
        return render("ticket.html", language, 404, view=None, refresh_s=None)
    view = replace(view, ticket=office.phones.told(view))
    return render("ticket.html", language, view=view, refresh_s=_refresh_s(view))


@get("/b/{token:str}", include_in_schema=False, media_type=MediaType.HTML)
async def booking_page(
    token: FromPath[str],
    office: NamedDependency[Office],
    accept_language: Languages = "",
) -> Response[str]:
    """When to come, and the code to show at the hall."""
    language = choose_language(accept_language)
    try:
        view = await office.store.read(partial(booking_views.own_booking, token=token, at=office.now()))
    except Refused:
        return render("booking.html", language, 404, view=None)
    hall, booked = hall_of_token(token), view.booked
    return render(
        "booking.html",
        language,
        view=view,
        code=office.keys.booking_code(hall, booked.id),
        qr=picture_of(office.booking_url(hall, booked.id)),
        ticket_url=None if booked.ticket is None else office.ticket_url(hall, booked.ticket),
    )


def _refresh_s(view: views.HolderView) -> int | None:
    """How soon the page asks again: sooner when the turn is near, never once the visit is over."""
    if view.ticket.leg in (LegState.DONE, LegState.CANCELLED, LegState.NO_SHOW):
        return None
    return 10 if view.ticket.leg is LegState.WAITING and view.ticket.ahead > 5 else 4
