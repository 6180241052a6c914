"""Running the server: its socket, its stop within two seconds, and what must be right before it starts."""

import asyncio
import contextlib
import errno
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType

import uvicorn
from uvicorn.loops.auto import auto_loop_factory
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jinghou_config.log import get_logger
from jinghou_config.notify import NotifySettings
from jinghou_config.queue import QueueSettings
from jinghou_queue.api.app import make_app
from jinghou_queue.api.office import Office
from jinghou_queue.feed import FORGET_EVERY_S, Feeds
from jinghou_queue.keys import Keys, load_key_file
from jinghou_queue.notify.channel import Installed
from jinghou_queue.notify.installed import installed
from jinghou_queue.notify.sending import LOOK_EVERY_S, Sender
from jinghou_queue.outlooks import Outlooks
from jinghou_queue.phones import COUNT_EVERY_S, Phones
from jinghou_queue.store import Published
from jinghou_queue.store import statements as st
from jinghou_queue.store.databases import connect, database_file, open_store, shown
from jinghou_queue.store.migrate import Form, form_of
from jinghou_queue.upkeep import EVERY_S, keep_up, repeat

_STOP_WITHIN_S = 1
_LAST_WORDS_S = 0.5  # for messages that are on their way when the server stops
_MAX_HEAD = 64 * 1024  # bytes of a request beside its body: address and headers
_UNSENT = 16 * 1024  # bytes that the system takes for a reader that does not read, beside those on their way
_TAKE_TURNS_S = 0.0002
"""How long a thread may keep the interpreter. The store's threads give it away at each statement, and a loop that tells
thousands of phones something would let them wait 5 ms to have it back."""
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # compared with, not bound to

log = get_logger(__name__)


class CannotServe(Exception):
    """Something must be put right first. One line for the operator."""


def key_file(settings: QueueSettings) -> Path:
    """Where the installation's key is: as set, else beside the database. Raises CannotServe when that is no file."""
    database = database_file(settings.db)
    if settings.identity_key_file is not None:
        return settings.identity_key_file
    if database is None:
        raise CannotServe("set identity_key_file: with PostgreSQL there is no file to keep the key beside")
    return database.with_name(database.name + ".key")


def exists(url: str) -> bool:
    """Whether there is a database. One of PostgreSQL is made by its own tools, so it is expected to be there."""
    file = database_file(url)
    return file is None or file.exists()


def check_form(url: str) -> None:
    """Raises CannotServe when the database is not one this version can work with."""
    name = shown(url)
    if not exists(url):
        raise CannotServe(f"{name} does not exist: run `jinghou-queue init --db {name}` first")
    match form_of(url):
        case Form.EMPTY:
            raise CannotServe(f"{name} is not initialised: run `jinghou-queue init --db {name}` first")
        case Form.OLD:
            raise CannotServe(f"{name} is from an earlier version: run `jinghou-queue migrate --db {name}` first")
        case Form.UNKNOWN:
            raise CannotServe(f"{name} is from a later version of jinghou: install that one")
        case Form.CURRENT:
            pass


def load_keys(settings: QueueSettings) -> Keys:
    """The key, checked against every hall: another one would quietly disown every ticket and person.

    Raises CannotServe, KeyFileError or StoreUnavailable.
    """
    file = key_file(settings)
    keys = load_key_file(file)
    with connect(settings.db) as connection:
        for hall in connection.all(st.HALL_IDS):
            row = connection.one(st.HALL, hall=hall)
            if row is not None and row.key_check != keys.check():
                raise CannotServe(f"{file} is not the key that hall {hall} was made with: restore the right one")
    return keys


