"""What a manager sets on the real server is what the kiosk then is, at once and after a start without the server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from queue_house import HALL, Client, House, serving
from queue_machines import enrol_over_http
from queue_postgres import free_port

from jinghou_config.terminal import ServerLink, VisitSettings
from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.sync import CARE_S, Sync
from jinghou_kiosk.events import Event, HoursSeen, Language, SettingsSeen
from jinghou_kiosk.server import ServerClient
from jinghou_kiosk.told import Told
from jinghou_queue.api.office import unix_ms
from jinghou_queue.desk.access import Role

HOUR_MS = 3_600_000


class Kiosk:
    """An enrolled kiosk without a glass."""

    def __init__(self, client: Client, token: str, file: Path) -> None:
        self.token, self.file = token, file
        self.server = ServerClient(ServerLink(url=client.origin, hall=HALL, token=SecretStr(token), timeout_s=10))
        self.seconds = 0.0
        self.at = unix_ms()
        self.begin()

    def begin(self) -> None:
        """The program starts."""
        self.events: list[Event] = []
        self.told = Told(
            VisitSettings(place="B 区 03 号"),
            self.events.append,
            language_of=lambda code: Language(code, in_chinese=code == "zh"),
            now=lambda: self.at,
        )
        self.box = Box(self.file, self.token, now=unix_ms)
        self.sync = Sync(
            self.box,
            self.server,
            self.events.append,
            now=unix_ms,
            monotonic=lambda: self.seconds,
            version="0.1.0",
            on_config=self.told.config_seen,
        )

    def round(self) -> None:
        """A minute later."""
        self.seconds += CARE_S
        self.sync.hall_seen(self.server.hall())
        self.sync.round()

    @property
    def settings(self) -> VisitSettings:
        return self.told.seen.settings


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House.build(tmp_path)
    house.token(Role.TECHNICIAN)
    house.token(Role.MANAGER)
    return house


@pytest.fixture
def client() -> Client:
    return Client(free_port())


@pytest.fixture
def set_profile(house: House, client: Client) -> Iterator[tuple[Kiosk, Callable[..., None]]]:
    """A kiosk, and the manager's way to set its profile."""
    with serving(house, "--port", str(client.port)):
        enrolled = enrol_over_http(client, f"{HALL}.secret-of-{Role.TECHNICIAN.value}", "k1")
        profile = f"/halls/{HALL}/terminals/{enrolled['terminal']}/profile"
        manager = f"{HALL}.secret-of-{Role.MANAGER.value}"

        def put(**values: Any) -> None:
            tag = client.call("GET", profile, manager).headers["etag"]
            assert client.call("PUT", profile, manager, values, headers={"If-Match": tag}).status == 200

        yield Kiosk(client, str(enrolled["token"]), house.folder / "k1.box"), put


def test_a_profile_is_in_force_within_a_minute_and_remembered_without_the_server(
    set_profile: tuple[Kiosk, Callable[..., None]],
) -> None:
    kiosk, put = set_profile
    kiosk.round()
    assert kiosk.settings.layout == "hall"
    put(layout="branch", hot=["tax"], languages=["zh", "en"], brand={"name": "云溪银行", "accent": "#7A1F1F"})
    kiosk.round()
    assert isinstance(kiosk.events[-1], SettingsSeen)
    assert (kiosk.settings.layout, kiosk.settings.hot, kiosk.settings.place) == ("branch", ("tax",), "B 区 03 号")
    kiosk.box.close()
    kiosk.begin()
    assert kiosk.settings.layout == "hall"
    kiosk.sync.start()
    kiosk.sync.close()
    assert (kiosk.settings.layout, kiosk.settings.brand.name) == ("branch", "云溪银行")


def test_the_halls_own_hours_close_the_kiosk_on_its_weekend(set_profile: tuple[Kiosk, Callable[..., None]]) -> None:
    kiosk, _ = set_profile
    kiosk.round()
    answers = set()
    start = kiosk.at
    for hour in range(7 * 24):
        kiosk.at = start + hour * HOUR_MS
        kiosk.told.look_at_clock(None)
        answers |= {event.closed is None for event in kiosk.events if isinstance(event, HoursSeen)}
    closed = [event.closed for event in kiosk.events if isinstance(event, HoursSeen) and event.closed]
    assert answers == {True, False}, "it opens and closes within a week"
    assert all(one.opens_at is not None and one.opens_at > start for one in closed), "and knows when it opens"
