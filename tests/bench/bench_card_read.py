"""Card down to fields, against the time that the bytes alone take on the line."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jinghou_config.devices import DevicesSettings, IdReaderSettings
from jinghou_devices.control import ask
from jinghou_devices.kinds.common import Kind, Lease
from jinghou_devices.kinds.id_reader import IdReader
from jinghou_devices.station import Station

BAUD = 115200
POLL_MS = 100
LINE_S = 1295 * 10 / BAUD  # the reply with text and photo, by the protocol
BUDGET = 1.2
ROUNDS = 15


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[Path]:
    command = [sys.executable, "-m", "jinghou_devices.sim", "sam", "--link", str(tmp_path / "port")]
    command += ["--control", str(tmp_path / "control")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sim:
        assert sim.stdout is not None
        assert sim.stdin is not None
        sim.stdout.readline()
        yield tmp_path / "control"
        sim.stdin.close()


@pytest.fixture
def reader(socket: Path) -> Iterator[IdReader]:
    settings = IdReaderSettings(driver="sam", port=str(socket.with_name("port")), baud=BAUD, poll_ms=POLL_MS)
    station = Station.open(DevicesSettings(id_reader=settings, receipt_printer=None), lambda _status: None)
    station.wait_online(Kind.ID_READER)
    assert station.id_reader is not None
    yield station.id_reader
    station.close()


def lift(socket: Path, reader: IdReader) -> None:
    """Take the card away, and let the driver look twice, so that it has noticed."""
    ask(socket, "lift")
    nobody = Lease("nobody")
    reader.wait_for_card(nobody)
    asked = int(str(ask(socket, "status")["commands"]))
    while int(str(ask(socket, "status")["commands"])) < asked + 2:
        time.sleep(POLL_MS / 1000)
    nobody.end()


@pytest.mark.bench
def test_a_card_is_read_within_the_time_of_the_line(socket: Path, reader: IdReader) -> None:
    lying: list[float] = []  # the card is there already: no poll interval in it
    placed: list[float] = []  # the card is put down while the reader is being polled
    for turn in range(ROUNDS):
        ask(socket, "place")
        begun = time.monotonic()
        reader.wait_for_card(Lease(f"lying {turn}"), 10).result()
        lying.append(time.monotonic() - begun)
        lift(socket, reader)
        future = reader.wait_for_card(Lease(f"placed {turn}"), 10)
        time.sleep(0.02 + POLL_MS / 1000 * turn / ROUNDS)  # at another moment between two looks each time
        down = ask(socket, "place")["at"]
        future.result()
        assert isinstance(down, float)
        placed.append(time.monotonic() - down)
        lift(socket, reader)
    ratio = statistics.median(lying) / LINE_S
    print(f"\ncard read at {BAUD}: the line alone {LINE_S * 1000:.0f} ms")
    print(
        f"card lying to fields: median {statistics.median(lying) * 1000:.0f} ms, worst {max(lying) * 1000:.0f} ms, "
        f"ratio to the line {ratio:.2f} (budget ≤ {BUDGET})"
    )
    print(
        f"card down to fields, polled every {POLL_MS} ms: median {statistics.median(placed) * 1000:.0f} ms, "
        f"worst {max(placed) * 1000:.0f} ms (budget ≤ {(BUDGET * LINE_S) * 1000 + POLL_MS:.0f} ms)"
    )
