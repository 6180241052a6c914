"""Real servers that write to people: over HTTP, killed in the middle, beside a gateway that is slow, dead or back."""

import contextlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from queue_gateways import WEBHOOK_SECRET, Gateway, Says, gateway, signed_as_webhook, webhook_signature
from queue_house import DEADLINE_S, HALL, Answer, Desk, House, Server, change, replan, rows, serving

from jinghou_config.hall import LadderPlan
from jinghou_queue.api.office import unix_ms
from jinghou_queue.cli import main
from jinghou_queue.desk.access import Role
from jinghou_queue.store.databases import connect

PHONE = "13800000001"
WORD = "a-long-random-word"


def until(happened: Callable[[], Any]) -> Any:
    """Wait for something that another process does."""
    ends = time.monotonic() + DEADLINE_S
    while not (found := happened()):
        assert time.monotonic() < ends, "it did not happen in time"
        threading.Event().wait(0.02)
    return found


def config(folder: Path, url: str, **more: object) -> str:
    """Settings with a system of one's own at `url` for people and for ushers."""
    lines = ["[notify]", 'people = "webhook"', 'ushers = "webhook"', *(f"{name} = {at}" for name, at in more.items())]
    lines += ["[notify.webhook]", f'url = "{url}/hook"', f'secret = "{WEBHOOK_SECRET}"']
    file = folder / "queue.toml"
    file.write_text("\n".join(lines))
    return str(file)


def in_a_hurry(house: House) -> None:
    """A hall whose ladder takes two seconds."""
    with connect(house.url) as connection:
        replan(Desk(connection, house.keys, at=unix_ms()), ladder=LadderPlan(message_seconds=1, usher_seconds=2))


@dataclass
class Hall:
    """A hall at work: its server, its clerk's counter, and the gateway it writes over."""

    house: House
    server: Server
    manager: str
    gateway: Gateway

    def take(self, phone: str | None = PHONE) -> Any:
        body = {"service": "tax", "channel": "kiosk", **({} if phone is None else {"phone": phone})}
        return self.server.call("POST", f"/halls/{HALL}/tickets", self.manager, body).json

    def press(self, button: str, counter: str = "c1") -> Answer:
        return self.server.call("POST", f"/counters/{counter}/{button}", self.manager)

    def about(self, kind: str) -> list[Any]:
        """What the gateway was told of that kind."""
        return [asked.json for asked in self.gateway.asked if asked.json["type"] == f"message.{kind}"]

    def stands(self, kind: str = "called") -> list[tuple[object, ...]]:
        with connect(self.house.url) as connection:
            return rows(connection, f"SELECT state, fault FROM notice WHERE kind = '{kind}' ORDER BY notice")


@contextlib.contextmanager
def hall_at_work(house: House, *answers: Says, **settings: object) -> Iterator[Hall]:
    in_a_hurry(house)
    manager = house.token(Role.MANAGER)
    with (
        gateway(*(answers or [Says(204)]), judge=signed_as_webhook) as at,
        serving(house, "--config", config(house.folder, at.url, **settings)) as server,
    ):
        hall = Hall(house, server, manager, at)
        hall.press("open")
        yield hall


def test_who_does_not_see_the_screens_is_written_to_and_then_looked_for(house: House) -> None:
    with hall_at_work(house) as hall:
        usher = house.token(Role.USHER)
        taken = hall.take()
        with hall.server.feed(usher, "?after=0") as events:
            hall.press("next")
            calls = (event for _, kind, event in events if kind == "call")
            told = [(event["channel"], event["state"]) for event in (next(calls), next(calls), next(calls))]
            assert told[0] == ("message", "queued")
            assert sorted(told) == [("message", "queued"), ("message", "sent"), ("usher", "sent")]
        (line,) = hall.server.call("GET", f"/halls/{HALL}/unreached", usher).json
        assert (line["number"], line["counter"], line["ticket"]) == (taken["number"], "1", taken["id"])
        (written,) = until(lambda: hall.about("called"))
        assert (written["to"], written["number"], written["counter"]) == ("+8613800000001", "B001", "1")
        (asked,) = until(lambda: hall.about("unreached"))
        assert (asked["to"], asked["number"]) == (None, "B001")
        hall.press("start")
        assert hall.server.call("GET", f"/halls/{HALL}/unreached", usher).json == []
    log = (house.folder / "server.log").read_text()
    assert PHONE not in log
    assert WEBHOOK_SECRET not in log


@pytest.mark.parametrize("role", [Role.TERMINAL, Role.AUDITOR, Role.TECHNICIAN])
def test_the_list_is_for_those_who_can_go_and_look(sqlite_house: House, role: Role) -> None:
    with serving(sqlite_house) as server:
        assert server.call("GET", f"/halls/{HALL}/unreached", sqlite_house.token(role)).status == 403


def test_a_gateway_that_does_not_answer_holds_up_no_call_and_no_stop(house: House) -> None:
    held = threading.Event()
    with hall_at_work(house, Says(204, hold=held), deadline_s=3 * DEADLINE_S) as hall:
        for number in range(8):
            hall.take(f"138000000{number:02}")
        until(lambda: hall.gateway.asked)
        for _ in range(8):
            assert hall.press("next").status == 200
            hall.press("start")
            assert hall.press("finish").status == 200
        assert not held.is_set(), "all of them while it still kept the first message waiting"
        assert hall.server.stop() == 0, "within a third of the time that the gateway has"
        held.set()


