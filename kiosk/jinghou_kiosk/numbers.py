"""A number for a press, from the server or, when it cannot be reached, from the box. Blocks: on worker threads only.

A press may be asked about more than once, and on two threads at once: when the answer takes longer than a person
waits, the person tries again. Whatever was answered first is the press's number; a second one reaches nobody.
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol

from jinghou_config.log import get_logger
from jinghou_kiosk.box.box import Given
from jinghou_kiosk.box.entries import Entry, LostPress
from jinghou_kiosk.box.file import BoxFault
from jinghou_kiosk.effects import GiveBack, TakeNumber
from jinghou_kiosk.events import NumberNotTaken, NumberTaken, TakeFault
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import messages, offline

_REMEMBERED: Final = 16
"""Numbers that the box gave lately: a person who left without one is heard of before so many others came."""

Answer = NumberTaken | NumberNotTaken

log = get_logger(__name__)


class NumberServer(Protocol):
    """Who gives numbers; a ServerClient."""

    def take_number(self, request: messages.TakeNumber, key: str) -> tuple[messages.Ticket, bool]:
        """A number, and whether the person already held it today. `key` makes a repeated call harmless."""


class NumberBox(Protocol):
    """Where numbers are while the server is away; a Box."""

    def give(self, wish: offline.NumberGiven) -> Given | None:
        """A number for the press of that key, if there is one."""

    def take_back(self, number: offline.NumberCancelled) -> None:
        """Nobody has that number."""

    def put(self, entry: Entry) -> None:
        """Keep something to be told."""


class Numbers:
    """Answers presses. `is_here` says whether a session's person still stands there; `box` None: there is none."""

    def __init__(
        self,
        server: NumberServer,
        box: NumberBox | None,
        *,
        is_here: Callable[[str], bool],
        now: Callable[[], int],
        draw: Callable[[], str],
    ) -> None:
        """`now` gives Unix time in milliseconds, `draw` a random name that never came before."""
        self._server = server
        self._box = box
        self._is_here = is_here
        self._now = now
        self._draw = draw
        self._gate = threading.Lock()
        self._answers: dict[str, Answer] = {}
        self._from_here: dict[str, str] = {}

    def take(self, ask: TakeNumber) -> Answer:
        """What comes of a press. Never raises: what fails has to be said to the person."""
        try:
            return self._answers.get(ask.key) or (self._from_box(ask) if ask.box_first else None) or self._ask(ask)
        except Exception:
            log.exception("no number: a fault of this program")
            return NumberNotTaken(ask.session, TakeFault.SERVER_LOST)

    def give_back(self, lost: GiveBack) -> bool:
        """The person of that press has left: what the box gave is told as given back, what the server gave as lost.

        False when that cannot be kept on disk, or there is no box: then only a press of nobody known is still to be
        found out, and it is for the caller to do it.
        """
        with self._gate:
            ticket = self._from_here.pop(lost.key, None)
            at = self._now()
            if self._box is None:
                return lost.known_person
            try:
                if ticket is not None:
                    self._box.take_back(offline.NumberCancelled(key=self._draw(), at=at, ticket=ticket))
                elif not lost.known_person:
                    self._box.put(LostPress(key=self._draw(), at=at, press=lost.key, service=lost.service))
            except BoxFault as fault:
                log.error("box cannot keep what was given back", reason=str(fault))
                return lost.known_person
            return True

    def forget(self) -> None:
        """The visit is over: nothing of what was answered is kept. Waits for nobody."""
        self._answers = {}

    def _ask(self, ask: TakeNumber) -> Answer:
        request = messages.TakeNumber(
            service=ask.service,
            channel=messages.Channel.KIOSK,
            identity=ask.holder.identity if ask.holder else None,
            masked_name=ask.holder.masked_name if ask.holder else None,
        )
        try:
            ticket, again = self._server.take_number(request, ask.key)
        except ServerUnreachable as fault:
            log.warning("no number from the server: lost", reason=str(fault))
            return self._from_box(ask) or NumberNotTaken(ask.session, TakeFault.SERVER_LOST)
        except ServerRefused as refused:
            log.warning("no number: server refused", reason=refused.problem.type)
            with self._gate:
                return self._remember(ask, NumberNotTaken(ask.session, TakeFault.REFUSED))
        with self._gate:
            first = self._remember(ask, NumberTaken(ask.session, ticket, again))
            is_shown = isinstance(first, NumberTaken) and first.ticket.id == ticket.id
            if not is_shown and not again:
                self._cancel(ticket)
            return first

    def _cancel(self, ticket: messages.Ticket) -> None:
        """The server gave a number after the press was answered, perhaps after it was told of that: nobody sees it."""
        if self._box is None:
            return
        try:
            self._box.put(offline.NumberCancelled(key=self._draw(), at=self._now(), ticket=ticket.id))
        except BoxFault as fault:
            log.error("box cannot keep what was given back", reason=str(fault))

    def _from_box(self, ask: TakeNumber) -> Answer | None:
        """The press's number out of the box, if it has one; what was answered by now, if somebody was faster."""
        with self._gate:
            known = self._answers.get(ask.key)
            if known is not None or self._box is None or not self._is_here(ask.session):
                return known
            at = self._now()
            wish = offline.NumberGiven(
                key=ask.key,
                at=at,
                ticket="",
                service=ask.service,
                identity=ask.holder.identity if ask.holder else None,
                masked_name=ask.holder.masked_name if ask.holder else None,
                code=ask.code,
                instead_of=ask.instead_of or ask.key,  # the server may have given one for this press
            )
            try:
                given = self._box.give(wish)
            except BoxFault as fault:
                log.error("no number from the box", reason=str(fault))
                return None
            if given is None:
                return None
            log.info("number from the box")
            if not given.again:  # else it is on a paper of this person's
                self._from_here[ask.key] = given.number.ticket
                while len(self._from_here) > _REMEMBERED:
                    del self._from_here[next(iter(self._from_here))]
            ticket = _ticket(given, ask.service, at)
            return self._remember(ask, NumberTaken(ask.session, ticket, given.again, offline=True))

    def _remember(self, ask: TakeNumber, answer: Answer) -> Answer:
        """The press's first answer, which this is unless there was one."""
        return self._answers.setdefault(ask.key, answer) if self._is_here(ask.session) else answer


def _ticket(given: Given, service: str, at: int) -> messages.Ticket:
    """The ticket that the number will be; how many are ahead, only the server knows."""
    return messages.Ticket(
        id=given.number.ticket,
        number=given.number.number,
        service=service,
        state=messages.TicketState.RESERVED,
        ahead=0,
        taken_at=at,
        token=given.number.token,
        url=given.number.url,
    )
