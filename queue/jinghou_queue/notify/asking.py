"""Asking a gateway over HTTP, and what its silence or its status means for a message."""

import logging
import re
from collections.abc import Mapping
from typing import Any, Final

import httpx

from jinghou_queue.notify.channel import InDoubt, Never, SlowDown, TryAgain

_CODE: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_NOT_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_CONNECT_S: Final = 3.0


def client(deadline_s: float) -> httpx.Client:
    """Connections of one channel to its gateway; each wait ends with the deadline."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # else a line a request, whose address it may not say
    return httpx.Client(timeout=httpx.Timeout(deadline_s, connect=min(_CONNECT_S, deadline_s)), follow_redirects=False)


def ask(
    http: httpx.Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """One request; answers below 500 come back. Raises TryAgain, SlowDown, or InDoubt when it may have been heard."""
    try:
        answer = http.request(method, url, headers=headers, content=content)
    except _NOT_CONNECTED:
        raise TryAgain("no-connection") from None
    except httpx.HTTPError:
        raise InDoubt("no-answer") from None
    if answer.status_code in {429, 503}:
        raise SlowDown(f"http-{answer.status_code}", _seconds(answer.headers.get("Retry-After", "")))
    if answer.status_code >= 500:
        raise InDoubt(f"http-{answer.status_code}")
    return answer


def told(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises InDoubt for anything else, Never when its status says no."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    if answer.status_code >= 400:
        raise Never(f"http-{answer.status_code}")
    raise InDoubt("no-json")


def code(value: object) -> str:
    """A gateway's code as it may be kept and logged: nothing that could quote a phone."""
    text = str(value)
    return text if _CODE.fullmatch(text) and not re.search(r"\d{7}", text) else "unreadable-code"


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), 600.0) if retry_after.isdecimal() else 10.0
