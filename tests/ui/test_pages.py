"""Every page in every language, measured on the real items against the numbers that people need."""

import gc
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from kiosk_window import EnrolGlass, KioskWindow, Seen, StaffGlass, commonest_colour, contrast
from msgspec import structs
from PIL import Image
from PySide6.QtCore import QPoint, QTimer
from pytestqt.qtbot import QtBot

from jinghou_config.terminal import ScreenSettings
from jinghou_kiosk.events import Aid, HomeTapped, Language, LanguageTapped, ServiceTapped, StartTapped, StayTapped
from jinghou_kiosk.pages import ChooseService, Done, Home
from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import Ticket
from jinghou_ui.gallery import AIDS, LANGUAGES, sample_hall, sample_sessions
from jinghou_ui.gallery_enrol import sample_enrolments
from jinghou_ui.gallery_service import sample_services
from jinghou_ui.screens import KIOSK_21, KIOSK_21_LYING, KIOSK_32, KIOSK_32_LYING, KIOSK_43, KIOSK_55_LYING
from jinghou_ui.words import MIRRORED, languages, speech, words

Show = Callable[..., KioskWindow]

PX_PER_MM = KIOSK_32.px_per_mm
SESSIONS: dict[str, Session | StaffGlass | EnrolGlass] = {
    "-".join((name, language.code, *aids)): session
    for language, aids in product(LANGUAGES, AIDS)
    if Aid.CONTRAST not in aids  # that changes colours alone
    if not (language == MIRRORED and Aid.LOWERED in aids)  # as little room as on the smaller glass
    for name, session in sample_sessions(language, *aids).items()
}
SESSIONS |= {
    f"service-{name}-{language.code}": StaffGlass(service)
    for language in (Language.ZH, Language.EN)
    for name, service in sample_services(language).items()
}
SESSIONS |= {
    f"enrol-{name}-{language.code}": EnrolGlass(enrolment)
    for language in (Language.ZH, Language.EN)
    for name, enrolment in sample_enrolments(language).items()
}
GLASSES = {
    "32in": KIOSK_32,
    "21.5in": KIOSK_21,
    "lying": KIOSK_32_LYING,
    "21.5in-lying": KIOSK_21_LYING,
    "43in": KIOSK_43,
    "55in-lying": KIOSK_55_LYING,
}
LARGE = (KIOSK_32_LYING, KIOSK_43, KIOSK_55_LYING)
"""Glasses with more room than another that stands or lies as they do: there the pages in one language will do."""


def _is_on_the_low_glass(session: Session | StaffGlass | EnrolGlass) -> bool:
    """Whether citizens see it on the smallest glass that lies, which cannot be lowered further."""
    return isinstance(session, Session) and Aid.LOWERED not in session.aids


EVERY_PAGE = [pytest.param(session, id=name) for name, session in SESSIONS.items()]
ON_THE_LOW_GLASS = [
    pytest.param(session, id=name) for name, session in SESSIONS.items() if _is_on_the_low_glass(session)
]
ON_EVERY_GLASS = [
    pytest.param(session, screen, id=f"{name}-{glass}")
    for (name, session), (glass, screen) in product(SESSIONS.items(), GLASSES.items())
    if not (screen in LARGE and (session.aids or session.language != Language.ZH))
    if not (screen is KIOSK_21_LYING and not _is_on_the_low_glass(session))
]
SEEN: dict[tuple[int, str], Seen] = {}
PAGES_OF_ONE_LANGUAGE = sample_sessions(Language.ZH)


def seen(show: Show, session: Session, screen: ScreenSettings = KIOSK_32) -> Seen:
    """What there is to measure on a page: each is drawn once for all the tests."""
    name = id(session), screen.model_dump_json()
    if name not in SEEN:
        SEEN[name] = show(session, screen).seen()
    return SEEN[name]


def millimetres(pixels: float) -> float:
    return pixels / PX_PER_MM


def _stands_over(session: Session | StaffGlass | EnrolGlass) -> set[str]:
    """The buttons of what stands over the page and covers it, if anything does."""
    if isinstance(session, StaffGlass | EnrolGlass):
        return set()
    if session.asking_presence:
        return {"stay", "leave"}
    return {"staffRead", "staffRetry", "staffNotNeeded"} if session.staff.is_told else set()


@pytest.mark.parametrize("session", EVERY_PAGE)
def test_every_target_is_large_enough_for_a_finger(show: Show, session: Session) -> None:
    for button in seen(show, session).buttons:
        assert millimetres(min(button.frame.width(), button.frame.height())) >= 20, button


