"""The first pages: each place's own, whose kiosk it is, in which language, and what they say without numbers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from kiosk_window import KioskWindow
from PySide6.QtGui import QColor

from jinghou_config.devices import DevicesSettings
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import KioskSettings, VisitSettings
from jinghou_kiosk.events import Aid, Closed, Language, LanguageTapped, ServiceTapped
from jinghou_kiosk.pages import Confirm
from jinghou_kiosk.state import Session
from jinghou_ui.gallery import sample_sessions
from jinghou_ui.kiosk_app import emblem_of
from jinghou_ui.words import MIRRORED, language_of, languages, speech

Show = Callable[..., KioskWindow]

PAGES = sample_sessions(Language.ZH)
UYGHUR = Language("ug", in_chinese=True)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#7A1F1F"/></svg>'


def looks(session: str, **settings: object) -> Session:
    return replace(PAGES[session], look=VisitSettings.model_validate(settings))


def services_on(kiosk: KioskWindow) -> list[str]:
    return [button.name for button in kiosk.buttons() if button.name.startswith("service-")]


@pytest.mark.parametrize(
    ("layout", "headline"),
    [("hall", "您好，今天想办什么？"), ("branch", "政务服务银行办"), ("community", "您好，家门口就能办")],
)
def test_each_place_has_its_first_page_with_its_hot_services_in_their_order_one_tap_away(
    show: Show, layout: str, headline: str
) -> None:
    kiosk = show(looks("home", layout=layout, hot=["tax", "property", "gone"]))
    assert kiosk.read("headline") == headline
    assert services_on(kiosk) == ["service-tax", "service-property"]
    assert {"start", "more", "arrive"} <= kiosk.names()
    kiosk.finger("service-tax")
    assert kiosk.touches == [ServiceTapped("tax")]


def test_the_first_page_changes_at_once_with_its_settings(show: Show) -> None:
    kiosk = show(PAGES["home"])
    kiosk.model.show(looks("home", layout="branch", services=["tax"], place="银行 2 楼", brand={"name": "云溪银行"}))
    assert kiosk.read("headline") == "政务服务银行办"
    assert services_on(kiosk) == ["service-tax"]
    assert "more" not in [button.name for button in kiosk.buttons()], "there are no others"
    assert {"云溪银行", "银行 2 楼"} <= {text.text for text in kiosk.texts()}


def test_a_closed_hall_says_when_it_opens_and_takes_only_who_booked(show: Show) -> None:
    kiosk = show(PAGES["home-closed"])
    assert kiosk.read("opensAt") == "11月24日 星期二 09:00 开门"
    assert [button.name for button in kiosk.buttons() if button.name == "arrive"] == ["arrive"]
    assert services_on(kiosk) == []
    today = replace(PAGES["home-closed"], closed=Closed(1_795_397_400_000))
    kiosk.model.show(today)
    assert kiosk.read("opensAt") == "09:30 开门"


@pytest.mark.parametrize("name", ["home-elsewhere", "home-closed-offline"])
def test_without_numbers_the_page_says_where_else_to_go(show: Show, name: str) -> None:
    kiosk = show(PAGES[name])
    assert str(kiosk.read("elsewhere")).startswith("请到一楼人工窗口取号")
    assert "arrive" not in [button.name for button in kiosk.buttons()]


def test_the_halls_own_colour_is_on_its_pages_and_darker_where_contrast_is_high(show: Show) -> None:
    session = looks("home", brand={"accent": "#B3541E"})
    kiosk = show(session)
    (hero,) = {text.frame.center().toPoint() for text in kiosk.texts() if text.text == "请放身份证"}
    ground = kiosk.window.grabWindow().pixelColor(4 * 27 + 60, hero.y() - 40)
    assert ground == QColor("#B3541E")
    kiosk.model.show(replace(session, aids=frozenset({Aid.CONTRAST})))
    darker = kiosk.window.grabWindow().pixelColor(4 * 27 + 60, hero.y() - 40)
    assert darker.lightness() < ground.lightness()


def test_an_emblem_is_a_picture_and_anything_else_is_refused_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "emblem.svg").write_text(SVG, "utf-8")
    (tmp_path / "words.svg").write_text("no picture", "utf-8")

    def settings(name: str) -> KioskSettings:
        devices = DevicesSettings(id_reader=None, receipt_printer=None)
        return KioskSettings.model_construct(emblem=tmp_path / name, devices=devices)

    assert emblem_of(settings("emblem.svg")) == tmp_path / "emblem.svg"
    for wrong in ("words.svg", "gone.png"):
        with pytest.raises(ConfigError, match=f"emblem = .*{wrong}: is not an SVG or PNG picture"):
            emblem_of(settings(wrong))


# Languages


def test_with_more_languages_than_two_the_switch_names_all_others_and_goes_round(show: Show) -> None:
    session = replace(PAGES["home"], languages=(*languages(), MIRRORED))
    kiosk = show(session)
    own = speech(MIRRORED).own_name
    assert kiosk.read("language") == f"English · {own}"
    kiosk.finger("language")
    kiosk.model.show(replace(session, language=Language.EN))
    assert kiosk.read("language") == f"{own} · 中文"
    kiosk.finger("language")
    kiosk.model.show(replace(session, language=MIRRORED))
    kiosk.finger("language")
    assert kiosk.touches == [LanguageTapped(Language.EN), LanguageTapped(MIRRORED), LanguageTapped(Language.ZH)]


def test_a_kiosk_of_one_language_has_no_switch(show: Show) -> None:
    kiosk = show(replace(PAGES["home"], languages=(Language.ZH,)))
    assert "language" not in [button.name for button in kiosk.buttons()]


@pytest.mark.parametrize("name", ["home", "choose", "not-arrived-early", "done"])
def test_a_language_from_right_to_left_mirrors_the_page(show: Show, name: str) -> None:
    english, mirrored = (show(sample_sessions(language)[name]) for language in (Language.EN, MIRRORED))
    glass = english.glass
    assert english.button("aid-large").frame.left() == glass.right() - mirrored.button("aid-large").frame.right()
    assert ink(english, "headline") < glass.center().x() < ink(mirrored, "headline")


def ink(kiosk: KioskWindow, name: str) -> float:
    """Where the middle of a text's first line is, over all that is painted of it."""
    (frame,) = [text.frame for text in kiosk.texts() if text.text == kiosk.read(name)]
    picture = kiosk.window.grabWindow()
    line = int(frame.top() + frame.height() * 0.25) if frame.height() > 110 else int(frame.center().y())
    dark = [x for x in range(int(frame.left()), int(frame.right())) if picture.pixelColor(x, line).lightness() < 100]
    return (dark[0] + dark[-1]) / 2


