"""Every error as `application/problem+json`, with a stable type and a detail that quotes nobody's data."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap
from msgspec import UNSET

from jinghou_config.log import get_logger
from jinghou_queue.contract import PROBLEM_PREFIX
from jinghou_queue.contract.messages import BookedFor, Problem
from jinghou_queue.desk.refused import ProblemKind, Refused
from jinghou_queue.store import StoreUnavailable

MEDIA_TYPE: Final = "application/problem+json"

INVALID: Final = ProblemKind("invalid-request", 400, "The request is not of the form this call needs")
INTERNAL: Final = ProblemKind("internal", 500, "The server made a mistake")
UNAVAILABLE: Final = ProblemKind("store-unavailable", 503, "Nothing can be saved now")
BY_STATUS: Final[Mapping[int, ProblemKind]] = {
    kind.status: kind
    for kind in (
        INVALID,
        ProblemKind("token-unknown", 401, "A valid bearer token or session is needed"),
        ProblemKind("not-allowed", 403, "This token or session may not do that"),
        ProblemKind("not-found", 404, "There is nothing at this address"),
        ProblemKind("method", 405, "This address does not take that method"),
        ProblemKind("too-large", 413, "The request is too large"),
        ProblemKind("too-often", 429, "Too many requests"),
        INTERNAL,
        UNAVAILABLE,
    )
}
_OURS: Final = (401, 403, 429)  # raised by us with a detail of ours

_QUOTED: Final = re.compile(r"['\"`].*['\"`]", re.DOTALL)  # to the last mark: what was sent can hold marks too
_QUOTES_ONLY_US: Final = ("Object missing required field", "Expected ")  # names of our fields and types
_FIELD: Final = re.compile(r"[a-z_][a-z_.\[\]]{0,60}")  # ours have no digits

log = get_logger(__name__)


def body_of(kind: ProblemKind, detail: str, booked_for: BookedFor | None = None) -> Problem:
    """A problem, as its body says it."""
    return Problem(
        type=PROBLEM_PREFIX + kind.slug,
        title=kind.title,
        status=kind.status,
        detail=detail,
        booked_for=booked_for or UNSET,
    )


def problem(
    kind: ProblemKind, detail: str, headers: Mapping[str, str] | None = None, booked_for: BookedFor | None = None
) -> Response[Problem]:
    """The answer for a problem."""
    return Response(
        body_of(kind, detail, booked_for),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _refused(_: Request[Any, Any, Any], refused: Refused) -> Response[Problem]:
    wait = {} if refused.wait_ms is None else {"Retry-After": str(math.ceil(refused.wait_ms / 1000))}
    return problem(refused.refusal.value, refused.detail, wait, refused.booked_for)


def _unavailable(_: Request[Any, Any, Any], fault: StoreUnavailable) -> Response[Problem]:
    return problem(UNAVAILABLE, str(fault), {"Retry-After": "1"})


def _http(_: Request[Any, Any, Any], fault: HTTPException) -> Response[Problem]:
    """Litestar's own errors; their texts may quote the address or the body, so only ours are passed on."""
    if isinstance(fault, ValidationException):
        return problem(INVALID, _say_invalid(fault))
    kind = BY_STATUS.get(fault.status_code, INTERNAL if fault.status_code >= 500 else INVALID)
    if kind is INTERNAL:
        log.error("internal error", exc_info=fault)
    detail = fault.detail if fault.status_code in _OURS else "the body is not JSON" if kind is INVALID else ""
    allowed = {name: value for name, value in (fault.headers or {}).items() if name.lower() == "allow"}
    return problem(kind, detail, allowed)


def _too_deep(_: Request[Any, Any, Any], __: RecursionError) -> Response[Problem]:
    """Nothing of ours recurses: the parser gave up on a body of brackets."""
    return problem(INVALID, "the body is nested too deeply")


def _internal(_: Request[Any, Any, Any], fault: Exception) -> Response[Problem]:
    log.error("internal error", exc_info=fault)
    return problem(INTERNAL, "the fault is in the server's log; the request may be sent again")


def _say_invalid(fault: ValidationException) -> str:
    """Which field, and what is wrong with it, without any value that was sent."""
    parts = []
    for error in fault.extra if isinstance(fault.extra, list) else []:
        message = str(error.get("message", ""))
        if not message.startswith(_QUOTES_ONLY_US):
            message = _QUOTED.sub("…", message)
        key = str(error.get("key", "")).removeprefix("data.")
        parts.append(f"{key}: {message}" if _FIELD.fullmatch(key) and key != "data" else message)
    return "; ".join(parts) or "the request does not have the form that this call needs"


HANDLERS: Final[ExceptionHandlersMap] = {
    Refused: _refused,
    StoreUnavailable: _unavailable,
    HTTPException: _http,
    RecursionError: _too_deep,
    Exception: _internal,
}


def described(*statuses: int, needs_token: bool = True) -> dict[int, ResponseSpec]:
    """For the OpenAPI document: the problems that a route answers, beside those that all do."""
    common = {400, 401, 413, 503} if needs_token else {400, 413, 503}
    return {
        status: ResponseSpec(Problem, generate_examples=False, description=description, media_type=MEDIA_TYPE)
        for status, description in {
            400: "invalid-request",
            401: "no valid token, session or password",
            403: "not-allowed",
            404: "the hall, counter or ticket is unknown",
            409: "not possible in this state",
            413: "too-large",
            422: "asked for something the hall does not offer",
            429: "too often",
            503: "store-unavailable",
        }.items()
        if status in {*statuses, *common}
    }
