"""Logging in through a real server: the cookie, who may write with it, how many tries there are."""

import contextlib
import functools
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import Morsel, SimpleCookie

import pytest
from queue_house import HALL, MINUTE, NINE, Answer, Client, House, Server, an_office, change, rows, serving, trusting

from jinghou_queue.api.auth import FORGET_AFTER_S, Bearers, whose_session
from jinghou_queue.api.office import unix_ms
from jinghou_queue.cli import main as cli
from jinghou_queue.desk import staff
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.passwords import Passwords
from jinghou_queue.store.databases import connect, open_store

RIGHT = "correct horse 1"
STAFF = f"/halls/{HALL}/staff"
OFFICES = itertools.count(1)


@functools.cache
def right_hash() -> str:
    return Passwords().hash(RIGHT)


def hire(house: House, login: str, role: Role = Role.CLERK) -> None:
    """Give somebody an account with the right password."""
    new = staff.NewStaff(login, "王丽", role, right_hash())
    with connect(house.url) as connection:
        staff.add_staff(connection, Press(HALL, "test", unix_ms()), new)


def log_in(server: Client, login: str, password: str = RIGHT, **headers: str) -> Answer:
    """From an address of its own, if the server believes that and `headers` do not say another."""
    sent = {"Origin": server.origin, "X-Forwarded-For": f"198.51.100.{next(OFFICES)}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return server.call("POST", "/session", body={"login": login, "password": password}, headers=sent)


def cookie(answer: Answer) -> "Morsel[str]":
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return morsel


def session(server: Client, login: str, password: str = RIGHT) -> str:
    answer = log_in(server, login, password)
    assert answer.status == 200, answer.text
    return cookie(answer).value


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the module on each database, with a manager and three clerks."""
    with contextlib.ExitStack() as databases:
        url = None
        if request.param == "postgres":
            url = databases.enter_context(request.getfixturevalue("postgres").database())
        house = House.build(tmp_path_factory.mktemp("sessions"), url)
        hire(house, "boss", Role.MANAGER)
        for login in ("wangli", "zhao", "chen"):
            hire(house, login)
        with serving(house, "--config", trusting(house, '["127.0.0.1"]')) as server:
            yield server


# in and out


def test_a_clerk_logs_in_is_known_and_logs_out(server: Server) -> None:
    answer = log_in(server, " WangLi ")
    assert answer.status == 200
    who = answer.json
    assert {**who, "ends_at": 0} == {"hall": HALL, "login": "wangli", "name": "王丽", "role": "clerk", "ends_at": 0}
    assert abs(who["ends_at"] - unix_ms() - 12 * 60 * MINUTE) < MINUTE
    token = cookie(answer).value
    assert server.call("GET", "/session", session=token).json == who
    gone = server.call("DELETE", "/session", session=token)
    assert (gone.status, cookie(gone).value, cookie(gone)["max-age"]) == (204, "", "0")
    again = server.call("GET", "/session", session=token)
    assert (again.status, again.problem) == (401, "token-unknown")


def test_no_script_and_no_other_site_gets_the_cookie(server: Server) -> None:
    answer = log_in(server, "wangli")
    made = cookie(answer)
    assert (made.key, made["httponly"], made["samesite"], made["path"]) == ("jinghou", True, "strict", "/")
    assert (made["secure"], made["domain"], made["max-age"], made["expires"]) == ("", "", "", "")
    assert answer.headers["cache-control"] == "no-store"
    assert made.value not in answer.text


def test_with_tls_in_front_the_cookie_is_for_tls_and_this_host_alone(sqlite_house: House) -> None:
    hire(sqlite_house, "wangli")
    with serving(sqlite_house, "--public-url", "https://hall.example") as server:
        answer = log_in(server, "wangli", Origin="https://hall.example")
        made = cookie(answer)
        assert (made.key, made["secure"], made["path"], made["domain"]) == ("__Host-jinghou", True, "/", "")
        sent = {"Cookie": f"__Host-jinghou={made.value}", "Origin": "https://hall.example"}
        gone = server.call("DELETE", "/session", headers=sent)
        assert gone.status == 204
        taken = cookie(gone)  # a browser gives such a name up only to a cookie that may have it
        assert (taken.key, taken["secure"], taken["path"], taken["max-age"]) == ("__Host-jinghou", True, "/", "0")
        assert server.call("GET", "/session", headers={"Cookie": f"jinghou={made.value}"}).status == 401


@pytest.mark.parametrize(("login", "password"), [("chen", "wrong"), ("nobody", RIGHT), ("", ""), ("chen\x00", RIGHT)])
def test_a_wrong_password_and_an_unknown_login_are_told_the_same(server: Server, login: str, password: str) -> None:
    answer = log_in(server, login, password)
    assert (answer.status, answer.problem) == (401, "login-refused")
    assert answer.json["detail"] == "no such login, or another password"
    assert "set-cookie" not in answer.headers


def test_with_several_halls_one_says_which(sqlite_house: House) -> None:
    hire(sqlite_house, "wangli")
    plan = sqlite_house.folder / "hall.toml"
    plan.write_text(
        'id = "small"\nname = "小厅"\nname_en = "Small"\n'
        '[[services]]\nid = "all"\nprefix = "Z"\nname = "综合"\nname_en = "All"\n'
        '[[counters]]\nid = "c1"\nlabel = "1"\nservices = ["all"]\n'
    )
    assert cli(["init", "--db", sqlite_house.url, "--hall", str(plan)]) == 0
    with serving(sqlite_house) as server:
        unsaid = log_in(server, "wangli")
        assert (unsaid.status, unsaid.problem) == (404, "hall-unknown")
        headers = {"Origin": server.origin}
        for hall, status in ((HALL, 200), ("small", 401), ("atlantis", 404)):
            body = {"login": "wangli", "password": RIGHT, "hall": hall}
            assert server.call("POST", "/session", body=body, headers=headers).status == status


def test_a_clerk_with_a_session_has_a_counter_of_their_own(server: Server) -> None:
    one, other = session(server, "wangli"), session(server, "zhao")
    assert server.call("POST", "/counters/c2/open", session=one).status == 200
    taken = server.call("POST", "/counters/c2/next", session=other)
    assert (taken.status, taken.problem) == (409, "counter-taken")
    with connect(server.house.url) as connection:
        assert ("clerk:wangli",) in rows(connection, "SELECT actor FROM feed WHERE subject = 'c2'")
    assert server.call("POST", "/counters/c2/close", session=one).status == 200


def test_a_page_follows_the_feed_with_the_cookie_alone(server: Server) -> None:
    headers = {"Cookie": f"jinghou={session(server, 'wangli')}"}
    with contextlib.closing(server.connect()) as connection:
        connection.request("GET", f"/api/v1/halls/{HALL}/events?after=0", None, headers)
        assert connection.getresponse().status == 200


# which writes are believed to be one's own


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "OURS"}, 403),
        ({"Origin": "OURS"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Referer": "OURS"}, 403),
        ({}, 403),
        ({"Origin": "OURS", "Content-Type": "text/plain"}, 403),
        ({"Origin": "OURS", "Content-Type": "application/x-www-form-urlencoded"}, 403),
        ({"Origin": "OURS", "Content-Type": "multipart/form-data; boundary=x"}, 403),
        ({"Origin": "OURS", "Content-Type": "Application/JSON; charset=utf-8"}, 200),
    ],
)
def test_a_write_by_cookie_comes_from_our_own_pages(server: Server, headers: dict[str, str], status: int) -> None:
    token = server.house.session(Role.MANAGER)
    sent = {name: server.origin if value == "OURS" else value for name, value in headers.items()}
    answer = server.call("POST", "/counters/c5/open", headers={**sent, "Cookie": f"jinghou={token}"})
    assert answer.status == status
    if status == 403:
        assert answer.problem == "not-allowed"


def test_another_site_cannot_log_somebody_in(server: Server) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert log_in(server, "wangli", **headers).status == 403
    body = {"login": "wangli", "password": RIGHT}
    assert server.call("POST", "/session", body=body).status == 403


def test_reading_by_cookie_needs_no_origin(server: Server) -> None:
    token = server.house.session(Role.MANAGER)
    headers = {"Cookie": f"jinghou={token}", "Sec-Fetch-Site": "none"}
    assert server.call("GET", f"/halls/{HALL}", headers=headers).status == 200


def test_a_token_beside_a_cookie_is_what_counts(server: Server) -> None:
    cookies = {"Cookie": f"jinghou={server.house.session(Role.AUDITOR)}"}
    manager = server.house.token(Role.MANAGER, "token-beside-cookie")
    assert server.call("POST", "/counters/c5/open", manager, headers=cookies).status == 200
    assert server.call("POST", "/counters/c5/open", "unknown", headers=cookies).status == 401


def test_our_own_address_is_also_that_of_the_proxy_in_front(sqlite_house: House) -> None:
    hire(sqlite_house, "wangli")
    with serving(sqlite_house, "--config", trusting(sqlite_house, '["127.0.0.1"]')) as server:
        asked = {"Host": "hall.example", "X_Forwarded_Proto": "https"}
        assert log_in(server, "wangli", Origin="https://hall.example", **asked).status == 200
        assert log_in(server, "wangli", Origin="http://hall.example", **asked).status == 403


# wrong passwords


def test_after_wrong_passwords_one_waits_and_then_the_right_one_opens(server: Server) -> None:
    looked_at = 0
    while (told := log_in(server, "zhao", "wrong password")).status == 401:
        looked_at += 1
    assert 5 <= looked_at <= 9  # on a busy machine the first, short pauses pass by themselves
    assert (told.status, told.problem) == (429, "too-many-tries")
    assert 1 <= int(told.headers["retry-after"]) <= 16
    assert "try again in" in told.json["detail"]
    with connect(server.house.url) as connection:  # the pause passes
        change(connection, "UPDATE login_try SET failed_at = failed_at - 1000000")
    assert log_in(server, "zhao").status == 200
    assert log_in(server, "zhao", "wrong password").status == 401


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(server: Server) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda guess: log_in(server, "chen", f"guess {guess}"), range(12)))
    with connect(server.house.url) as connection:
        change(connection, "DELETE FROM login_try")
    assert sum(answer.status == 401 for answer in answers) <= 7  # five, and what a second's pause lets through
    assert {answer.status for answer in answers} == {401, 429}


def test_ones_own_password_is_changed_by_who_knows_it(server: Server) -> None:
    hire(server.house, "liu")
    here, elsewhere = session(server, "liu"), session(server, "liu")

    def changes(old: str, new: str) -> Answer:
        return server.call("POST", "/session/password", body={"old": old, "new": new}, session=here)

    assert changes("wrong", "another horse").problem == "password-wrong"
    weak = changes(RIGHT, "short")
    assert (weak.status, weak.problem) == (422, "password-weak")
    assert changes(RIGHT, "another horse").status == 204
    assert log_in(server, "liu").status == 401
    assert log_in(server, "liu", "another horse").status == 200
    assert server.call("GET", "/session", session=here).status == 200
    with connect(server.house.url) as connection:
        sessions = rows(connection, "SELECT session_hash FROM session WHERE login = 'liu'")
    assert len(sessions) == 2  # this one and the new one; the one elsewhere is gone
    assert server.call("GET", "/session", session=elsewhere).status == 401


@pytest.mark.parametrize(("trusted", "said"), [('["127.0.0.0/8"]', "for this login"), ("[]", "from this address")])
def test_whom_a_proxy_asks_for_counts_only_if_the_proxy_is_trusted(
    sqlite_house: House, trusted: str, said: str
) -> None:
    with serving(sqlite_house, "--config", trusting(sqlite_house, trusted)) as server:
        for _ in range(35):  # one login: most are sent away without a look at the password
            told = log_in(server, "guess", X_Forwarded_For="203.0.113.7, 127.0.0.9")
        assert "from this address" in told.json["detail"]
        assert said in log_in(server, "guess", X_Forwarded_For="203.0.113.8").json["detail"]


# sessions that others end, or nobody uses


async def test_a_session_that_somebody_ended_stops_within_seconds_and_its_use_is_written_once_a_minute(
    house: House,
) -> None:
    token = house.session(Role.CLERK)
    seconds, now = 100.0, unix_ms()
    store = open_store(house.url, lambda events: None)
    office = an_office(store, house.keys, lambda: now)
    browsers = Bearers(lambda each: whose_session(office, each), lambda: seconds)

    async def uses_it() -> Bearer | None:
        nonlocal seconds, now
        seconds += FORGET_AFTER_S + 1
        now += 6_000
        return await browsers.find(token)

    seen = set()
    for _ in range(30):
        assert await uses_it() == Bearer("clerk-1", HALL, Role.CLERK)
        with connect(house.url) as connection:
            seen.add(rows(connection, "SELECT seen_at FROM session")[0][0])
    assert 3 <= len(seen) <= 4  # in three minutes
    with connect(house.url) as connection:
        staff.disable_staff(connection, Press(HALL, "test", now), "clerk-1")
    assert await browsers.find(token) is not None
    assert await uses_it() is None
    store.close()


def test_how_long_a_session_lasts_is_the_operators_to_say(sqlite_house: House) -> None:
    hire(sqlite_house, "wangli")
    settings = sqlite_house.folder / "queue.toml"
    settings.write_text("[session]\nidle_minutes = 5\nmost_hours = 1\n")
    with serving(sqlite_house, "--config", str(settings)) as server:
        answer = log_in(server, "wangli")
        assert abs(answer.json["ends_at"] - unix_ms() - 60 * MINUTE) < MINUTE
        with connect(sqlite_house.url) as connection:
            change(connection, f"UPDATE session SET seen_at = seen_at - {5 * MINUTE}")
        assert server.call("GET", "/session", session=cookie(answer).value).status == 401


async def test_what_is_remembered_of_sessions_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jinghou_queue.api.auth._TIDY_FROM", 10)
    seconds = 0.0

    async def ask(token: str) -> Bearer:
        return Bearer(token, HALL, Role.CLERK)

    browsers = Bearers(ask, lambda: seconds)
    for token in range(100):
        seconds += 1
        await browsers.find(str(token))
    assert len(browsers._known) <= 11


# a manager and the accounts


def test_a_manager_keeps_the_accounts_of_the_hall(server: Server) -> None:
    boss = session(server, "boss")

    def does(path: str, body: object = None, key: str | None = None) -> Answer:
        return server.call("POST", f"{STAFF}{path}", body=body, session=boss, key=key)

    new = {"login": "sun", "name": "孙月", "role": "usher", "password": "a long first one"}
    assert does("", new).status == 204
    assert does("", new).problem == "staff-exists"
    sun = session(server, "sun", "a long first one")
    assert does("/sun/change", {"role": "clerk"}).status == 204
    (line,) = (each for each in server.call("GET", STAFF, session=boss).json if each["login"] == "sun")
    assert {**line, "added_at": NINE} == {
        "login": "sun", "name": "孙月", "role": "clerk", "added_at": NINE, "disabled": False
    }  # fmt: skip
    assert does("/sun/password", {"password": "another long one"}).status == 204
    assert server.call("GET", "/session", session=sun).status == 401
    assert session(server, "sun", "another long one")
    assert does("/sun/disable", key="once").status == 204
    assert log_in(server, "sun", "another long one").status == 401
    assert does("/sun/enable").status == 204
    assert does("/sun/disable", key="once").status == 204  # the same press again, long after
    assert log_in(server, "sun", "another long one").status == 200
    assert does("/sun/remove").status == 204
    assert does("/sun/remove").problem == "staff-unknown"
    assert does("/boss/disable").problem == "not-yourself"


@pytest.mark.parametrize(
    ("changed", "status", "slug"),
    [
        ({"role": "terminal"}, 400, "invalid-request"),
        ({"login": "Sun"}, 400, "invalid-request"),
        ({"login": "sun:moon"}, 400, "invalid-request"),
        ({"login": "sun\n"}, 400, "invalid-request"),
        ({"name": "孙\n月"}, 400, "invalid-request"),
        ({"password": "short"}, 422, "password-weak"),
        ({"password": "x" * 2000}, 400, "invalid-request"),
    ],
)
def test_an_account_that_cannot_be_is_refused(server: Server, changed: dict[str, str], status: int, slug: str) -> None:
    new = {"login": "sun2", "name": "孙月", "role": "usher", "password": "a long first one", **changed}
    answer = server.call("POST", STAFF, body=new, session=server.house.session(Role.MANAGER))
    assert (answer.status, answer.problem) == (status, slug)
    assert new["password"] not in answer.text


def test_no_password_is_kept_to_compare_a_press_sent_again_with(server: Server) -> None:
    boss = server.house.session(Role.MANAGER)
    new = {"login": "kept", "name": "孙月", "role": "usher", "password": "a long first one"}
    assert server.call("POST", STAFF, body=new, session=boss, key="kept").status == 204
    with connect(server.house.url) as connection:
        assert rows(connection, "SELECT * FROM answer WHERE key = 'kept'") == []


def test_the_servers_log_names_nobody_who_logged_in(server: Server) -> None:
    token = session(server, "wangli")
    log_in(server, "a-secret-in-the-wrong-field", "another-secret")
    log = (server.house.folder / "server.log").read_text()
    for secret in (token, "wangli", "王丽", RIGHT, "a-secret-in-the-wrong-field", "another-secret"):
        assert secret not in log
