"""What a kiosk is told to be: its file's settings, the server's over them, and the hours; what is wrong is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import structlog
from kiosk_session import Kiosk

from jinghou_config.settings import ConfigError
from jinghou_config.terminal import VisitSettings
from jinghou_kiosk.events import Closed, Event, HoursSeen, Language, SettingsSeen
from jinghou_kiosk.told import Told, met_by
from jinghou_queue.contract.messages import HallSummary
from jinghou_queue.contract.terminals import OpenHours, TerminalConfig, TerminalKind

ZONE = ZoneInfo("Asia/Shanghai")
FILE = VisitSettings.model_validate({"place": "B 区 03 号", "session": {"idle_s": 90}, "elsewhere": "请到一楼"})


def at(day: int, hour: int, minute: int = 0) -> int:
    """A moment of November 2026 in the hall; the 23rd is a Monday."""
    return round(datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC).timestamp() * 1000)


def language_of(code: str) -> Language:
    if code not in {"zh", "en"}:
        raise ConfigError(f"language {code}: there are no words for it")
    return Language.ZH if code == "zh" else Language.EN


class Teller:
    """A server that tells a kiosk what to be, and a clock that goes when it is told to."""

    def __init__(self, file: VisitSettings = FILE, now: int = 0) -> None:
        self.now = now
        self.events: list[Event] = []
        self.told = Told(file, self.events.append, language_of=language_of, now=lambda: self.now)

    def config(self, hours: tuple[OpenHours, ...] | None = None, **profile: object) -> list[Event]:
        self.events.clear()
        summary = HallSummary(id="yunxi", name="云溪", name_en="Yunxi", timezone="Asia/Shanghai")
        self.told.config_seen(
            TerminalConfig(
                terminal="k1",
                kind=TerminalKind.KIOSK,
                name="k1",
                hall=summary,
                epoch="first",
                services=(),
                lease_numbers=0,
                profile=profile,
                hours=hours,
            )
        )
        return list(self.events)

    def looks(self, now: int) -> list[Event]:
        self.events.clear()
        self.now = now
        self.told.look_at_clock(ZONE)
        return list(self.events)


def test_what_the_server_sets_stands_over_the_file_key_by_key() -> None:
    met = met_by(FILE, {"layout": "branch", "hot": ["tax"], "session": {"done_s": 20}})
    assert (met.layout, met.hot, met.place) == ("branch", ("tax",), "B 区 03 号")
    assert (met.session.idle_s, met.session.done_s) == (90, 20)


def test_what_the_server_sets_no_more_is_the_files_again() -> None:
    teller = Teller()
    teller.config(layout="community", place="C 区")
    (seen,) = teller.config()
    assert isinstance(seen, SettingsSeen)
    assert (seen.settings.layout, seen.settings.place) == ("hall", "B 区 03 号")
    assert teller.config() == [], "nothing new is no event"


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ({"layout": "palace"}, "layout: Input should be 'hall', 'branch' or 'community'"),
        ({"brand": {"accent": "#FFFF00"}}, "brand.accent: stands out from the paper #F6F4EF by 1.0"),
        ({"services": ["tax"], "hot": ["company"]}, "hot service company is not among its services"),
        ({"languages": ["zh", "ug"]}, "language ug: there are no words for it"),
        ({"colour": "red"}, "colour: unknown key"),
    ],
)
def test_a_profile_that_cannot_be_used_is_named_in_the_log_and_the_one_before_stays(
    profile: dict[str, object], said: str
) -> None:
    teller = Teller()
    teller.config(layout="branch")
    with structlog.testing.capture_logs() as lines:
        assert teller.config(hours=None, **profile) == []
    (line,) = lines
    assert said in line["reason"]
    assert teller.told.seen.settings.layout == "branch"


def test_hours_of_the_server_close_and_open_the_kiosk_half_an_hour_before_the_hall() -> None:
    teller = Teller()
    teller.config(
        (OpenHours(opens_at=at(23, 9), closes_at=at(23, 12)), OpenHours(opens_at=at(24, 9), closes_at=at(24, 17)))
    )
    assert teller.looks(at(23, 8, 29)) == [HoursSeen(Closed(at(23, 9)))]
    assert teller.looks(at(23, 8, 30)) == [HoursSeen(None)]
    assert teller.looks(at(23, 11, 59)) == []
    assert teller.looks(at(23, 12)) == [HoursSeen(Closed(at(24, 9)))]
    assert teller.looks(at(24, 17)) == [HoursSeen(Closed(None))], "nobody knows when it opens again"


def test_hours_of_the_file_hold_where_the_server_has_none() -> None:
    weekly = {"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "17:00"}
    teller = Teller(VisitSettings.model_validate({"hours": [weekly], "early_minutes": 0}))
    assert teller.looks(at(23, 9)) == []
    assert teller.looks(at(27, 17)) == [HoursSeen(Closed(at(30, 9)))], "from Friday evening until Monday"
    (seen,) = teller.config((OpenHours(opens_at=at(27, 8), closes_at=at(27, 20)),))
    assert isinstance(seen, SettingsSeen)
    assert seen.terminal == "k1"
    assert teller.looks(at(27, 17, 1)) == [HoursSeen(None)]


def test_a_kiosk_without_hours_is_always_open_and_so_is_one_that_is_set_to_be() -> None:
    teller = Teller()
    assert teller.looks(at(28, 3)) == []
    teller.config((OpenHours(opens_at=at(23, 9), closes_at=at(23, 12)),), always_open=True)
    assert teller.looks(at(28, 3)) == []


def test_a_new_first_language_greets_whoever_comes_next_and_leaves_the_one_who_is_there_alone() -> None:
    english = SettingsSeen(VisitSettings(language="en"), (Language.EN, Language.ZH))
    idle, busy = Kiosk(), Kiosk().at_confirm()
    assert idle.does(english).state.language == Language.EN
    assert busy.does(english).state.language == Language.ZH
