"""The terminals of a hall for its manager: how each is, a code for a new machine, what is set for it, its end."""

from dataclasses import replace
from functools import partial
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from pydantic import ValidationError

from jinghou_config.hall import HallPlan
from jinghou_queue.api.office import Office
from jinghou_queue.contract.terminals import TerminalKind, TerminalView, enrol_link
from jinghou_queue.desk import terminal_care, terminals, views
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.terminal_care import PROFILES
from jinghou_queue.web import forms
from jinghou_queue.web.forms import Values, faults_of
from jinghou_queue.web.manager.frame import (
    BASE,
    FAULTS,
    LOOKS,
    MANAGES,
    Asked,
    fault_of,
    pressed_with,
    shown,
    text,
    version_in,
    went,
)
from jinghou_queue.web.manager.hall import MACHINE_WORDS
from jinghou_queue.web.manager.plan_words import WEEKDAYS, counter_name, serves
from jinghou_queue.web.manager.profile_words import FIELDS
from jinghou_queue.web.pages import Saying, picture_of

TERMINALS: Final = f"{BASE}/terminals"
_ID_BYTES: Final = 4
_MOST_NAME: Final = 24
_NAME: Final[Saying] = ("请填写放在哪里，最多 24 个字。", "Where it stands, at most 24 characters.")
_GONE: Final = FAULTS[Refusal.TERMINAL_UNKNOWN]


