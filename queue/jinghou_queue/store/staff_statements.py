"""Statements on the people who work in a hall: their accounts, their sessions, and wrong tries to log in."""

from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, update

from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class StaffRow(NamedTuple):
    """Somebody's account."""

    login: str
    name: str
    role: str
    password_hash: str
    added_at: int
    disabled: int


class SessionRow(NamedTuple):
    """A session, with whose it is."""

    login: str
    name: str
    role: str
    seen_at: int
    ends_at: int


class TryRow(NamedTuple):
    """Wrong tries for one login."""

    failures: int
    failed_at: int


_HALL: Final[BindParameter[str]] = bindparam("hall")
_LOGIN: Final[BindParameter[str]] = bindparam("login")

# accounts

_STAFF_COLUMNS: Final = select(
    t.staff.c.login, t.staff.c.name, t.staff.c.role, t.staff.c.password_hash, t.staff.c.added_at, t.staff.c.disabled
).where(t.staff.c.hall == _HALL)
_STAFF_KEY: Final = (t.staff.c.hall == _HALL) & (t.staff.c.login == _LOGIN)
STAFF: Final = Query(_STAFF_COLUMNS.where(t.staff.c.login == _LOGIN), StaffRow)
ALL_STAFF: Final = Query(_STAFF_COLUMNS.order_by(t.staff.c.login), StaffRow)
STAFF_IN_ROLE: Final = Query(
    select(func.count())
    .select_from(t.staff)
    .where(t.staff.c.hall == _HALL, t.staff.c.role == bindparam("role"), t.staff.c.disabled == 0),
    int,
)
STAFF_ADD: Final = Command(insert(t.staff))
STAFF_CHANGE: Final = Command(
    update(t.staff).where(_STAFF_KEY).values(name=bindparam("to_name"), role=bindparam("to_role"))
)
STAFF_DISABLE: Final = Command(update(t.staff).where(_STAFF_KEY).values(disabled=bindparam("to_disabled")))
STAFF_PASSWORD: Final = Command(update(t.staff).where(_STAFF_KEY).values(password_hash=bindparam("to_hash")))
STAFF_DROP: Final = Command(delete(t.staff).where(_STAFF_KEY))

# sessions

_SESSION_KEY: Final = (t.session.c.hall == _HALL) & (t.session.c.session_hash == bindparam("session_hash"))
SESSION: Final = Query(
    select(t.session.c.login, t.staff.c.name, t.staff.c.role, t.session.c.seen_at, t.session.c.ends_at)
    .join(t.staff, (t.staff.c.hall == t.session.c.hall) & (t.staff.c.login == t.session.c.login))
    .where(
        _SESSION_KEY,
        t.session.c.ends_at > bindparam("now"),
        t.session.c.seen_at > bindparam("idle_since"),
    ),
    SessionRow,
)
SESSION_ADD: Final = Command(insert(t.session))
SESSION_SEEN: Final = Command(update(t.session).where(_SESSION_KEY).values(seen_at=bindparam("now")))
SESSION_DROP: Final = Command(delete(t.session).where(_SESSION_KEY))
SESSIONS_DROP: Final = Command(
    delete(t.session).where(
        t.session.c.hall == _HALL, t.session.c.login == _LOGIN, t.session.c.session_hash != bindparam("but")
    )
)
"""All of somebody's sessions but one."""
SESSIONS_END: Final = Command(delete(t.session).where(t.session.c.hall == _HALL))
SESSIONS_FORGET: Final = Command(
    delete(t.session).where(t.session.c.hall == _HALL, t.session.c.ends_at <= bindparam("now"))
)

# wrong tries

_TRY_KEY: Final = (t.login_try.c.hall == _HALL) & (t.login_try.c.login_hash == bindparam("login_hash"))
TRY: Final = Query(select(t.login_try.c.failures, t.login_try.c.failed_at).where(_TRY_KEY), TryRow)
TRY_ADD: Final = Command(insert(t.login_try))
TRY_COUNT: Final = Command(
    update(t.login_try).where(_TRY_KEY).values(failures=t.login_try.c.failures + 1, failed_at=bindparam("now"))
)
TRY_DROP: Final = Command(delete(t.login_try).where(_TRY_KEY))
TRIES_FORGET: Final = Command(
    delete(t.login_try).where(t.login_try.c.hall == _HALL, t.login_try.c.failed_at < bindparam("before"))
)
