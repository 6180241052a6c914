"""What every route needs: the store, the feeds, the keys, and the outside world (clock, randomness) as arguments."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from secrets import token_bytes
from typing import Annotated, Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import HeaderParameter

from jinghou_config.queue import SessionSettings
from jinghou_queue.api.guesses import Guesses
from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk.access import Bearer
from jinghou_queue.desk.book import Press
from jinghou_queue.feed import Feeds
from jinghou_queue.keys import Keys
from jinghou_queue.notify.channel import Installed
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.passwords import Passwords
from jinghou_queue.phones import Phones
from jinghou_queue.store import Store
from jinghou_queue.suites import NONCE_BYTES


def unix_ms() -> int:
    """Now, as a Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Office:
    """One server. `public_url` is where phones reach it; `now` a Unix time in ms; `random` gives n random bytes."""

    store: Store
    feeds: Feeds
    phones: Phones
    outlooks: Outlooks
    keys: Keys
    public_url: str
    now: Callable[[], int] = unix_ms
    random: Callable[[int], bytes] = token_bytes
    guesses: Guesses = field(default_factory=Guesses)
    sessions: SessionSettings = field(default_factory=SessionSettings)
    passwords: Passwords = field(default_factory=Passwords)
    channels: Mapping[str, Installed] = field(default_factory=dict)
    tried_documents: Guesses = field(default_factory=partial(Guesses, 30))
    wrong_passwords: Guesses = field(default_factory=partial(Guesses, 30, 5 * 60_000))  # counters share an address

    def ticket_url(self, hall: str, ticket: str) -> str:
        """The page of a ticket's holder."""
        return f"{self.public_url}/t/{self.keys.holder_token(hall, ticket)}"

    def booking_url(self, hall: str, booking: str) -> str:
        """The page of a booking's holder."""
        return f"{self.public_url}/b/{self.keys.booking_token(hall, booking)}"

    def seal(self, value: Identity | Phone, hall: str, record: str) -> str:
        """Something of a person, sealed for that ticket or booking."""
        return self.keys.seal(value, self.random(NONCE_BYTES), hall, record)


IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="A name for this press, new for each press and kept when it is sent again; see docs/api.md",
    ),
]


def keyless_press(request: Request[Bearer, Any, Any], office: Office) -> Press:
    """The press of a request without a key, or with a password: of that nothing may be kept to compare with."""
    return Press(request.user.hall, request.user.actor, office.now())


async def provide_press(
    request: Request[Bearer, Any, Any], office: NamedDependency[Office], idempotency_key: IdempotencyKey = None
) -> Press:
    """The press a writing request stands for."""
    if idempotency_key is None:
        return keyless_press(request, office)
    body = (await request.body()).decode("utf-8", "replace")
    actor = request.user.actor
    fingerprint = office.keys.fingerprint(actor, request.method, request.url.path, body)
    return Press(request.user.hall, actor, office.now(), idempotency_key, fingerprint)
