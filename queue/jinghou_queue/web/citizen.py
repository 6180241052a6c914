"""How citizens read their pages: the language and the size of type that they chose, and the switch for both."""

import re
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException, TooManyRequestsException
from litestar.params import Body
from litestar.response import Redirect

from jinghou_queue.contract.identity import Identity, IdentityKind, InvalidIdentity
from jinghou_queue.web.pages import HEADERS, LANGUAGE_COOKIE, Saying, language_of, render

_TYPE_COOKIE: Final = "type"
_LOOKS: Final = {
    "zh": (LANGUAGE_COOKIE, "zh"),
    "en": (LANGUAGE_COOKIE, "en"),
    "large": (_TYPE_COOKIE, "large"),
    "usual": (_TYPE_COOKIE, "usual"),
}
_OURS: Final = re.compile(r"/[tbh]/[\w./?=&-]+", re.ASCII)
DOCUMENTS: Final = (
    (IdentityKind.RESIDENT, "居民身份证", "Resident identity card"),
    (IdentityKind.HMT, "港澳台居民居住证", "Residence permit for Hong Kong, Macao, Taiwan residents"),
    (IdentityKind.FOREIGNER, "外国人永久居留身份证", "Foreign permanent resident ID card"),
    (IdentityKind.PASSPORT, "护照", "Passport"),
)
_TOO_OFTEN: Final[tuple[Saying, Saying]] = (
    ("请求太频繁", "Too many requests"),
    ("请稍等一分钟再试。", "Please try again in a minute."),
)


def show(
    request: Request[Any, Any, Any], name: str, status: int = 200, *, look: str = "", here: str = "", **values: object
) -> Response[str]:
    """A citizen's page as its reader chose to read it. `look` was chosen just now; `here` is its own address, if it
    has one that can be opened again.
    """
    cookie, value = _LOOKS.get(look, ("", ""))
    large = value if cookie == _TYPE_COOKIE else request.cookies.get(_TYPE_COOKIE, "")
    language = value if cookie == LANGUAGE_COOKIE else language_of(request)
    page = render(
        name,
        "en" if language == "en" else "zh",
        status,
        large=large == "large",
        here=here or request.url.path,
        **values,
    )
    for each in look_cookies(look):
        page.set_cookie(each)
    return page


def say(
    request: Request[Any, Any, Any],
    status: int,
    title: Saying,
    words: tuple[Saying, Saying],
    link: tuple[str, Saying] | None = None,
    here: str = "",
) -> Response[str]:
    """A page that says what the matter is and what to do now; `link` leads on from it."""
    return show(request, "said.html", status, title=title, words=words, link=link, here=here)


def too_often(request: Request[Any, Any, Any], _: TooManyRequestsException) -> Response[str]:
    """The page for an address that asks too often."""
    return say(request, 429, ("静候", "Jinghou"), _TOO_OFTEN)


def look_cookies(look: str) -> list[Cookie]:
    """What keeps a look for a year; none for one that we do not have."""
    if look not in _LOOKS:
        return []
    key, value = _LOOKS[look]
    return [Cookie(key=key, value=value, path="/", max_age=365 * 86400, httponly=True, samesite="lax")]


def typed_identity(kind: str, number: str) -> Identity | None:
    """The document that was typed, if one was. Raises InvalidIdentity."""
    typed = "".join(number.split()).upper()
    try:
        return Identity(IdentityKind(kind), typed) if typed else None
    except ValueError:
        raise InvalidIdentity("is not a valid document number") from None


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """What the switch sent: the look, and the page that it stands on."""

    look: str = ""
    to: str = ""

    def __repr__(self) -> str:
        """Without the page: its address can hold a token, and a repr ends up in logs and tracebacks."""
        return "Choosing(‹hidden›)"


@post("/look", include_in_schema=False, status_code=303)
async def choose_look(data: Annotated[Choosing, Body(media_type=RequestEncodingType.URL_ENCODED)]) -> Redirect:
    """Remember the look, and show the same page in it."""
    if not _OURS.fullmatch(data.to):
        raise NotFoundException
    return Redirect(data.to, status_code=303, headers=HEADERS, cookies=look_cookies(data.look))
