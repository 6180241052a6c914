"""Calling staff from a terminal: who asked where is told to staff alone, until somebody was there."""

from functools import partial

import pytest
from queue_house import DAY, HALL, MINUTE, Desk, House, refused, rows, serving
from queue_machines import Kiosk, enrol_over_http

from jinghou_queue.contract.helping import HelpAsked, HelpLine
from jinghou_queue.contract.messages import HelpState, HelpView
from jinghou_queue.desk import helping, terminals, views
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.rules.states import HelpAction


@pytest.fixture
def kiosk(desk: Desk) -> Kiosk:
    return Kiosk.enrolled(desk, "k1")


def ask(kiosk: Kiosk, page: str = "type_code") -> HelpAsked:
    return kiosk.desk.do(partial(helping.ask_help, press=kiosk.press(), page=page))


def answer(desk: Desk, action: HelpAction, who: str = "usher:wangli") -> None:
    press = Press(HALL, who, desk.at)
    desk.do(partial(helping.answer_help, press=press, terminal="k1", action=action))


def asked(desk: Desk) -> list[HelpLine]:
    return helping.help_asked(desk.connection, HALL)


def on_screens(desk: Desk) -> tuple[HelpView, ...]:
    return views.hall_view(desk.connection, HALL, desk.at).help


def recorded(desk: Desk) -> list[tuple[str, ...]]:
    return rows(desk.connection, "SELECT actor, subject, state, why FROM feed WHERE kind = 'help' ORDER BY seq")


def test_staff_see_which_terminal_and_which_page_and_screens_only_that_one_asks(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    told = ask(kiosk)
    assert (told.terminal, told.state) == ("k1", HelpState.ASKED)
    (line,) = asked(desk)
    assert (line.name, line.page, line.state, line.asked_at) == ("k1", "type_code", HelpState.ASKED, desk.at)
    assert on_screens(desk) == (HelpView(terminal="k1", state=HelpState.ASKED),)
    assert views.hall_view(desk.connection, HALL, desk.at).seq == told.seq


def test_asked_again_what_was_asked_stands(kiosk: Kiosk) -> None:
    first = ask(kiosk)
    kiosk.desk.at += MINUTE
    assert ask(kiosk, "home") == first
    assert [line.page for line in asked(kiosk.desk)] == ["type_code"]
    assert len(recorded(kiosk.desk)) == 1


def test_who_comes_is_seen_by_the_others_and_recorded_and_somebody_else_may_go_instead(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    ask(kiosk)
    answer(desk, HelpAction.COME)
    assert [(line.state, line.coming) for line in asked(desk)] == [(HelpState.COMING, "wangli")]
    assert ask(kiosk).state is HelpState.COMING
    answer(desk, HelpAction.COME, "clerk:lijun")
    assert [line.coming for line in asked(desk)] == ["lijun"]
    answer(desk, HelpAction.END, "clerk:lijun")
    assert (asked(desk), on_screens(desk)) == ([], ())
    assert recorded(desk) == [
        ("terminal:k1", "k1", "asked", "type_code"),
        ("usher:wangli", "k1", "coming", ""),
        ("clerk:lijun", "k1", "coming", ""),
        ("clerk:lijun", "k1", "ended", ""),
    ]


def test_what_was_ended_cannot_be_answered_and_is_asked_anew(kiosk: Kiosk) -> None:
    ask(kiosk)
    answer(kiosk.desk, HelpAction.END)
    for action in (HelpAction.COME, HelpAction.END):
        with refused(Refusal.HELP_UNKNOWN):
            answer(kiosk.desk, action)
    kiosk.desk.at += MINUTE
    ask(kiosk, "home")
    assert [(line.page, line.asked_at) for line in asked(kiosk.desk)] == [("home", kiosk.desk.at)]


def test_whoever_asked_can_take_it_back_also_twice(kiosk: Kiosk) -> None:
    ask(kiosk)
    for _ in range(2):
        kiosk.desk.do(partial(helping.withdraw_help, press=kiosk.press()))
    assert asked(kiosk.desk) == []
    assert [line[2] for line in recorded(kiosk.desk)] == ["asked", "ended"]


def test_the_longest_waiting_is_first(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    ask(kiosk)
    desk.at += MINUTE
    ask(Kiosk.enrolled(desk, "a1"))
    assert [line.terminal for line in asked(desk)] == ["k1", "a1"]


def test_nobody_is_sent_to_yesterdays_terminal_or_to_one_that_is_gone(kiosk: Kiosk) -> None:
    desk = kiosk.desk
    ask(kiosk)
    desk.at += DAY
    assert on_screens(desk) == (), "also before the first press of the day"
    desk.take("tax")
    assert asked(desk) == []
    ask(kiosk)
    desk.do(partial(terminals.retire_terminal, press=desk.press(), terminal="k1"))
    assert asked(desk) == []


# Over HTTP


def test_a_call_is_in_the_feed_as_it_is_made_and_survives_a_restart(house: House) -> None:
    with serving(house) as server:
        token = enrol_over_http(server, house.token(Role.MANAGER))["token"]
        usher, board = house.token(Role.USHER), house.token(Role.TERMINAL, "board")
        with server.feed(board) as events:
            told = server.call("POST", "/terminals/me/help", token, {"page": "confirm"})
            assert told.status == 200
            seq, kind, event = next(item for item in events if item[1] == "help")
        assert (seq, kind, event["terminal"]) == (told.json["seq"], "help", told.json["terminal"])
        assert event.keys() == {"kind", "seq", "at", "terminal", "state"}, "where and on which page, staff are told"
        server.stop()
    with serving(house) as server:
        (line,) = server.call("GET", f"/halls/{HALL}/help", usher).json
        assert (line["name"], line["page"], line["state"]) == ("B 区 03 号", "confirm", "asked")
        path = f"/halls/{HALL}/terminals/{line['terminal']}/help"
        assert server.call("POST", f"{path}/come", usher).status == 204
        assert server.call("GET", f"/halls/{HALL}", board).json["help"] == [
            {"terminal": line["terminal"], "state": "coming"}
        ]
        assert server.call("POST", f"{path}/end", usher).status == 204
        assert server.call("POST", f"{path}/end", usher).problem == "help-unknown"
        assert server.call("GET", f"/halls/{HALL}/help", usher).json == []


@pytest.mark.parametrize("page", ["", "119999195512310027", "张三", "home\n", "a" * 33, "Home"])
def test_nothing_of_a_person_fits_into_a_call_for_staff(sqlite_house: House, page: str) -> None:
    with serving(sqlite_house) as server:
        refusal = server.call("POST", "/terminals/me/help", sqlite_house.token(Role.TERMINAL), {"page": page})
        assert refusal.problem == "invalid-request"


def test_a_terminal_with_a_token_given_out_by_hand_may_call_staff_too(sqlite_house: House) -> None:
    with serving(sqlite_house) as server:
        kiosk, clerk = sqlite_house.token(Role.TERMINAL), sqlite_house.token(Role.CLERK)
        assert server.call("POST", "/terminals/me/help", kiosk, {"page": "home"}).status == 200
        assert [line["terminal"] for line in server.call("GET", f"/halls/{HALL}/help", clerk).json] == ["terminal"]
        assert server.call("DELETE", "/terminals/me/help", kiosk).status == 204
        assert server.call("GET", f"/halls/{HALL}/help", clerk).json == []
