"""Helpers of the server's tests: a made-up hall, people with valid numbers that belong to nobody, a real server."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_queue.api.office import Office, unix_ms
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import Called, Channel, CounterView, Lane, LegView, PrintOutcome, TicketStatus
from jinghou_queue.desk import arriving, bookings, counters, numbers, sessions, setup, staff, tickets, views
from jinghou_queue.desk.access import Role, add_token
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.setup import add_hall
from jinghou_queue.feed import Feeds
from jinghou_queue.keys import Keys, create_key_file, token_hash
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.phones import Phones
from jinghou_queue.store import Connection, Store
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.store.databases import connect
from jinghou_queue.store.migrate import migrate
from jinghou_queue.store.postgres import PostgresConnection
from jinghou_queue.store.sqlite import SqliteConnection
from jinghou_queue.suites import NONCE_BYTES

T = TypeVar("T")
HALL = "yunxi"
NINE = 1_772_413_200_000  # 2026-03-02 09:00 in Shanghai
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
NONCE = bytes(NONCE_BYTES)
DEADLINE_S = 20


def resident_number(person: int) -> str:
    """A number with a right check digit, of a place that does not exist (000000): nobody has it."""
    body = f"00000019800101{person:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def resident(person: int) -> Identity:
    """That person's document."""
    return Identity(IdentityKind.RESIDENT, resident_number(person))


def rows(connection: Connection, text: str) -> list[tuple[Any, ...]]:
    """What SQL of the test's own answers, on either database."""
    assert isinstance(connection, SqliteConnection | PostgresConnection)
    if isinstance(connection, SqliteConnection):
        return connection.driver.execute(text).fetchall()
    return connection.driver.execute(text.encode()).fetchall()


def change(connection: Connection, text: str) -> None:
    """Change a row behind the server's back."""
    if isinstance(connection, PostgresConnection):
        connection.driver.execute(text.encode())
    else:
        rows(connection, text)


def an_office(store: Store, keys: Keys, now: Callable[[], int] = unix_ms) -> Office:
    """What the routes of a server are given, for tests without one."""
    outlooks = Outlooks()
    return Office(store, Feeds(), Phones(outlooks, keys), outlooks, keys, "http://hall.example", now=now)


def refused(refusal: Refusal) -> "pytest.RaisesExc[Refused]":
    """Expects the desk to say no, for this reason."""
    return pytest.raises(Refused, check=lambda error: error.refusal is refusal)


@dataclass
class House:
    """A database with the sample hall. What belongs to it beside the database is in `folder`."""

    folder: Path
    keys: Keys
    url: str

    @classmethod
    def build(cls, folder: Path, url: str | None = None) -> "House":
        """Make the hall in SQLite, or in the empty PostgreSQL database of that URL."""
        house = cls.of(folder, url or f"sqlite:///{folder}/hall.db")
        migrate(house.url)
        with connect(house.url) as connection:
            add_hall(connection, HallPlan.load(SAMPLE_HALL), key_check=house.keys.check(), epoch="first", at=NINE - DAY)
        return house

    @classmethod
    def of(cls, folder: Path, url: str) -> "House":
        """The house of a database that is a copy of one that was built."""
        return cls(folder, create_key_file(folder / "hall.db.key", bytes(range(32))), url)

    @property
    def environment(self) -> dict[str, str]:
        """What a server of this house needs to be told beside the URL."""
        return {"JINGHOU_QUEUE_IDENTITY_KEY_FILE": str(self.folder / "hall.db.key")}

    def token(self, role: Role, token_id: str | None = None) -> str:
        with connect(self.url) as connection:
            return add_token(
                connection,
                hall=HALL,
                role=role,
                name="",
                at=NINE,
                token_id=token_id or role.value,
                secret=f"secret-of-{token_id or role.value}",
            )

    def session(self, role: Role, login: str | None = None) -> str:
        """A new session of somebody in that role, as it stands in the cookie; the login is the role and -1."""
        now, login = unix_ms(), login or f"{role}-1"
        token = f"{HALL}.{secrets.token_urlsafe()}"
        with connect(self.url) as connection:
            row = connection.one(ss.STAFF, hall=HALL, login=login)
            if row is None:
                staff.add_staff(connection, Press(HALL, "test", now), staff.NewStaff(login, "王丽", role, "none"))
                row = ss.StaffRow(login, "王丽", role, "none", now, 0)
            press = Press(HALL, f"{role}:{login}", now)
            sessions.open_session(connection, press, sessions.Proven(row, "", None), token, now + DAY)
        return token


