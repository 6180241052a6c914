"""What every page of the manager shares: who may see it, the menu around it, and the press that a form stands for."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect

from jinghou_queue.api.auth import allows
from jinghou_queue.api.office import Office
from jinghou_queue.contract.staff import StaffRole
from jinghou_queue.desk import views
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.days import local_time
from jinghou_queue.web.entrance import let_staff_in
from jinghou_queue.web.pages import HEADERS, Saying, language_of, render

Asked = Request[Bearer, Any, Any]

LOOKS: Final = [let_staff_in, allows(Role.MANAGER, Role.AUDITOR)]
MANAGES: Final = [let_staff_in, allows(Role.MANAGER)]
BASE: Final = "/staff/manager"
MENU: Final[Mapping[str, Saying]] = {
    BASE: ("大厅", "Hall"),
    f"{BASE}/plan": ("设置", "Settings"),
    f"{BASE}/terminals": ("终端", "Terminals"),
    f"{BASE}/staff": ("人员", "Staff"),
    f"{BASE}/audit": ("记录", "Records"),
}
ROLES: Final[Mapping[StaffRole, Saying]] = {
    StaffRole.MANAGER: ("管理员", "Manager"),
    StaffRole.CLERK: ("窗口人员", "Clerk"),
    StaffRole.USHER: ("引导员", "Usher"),
    StaffRole.TECHNICIAN: ("技术人员", "Technician"),
    StaffRole.AUDITOR: ("审计员", "Auditor"),
}
FAULTS: Final[Mapping[Refusal, Saying]] = {
    Refusal.KEY_REUSED: ("页面已更新，请再按一次。", "The page has changed: please press again."),
    Refusal.HELP_UNKNOWN: ("这次呼叫已结束。", "This call was ended before."),
    Refusal.TERMINAL_UNKNOWN: ("没有这台终端，它可能已停用。", "There is no such terminal; it may have been retired."),
    Refusal.PROFILE_CHANGED: (
        "另一位同事刚改过这台终端的设置，下面是现在的。",
        "A colleague has just changed this terminal: below is how it is now.",
    ),
    Refusal.PROFILE_INVALID: (
        "大厅的业务或窗口刚改过，请再选一次。",
        "The hall's services or counters have just changed: please choose again.",
    ),
    Refusal.STAFF_UNKNOWN: ("没有这个账号，它可能已删除。", "There is no such account; it may have been removed."),
    Refusal.STAFF_EXISTS: ("这个工号已有人用，请换一个。", "This login is taken: please choose another."),
    Refusal.NOT_YOURSELF: (
        "不能对自己的账号这样做，请另一位管理员来做。",
        "Not your own: another manager can do that.",
    ),
    Refusal.LAST_MANAGER: (
        "这是最后一位能登录的管理员，请先添加或启用另一位。",
        "The last manager who can log in: add or enable another first.",
    ),
}
OTHERWISE: Final[Saying] = ("没有办成，请再试一次。", "That did not work: please try again.")
DONE: Final[Mapping[str, Saying]] = {
    "saved": ("已保存。", "Saved."),
    "applied": ("已生效，各屏幕正在更新。", "In force: every screen is being brought up to date."),
    "added": ("已添加。", "Added."),
    "removed": ("已删除。", "Removed."),
    "disabled": ("已停用，登录已结束。", "Disabled; their sessions have ended."),
    "enabled": ("已启用，原来的密码可以登录。", "Enabled, with the password they had."),
    "password": ("密码已更换，原来的登录已结束。", "The password is another; their sessions have ended."),
    "retired": ("终端已停用。", "The terminal is retired."),
}
"""What a page says when it is shown after something was done, by the word in its address."""

_KEY_BYTES: Final = 12
_MOST_KEY: Final = 64
_MOST_DIGITS: Final = 10


async def shown(
    request: Asked,
    office: Office,
    template: str,
    status: int = 200,
    said: Saying | None = None,
    here: str | None = None,
    **values: Any,
) -> Response[str]:
    """A page of the manager, with its menu; `said` is what went wrong, `here` where it can be asked for again."""
    hall = await office.store.read(partial(views.hall_summary, hall=request.user.hall))
    zone, now = ZoneInfo(hall.timezone), office.now()
    return render(
        f"manager/{template}",
        language_of(request),
        status,
        hall=hall,
        here=here or request.url.path,
        base=BASE,
        menu=MENU,
        manages=request.user.role is Role.MANAGER,
        me=request.user.token,
        key=office.random(_KEY_BYTES).hex(),
        now=now,
        said=said,
        done=DONE.get(str(request.query_params.get("done", ""))),
        clock=lambda at: local_time(at, zone).strftime("%H:%M"),
        moment=lambda at: local_time(at, zone).strftime("%Y-%m-%d %H:%M"),
        **values,
    )


def went(to: str, done: str = "") -> Redirect:
    """On to a page, which says what was done."""
    return Redirect(f"{to}?done={done}" if done else to, status_code=303, headers=HEADERS)


def pressed_with(request: Asked, office: Office, sent: FormMultiDict) -> Press:
    """The press of a form: the key that was written into it makes it count once."""
    bearer, path = request.user, request.url.path
    key = str(sent.get("key", ""))[:_MOST_KEY]
    fingerprint = office.keys.fingerprint(bearer.actor, "POST", path, repr(list(sent.multi_items())))
    return Press(bearer.hall, bearer.actor, office.now(), f"{key}.{path}" if key else None, fingerprint)


def fault_of(refused: Refused) -> Saying:
    """Why something was refused, in a manager's words."""
    return FAULTS.get(refused.refusal, OTHERWISE)


def version_in(sent: FormMultiDict, otherwise: int = 0) -> int:
    """The version of what a form was made from."""
    told = text(sent, "version")
    return int(told) if told.isdecimal() and len(told) < _MOST_DIGITS else otherwise


def text(sent: FormMultiDict, name: str) -> str:
    """One entry of a form without blanks around it; empty when it is not there."""
    value = sent.get(name, "")
    return value.strip() if isinstance(value, str) else ""