@pytest.mark.parametrize("session", EVERY_PAGE)
def test_targets_keep_apart_and_on_the_glass(show: Show, session: Session) -> None:
    kiosk = seen(show, session)
    buttons = kiosk.buttons
    assert [button for button in buttons if not kiosk.glass.contains(button.frame)] == []
    if over := _stands_over(session):  # it covers what is under it
        buttons = [button for button in buttons if button.name in over]
    margin = 3 * PX_PER_MM
    for one, other in combinations(buttons, 2):
        grown = one.frame.adjusted(-margin, -margin, margin, margin)
        assert not grown.intersects(other.frame), f"{one} and {other} are less than 3 mm apart"


@pytest.mark.parametrize("session", EVERY_PAGE)
def test_on_a_tall_screen_every_action_is_in_the_lower_two_thirds(show: Show, session: Session) -> None:
    kiosk = seen(show, session)
    assert [button for button in kiosk.buttons if button.frame.top() < kiosk.glass.height() / 3] == []


@pytest.mark.parametrize("session", EVERY_PAGE)
def test_text_is_high_enough_at_arms_length(show: Show, session: Session) -> None:
    """7.3 mm at 600 mm: hanzi fill 0.92 of the type size, Latin capitals 0.73."""
    share = 0.92 if speech(session.language).hanzi else 0.73
    low = [text for text in seen(show, session).texts if millimetres(text.type_px) * share < 7.2]
    assert low == []


@pytest.mark.parametrize("session", EVERY_PAGE)
def test_no_text_is_cut_off_or_leaves_the_glass_or_its_button(show: Show, session: Session) -> None:
    kiosk = seen(show, session)
    for text in kiosk.texts:
        assert text.fits, text
        assert kiosk.glass.contains(text.frame), text
        assert text.button is None or kiosk.button(text.button).frame.contains(text.frame), text


@pytest.mark.parametrize(("session", "screen"), ON_EVERY_GLASS)
def test_no_text_leaves_any_glass_or_runs_through_a_button_or_another_text(
    show: Show, session: Session, screen: ScreenSettings
) -> None:
    kiosk = seen(show, session, screen)
    texts = kiosk.texts
    frames = [(button.name, button.frame) for button in kiosk.buttons] + [(text.text, text.frame) for text in texts]
    assert [name for name, frame in frames if not kiosk.glass.contains(frame)] == []
    if _stands_over(session):
        return
    for text in texts:
        crossed = [button for button in kiosk.buttons if button.name != text.button]
        assert [button.name for button in crossed if button.frame.intersects(text.frame)] == [], text
    for one, other in combinations(texts, 2):
        if one.button is None or one.button != other.button:
            assert not one.frame.intersects(other.frame), f"{one.text} and {other.text}"


@pytest.mark.parametrize("session", ON_THE_LOW_GLASS)
def test_a_glass_that_lies_and_is_low_has_targets_for_fingers_that_keep_apart(show: Show, session: Session) -> None:
    buttons = seen(show, session, KIOSK_21_LYING).buttons
    if over := _stands_over(session):
        buttons = [button for button in buttons if button.name in over]
    px_per_mm = KIOSK_21_LYING.px_per_mm
    assert [each for each in buttons if min(each.frame.width(), each.frame.height()) < 20 * px_per_mm] == []
    margin = 3 * px_per_mm
    for one, other in combinations(buttons, 2):
        grown = one.frame.adjusted(-margin, -margin, margin, margin)
        assert not grown.intersects(other.frame), f"{one} and {other} are less than 3 mm apart"


@pytest.mark.parametrize("screen", [KIOSK_43, KIOSK_55_LYING], ids=["43in", "55in-lying"])
@pytest.mark.parametrize("name", PAGES_OF_ONE_LANGUAGE)
def test_a_large_glass_is_not_filled_but_used_where_it_is_reached(
    show: Show, name: str, screen: ScreenSettings
) -> None:
    """No line is longer than an eye follows, and no button higher than a hand reaches."""
    kiosk = show(PAGES_OF_ONE_LANGUAGE[name], screen).seen()
    lying = screen.width_px > screen.height_px
    frames = [button.frame for button in kiosk.buttons] + [text.frame for text in kiosk.texts]
    assert max(frame.right() for frame in frames) - min(frame.left() for frame in frames) <= 708 * screen.px_per_mm
    assert min(frame.top() for frame in frames) >= kiosk.glass.height() - (400 if lying else 760) * screen.px_per_mm


@pytest.mark.parametrize("aids", [(), (Aid.CONTRAST,)], ids=["usual", "contrast"])
@pytest.mark.parametrize("name", PAGES_OF_ONE_LANGUAGE)
def test_text_stands_out_from_what_it_is_painted_on(show: Show, name: str, aids: tuple[Aid, ...]) -> None:
    """Against the picture itself: the commonest colour behind a text is its background."""
    session = sample_sessions(Language.ZH, *aids)[name]
    if _stands_over(session):
        return  # the page under it is dimmed on purpose; its sheet has the colours of all others
    kiosk = show(session)
    picture = kiosk.window.grabWindow()
    for text in kiosk.texts():
        ratio = contrast(text.colour, commonest_colour(picture, text.frame))
        enough = 7 if aids else 3 if millimetres(text.type_px) >= 12 else 4.5
        assert ratio >= enough, f"{text}: {ratio:.1f}"


