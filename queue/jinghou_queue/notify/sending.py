"""Sending what is queued: looks every second, hands each message to its channel in a thread, and writes how it went.

Nothing waits for a gateway but the message itself. What is claimed is sent at most once, unless the channel knows the
same message twice for one (docs/decisions/0015). Lives in the event loop.
"""

import asyncio
import contextlib
import threading
from collections import Counter as Tally
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

from jinghou_config.log import get_logger
from jinghou_config.notify import NotifySettings
from jinghou_queue.api.office import Office
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk import ladder, notices
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.ladder import Reach
from jinghou_queue.desk.notices import Claimed, Failed, Later, Outcome, Taken
from jinghou_queue.notify.channel import InDoubt, Installed, Message, Never, NotSent, SlowDown, TryAgain
from jinghou_queue.notify.texts import language_of
from jinghou_queue.rules.ladder import retry_after_ms
from jinghou_queue.rules.rate import draw
from jinghou_queue.store import StoreUnavailable
from jinghou_queue.store import statements as st
from jinghou_queue.suites import NotSealed

LOOK_EVERY_S: Final = 1.0
_AT_ONCE: Final = 8  # questions to one gateway under way, given up or not: a dead one holds so many threads
_TO_TELL_MS: Final = 20_000  # beyond the deadline, to write down how it went
_HOUR_MS: Final = 3600 * 1000
_REMEMBERED: Final = 10_000  # phones
_ACTOR: Final = "server"

T = TypeVar("T")

log = get_logger(__name__)


