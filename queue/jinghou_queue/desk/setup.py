"""Making a hall from its plan, and changing it by a new one."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from jinghou_config.hall import HallPlan, ServicePlan
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.plans import write_plan
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.chain import START
from jinghou_queue.store import Connection
from jinghou_queue.store import booking_statements as bs
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts

_VERSION = msgspec.json.Decoder(int)


class HallExists(Exception):
    """The database has this hall already; nothing was changed."""


@dataclass(frozen=True)
class Obstacle:
    """One reason why a plan cannot be put in force: the service's id or counter's label, and how many or which number.

    `detail` is the whole of it in a sentence.
    """

    refusal: Refusal
    subject: str
    what: str
    detail: str


def add_hall(connection: Connection, plan: HallPlan, *, key_check: str, epoch: str, at: int) -> None:
    """Write a hall with its services and counters, all closed; `epoch` is a fresh random name. Raises HallExists."""
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
        chain=START,
        audit_seq=0,
        audit_chain=START,
        epoch=epoch,
        plan_version=0,
        plan="",
        key_check=key_check,
        erased_day="",
        erased_seq=0,
    )
    write_plan(connection, plan, version=1, at=at, actor="init")


def change_plan(connection: Connection, press: Press, plan: HallPlan, expected: int) -> int:
    """Put a new plan in force if version `expected` still is; the new version.

    Raises Refused: HALL_UNKNOWN, PLAN_CHANGED when somebody was faster, PLAN_HALL when it is another hall's,
    COUNTER_BUSY when a counter that would go has somebody, QUEUE_WAITING and SERVICE_BOOKED when a service that would
    go has people waiting or booked, PREFIX_GIVEN when a service would get the letters of numbers that another gave
    today, KEY_REUSED.
    """
    return pressed(connection, press, _VERSION, lambda book: _change_plan(book, plan, expected))


def obstacles(connection: Connection, hall: str, day: str, plan: HallPlan) -> Iterator[Obstacle]:
    """Why a plan cannot be put in force on that business day: all that stands in its way, the gravest first."""
    keeps = {counter.id for counter in plan.counters}
    labels = {row.counter: row.label for row in connection.all(st.COUNTERS, hall=hall)}
    for leg in connection.all(st.LEGS_AT_COUNTERS, hall=hall):
        if leg.counter is not None and leg.counter not in keeps:
            label = labels.get(leg.counter, "")
            yield Obstacle(Refusal.COUNTER_BUSY, label, leg.number, f"counter {label} has {leg.number}")
    for service, booked in connection.all(bs.BOOKED_SERVICES, hall=hall):
        planned = plan.service(service)
        if planned is None or planned.slots is None:
            yield Obstacle(Refusal.SERVICE_BOOKED, service, str(booked), f"{booked} people have booked {service}")
    services = {service.id for service in plan.services}
    for service, waiting in connection.all(st.TALLY_BY_SERVICE, hall=hall, day=day):
        if waiting and service not in services:
            yield Obstacle(Refusal.QUEUE_WAITING, service, str(waiting), f"{waiting} people wait for {service}")
    for changed in plan.services:
        yield from _given_prefix(connection, hall, day, changed)


def _given_prefix(connection: Connection, hall: str, day: str, service: ServicePlan) -> Iterator[Obstacle]:
    """Each service counts its own numbers: with another's letter it would come to numbers that somebody has."""
    row = connection.one(st.SERVICE, hall=hall, service=service.id)
    if row is not None and row.prefix == service.prefix:
        return
    key = {"hall": hall, "day": day, "service": service.id, "prefix": service.prefix}
    given = connection.one(st.TICKET_OF_OTHERS, **key) or connection.one(ts.LEASE_OF_OTHERS, **key)
    if given is not None:
        detail = f"{given.number} was given today for {given.service}: {service.id} can begin with it tomorrow"
        yield Obstacle(Refusal.PREFIX_GIVEN, service.id, given.number, detail)


def _change_plan(book: Book, plan: HallPlan, expected: int) -> int:
    row = book.connection.one(st.HALL, hall=book.hall)
    assert row is not None
    if plan.id != book.hall:
        raise Refused(Refusal.PLAN_HALL, f"this is a plan of hall {plan.id}, not of {book.hall}")
    if row.plan_version != expected:
        raise Refused(Refusal.PLAN_CHANGED, f"the plan is at version {row.plan_version} by now: get it anew")
    for obstacle in obstacles(book.connection, book.hall, book.day, plan):
        raise Refused(obstacle.refusal, obstacle.detail)
    write_plan(book.connection, plan, version=expected + 1, at=book.press.at, actor=book.press.actor)
    book.plan_changed(expected + 1, expected)
    book.audit("change plan", str(expected + 1))
    return expected + 1