@get(TERMINALS, include_in_schema=False, guards=LOOKS)
async def all_terminals(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Each with its state, and a form for a new one."""
    return await _list(request, office)


@post(TERMINALS, include_in_schema=False, guards=MANAGES, status_code=200)
async def announce(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """A code for a new machine, shown in this answer and no other."""
    sent = await request.form()
    name, kind = text(sent, "name"), next((each for each in TerminalKind if each == text(sent, "kind")), None)
    if kind is None or not 0 < len(name) <= _MOST_NAME or not name.isprintable():
        return await _list(request, office, _NAME, 422)
    press = pressed_with(request, office, sent)
    invited = terminals.invitation(office.keys, press.hall, office.random(_ID_BYTES).hex(), press.at)
    work = partial(terminals.add_terminal, press=press, invited=invited, kind=kind, name=name, profile={})
    try:
        given = await office.store.transact(work, press.hall)
    except Refused as refused:
        return await _list(request, office, fault_of(refused), refused.refusal.value.status)
    return await _code(request, office, given, name)


@get(f"{TERMINALS}/{{terminal:str}}", include_in_schema=False, guards=LOOKS)
async def one_terminal(terminal: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """How it is, what is set for it, and what can be done with it."""
    return await _one(request, office, terminal)


@post(f"{TERMINALS}/{{terminal:str}}/profile", include_in_schema=False, guards=MANAGES, status_code=200)
async def set_profile(terminal: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Put what the form says in force; the terminal has it within a minute."""
    sent = await request.form()
    view = await _view(request, office, terminal)
    if view is None:
        return await _list(request, office, _GONE, 404)
    press = pressed_with(request, office, sent)
    _, was = await office.store.read(partial(terminal_care.profile_in_force, hall=press.hall, terminal=terminal))
    profile = forms.read(FIELDS[view.kind], sent, was, leave_out=True)
    try:
        PROFILES[view.kind].model_validate(profile)
    except ValidationError as invalid:
        found, _ = forms.at_fields(faults_of(invalid), FIELDS[view.kind], ())
        words = ("还没有保存：请看标出的地方。", "Not saved: please see what is marked.")
        return await _one(request, office, terminal, words, 422, profile, found)
    work = partial(
        terminal_care.change_profile, press=press, terminal=terminal, profile=profile, expected=version_in(sent)
    )
    try:
        await office.store.transact(work, press.hall)
    except Refused as refused:
        return await _one(request, office, terminal, fault_of(refused), refused.refusal.value.status)
    return went(f"{TERMINALS}/{terminal}", "saved")


@post(f"{TERMINALS}/{{terminal:str}}/replace", include_in_schema=False, guards=MANAGES, status_code=200)
async def replace_terminal(terminal: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """A code for other hardware, or for the same when its first was lost; shown in this answer and no other."""
    press = pressed_with(request, office, await request.form())
    view = await _view(request, office, terminal)
    invited = terminals.invitation(office.keys, press.hall, terminal, press.at)
    work = partial(terminals.replace_terminal, press=press, invited=invited)
    try:
        given = await office.store.transact(work, press.hall)
    except Refused as refused:
        return await _list(request, office, fault_of(refused), refused.refusal.value.status)
    return await _code(request, office, given, "" if view is None else view.name)


@post(f"{TERMINALS}/{{terminal:str}}/retire", include_in_schema=False, guards=MANAGES, status_code=200)
async def retire(terminal: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """End a terminal, once it was said that this is meant."""
    sent = await request.form()
    if "sure" not in sent:
        said = ("请先勾选“确定停用”。", "Please tick that you mean it.")
        return await _one(request, office, terminal, said, 422)
    press = pressed_with(request, office, sent)
    try:
        await office.store.transact(partial(terminals.retire_terminal, press=press, terminal=terminal), press.hall)
    except Refused as refused:
        return await _list(request, office, fault_of(refused), refused.refusal.value.status)
    return went(TERMINALS, "retired")


async def _list(request: Asked, office: Office, said: Saying | None = None, status: int = 200) -> Response[str]:
    work = partial(terminal_care.terminals, hall=request.user.hall, at=office.now())
    machines = await office.store.read(work)
    return await shown(
        request, office, "terminals.html", status, said, here=TERMINALS, terminals=machines, **MACHINE_WORDS
    )


async def _code(request: Asked, office: Office, given: terminals.Invitation, name: str) -> Response[str]:
    code = office.keys.enrol_code(request.user.hall, given.terminal, given.until)
    return await shown(
        request,
        office,
        "code.html",
        here=TERMINALS,
        place=name,
        code=code,
        picture=picture_of(enrol_link(office.public_url, code)),
        until=given.until,
    )


async def _one(
    request: Asked,
    office: Office,
    terminal: str,
    said: Saying | None = None,
    status: int = 200,
    profile: Values | None = None,
    found: dict[str, Saying] | None = None,
) -> Response[str]:
    view = await _view(request, office, terminal)
    if view is None:
        return await _list(request, office, _GONE, 404)
    hall = request.user.hall
    version, in_force = await office.store.read(partial(terminal_care.profile_in_force, hall=hall, terminal=terminal))
    _, plan = await office.store.read(partial(views.plan_in_force, hall=hall))
    return await shown(
        request,
        office,
        "terminal.html",
        status,
        said,
        here=f"{TERMINALS}/{terminal}",
        terminal=view,
        version=version,
        profile=in_force if profile is None else profile,
        fields=[_offered(field, plan) for field in FIELDS[view.kind]],
        found=found or {},
        value_of=forms.value_of,
        weekdays=WEEKDAYS,
        **MACHINE_WORDS,
    )


async def _view(request: Asked, office: Office, terminal: str) -> TerminalView | None:
    work = partial(terminal_care.terminals, hall=request.user.hall, at=office.now())
    return next((each for each in await office.store.read(work) if each.id == terminal), None)


def _offered(field: forms.Field, plan: HallPlan) -> forms.Field:
    """The same field, with the hall's services or counters to choose from where it asks for such."""
    if field.key == "counter":
        own = tuple((each.id, counter_name(each.label)) for each in plan.counters)
        return replace(field, choices=(("", ("还没有", "none yet")), *own))
    return serves(field, plan)


ROUTES: Final = (all_terminals, announce, one_terminal, set_profile, replace_terminal, retire)
