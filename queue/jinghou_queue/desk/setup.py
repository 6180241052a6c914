"""Making a hall from its plan."""

from jinghou_config.hall import HallPlan
from jinghou_queue.contract.messages import CounterState
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st


class HallExists(Exception):
    """The database has this hall already; nothing was changed."""


def add_hall(connection: Connection, plan: HallPlan, key_check: str) -> None:
    """Write a hall with its services and counters, all closed. Raises HallExists."""
    if connection.one(st.HALL, hall=plan.id) is not None:
        raise HallExists(f"the database already has hall {plan.id}; nothing was changed")
    connection.run(
        st.HALL_ADD,
        hall=plan.id,
        name=plan.name,
        name_en=plan.name_en,
        timezone=plan.timezone,
        day="",
        seq=0,
        key_check=key_check,
    )
    for place, service in enumerate(plan.services):
        connection.run(
            st.SERVICE_ADD,
            hall=plan.id,
            service=service.id,
            place=place,
            prefix=service.prefix,
            name=service.name,
            name_en=service.name_en,
            zone=service.zone,
            identity=service.identity,
        )
    for place, counter in enumerate(plan.counters):
        connection.run(
            st.COUNTER_ADD,
            hall=plan.id,
            counter=counter.id,
            place=place,
            label=counter.label,
            state=CounterState.CLOSED,
        )
        for service_place, service_id in enumerate(counter.services):
            connection.run(
                st.COUNTER_SERVICE_ADD,
                hall=plan.id,
                counter=counter.id,
                service=service_id,
                place=service_place,
                serves=0,
            )
