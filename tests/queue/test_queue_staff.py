"""Accounts, sessions and wrong passwords, with time as the test says: the desk's side."""

import asyncio
import threading
from functools import partial
from typing import Literal

import pytest
from argon2 import PasswordHasher
from queue_house import DAY, HALL, MINUTE, NINE, Desk, refused, rows

from jinghou_queue.contract.staff import StaffRole
from jinghou_queue.desk import sessions, staff
from jinghou_queue.desk.access import Role, add_token
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.records import Checked, check_page
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.passwords import Passwords
from jinghou_queue.rules.passwords import pause_ms, weakness
from jinghou_queue.store import staff_statements as ss

IDLE = 60 * MINUTE
TWELVE_HOURS = 12 * 60 * MINUTE
SECOND = 1000


class Staffed:
    """A hall with a manager and a clerk, who press at the desk's time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.add("boss", Role.MANAGER)
        self.add("wangli", Role.CLERK)

    def press(self, actor: str = "operator") -> Press:
        return Press(HALL, actor, self.desk.at)

    def add(self, login: str, role: Role) -> None:
        new = staff.NewStaff(login, "王丽", role, f"hash of {login}")
        self.desk.do(partial(staff.add_staff, press=self.press(), new=new))

    def tries(self, login: str = "wangli") -> ss.StaffRow | None:
        """Somebody gives a password, of which nobody knows yet whether it is right."""
        count = partial(sessions.count_try, press=self.press("stranger"), login=login, login_hash=f"try {login}")
        return self.desk.do(count)

    def wait_s(self, login: str = "wangli") -> int | None:
        """How long such a person is told to wait."""
        with pytest.raises(Refused) as told:
            self.tries(login)
        assert told.value.refusal is Refusal.TOO_MANY_TRIES
        return None if told.value.wait_ms is None else told.value.wait_ms // SECOND

    def enters(self, login: str, token: str, renewed: str | None = None) -> None:
        """Somebody gave the right password."""
        account = self.tries(login)
        assert account is not None
        self.opens(account, token, renewed)

    def opens(self, account: ss.StaffRow, token: str, renewed: str | None = None) -> None:
        proven = sessions.Proven(account, f"try {account.login}", renewed)
        press, ends_at = self.press(f"{account.role}:{account.login}"), self.desk.at + TWELVE_HOURS
        self.desk.do(partial(sessions.open_session, press=press, proven=proven, token=token, ends_at=ends_at))

    def who(self, token: str) -> str | None:
        """Whose session that is now, in which role."""
        find = partial(sessions.find_session, token=token, at=self.desk.at, idle_ms=IDLE)
        session = self.desk.do(find)
        return None if session is None else f"{session.role}:{session.login}"

    def keep(self) -> None:
        """The server's upkeep."""
        self.desk.do(partial(keep_hall, press=Press(HALL, "server", self.desk.at)))

    def audit(self) -> list[tuple[str, ...]]:
        lines = rows(self.desk.connection, "SELECT actor, action, subject, detail FROM audit ORDER BY seq")
        return lines[2:]  # without those who were there from the beginning


@pytest.fixture
def staffed(desk: Desk) -> Staffed:
    return Staffed(desk)


# wrong passwords


def test_after_five_wrong_passwords_each_further_one_takes_twice_as_long(staffed: Staffed) -> None:
    for _ in range(5):
        staffed.tries()
    waits = []
    for _ in range(12):
        wait = staffed.wait_s()
        assert wait is not None
        waits.append(wait)
        staffed.desk.at += wait * SECOND
        assert staffed.tries() is not None
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_a_right_password_after_the_pause_opens_and_wrong_ones_begin_anew(staffed: Staffed) -> None:
    for _ in range(5):
        staffed.tries()
    staffed.desk.at += SECOND
    staffed.enters("wangli", f"{HALL}.one")
    assert staffed.who(f"{HALL}.one") == "clerk:wangli"
    for _ in range(5):
        staffed.tries()
    assert staffed.wait_s() == 1


def test_asking_again_during_a_pause_does_not_lengthen_it(staffed: Staffed) -> None:
    for _ in range(8):
        staffed.tries()
        staffed.desk.at += 4 * SECOND
    staffed.desk.at -= 2 * SECOND
    waits = []
    for _ in range(3):
        waits.append(staffed.wait_s())
        staffed.desk.at += SECOND
    assert waits == [6, 5, 4]


