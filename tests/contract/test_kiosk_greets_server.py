"""What a kiosk's test of the line finds at a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from queue_house import HALL, House, Server, serving

from jinghou_config.terminal import ServerLink
from jinghou_kiosk.server import ServerClient
from jinghou_kiosk.service.network import try_network
from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk.access import Role


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(House.build(tmp_path)) as server:
        yield server


def kiosk(server: Server, token: str) -> ServerClient:
    return ServerClient(ServerLink(url=f"http://127.0.0.1:{server.port}", hall=HALL, token=SecretStr(token)))


def test_a_server_that_is_there_answers_and_its_clock_is_compared_to_the_second(server: Server) -> None:
    client = kiosk(server, server.house.token(Role.TERMINAL))
    right = try_network(client, None, unix_ms)
    assert right.fault == ""
    assert right.answered_ms is not None
    assert right.clock_ahead_s in {0, 1, 2}
    slow = try_network(client, None, lambda: unix_ms() - 300_000)
    assert slow.clock_ahead_s in {-300, -299, -298}


def test_a_server_that_refuses_the_token_is_told_from_one_that_is_away(server: Server) -> None:
    refused = try_network(kiosk(server, "nobodys"), None, unix_ms)
    assert refused.fault.endswith("token-unknown")
    assert refused.answered_ms is not None
    server.stop()
    away = try_network(kiosk(server, "nobodys"), None, unix_ms)
    assert (away.fault, away.answered_ms) == ("no answer (ConnectionError)", None)
