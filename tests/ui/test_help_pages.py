"""Help on the glass, by touch: staff from every page, one's own number, a card left behind."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from kiosk_window import KioskWindow

from jinghou_config.terminal import StaffSettings
from jinghou_kiosk.events import (
    BackTapped,
    CheckInTapped,
    ConfirmTapped,
    FindNumberTapped,
    GiveBackTapped,
    Language,
    NextNumberTapped,
    StaffNotNeededTapped,
    StaffReadTapped,
    StaffTapped,
)
from jinghou_kiosk.state import Session
from jinghou_ui.gallery import sample_sessions

Show = Callable[..., KioskWindow]
PAGES = sample_sessions(Language.ZH)


def test_call_staff_stands_in_the_same_corner_of_every_page(show: Show) -> None:
    kiosk = show(PAGES["home"])
    home = kiosk.button("staff").frame
    for name, session in PAGES.items():
        kiosk.model.show(session)
        frame = kiosk.button("staff").frame
        assert (frame.right(), frame.bottom()) == (home.right(), home.bottom()), name


@pytest.mark.parametrize("name", ["home", "type-code", "taking", "printing", "done", "card-left", "my-number-called"])
def test_one_tap_calls_them_whatever_is_on_show(show: Show, name: str) -> None:
    kiosk = show(PAGES[name])
    kiosk.finger("staff")
    assert kiosk.touches == [StaffTapped()]


def test_what_became_of_it_covers_the_page_until_it_is_read(show: Show) -> None:
    kiosk = show(PAGES["staff-asked"])
    kiosk.finger("confirm")
    assert kiosk.touches == []
    kiosk.finger("staffNotNeeded")
    kiosk.finger("staffRead")
    assert kiosk.touches == [StaffNotNeededTapped(), StaffReadTapped()]
    kiosk.model.show(PAGES["staff-asked-read"])
    kiosk.finger("confirm")
    assert kiosk.touches[-1] == ConfirmTapped()
    assert kiosk.read("staff") == "已通知工作人员"


def test_where_to_go_instead_is_said_in_the_halls_own_words_if_it_has_any(show: Show) -> None:
    kiosk = show(PAGES["staff-failed-offline"])
    assert "咨询台" in str(kiosk.read("staffNote"))
    assert "staffRetry" not in kiosk.names(), "there is no server to try"
    staff = StaffSettings(away="请拨墙上的电话", away_en="Use the phone on the wall")
    failed = PAGES["staff-failed"]
    failed = replace(failed, look=failed.look.model_copy(update={"staff": staff}))
    own = show(failed)
    assert own.read("staffNote") == "请拨墙上的电话"
    own.finger("staffRetry")
    assert own.touches == [StaffTapped()]
    own.model.show(replace(failed, language=Language.EN))
    assert own.read("staffNote") == "Use the phone on the wall"


def test_my_number_is_one_tap_from_home_and_not_offered_without_the_server(show: Show) -> None:
    kiosk = show(PAGES["home"])
    kiosk.finger("findNumber")
    assert kiosk.touches == [FindNumberTapped()]
    kiosk.model.show(PAGES["offline-home"])
    assert "findNumber" not in kiosk.names()


@pytest.mark.parametrize(
    ("name", "headline", "buttons"),
    [
        ("my-number-waiting", "正在排队，请安静等候", {"giveBack", "home"}),
        ("my-number-called", "叫到您了，请到 12 号窗", {"home"}),
        ("my-number-serving", "正在 12 号窗办理", {"home"}),
        ("my-number-parked", "办好手续后，请回 12 号窗", {"home"}),
        ("my-number-missed", "叫过您了，现在可以重新排队", {"checkIn", "nextNumber", "giveBack", "home"}),
        ("no-number-booked", "您约好了，还没有报到", {"checkIn", "bookings", "home"}),
        ("no-number-server_lost", "现在查不到", {"retry", "home"}),
        ("not-given-back", "还不知道取消了没有", {"retry", "home"}),
    ],
)
def test_how_a_number_stands_is_said_with_what_can_be_done_now(
    show: Show, name: str, headline: str, buttons: set[str]
) -> None:
    kiosk = show(PAGES[name])
    assert kiosk.read("headline") == headline
    foot = {"staff", "language", "aid-large", "aid-contrast", "aid-lowered"}
    assert {button.name for button in kiosk.buttons()} - foot == buttons


def test_who_waits_reads_how_many_are_ahead_and_about_how_long(show: Show) -> None:
    texts = {text.text for text in show(PAGES["my-number-waiting"]).texts()}
    assert {"B023", "3 人", "8–14 分钟"} <= texts


@pytest.mark.parametrize(
    ("name", "button", "touch"),
    [
        ("my-number-missed", "checkIn", CheckInTapped()),
        ("my-number-missed", "nextNumber", NextNumberTapped()),
        ("my-number-waiting", "giveBack", GiveBackTapped()),
        ("ask-give-back", "back", BackTapped()),
        ("ask-give-back", "confirm", ConfirmTapped()),
    ],
)
def test_each_button_means_what_it_says(show: Show, name: str, button: str, touch: object) -> None:
    kiosk = show(PAGES[name])
    kiosk.finger(button)
    assert kiosk.touches == [touch]


@pytest.mark.parametrize("under", ["home", "done", "confirm"])
def test_a_card_left_behind_is_said_instead_of_any_page_and_can_be_touched_past_by_nobody(
    show: Show, under: str
) -> None:
    session: Session = PAGES[under]
    kiosk = show(replace(session, card_lies=True))
    assert kiosk.read("headline") == "请取走您的身份证"
    assert not {"start", "service-tax", "confirm"} & kiosk.names()
    kiosk.model.show(replace(session, card_lies=True, reader_ready=False))
    assert kiosk.read("headline") != "请取走您的身份证", "a reader that is gone cannot tell"
