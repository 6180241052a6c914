"""Who did what when: the lines of the audit, by day and person, the newest first."""

from datetime import date
from functools import partial
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from jinghou_queue.api.office import Office
from jinghou_queue.desk.hall_watch import AUDIT_PAGE, audit_page
from jinghou_queue.desk.terminal_care import terminals
from jinghou_queue.store import Connection
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.web.manager.frame import BASE, LOOKS, Asked, shown
from jinghou_queue.web.pages import Saying

AUDIT: Final = f"{BASE}/audit"
_MOST_ASKED: Final = 64
_MOST_DIGITS: Final = 16
ACTIONS: Final[dict[str, Saying]] = {
    "log in": ("登录", "logged in"),
    "log out": ("退出", "logged out"),
    "wrong password": ("密码输错", "wrong password"),
    "change password": ("改自己的密码", "changed their own password"),
    "reset password": ("换了密码", "reset the password"),
    "add staff": ("添加账号", "added an account"),
    "change staff": ("改账号", "changed an account"),
    "disable staff": ("停用账号", "disabled an account"),
    "enable staff": ("启用账号", "enabled an account"),
    "remove staff": ("删除账号", "removed an account"),
    "change plan": ("改设置", "changed the settings"),
    "add terminal": ("添加终端", "announced a terminal"),
    "enrol terminal": ("启用终端", "enrolled a terminal"),
    "replace terminal": ("换终端", "let a terminal be replaced"),
    "retire terminal": ("停用终端", "retired a terminal"),
    "set profile": ("改终端设置", "set a terminal up"),
    "priority": ("给优先", "granted priority"),
    "reveal": ("查看证件号码", "looked at an identity number"),
    "erase": ("清除个人信息", "erased personal data"),
}


@get(AUDIT, include_in_schema=False, guards=LOOKS)
async def lines(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """A page of them; a day that is none is taken for all days."""
    asked = request.query_params
    who = "".join(filter(str.isprintable, str(asked.get("who", "")).strip()))[:_MOST_ASKED]
    told, before = str(asked.get("day", "")), str(asked.get("before", ""))
    day = told if _is_day(told) else ""
    upto = int(before) if before.isdecimal() and len(before) < _MOST_DIGITS else None
    hall = request.user.hall
    found = await office.store.read(partial(audit_page, hall=hall, day=day, who=who, before=upto))
    older = found[AUDIT_PAGE - 1].seq if len(found) > AUDIT_PAGE else None
    kept = {"day": day, "who": who}
    return await shown(
        request,
        office,
        "audit.html",
        lines=found[:AUDIT_PAGE],
        names=await office.store.read(partial(_names, hall=hall, at=office.now())),
        actions=ACTIONS,
        day=day,
        who=who,
        older=None if older is None else f"{AUDIT}?{urlencode(kept | {'before': older})}",
        newest=None if upto is None else f"{AUDIT}?{urlencode(kept)}",
    )


def _is_day(told: str) -> bool:
    try:
        return date.fromisoformat(told).isoformat() == told
    except ValueError:
        return False


def _names(connection: Connection, hall: str, at: int) -> dict[str, str]:
    """Who the logins and terminals of today are; of those that are gone only the records know."""
    people = {row.login: row.name for row in connection.all(ss.ALL_STAFF, hall=hall)}
    return people | {each.id: each.name for each in terminals(connection, hall, at)}


ROUTES: Final = (lines,)
