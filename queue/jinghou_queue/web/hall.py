"""The pages at /h/{hall}, where the code on a hall's screen leads: choose a service, take a number."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter
from litestar.response import Redirect

from jinghou_queue.api.office import Office
from jinghou_queue.api.phone_numbers import claimed, kept, taken_by_phone
from jinghou_queue.contract.identity import IdentityKind, InvalidIdentity
from jinghou_queue.contract.people import PhoneClaim, TakeByPhone
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.web.citizen import DOCUMENTS, say, show, typed_identity
from jinghou_queue.web.pages import HEADERS, Saying

_AT_KIOSK: Final = ("请到取号机取号，或询问引导员。", "Please use a kiosk, or ask an usher.")
_WORDS: Final[Mapping[Refusal, tuple[Saying, Saying]]] = {
    Refusal.CODE_EXPIRED: (
        ("二维码已过期", "This code is too old"),
        ("请重新扫描大厅屏幕上的二维码。", "Please scan the code on the hall's screen again."),
    ),
    Refusal.CODE_SPENT: (
        ("这个二维码的号已取完", "This code has given its numbers"),
        ("请扫描大厅屏幕上新的二维码。", "Please scan the new code on the hall's screen."),
    ),
    Refusal.CLAIM_USED: (
        ("这次扫码已取过号", "This scan gave a number already"),
        (
            "再取一个号，请重新扫描大厅屏幕上的二维码。",
            "For another one, please scan the code on the hall's screen again.",
        ),
    ),
    Refusal.SERVICE_CLOSED: (("这项业务现在没有窗口办理", "No counter is open for this now"), _AT_KIOSK),
    Refusal.ONE_NUMBER: (
        ("此证件今天已有号", "This document holds a number today"),
        (
            "找不到号票？请带证件到取号机，或询问引导员。",
            "Lost it? Please bring the document to a kiosk, or ask an usher.",
        ),
    ),
    Refusal.TOO_MANY_NUMBERS: (("此证件取号太频繁", "Too many numbers for this document"), _AT_KIOSK),
    Refusal.PHONE_NUMBERS_OFF: (("本大厅不用手机取号", "This hall gives no numbers by phone"), _AT_KIOSK),
    Refusal.HALL_UNKNOWN: (
        ("找不到这个大厅", "This hall was not found"),
        ("请重新扫描大厅屏幕上的二维码。", "Please scan the code on the hall's screen again."),
    ),
}
_OTHERWISE: Final = (("现在不能取号", "No number can be taken now"), _AT_KIOSK)
_TITLE: Final[Saying] = ("手机取号", "Take a number")
_BOOK: Final[Saying] = ("预约改天来办", "Book a time for another day")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the form sent: a service, then, where it needs one, a document; or only another `look` of the same."""

    claim: str = ""
    service: str = ""
    kind: str = IdentityKind.RESIDENT.value
    number: str = ""
    look: str = ""

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return "Wanted(‹hidden›)"


@get("/h/{hall:str}", include_in_schema=False)
async def hall_page(
    hall: FromPath[str],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
    code: Annotated[str, QueryParameter(name="code")] = "",
) -> Response[str]:
    """The open services, for whoever scanned the code that a screen shows now."""
    try:
        return _offered(request, await claimed(office, hall, code))
    except Refused as refused:
        return _said(request, refused, hall)


@post("/h/{hall:str}", include_in_schema=False, status_code=200)
async def hall_page_sent(
    hall: FromPath[str],
    data: Annotated[Wanted, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Any, Any, Any],
    office: NamedDependency[Office],
) -> Response[str] | Redirect:
    """A service was chosen: the number, or the question for a document."""
    try:
        if data.look and data.service:
            return _who(request, data)
        if data.look:
            return _offered(request, await kept(office, hall, data.claim), data.look)
        identity = typed_identity(data.kind, data.number)
        asked = TakeByPhone(claim=data.claim, service=data.service, identity=identity)
        taken = await taken_by_phone(office, hall, asked)
    except InvalidIdentity:
        return _who(request, data, wrong=True)
    except Refused as refused:
        if refused.refusal is Refusal.IDENTITY_REQUIRED:
            return _who(request, data)
        return _said(request, refused, hall)
    return Redirect(f"/t/{office.keys.holder_token(hall, taken.id)}", status_code=303, headers=HEADERS)


def _offered(request: Request[Any, Any, Any], claim: PhoneClaim, look: str = "") -> Response[str]:
    return show(request, "hall.html", look=look, claim=claim, book=f"/h/{claim.hall.id}/book")


def _who(request: Request[Any, Any, Any], wanted: Wanted, *, wrong: bool = False) -> Response[str]:
    """The question for a document; asked again when what was typed is `wrong`."""
    return show(
        request,
        "hall_who.html",
        422 if wrong else 200,
        look=wanted.look,
        wanted=wanted,
        kind=wanted.kind,
        documents=DOCUMENTS,
        wrong=wrong,
    )


def _said(request: Request[Any, Any, Any], refused: Refused, hall: str) -> Response[str]:
    """Why there is no number, in the words of whoever wanted one."""
    words = _WORDS.get(refused.refusal, _OTHERWISE)
    link = None if refused.refusal is Refusal.HALL_UNKNOWN else (f"/h/{hall}/book", _BOOK)
    return say(request, refused.refusal.value.status, _TITLE, words, link)