def test_a_server_that_is_killed_while_it_sends_has_sent_once(house: House) -> None:
    """What the receiver knows by its id is sent again, and with the same id; else it is not (test_queue_notices)."""
    held = threading.Event()
    with hall_at_work(house, Says(204, hold=held), Says(204)) as hall:
        hall.take()
        hall.press("next")
        until(lambda: hall.about("called"))
        hall.server.stop(signal.SIGKILL)
        held.set()
        assert hall.stands() == [("queued", "")]
        settings = str(house.folder / "queue.toml")
        with serving(house, "--config", settings):
            until(lambda: hall.about("unreached"))  # it looks
            assert len(hall.about("called")) == 1, "not before its claim has run out"
            with connect(house.url) as connection:
                change(connection, "UPDATE notice SET due_at = 1, claimed_until = 1 WHERE state = 'queued'")
            until(lambda: hall.stands() == [("sent", "")])
        ids = [a.headers["webhook-id"] for a in hall.gateway.asked if a.json["type"] == "message.called"]
        assert len(ids) == 2
        assert len(set(ids)) == 1


def test_two_servers_of_one_database_write_once(postgres_house: House) -> None:
    with (
        hall_at_work(postgres_house) as hall,
        serving(postgres_house, "--config", str(postgres_house.folder / "queue.toml")),
    ):
        for number in range(4):
            hall.take(f"138000000{number:02}")
        hall.press("open", "c3")
        hall.press("next")
        hall.press("next", "c3")
        until(lambda: len(hall.about("unreached")) == 2)
        until(lambda: set(hall.stands()) == {("sent", "")})
        ids = [asked.headers["webhook-id"] for asked in hall.gateway.asked]
        assert len(set(ids)) == len(ids)
        assert len(hall.about("called")) == 2


def reported(server: Server, body: object, secret: str = WEBHOOK_SECRET, channel: str = "webhook") -> Answer:
    raw, now = json.dumps(body), str(unix_ms() // 1000)
    headers = {
        "webhook-id": "r1",
        "webhook-timestamp": now,
        "webhook-signature": webhook_signature(secret, "r1", now, raw.encode()),
    }
    return server.call("POST", f"/notices/{channel}/reports", None, raw=raw, headers=headers)


def test_a_report_of_the_gateway_says_that_it_reached_the_phone(house: House) -> None:
    with hall_at_work(house) as hall:
        hall.take()
        hall.press("next")
        until(lambda: hall.stands() == [("sent", "")])
        name = next(a.headers["webhook-id"] for a in hall.gateway.asked if a.json["type"] == "message.called")
        told = {"id": name, "state": "delivered"}
        assert reported(hall.server, told, secret="somebody-elses-secret").status == 403
        assert hall.stands() == [("sent", "")]
        assert reported(hall.server, told).status == 200
        assert hall.stands() == [("delivered", "")]
        assert reported(hall.server, {**told, "id": "yunxi.nothing"}).status == 200
        assert reported(hall.server, {"state": "delivered"}).problem == "invalid-request"
        for channel in ("console", "pigeon"):
            assert reported(hall.server, told, channel=channel).status == 404


def test_aliyun_reports_by_the_name_that_it_gave_a_message(sqlite_house: House) -> None:
    in_a_hurry(sqlite_house)
    manager = sqlite_house.token(Role.MANAGER)
    with gateway(Says(200, {"Code": "OK", "BizId": "biz-1"})) as at:
        file = sqlite_house.folder / "queue.toml"
        own = {"key_id": "k", "key_secret": "s", "sign_name": "云溪", "called": "S1", "ahead": "S2", "reports": WORD}
        lines = [f'{name} = "{value}"' for name, value in {**own, "endpoint": at.url}.items()]
        file.write_text("\n".join(["[notify]", 'people = "aliyun"', "[notify.aliyun]", *lines]))
        with serving(sqlite_house, "--config", str(file)) as server:
            hall = Hall(sqlite_house, server, manager, at)
            hall.press("open")
            hall.take()
            hall.press("next")
            until(lambda: hall.stands() == [("sent", "")])
            raw = json.dumps([{"biz_id": "biz-1", "success": False, "err_code": "UNDELIV", "phone_number": PHONE}])
            push = f"/notices/aliyun/reports?word={WORD}"
            answer = server.call("POST", push, None, raw=raw)
            assert answer.json["code"] == 0
            assert ("failed", "UNDELIV") in hall.stands() + hall.stands("ahead")


# By hand


def test_a_channel_is_tried_by_hand(sqlite_house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with gateway(Says(204), Says(401), judge=signed_as_webhook) as at:
        flags = ["--db", sqlite_house.url, "--config", config(sqlite_house.folder, at.url)]
        assert main(["notify", "list", *flags]) == 0
        assert (
            capsys.readouterr().out
            == "console  the server's log\nwebhook  a system of one's own  for people and ushers\n"
        )
        trying = ["notify", "test", "--channel", "webhook", *flags]
        assert main([*trying, "--phone", PHONE]) == 0
        assert at.asked[0].json["text"] == "【静候】A000 号：请到 0 号窗口办理测试。"
        assert at.asked[0].json["to"] == f"+86{PHONE}"
        assert main([*trying]) == 1
    told = capsys.readouterr()
    assert told.out == "webhook: taken\n"
    assert told.err == "jinghou-queue: webhook: Never: http-401\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--channel", "pigeon"], "there is no channel pigeon; there are console"),
        (["--channel", "console", "--phone", "12345"], "is not a mobile such as 13800000000"),
    ],
)
def test_a_wrong_call_is_told(
    sqlite_house: House, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["notify", "test", "--db", sqlite_house.url, *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_server_does_not_start_with_a_channel_that_there_is_not(
    sqlite_house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sqlite_house.folder / "queue.toml"
    file.write_text('[notify.plugins.pigeon]\ncolour = "white"\n')
    assert main(["serve", "--db", sqlite_house.url, "--config", str(file)]) == 2
    assert "no installed package offers it" in capsys.readouterr().err
