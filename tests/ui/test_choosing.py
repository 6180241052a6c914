"""Choosing one of many services on the real window: how many taps it takes, on every glass, and what a page holds."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from kiosk_window import KioskWindow

from jinghou_config.terminal import ScreenSettings
from jinghou_kiosk.events import (
    Aid,
    AudienceTapped,
    BackTapped,
    ConfirmTapped,
    HomeTapped,
    Language,
    Pinned,
    ServiceTapped,
    StayTapped,
    ThemeTapped,
)
from jinghou_kiosk.pages import ChooseService, Taking
from jinghou_kiosk.session import step
from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import Audience
from jinghou_ui.gallery import sample_sessions
from jinghou_ui.screens import KIOSK_21, KIOSK_32, KIOSK_32_LYING

Show = Callable[..., KioskWindow]

PAGES = sample_sessions(Language.ZH)
MANY = PAGES["many-choose"]
GLASSES = [
    pytest.param(KIOSK_32, id="32in"),
    pytest.param(KIOSK_21, id="21.5in"),
    pytest.param(KIOSK_32_LYING, id="lying"),
]


class Visit:
    """Somebody whose card was read, at the window."""

    def __init__(self, show: Show, session: Session, screen: ScreenSettings = KIOSK_32) -> None:
        self.session = session
        self.kiosk = show(session, screen)

    def taps(self, name: str) -> "Visit":
        self.kiosk.finger(name)
        self.session = step(self.session, self.kiosk.touches[-1]).state
        self.kiosk.model.show(self.session)
        return self

    def sees(self, kind: str) -> list[str]:
        """The names of the buttons of a kind, in the order in which they stand."""
        self.kiosk.window.grabWindow()
        return [button.name for button in self.kiosk.buttons() if button.name.startswith(kind)]


@pytest.mark.parametrize("screen", GLASSES)
def test_on_every_glass_six_hot_services_of_six_themes_are_three_taps_from_their_number_at_most(
    show: Show, screen: ScreenSettings
) -> None:
    hot = ("s0", "s17", "s34", "s51", "s68", "s79")
    pinned = replace(MANY, pinned=Pinned(hot, ()))
    assert len({each.theme for each in pinned.hot}) == 6
    for service in pinned.hot:
        visit = Visit(show, pinned, screen)
        if f"service-{service.id}" not in visit.sees("service-"):
            visit.taps(f"theme-{service.theme}")
        visit.taps(f"service-{service.id}").taps("confirm")
        assert visit.session.page == Taking(service)
        assert len(visit.kiosk.touches) <= 3
        assert isinstance(visit.kiosk.touches[-1], ConfirmTapped)


@pytest.mark.parametrize("screen", GLASSES)
def test_every_theme_and_every_service_is_reached_by_taps_alone(show: Show, screen: ScreenSettings) -> None:
    visit = Visit(show, MANY, screen)
    assert MANY.hall is not None
    themes = gone_through(visit, "theme-")
    assert sorted(themes) == sorted({f"theme-{each.theme}" for each in MANY.hall.services})
    while themes[-1] not in visit.sees("theme-"):
        visit.taps("previousPage")
    services = gone_through(visit.taps(themes[-1]), "service-")
    assert services == [f"service-s{place}" for place in range(72, 80)]


def gone_through(visit: Visit, kind: str) -> list[str]:
    """What stands on all the pages, from the first to the last."""
    found = visit.sees(kind)
    while "nextPage" in visit.sees("next") and visit.kiosk.read("nextPage", "enabled"):
        visit.taps("nextPage")
        assert visit.kiosk.touches[-1] == StayTapped(), "turning a page shows that somebody is there"
        found += visit.sees(kind)
    return found


def test_audiences_are_two_buttons_of_which_the_chosen_one_shows_it(show: Show) -> None:
    visit = Visit(show, MANY).taps("audience-company")
    assert visit.kiosk.touches == [AudienceTapped(Audience.COMPANY)]
    assert [visit.kiosk.read(f"audience-{name}") for name in ("company", "personal")] == ["✓ 企业", "个人"]
    assert "theme-不动产" not in visit.sees("theme-"), "no company comes for that"
    visit.taps("audience-company")
    assert "theme-不动产" in visit.sees("theme-")


def test_a_hall_of_few_services_asks_for_no_audience_and_opens_no_theme(show: Show) -> None:
    few = Visit(show, PAGES["choose"])
    assert few.sees("audience-") == few.sees("theme-") == []
    assert len(few.sees("service-")) == 6


def test_from_a_theme_the_way_back_leads_to_the_themes_and_from_there_home(show: Show) -> None:
    visit = Visit(show, MANY).taps("theme-社保医保")
    assert visit.kiosk.read("headline") == "社保医保"
    visit.taps("back")
    assert visit.kiosk.read("headline") == "办哪项业务？"
    visit.taps("back")
    assert visit.kiosk.touches[1:] == [BackTapped(), HomeTapped()]


def test_a_theme_opens_on_its_first_page_whichever_page_of_themes_it_was_on(show: Show) -> None:
    visit = Visit(show, MANY).taps("nextPage").taps("theme-经营许可")
    assert visit.sees("service-")[0] == "service-s63", "what stands first here"


def test_services_without_a_theme_are_found_under_other_services(show: Show) -> None:
    visit = Visit(show, MANY).taps("nextPage").taps("theme-")
    assert visit.kiosk.touches[-1] == ThemeTapped("")
    assert visit.kiosk.read("headline") == "其他业务"
    assert visit.taps("service-s72").kiosk.touches[-1] == ServiceTapped("s72")


@pytest.mark.parametrize("screen", GLASSES)
def test_large_type_has_fewer_choices_a_page(show: Show, screen: ScreenSettings) -> None:
    usual = Visit(show, MANY, screen)
    large = Visit(show, replace(MANY, aids=frozenset({Aid.LARGE})), screen)
    assert len(large.sees("theme-") + large.sees("service-")) < len(usual.sees("theme-") + usual.sees("service-"))


def test_more_services_on_the_first_page_leads_to_the_themes(show: Show) -> None:
    visit = Visit(show, PAGES["many-home"]).taps("more")
    assert visit.session.page == ChooseService()
    assert len(visit.sees("theme-")) == 6


def test_a_kiosk_that_knows_of_no_favourites_shows_the_themes_alone(show: Show) -> None:
    visit = Visit(show, PAGES["many-choose-nothing-first"])
    assert visit.sees("service-") == []
    assert "这里常办" not in {text.text for text in visit.kiosk.texts()}