def test_a_login_that_nobody_has_is_paused_alike(staffed: Staffed) -> None:
    for _ in range(5):
        assert staffed.tries("nobody") is None
    assert staffed.wait_s("nobody") == 1
    assert staffed.tries("wangli") is not None


def test_a_clock_that_was_set_back_keeps_nobody_out(staffed: Staffed) -> None:
    for _ in range(9):
        staffed.tries()
        staffed.desk.at += 16 * SECOND
    staffed.desk.at -= DAY
    assert staffed.tries() is not None


def test_wrong_passwords_are_forgotten_a_day_after_the_last(staffed: Staffed) -> None:
    for _ in range(5):
        staffed.tries()
    staffed.desk.at += DAY
    staffed.keep()
    staffed.tries()
    assert staffed.wait_s() == 2
    staffed.desk.at += DAY + 1
    staffed.keep()
    for _ in range(5):
        staffed.tries()
    assert staffed.wait_s() == 1


def test_whose_account_was_changed_while_the_password_was_looked_at_stays_out(staffed: Staffed) -> None:
    account = staffed.tries()
    assert account is not None
    reset = partial(staff.reset_password, press=staffed.press(), login="wangli", password_hash="another")
    staffed.desk.do(reset)
    with refused(Refusal.LOGIN_REFUSED):
        staffed.opens(account, f"{HALL}.one")
    assert staffed.who(f"{HALL}.one") is None


def test_a_wrong_password_is_recorded_and_what_is_nobodys_login_is_not_written_down(staffed: Staffed) -> None:
    for login in ("wangli", "my-secret-password"):
        staffed.tries(login)
        staffed.desk.do(partial(sessions.refuse_try, press=staffed.press("stranger"), login=login))
    assert staffed.audit() == [
        ("stranger", "wrong password", "wangli", ""),
        ("stranger", "wrong password", "unknown", ""),
    ]


# sessions


