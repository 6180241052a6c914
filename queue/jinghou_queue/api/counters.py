"""Routes for the clerk's buttons."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from jinghou_queue.api.auth import allows
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.contract.messages import (
    Called,
    CounterDesk,
    CounterView,
    LegView,
    OpenCounter,
    PauseCounter,
    Resume,
    Transfer,
)
from jinghou_queue.desk import counters, views
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press

_WORKS_COUNTERS: Final = allows(Role.CLERK, Role.MANAGER)


@post(
    "/counters/{counter:str}/open",
    operation_id="openCounter",
    summary="Open a counter, or change what it serves",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def open_counter(
    counter: FromPath[str],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
    data: JSONBody[OpenCounter | None] = None,
) -> CounterView:
    """Let the counter call people of the services named, or of all it can serve."""
    services = None if data is None else data.services
    return await office.store.transact(
        partial(counters.open_counter, press=press, counter=counter, services=services), press.hall
    )


@get(
    "/counters/{counter:str}",
    operation_id="viewCounter",
    summary="A counter, for its clerk",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404),
)
async def view_counter(
    counter: FromPath[str], request: Request[Bearer, Any, Any], office: NamedDependency[Office]
) -> CounterDesk:
    """Who is there, who is parked or was missed there, and how many wait: all that a page needs after a reload."""
    hall = request.user.hall
    return await office.store.read(partial(views.counter_desk, hall=hall, counter=counter, at=office.now()))


@post(
    "/counters/{counter:str}/pause",
    operation_id="pauseCounter",
    summary="Pause a counter",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def pause_counter(
    counter: FromPath[str],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
    data: JSONBody[PauseCounter | None] = None,
) -> CounterView:
    """Call nobody for a while; whoever is there is still served. Opening the counter ends the pause."""
    why = "" if data is None else data.why
    return await office.store.transact(
        partial(counters.pause_counter, press=press, counter=counter, why=why), press.hall
    )


@post(
    "/counters/{counter:str}/close",
    operation_id="closeCounter",
    summary="Close a counter",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def close_counter(
    counter: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> CounterView:
    """Let the counter call nobody; not possible while somebody is called or served there."""
    return await office.store.transact(partial(counters.close_counter, press=press, counter=counter), press.hall)


@post(
    "/counters/{counter:str}/next",
    operation_id="callNext",
    summary="Call the next person",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses={
        204: ResponseSpec(None, generate_examples=False, description="nobody waits"),
        **described(403, 404, 409, 422),
    },
    status_code=200,
)
async def call_next(
    counter: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[Called]:
    """Call whoever is first among the counter's services, and say why this person."""
    called = await office.store.transact(partial(counters.call_next, press=press, counter=counter), press.hall)
    nobody: Response[Any] = Response(None, status_code=204)
    return nobody if called is None else Response(called)


@post(
    "/counters/{counter:str}/resume",
    operation_id="resumePerson",
    summary="Go on with somebody who was parked",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def resume(
    counter: FromPath[str],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
    data: JSONBody[Resume | None] = None,
) -> LegView:
    """Serve the ticket named, or the one parked last at this counter."""
    ticket = None if data is None else data.ticket
    return await office.store.transact(
        partial(counters.resume, press=press, counter=counter, ticket=ticket), press.hall
    )


@post(
    "/counters/{counter:str}/transfer",
    operation_id="transferPerson",
    summary="Send the person on to another service",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def transfer(
    counter: FromPath[str], data: JSONBody[Transfer], press: NamedDependency[Press], office: NamedDependency[Office]
) -> LegView:
    """Done here; the same number waits for the other service, before those who just came."""
    work = partial(counters.transfer, press=press, counter=counter, service=data.service)
    return await office.store.transact(work, press.hall)


def _button(
    name: str, operation_id: str, summary: str, description: str, do: Callable[..., LegView]
) -> HTTPRouteHandler:
    """A button that needs nothing but the counter, and answers with the person it was about."""

    @post(
        f"/counters/{{counter:str}}/{name}",
        operation_id=operation_id,
        summary=summary,
        description=description,
        tags=["counters"],
        guards=[_WORKS_COUNTERS],
        responses=described(403, 404, 409, 422),
        status_code=200,
    )
    async def press_button(
        counter: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
    ) -> LegView:
        return await office.store.transact(partial(do, press=press, counter=counter), press.hall)

    return press_button


BUTTONS: Final = (
    _button(
        "recall",
        "recall",
        "Call the same person again",
        "Show the call once more on every channel; counted, and stands with the person.",
        counters.recall,
    ),
    _button(
        "undo",
        "undoCall",
        "Take the call back",
        "The person waits again at the old place, as if never called.",
        counters.undo_call,
    ),
    _button(
        "start",
        "startServing",
        "The called person is here",
        "Begin to serve the person who was called.",
        counters.start_serving,
    ),
    _button(
        "miss",
        "missCall",
        "The person does not come",
        "Pass over somebody who was recalled as often as the plan says; one scan brings them back.",
        counters.miss,
    ),
    _button(
        "park",
        "parkPerson",
        "Let the person fetch something",
        "The person keeps the number and comes back; the counter may serve others meanwhile.",
        counters.park,
    ),
    _button(
        "finish",
        "finishServing",
        "The matter is done",
        "End serving; the ticket closes and the counter is free for the next.",
        counters.finish_serving,
    ),
)
