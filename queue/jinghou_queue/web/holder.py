"""A number's own pages at /t/{token}, where the QR code on the paper leads: how it stands, and what its holder may do.

The script of the page follows the number; without it the page asks again by itself, and each button is a form.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from jinghou_queue.api.office import Office
from jinghou_queue.api.people import bound_by_holder, dropped_by_holder
from jinghou_queue.api.tickets import cancelled_by_holder, seen_by_holder
from jinghou_queue.contract.messages import LegState, TicketState
from jinghou_queue.contract.phone import Phone, PhoneText
from jinghou_queue.desk import views
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.web.citizen import say, show
from jinghou_queue.web.pages import HEADERS, Saying, picture_of

_OVER: Final = (LegState.DONE, LegState.CANCELLED, LegState.NO_SHOW)
_FAULTS: Final[Mapping[Refusal, Saying]] = {
    Refusal.NOT_NOW: ("现在不能这样做，请看最新情况。", "That is not possible now; this is how your number stands."),
    Refusal.TOO_MANY_PHONES: (
        "手机号改得太多次了，请找工作人员。",
        "The phone was changed too often: please ask the staff.",
    ),
}
_NO_PHONE: Final[Saying] = (
    "手机号不对，请核对后重填。内地号码 11 位；其他地方请以 + 和区号开头。",
    "That is no mobile number: 11 digits in the mainland, elsewhere + and the country first.",
)
_UNKNOWN: Final[tuple[Saying, Saying]] = (
    ("找不到这个号码", "This number was not found"),
    (
        "请重新扫描号票上的二维码，或询问引导员。",
        "Please scan the code on your ticket again, or ask an usher.",
    ),
)


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """What the form for a phone sent."""

    phone: str = ""
    relative: str = ""

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return "Naming(‹hidden›)"


@get("/t/{token:str}", include_in_schema=False)
async def ticket_page(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """The number, how many are ahead, and where to go once called."""
    return await _shown(request, office, token)


@post("/t/{token:str}/seen", include_in_schema=False, status_code=303)
async def tell_seen(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str] | Redirect:
    """The holder is on the way."""
    return await _pressed(request, office, token, seen_by_holder)


@get("/t/{token:str}/cancel", include_in_schema=False)
async def ask_cancel(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """Whether the number is really to be given back."""
    return await _shown(request, office, token, "give_back.html")


@post("/t/{token:str}/cancel", include_in_schema=False, status_code=303)
async def cancel(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str] | Redirect:
    """Give the number back; one that was given back already stays so."""
    return await _pressed(request, office, token, cancelled_by_holder)


@get("/t/{token:str}/phone", include_in_schema=False)
async def ask_phone(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """Which phone is to be bound."""
    return await _shown(request, office, token, "bind_phone.html")


@post("/t/{token:str}/phone", include_in_schema=False, status_code=303)
async def bind(
    token: FromPath[str],
    data: Annotated[Naming, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
) -> Response[str] | Redirect:
    """Bind one's own phone or a relative's; the same again changes nothing."""
    typed = data.phone.translate(str.maketrans("", "", " -"))
    try:
        phone = Phone.of(msgspec.convert(typed, PhoneText), relative=bool(data.relative))
    except msgspec.ValidationError:
        return await _shown(request, office, token, "bind_phone.html", said=_NO_PHONE, status=422)
    return await _pressed(request, office, token, partial(bound_by_holder, phone=phone))


@post("/t/{token:str}/no-phone", include_in_schema=False, status_code=303)
async def drop(
    token: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str] | Redirect:
    """Forget the phone."""
    return await _pressed(request, office, token, dropped_by_holder)


async def _pressed(
    request: Request[Any, Any, Any], office: Office, token: str, work: Callable[[str, Office], Awaitable[object]]
) -> Response[str] | Redirect:
    """Do what the holder pressed, and lead back to the number."""
    try:
        await work(token, office)
    except Refused as refused:
        return await _shown(request, office, token, refused=refused)
    return Redirect(f"/t/{token}", status_code=303, headers=HEADERS)


async def _shown(
    request: Request[Any, Any, Any],
    office: Office,
    token: str,
    name: str = "ticket.html",
    *,
    refused: Refused | None = None,
    said: Saying | None = None,
    status: int = 200,
) -> Response[str]:
    """One of the number's pages, as it stands now. A press that was refused is answered with the number and why."""
    if refused is not None:
        said, status = _FAULTS.get(refused.refusal), refused.refusal.value.status
    try:
        view = await office.store.read(partial(views.holder_view, token=token, at=office.now()))
    except Refused:
        return say(request, 404, ("静候", "Jinghou"), _UNKNOWN)
    own = office.phones.told(view)
    if own.state is TicketState.VOID:
        said = None  # it was given back before: that is what was asked for
    return show(
        request,
        name,
        status,
        here=f"/t/{token}" if name == "ticket.html" else "",
        view=replace(view, ticket=own),
        own=msgspec.json.encode(own).decode(),
        home=f"/t/{token}",
        said=said,
        refresh_s=_refresh_s(view),
        qr=picture_of(office.ticket_url(own.hall, view.id)) if own.leg is LegState.MISSED else None,
    )


def _refresh_s(view: views.HolderView) -> int | None:
    """How soon a page without a script asks again: sooner when the turn is near, never once the visit is over."""
    if view.ticket.leg in _OVER:
        return None
    return 10 if view.ticket.leg is LegState.WAITING and view.ticket.ahead > 5 else 4


ROUTES: Final = (ticket_page, tell_seen, ask_cancel, cancel, ask_phone, bind, drop)
