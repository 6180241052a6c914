"""The people who work in a hall, for its manager: who there is, a new account, another name, role or password."""

from functools import partial
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jinghou_queue.api.office import Office, keyless_press
from jinghou_queue.contract.staff import Login, StaffName, StaffRole
from jinghou_queue.desk import staff
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.passwords import LEAST, MOST, weakness
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.web.manager.frame import (
    BASE,
    FAULTS,
    LOOKS,
    MANAGES,
    OTHERWISE,
    ROLES,
    Asked,
    fault_of,
    pressed_with,
    shown,
    text,
    went,
)
from jinghou_queue.web.pages import Saying

STAFF: Final = f"{BASE}/staff"
_LOGIN: Final[Saying] = (
    "工号用小写字母、数字和 . _ -，2 到 32 位。",
    "A login has 2 to 32 small letters, digits and . _ -",
)
_NAME: Final[Saying] = ("请填写姓名，最多 40 个字。", "A name, at most 40 characters.")
_ROLE: Final[Saying] = ("请选择身份。", "Please choose a role.")
_WEAK: Final[Saying] = (
    f"密码要 {LEAST} 到 {MOST} 位，不能是工号，也不能太常见。",
    f"A password has {LEAST} to {MOST} characters, is not the login, and none of the common ones.",
)
_GONE: Final = FAULTS[Refusal.STAFF_UNKNOWN]
_BUTTONS: Final = {
    "disable": (staff.disable_staff, "disabled"),
    "enable": (staff.enable_staff, "enabled"),
    "remove": (staff.remove_staff, "removed"),
}


@get(STAFF, include_in_schema=False, guards=LOOKS)
async def everybody(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Everybody with an account, and a form for one more."""
    return await _list(request, office)


@post(STAFF, include_in_schema=False, guards=MANAGES, status_code=200)
async def add(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Give somebody an account with a first password."""
    sent = await request.form()
    login, name, password = text(sent, "login").lower(), text(sent, "name"), str(sent.get("password", ""))
    role = _role(text(sent, "role"))
    wrong = _unfit(login, Login, _LOGIN) or _unfit(name, StaffName, _NAME) or (_ROLE if role is None else None)
    if wrong is None and weakness(password, login) is not None:
        wrong = _WEAK
    typed = {"login": login, "name": name, "role": text(sent, "role")}
    if wrong is not None or role is None:
        return await _list(request, office, wrong, 422, typed)
    new = staff.NewStaff(login, name, Role(role), await office.passwords.hash_in_thread(password))
    press = keyless_press(request, office)
    try:
        await office.store.transact(partial(staff.add_staff, press=press, new=new), press.hall)
    except Refused as refused:
        return await _list(request, office, fault_of(refused), refused.refusal.value.status, typed)
    return went(STAFF, "added")


@get(f"{STAFF}/{{login:str}}", include_in_schema=False, guards=LOOKS)
async def somebody(login: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """One account, and what can be done with it."""
    return await _one(request, office, login)


@post(f"{STAFF}/{{login:str}}", include_in_schema=False, guards=MANAGES, status_code=200)
async def change(login: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Another name or role."""
    sent = await request.form()
    name, role = text(sent, "name"), _role(text(sent, "role"))
    wrong = _unfit(name, StaffName, _NAME) or (_ROLE if role is None else None)
    if wrong is not None or role is None:
        return await _one(request, office, login, wrong, 422)
    press = pressed_with(request, office, sent)
    work = partial(staff.change_staff, press=press, login=login, name=name, role=Role(role))
    try:
        await office.store.transact(work, press.hall)
    except Refused as refused:
        return await _one(request, office, login, fault_of(refused), refused.refusal.value.status)
    return went(f"{STAFF}/{login}", "saved")


@post(f"{STAFF}/{{login:str}}/password", include_in_schema=False, guards=MANAGES, status_code=200)
async def reset(login: FromPath[str], request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """Another password, for somebody who forgot it."""
    password = str((await request.form()).get("password", ""))
    if weakness(password, login) is not None:
        return await _one(request, office, login, _WEAK, 422)
    press = keyless_press(request, office)
    password_hash = await office.passwords.hash_in_thread(password)
    work = partial(staff.reset_password, press=press, login=login, password_hash=password_hash)
    try:
        await office.store.transact(work, press.hall)
    except Refused as refused:
        return await _one(request, office, login, fault_of(refused), refused.refusal.value.status)
    return went(f"{STAFF}/{login}", "password")


@post(f"{STAFF}/{{login:str}}/{{button:str}}", include_in_schema=False, guards=MANAGES, status_code=200)
async def press_button(
    login: FromPath[str], button: FromPath[str], request: Asked, office: NamedDependency[Office]
) -> Response[str]:
    """Disable, enable or remove an account; removing only once it was said that this is meant."""
    sent = await request.form()
    if button not in _BUTTONS:
        return await _one(request, office, login, OTHERWISE, 404)
    if button == "remove" and "sure" not in sent:
        said = ("请先勾选“确定删除”。", "Please tick that you mean it.")
        return await _one(request, office, login, said, 422)
    do, done = _BUTTONS[button]
    press = pressed_with(request, office, sent)
    try:
        await office.store.transact(partial(do, press=press, login=login), press.hall)
    except Refused as refused:
        return await _one(request, office, login, fault_of(refused), refused.refusal.value.status)
    return went(STAFF if button == "remove" else f"{STAFF}/{login}", done)


async def _list(
    request: Asked,
    office: Office,
    said: Saying | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    return await shown(
        request,
        office,
        "people.html",
        status,
        said,
        here=STAFF,
        people=await _rows(request, office),
        typed=typed or {"login": "", "name": "", "role": StaffRole.CLERK.value},
        roles=ROLES,
    )


async def _one(
    request: Asked, office: Office, login: str, said: Saying | None = None, status: int = 200
) -> Response[str]:
    row = next((row for row in await _rows(request, office) if row.login == login), None)
    if row is None:
        return await _list(request, office, _GONE, 404)
    return await shown(request, office, "person.html", status, said, here=f"{STAFF}/{login}", person=row, roles=ROLES)


async def _rows(request: Asked, office: Office) -> list[ss.StaffRow]:
    return await office.store.read(lambda connection: connection.all(ss.ALL_STAFF, hall=request.user.hall))


def _role(told: str) -> StaffRole | None:
    return next((role for role in StaffRole if role == told), None)


def _unfit(value: str, form: object, words: Saying) -> Saying | None:
    """These words when a value is not of the form that the API asks for."""
    try:
        msgspec.convert(value, form)
    except msgspec.ValidationError:
        return words
    return None


ROUTES: Final = (everybody, add, somebody, change, reset, press_button)
