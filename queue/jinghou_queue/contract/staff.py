"""Messages about the people who work in a hall: their sessions and accounts. Passwords go in and never come out."""

from enum import StrEnum
from typing import Annotated

import msgspec

Login = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9._-]{1,31}(?!\n)$", description="letters, digits and . _ -, e.g. wangli or 10023"
    ),
]
StaffName = Annotated[str, msgspec.Meta(pattern=r"^\S[^\x00-\x1f]{0,39}(?!\n)$", description="as colleagues know them")]
Password = Annotated[str, msgspec.Meta(max_length=1024)]  # what a new one must be, the rules say in words


class StaffRole(StrEnum):
    """What somebody is in the hall: every role but the machines'."""

    MANAGER = "manager"
    CLERK = "clerk"
    USHER = "usher"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"


class LogIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /session. The hall may be left out while the server has only one."""

    login: Annotated[str, msgspec.Meta(max_length=128)]
    password: Password
    hall: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}(?!\n)$")] | None = None


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """GET /session: who is logged in, and when they have to log in again at the latest."""

    hall: str
    login: str
    name: str
    role: StaffRole
    ends_at: int


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /session/password."""

    old: Password
    new: Password


class AddStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/staff."""

    login: Login
    name: StaffName
    role: StaffRole
    password: Password


class ChangeStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/staff/{login}/change: what is to be another."""

    name: StaffName | None = None
    role: StaffRole | None = None


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /halls/{hall}/staff/{login}/password."""

    password: Password


class StaffView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls/{hall}/staff."""

    login: str
    name: str
    role: StaffRole
    added_at: int
    disabled: bool
