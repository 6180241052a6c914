"""The cookie of a session: how it is made, and that no other site can write with it.

A browser sends our cookie with whatever page makes it ask us. A write by cookie therefore has to show that it comes
from a page of ours: by `Sec-Fetch-Site`, which browsers send to https and which no page can set, else by `Origin`,
which they all send with a write. Who has neither uses a token.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import PermissionDeniedException

_READS: Final = ("GET", "HEAD", "OPTIONS")


def cookie_name(public_url: str) -> str:
    """Its name. With TLS one that a browser takes from us only, for this host alone."""
    return "__Host-jinghou" if _is_secure(public_url) else "jinghou"


def session_cookie(public_url: str, token: str) -> Cookie:
    """A cookie that brings `token` back until the browser is closed; an empty one takes it away.

    No script can read it, and no other site's page can have it sent.
    """
    return Cookie(
        key=cookie_name(public_url),
        value=token,
        max_age=None if token else 0,
        path="/",
        secure=_is_secure(public_url),
        httponly=True,
        samesite="strict",
    )


def refuse_other_sites(connection: ASGIConnection[Any, Any, Any, Any], public_url: str) -> None:
    """Raises PermissionDeniedException for a write to the API that does not come from a page of ours."""
    if connection.scope.get("method") in _READS:
        return
    content = connection.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if content != "application/json":
        raise PermissionDeniedException(
            "with a session a body must be application/json, which no form of another site can be"
        )
    refuse_other_origins(connection, public_url)


def refuse_other_origins(connection: ASGIConnection[Any, Any, Any, Any], public_url: str) -> None:
    """Raises PermissionDeniedException for a write that another site's page sent, whatever its form."""
    if connection.scope.get("method") in _READS:
        return
    headers = connection.headers
    site = headers.get("sec-fetch-site")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        here = f"{connection.scope['scheme']}://{headers.get('host', '')}"
        ours = headers.get("origin") in (here, _origin(public_url))
    if not ours:
        raise PermissionDeniedException(
            "only our own pages log in or write with a session: Sec-Fetch-Site must be same-origin, or Origin ours"
        )


def _is_secure(public_url: str) -> bool:
    return public_url.startswith("https://")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
