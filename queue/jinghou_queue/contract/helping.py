"""Calling staff from a terminal, as messages: asked there, answered by whoever comes.

Which terminal and which of its pages is all that is told: nothing of a person fits in.
"""

from typing import Annotated

import msgspec

from jinghou_queue.contract.messages import HelpState

PageName = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,31}(?!\n)$", description="of the terminal's own pages, e.g. type_code")
]


class AskHelp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /terminals/me/help."""

    page: PageName


class HelpAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to it: who the terminal is in the feed and in the hall, and what stands there as of event `seq`."""

    terminal: str
    state: HelpState
    seq: int


class HelpLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /halls/{hall}/help, for staff. `coming` is the login or token of whoever said they come."""

    terminal: str
    name: str
    page: str
    state: HelpState
    asked_at: int
    coming: str | None = None
