"""Booking, the phones' code and a phone to be told, on the real window."""

import gc
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from kiosk_window import KioskWindow
from msgspec import structs
from PIL import Image
from pytestqt.qtbot import QtBot

from jinghou_kiosk.booking_events import BookingsTapped, BookTapped, DayTapped, MoveTapped, TimeTapped
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DigitTapped,
    GiveBackTapped,
    Language,
    NextNumberTapped,
    RetryTapped,
    StartTapped,
    StayTapped,
)
from jinghou_kiosk.pages import Booked, Home, TypePhone
from jinghou_kiosk.phone_events import BindPhoneTapped, PhoneTapped, WhoseTapped
from jinghou_ui.gallery import sample_sessions
from jinghou_ui.screens import KIOSK_21, KIOSK_32

Show = Callable[..., KioskWindow]
PAGES = sample_sessions(Language.ZH)
AT_TEN = "1795399200000"
FOOT = {"staff", "language", "aid-large", "aid-contrast", "aid-lowered"}


def buttons(kiosk: KioskWindow) -> set[str]:
    return {button.name for button in kiosk.buttons()} - FOOT


def test_the_phones_way_in_stands_on_each_first_page_while_phones_get_numbers(show: Show) -> None:
    for name in ("home", "branch-home", "community-home"):
        kiosk = show(PAGES[name], KIOSK_21)
        assert {"arrive", "findNumber", "phone"} <= buttons(kiosk), name
        kiosk.finger("phone")
        assert kiosk.touches == [PhoneTapped()]
    for name in ("offline-home", "home-offline", "home-closed"):
        assert "phone" not in buttons(show(PAGES[name])), name


def test_where_the_reader_is_down_the_phone_is_a_way_to_a_number_that_needs_a_card(show: Show) -> None:
    kiosk = show(PAGES["ask-card-no-reader"], KIOSK_21)
    kiosk.finger("phone")
    assert kiosk.touches == [PhoneTapped()]
    for name in ("ask-card", "ask-card-to-book-no-reader"):
        assert "phone" not in buttons(show(PAGES[name])), name


def test_where_the_hall_gives_phones_no_numbers_two_ways_share_the_row(show: Show) -> None:
    session = PAGES["home"]
    assert session.hall is not None
    kiosk = show(replace(session, hall=structs.replace(session.hall, phone_numbers=False)))
    assert "phone" not in buttons(kiosk)
    assert kiosk.button("arrive").frame.width() == kiosk.button("findNumber").frame.width() > kiosk.glass.width() * 0.4


@pytest.mark.parametrize("screen", [KIOSK_32, KIOSK_21], ids=["32in", "21.5in"])
@pytest.mark.parametrize("name", ["phone-code", "booked-failed"])
def test_the_code_on_the_screen_can_be_scanned(
    show: Show, name: str, screen: object, tmp_path: Path, qtbot: QtBot
) -> None:
    session = PAGES[name]
    kiosk = show(session, screen)
    qtbot.waitUntil(lambda: kiosk.read("qr", "width") != 0)  # Qt reads a picture in a thread of its own
    picture = tmp_path / "page.png"
    assert kiosk.window.grabWindow().save(str(picture))
    (code,) = zxingcpp.read_barcodes(np.asarray(Image.open(picture)))
    page = session.page
    assert code.text == (page.booking.url if isinstance(page, Booked) else session.phone_code)


def test_a_code_that_is_renewed_replaces_the_one_on_the_same_page(show: Show) -> None:
    session = PAGES["phone-code"]
    kiosk = show(session)
    item, first = kiosk.identity("qr"), kiosk.read("qr", "source")
    kiosk.model.show(replace(session, phone_code="http://192.0.2.10:8470/h/yunxi?code=another"))
    assert kiosk.identity("qr") == item
    assert kiosk.read("qr", "source") != first


@pytest.mark.parametrize("name", ["phone-code-lost", "phone-code-offline", "phone-code-refused"])
def test_without_a_code_the_page_says_so_and_offers_a_number_here(show: Show, name: str) -> None:
    kiosk = show(PAGES[name])
    assert kiosk.read("headline") == "现在不能用手机取号"
    assert "qr" not in kiosk.names()
    kiosk.finger("start")
    assert kiosk.touches == [StartTapped()]


def test_three_steps_say_how_and_that_no_phone_is_needed(show: Show) -> None:
    texts = [text.text for text in show(PAGES["phone-code"]).texts()]
    assert [text for text in texts if re.match("[123]  ", text)] == [
        "1  手机扫这个码",
        "2  点要办的业务",
        "3  号在手机上，看屏幕等叫号",
    ]
    assert any("没有手机也一样" in text for text in texts)


def test_a_quieter_time_is_always_offered_for_what_can_be_booked_and_pointed_out_when_the_wait_is_long(
    show: Show,
) -> None:
    kiosk = show(PAGES["confirm-book"])
    assert "longWait" not in kiosk.names()
    kiosk.finger("book")
    assert kiosk.touches == [BookTapped()]
    kiosk.model.show(PAGES["confirm-long-wait"])
    assert "48–75 分钟" in str(kiosk.read("longWait"))
    patient = PAGES["confirm-long-wait"].look.model_copy(update={"long_wait_minutes": 60})
    kiosk.model.show(replace(PAGES["confirm-long-wait"], look=patient))
    assert "longWait" not in kiosk.names(), "a hall where 48 minutes are usual"
    kiosk.model.show(PAGES["offline-confirm"])
    assert "book" not in kiosk.names()


