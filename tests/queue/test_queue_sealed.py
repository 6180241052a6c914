"""What is sealed of people: by known algorithms, for one record only, opened for few and with an audit line."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from queue_house import DAY, HALL, MINUTE, NINE, Desk, House, Server, refused, resident_number, rows, serving

from jinghou_queue.cli import main as cli
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.phone import Phone
from jinghou_queue.desk import counters, sealed
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.keys import Keys, create_key_file, load_key_file
from jinghou_queue.store import tables
from jinghou_queue.store.databases import connect
from jinghou_queue.suites import NONCE_BYTES, SUITES, Algorithms, NotSealed

SOMEBODY = Identity(IdentityKind.RESIDENT, resident_number(77))
PHONE = "13800001234"
NONCE = bytes(range(NONCE_BYTES))


# The algorithms are those of the standards.


@pytest.mark.parametrize(
    ("algorithms", "key", "data", "result"),
    [
        # GM/T 0042-2015, appendix D.3
        (
            Algorithms.NATIONAL,
            "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        (
            Algorithms.NATIONAL,
            "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425",
            b"\xcd" * 50,
            "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
        ),
        # RFC 4231, test case 2
        (
            Algorithms.INTERNATIONAL,
            b"Jefe".hex(),
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ],
)
def test_keyed_hashes_are_those_of_the_standards(algorithms: Algorithms, key: str, data: bytes, result: str) -> None:
    assert SUITES[algorithms].keyed_hash(bytes.fromhex(key), data).hex() == result


@pytest.mark.parametrize(
    ("algorithms", "key", "nonce", "data", "bound", "result"),
    [
        # RFC 8998, appendix A.1
        (
            Algorithms.NATIONAL,
            "0123456789abcdeffedcba9876543210",
            "00001234567800000000abcd",
            (
                "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
            ),
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            (
                "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
                "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
                "83de3541e4c2b58177e065a9bf7b62ec"
            ),
        ),
        # McGrew and Viega, The Galois/Counter Mode of Operation, test case 16
        (
            Algorithms.INTERNATIONAL,
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888",
            (
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
            ),
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            (
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                "76fc6ece0f4e1768cddf8853bb2d551b"
            ),
        ),
    ],
)
def test_ciphers_are_those_of_the_standards(
    algorithms: Algorithms, key: str, nonce: str, data: str, bound: str, result: str
) -> None:
    suite = SUITES[algorithms]
    raw = [bytes.fromhex(each) for each in (key, nonce, data, bound)]
    assert suite.seal(*raw).hex() == result
    assert suite.open(raw[0], raw[1], bytes.fromhex(result), raw[3]) == raw[2]


@pytest.mark.parametrize("algorithms", Algorithms)
def test_what_is_sealed_opens_in_its_own_place_only(algorithms: Algorithms) -> None:
    keys = Keys(bytes(32), algorithms)
    kept = keys.seal(SOMEBODY, NONCE, HALL, "t1")
    assert SOMEBODY.number not in kept
    assert keys.open(Identity, kept, HALL, "t1") == SOMEBODY
    phone = keys.seal(Phone.of(PHONE, relative=True), NONCE, HALL, "t1")
    assert keys.open(Phone, phone, HALL, "t1") == Phone("+8613800001234", relative=True)
    elsewhere: list[Callable[[], object]] = [
        lambda: keys.open(Identity, kept, HALL, "t2"),
        lambda: keys.open(Identity, kept, "atlantis", "t1"),
        lambda: keys.open(Phone, kept, HALL, "t1"),
        lambda: keys.open(Identity, kept[:40] + ("A" if kept[40] != "A" else "B") + kept[41:], HALL, "t1"),
        lambda: keys.open(Identity, "Ag" + kept[2:], HALL, "t1"),
        lambda: Keys(b"\x01" * 32, algorithms).open(Identity, kept, HALL, "t1"),
    ]
    for attempt in elsewhere:
        with pytest.raises(NotSealed):
            attempt()


def test_each_suite_derives_results_of_its_own() -> None:
    national, international = (Keys(bytes(32), algorithms) for algorithms in Algorithms)
    assert national.identity_hash(HALL, SOMEBODY) != international.identity_hash(HALL, SOMEBODY)
    assert national.check() != international.check()


# The algorithms are chosen once, with the key.


def test_a_key_file_names_its_algorithms_and_an_old_one_is_international(tmp_path: Path) -> None:
    for algorithms in Algorithms:
        file = tmp_path / algorithms.value
        create_key_file(file, bytes(32), algorithms)
        assert load_key_file(file).algorithms is algorithms
    old = tmp_path / "old"
    old.write_text(bytes(32).hex() + "\n")
    old.chmod(0o600)
    assert load_key_file(old).check() == Keys(bytes(32)).check()


def test_algorithms_are_chosen_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = ["--db", f"sqlite:///{tmp_path}/hall.db"]
    assert cli(["init", "--sample", "--algorithms", "national", *db]) == 0
    assert cli(["init", "--algorithms", "national", *db]) == 0
    capsys.readouterr()
    assert cli(["init", "--algorithms", "international", *db]) == 2
    assert "national algorithms: they are chosen once" in capsys.readouterr().err
    key = tmp_path / "hall.db.key"
    key.write_text(key.read_text().replace("national", "international"))
    assert cli(["token", "add", "--role", "clerk", *db]) == 0  # needs no key
    assert cli(["serve", "--port", "0", *db]) == 2
    assert "is not the key that hall yunxi was made with" in capsys.readouterr().err


def test_wrong_algorithms_leave_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = tmp_path / "hall.db"
    create_key_file(tmp_path / "hall.db.key", bytes(32), Algorithms.NATIONAL)
    assert cli(["init", "--sample", "--algorithms", "international", "--db", f"sqlite:///{db}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert cli(["init", "--sample", "--algorithms", "rot13", "--db", f"sqlite:///{db}"]) == 2
    assert "national" in capsys.readouterr().err
    assert not db.exists()


# Phones.


@pytest.mark.parametrize(
    ("text", "number", "masked"),
    [
        ("13800001234", "+8613800001234", "138****1234"),
        ("+8613800001234", "+8613800001234", "138****1234"),
        ("+85290001234", "+85290001234", "+852****34"),
        ("+85360001234", "+85360001234", "+853****34"),
        ("+886900001234", "+886900001234", "+886****34"),
        ("+4915100001234", "+4915100001234", "+491****34"),
    ],
)
def test_a_phone_becomes_an_international_number_and_is_shown_masked(text: str, number: str, masked: str) -> None:
    phone = Phone.of(text)
    assert (phone.number, phone.masked) == (number, masked)
    assert number not in repr(phone)


# Who may know.


def reveal(desk: Desk, ticket: str, actor: str, why: str = "") -> sealed.Kept:
    press = Press(HALL, actor, desk.at, key="again")
    return desk.do(partial(sealed.reveal, press=press, ticket=ticket, why=why))


def audit(desk: Desk) -> list[tuple[str, ...]]:
    return rows(desk.connection, "SELECT actor, action, subject, detail FROM audit ORDER BY seq")


def call(desk: Desk, clerk: str, counter: str) -> None:
    press = Press(HALL, clerk, desk.at)
    desk.do(partial(counters.open_counter, press=press, counter=counter, services=("tax",)))
    desk.do(partial(counters.call_next, press=press, counter=counter))


def test_a_clerk_learns_who_is_at_the_own_counter_and_nobody_else(desk: Desk) -> None:
    mine, other = desk.take("tax", 1), desk.take("tax", 2)
    with refused(Refusal.NOT_AT_COUNTER):
        reveal(desk, mine.id, "clerk:one")
    call(desk, "clerk:one", "c1")
    call(desk, "clerk:two", "c3")
    kept = reveal(desk, mine.id, "clerk:one").identity
    assert kept is not None
    assert desk.keys.open(Identity, kept, HALL, mine.id).number == resident_number(1)
    for ticket, clerk in ((mine, "clerk:two"), (other, "clerk:one")):
        with refused(Refusal.NOT_AT_COUNTER):
            reveal(desk, ticket.id, clerk, "curious")
    press = Press(HALL, "clerk:one", desk.at)
    desk.do(partial(counters.start_serving, press=press, counter="c1"))
    reveal(desk, mine.id, "clerk:one", "copy of the deed")
    desk.do(partial(counters.finish_serving, press=press, counter="c1"))
    with refused(Refusal.NOT_AT_COUNTER):
        reveal(desk, mine.id, "clerk:one")
    assert audit(desk) == [
        ("clerk:one", "reveal", mine.id, "at counter 1"),
        ("clerk:one", "reveal", mine.id, "at counter 1: copy of the deed"),
    ]


def test_a_manager_learns_who_somebody_is_by_saying_why(desk: Desk) -> None:
    ticket, nameless = desk.take("tax", 1), desk.take("tax")
    with refused(Refusal.REASON_NEEDED):
        reveal(desk, ticket.id, "manager:m", "  ")
    assert reveal(desk, ticket.id, "manager:m", "left a bag").identity is not None
    with refused(Refusal.NOTHING_KEPT):
        reveal(desk, nameless.id, "manager:m", "left a bag")
    with refused(Refusal.TICKET_UNKNOWN):
        reveal(desk, "nobody", "manager:m", "left a bag")
    assert audit(desk) == [("manager:m", "reveal", ticket.id, "left a bag")]


def test_who_came_with_the_code_of_a_booking_is_known_from_that(desk: Desk) -> None:
    desk.open("c1")
    booked = desk.book(NINE + 15 * MINUTE, person=5)
    ticket = desk.arrive(booked.id).taken.id
    kept = reveal(desk, ticket, "manager:m", "left a bag")
    assert kept.identity is not None
    assert desk.keys.open(Identity, kept.identity, HALL, kept.record).number == resident_number(5)
    with pytest.raises(NotSealed):
        desk.keys.open(Identity, kept.identity, HALL, ticket)


def test_every_look_is_recorded_though_the_press_is_sent_again(desk: Desk) -> None:
    ticket = desk.take("tax", 1)
    assert reveal(desk, ticket.id, "manager:m", "why") == reveal(desk, ticket.id, "manager:m", "why")
    assert len(audit(desk)) == 2
    assert rows(desk.connection, "SELECT key FROM answer") == []


def test_a_phone_is_bound_a_few_times_while_the_visit_lasts(desk: Desk) -> None:
    ticket = desk.take("tax")
    bind = partial(sealed.bind_phone, press=desk.press(), ticket=ticket.id, sealed="sealed")
    for _ in range(sealed.PHONE_CHANGES):
        desk.do(bind)
    with refused(Refusal.TOO_MANY_PHONES):
        desk.do(bind)
    drop = partial(sealed.drop_phone, press=desk.press(), ticket=ticket.id)
    for _ in range(2):
        desk.do(drop)
    assert rows(desk.connection, "SELECT phone_sealed FROM ticket") == [(None,)]
    over = desk.take("tax")
    desk.cancel(over.id)
    with refused(Refusal.NOT_NOW):
        desk.do(partial(sealed.bind_phone, press=desk.press(), ticket=over.id, sealed="sealed"))


def test_what_is_sealed_is_erased_with_the_names(desk: Desk) -> None:
    ticket = desk.take("tax", 1)
    alone = desk.take("tax")
    for each in (ticket, alone):
        desk.do(partial(sealed.bind_phone, press=desk.press(), ticket=each.id, sealed="sealed"))
    keep = "SELECT identity_hash, identity_sealed, phone_sealed FROM ticket ORDER BY number"
    assert None not in rows(desk.connection, keep)[0]
    desk.do(partial(keep_hall, press=Press(HALL, "server", NINE + 31 * DAY)))
    assert rows(desk.connection, keep) == [(None, None, None)] * 2
    desk.at = NINE + 31 * DAY
    with refused(Refusal.NOTHING_KEPT):
        reveal(desk, ticket.id, "manager:m", "too late")


# Over a real server, with a number that must be found nowhere.


def everything(house: House) -> str:
    """All rows of all tables."""
    with connect(house.url) as connection:
        return repr([rows(connection, f"SELECT * FROM {name}") for name in tables.metadata.tables])


def take(server: Server, token: str, body: Mapping[str, object]) -> dict[str, str]:
    answer = server.call("POST", f"/halls/{HALL}/tickets", token, {"channel": "kiosk", **body}, key="press")
    assert answer.status == 201, answer.text
    return dict(answer.json)


def test_a_persons_number_and_phone_are_found_nowhere(house: House) -> None:
    body = {
        "service": "tax",
        "identity": {"kind": "resident", "number": SOMEBODY.number},
        "masked_name": "张*",
        "phone": PHONE,
    }
    kiosk, clerk, manager = (house.token(role) for role in (Role.TERMINAL, Role.CLERK, Role.MANAGER))
    with serving(house) as server:
        ticket = take(server, kiosk, body)
        own = server.call("GET", f"/t/{ticket['token']}")
        assert own.json["phone"] == {"masked": "138****1234", "relative": False}
        relative = {"phone": "+85290007777", "relative": True}
        bound = server.call("POST", f"/t/{ticket['token']}/phone", body=relative)
        assert bound.json["phone"] == {"masked": "+852****77", "relative": True}
        assert "+852****77" in server.outside(f"/t/{ticket['token']}").text
        server.call("POST", "/counters/c1/open", clerk, {"services": ["tax"]})
        server.call("POST", "/counters/c1/next", clerk)
        shown = server.call("POST", f"/tickets/{ticket['id']}/identity", clerk, key="look")
        assert shown.json == {"kind": "resident", "number": SOMEBODY.number, "phone": "+85290007777"}
        assert shown.headers["cache-control"] == "no-store"
        why = server.call("POST", f"/tickets/{ticket['id']}/identity", manager, {"why": "left a bag"})
        assert why.json["number"] == SOMEBODY.number
        seen = [server.call("GET", path, clerk).text for path in (f"/halls/{HALL}", "/counters/c1")]
        seen += [server.outside("/metrics").text, server.outside("/schema/openapi.json").text]
        with server.feed(clerk, "?after=0") as events:
            seen += [json.dumps(next(events)) for _ in range(5)]
        dropped = server.call("DELETE", f"/t/{ticket['token']}/phone")
        assert dropped.json["phone"] is None
        assert server.stop() == 0
    for secret in (SOMEBODY.number, PHONE, "90007777"):
        assert secret not in everything(house)
        assert secret not in "".join(seen)
        for file in house.folder.iterdir():
            assert [
                code for code in ("utf-8", "utf-16-le", "utf-16-be") if secret.encode(code) in file.read_bytes()
            ] == []


@pytest.mark.parametrize("phone", ["12800001234", "1380000123", "+8612800001234", "+852100", "0086", "138 0000 1234"])
def test_a_phone_of_the_wrong_shape_is_refused_and_not_repeated(sqlite_house: House, phone: str) -> None:
    kiosk = sqlite_house.token(Role.TERMINAL)
    with serving(sqlite_house) as server:
        ticket = take(server, kiosk, {"service": "tax"})
        for answer in (
            server.call("POST", f"/t/{ticket['token']}/phone", body={"phone": phone}),
            server.call(
                "POST", f"/halls/{HALL}/tickets", kiosk, {"channel": "kiosk", "service": "tax", "phone": phone}
            ),
        ):
            assert (answer.status, answer.problem) == (400, "invalid-request")
            assert "phone: Expected `str` matching" in answer.json["detail"]
            assert phone not in answer.text


def test_a_hall_with_national_algorithms_works_as_any_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hall.db"
    assert cli(["init", "--sample", "--algorithms", "national", "--db", url]) == 0
    house = House(tmp_path, load_key_file(tmp_path / "hall.db.key"), url)
    kiosk, manager = house.token(Role.TERMINAL), house.token(Role.MANAGER)
    body: dict[str, object] = {"service": "tax", "identity": {"kind": "resident", "number": SOMEBODY.number}}
    with serving(house) as server:
        ticket = take(server, kiosk, body)
        again = server.call("POST", f"/halls/{HALL}/tickets", kiosk, {"channel": "kiosk", **body})
        assert (again.status, again.json["number"]) == (200, ticket["number"])
        shown = server.call("POST", f"/tickets/{ticket['id']}/identity", manager, {"why": "proof"})
        assert shown.json["number"] == SOMEBODY.number
        assert server.outside(f"/t/{ticket['token']}").status == 200
