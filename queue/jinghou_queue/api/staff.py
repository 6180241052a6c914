"""Routes for a manager about the people who work in the hall: who there is, add, change, disable, remove."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.office import Office, keyless_press
from jinghou_queue.api.problems import described
from jinghou_queue.api.sessions import refuse_weak
from jinghou_queue.contract.staff import AddStaff, ChangeStaff, ResetPassword, StaffRole, StaffView
from jinghou_queue.desk import staff
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.store import staff_statements as ss

_MANAGES: Final = [refuse_other_halls, allows(Role.MANAGER)]


@get(
    "/halls/{hall:str}/staff",
    operation_id="listStaff",
    summary="Who works in the hall",
    tags=["staff"],
    guards=[refuse_other_halls, allows(Role.MANAGER, Role.AUDITOR)],
    responses=described(403),
)
async def list_staff(hall: FromPath[str], office: NamedDependency[Office]) -> list[StaffView]:
    """Everybody with an account, by login."""
    rows = await office.store.read(lambda connection: connection.all(ss.ALL_STAFF, hall=hall))
    return [
        StaffView(
            login=row.login,
            name=row.name,
            role=StaffRole(row.role),
            added_at=row.added_at,
            disabled=bool(row.disabled),
        )
        for row in rows
    ]


@post(
    "/halls/{hall:str}/staff",
    operation_id="addStaff",
    summary="Give somebody an account",
    tags=["staff"],
    guards=_MANAGES,
    responses=described(403, 409, 422),
    status_code=204,
)
async def add_staff(
    request: Request[Bearer, Any, Any], data: JSONBody[AddStaff], office: NamedDependency[Office]
) -> None:
    """Login, name, role, and a first password, which its owner should change."""
    refuse_weak(data.password, data.login)
    new = staff.NewStaff(
        login=data.login,
        name=data.name,
        role=Role(data.role),
        password_hash=await office.passwords.hash_in_thread(data.password),
    )
    press = keyless_press(request, office)
    await office.store.transact(partial(staff.add_staff, press=press, new=new), press.hall)


@post(
    "/halls/{hall:str}/staff/{login:str}/change",
    operation_id="changeStaff",
    summary="Give an account another name or role",
    tags=["staff"],
    guards=_MANAGES,
    responses=described(403, 404, 409, 422),
    status_code=204,
)
async def change_staff(
    login: FromPath[str], data: JSONBody[ChangeStaff], press: NamedDependency[Press], office: NamedDependency[Office]
) -> None:
    """What is not given stays. A new role holds within seconds, also for who is logged in."""
    role = None if data.role is None else Role(data.role)
    await office.store.transact(
        partial(staff.change_staff, press=press, login=login, name=data.name, role=role), press.hall
    )


@post(
    "/halls/{hall:str}/staff/{login:str}/password",
    operation_id="resetPassword",
    summary="Give somebody another password",
    tags=["staff"],
    guards=_MANAGES,
    responses=described(403, 404, 409, 422),
    status_code=204,
)
async def reset_password(
    login: FromPath[str],
    request: Request[Bearer, Any, Any],
    data: JSONBody[ResetPassword],
    office: NamedDependency[Office],
) -> None:
    """For somebody who forgot it: their sessions end."""
    refuse_weak(data.password, login)
    password_hash = await office.passwords.hash_in_thread(data.password)
    press = keyless_press(request, office)
    await office.store.transact(
        partial(staff.reset_password, press=press, login=login, password_hash=password_hash), press.hall
    )


def _button(name: str, operation_id: str, summary: str, description: str, do: Callable[..., None]) -> HTTPRouteHandler:
    """A change that needs nothing but the login."""

    @post(
        f"/halls/{{hall:str}}/staff/{{login:str}}/{name}",
        operation_id=operation_id,
        summary=summary,
        description=description,
        tags=["staff"],
        guards=_MANAGES,
        responses=described(403, 404, 409, 422),
        status_code=204,
    )
    async def press_button(
        login: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
    ) -> None:
        await office.store.transact(partial(do, press=press, login=login), press.hall)

    return press_button


ROUTES: Final = (
    list_staff,
    add_staff,
    change_staff,
    reset_password,
    _button(
        "disable",
        "disableStaff",
        "Let somebody in no more",
        "Their sessions end; the account stays, and may be enabled again.",
        staff.disable_staff,
    ),
    _button("enable", "enableStaff", "Let somebody in again", "With the password they had.", staff.enable_staff),
    _button(
        "remove",
        "removeStaff",
        "Take an account away",
        "Their sessions end; what they did stays in the records.",
        staff.remove_staff,
    ),
)