@dataclass
class Desk:
    """The use cases on one connection; each call is a press at `at`."""

    connection: Connection
    keys: Keys
    at: int = NINE
    _made: int = field(default=0)

    def press(self, key: str | None = None, asked: str = "") -> Press:
        return Press(HALL, "test", self.at, key, asked)

    def wish(
        self, service: str, person: int | None = None, lane: Lane = Lane.WALK_IN, then: tuple[str, ...] = ()
    ) -> numbers.Wish:
        self._made += 1
        ticket = f"{self._made:024x}"
        return numbers.Wish(
            service=service,
            channel=Channel.KIOSK,
            lane=lane,
            ticket=ticket,
            token_hash=token_hash(self.keys.holder_token(HALL, ticket)),
            identity_hash=None if person is None else self.keys.identity_hash(HALL, resident(person)),
            identity_sealed=None if person is None else self.keys.seal(resident(person), NONCE, HALL, ticket),
            masked_name=None if person is None else "张*",
            then=then,
        )

    def do(self, work: Callable[[Connection], T]) -> T:
        """Run one use case as the store does: what it refuses leaves no trace."""
        with self.connection.savepoint():
            return work(self.connection)

    def take(
        self,
        service: str = "tax",
        person: int | None = None,
        *,
        lane: Lane = Lane.WALK_IN,
        key: str | None = None,
        asked: str = "",
        hall: str = HALL,
        then: tuple[str, ...] = (),
    ) -> numbers.Taken:
        press = Press(hall, "test", self.at, key, asked)
        return self.do(partial(tickets.take_number, press=press, wish=self.wish(service, person, lane, then)))

    def printed(self, ticket: str, outcome: PrintOutcome = PrintOutcome.PRINTED) -> TicketStatus:
        return self.do(partial(tickets.ticket_printed, press=self.press(), ticket=ticket, outcome=outcome))

    def cancel(self, ticket: str) -> TicketStatus:
        return self.do(partial(tickets.cancel_ticket, press=self.press(), ticket=ticket))

    def open(self, counter: str, *services: str) -> CounterView:
        return self.do(partial(counters.open_counter, press=self.press(), counter=counter, services=services or None))

    def close(self, counter: str) -> CounterView:
        return self.do(partial(counters.close_counter, press=self.press(), counter=counter))

    def next(self, counter: str, key: str | None = None) -> Called | None:
        return self.do(partial(counters.call_next, press=self.press(key), counter=counter))

    def button(self, button: str, counter: str) -> LegView:
        """One of the buttons that need nothing but the counter."""
        work = {"recall": counters.recall, "undo": counters.undo_call, "miss": counters.miss, "park": counters.park}
        return self.do(partial(work[button], press=self.press(), counter=counter))

    def resume(self, counter: str, ticket: str | None = None) -> LegView:
        return self.do(partial(counters.resume, press=self.press(), counter=counter, ticket=ticket))

    def transfer(self, counter: str, service: str) -> LegView:
        return self.do(partial(counters.transfer, press=self.press(), counter=counter, service=service))

    def pause(self, counter: str, why: str) -> CounterView:
        return self.do(partial(counters.pause_counter, press=self.press(), counter=counter, why=why))

    def book(
        self, starts_at: int, person: int = 1, service: str = "tax", *, hold: bool = False, key: str | None = None
    ) -> bookings.Booked:
        """A place in the slot that starts then."""
        place = bookings.Place(
            service=service,
            starts_at=starts_at,
            channel=Channel.PHONE,
            identity_hash=self.keys.identity_hash(HALL, resident(person)),
            masked_name="李*",
            hold=hold,
        )

        def sealed() -> bookings.Fresh:
            name = self.draw()
            return name._replace(identity_sealed=self.keys.seal(resident(person), NONCE, HALL, name.booking))

        return self.do(partial(bookings.book_place, press=self.press(key), place=place, draw=sealed))

    def draw(self) -> bookings.Fresh:
        """A name for the next booking, nobody's yet."""
        self._made += 1
        booking = f"{self._made:024x}"
        return bookings.Fresh(
            booking=booking,
            code_hash=self.keys.code_hash(self.keys.booking_code(HALL, booking)),
            token_hash=token_hash(self.keys.booking_token(HALL, booking)),
            identity_sealed="",
        )

    def reschedule(self, booking: str, starts_at: int) -> bookings.Booked:
        return self.do(partial(bookings.reschedule_booking, press=self.press(), booking=booking, starts_at=starts_at))

    def unbook(self, booking: str) -> bookings.Booked:
        return self.do(partial(bookings.cancel_booking, press=self.press(), booking=booking))

    def confirm(self, booking: str) -> bookings.Booked:
        return self.do(partial(bookings.confirm_booking, press=self.press(), booking=booking))

    def arrive(self, shown: int | str, key: str | None = None) -> arriving.CheckedIn:
        """A person's document is on the reader, or the code of that booking or ticket is scanned."""
        self._made += 1
        ticket = f"{self._made:024x}"
        guest = arriving.Guest(
            shown=self.shown(shown),
            channel=Channel.KIOSK,
            ticket=ticket,
            token_hash=token_hash(self.keys.holder_token(HALL, ticket)),
            masked_name="张*" if isinstance(shown, int) else None,
            born="19800101" if isinstance(shown, int) else None,
        )
        return self.do(partial(arriving.check_in, press=self.press(key), guest=guest))

    def shown(self, shown: int | str) -> arriving.Shown:
        """That person's document, or the code of that booking."""
        if isinstance(shown, int):
            return arriving.Shown(identity_in=lambda hall: self.keys.identity_hash(hall, resident(shown)))
        return arriving.Shown(code_hash=self.keys.code_hash(self.keys.booking_code(HALL, shown)))

    def back(self, ticket: str) -> TicketStatus:
        """Somebody who was passed over is back."""
        return self.do(partial(tickets.return_missed, press=self.press(), ticket=ticket))

    def start(self, counter: str) -> LegView:
        return self.do(partial(counters.start_serving, press=self.press(), counter=counter))

    def finish(self, counter: str) -> LegView:
        return self.do(partial(counters.finish_serving, press=self.press(), counter=counter))

    def serve(self, counter: str) -> None:
        self.start(counter)
        self.finish(counter)


