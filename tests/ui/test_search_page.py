"""Typing on the real window: Qt's keyboard, what it offers, what it keeps, and the letters where it is not."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from kiosk_window import KioskWindow
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from jinghou_config.terminal import ScreenSettings
from jinghou_kiosk.events import Aid, Language, SearchTyped, ServiceTapped, StartTapped
from jinghou_kiosk.pages import Home, Search
from jinghou_ui.gallery import sample_sessions
from jinghou_ui.screens import KIOSK_21, KIOSK_32, KIOSK_32_LYING

Show = Callable[..., KioskWindow]

SEARCH = sample_sessions(Language.ZH)["search"]
FOUND = sample_sessions(Language.ZH)["search-found"]
LETTERS = "qwertyuiopasdfghjklzxcvbnm"


@pytest.fixture
def typing(show: Show, qtbot: QtBot) -> KioskWindow:
    """The page of the search, with the keyboard ready."""
    return opened(show(SEARCH), qtbot)


def opened(kiosk: KioskWindow, qtbot: QtBot) -> KioskWindow:
    """The same window, with the keys on the glass: Qt reads its layouts in a thread of its own."""
    kiosk.window.requestActivate()
    qtbot.waitUntil(lambda: {"letter-q", "letter-delete"} <= kiosk.names())
    return kiosk


def types(kiosk: KioskWindow, letters: str) -> None:
    for letter in letters:
        kiosk.finger(f"letter-{letter}")
        QGuiApplication.processEvents()


def offered(kiosk: KioskWindow) -> list[str]:
    """The words that the keyboard offers, as far as they are on the glass."""
    return [text.text for text in kiosk.texts() if (text.button or "").startswith("candidate-")]


def choose(kiosk: KioskWindow, word: str) -> None:
    kiosk.finger(f"candidate-{offered(kiosk).index(word)}")
    QGuiApplication.processEvents()


def stands(kiosk: KioskWindow) -> str:
    return str(kiosk.read("searchField", "displayText"))


@pytest.mark.parametrize("screen", [KIOSK_32, KIOSK_21, KIOSK_32_LYING], ids=["32in", "21.5in", "lying"])
@pytest.mark.parametrize("aids", [(), (Aid.LARGE,)], ids=["usual", "large"])
def test_all_letters_are_twenty_millimetres_and_three_apart_on_every_glass(
    show: Show, qtbot: QtBot, screen: ScreenSettings, aids: tuple[Aid, ...]
) -> None:
    kiosk = opened(show(sample_sessions(Language.ZH, *aids)["search"], screen), qtbot)
    kiosk.window.grabWindow()
    keys = {name: kiosk.button(f"letter-{name}").frame for name in (*LETTERS, "delete")}
    assert min(min(key.width(), key.height()) for key in keys.values()) >= 20 * screen.px_per_mm
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm"):
        for left, right in pairwise(row):
            assert keys[right].left() - keys[left].right() >= 3 * screen.px_per_mm
    for above, below in (("q", "a"), ("a", "z")):
        assert keys[below].top() - keys[above].bottom() >= 3 * screen.px_per_mm


def test_what_is_typed_is_told_letter_by_letter_as_sound_too(typing: KioskWindow) -> None:
    types(typing, "bdc")
    said = [touch.text.replace(" ", "") for touch in typing.touches if isinstance(touch, SearchTyped)]
    assert said == ["b", "bd", "bdc"]


def test_hanzi_are_offered_and_chosen_with_a_tap(typing: KioskWindow) -> None:
    types(typing, "maifang")
    choose(typing, "买房")
    assert stands(typing) == "买房"
    assert typing.touches[-1] == SearchTyped("买房")


def test_the_words_that_are_offered_are_targets_for_fingers(typing: KioskWindow) -> None:
    types(typing, "jing")
    typing.window.grabWindow()
    words = [button.frame for button in typing.buttons() if button.name.startswith("candidate-")]
    on_glass = [frame for frame in words if typing.glass.contains(frame)]
    assert len(on_glass) >= 5
    assert min(min(frame.width(), frame.height()) for frame in on_glass) >= 20 * KIOSK_32.px_per_mm
    for left, right in pairwise(on_glass):
        assert right.left() - left.right() >= 3 * KIOSK_32.px_per_mm


def test_the_last_letter_is_taken_back_and_all_of_them_cleared(typing: KioskWindow) -> None:
    types(typing, "bdc")
    typing.finger("letter-delete")
    assert stands(typing).replace(" ", "") == "bd"
    typing.finger("clear")
    assert stands(typing) == ""
    assert typing.touches[-1] == SearchTyped("")


def test_in_english_letters_are_letters(show: Show, qtbot: QtBot) -> None:
    kiosk = opened(show(sample_sessions(Language.EN)["search"]), qtbot)
    types(kiosk, "prop")
    assert kiosk.read("searchField") == "prop"


def test_changing_the_language_changes_the_keyboard_and_takes_the_first_word_for_what_was_typed(
    typing: KioskWindow, qtbot: QtBot
) -> None:
    types(typing, "bdc")
    typing.model.show(replace(SEARCH, page=Search("b d c"), language=Language.EN))
    opened(typing, qtbot)
    types(typing, "x")
    assert stands(typing) == "不动产x"


def test_a_service_that_was_found_and_all_of_them_are_a_tap_away(show: Show) -> None:
    kiosk = show(FOUND)
    kiosk.finger("service-tax")
    kiosk.finger("start")
    assert [touch for touch in kiosk.touches if not isinstance(touch, SearchTyped)] == [
        ServiceTapped("tax"),
        StartTapped(),
    ]


def test_where_nothing_is_found_the_page_says_what_to_do(show: Show) -> None:
    kiosk = show(sample_sessions(Language.ZH)["search-nothing"])
    said = " ".join(text.text for text in kiosk.texts())
    assert "没有找到" in said
    assert "呼叫工作人员" in said


def test_results_follow_the_hall_while_the_keyboard_stays(show: Show, qtbot: QtBot) -> None:
    kiosk = opened(show(FOUND), qtbot)
    field = kiosk.identity("searchField")
    kiosk.model.show(replace(FOUND, page=Search("deng", ("tax",))))
    assert {"service-tax"} == {name for name in kiosk.names() if name.startswith("service-")}
    assert kiosk.identity("searchField") == field


def test_the_engine_learns_nothing_from_one_person_for_the_next(typing: KioskWindow, qtbot: QtBot) -> None:
    """A word put together by hand would be the first one offered the next time, did it learn."""
    types(typing, "jinghou")
    before = offered(typing)[:8]
    choose(typing, "静")
    choose(typing, "候")
    assert stands(typing) == "静候"
    typing.model.show(replace(SEARCH, page=Home(), visit=SEARCH.visit + 1))
    typing.model.show(replace(SEARCH, visit=SEARCH.visit + 2))
    opened(typing, qtbot)
    types(typing, "jinghou")
    assert offered(typing)[:8] == before


def test_where_there_is_no_keyboard_there_are_letters(show: Show) -> None:
    kiosk = show(SEARCH, with_keyboard=False)
    for key in "BDC":
        kiosk.finger(f"key-{key}")
    assert kiosk.read("searchField") == "bdc"
    kiosk.finger("key-delete")
    assert kiosk.read("searchField") == "bd"
    assert kiosk.touches[-1] == SearchTyped("bd")
