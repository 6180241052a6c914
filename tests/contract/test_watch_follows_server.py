"""A terminal's watch on a real server: it learns of a new plan without being started again."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from queue_house import DEADLINE_S, HALL, House, Server, serving

from jinghou_config.terminal import ServerLink
from jinghou_kiosk.hall_watch import HallWatch
from jinghou_kiosk.server import ServerClient
from jinghou_queue.contract.messages import HallView
from jinghou_queue.desk.access import Role


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(House.build(tmp_path)) as server:
        yield server


def test_a_new_plan_reaches_the_screens_while_they_run(server: Server) -> None:
    terminal, manager = (server.house.token(role) for role in (Role.TERMINAL, Role.MANAGER))
    link = ServerLink(url=f"http://127.0.0.1:{server.port}", hall=HALL, token=SecretStr(terminal))
    halls: queue.SimpleQueue[HallView] = queue.SimpleQueue()
    watch = HallWatch(ServerClient(link), halls.put, lambda: None)
    watch.start()
    assert halls.get(timeout=DEADLINE_S).services[1].name == "税务"
    plan = server.call("GET", f"/halls/{HALL}/plan", manager)
    changed = plan.json
    changed["services"][1]["name"] = "税务综合"
    answer = server.call("PUT", f"/halls/{HALL}/plan", manager, changed, headers={"If-Match": plan.headers["etag"]})
    assert (answer.status, answer.json) == (200, {"version": 2})
    while halls.get(timeout=DEADLINE_S).services[1].name != "税务综合":
        pass
    watch.close()


def test_a_terminal_that_the_server_knows_no_more_is_told_so(server: Server) -> None:
    link = ServerLink(url=f"http://127.0.0.1:{server.port}", hall=HALL, token=SecretStr(f"{HALL}.revoked"))
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    watch = HallWatch(
        ServerClient(link), lambda _: told.put("hall"), lambda: told.put("lost"), lambda: told.put("refused")
    )
    watch.start()
    assert [told.get(timeout=DEADLINE_S) for _ in range(2)] == ["refused", "lost"]
    watch.close()


def test_a_plan_with_a_wrong_key_is_refused_with_its_name(server: Server) -> None:
    manager = server.house.token(Role.MANAGER)
    plan = server.call("GET", f"/halls/{HALL}/plan", manager)
    changed = plan.json
    changed["calling"]["recalls"] = 99
    headers = {"If-Match": plan.headers["etag"]}
    answer = server.call("PUT", f"/halls/{HALL}/plan", manager, changed, headers=headers)
    assert (answer.status, answer.problem) == (422, "plan-invalid")
    assert answer.json["detail"] == "calling.recalls: Input should be less than or equal to 10"
