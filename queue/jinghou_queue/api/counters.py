"""Routes for the clerk's buttons."""

from functools import partial
from typing import Any, Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from jinghou_queue.api.auth import allows
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.contract.messages import Called, CounterView, LegView, OpenCounter
from jinghou_queue.desk import counters
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press

_WORKS_COUNTERS: Final = allows(Role.CLERK, Role.MANAGER)


@post(
    "/counters/{counter:str}/open",
    operation_id="openCounter",
    summary="Open a counter, or change what it serves",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 422),
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
    return await office.store.transact(partial(counters.open_counter, press=press, counter=counter, services=services))


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
    return await office.store.transact(partial(counters.close_counter, press=press, counter=counter))


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
    called = await office.store.transact(partial(counters.call_next, press=press, counter=counter))
    nobody: Response[Any] = Response(None, status_code=204)
    return nobody if called is None else Response(called)


@post(
    "/counters/{counter:str}/start",
    operation_id="startServing",
    summary="The called person is here",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def start_serving(
    counter: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> LegView:
    """Begin to serve the person who was called."""
    return await office.store.transact(partial(counters.start_serving, press=press, counter=counter))


@post(
    "/counters/{counter:str}/finish",
    operation_id="finishServing",
    summary="The matter is done",
    tags=["counters"],
    guards=[_WORKS_COUNTERS],
    responses=described(403, 404, 409, 422),
    status_code=200,
)
async def finish_serving(
    counter: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> LegView:
    """End serving; the ticket closes and the counter is free for the next."""
    return await office.store.transact(partial(counters.finish_serving, press=press, counter=counter))
