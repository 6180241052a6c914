"""A hall that a server looks after every second, step by step, for tests of the ladder and of its messages."""

from dataclasses import dataclass, field
from functools import partial

from queue_house import HALL, NONCE, Desk, rows

from jinghou_queue.contract.messages import CallChannel, Lane
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk import ladder, sealed
from jinghou_queue.desk.ladder import Reach

SECOND = 1000
BOTH = Reach("sms", "wecom")
MESSAGE, USHER, PHONE, SCREEN = CallChannel.MESSAGE, CallChannel.USHER, CallChannel.PHONE, CallChannel.SCREEN


@dataclass
class Hall:
    """The sample hall, looked after by a server that writes to people and to ushers."""

    desk: Desk
    reach: Reach = BOTH
    _numbers: dict[str, str] = field(default_factory=dict)

    def take(self, phone: str | None = None, lane: Lane = Lane.WALK_IN) -> str:
        taken = self.desk.take("tax", lane=lane)
        self._numbers[taken.id] = taken.number
        if phone is not None:
            self.bind(taken.id, phone)
        return taken.id

    def bind(self, ticket: str, phone: str) -> None:
        kept = self.desk.keys.seal(Phone.of(phone), NONCE, HALL, ticket)
        self.desk.do(partial(sealed.bind_phone, press=self.desk.press(), ticket=ticket, sealed=kept))

    def after(self, seconds: float) -> None:
        """Time passes, and the server looks."""
        self.desk.at += int(seconds * SECOND)
        due = ladder.ladder_due(self.desk.connection, HALL, self.desk.at, self.reach)
        before = self.written()
        self.desk.do(partial(ladder.climb, press=self.desk.press(), reach=self.reach))
        assert due == (self.written() != before), "it is asked for exactly when there is something to do"

    def written(self) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        told = rows(self.desk.connection, "SELECT * FROM delivery ORDER BY ticket, attempt, channel")
        return told, rows(self.desk.connection, "SELECT * FROM notice ORDER BY notice")

    def channels(self, ticket: str) -> dict[str, str]:
        told = f"SELECT channel, state FROM delivery WHERE ticket = '{ticket}'"
        return {str(channel): str(state) for channel, state in rows(self.desk.connection, told)}

    def notices(self, ticket: str) -> list[str]:
        """What was queued about a ticket, in order."""
        queued = f"SELECT kind, ahead FROM notice WHERE ticket = '{ticket}' ORDER BY at, kind"
        return [f"{kind} {ahead}" if ahead else str(kind) for kind, ahead in rows(self.desk.connection, queued)]

    def unreached(self) -> list[str]:
        return [line.ticket for line in ladder.unreached(self.desk.connection, HALL)]

    def events(self) -> list[tuple[object, ...]]:
        return rows(self.desk.connection, "SELECT actor, was, state, body FROM feed WHERE kind = 'call' ORDER BY seq")
