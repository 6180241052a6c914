"""Bearer tokens: who sent a request, and the guards that say which roles a route is for."""

from collections.abc import Callable
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp, Guard, Middleware

from jinghou_queue.desk.access import Bearer, Role, find_bearer
from jinghou_queue.store import Store

FORGET_AFTER_S: Final = 5.0
"""How long a revoked token may still work."""


class Bearers:
    """Knows tokens for a few seconds, so that not every request asks the store. `now` is a monotonic time in s."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._known: dict[str, tuple[float, Bearer]] = {}

    async def find(self, token: str) -> Bearer | None:
        """Whose token this is. Unknown ones are not remembered: strangers cannot fill the memory."""
        now = self._now()
        known = self._known.get(token)
        if known is not None and now < known[0]:
            return known[1]
        bearer = await self._store.read(lambda connection: find_bearer(connection, token))
        if bearer is None:
            self._known.pop(token, None)
        else:
            self._known[token] = (now + FORGET_AFTER_S, bearer)
        return bearer


def bearer_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token of a request. Raises NotAuthorizedException when there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthorizedException("send the header Authorization: Bearer …")
    return token.strip()


def allows(*roles: Role) -> Guard:
    """A guard for the routes that only these roles may use."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        bearer: Bearer = connection.user
        if bearer.role not in roles:
            able = ", ".join(role.value for role in roles)
            raise PermissionDeniedException(f"a {bearer.role.value} may not do this; it is for: {able}")

    return guard


def refuse_other_halls(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard for routes that name a hall: it must be the token's own."""
    bearer: Bearer = connection.user
    if connection.path_params.get("hall", bearer.hall) != bearer.hall:
        raise PermissionDeniedException(f"this token belongs to hall {bearer.hall}")


class Authenticate(AbstractAuthenticationMiddleware):
    """Puts the Bearer of a request in `request.user`, or answers 401."""

    def __init__(self, app: ASGIApp, bearers: Bearers) -> None:
        super().__init__(app)
        self._bearers = bearers

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """Find whose token came. Raises NotAuthorizedException."""
        bearer = await self._bearers.find(bearer_token(connection))
        if bearer is None:
            raise NotAuthorizedException("this token is unknown or was revoked")
        return AuthenticationResult(user=bearer, auth=None)


def authentication(bearers: Bearers) -> Middleware:
    """The middleware around `bearers`. A function, because Litestar copies whatever else a router is given."""

    def wrap(app: ASGIApp) -> ASGIApp:
        return Authenticate(app, bearers)

    return wrap
