"""Helpers of the tests of terminals: an enrolled kiosk, as the desk and as the server knows it."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from queue_house import HALL, MINUTE, Answer, Client, Desk, change, resident

from jinghou_queue.contract.messages import Channel, Lane, PrintOutcome
from jinghou_queue.contract.terminals import TerminalKind
from jinghou_queue.desk import arriving, leases, numbers, outbox, terminals, tickets
from jinghou_queue.desk.book import Press
from jinghou_queue.keys import token_hash
from jinghou_queue.store import Connection


@dataclass
class Kiosk:
    """A kiosk of a desk's hall. What it tells late carries the time of its own clock."""

    desk: Desk
    id: str
    _told: int = field(default=0)

    @classmethod
    def added(cls, desk: Desk, terminal: str, kind: TerminalKind = TerminalKind.KIOSK, **profile: object) -> "Kiosk":
        """Announced, and not enrolled yet."""
        kiosk = cls(desk, terminal)
        desk.do(
            partial(
                terminals.add_terminal,
                press=desk.press(),
                invited=kiosk.invited(),
                kind=kind,
                name=terminal,
                profile=profile,
            )
        )
        return kiosk

    @classmethod
    def enrolled(cls, desk: Desk, terminal: str) -> "Kiosk":
        kiosk = cls.added(desk, terminal)
        kiosk.enrol(kiosk.invited().code_hash)
        return kiosk

    def invited(self) -> terminals.Invitation:
        """The code that a press now makes for it."""
        return terminals.invitation(self.desk.keys, HALL, self.id, self.desk.at)

    def enrol(self, code_hash: str, token: str = "", kind: TerminalKind | None = None) -> terminals.Joined:
        token = token or f"{HALL}.{self.id}-{self.desk.at}"
        work = partial(
            terminals.enrol_terminal,
            press=self.press(),
            code_hash=code_hash,
            token_hash=token_hash(token),
            kind=kind,
        )
        return self.desk.do(work)

    def replaced(self) -> None:
        """Other hardware is this kiosk from now on."""
        invited = self.invited()
        self.desk.do(partial(terminals.replace_terminal, press=self.desk.press(), invited=invited))
        self.enrol(invited.code_hash)

    def press(self, key: str | None = None, asked: str = "") -> Press:
        return Press(HALL, f"terminal:{self.id}", self.desk.at, key, asked)

    def take(self, service: str = "tax") -> numbers.Taken:
        """A number from the server, as long as it answers."""
        return self.desk.do(partial(tickets.take_number, press=self.press(), wish=self.desk.wish(service)))

    def lease(self, count: int, service: str = "tax") -> tuple[leases.LeasedPlace, ...]:
        fresh = [f"{self.id}-{service}-{self.desk.at}-{place}" for place in range(count)]
        work = partial(leases.lease_numbers, press=self.press(), service=service, tickets=fresh)
        return self.desk.do(work).places

    def tell(self, at: int, what: outbox.Tell, key: str | None = None) -> tuple[outbox.Heard, bool]:
        self._told += 1
        press = self.press(key or f"{self.id}-{self._told}")
        return self.desk.do(partial(outbox.hear, press=press, at=at, tell=what))

    def gave(
        self,
        ticket: str,
        at: int,
        *,
        service: str = "tax",
        person: int | None = None,
        key: str | None = None,
        booking: str | None = None,
        instead_of: str | None = None,
    ) -> tuple[outbox.Heard, bool]:
        """It tells that it gave a leased number to somebody."""
        keys = self.desk.keys
        wish = numbers.Wish(
            service=service,
            channel=Channel.KIOSK,
            lane=Lane.WALK_IN,
            ticket=ticket,
            token_hash=token_hash(keys.holder_token(HALL, ticket)),
            identity_hash=None if person is None else keys.identity_hash(HALL, resident(person)),
            masked_name=None if person is None else "张*",
        )
        code = None if booking is None else keys.code_hash(keys.booking_code(HALL, booking))
        shown = None if code is None else arriving.Shown(code_hash=code)
        return self.tell(at, partial(outbox.number_given, wish=wish, shown=shown, instead_of=instead_of), key)

    def printed(self, ticket: str, at: int, key: str | None = None) -> tuple[outbox.Heard, bool]:
        return self.tell(at, partial(outbox.number_printed, ticket=ticket, outcome=PrintOutcome.PRINTED), key)


def enrol_over_http(client: Client, technician: str, name: str = "B 区 03 号") -> Any:
    """Announce a kiosk and be it: what the server answered to the code."""
    added = client.call("POST", f"/halls/{HALL}/terminals", technician, {"kind": "kiosk", "name": name})
    assert added.status == 201, added.text
    enrolled = client.call("POST", "/terminals/enrol", None, {"code": added.json["enrol_code"]})
    assert enrolled.status == 201, enrolled.text
    return enrolled.json


def tell_over_http(client: Client, token: str, *items: object) -> Answer:
    return client.call("POST", "/terminals/me/outbox", token, {"items": items})


def let_leases_be_old(connection: Connection) -> None:
    """As if they had been set aside before an hour that is told of."""
    change(connection, f"UPDATE lease SET at = at - {120 * MINUTE}")
