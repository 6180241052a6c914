"""The staff's way into their pages and out: who may see one, logging in and out, the language."""

from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, QueryParameter
from litestar.response import Redirect

from jinghou_queue.api.auth import Bearers
from jinghou_queue.api.cookies import cookie_name, refuse_other_origins, session_cookie
from jinghou_queue.api.office import Office, keyless_press
from jinghou_queue.api.sessions import entered
from jinghou_queue.contract.staff import LogIn, StaffRole
from jinghou_queue.desk import sessions
from jinghou_queue.desk.access import Bearer
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.web.pages import HEADERS, LANGUAGE_COOKIE, language_of, render

HOME: Final = "/staff"
_LOGIN: Final = "/staff/login"
_FIRST_PAGES: Final = {
    StaffRole.CLERK: "/staff/counters",
    StaffRole.MANAGER: "/staff/manager",
    StaffRole.AUDITOR: "/staff/manager",
    StaffRole.USHER: "/staff/usher",
}
_FAULTS: Final = {
    Refusal.LOGIN_REFUSED: ("工号或密码不对，请重新输入。", "Login or password is wrong: please try again."),
    Refusal.TOO_MANY_TRIES: ("输错次数太多，请稍后再试。", "Too many wrong passwords: please wait a moment."),
    Refusal.HALL_UNKNOWN: ("请填写大厅代号。", "Please say which hall."),
}
_NOT_NOW: Final = ("现在不能登录，请稍后再试。", "Logging in is not possible now: please try again soon.")


async def let_staff_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: whoever has a session is let in, and no other site writes with it. Others are asked to log in.

    Raises NotAuthorizedException, or PermissionDeniedException for another site's request.
    """
    office: Office = connection.app.state.office
    browsers: Bearers = connection.app.state.browsers
    refuse_other_origins(connection, office.public_url)
    session = connection.cookies.get(cookie_name(office.public_url))
    bearer = None if session is None else await browsers.find(session)
    if bearer is None:
        raise NotAuthorizedException
    connection.scope["user"] = bearer
    connection.scope["auth"] = session


def to_login(request: Request[Any, Any, Any], _: NotAuthorizedException) -> Response[str]:
    """Whoever is not logged in logs in, and then goes on to the page that was asked for."""
    wanted = request.url.path if request.method == "GET" else HOME
    login = f"{_LOGIN}?to={quote(wanted)}"
    if "hx-request" in request.headers:
        return Response("", status_code=401, headers={**HEADERS, "HX-Redirect": login})
    return Redirect(login, status_code=303, headers=HEADERS)


def refused(request: Request[Any, Any, Any], _: PermissionDeniedException) -> Response[str]:
    """The page is another role's, or another site sent what came."""
    return render("refused.html", language_of(request), 403)


class Entering(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of the login page sent. `to` is the page that was asked for."""

    login: str = ""
    password: str = ""
    hall: str = ""
    to: str = HOME

    def __repr__(self) -> str:
        """Without the password: a repr ends up in logs and tracebacks."""
        return "Entering(‹hidden›)"


@get(_LOGIN, include_in_schema=False)
async def login_page(
    request: Request[Any, Any, Any], to: Annotated[str, QueryParameter(name="to")] = HOME
) -> Response[str]:
    """Who are you?"""
    return render("login.html", language_of(request), to=to, login="", hall="", fault=None)


@post(_LOGIN, include_in_schema=False, status_code=303)
async def log_in(
    request: Request[Any, Any, Any],
    data: Annotated[Entering, Body(media_type=RequestEncodingType.URL_ENCODED)],
    office: NamedDependency[Office],
) -> Response[str]:
    """A session for whoever gave the right password, and the page that was asked for."""
    refuse_other_origins(request, office.public_url)
    asked = LogIn(login=data.login, password=data.password, hall=data.hall.strip() or None)
    try:
        view, token = await entered(request, asked, office)
    except Refused as refused:
        language = language_of(request)
        fault = _FAULTS.get(refused.refusal, _NOT_NOW)
        status = refused.refusal.value.status
        return render("login.html", language, status, to=data.to, login=data.login, hall=data.hall, fault=fault)
    to = data.to if data.to.startswith(f"{HOME}/") else _first_page(view.role)
    return Redirect(to, status_code=303, headers=HEADERS, cookies=[session_cookie(office.public_url, token)])


@get(HOME, include_in_schema=False, guards=[let_staff_in])
async def home(request: Request[Bearer, Any, Any]) -> Redirect:
    """The page on which somebody of this role works."""
    return Redirect(_first_page(StaffRole(request.user.role.value)), status_code=303, headers=HEADERS)


@get("/staff/account", include_in_schema=False, guards=[let_staff_in])
async def account(request: Request[Bearer, Any, Any]) -> Response[str]:
    """Who one is, for roles that have no page of their own."""
    return render("account.html", language_of(request), login=request.user.token, role=request.user.role.value)


@post("/staff/logout", include_in_schema=False, guards=[let_staff_in], status_code=303)
async def log_out(
    request: Request[Bearer, str, Any], office: NamedDependency[Office], browsers: NamedDependency[Bearers]
) -> Redirect:
    """End the session. A counter that is open stays so: whoever sits there next takes it over."""
    press = keyless_press(request, office)
    await office.store.transact(partial(sessions.end_session, press=press, token=request.auth), press.hall)
    browsers.forget(request.auth)
    return Redirect(_LOGIN, status_code=303, headers=HEADERS, cookies=[session_cookie(office.public_url, "")])


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """What the switch of languages sent."""

    language: str = "zh"
    to: str = HOME


@post("/staff/language", include_in_schema=False, status_code=303)
async def choose(data: Annotated[Choosing, Body(media_type=RequestEncodingType.URL_ENCODED)]) -> Redirect:
    """Remember the language, and show the same page in it."""
    language = "en" if data.language == "en" else "zh"
    cookie = Cookie(key=LANGUAGE_COOKIE, value=language, path="/", max_age=365 * 86400, samesite="strict")
    to = data.to if data.to.startswith(HOME) else HOME
    return Redirect(to, status_code=303, headers=HEADERS, cookies=[cookie])


def _first_page(role: StaffRole) -> str:
    return _FIRST_PAGES.get(role, "/staff/account")


ROUTES: Final = (login_page, log_in, home, account, log_out, choose)
