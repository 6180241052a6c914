"""`jinghou-queue user` as its operator meets it."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from queue_house import HALL, House

from jinghou_queue.cli import main as cli
from jinghou_queue.passwords import Passwords
from jinghou_queue.store import staff_statements as ss
from jinghou_queue.store.databases import connect


class Operator:
    """Runs `jinghou-queue user` on a house."""

    def __init__(self, house: House, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.house = house
        self.capture = capture
        self.patch = patch

    def run(self, *words: str, typed: str = "") -> tuple[int, str]:
        self.patch.setattr("sys.stdin", io.StringIO(typed))
        code = cli(["user", *words, "--db", self.house.url])
        printed = self.capture.readouterr()
        return code, (printed.out if code == 0 else printed.err).strip()

    def add(self, login: str, role: str, password: str = "correct horse 1\n") -> tuple[int, str]:
        return self.run("add", "--login", login, "--name", "王丽", "--role", role, "--password-stdin", typed=password)


@pytest.fixture
def operator(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Operator:
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    return Operator(house, capsys, monkeypatch)


async def test_an_operator_adds_people_and_takes_them_away(operator: Operator) -> None:
    assert operator.add("boss", "manager") == (0, "")
    assert operator.add("10023", "clerk") == (0, "")
    assert operator.run("disable", "--login", "10023") == (0, "")
    listed = operator.run("list")[1].splitlines()
    assert [line.split() for line in listed] == [
        [HALL, "10023", "clerk", "disabled", "王丽"],
        [HALL, "boss", "manager", "王丽"],
    ]
    assert operator.run("enable", "--login", "10023") == (0, "")
    assert operator.run("password", "--login", "10023", "--password-stdin", typed="another horse\n") == (0, "")
    with connect(operator.house.url) as connection:
        account = connection.one(ss.STAFF, hall=HALL, login="10023")
    assert account is not None
    assert (await Passwords().check("another horse", account.password_hash)).right
    assert operator.run("remove", "--login", "10023", "--hall", HALL) == (0, "")
    assert len(operator.run("list")[1].splitlines()) == 1


def test_a_password_is_asked_for_twice_and_never_shown(operator: Operator) -> None:
    answers = ["correct horse 1", "correct horse 2"] + ["correct horse 1"] * 2
    operator.patch.setattr("jinghou_queue.commands.users.getpass", lambda prompt: answers.pop(0))
    words = ("add", "--login", "boss", "--name", "王丽", "--role", "manager")
    code, said = operator.run(*words)
    assert (code, said) == (2, "jinghou-queue: these were two different passwords; nothing was changed")
    assert operator.run(*words) == (0, "")
    assert answers == []


def test_without_a_terminal_a_password_is_not_asked_for(sqlite_house: House) -> None:
    command = [
        sys.executable,
        "-m",
        "jinghou_queue.cli",
        "user",
        "password",
        "--login",
        "boss",
        "--db",
        sqlite_house.url,
    ]
    ran = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, start_new_session=True
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "jinghou-queue: there is no terminal to type the password at: use --password-stdin\n"


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (["add", "--login", "wang", "--name", "王", "--role", "terminal"], "", "no role terminal for people"),
        (["add", "--login", "王丽", "--name", "王", "--role", "clerk"], "", "2 to 32 of a-z"),
        (["add", "--login", "wang", "--name", "", "--role", "clerk"], "", "1 to 40 characters"),
        (["add", "--login", "wang", "--name", "王", "--role", "clerk"], "short\n", "at least 10 characters"),
        (["add", "--login", "boss", "--name", "王", "--role", "clerk"], "correct horse 1\n", "has the login boss"),
        (["remove", "--login", "boss"], "", "boss is the last manager"),
        (["disable", "--login", "wang"], "", "nobody in this hall has that login"),
        (["enable", "--login", "boss", "--hall", "atlantis"], "", "there is no hall atlantis"),
    ],
)
def test_a_wrong_call_is_one_line_that_shows_no_password(
    operator: Operator, words: list[str], typed: str, said: str
) -> None:
    assert operator.add("boss", "manager") == (0, "")
    stdin = ["--password-stdin"] if words[0] == "add" else []
    code, line = operator.run(*words, *stdin, typed=typed)
    assert code == 2
    assert said in line
    assert line.count("\n") == 0
    assert typed.strip() == "" or typed.strip() not in line


def test_no_password_is_readable_in_the_database(
    sqlite_house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Operator(sqlite_house, capsys, monkeypatch)
    assert operator.add("boss", "manager", "a-password-to-look-for\n") == (0, "")
    files: list[Path] = list(sqlite_house.folder.glob("hall.db*"))
    assert not any(b"a-password-to-look-for" in file.read_bytes() for file in files)