def test_days_come_first_then_times_with_what_is_left_and_the_quiet_ones_are_marked(show: Show) -> None:
    kiosk = show(PAGES["choose-day"])
    assert kiosk.read("day-2026-11-23", "title") == "今天"
    assert kiosk.read("day-2026-11-24", "title") == "11月24日 星期二"
    assert kiosk.read("day-2026-11-24", "note") == "18 个时间可约 · 人少"
    kiosk.finger("day-2026-11-24")
    kiosk.model.show(PAGES["choose-time-taken"])
    assert kiosk.read("bookHint") == "刚才那个时间被约走了，请换一个。"
    notes = [kiosk.read(f"time-10:{minute}", "note") for minute in ("00", "15", "45")]
    assert notes == ["还有 1 个", "还有 2 个", "人少"]
    kiosk.finger("time-10:00")
    assert kiosk.touches == [DayTapped("2026-11-24"), TimeTapped(int(AT_TEN))]


def test_more_days_than_there_is_room_for_are_turned_by_buttons_and_a_finger_on_one_is_not_lost(show: Show) -> None:
    session = PAGES["choose-day"]
    kiosk = show(session, KIOSK_21)
    assert "day-2026-12-04" not in kiosk.names()
    kiosk.finger("nextPage")
    tile = kiosk.identity("day-2026-12-04")
    kiosk.model.show(replace(session, online=False))
    assert kiosk.identity("day-2026-12-04") == tile
    kiosk.finger("day-2026-12-04")
    assert kiosk.touches == [StayTapped(), DayTapped("2026-12-04")]


@pytest.mark.parametrize(
    ("name", "headline", "names"),
    [
        ("confirm-booking", "约这个时间？", {"confirm", "back", "home"}),
        ("confirm-moving", "改到这个时间？", {"confirm", "back", "home"}),
        ("not-booked-server_lost", "现在还没有约上", {"retry", "home"}),
        ("not-booked-booked_already", "您这天已经约过了", {"bookings", "back", "home"}),
        ("not-booked-paused", "现在不能预约", {"back", "home"}),
        ("booked-printed", "请取走预约凭条", {"home"}),
        ("booked-failed", "凭条没有打印出来，预约照样有效", {"home"}),
        ("printing-booking", "正在打印预约凭条", set()),
        ("my-booking", "您约好了", {"home", "move", "giveBack"}),
        ("not-arrived-early", "还没到报到时间", {"home", "bookings", "start"}),
        ("bound-phone", "快到时提醒 138****5678", {"back", "bindPhone"}),
        ("unbound-phone-server_lost", "手机号没有记下", {"back", "retry"}),
        ("unbound-phone-too_often", "手机号没有记下", {"back"}),
    ],
)
def test_each_page_says_how_it_stands_with_what_can_be_done_now(
    show: Show, name: str, headline: str, names: set[str]
) -> None:
    kiosk = show(PAGES[name])
    assert kiosk.read("headline") == headline
    assert buttons(kiosk) == names


@pytest.mark.parametrize(
    ("name", "button", "touch"),
    [
        ("confirm-booking", "confirm", ConfirmTapped()),
        ("not-booked-booked_already", "bookings", BookingsTapped()),
        ("not-booked-paused", "back", BackTapped()),
        ("my-booking", "move", MoveTapped()),
        ("my-booking", "giveBack", GiveBackTapped()),
        ("my-booking-next", "nextNumber", NextNumberTapped()),
        ("ask-give-up", "confirm", ConfirmTapped()),
        ("no-booking-lost", "retry", RetryTapped()),
        ("done", "bindPhone", BindPhoneTapped()),
        ("bound-phone", "bindPhone", BindPhoneTapped()),
        ("type-phone", "relative", WhoseTapped(relative=True)),
        ("type-phone-whole", "own", WhoseTapped(relative=False)),
        ("type-phone", "key-7", DigitTapped("7")),
        ("type-phone-whole", "confirm", ConfirmTapped()),
    ],
)
def test_each_button_means_what_it_says(show: Show, name: str, button: str, touch: object) -> None:
    kiosk = show(PAGES[name])
    kiosk.finger(button)
    assert kiosk.touches == [touch]


def test_who_booked_reads_when_to_come_and_the_code_to_come_with(show: Show) -> None:
    texts = {text.text for text in show(PAGES["booked-not_wanted"], KIOSK_21).texts()}
    assert {"不动产登记", "11月24日 星期二", "10:00", "047 110 8152", "09:30 起报到"} <= texts


def test_a_number_that_can_be_no_phone_is_said_and_cannot_be_sent(show: Show) -> None:
    kiosk = show(PAGES["type-phone-wrong"])
    assert kiosk.read("typePhoneHint") == "号码不对，请核对一下。"
    kiosk.finger("confirm")
    assert kiosk.touches == []


def test_whose_phone_it_is_is_said_in_words(show: Show) -> None:
    assert "您自己的手机" in str(show(PAGES["bound-phone"]).read("note"))
    assert "家人的手机" in str(show(PAGES["bound-phone-relative"]).read("note"))


def test_after_the_visit_neither_screen_nor_memory_has_the_phone(show: Show) -> None:
    session = PAGES["type-phone-whole"]
    page = session.page
    assert isinstance(page, TypePhone)
    kiosk = show(replace(session, page=replace(page, digits="13911112222")))
    assert kiosk.read("digits") == "139 1111 2222"
    kiosk.model.show(replace(session, page=Home()))
    assert not re.search("139 1111|13911112222", " ".join(text.text for text in kiosk.texts()))
    gc.collect()
    left = [thing for thing in gc.get_objects() if isinstance(thing, TypePhone) and thing.digits == "13911112222"]
    assert left == []
