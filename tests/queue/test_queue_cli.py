"""`jinghou-queue` as its operator meets it: what it prints, what it answers, one line an error."""

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from queue_house import HALL, House, serving

from jinghou_queue.cli import main
from jinghou_queue.desk.access import Role
from jinghou_queue.keys import create_key_file

SMALL_HALL = """
id = "small"
name = "小厅"
name_en = "Small hall"
[[services]]
id = "all"
prefix = "Z"
name = "综合"
name_en = "All"
[[counters]]
id = "c1"
label = "1"
services = ["all"]
"""


@dataclass
class Operator:
    """Runs commands on a database in a folder."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def db(self) -> str:
        return f"sqlite:///{self.folder}/hall.db"

    def run(self, *words: str, db: str | None = None) -> tuple[int, str]:
        """The exit code, and what was printed where it belongs."""
        code = main([*words, "--db", db or self.db])
        printed = self.capture.readouterr()
        said, silent = (printed.out, printed.err) if code == 0 else (printed.err, printed.out)
        assert silent == ""
        assert code == 0 or said.count("\n") == 1
        assert "Traceback" not in said
        return code, said.strip()


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Operator:
    """In an empty folder."""
    return Operator(tmp_path, capsys)


def test_a_hall_from_nothing_to_a_working_token(operator: Operator) -> None:
    code, said = operator.run("init", "--sample")
    assert (code, "hall yunxi: 6 services, 6 counters" in said) == (0, True)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in operator.folder.iterdir())
    code, token = operator.run("token", "add", "--role", "clerk", "--name", "counter 1")
    assert code == 0
    assert token.startswith(f"{HALL}.")
    _, listed = operator.run("token", "list")
    assert "clerk" in listed
    assert "counter 1" in listed
    assert token not in listed
    assert token.partition(".")[2] not in (operator.folder / "hall.db").read_bytes().decode("latin-1")
    assert operator.run("token", "revoke", listed.split()[0]) == (0, "")
    assert operator.run("token", "list") == (0, "")
    assert operator.run("migrate")[0] == 0


def test_a_code_is_drawn_for_the_terminals_scanner(operator: Operator) -> None:
    House.build(operator.folder)
    _, said = operator.run("terminal", "add", "--kind", "kiosk", "--name", "n", "--qr", "http://192.0.2.10:8470")
    line, _, drawn = said.partition("\n")
    assert "once, until" in line
    assert {"█", "▀", "▄"} & set(drawn)


def test_a_terminal_from_a_code_to_its_end(operator: Operator) -> None:
    house = House.build(operator.folder)
    code, said = operator.run("terminal", "add", "--kind", "kiosk", "--name", "B 区 03 号")
    terminal, first = said.split()[:2]
    assert (code, "waits for its code" in operator.run("terminal", "list")[1]) == (0, True)
    replaced = operator.run("terminal", "replace", terminal)[1].split()
    assert (replaced[0], replaced[1] != first) == (terminal, True)
    with serving(house) as server:
        lost = server.call("POST", "/terminals/enrol", None, {"code": first})
        assert (lost.status, lost.problem) == (404, "code-unknown")
        token = server.call("POST", "/terminals/enrol", None, {"code": replaced[1]}).json["token"]
        assert server.call("GET", "/terminals/me/config", token).status == 200
    assert operator.run("terminal", "list")[1].startswith(f"{terminal}  {HALL}")
    assert "not heard of  B 区 03 号" in operator.run("terminal", "list")[1]
    assert operator.run("terminal", "retire", terminal) == (0, "")
    assert operator.run("terminal", "list") == (0, "")
    assert operator.run("token", "list") == (0, "")
    audit = operator.run("audit", "show")[1]
    actions = ["operator  add terminal", "operator  replace terminal", f"terminal:{terminal}  enrol terminal"]
    assert all(action in audit for action in [*actions, "operator  retire terminal"])


def test_a_hall_from_a_file(operator: Operator) -> None:
    plan = operator.folder / "hall.toml"
    plan.write_text(SMALL_HALL)
    assert operator.run("init")[0] == 0
    assert operator.run("init", "--hall", str(plan))[0] == 0
    assert operator.run("init", "--hall", str(plan)) == (
        2,
        "jinghou-queue: the database already has hall small; nothing was changed",
    )
    assert operator.run("init", "--sample")[0] == 0
    code, said = operator.run("token", "add", "--role", "clerk")
    assert (code, "small, yunxi" in said) == (2, True)
    assert operator.run("token", "add", "--role", "clerk", "--hall", "small")[1].startswith("small.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["token", "add", "--role", "king"], "there is no role king; roles are manager, clerk"),
        (["token", "add"], "required: --role"),
        (["token", "add", "--role", "clerk", "--hall", "atlantis"], "there is no hall atlantis"),
        (["token", "revoke", "none"], "there is no token none"),
        (["terminal", "add", "--kind", "kettle", "--name", "x"], "there is no kind kettle; kinds are kiosk, board"),
        (["terminal", "add", "--kind", "kiosk", "--name", "x" * 25], "a name has 1 to 24 characters"),
        (["terminal", "add", "--kind", "kiosk", "--name", "x", "--hall", "atlantis"], "there is no hall atlantis"),
        (["terminal", "replace", "none"], "this hall has no terminal of that id"),
        (["terminal", "retire", "none"], "this hall has no terminal of that id"),
        (["audit", "show", "--last", "-1"], "-1 is not a whole number"),
        (["backtest", "--days", "many"], "many is not a whole number"),
        (["dance"], "invalid choice"),
        (["serve", "--port", "many"], "--port = 'many'"),
        (["serve", "--port", "70000"], "--port = '70000'"),
        (["serve", "--host", "203.0.113.7", "--port", "0"], "is not an address of this machine"),
        (["init", "--hall", "/nowhere.toml"], "/nowhere.toml: cannot be read"),
        (["init", "--sample"], "already has hall yunxi"),
    ],
)
def test_a_wrong_call_is_one_line_and_code_2(operator: Operator, words: list[str], said: str) -> None:
    House.build(operator.folder)
    code, line = operator.run(*words)
    assert code == 2
    assert line.startswith("jinghou-queue: ")
    assert said in line


@pytest.mark.parametrize("words", [["serve"], ["migrate"], ["token", "list"], ["token", "add", "--role", "clerk"]])
def test_a_database_that_is_not_there_or_not_ours_is_refused(operator: Operator, words: list[str]) -> None:
    assert operator.run(*words) == (
        2,
        f"jinghou-queue: {operator.db} does not exist: run `jinghou-queue init --db {operator.db}` first",
    )
    (operator.folder / "hall.db").touch()
    code, said = operator.run(*words)
    assert (code, "is not initialised: run `jinghou-queue init" in said) == (2, True)
    with closing(sqlite3.connect(operator.folder / "hall.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('9999')")
    code, said = operator.run(*words)
    assert (code, "from a later version" in said) == (2, True)


def test_a_wrong_setting_names_file_key_and_what_is_expected(operator: Operator) -> None:
    file = operator.folder / "queue.toml"
    file.write_text("colour = 'red'\n")
    code, said = operator.run("serve", "--config", str(file))
    assert (code, f"{file}: colour: unknown key" in said) == (2, True)
    code, said = operator.run("serve", db="mysql://x")
    assert (code, "--db = 'mysql://x'" in said) == (2, True)


def test_flags_win_over_the_environment_and_that_over_the_file(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = operator.folder / "queue.toml"
    file.write_text(f'db = "sqlite:///{operator.folder}/from-file.db"\n')
    assert main(["token", "list", "--config", str(file)]) == 2
    assert "from-file.db" in operator.capture.readouterr().err
    monkeypatch.setenv("JINGHOU_QUEUE_DB", f"sqlite:///{operator.folder}/from-environment.db")
    assert main(["token", "list", "--config", str(file)]) == 2
    assert "from-environment.db" in operator.capture.readouterr().err
    assert "hall.db" in operator.run("token", "list", "--config", str(file))[1]


def test_a_port_that_is_taken_is_said_with_its_number(operator: Operator) -> None:
    House.build(operator.folder)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = operator.run("serve", "--port", str(port))
    assert (code, f"port {port} on 127.0.0.1 is taken by another program; " in said) == (2, True)


def test_a_database_is_served_once(operator: Operator) -> None:
    house = House.build(operator.folder)
    with serving(house):
        code, said = operator.run("serve", "--port", "0")
    assert (code, f"{operator.db} is being served already; stop that server first" in said) == (2, True)
    with serving(house) as again:  # the other was killed
        assert again.outside("/healthz").status == 200


def test_a_lost_open_or_foreign_key_is_refused(operator: Operator) -> None:
    House.build(operator.folder)
    key = operator.folder / "hall.db.key"
    right = key.read_text()
    key.chmod(0o644)
    code, said = operator.run("serve")
    assert (code, f"chmod 600 {key}" in said) == (2, True)
    key.chmod(0o600)
    key.write_text("00" * 32 + "\n")
    code, said = operator.run("serve")
    assert (code, "is not the key that hall yunxi was made with" in said) == (2, True)
    key.write_text("hello")
    assert operator.run("serve")[0] == 2
    key.unlink()
    code, said = operator.run("serve")
    assert (code, "cannot be read: No such file" in said) == (2, True)
    assert right not in said
    assert operator.run("init")[0] == 2  # a new key would disown everybody who has a number
    assert not key.exists()


def test_a_key_that_could_not_be_written_leaves_nothing_behind(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = operator.folder / "keys"
    monkeypatch.setenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE", str(folder / "hall.key"))
    code, said = operator.run("init", "--sample")
    assert (code, "the key file cannot be written: No such file" in said) == (2, True)
    folder.mkdir()
    assert operator.run("init", "--sample")[0] == 0


def test_a_hall_is_not_added_with_another_key_than_the_halls_before(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    House.build(operator.folder)
    plan = operator.folder / "hall.toml"
    plan.write_text(SMALL_HALL)
    other = operator.folder / "other.key"
    create_key_file(other, bytes(32))
    monkeypatch.setenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE", str(other))
    code, said = operator.run("init", "--hall", str(plan))
    assert (code, "other.key is not the key that hall yunxi was made with" in said) == (2, True)
    monkeypatch.delenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE")
    assert operator.run("init", "--hall", str(plan))[0] == 0


def test_a_folder_that_cannot_be_written_is_said(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = operator.run("init", db=f"sqlite:///{operator.folder}/none/hall.db")
    assert (code, "does not exist: make it first" in said) == (2, True)
    monkeypatch.setenv("JINGHOU_QUEUE_IDENTITY_KEY_FILE", str(operator.folder / "hall.key"))
    code, said = operator.run("init", db="sqlite:////proc/hall.db")
    assert (code, "/proc/hall.db cannot be written" in said) == (2, True)


def test_a_token_given_out_while_serving_works_at_once(house: House) -> None:
    with serving(house) as server:
        token = subprocess.run(
            [sys.executable, "-m", "jinghou_queue.cli", "token", "add", "--role", "auditor", "--db", house.url],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=20,
            env={**os.environ},
        ).stdout.strip()
        assert server.call("GET", f"/halls/{HALL}", token).status == 200
        assert server.call("GET", "/halls", token).json[0]["name"] == "云溪市民服务中心"


def test_phones_are_sent_to_the_public_address(house: House) -> None:
    kiosk = house.token(Role.TERMINAL)
    with serving(house, "--public-url", "https://hall.example") as server:
        answer = server.call("POST", f"/halls/{HALL}/tickets", kiosk, {"service": "tax", "channel": "kiosk"})
    assert answer.json["url"] == f"https://hall.example/t/{answer.json['token']}"