def replan(desk: Desk, **changes: object) -> HallPlan:
    """Put the hall's plan in force again, changed."""
    version, plan = views.plan_in_force(desk.connection, HALL)
    changed = plan.model_copy(update=changes)
    desk.do(partial(setup.change_plan, press=desk.press(), plan=changed, expected=version))
    return changed


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def problem(self) -> str:
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        return str(self.json["type"]).removeprefix("urn:jinghou:problem:")


@dataclass
class Client:
    """Asks whatever server is at a port of this machine."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: object = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        raw: str | None = None,
        session: str | None = None,
    ) -> Answer:
        """One request below /api/v1; with a session as one of our own pages sends it."""
        sent = dict(headers or {})
        if session is not None:
            sent |= {"Cookie": f"jinghou={session}", "Origin": self.origin}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        text = raw if raw is not None else None if body is None else json.dumps(body)
        if text is not None:
            sent["Content-Type"] = "application/json"
        return self.ask(method, f"/api/v1{path}", text, sent)

    def outside(self, path: str, **headers: str) -> Answer:
        """GET an address that is not below /api/v1."""
        return self.ask("GET", path, None, {name.replace("_", "-"): value for name, value in headers.items()})

    def form(self, path: str, fields: dict[str, str]) -> Answer:
        """POST a page's form."""
        return self.ask("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def ask(self, method: str, path: str, text: str | None, headers: dict[str, str]) -> Answer:
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read().decode())

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)

    @contextlib.contextmanager
    def feed(self, token: str, query: str = "", last: int | None = None) -> Iterator["Iterator[tuple[int, str, Any]]"]:
        """The events of a feed as (id, kind, data); ends when the server ends it."""
        headers = {"Authorization": f"Bearer {token}"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", f"/api/v1/halls/{HALL}/events{query}", None, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield _events(answer)


@dataclass
class Server(Client):
    """A real server process."""

    house: House
    process: "subprocess.Popen[str]"

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        self.process.send_signal(signal_number)
        return self.process.wait(DEADLINE_S)


def _events(answer: http.client.HTTPResponse) -> Iterator[tuple[int, str, Any]]:
    fields: dict[str, str] = {}
    for line in map(partial(str, encoding="utf-8"), answer):
        name, _, value = line.rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield int(fields["id"]), fields["event"], json.loads(fields["data"])
            fields = {}
        else:
            fields = {}


def trusting(house: House, proxies: str) -> str:
    """Settings that believe these proxies for whom they ask."""
    settings = house.folder / "queue.toml"
    settings.write_text(f"trusted_proxies = {proxies}\n")
    return str(settings)


@contextlib.contextmanager
def serving(house: House, *flags: str) -> Iterator[Server]:
    """A server on a free port; killed at the end if the test did not stop it."""
    command = [sys.executable, "-m", "jinghou_queue.cli", "serve", "--db", house.url, "--port", "0", *flags]
    log = house.folder / "server.log"
    with (
        log.open("a") as stream,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stream, text=True, env={**os.environ, **house.environment}
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on http://127.0.0.1:"), log.read_text()
            yield Server(int(line.rsplit(":", 1)[1]), house, process)
        finally:
            process.kill()
