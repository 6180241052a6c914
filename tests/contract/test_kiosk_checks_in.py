"""A kiosk's check-in at a real server: the number, and why there is none, in what the pages need."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from queue_house import HALL, House, Server, resident_number, serving
from queue_noon import move_to_noon

from jinghou_config.terminal import ServerLink
from jinghou_kiosk.server import ServerClient, ServerRefused
from jinghou_queue.contract.bookings import CheckIn
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import BookedFor, Channel, Lane
from jinghou_queue.desk.access import Role


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(House.build(tmp_path)) as server:
        move_to_noon(server, server.house.token(Role.MANAGER))
        yield server


def book(server: Server, kiosk: str, person: int, slot: int) -> dict[str, Any]:
    slots = server.call("GET", f"/halls/{HALL}/slots?service=tax", kiosk).json
    identity = {"kind": "resident", "number": resident_number(person)}
    body = {"service": "tax", "channel": "phone", "identity": identity, "starts_at": slots[slot]["starts_at"]}
    booked: dict[str, Any] = server.call("POST", f"/halls/{HALL}/bookings", kiosk, body).json
    return booked


def test_code_and_card_lead_to_one_number_and_a_wrong_day_is_told_with_the_right_one(server: Server) -> None:
    token = server.house.token(Role.TERMINAL)
    kiosk = ServerClient(ServerLink(url=f"http://127.0.0.1:{server.port}", hall=HALL, token=SecretStr(token)))
    today, later = book(server, token, 1, 0), book(server, token, 2, -1)

    by_code, again = kiosk.check_in(CheckIn(channel=Channel.KIOSK, code=today["code"]), "k1")
    assert (by_code.lane, by_code.booked_for, again) == (Lane.BOOKED, today["starts_at"], False)
    card = Identity(IdentityKind.RESIDENT, resident_number(1))
    by_card, again = kiosk.check_in(CheckIn(channel=Channel.KIOSK, identity=card, masked_name="李*"), "k2")
    assert (by_card.id, again) == (by_code.id, True)

    with pytest.raises(ServerRefused) as refused:
        kiosk.check_in(CheckIn(channel=Channel.KIOSK, code=later["url"]), "k3")
    problem = refused.value.problem
    assert problem.type.endswith("check-in-other-day")
    assert problem.booked_for == BookedFor(starts_at=later["starts_at"])

    with pytest.raises(ServerRefused) as unknown:
        kiosk.check_in(CheckIn(channel=Channel.KIOSK, code="https://example.invalid/" + "x" * 300), "k4")
    assert unknown.value.problem.type.endswith("invalid-request")
