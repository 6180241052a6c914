"""Routes for a hall's plan: services, counters and rules, by version."""

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from pydantic import ValidationError

from jinghou_config.hall import HallPlan
from jinghou_config.settings import faults
from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.desk import setup, views
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal, Refused

PlanBody = dict[str, Any]
"""A plan as JSON, of the form that docs/configuration.md lists for a hall."""

_SEES: Final = allows(Role.MANAGER, Role.TECHNICIAN, Role.AUDITOR)


class PlanVersion(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to PUT /halls/{hall}/plan: the version now in force."""

    version: int


@get(
    "/halls/{hall:str}/plan",
    operation_id="viewPlan",
    summary="The plan in force",
    tags=["plan"],
    guards=[refuse_other_halls, _SEES],
    responses={
        200: ResponseSpec(dict, generate_examples=False, description="the plan; its version is the `ETag`"),
        **described(403, 404),
    },
)
async def view_plan(hall: FromPath[str], office: NamedDependency[Office]) -> Response[PlanBody]:
    """Services, counters and rules; send the `ETag` back as `If-Match` with a new plan."""
    version, plan = await office.store.read(partial(views.plan_in_force, hall=hall))
    return Response(plan.model_dump(mode="json"), headers={"ETag": f'"{version}"', "Cache-Control": "no-store"})


@put(
    "/halls/{hall:str}/plan",
    operation_id="changePlan",
    summary="Put a new plan in force",
    tags=["plan"],
    guards=[refuse_other_halls, allows(Role.MANAGER)],
    responses=described(403, 404, 409, 422),
)
async def change_plan(
    data: JSONBody[PlanBody],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
    if_match: Annotated[str, HeaderParameter(name="If-Match", description="the `ETag` of the plan that was changed")],
) -> PlanVersion:
    """Check the plan as a whole, then make the hall what it says. Older versions are kept."""
    expected = version_of(if_match, Refusal.PLAN_CHANGED)
    try:
        plan = HallPlan.model_validate(data)
    except ValidationError as invalid:
        raise Refused(Refusal.PLAN_INVALID, faults(invalid, "plan")) from None
    work = partial(setup.change_plan, press=press, plan=plan, expected=expected)
    return PlanVersion(version=await office.store.transact(work, press.hall))


def version_of(if_match: str, otherwise: Refusal) -> int:
    """The version that an `If-Match` names. Raises Refused `otherwise` when it is none of ours."""
    version = if_match.strip('"')
    if not version.isdecimal():
        raise Refused(otherwise, "If-Match must be the ETag of what was changed")
    return int(version)
