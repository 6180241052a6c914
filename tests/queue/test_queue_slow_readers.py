"""A board that stops reading, on a real server: it costs no memory and nobody's time, is cut off, and goes on later."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from queue_house import DEADLINE_S, HALL, Desk, House, Server, serving

from jinghou_queue.desk.access import Role
from jinghou_queue.store.databases import connect

VISITS = 3000
EVENTS = 2 * VISITS + 1  # each visitor makes two, the first also begins the day
STUCK = 120  # readers: so many that what the server does beside them, such as estimates, does not matter
BODY = {"service": "company", "channel": "kiosk"}


@pytest.fixture
def busy(sqlite_house: House) -> House:
    """A hall with a feed of more than a megabyte."""
    with connect(sqlite_house.url) as connection:
        desk = Desk(connection, sqlite_house.keys)
        for _ in range(VISITS):
            desk.take("tax")
    return sqlite_house


@contextlib.contextmanager
def patient(house: House, seconds: float) -> Iterator[Server]:
    """A server that gives a reader so much time."""
    settings = house.folder / "queue.toml"
    settings.write_text(f"patience_s = {seconds}\n")
    with serving(house, "--config", str(settings)) as server:
        yield server


def stuck(server: Server, token: str, room: int = 4096) -> socket.socket:
    """A reader from the first event on that has room for little and reads nothing of it."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(DEADLINE_S)
    reader.connect(("127.0.0.1", server.port))
    request = f"GET /api/v1/halls/{HALL}/events?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    reader.sendall(request.encode())
    reader.recv(1, socket.MSG_PEEK)  # the stream has begun
    return reader


def kilobytes(server: Server) -> int:
    """Memory of the server's own."""
    rollup = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_Dirty:"))


def readers(server: Server) -> int:
    """Feeds that the server says are open."""
    metrics = server.outside("/metrics").text
    return next(int(float(line.split()[1])) for line in metrics.splitlines() if line.startswith("jinghou_feed_readers"))


def test_readers_that_stop_reading_cost_little_memory_and_nobodys_time(busy: House) -> None:
    kiosk = busy.token(Role.TERMINAL)
    with patient(busy, 60) as server, contextlib.ExitStack() as open_readers:
        with server.feed(kiosk, "?after=0") as events:  # whatever a first reader needs is there
            for _ in range(EVENTS):
                next(events)
        before = kilobytes(server)
        for _ in range(STUCK):
            open_readers.enter_context(contextlib.closing(stuck(server, kiosk)))
        with server.feed(kiosk) as events:
            number = server.call("POST", f"/halls/{HALL}/tickets", kiosk, BODY).json["number"]
            assert next(data for _, kind, data in events if kind == "leg")["number"] == number
        assert readers(server) >= STUCK
        assert kilobytes(server) - before < STUCK * 400  # a feed is three times as large


def test_a_reader_that_takes_nothing_is_cut_off_and_gets_the_rest_once_when_it_comes_back(busy: House) -> None:
    kiosk = busy.token(Role.TERMINAL)
    with patient(busy, 0.2) as server, contextlib.closing(stuck(server, kiosk)) as reader:
        while readers(server):
            pass
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := reader.recv(65536):
                got += piece
        ids = [int(line[4:]) for line in got[: got.rindex(b"\n\n")].split(b"\n") if line.startswith(b"id: ")]
        assert ids == list(range(1, len(ids) + 1))
        assert len(ids) < EVENTS
        with server.feed(kiosk, last=ids[-1]) as events:
            assert [next(events)[0] for _ in range(EVENTS - len(ids))] == list(range(len(ids) + 1, EVENTS + 1))


def test_a_reader_that_reads_again_in_time_stays(busy: House) -> None:
    kiosk = busy.token(Role.TERMINAL)
    with patient(busy, 1) as server, contextlib.closing(stuck(server, kiosk)) as reader:
        read_up_to(reader, EVENTS)
        soon, last = time.monotonic() + 1.5, EVENTS
        while time.monotonic() < soon:
            server.call("POST", f"/halls/{HALL}/tickets", kiosk, BODY)
            last += 2
        read_up_to(reader, last)


def read_up_to(reader: socket.socket, event: int) -> None:
    got = b""
    while f"\nid: {event}\n".encode() not in got:
        piece = reader.recv(65536)
        assert piece, "cut off"
        got = got[-100:] + piece
