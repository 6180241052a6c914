"""Routes for reading a hall: list, snapshot, feed."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response import Stream

from jinghou_queue.api.auth import FORGET_AFTER_S, bearer_token, refuse_other_halls, session_now, whose_token
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.contract.messages import HallSummary, HallView, ServiceView
from jinghou_queue.desk import views
from jinghou_queue.desk.access import Bearer

EVENT_STREAM: Final = "text/event-stream"
STREAMED: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""An endless answer that no proxy may keep."""


async def while_known(
    chunks: AsyncGenerator[bytes], is_known: Callable[[], Awaitable[bool]], now: Callable[[], float]
) -> AsyncGenerator[bytes]:
    """The same, until whoever reads it is known no more: asked every few seconds, when there is something to send."""
    asked_at = now()
    async with aclosing(chunks):
        async for chunk in chunks:
            if now() - asked_at >= FORGET_AFTER_S:
                if not await is_known():
                    return
                asked_at = now()
            yield chunk


async def _is_known(request: Request[Bearer, str | None, Any], office: Office) -> bool:
    if request.auth is not None:
        return await session_now(office, request.auth, office.now()) is not None
    return await whose_token(office, bearer_token(request)) is not None


@get(
    "/halls",
    operation_id="listHalls",
    summary="The halls this token may see",
    tags=["halls"],
    responses=described(),
)
async def list_halls(request: Request[Bearer, Any, Any], office: NamedDependency[Office]) -> list[HallSummary]:
    """A token belongs to one hall, so the list has one line."""
    return [await office.store.read(partial(views.hall_summary, hall=request.user.hall))]


@get(
    "/halls/{hall:str}",
    operation_id="viewHall",
    summary="A hall as of one event of its feed",
    tags=["halls"],
    guards=[refuse_other_halls],
    responses=described(403, 404),
)
async def view_hall(hall: FromPath[str], office: NamedDependency[Office]) -> HallView:
    """Services with how many wait, counters, and the calls of people not yet done; go on with the feed after `seq`."""
    view = await office.store.read(partial(views.hall_view, hall=hall, at=office.now()))
    return msgspec.structs.replace(view, services=estimated(office, hall, view.services))


def estimated(office: Office, hall: str, services: tuple[ServiceView, ...]) -> tuple[ServiceView, ...]:
    """The same services, each with a newcomer's estimate."""
    return tuple(
        msgspec.structs.replace(each, estimate=office.outlooks.estimate(hall, each.id, each.waiting))
        for each in services
    )


@get(
    "/halls/{hall:str}/events",
    operation_id="followHall",
    summary="The feed of a hall, as server-sent events",
    tags=["halls"],
    guards=[refuse_other_halls],
    responses={
        200: ResponseSpec(
            str, generate_examples=False, description="the feed; see docs/api.md", media_type=EVENT_STREAM
        ),
        **described(403, 404),
    },
)
async def follow_hall(
    request: Request[Bearer, str | None, Any],
    hall: FromPath[str],
    office: NamedDependency[Office],
    last_event_id: Annotated[
        int | None, HeaderParameter(name="Last-Event-ID", ge=0, description="what a reconnecting browser sends; wins")
    ] = None,
    after: Annotated[
        int | None, QueryParameter(name="after", ge=0, description="events after this `seq`; none: from now on")
    ] = None,
    epoch: Annotated[
        str | None, QueryParameter(name="epoch", max_length=64, description="the hall's `epoch` that `after` is of")
    ] = None,
) -> Stream:
    """Every event after the given one, in order, without gaps or doubles, and then each as it happens.

    It ends when the token is revoked or the session is over.
    """
    events = await office.feeds.open(office.store, hall, after if last_event_id is None else last_event_id, epoch)
    known = while_known(events, partial(_is_known, request, office), time.monotonic)
    return Stream(known, media_type=EVENT_STREAM, headers=STREAMED)
