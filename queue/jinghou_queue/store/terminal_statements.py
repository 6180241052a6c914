"""Statements on terminals, the numbers set aside for them, and the calls for staff from them."""

from typing import Final, NamedTuple

from sqlalchemy import BigInteger, BindParameter, bindparam, delete, func, insert, null, select, update

from jinghou_queue.store import Command, Query
from jinghou_queue.store import tables as t


class TerminalRow(NamedTuple):
    """A terminal that is not retired. `enrolled_at` is when its token was given out."""

    terminal: str
    kind: str
    name: str
    profile: str
    profile_version: int
    code_hash: str | None
    code_until: int
    report: str
    seen_at: int | None
    full_at: int
    enrolled_at: int | None


class AwaitedRow(NamedTuple):
    """Which terminal a code is for."""

    hall: str
    terminal: str


class LeaseRow(NamedTuple):
    """A number set aside for a terminal."""

    ticket: str
    day: str
    number: str
    service: str
    terminal: str
    at: int


class HelpRow(NamedTuple):
    """A terminal at which somebody asked for staff, and its name; empty when it is none of the hall's any more."""

    terminal: str
    name: str
    page: str
    state: str
    asked_at: int
    coming: str | None


_HALL: Final[BindParameter[str]] = bindparam("hall")
_TERMINAL: Final[BindParameter[str]] = bindparam("terminal")

# terminals

_COLUMNS: Final = (
    select(
        t.terminal.c.terminal,
        t.terminal.c.kind,
        t.terminal.c.name,
        t.terminal.c.profile,
        t.terminal.c.profile_version,
        t.terminal.c.code_hash,
        t.terminal.c.code_until,
        t.terminal.c.report,
        t.terminal.c.seen_at,
        t.terminal.c.full_at,
        t.token.c.added_at,
    )
    .select_from(
        t.terminal.outerjoin(
            t.token, (t.token.c.hall == t.terminal.c.hall) & (t.token.c.token == t.terminal.c.terminal)
        )
    )
    .where(t.terminal.c.hall == _HALL, t.terminal.c.retired == 0)
)
_CHANGE: Final = update(t.terminal).where(t.terminal.c.hall == _HALL, t.terminal.c.terminal == _TERMINAL)

TERMINAL: Final = Query(_COLUMNS.where(t.terminal.c.terminal == _TERMINAL), TerminalRow)
TERMINALS: Final = Query(_COLUMNS.order_by(t.terminal.c.added_at, t.terminal.c.terminal), TerminalRow)
TERMINAL_OF_CODE: Final = Query(
    select(t.terminal.c.hall, t.terminal.c.terminal).where(t.terminal.c.code_hash == bindparam("code_hash")), AwaitedRow
)
TERMINAL_ADD: Final = Command(insert(t.terminal))
TERMINAL_CODE: Final = Command(_CHANGE.values(code_hash=bindparam("to_hash"), code_until=bindparam("to_until")))
TERMINAL_ENROL: Final = Command(_CHANGE.values(code_until=0))
TERMINAL_PROFILE: Final = Command(
    _CHANGE.values(profile=bindparam("to_profile"), profile_version=bindparam("to_version"))
)
TERMINAL_REPORT: Final = Command(
    _CHANGE.values(report=bindparam("to_report"), seen_at=bindparam("now", type_=BigInteger))
)
TERMINAL_PACE: Final = Command(_CHANGE.values(full_at=bindparam("to_full_at")))
TERMINAL_RETIRE: Final = Command(_CHANGE.values(retired=1, code_hash=null(), code_until=0))
TERMINAL_TOKEN_DROP: Final = Command(delete(t.token).where(t.token.c.hall == _HALL, t.token.c.token == _TERMINAL))

# numbers set aside

_LEASES: Final = select(
    t.lease.c.ticket, t.lease.c.day, t.lease.c.number, t.lease.c.service, t.lease.c.terminal, t.lease.c.at
).where(t.lease.c.hall == _HALL)
_OF_TERMINAL: Final = (t.lease.c.hall == _HALL) & (t.lease.c.terminal == _TERMINAL)

LEASE: Final = Query(_LEASES.where(t.lease.c.ticket == bindparam("ticket")), LeaseRow)
LEASE_OF_OTHERS: Final = Query(
    _LEASES.where(
        t.lease.c.day == bindparam("day"),
        func.rtrim(t.lease.c.number, "0123456789") == bindparam("prefix"),
        t.lease.c.service != bindparam("service"),
    ).limit(1),
    LeaseRow,
)
"""One whose number begins with those letters, and is for another service."""
LEASES_OPEN: Final = Query(
    _LEASES.where(
        _OF_TERMINAL,
        t.lease.c.day == bindparam("day"),
        t.lease.c.service == bindparam("service"),
        t.lease.c.open == 1,
    ).order_by(t.lease.c.place),
    LeaseRow,
)
_OF_SERVICE: Final = (
    (t.lease.c.hall == _HALL) & (t.lease.c.day == bindparam("day")) & (t.lease.c.service == bindparam("service"))
)
LEASED_PLACE: Final = Query(select(t.lease.c.place).where(_OF_SERVICE, t.lease.c.place == bindparam("place")), int)
LEASED_LAST: Final = Query(select(t.lease.c.place).where(_OF_SERVICE).order_by(t.lease.c.place.desc()).limit(1), int)
LEASE_ADD: Final = Command(insert(t.lease))
LEASE_USE: Final = Command(
    update(t.lease).where(t.lease.c.hall == _HALL, t.lease.c.ticket == bindparam("ticket")).values(open=0)
)
LEASES_CLOSE: Final = Command(update(t.lease).where(_OF_TERMINAL).values(open=0))
"""None is handed out any more; those that were may still have been given to somebody."""
LEASES_FORGET: Final = Command(delete(t.lease).where(_OF_TERMINAL, t.lease.c.day < bindparam("before")))

# calls for staff

_HELPS: Final = (
    select(
        t.help_.c.terminal,
        func.coalesce(t.terminal.c.name, t.token.c.name, ""),
        t.help_.c.page,
        t.help_.c.state,
        t.help_.c.asked_at,
        t.help_.c.coming,
    )
    .select_from(
        t.help_.outerjoin(
            t.terminal, (t.terminal.c.hall == t.help_.c.hall) & (t.terminal.c.terminal == t.help_.c.terminal)
        ).outerjoin(t.token, (t.token.c.hall == t.help_.c.hall) & (t.token.c.token == t.help_.c.terminal))
    )
    .where(t.help_.c.hall == _HALL)
)
_OF_HELP: Final = (t.help_.c.hall == _HALL) & (t.help_.c.terminal == _TERMINAL)

HELP: Final = Query(_HELPS.where(t.help_.c.terminal == _TERMINAL), HelpRow)
HELPS: Final = Query(_HELPS.order_by(t.help_.c.terminal), HelpRow)
HELP_ADD: Final = Command(insert(t.help_))
HELP_MOVE: Final = Command(
    update(t.help_).where(_OF_HELP).values(state=bindparam("to_state"), coming=bindparam("to_coming"))
)
HELP_END: Final = Command(delete(t.help_).where(_OF_HELP))
HELPS_END: Final = Command(delete(t.help_).where(t.help_.c.hall == _HALL))