class Sender:
    """The messages of one server process. `chance` gives numbers from 0 to 1."""

    def __init__(
        self, channels: Mapping[str, Installed], settings: NotifySettings, chance: Callable[[], float]
    ) -> None:
        self.channels = channels
        self.reach = Reach(settings.people, settings.ushers)
        self._settings = settings
        self._chance = chance
        self._rate = settings.per_minute, 60_000  # of each channel, see rules.rate
        self._asking: Tally[str] = Tally()  # threads by channel
        self._quiet_until: dict[str, int] = {}
        self._full_at: dict[str, int] = {}  # of each channel's bucket
        self._phones: dict[str, int] = {}  # of each phone's, by a keyed hash
        self._tasks: set[asyncio.Task[None]] = set()

    async def look(self, office: Office) -> None:
        """Take what steps are due in every hall, and begin to send what is queued. Raises StoreUnavailable."""
        for hall in await office.store.read(lambda connection: connection.all(st.HALL_IDS)):
            at = office.now()
            if await office.store.read(partial(ladder.ladder_due, hall=hall, at=at, reach=self.reach)):
                climb = partial(ladder.climb, press=Press(hall, _ACTOR, at), reach=self.reach)
                await office.store.transact(climb, hall)
            for channel in {self.reach.people, self.reach.ushers} - {None}:
                assert channel is not None
                await self._begin(office, hall, channel, at)

    async def close(self, patience_s: float) -> None:
        """Let what is under way end for so long; what does not is claimed, and nobody sends it again."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_s)
        for task in self._tasks:
            task.cancel()

    async def _begin(self, office: Office, hall: str, channel: str, at: int) -> None:
        room = self._room(channel, at)
        due = partial(notices.anything_due, hall=hall, channel=channel, at=at)
        if not room or not await office.store.read(due):
            return
        claim = partial(
            notices.claim,
            press=Press(hall, _ACTOR, at),
            channel=channel,
            most=room,
            until=at + int(self._settings.deadline_s * 1000) + _TO_TELL_MS,
            repeatable=self.channels[channel].repeatable,
        )
        for claimed in await office.store.transact(claim, hall):
            self._asking[channel] += 1
            self._full_at[channel] = draw(self._full_at.get(channel, 0), *self._rate, at).full_at
            task = asyncio.create_task(self._deliver(office, hall, claimed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _room(self, channel: str, at: int) -> int:
        """How many messages a channel takes now."""
        if at < self._quiet_until.get(channel, 0):
            return 0
        room, full_at = 0, self._full_at.get(channel, 0)
        while room < _AT_ONCE - self._asking[channel] and not (drawn := draw(full_at, *self._rate, at)).wait_ms:
            room, full_at = room + 1, drawn.full_at
        return room

    async def _deliver(self, office: Office, hall: str, claimed: Claimed) -> None:
        outcome = await self._outcome(office, hall, claimed)
        settle = partial(
            notices.settle, press=Press(hall, _ACTOR, office.now()), notice=claimed.notice, outcome=outcome
        )
        try:
            await office.store.transact(settle, hall)
        except StoreUnavailable as fault:
            log.warning("how a message went could not be written", where=claimed.channel, reason=str(fault))

    async def _outcome(self, office: Office, hall: str, claimed: Claimed) -> Outcome:
        """Send a message; what became of it."""
        channel = self.channels[claimed.channel].channel
        try:
            message = self._message(office, hall, claimed)
        except Never as fault:
            self._asked(claimed.channel)
            return self._judged(claimed, fault, office.now())
        asked = in_thread(partial(channel.send, message), partial(self._asked, claimed.channel))
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                receipt = await asked
        except NotSent as fault:
            return self._judged(claimed, fault, office.now())
        except TimeoutError:
            return self._judged(claimed, InDoubt("deadline"), office.now())
        except Exception as fault:
            log.exception("a channel broke", where=claimed.channel, exc_info=fault)
            return self._judged(claimed, InDoubt("broke"), office.now())
        return Taken(receipt.id)

    def _asked(self, channel: str) -> None:
        self._asking[channel] -= 1

    def _judged(self, claimed: Claimed, fault: NotSent, at: int) -> Outcome:
        """What is done about a message that was not taken, or perhaps was."""
        log.warning("message not sent", where=claimed.channel, reason=fault.reason, outcome=type(fault).__name__)
        if isinstance(fault, SlowDown):
            wait_ms = int(fault.wait_s * 1000)
            self._quiet_until[claimed.channel] = at + wait_ms
            return Later(at + wait_ms + retry_after_ms(1, self._chance()), counts=False)
        may_repeat = self.channels[claimed.channel].repeatable
        again = isinstance(fault, TryAgain) or (isinstance(fault, InDoubt) and may_repeat)
        if again and claimed.tries < self._settings.tries:
            return Later(at + retry_after_ms(claimed.tries, self._chance()), counts=True)
        return Failed(fault.reason)

    def _message(self, office: Office, hall: str, claimed: Claimed) -> Message:
        """The message with its phone in clear, for as long as it takes to send. Raises Never."""
        to = ""
        if claimed.phone_sealed is not None:
            try:
                to = office.keys.open(Phone, claimed.phone_sealed, hall, claimed.ticket).number
            except NotSealed:
                raise Never("not-sealed-here") from None
            if claimed.tries == 1:
                self._count_phone(office.keys.stamp("phone", hall, to), office.now())
        return message_of(hall, claimed, to)

    def _count_phone(self, phone: str, at: int) -> None:
        """Raises Never when it has as many messages as it may have in an hour."""
        if len(self._phones) >= _REMEMBERED:
            self._phones = {each: full_at for each, full_at in self._phones.items() if full_at > at}
        drawn = draw(self._phones.get(phone, 0), self._settings.per_phone_hour, _HOUR_MS, at)
        if drawn.wait_ms:
            raise Never("phone-limit")
        self._phones[phone] = drawn.full_at


def message_of(hall: str, claimed: Claimed, to: str) -> Message:
    """What a channel is handed, for the phone `to`, in its language."""
    language = language_of(to) if to else "zh"
    return Message(
        id=f"{hall}.{claimed.notice}",
        kind=claimed.kind,
        to=to,
        number=claimed.number,
        service=claimed.service if language == "zh" else claimed.service_en,
        counter=claimed.counter,
        ahead=claimed.ahead,
        hall=claimed.hall_name if language == "zh" else claimed.hall_name_en,
        waited_s=claimed.waited_ms // 1000,
        language=language,
    )


def in_thread(work: Callable[[], T], ended: Callable[[], None]) -> "asyncio.Future[T]":
    """Run `work` in a thread that keeps no program from ending; `ended` is called in the event loop once it has.

    Whoever does not want to wait any longer lets the future go: the thread ends by itself.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(set_it: Callable[[Any], None], what: T | Exception) -> None:
        ended()
        if not answer.done():
            set_it(what)

    def run() -> None:
        outcome: tuple[Callable[[Any], None], T | Exception]
        try:
            outcome = answer.set_result, work()
        except Exception as fault:  # noqa: BLE001  # whoever waits is told
            outcome = answer.set_exception, fault
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody is left to hear
            loop.call_soon_threadsafe(tell, *outcome)

    threading.Thread(target=run, name="jinghou-message", daemon=True).start()
    return answer