def test_one_finger_takes_two_quick_taps_for_one(show: Show) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["home"])
    kiosk.finger("start")
    kiosk.clock.now += 0.3
    kiosk.finger_at(kiosk.button("start").frame.center().toPoint())
    assert kiosk.touches == [StartTapped()]


def test_quick_second_tap_does_not_hit_the_page_that_has_just_come(show: Show) -> None:
    session = PAGES_OF_ONE_LANGUAGE["home"]
    kiosk = show(session)
    kiosk.finger("start")
    kiosk.model.show(replace(session, page=ChooseService()))
    kiosk.clock.now += 0.3
    kiosk.finger_at(kiosk.button("service-tax").frame.center().toPoint())
    assert kiosk.touches == [StartTapped()]
    kiosk.finger("service-tax")
    assert kiosk.touches == [StartTapped(), ServiceTapped("tax")]


def test_a_finger_that_rests_on_a_button_still_taps_it(show: Show, qtbot: QtBot) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["done"])
    point = kiosk.button("home").frame.center().toPoint()
    kiosk.press_at(point)
    qtbot.wait(900)  # longer than any platform's long press
    kiosk.lift_at(point)
    assert kiosk.touches == [HomeTapped()]


def test_a_finger_that_slides_off_a_button_taps_nothing(show: Show) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["done"])
    kiosk.press_at(kiosk.button("home").frame.center().toPoint())
    kiosk.lift_at(QPoint(10, 10))
    assert kiosk.touches == []


def test_language_button_names_the_other_language(show: Show) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["home"])
    assert kiosk.read("language") == "English"
    kiosk.finger("language")
    assert kiosk.touches == [LanguageTapped(Language.EN)]
    kiosk.model.show(replace(PAGES_OF_ONE_LANGUAGE["home"], language=Language.EN))
    assert kiosk.read("language") == "中文"
    assert kiosk.read("headline") == "Hello. What brings you here?"


def test_presence_question_covers_the_page(show: Show) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["confirm-presence"])
    kiosk.finger("confirm")
    assert kiosk.touches == []
    kiosk.finger("leave")
    assert kiosk.touches == [HomeTapped()]


def test_without_the_server_no_number_can_be_begun(show: Show) -> None:
    names = show(PAGES_OF_ONE_LANGUAGE["home-offline"]).names()
    assert "offline" in names
    assert not {"start", "service-tax"} & names


def test_without_the_server_a_service_with_numbers_in_the_box_can_be_chosen_and_no_other(show: Show) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["offline-home"])
    assert "offline" not in kiosk.names()
    assert kiosk.read("service-tax", "note") == "可以取号"
    kiosk.finger("service-enquiries")
    assert kiosk.touches == []
    assert kiosk.read("service-enquiries", "note") == "现在取不了"
    kiosk.finger("service-tax")
    assert kiosk.touches == [ServiceTapped("tax")]


@pytest.mark.parametrize("name", ["offline-confirm", "offline-printing", "offline-done", "offline-done-paper-failed"])
def test_a_number_given_without_the_server_says_when_it_joins_instead_of_who_is_ahead(show: Show, name: str) -> None:
    texts = {text.text for text in show(PAGES_OF_ONE_LANGUAGE[name]).texts()}
    assert "网络恢复后将自动排入队列" in texts
    assert not {"前面等候", "现在等候", "无人", "现在不用等"} & texts


def test_whose_check_in_was_not_answered_is_offered_a_number_while_the_server_is_away(show: Show) -> None:
    kiosk = show(PAGES_OF_ONE_LANGUAGE["offline-not-arrived"])
    assert "现在取号" in str(kiosk.read("notArrivedNote"))
    assert kiosk.read("retry") == "现场取号"


def test_waiting_numbers_follow_the_hall_without_a_new_page(show: Show) -> None:
    session = PAGES_OF_ONE_LANGUAGE["home"]
    kiosk = show(session)
    tile = kiosk.identity("service-tax")
    hall = sample_hall()
    busier = structs.replace(
        hall, services=tuple(structs.replace(service, waiting=service.waiting + 1) for service in hall.services)
    )
    kiosk.model.show(replace(session, hall=busier))
    assert kiosk.read("service-tax", "note") == "等候 13 人"
    assert kiosk.identity("service-tax") == tile  # a finger on it is not lost


