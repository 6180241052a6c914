"""What a channel is: something that takes a message for one phone, or for the ushers, and says what became of it.

A channel may take as long as it likes: it is asked in a thread of its own, outside of every transaction. What it raises
says what is to be done; the failures are

    NotSent
    ├── TryAgain    nobody took it: send it again, later each time
    ├── SlowDown    nobody took it, and this channel is to be left alone for a while
    ├── Never       nobody will take it: the phone does not exist, the account is closed
    └── InDoubt     it may have been taken: only a channel on which the same twice counts once gets it again
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar, runtime_checkable

from jinghou_config.settings import Section
from jinghou_queue.contract.calls import NoticeKind
from jinghou_queue.notify import texts

ENTRY_POINTS: Final = "jinghou.channels"
"""Entry points under which other packages offer channels: the name is the channel's, the object a ChannelKind."""

S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class Message:
    """One message. `to` is an international number (+86…), or what else the channel sends to; empty: to the ushers.

    `id` is the same each time it is tried, and safe to tell. It says nothing of the person but their number in the
    queue, the service, the counter, and how many are `ahead`; to ushers, for how many seconds somebody is called.
    """

    id: str
    kind: NoticeKind
    to: str
    number: str
    service: str
    counter: str
    ahead: int
    hall: str
    waited_s: int = 0
    language: Literal["zh", "en"] = "zh"

    def __repr__(self) -> str:
        """Without the phone: a repr ends up in logs and tracebacks."""
        return f"Message({self.kind.value}, {self.number}, ‹hidden›)"

    @property
    def text(self) -> str:
        """The whole message in words."""
        return texts.words(self.kind, self.language).format(
            number=self.number,
            service=self.service,
            counter=self.counter,
            ahead=self.ahead,
            hall=self.hall,
            waited=self.waited_s,
        )


@dataclass(frozen=True)
class Receipt:
    """It was taken. `id` is what the gateway calls it in its reports, if it sends any."""

    id: str | None = None


class NotSent(Exception):
    """See the module. `reason` is one word of ours or the gateway's code: it is kept and logged, so no phone in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryAgain(NotSent):
    """Nobody took it."""


class SlowDown(NotSent):
    """Nobody took it, and the channel is to be left alone for so many seconds."""

    def __init__(self, reason: str, wait_s: float = 10) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class Never(NotSent):
    """Nobody will take it."""


class InDoubt(NotSent):
    """It may have been taken, or not."""


class Channel(Protocol):
    """Sends messages; may be asked by several threads at once."""

    def send(self, message: Message) -> Receipt:
        """Hand a message over, within the channel's own deadline. Raises NotSent."""


@dataclass(frozen=True)
class Callback:
    """A request that a gateway sent us, to report."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Report:
    """What became of a message that a gateway took: it reached the phone, or for `fault` did not.

    `id` is the message's own, if the gateway tells that, else `receipt` what it called it.
    """

    id: str | None
    receipt: str | None
    fault: str = ""


@dataclass(frozen=True)
class Reports:
    """All that a callback told, and what the gateway wants to hear in answer."""

    reports: tuple[Report, ...]
    answer: str = ""
    media_type: str = "text/plain"


class NotFromGateway(Exception):
    """A callback does not prove that the gateway sent it."""


@runtime_checkable
class Reporting(Protocol):
    """A channel whose gateway reports."""

    def reports(self, callback: Callback) -> Reports:
        """What a callback tells. Raises NotFromGateway for anybody else's, ValueError for what cannot be read."""


@dataclass(frozen=True)
class Outside:
    """What a channel needs of the world: a clock, Unix time in ms, a monotonic one in s, and random words."""

    now: Callable[[], int]
    monotonic: Callable[[], float]
    nonce: Callable[[], str]


@dataclass(frozen=True)
class ChannelKind(Generic[S]):
    """One kind of channel. `title` says for an operator what it speaks to; `options` are its settings.

    `repeatable` when the receiver knows a message by its id, so that the same twice counts once. `deadline_s` of `make`
    is how long one question to the gateway may take.
    """

    title: str
    options: type[S]
    make: Callable[[S, Outside, float], Channel]
    repeatable: bool = False


class NoOptions(Section):
    """For a channel that has no settings of its own."""


@dataclass(frozen=True)
class Installed:
    """A channel that is set up; `title` and `repeatable` are its kind's."""

    title: str
    channel: Channel
    repeatable: bool
