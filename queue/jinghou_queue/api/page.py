"""The citizen's pages: /t/{token}, where the QR code on the paper leads, and /b/{token}, a booking's own.

Small HTML that needs no JavaScript.
"""

from dataclasses import replace
from functools import partial
from typing import Annotated, Final, Literal

import segno
from jinja2 import Environment, PackageLoader
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter
from markupsafe import Markup

from jinghou_queue.api.office import Office
from jinghou_queue.contract.messages import LegState
from jinghou_queue.desk import booking_views, views
from jinghou_queue.desk.refused import Refused
from jinghou_queue.keys import hall_of_token

Language = Literal["zh", "en"]
Languages = Annotated[str, HeaderParameter(name="Accept-Language")]

PAGES: Final = Environment(
    loader=PackageLoader("jinghou_queue.api"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_TICKET: Final = PAGES.get_template("ticket.html")
_BOOKING: Final = PAGES.get_template("booking.html")
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Vary": "Accept-Language",
}


def choose_language(accepted: str) -> Language:
    """The better of Chinese and English for an Accept-Language header; Chinese when it names neither."""
    best: Language = "zh"
    best_weight = 0.0
    for part in accepted.split(","):
        tag, _, parameters = part.strip().partition(";")
        _, _, weight_text = parameters.partition("q=")
        try:
            weight = float(weight_text) if weight_text else 1.0
        except ValueError:
            continue
        if weight > best_weight:
            match tag.partition("-")[0].strip().lower():
                case "zh":
                    best, best_weight = "zh", weight
                case "en":
                    best, best_weight = "en", weight
    return best


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
        html = _TICKET.render(language=language, view=None, refresh_s=None)
        return Response(html, status_code=404, headers=HEADERS)
    view = replace(view, ticket=office.phones.told(view))
    html = _TICKET.render(language=language, view=view, refresh_s=_refresh_s(view))
    return Response(html, headers=HEADERS)


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
        return Response(_BOOKING.render(language=language, view=None), status_code=404, headers=HEADERS)
    hall, booked = hall_of_token(token), view.booked
    html = _BOOKING.render(
        language=language,
        view=view,
        code=office.keys.booking_code(hall, booked.id),
        qr=_qr(office.booking_url(hall, booked.id)),
        ticket_url=None if booked.ticket is None else office.ticket_url(hall, booked.ticket),
    )
    return Response(html, headers=HEADERS)


def _qr(text: str) -> Markup:
    """A QR code as SVG, large enough to be read from a phone's glass."""
    return Markup(segno.make_qr(text, error="m").svg_inline(border=2, dark="#1D2B36", omitsize=True))  # noqa: S704  # ours


def _refresh_s(view: views.HolderView) -> int | None:
    """How soon the page asks again: sooner when the turn is near, never once the visit is over."""
    if view.ticket.leg in (LegState.DONE, LegState.CANCELLED, LegState.NO_SHOW):
        return None
    return 10 if view.ticket.leg is LegState.WAITING and view.ticket.ahead > 5 else 4
