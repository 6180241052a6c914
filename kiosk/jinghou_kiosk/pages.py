"""Where a session can be. A page holds just what it shows; its journey decides what comes next."""

from dataclasses import dataclass
from enum import Enum

from jinghou_kiosk.events import TakeFault
from jinghou_queue.contract.messages import ServiceView, Ticket


@dataclass(frozen=True)
class Home:
    """Nobody is here, or somebody just came. `unreadable`: the last card could not be read."""

    unreadable: bool = False


@dataclass(frozen=True)
class ChooseService:
    """Which service?"""


@dataclass(frozen=True)
class AskCard:
    """`service` needs a card: put it down. `unreadable`: the last one could not be read."""

    service: ServiceView
    unreadable: bool = False


@dataclass(frozen=True)
class Confirm:
    """Check before you commit: a number for `service`?"""

    service: ServiceView


@dataclass(frozen=True)
class Taking:
    """The server is asked."""

    service: ServiceView


@dataclass(frozen=True)
class Printing:
    """The number is there, the paper is coming."""

    service: ServiceView
    ticket: Ticket
    again: bool


class Paper(Enum):
    """What became of the paper."""

    PRINTED = "printed"
    NOT_WANTED = "not_wanted"  # no printer stands here
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Done:
    """The number, and whether it is on paper too."""

    service: ServiceView
    ticket: Ticket
    again: bool
    paper: Paper


@dataclass(frozen=True)
class Trouble:
    """No number came, and why."""

    service: ServiceView
    fault: TakeFault


Page = Home | ChooseService | AskCard | Confirm | Taking | Printing | Done | Trouble
