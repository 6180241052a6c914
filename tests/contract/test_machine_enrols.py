"""A machine and a real server: each way a code can be wrong is told apart, and the right one makes it the terminal."""

import http.server
import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from queue_house import HALL, House, Server, serving

from jinghou_config.log import LogSettings, configure_logging
from jinghou_config.terminal import ServerSettings
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.enrolling.keeping import kept_in, link_of
from jinghou_kiosk.enrolling.state import Enrolment, Fault, NotEnrolled, Welcome, begin
from jinghou_kiosk.enrolling.step import AskServer
from jinghou_kiosk.events import Language
from jinghou_kiosk.server import ServerClient
from jinghou_queue.api.office import unix_ms
from jinghou_queue.contract.terminals import TerminalKind
from jinghou_queue.desk.access import Role

TERMINALS = f"/halls/{HALL}/terminals"
MACHINE = begin(TerminalKind.KIOSK, Language.ZH, None, None)


@dataclass
class Technician:
    """Somebody with a manager at the telephone, before a machine whose folder is `folder`."""

    server: Server
    folder: Path
    manager: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def file(self) -> Path:
        return self.folder / "kiosk.enrolment"

    def code(self, kind: str = "kiosk", name: str = "B 区 03 号") -> dict[str, str]:
        return dict(self.server.call("POST", TERMINALS, self.manager, {"kind": kind, "name": name}).json)

    def tries(
        self,
        code: str,
        machine: Enrolment = MACHINE,
        url: str | None = None,
        file: Path | None = None,
        ahead_s: int = 0,
    ) -> Welcome | NotEnrolled:
        enroller = Enroller(file or self.file, 5, lambda: unix_ms() + ahead_s * 1000)
        return enroller.ask(machine, AskServer(url or self.url, code))

    def fault(self, *args: object, **more: object) -> Fault:
        outcome = self.tries(*args, **more)  # type: ignore[arg-type]
        assert isinstance(outcome, NotEnrolled), outcome
        return outcome.fault


@pytest.fixture
def technician(tmp_path: Path) -> Iterator[Technician]:
    house = House.build(tmp_path)
    machine = tmp_path / "machine"
    machine.mkdir()
    with serving(house) as server:
        yield Technician(server, machine, house.token(Role.MANAGER))


def test_the_code_makes_the_machine_the_terminal_and_no_log_knows_the_token(technician: Technician) -> None:
    log = io.StringIO()
    configure_logging(LogSettings(), log)
    code = technician.code()["enrol_code"]
    outcome = technician.tries(code)
    assert isinstance(outcome, Welcome)
    assert (outcome.name, outcome.clock_ahead_s in {0, 1, 2}) == ("B 区 03 号", True)
    assert outcome.hall not in {"", HALL}, "people call it by its name"
    link = link_of(ServerSettings(), technician.file)
    assert link is not None
    assert ServerClient(link).config() is not None
    assert "enrolled" in log.getvalue()
    for secret in (code, code.replace("-", ""), link.token.get_secret_value()):
        assert secret not in log.getvalue()


def test_a_used_code_a_wrong_one_and_one_that_was_followed_by_another_are_told_apart(technician: Technician) -> None:
    code = technician.code()
    technician.tries(code["enrol_code"])
    first = kept_in(technician.file)
    assert technician.fault(code["enrol_code"]) is Fault.CODE_USED
    assert technician.fault("AAAAAAAAAA") is Fault.CODE_UNKNOWN
    again = technician.server.call("POST", f"{TERMINALS}/{code['id']}/replace", technician.manager)
    assert technician.fault(code["enrol_code"]) is Fault.CODE_UNKNOWN
    assert kept_in(technician.file) == first, "what failed changes nothing"
    assert isinstance(technician.tries(again.json["enrol_code"]), Welcome)
    assert kept_in(technician.file) != first


def test_a_code_for_another_hall_or_kind_is_said_and_stays_good(technician: Technician) -> None:
    code = technician.code("board", "大屏")["enrol_code"]
    elsewhere = replace(MACHINE, hall="lakeside")
    outcome = technician.tries(code, elsewhere)
    assert isinstance(outcome, NotEnrolled)
    assert (outcome.fault, "lakeside" in outcome.said) == (Fault.OTHER_HALL, True)
    assert technician.fault(code) is Fault.OTHER_KIND
    assert not technician.file.exists()
    assert isinstance(technician.tries(code, replace(MACHINE, kind=TerminalKind.BOARD)), Welcome)


def test_a_machine_that_could_not_keep_the_token_does_not_use_the_code(technician: Technician) -> None:
    code = technician.code()["enrol_code"]
    outcome = technician.tries(code, file=technician.folder / "none" / "kiosk.enrolment")
    assert isinstance(outcome, NotEnrolled)
    assert (outcome.fault, "No such file" in outcome.said) == (Fault.NOT_KEPT, True)
    assert isinstance(technician.tries(code), Welcome)


def test_a_clock_that_went_wrong_is_told_with_the_welcome(technician: Technician) -> None:
    outcome = technician.tries(technician.code()["enrol_code"], ahead_s=-86_400)
    assert isinstance(outcome, Welcome)
    assert outcome.clock_ahead_s in {-86_400, -86_399, -86_398}


def test_ten_wrong_codes_are_enough_for_a_while(technician: Technician) -> None:
    for _ in range(10):
        assert technician.fault("AAAAAAAAAA") is Fault.CODE_UNKNOWN
    assert technician.fault("AAAAAAAAAA") is Fault.TOO_MANY


def test_nobody_another_program_and_a_line_that_is_not_tls_are_told_apart(technician: Technician) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert technician.fault("7K3QMZ91RT", url=f"http://127.0.0.1:{port}") is Fault.UNREACHABLE
    assert technician.fault("7K3QMZ91RT", url=technician.url.replace("http:", "https:")) is Fault.CERTIFICATE
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        answering = threading.Thread(target=other.handle_request)
        answering.start()
        found = technician.fault("7K3QMZ91RT", url=f"http://127.0.0.1:{other.server_port}")
        answering.join()
    assert found in {Fault.BUSY, Fault.NO_SERVER}
