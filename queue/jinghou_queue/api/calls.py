"""Routes about calls that reached nobody, for the staff who go and look."""

from functools import partial
from typing import Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.contract.calls import UnreachedLine
from jinghou_queue.desk import ladder
from jinghou_queue.desk.access import Role

_LOOKS: Final = allows(Role.CLERK, Role.USHER, Role.MANAGER)


@get(
    "/halls/{hall:str}/unreached",
    operation_id="listUnreached",
    summary="Who was called and has seen it on no channel",
    tags=["calls"],
    guards=[refuse_other_halls, _LOOKS],
    responses=described(403, 404),
)
async def list_unreached(hall: FromPath[str], office: NamedDependency[Office]) -> list[UnreachedLine]:
    """Who was called first is first. Get it anew with each `call` and `leg` event of the feed."""
    return await office.store.read(partial(ladder.unreached, hall=hall))