def test_digits_stand_the_same_way_round_in_every_language(show: Show) -> None:
    for language in (Language.ZH, MIRRORED):
        keys = show(sample_sessions(language)["type-code"])
        assert keys.button("key-1").frame.left() < keys.button("key-2").frame.left() < keys.button("key-3").frame.left()


def test_the_made_up_language_is_longer_by_two_fifths_and_no_kiosk_can_be_set_to_it() -> None:
    def letters(language: Language) -> int:
        texts = (text for section in speech(language).words.values() for text in section.values())
        return sum(letter.isalpha() for text in texts for letter in text)

    assert letters(MIRRORED) == pytest.approx(1.4 * letters(Language.EN), rel=0.03)
    assert MIRRORED not in languages()
    with pytest.raises(ConfigError, match="language mirrored: there are no words for it; there are en, zh"):
        language_of(MIRRORED.code)


def test_a_language_without_words_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="language ug: there are no words for it"):
        speech(UYGHUR)


def test_a_visit_in_a_language_of_its_own_keeps_to_the_halls_names_that_go_with_it(show: Show) -> None:
    kiosk = show(replace(PAGES["home"], page=Confirm(PAGES["home"].hall.services[1]), language=Language.EN))  # type: ignore[union-attr]
    assert kiosk.read("confirmService") == "Tax"
