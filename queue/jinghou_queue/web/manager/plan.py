"""The settings of a hall as forms: each change is checked, shown in sentences, and only then put in force.

A preview carries the whole plan that it would put in force, so a form, an earlier version and a file go one way.
"""

import tomllib
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from pydantic import ValidationError

from jinghou_config.hall import HallPlan
from jinghou_config.hall_toml import plan_as_toml
from jinghou_queue.api.office import Office
from jinghou_queue.desk import setup, views
from jinghou_queue.desk.plans import plan_at
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.days import day_of_press
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.web import forms
from jinghou_queue.web.forms import Fault, faults_of
from jinghou_queue.web.manager.frame import (
    BASE,
    FAULTS,
    LOOKS,
    MANAGES,
    OTHERWISE,
    Asked,
    pressed_with,
    shown,
    text,
    version_in,
    went,
)
from jinghou_queue.web.manager.plan_parts import NEW, Part, part_of, with_part, without_part
from jinghou_queue.web.manager.plan_words import SECTIONS, WEEKDAYS, changes, counter_name, place_of, stretch_words
from jinghou_queue.web.pages import HEADERS, Saying

PLAN: Final = f"{BASE}/plan"
_SHOWN_VERSIONS: Final = 20
_MOST_BODY: Final = 512 * 1024
"""Of a form that holds a whole plan, in bytes: written for a form, a hall of eighty services is larger than a press."""
_NO_PART: Final[Saying] = ("这一项已经没有了。", "That is no more.")
_NO_VERSION: Final[Saying] = ("没有这个版本。", "There is no such version.")
_UNFIT: Final[Saying] = ("文件里的设置不能用：", "The settings of this file will not do:")


@dataclass(frozen=True)
class Proposal:
    """A plan that somebody would put in force in place of version `expected`, beside what is in force now.

    `theirs` is what others changed since, `obstacles` what stands in the way.
    """

    plan: HallPlan
    expected: int
    version: int
    changes: list[Saying]
    theirs: list[Saying]
    by: str
    obstacles: list[Saying]


