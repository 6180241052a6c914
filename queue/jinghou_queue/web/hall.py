"""The pages at /h/{hall}, where the code on a hall's screen leads: choose a service, take a number; no JavaScript."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import TooManyRequestsException
from litestar.params import Body, FromPath, QueryParameter
from litestar.response import Redirect

from jinghou_queue.api.office import Office
from jinghou_queue.api.phone_numbers import claimed, taken_by_phone
from jinghou_queue.contract.identity import Identity, IdentityKind, InvalidIdentity
from jinghou_queue.contract.people import PhoneClaim, TakeByPhone
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.web.pages import HEADERS, Languages, Saying, choose_language, render, speak

_DOCUMENTS: Final = (
    (IdentityKind.RESIDENT, "居民身份证", "Resident identity card"),
    (IdentityKind.HMT, "港澳台居民居住证", "Residence permit for Hong Kong, Macao, Taiwan residents"),
    (IdentityKind.FOREIGNER, "外国人永久居留身份证", "Foreign permanent resident ID card"),
    (IdentityKind.PASSPORT, "护照", "Passport"),
)
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
_TOO_OFTEN: Final = (("请求太频繁", "Too many requests"), ("请稍等一分钟再试。", "Please try again in a minute."))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the form sent: first a service, then, where it needs one, a document."""

    claim: str = ""
    service: str = ""
    kind: str = IdentityKind.RESIDENT.value
    number: str = ""

    def __repr__(self) -> str:
        """Without the number: a repr ends up in logs and tracebacks."""
        return "Wanted(‹hidden›)"


@get("/h/{hall:str}", include_in_schema=False, media_type=MediaType.HTML)
async def hall_page(
    hall: FromPath[str],
    office: NamedDependency[Office],
    code: Annotated[str, QueryParameter(name="code")] = "",
    accept_language: Languages = "",
) -> Response[str]:
    """The open services, for whoever scanned the code that a screen shows now."""
    try:
        claim = await claimed(office, hall, code)
    except Refused as refused:
        return _said(accept_language, refused)
    return _page(accept_language, claim=claim)


@post("/h/{hall:str}", include_in_schema=False, media_type=MediaType.HTML, status_code=200)
async def hall_page_sent(
    hall: FromPath[str],
    data: Annotated[Wanted, Body(media_type=RequestEncodingType.URL_ENCODED)],
    office: NamedDependency[Office],
    accept_language: Languages = "",
) -> Response[str] | Redirect:
    """A service was chosen: the number, or the question for a document."""
    try:
        identity = _identity(data)
        asked = TakeByPhone(claim=data.claim, service=data.service, identity=identity)
        taken = await taken_by_phone(office, hall, asked)
    except InvalidIdentity:
        return _page(accept_language, 422, wanted=data, fault=True)
    except Refused as refused:
        if refused.refusal is Refusal.IDENTITY_REQUIRED:
            return _page(accept_language, wanted=data)
        return _said(accept_language, refused)
    return Redirect(f"/t/{office.keys.holder_token(hall, taken.id)}", status_code=303, headers=HEADERS)


def too_often(request: Request[Any, Any, Any], _: TooManyRequestsException) -> Response[str]:
    """The page for an address that asks too often."""
    return _page(request.headers.get("accept-language", ""), 429, words=_TOO_OFTEN)


def _identity(wanted: Wanted) -> Identity | None:
    """The document that was typed, if one was. Raises InvalidIdentity."""
    number = "".join(wanted.number.split()).upper()
    try:
        return Identity(IdentityKind(wanted.kind), number) if number else None
    except ValueError:
        raise InvalidIdentity("is not a valid document number") from None


def _said(accepted: str, refused: Refused) -> Response[str]:
    """Why there is no number, in the words of whoever wanted one."""
    return _page(accepted, refused.refusal.value.status, words=_WORDS.get(refused.refusal, _OTHERWISE))


def _page(
    accepted: str,
    status: int = 200,
    *,
    claim: PhoneClaim | None = None,
    wanted: Wanted | None = None,
    fault: bool = False,
    words: tuple[Saying, Saying] | None = None,
) -> Response[str]:
    language = choose_language(accepted)
    said = None if words is None else [speak(language)(*each) for each in words]
    return render(
        "hall.html", language, status, claim=claim, wanted=wanted, documents=_DOCUMENTS, fault=fault, words=said
    )
