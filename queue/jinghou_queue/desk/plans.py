"""A hall's plan: the version in force, and how a new one becomes the hall."""

import hashlib
from typing import Final

from jinghou_config.hall import CounterPlan, HallPlan, ServicePlan
from jinghou_queue.contract.messages import CounterState
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st

_REMEMBERED: Final = 256  # plans; a city has some dozens of halls
_known: Final[dict[str, HallPlan]] = {}


def fingerprint(body: str) -> str:
    """Names a plan by its content, so that whoever knows the name has the right plan."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def plan_of(connection: Connection, hall: str, row: st.HallRow) -> HallPlan:
    """The plan in force, parsed once for all presses."""
    plan = _known.get(row.plan)
    if plan is None:
        body = connection.one(rs.PLAN, hall=hall, version=row.plan_version)
        assert body is not None
        plan = HallPlan.model_validate_json(body)
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[row.plan] = plan
    return plan


def plan_at(connection: Connection, hall: str, version: int) -> HallPlan | None:
    """The plan of a version that was in force once, or is; None when there was none."""
    body = connection.one(rs.PLAN, hall=hall, version=version)
    return None if body is None else HallPlan.model_validate_json(body)


def write_plan(connection: Connection, plan: HallPlan, *, version: int, at: int, actor: str) -> None:
    """Make the hall what `plan` says; its row exists. What the plan has no more is retired, never deleted."""
    body = plan.model_dump_json()
    connection.run(rs.PLAN_ADD, hall=plan.id, version=version, at=at, actor=actor, body=body)
    connection.run(
        st.HALL_PLAN,
        hall=plan.id,
        to_version=version,
        to_plan=fingerprint(body),
        to_name=plan.name,
        to_name_en=plan.name_en,
        to_timezone=plan.timezone,
    )
    connection.run(st.SERVICES_RETIRE, hall=plan.id)
    for place, service in enumerate(plan.services):
        _write_service(connection, plan.id, place, service)
    connection.run(st.COUNTERS_RETIRE, hall=plan.id)
    for place, counter in enumerate(plan.counters):
        _write_counter(connection, plan.id, place, counter)


def _write_service(connection: Connection, hall: str, place: int, service: ServicePlan) -> None:
    changed = connection.run(
        st.SERVICE_CHANGE,
        hall=hall,
        service=service.id,
        to_place=place,
        to_prefix=service.prefix,
        to_name=service.name,
        to_name_en=service.name_en,
        to_zone=service.zone,
        to_identity=service.identity,
    )
    if not changed:
        connection.run(
            st.SERVICE_ADD,
            hall=hall,
            service=service.id,
            place=place,
            prefix=service.prefix,
            name=service.name,
            name_en=service.name_en,
            zone=service.zone,
            identity=service.identity,
            retired=0,
        )


def _write_counter(connection: Connection, hall: str, place: int, counter: CounterPlan) -> None:
    changed = connection.run(st.COUNTER_CHANGE, hall=hall, counter=counter.id, to_place=place, to_label=counter.label)
    if not changed:
        connection.run(
            st.COUNTER_ADD,
            hall=hall,
            counter=counter.id,
            place=place,
            label=counter.label,
            state=CounterState.CLOSED,
            why="",
            clerk=None,
            changed_at=0,
            free_at=0,
            retired=0,
        )
    had = {row.service for row in connection.all(st.COUNTER_SERVICES, hall=hall, counter=counter.id)}
    for service in had - set(counter.services):
        connection.run(st.COUNTER_SERVICE_DROP, hall=hall, counter=counter.id, service=service)
    for service_place, service in enumerate(counter.services):
        key = {"hall": hall, "counter": counter.id, "service": service}
        if service in had:
            connection.run(st.COUNTER_SERVICE_PLACE, **key, to_place=service_place)
        else:
            connection.run(st.COUNTER_SERVICE_ADD, **key, place=service_place, serves=0)