@get(PLAN, include_in_schema=False, guards=LOOKS)
async def overview(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """All that is set, in short, and who changed it when."""
    return await _overview(request, office)


@get(f"{PLAN}/edit/{{kind:str}}/{{name:str}}", include_in_schema=False, guards=MANAGES)
async def edit(
    kind: FromPath[str], name: FromPath[str], request: Asked, office: NamedDependency[Office]
) -> Response[str]:
    """The form of one service, one counter, or one section of rules."""
    version, plan = await office.store.read(partial(views.plan_in_force, hall=request.user.hall))
    part = part_of(plan, kind, name)
    if part is None:
        return await _overview(request, office, _NO_PART, 404)
    return await _form(request, office, part, version)


@post(f"{PLAN}/edit/{{kind:str}}/{{name:str}}", include_in_schema=False, guards=MANAGES, status_code=200)
async def edited(
    kind: FromPath[str], name: FromPath[str], request: Asked, office: NamedDependency[Office]
) -> Response[str]:
    """What a form would change, to be looked at; or the form again, with what is wrong at its field."""
    hall, sent = request.user.hall, await request.form()
    in_force, plan = await office.store.read(partial(views.plan_in_force, hall=hall))
    version = version_in(sent, in_force)
    seen = await office.store.read(partial(plan_at, hall=hall, version=version))
    plan = plan if seen is None else seen
    part = part_of(plan, kind, name)
    if part is None:
        return await _overview(request, office, _NO_PART, 404)
    values, part = (without_part(plan, part), part) if "remove" in sent else with_part(plan, part, sent)
    try:
        proposed = HallPlan.model_validate(values)
    except ValidationError as invalid:
        found, others = forms.at_fields(faults_of(invalid), part.fields, part.under)
        return await _form(request, office, part, version, 422, found, _placed(others, values))
    return await _preview(request, office, proposed, version, f"{PLAN}/edit/{kind}/{name}")


@post(f"{PLAN}/apply", include_in_schema=False, guards=MANAGES, status_code=200, request_max_body_size=_MOST_BODY)
async def apply(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Put what was previewed in force; when it no longer can be, show why."""
    sent = await request.form()
    back = text(sent, "back") if text(sent, "back").startswith(PLAN) else PLAN
    try:
        plan = HallPlan.model_validate_json(text(sent, "plan"))
    except ValidationError:
        return await _overview(request, office, OTHERWISE, 422)
    press, expected = pressed_with(request, office, sent), version_in(sent)
    try:
        work = partial(setup.change_plan, press=press, plan=plan, expected=expected)
        await office.store.transact(work, press.hall)
    except Refused as refused:
        if refused.refusal is Refusal.KEY_REUSED:
            return await _overview(request, office, FAULTS[refused.refusal], 422)
        return await _preview(request, office, plan, expected, back, refused.refusal.value.status)
    return went(PLAN, "applied")


@get(f"{PLAN}/versions/{{version:int}}", include_in_schema=False, guards=LOOKS)
async def view_version(version: FromPath[int], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """What a version changed, and what would become of today's plan if it were in force again."""
    hall = request.user.hall
    now, current = await office.store.read(partial(views.plan_in_force, hall=hall))
    found = await _version_at(office, hall, version)
    if found is None:
        return await _overview(request, office, _NO_VERSION, 404)
    row, plan = found
    before = await office.store.read(partial(plan_at, hall=hall, version=version - 1))
    return await shown(
        request,
        office,
        "version.html",
        row=row,
        in_force=now,
        changes=None if before is None else changes(before, plan),
        would=changes(current, plan),
    )


@post(f"{PLAN}/versions/{{version:int}}", include_in_schema=False, guards=MANAGES, status_code=200)
async def restore(version: FromPath[int], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Propose an earlier version anew."""
    hall = request.user.hall
    now, _ = await office.store.read(partial(views.plan_in_force, hall=hall))
    found = await _version_at(office, hall, version)
    if found is None:
        return await _overview(request, office, _NO_VERSION, 404)
    return await _preview(request, office, found[1], now, f"{PLAN}/versions/{version}")


@get(f"{PLAN}/file", include_in_schema=False, guards=LOOKS)
async def export(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """The plan in force as the file that `jinghou-queue init --hall` reads."""
    hall = request.user.hall
    version, plan = await office.store.read(partial(views.plan_in_force, hall=hall))
    named = {"Content-Disposition": f'attachment; filename="{hall}-{version}.toml"'}
    return Response(plan_as_toml(plan), headers={**HEADERS, **named}, media_type="application/toml")


@post(f"{PLAN}/file", include_in_schema=False, guards=MANAGES, status_code=200, request_max_body_size=_MOST_BODY)
async def bring(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Propose the plan that stands in a file."""
    sent = await request.form()
    file = sent.get("file")
    body = await file.read() if isinstance(file, UploadFile) else b""
    try:
        values = tomllib.loads(body.decode())
        plan = HallPlan.model_validate(values)
    except ValidationError as invalid:
        return await _overview(request, office, _UNFIT, 422, _placed(faults_of(invalid), values))
    except ValueError as fault:  # not TOML, or not UTF-8
        return await _overview(request, office, (f"这不是 TOML 文件：{fault}", f"This is no TOML file: {fault}"), 422)
    version, _ = await office.store.read(partial(views.plan_in_force, hall=request.user.hall))
    return await _preview(request, office, plan, version, PLAN)


async def _overview(
    request: Asked,
    office: Office,
    said: Saying | None = None,
    status: int = 200,
    faults: tuple[Saying, ...] = (),
) -> Response[str]:
    hall = request.user.hall
    version, plan = await office.store.read(partial(views.plan_in_force, hall=hall))
    return await shown(
        request,
        office,
        "plan.html",
        status,
        said=said,
        here=PLAN,
        faults=faults,
        version=version,
        plan=plan,
        hours=[stretch_words(row) for row in plan.model_dump(mode="json")["calendar"]["hours"]],
        sections={key: title for key, (title, _) in SECTIONS.items()},
        versions=list(reversed(await _versions(office, hall)))[:_SHOWN_VERSIONS],
        new=NEW,
    )


async def _form(
    request: Asked,
    office: Office,
    part: Part,
    version: int,
    status: int = 200,
    found: dict[str, Saying] | None = None,
    others: tuple[Saying, ...] = (),
) -> Response[str]:
    said = None if status == 200 else ("还没有保存：请看标出的地方。", "Not saved: please see what is marked.")
    return await shown(
        request,
        office,
        "part.html",
        status,
        said=said,
        part=part,
        version=version,
        found=found or {},
        others=others,
        weekdays=WEEKDAYS,
        value_of=forms.value_of,
        new=NEW,
    )


async def _preview(
    request: Asked, office: Office, plan: HallPlan, expected: int, back: str, status: int = 200
) -> Response[str]:
    work = partial(_propose, hall=request.user.hall, plan=plan, expected=expected, at=office.now())
    proposal = await office.store.read(work)
    stale = proposal.version != expected
    return await shown(
        request,
        office,
        "preview.html",
        409 if stale else status,
        here=back,
        proposal=proposal,
        stale=stale,
        body=plan.model_dump_json(),
        back=back,
    )


def _propose(connection: Connection, hall: str, plan: HallPlan, expected: int, at: int) -> Proposal:
    row = views.hall_row(connection, hall)
    version, current = views.plan_in_force(connection, hall)
    based_on = current if version == expected else plan_at(connection, hall, expected) or current
    day = day_of_press(at, ZoneInfo(row.timezone), row.day)
    found = [] if plan.id == hall else [(f"这是另一个大厅（{plan.id}）的设置。", f"This is hall {plan.id}'s plan.")]
    if not found:
        found = [_obstacle(each, current) for each in setup.obstacles(connection, hall, day, plan)]
    last = next(each for each in connection.all(rs.PLANS, hall=hall) if each.version == version)
    return Proposal(
        plan=plan,
        expected=expected,
        version=version,
        changes=changes(based_on, plan),
        theirs=[] if version == expected else changes(based_on, current),
        by=last.actor.partition(":")[2] or last.actor,
        obstacles=found,
    )


def _obstacle(obstacle: setup.Obstacle, plan: HallPlan) -> Saying:
    """What stands in a plan's way, in a manager's words."""
    service = plan.service(obstacle.subject)
    name: Saying = (obstacle.subject, obstacle.subject) if service is None else (service.name, service.name_en)
    what = obstacle.what
    match obstacle.refusal:
        case Refusal.COUNTER_BUSY:
            label = counter_name(obstacle.subject)
            return f"{label[0]}还有 {what}，请先办结或过号。", f"{label[1]} has {what}: finish there first."
        case Refusal.QUEUE_WAITING:
            return (
                f"{name[0]}还有 {what} 人等候，办完后才能去掉。",
                f"{what} people wait for {name[1]}: serve them first.",
            )
        case Refusal.SERVICE_BOOKED:
            return (
                f"{name[0]}还有 {what} 个预约，不能去掉或停止预约。",
                f"{name[1]} has {what} bookings: it cannot go, nor stop being booked.",
            )
        case Refusal.PREFIX_GIVEN:
            return (
                f"今天已发出 {what}，这个字母明天才能给{name[0]}用。",
                f"{what} was given today: {name[1]} can have the letter tomorrow.",
            )
        case _:
            return OTHERWISE


def _placed(faults: list[Fault], values: forms.Values) -> tuple[Saying, ...]:
    """Faults with the place each stands at."""
    places = [place_of(fault.where, values) for fault in faults]
    return tuple(
        (f"{place[0]}：{fault.words[0]}", f"{place[1]}: {fault.words[1]}")
        for place, fault in zip(places, faults, strict=True)
    )


async def _version_at(office: Office, hall: str, version: int) -> tuple[rs.PlanRow, HallPlan] | None:
    """A version with its plan; None when there was none."""
    row = next((row for row in await _versions(office, hall) if row.version == version), None)
    plan = None if row is None else await office.store.read(partial(plan_at, hall=hall, version=version))
    return None if row is None or plan is None else (row, plan)


async def _versions(office: Office, hall: str) -> list[rs.PlanRow]:
    return await office.store.read(lambda connection: connection.all(rs.PLANS, hall=hall))


ROUTES: Final = (overview, edit, edited, apply, view_version, restore, export, bring)
