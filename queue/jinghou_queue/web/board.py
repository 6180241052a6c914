"""The boards of a hall for screens with a browser: the hall's own, and a window's. They show what Qt's boards show.

A screen becomes a board with the one-time code that enrols any terminal; what it is then known by stands in a cookie
that no script can read. While it shows the hall it says so once a minute, as other terminals do.
"""

from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, QueryParameter
from litestar.response import Redirect, Stream

from jinghou_queue.api.auth import Bearers
from jinghou_queue.api.cookies import refuse_other_origins
from jinghou_queue.api.halls import EVENT_STREAM, STREAMED
from jinghou_queue.api.office import Office
from jinghou_queue.api.terminals import enrolled
from jinghou_queue.contract.messages import CallView, CounterView, HallView, LegState, ServiceView
from jinghou_queue.contract.terminals import Activity, Enrol, TerminalKind, TerminalReport
from jinghou_queue.desk import terminal_care, views
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.store import Connection
from jinghou_queue.web.pages import HEADERS, Saying, language_of, render

_PAGE: Final = "/board"
_COOKIE: Final = "jinghou-board"
_TEN_YEARS_S: Final = 10 * 365 * 86400
_TELL_EVERY_MS: Final = 60_000
_FAULTS: Final[dict[Refusal, Saying]] = {
    Refusal.TOO_MANY_CODES: ("输错次数太多，请稍等再试。", "Too many wrong codes: please wait a moment."),
    Refusal.CODE_OTHER_KIND: ("这个登记码不是给大屏的。", "This code is not for a board."),
    Refusal.CODE_USED: ("这个登记码用过了，请让管理员重新生成。", "This code was used: please have another one made."),
    Refusal.CODE_OLD: ("这个登记码过期了，请让管理员重新生成。", "This code is too old: please have another one made."),
}
_WRONG_CODE: Final[Saying] = (
    "没有终端在等这个登记码。请核对，或让管理员重新生成。",
    "No terminal waits for this code: please check it, or have another one made.",
)


@dataclass(frozen=True)
class BoardView:
    """A hall as a board of it shows it. `window` is the counter whose screen this is, if it is a counter's."""

    hall: HallView
    services: tuple[ServiceView, ...]
    calls: tuple[CallView, ...]
    window: CounterView | None

    @property
    def current(self) -> CallView | None:
        """The newest call whose person is not at the counter yet; on a window's screen whoever is called or there."""
        if self.window is not None:
            return next(iter(self.calls), None)
        return next((call for call in self.calls if call.state is LegState.CALLED), None)

    @property
    def others(self) -> tuple[CallView, ...]:
        """The calls beside it, newest first."""
        return tuple(call for call in self.calls if call is not self.current)


async def let_board_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: whoever was enrolled as a terminal is let in. Raises NotAuthorizedException."""
    tokens: Bearers = connection.app.state.tokens
    token = connection.cookies.get(_COOKIE)
    bearer = None if token is None else await tokens.find(token)
    if bearer is None or bearer.role is not Role.TERMINAL:
        raise NotAuthorizedException
    connection.scope["user"] = bearer


def to_enrolment(request: Request[Any, Any, Any], _: NotAuthorizedException | Refused) -> Response[str]:
    """A screen that is no board yet, or no more."""
    if "hx-request" in request.headers:
        return Response("", status_code=401, headers={**HEADERS, "HX-Redirect": _PAGE})
    return render("board_enrol.html", language_of(request), 401, said=None)


@get(_PAGE, include_in_schema=False, guards=[let_board_in])
async def board_page(
    request: Request[Bearer, Any, Any],
    office: NamedDependency[Office],
    window: Annotated[str, QueryParameter(name="counter", max_length=32)] = "",
) -> Response[str]:
    """The board, or its part when the page itself asks for that."""
    bearer, now = request.user, office.now()
    view, heard_at = await office.store.read(
        partial(_view, hall=bearer.hall, terminal=bearer.token, window=window, at=now)
    )
    if heard_at is None or now - heard_at >= _TELL_EVERY_MS:
        await _tell(office, bearer, now)
    part = "hx-request" in request.headers
    return render("board_part.html" if part else "board.html", language_of(request), view=view, now=now, window=window)


@get("/board/events", include_in_schema=False, guards=[let_board_in])
async def follow(
    request: Request[Bearer, Any, Any],
    office: NamedDependency[Office],
    after: Annotated[int, QueryParameter(name="after", ge=0)] = 0,
    epoch: Annotated[str, QueryParameter(name="epoch", max_length=64)] = "",
) -> Stream:
    """The hall's feed, as terminals get it. A browser that reconnects says itself how far it had come."""
    last = request.headers.get("last-event-id", "")
    since = int(last) if last.isdecimal() else after
    events = await office.feeds.open(office.store, request.user.hall, since, epoch)
    return Stream(events, media_type=EVENT_STREAM, headers=STREAMED)


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a screen that is no board yet sent."""

    code: str = ""


@post(_PAGE, include_in_schema=False, status_code=303)
async def enrol(
    request: Request[Any, Any, Any],
    data: Annotated[Joining, Body(media_type=RequestEncodingType.URL_ENCODED)],
    office: NamedDependency[Office],
) -> Response[str]:
    """Become the board that a code was made for."""
    refuse_other_origins(request, office.public_url)
    try:
        joined = await enrolled(request, Enrol(code=data.code[:32], kind=TerminalKind.BOARD), office)
    except Refused as refused:
        said = _FAULTS.get(refused.refusal, _WRONG_CODE)
        return render("board_enrol.html", language_of(request), refused.refusal.value.status, said=said)
    cookie = Cookie(
        key=_COOKIE,
        value=joined.token,
        path=_PAGE,
        max_age=_TEN_YEARS_S,
        secure=office.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
    return Redirect(_PAGE, status_code=303, headers=HEADERS, cookies=[cookie])


def _view(connection: Connection, hall: str, terminal: str, window: str, at: int) -> tuple[BoardView, int | None]:
    """The board, and when the terminal last said how it is."""
    view = views.hall_view(connection, hall, at)
    _, config = terminal_care.config_of(connection, hall, terminal)
    shown = {service.id for service in config.services}
    counter = next((each for each in view.counters if each.id == window), None)
    board = BoardView(
        hall=view,
        services=tuple(each for each in view.services if each.id in shown),
        calls=tuple(
            call for call in view.calls if call.service in shown and (counter is None or call.counter == counter.label)
        ),
        window=counter,
    )
    return board, terminal_care.terminal_row(connection, hall, terminal).seen_at


async def _tell(office: Office, bearer: Bearer, now: int) -> None:
    """The screen shows the hall: whoever looks after the terminals sees that."""
    report = TerminalReport(at=now, app_version=version("jinghou"), activity=Activity.SHOWING)
    press = Press(bearer.hall, bearer.actor, now)
    await office.store.transact(partial(terminal_care.hear_report, press=press, report=report), bearer.hall)


ROUTES: Final = (board_page, follow, enrol)