@contextlib.contextmanager
def alone(url: str) -> Iterator[None]:
    """Hold an SQLite database for this program: the screens of a second server would hear of a call late.

    The hold is a lock on an empty database beside it, which ends with the process, however that ends.
    Raises CannotServe.
    """
    file = database_file(url)
    if file is None:
        yield  # PostgreSQL tells every server what the others do
        return
    with contextlib.closing(sqlite3.connect(file.with_name(file.name + ".lock"), timeout=0)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise CannotServe(f"{url} is being served already; stop that server first") from None
            raise CannotServe(f"{file}.lock cannot be written: check the owner of its folder") from None
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotServe when the port is taken or the address is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise CannotServe(f"{host} is not an address of this machine") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as fault:
        listener.close()
        match fault.errno:
            case errno.EADDRINUSE:
                reason = f"port {port} on {host} is taken by another program; stop that or choose another --port"
            case errno.EADDRNOTAVAIL:
                reason = f"{host} is not an address of this machine"
            case errno.EACCES:
                reason = f"port {port} needs more rights; choose one above 1023"
            case _:
                reason = f"port {port} on {host} cannot be opened"
        raise CannotServe(reason) from None
    return listener


class _Http(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, hanging up on whoever would fill the memory.

    That is a request whose headers do not end, and a reader that for `patience_s` takes nothing of what it is sent.
    """

    patience_s: float
    _beside_body = 0  # bytes since the last of a body, or of a request
    _cut: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Parse, unless it is too much."""
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body > _MAX_HEAD:
            self.send_400_response("The headers are too large.")

    def on_body(self, body: bytes) -> None:
        """A piece of a body: how much of that is taken is the application's to say."""
        self._beside_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The end of a request."""
        self._beside_body = 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The reader takes nothing more for now."""
        super().pause_writing()
        self._cut = self.loop.call_later(self.patience_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        self._keep()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone, whoever hung up."""
        super().connection_lost(exc)
        self._keep()

    def _keep(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class _Server(uvicorn.Server):
    """uvicorn, ending the feeds first: it waits for open answers, and a feed never ends by itself."""

    def __init__(self, config: uvicorn.Config, office: Office, url: str) -> None:
        super().__init__(config)
        self._office = office
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where we listen, once we do."""
        await super().startup(sockets)
        print(f"listening on {self._url}", flush=True)  # noqa: T201  # what a script or an operator waits for

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the feeds, then let the rest finish."""
        self._office.feeds.close()
        self._office.phones.close()
        await super().shutdown(sockets)


def allow_many_connections() -> None:
    """Each is an open file, and the usual limit of 1,024 is one that a process may raise by itself."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # Windows has none

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def limit_unsent(listener: socket.socket, patience_s: float) -> None:
    """Let the system keep little for connections to this socket, and end those whose other side is silent.

    A phone that leaves the network says no goodbye: without a limit its stream would live for a quarter of an hour.
    """
    if sys.platform == "linux":  # connections take both over from their listener
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(patience_s * 1000))


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """uvicorn raises its signal again once it has stopped; stopping when asked is not a failure."""


def serve(settings: QueueSettings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises CannotServe, ConfigError, KeyFileError or StoreUnavailable before listening.
    """
    check_form(settings.db)
    keys = load_keys(settings)
    channels = installed(settings.notify)
    with (
        bind(settings.host, settings.port) as listener,
        alone(settings.db),
        asyncio.Runner(loop_factory=auto_loop_factory()) as runner,
    ):
        runner.run(_serve(settings, keys, channels, listener))


async def _serve(
    settings: QueueSettings, keys: Keys, channels: Mapping[str, Installed], listener: socket.socket
) -> None:
    url = settings.public_url or address_of(listener)
    if settings.public_url is None and settings.host in _EVERY_ADDRESS:
        log.warning("tickets will show a code that no phone can open: set public_url", host=settings.host)
    feeds, outlooks = Feeds(), Outlooks()
    phones = Phones(outlooks, keys)

    def committed(events: list[Published]) -> None:
        feeds.committed(events)
        phones.committed(events)

    store = open_store(settings.db, committed)
    try:
        office = Office(store, feeds, phones, outlooks, keys, url, sessions=settings.session, channels=channels)
        proxies = [str(proxy) for proxy in settings.trusted_proxies]
        await run(office, listener, settings.patience_s, proxies, settings.notify)
    finally:
        store.close()


def address_of(listener: socket.socket) -> str:
    """The URL of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def run(
    office: Office,
    listener: socket.socket,
    patience_s: float,
    proxies: Sequence[str] = (),
    notify: NotifySettings | None = None,
) -> None:
    """Serve one office on a bound socket until SIGTERM or SIGINT; `proxies` may say for whom they ask."""
    sys.setswitchinterval(_TAKE_TURNS_S)
    allow_many_connections()
    limit_unsent(listener, patience_s)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    config = uvicorn.Config(
        make_app(office),
        http=type("_PatientHttp", (_Http,), {"patience_s": patience_s}),
        access_log=False,  # addresses hold the holders' tokens
        log_config=None,
        lifespan="off",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[*proxies],
        timeout_graceful_shutdown=_STOP_WITHIN_S,
    )
    sender = Sender(office.channels, notify or NotifySettings(), Random().random)  # noqa: S311  # spreads retries
    tasks = [
        asyncio.create_task(repeat(partial(sender.look, office), LOOK_EVERY_S, "ladder")),
        asyncio.create_task(repeat(partial(keep_up, office), EVERY_S, "halls")),
        asyncio.create_task(repeat(partial(office.phones.count_places, office.store), COUNT_EVERY_S, "phones")),
        asyncio.create_task(repeat(office.feeds.forget_old, FORGET_EVERY_S, "feeds")),
    ]
    try:
        await _Server(config, office, address_of(listener)).serve([listener])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sender.close(_LAST_WORDS_S)