def test_a_hall_of_many_services_is_paged_by_buttons(show: Show) -> None:
    hall = sample_hall()
    many = tuple(structs.replace(hall.services[0], id=f"s{n}", name=f"业务{n}") for n in range(19))
    session = replace(PAGES_OF_ONE_LANGUAGE["home"], hall=structs.replace(hall, services=many))
    kiosk = show(session)
    assert {"service-s4", "more"} <= kiosk.names()
    assert "service-s5" not in kiosk.names()
    kiosk.model.show(replace(session, page=ChooseService()))
    kiosk.finger("nextPage")
    kiosk.finger("nextPage")
    kiosk.finger("service-s18")
    assert kiosk.touches == [StayTapped(), StayTapped(), ServiceTapped("s18")]


def test_a_page_that_has_just_come_takes_no_tap(show: Show) -> None:
    session = PAGES_OF_ONE_LANGUAGE["confirm"]
    kiosk = show(session)
    kiosk.clock.now += 60
    kiosk.model.show(replace(session, asking_presence=True))
    kiosk.finger_at(kiosk.button("leave").frame.center().toPoint())
    assert kiosk.touches == []
    kiosk.finger("stay")
    assert kiosk.touches == [StayTapped()]


def test_qr_code_on_the_screen_can_be_scanned(show: Show, tmp_path: Path, qtbot: QtBot) -> None:
    session = PAGES_OF_ONE_LANGUAGE["done"]
    assert isinstance(session.page, Done)
    picture = tmp_path / "done.png"
    kiosk = show(session)
    qtbot.waitUntil(lambda: kiosk.read("qr", "width") != 0)  # Qt reads a picture in a thread of its own
    assert kiosk.window.grabWindow().save(str(picture))
    (code,) = zxingcpp.read_barcodes(np.asarray(Image.open(picture)))
    assert code.text == session.page.ticket.url


def test_after_the_visit_no_item_shows_anything_of_it(show: Show) -> None:
    session = PAGES_OF_ONE_LANGUAGE["done"]
    kiosk = show(session)
    assert "A023" in [text.text for text in kiosk.texts()]
    kiosk.model.show(replace(session, page=Home(), holder=None))
    everything = " ".join(text.text for text in kiosk.texts())
    assert not re.search("A023|张|sample-000", everything)


def test_after_the_visit_nothing_in_memory_holds_the_tickets_address(show: Show) -> None:
    session = PAGES_OF_ONE_LANGUAGE["done"]
    assert isinstance(session.page, Done)
    secret = "http://hall.invalid/t/" + "one-visit-only"
    ticket = structs.replace(session.page.ticket, url=secret)
    kiosk = show(replace(session, page=replace(session.page, ticket=ticket)))
    assert str(kiosk.read("qr", "source").toString()).startswith("data:image/png")  # type: ignore[attr-defined]
    kiosk.model.show(PAGES_OF_ONE_LANGUAGE["home"])
    del ticket
    gc.collect()
    assert [thing for thing in gc.get_objects() if isinstance(thing, Ticket) and thing.url == secret] == []
    assert kiosk.model.property("qrCode") == ""


def test_every_language_has_the_same_words_with_the_same_places_to_fill() -> None:
    def shape(language: Language) -> dict[str, list[str]]:
        return {
            f"{section}.{key}": sorted(re.findall(r"%\d", text))
            for section, entries in words(language).items()
            for key, text in entries.items()
        }

    shapes = [shape(language) for language in languages()]
    assert all(other == shapes[0] for other in shapes)


def test_pages_name_every_word_that_exists_and_no_other() -> None:
    known = {f"{section}.{key}" for section, entries in words(Language.ZH).items() for key in entries}
    pages = Path(__file__).parents[2] / "ui/jinghou_ui/qml"
    named = {
        match
        for page in pages.rglob("*.qml")
        for match in re.findall(r"words\.([a-z_]+\.[a-z_]+)", page.read_text("utf-8"))
    }
    named |= {
        f"board.{match}"
        for match in re.findall(r"board\.(?:zh|en)\.([a-z_]+)", (pages / "board/Board.qml").read_text("utf-8"))
    }
    assert named == known


def test_calls_into_qt_leave_pythons_none_alone() -> None:
    """PySide6 6.12.0 on Python 3.11 gives up one reference to None a call, and kills the kiosk after some thousands."""
    timer = QTimer()
    before = sys.getrefcount(None)
    for _ in range(1000):
        timer.stop()
    assert abs(sys.getrefcount(None) - before) < 500


def test_clock_tells_the_halls_time_and_the_visits_language_at_once(show: Show) -> None:
    session = PAGES_OF_ONE_LANGUAGE["home"]
    kiosk = show(replace(session, hall=None))
    kiosk.model.show(session)
    assert {"09:24", "11月23日 星期一"} <= {text.text for text in kiosk.texts()}
    kiosk.model.show(replace(session, language=Language.EN))
    assert "Mon 23 Nov" in {text.text for text in kiosk.texts()}