def test_a_session_ends_after_an_hour_without_a_request(staffed: Staffed) -> None:
    token = f"{HALL}.one"
    staffed.enters("wangli", token)
    for _ in range(3):
        staffed.desk.at += IDLE - SECOND
        assert staffed.who(token) == "clerk:wangli"
        staffed.desk.do(partial(sessions.session_seen, token=token, at=staffed.desk.at))
    staffed.desk.at += IDLE
    assert staffed.who(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(staffed: Staffed) -> None:
    token = f"{HALL}.one"
    staffed.enters("wangli", token)
    for _ in range(24):
        assert staffed.who(token) == "clerk:wangli"
        staffed.desk.at += 30 * MINUTE
        staffed.desk.do(partial(sessions.session_seen, token=token, at=staffed.desk.at))
    assert staffed.who(token) is None


def test_a_session_that_is_over_is_removed_from_the_database(staffed: Staffed) -> None:
    staffed.enters("wangli", f"{HALL}.one")
    staffed.desk.at += TWELVE_HOURS - 1
    staffed.keep()
    assert len(rows(staffed.desk.connection, "SELECT * FROM session")) == 1
    staffed.desk.at += 1
    staffed.keep()
    assert rows(staffed.desk.connection, "SELECT * FROM session") == []


def test_a_session_of_one_hall_opens_no_other(staffed: Staffed) -> None:
    staffed.enters("wangli", f"{HALL}.one")
    assert staffed.who("atlantis.one") is None


@pytest.mark.parametrize(
    "change",
    [
        partial(staff.disable_staff, login="wangli"),
        partial(staff.remove_staff, login="wangli"),
        partial(staff.reset_password, login="wangli", password_hash="another"),
    ],
)
def test_who_is_disabled_removed_or_given_a_new_password_has_no_session_left(
    staffed: Staffed, change: "partial[None]"
) -> None:
    for login, token in (("wangli", "one"), ("wangli", "two"), ("boss", "three")):
        staffed.enters(login, f"{HALL}.{token}")
    staffed.desk.do(partial(change, press=staffed.press()))
    assert [staffed.who(f"{HALL}.{token}") for token in ("one", "two", "three")] == [None, None, "manager:boss"]


def test_somebody_disabled_cannot_log_in_until_enabled_again(staffed: Staffed) -> None:
    staffed.desk.do(partial(staff.disable_staff, press=staffed.press(), login="wangli"))
    assert staffed.tries() is None
    staffed.desk.do(partial(staff.enable_staff, press=staffed.press(), login="wangli"))
    assert staffed.tries() is not None


def test_a_new_role_holds_in_sessions_that_are_open(staffed: Staffed) -> None:
    staffed.enters("wangli", f"{HALL}.one")
    change = partial(staff.change_staff, press=staffed.press(), login="wangli", name=None, role=Role.USHER)
    staffed.desk.do(change)
    assert staffed.who(f"{HALL}.one") == "usher:wangli"


def test_ones_own_new_password_ends_ones_sessions_elsewhere(staffed: Staffed) -> None:
    for token in ("here", "elsewhere"):
        staffed.enters("wangli", f"{HALL}.{token}")
    account = staffed.tries()
    assert account is not None
    proven = sessions.Proven(account, "try wangli", None)
    press = staffed.press("clerk:wangli")
    change = partial(
        sessions.change_password, press=press, proven=proven, password_hash="new hash", token=f"{HALL}.here"
    )
    staffed.desk.do(change)
    assert (staffed.who(f"{HALL}.here"), staffed.who(f"{HALL}.elsewhere")) == ("clerk:wangli", None)
    with refused(Refusal.PASSWORD_WRONG):
        staffed.desk.do(change)  # the old password is the old one no more


# accounts


def test_each_change_of_an_account_is_a_line_of_the_audit(staffed: Staffed) -> None:
    press = staffed.press("manager:boss")
    staffed.enters("wangli", f"{HALL}.one", renewed="hashed anew")
    for work in (
        partial(sessions.end_session, press=staffed.press("clerk:wangli"), token=f"{HALL}.one"),
        partial(staff.change_staff, press=press, login="wangli", name="王小丽", role=Role.USHER),
        partial(staff.change_staff, press=press, login="wangli", name="王丽", role=None),
        partial(staff.reset_password, press=press, login="wangli", password_hash="another"),
        partial(staff.disable_staff, press=press, login="wangli"),
        partial(staff.enable_staff, press=press, login="wangli"),
        partial(staff.remove_staff, press=press, login="wangli"),
    ):
        staffed.desk.do(work)
    assert staffed.audit() == [
        ("clerk:wangli", "log in", "wangli", ""),
        ("clerk:wangli", "log out", "wangli", ""),
        ("manager:boss", "change staff", "wangli", "clerk to usher"),
        ("manager:boss", "change staff", "wangli", "name"),
        ("manager:boss", "reset password", "wangli", ""),
        ("manager:boss", "disable staff", "wangli", ""),
        ("manager:boss", "enable staff", "wangli", ""),
        ("manager:boss", "remove staff", "wangli", ""),
    ]
    assert check_page(staffed.desk.connection, HALL, Checked()).complete
    assert rows(staffed.desk.connection, "SELECT kind FROM feed WHERE kind <> 'day'") == []


def test_a_manager_cannot_shut_themselves_out(staffed: Staffed) -> None:
    staffed.add("deputy", Role.MANAGER)
    press = staffed.press("manager:boss")
    for work in (
        partial(staff.disable_staff, press=press, login="boss"),
        partial(staff.remove_staff, press=press, login="boss"),
        partial(staff.change_staff, press=press, login="boss", name=None, role=Role.CLERK),
        partial(staff.reset_password, press=press, login="boss", password_hash="another"),
    ):
        with refused(Refusal.NOT_YOURSELF):
            staffed.desk.do(work)
    staffed.desk.do(partial(staff.change_staff, press=press, login="boss", name="老王", role=Role.MANAGER))


def test_who_just_lost_a_role_cannot_take_it_back_while_a_server_still_remembers_it(staffed: Staffed) -> None:
    staffed.add("deputy", Role.MANAGER)
    staffed.desk.do(
        partial(staff.change_staff, press=staffed.press("manager:boss"), login="deputy", name=None, role=Role.CLERK)
    )
    press = staffed.press("manager:deputy")  # a session is known for some seconds
    with refused(Refusal.NOT_YOURSELF):
        staffed.desk.do(partial(staff.change_staff, press=press, login="deputy", name=None, role=Role.MANAGER))
    staffed.desk.do(partial(staff.disable_staff, press=staffed.press("manager:boss"), login="deputy"))
    with refused(Refusal.NOT_YOURSELF):
        staffed.desk.do(partial(staff.enable_staff, press=press, login="deputy"))


def test_a_hall_keeps_its_last_manager_who_can_log_in(staffed: Staffed) -> None:
    staffed.add("deputy", Role.MANAGER)
    staffed.desk.do(partial(staff.disable_staff, press=staffed.press(), login="deputy"))
    for work in (
        partial(staff.disable_staff, press=staffed.press(), login="boss"),
        partial(staff.remove_staff, press=staffed.press(), login="boss"),
        partial(staff.change_staff, press=staffed.press(), login="boss", name=None, role=Role.CLERK),
    ):
        with refused(Refusal.LAST_MANAGER):
            staffed.desk.do(work)
    staffed.desk.do(partial(staff.remove_staff, press=staffed.press(), login="deputy"))


def test_a_login_stands_for_one_person_and_for_no_token(staffed: Staffed) -> None:
    add_token(staffed.desk.connection, hall=HALL, role=Role.CLERK, name="", at=NINE, token_id="1a2b3c4d", secret="x")
    for login in ("wangli", "1a2b3c4d"):
        with refused(Refusal.STAFF_EXISTS):
            staffed.add(login, Role.CLERK)


def test_of_somebody_unknown_nothing_can_be_changed(staffed: Staffed) -> None:
    for work in (staff.disable_staff, staff.enable_staff, staff.remove_staff):
        with refused(Refusal.STAFF_UNKNOWN):
            staffed.desk.do(partial(work, press=staffed.press(), login="nobody"))


def test_people_have_every_role_but_the_machines() -> None:
    assert {role.value for role in StaffRole} == {role.value for role in Role} - {"terminal"}


# passwords


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 10"),
        ("九个汉字的一句话嘛", "at least 10"),
        ("x" * 129, "at most 128"),
        ("WANGLI.2026", "must not be the login"),
        ("1234567890", "first that anybody guesses"),
        ("１２３４５６７８９０", "first that anybody guesses"),
        ("QwertyUiop", "first that anybody guesses"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused_without_being_repeated(password: str, said: str) -> None:
    weak = weakness(password, "wangli.2026")
    assert weak is not None
    assert said in weak
    assert password not in weak


@pytest.mark.parametrize("password", ["静候静候静候静候静候", "correct horse", "aaaaaaaaab", "x" * 128])
def test_length_is_enough_for_a_password(password: str) -> None:
    assert weakness(password, "wangli") is None


def test_the_pause_never_grows_beyond_a_quarter_of_an_hour() -> None:
    assert [pause_ms(failures) for failures in (0, 4, 5, 6, 1_000_000)] == [0, 0, 1000, 2000, 900_000]


WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
STRONGER = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)


async def test_a_password_is_right_however_the_keyboard_types_it() -> None:
    passwords = Passwords(WEAK)
    stored = passwords.hash("correct horse 1")
    assert (await passwords.check("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　１", stored)).right
    assert not (await passwords.check("correct horse 2", stored)).right
    assert not (await passwords.check("correct horse 1", None)).right


async def test_a_hash_of_older_parameters_is_renewed_once_the_password_is_known() -> None:
    stored = Passwords(WEAK).hash("correct horse 1")
    passwords = Passwords(STRONGER)
    assert (await passwords.check("wrong horse 12", stored)).renewed is None
    checked = await passwords.check("correct horse 1", stored)
    assert checked.renewed is not None
    again = await passwords.check("correct horse 1", checked.renewed)
    assert (again.right, again.renewed) == (True, None)


def test_a_stored_password_is_argon2id_of_the_profile_for_little_memory() -> None:
    assert Passwords().hash("correct horse 1").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


class Slow(PasswordHasher):
    """Looks at passwords once it is let, and counts them."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.go_on = threading.Event()
        self.asked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the library's name
        self.asked += 1
        assert self.go_on.wait(20)
        return super().verify(hash, password)


async def test_a_login_nobody_has_costs_as_much_and_the_event_loop_waits_for_none() -> None:
    slow = Slow()
    passwords = Passwords(slow)
    stored = passwords.hash("another")
    checking = [asyncio.create_task(passwords.check("whatever it is", each)) for each in (None, stored)]
    await asyncio.sleep(0)  # both have begun
    slow.go_on.set()  # which this loop could not do if it were the one that hashes
    assert [(await each).right for each in checking] == [False, False]
    assert slow.asked == 2


def test_who_comes_when_too_many_wait_is_sent_away_at_once() -> None:
    passwords = Passwords(WEAK, turns=2)
    with passwords.turn(), passwords.turn(), refused(Refusal.TOO_MANY_TRIES), passwords.turn():
        raise AssertionError
    with passwords.turn():
        pass
