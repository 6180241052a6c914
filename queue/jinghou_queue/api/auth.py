"""Tokens and sessions: who sent a request, and the guards that say which roles a route is for."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp, Guard, Middleware

from jinghou_queue.api.cookies import cookie_name, refuse_other_sites
from jinghou_queue.api.office import Office
from jinghou_queue.desk import sessions
from jinghou_queue.desk.access import Bearer, Role, find_bearer
from jinghou_queue.keys import hall_of_token
from jinghou_queue.store.staff_statements import SessionRow

FORGET_AFTER_S: Final = 5.0
"""How long a revoked token, or a session that somebody else ended, may still work."""
SESSION_OVER: Final = "this session has ended: log in again"
_TIDY_FROM: Final = 1000  # remembered, when those are dropped whose time is over


class Bearers:
    """Knows tokens for a few seconds, so that not every request asks the store. `now` is a monotonic time in s."""

    def __init__(self, ask: Callable[[str], Awaitable[Bearer | None]], now: Callable[[], float]) -> None:
        self._ask = ask
        self._now = now
        self._known: dict[str, tuple[float, Bearer]] = {}

    async def find(self, token: str) -> Bearer | None:
        """Whose token this is. Unknown ones are not remembered: strangers cannot fill the memory."""
        now = self._now()
        known = self._known.get(token)
        if known is not None and now < known[0]:
            return known[1]
        bearer = await self._ask(token)
        if bearer is None:
            self.forget(token)
        else:
            if len(self._known) >= _TIDY_FROM:
                self._known = {each: known for each, known in self._known.items() if now < known[0]}
            self._known[token] = (now + FORGET_AFTER_S, bearer)
        return bearer

    def forget(self, token: str) -> None:
        """Ask the store the next time."""
        self._known.pop(token, None)


async def whose_token(office: Office, token: str) -> Bearer | None:
    """The bearer of an API token."""
    return await office.store.read(partial(find_bearer, token=token))


async def session_now(office: Office, token: str, at: int) -> SessionRow | None:
    """The session of that token, unless it is over."""
    find = partial(sessions.find_session, token=token, at=at, idle_ms=office.sessions.idle_ms)
    return await office.store.read(find)


async def whose_session(office: Office, token: str) -> Bearer | None:
    """Whoever logged in with that session, which is in use from now on."""
    at = office.now()
    session = await session_now(office, token, at)
    if session is None:
        return None
    if at - session.seen_at >= sessions.SEEN_EVERY_MS:
        await office.store.transact(partial(sessions.session_seen, token=token, at=at))
    return Bearer(session.login, hall_of_token(token), Role(session.role))


def bearer_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token of a request. Raises NotAuthorizedException when there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthorizedException("log in, or send the header Authorization: Bearer …")
    return token.strip()


def allows(*roles: Role) -> Guard:
    """A guard for the routes that only these roles may use."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        bearer: Bearer = connection.user
        if bearer.role not in roles:
            able = ", ".join(role.value for role in roles)
            raise PermissionDeniedException(f"a {bearer.role.value} may not do this; it is for: {able}")

    return guard


def only_sessions(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard for routes about the session that a request came with."""
    if connection.auth is None:
        raise PermissionDeniedException("a token has no session: this is for people who logged in")


def refuse_other_halls(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard for routes that name a hall: it must be the token's own."""
    bearer: Bearer = connection.user
    if connection.path_params.get("hall", bearer.hall) != bearer.hall:
        raise PermissionDeniedException(f"this token belongs to hall {bearer.hall}")


class Authenticate(AbstractAuthenticationMiddleware):
    """Puts the Bearer of a request in `request.user` and its session, if any, in `request.auth`; or answers 401."""

    def __init__(self, app: ASGIApp, office: Office, tokens: Bearers, browsers: Bearers) -> None:
        super().__init__(app)
        self._office = office
        self._tokens = tokens
        self._browsers = browsers

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """Find who sent it. Raises NotAuthorizedException, or PermissionDeniedException for another site's request."""
        public_url = self._office.public_url
        has_token = "authorization" in connection.headers  # which no other site's page can send
        session = None if has_token else connection.cookies.get(cookie_name(public_url))
        if session is None:
            bearer = await self._tokens.find(bearer_token(connection))
            if bearer is None:
                raise NotAuthorizedException("this token is unknown or was revoked")
            return AuthenticationResult(user=bearer, auth=None)
        refuse_other_sites(connection, public_url)
        bearer = await self._browsers.find(session)
        if bearer is None:
            raise NotAuthorizedException(SESSION_OVER)
        return AuthenticationResult(user=bearer, auth=session)


def authentication(office: Office, tokens: Bearers, browsers: Bearers) -> Middleware:
    """The middleware that knows both. A function, because Litestar copies whatever else a router is given."""

    def wrap(app: ASGIApp) -> ASGIApp:
        return Authenticate(app, office, tokens, browsers)

    return wrap
