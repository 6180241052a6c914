"""Enrolling: what each touch and each answer makes of the page, and where the token is kept."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from jinghou_config.terminal import ServerSettings
from jinghou_kiosk.enrolling import keeping
from jinghou_kiosk.enrolling.keeping import Kept, enrolment_file, keep, kept_in, link_of, try_to_keep
from jinghou_kiosk.enrolling.state import AskAddress, AskCode, Asking, Enrolment, Fault, NotEnrolled, Welcome, begin
from jinghou_kiosk.enrolling.step import (
    TYPED_AGAIN,
    AskServer,
    BeginAsEnrolled,
    CodeScanned,
    EnrolEnded,
    Event,
    SchemeTapped,
    Step,
    step,
)
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    Language,
    LanguageTapped,
    RetryTapped,
)
from jinghou_queue.contract.terminals import TerminalKind

URL = "http://192.0.2.10:8470"
CODE = "7K3QMZ91RT"
KEPT = Kept(url=URL, hall="yunxi", terminal="k1", name="B 区 03 号", token="yunxi.marker-token")


def machine(url: str | None = URL) -> Enrolment:
    return begin(TerminalKind.KIOSK, Language.ZH, url, None)


def after(state: Enrolment, *events: Event) -> Step:
    outcome = Step(state)
    for event in events:
        outcome = step(outcome.state, event)
    return outcome


def typed(text: str) -> list[Event]:
    return [DigitTapped(key) for key in text]


def test_a_machine_that_knows_its_server_asks_for_the_code_alone() -> None:
    asked = after(machine(), *typed(CODE), ConfirmTapped())
    assert asked.effects == (AskServer(URL, CODE),)
    assert asked.state.page == Asking(CODE)


def test_an_address_is_typed_with_or_without_tls() -> None:
    typing = after(machine(None), *typed("hall.example.cn:84701"), DeleteTapped(), SchemeTapped(), ConfirmTapped())
    assert typing.state.address == "https://hall.example.cn:8470"
    assert typing.state.page == AskCode()
    back = after(typing.state, BackTapped())
    assert back.state.page == AskAddress("hall.example.cn:8470", secure=True), "nothing is typed twice"


@pytest.mark.parametrize("text", ["", ".", "192.0.2.10:", "192.0.2.10:123456", "-hall", "hall:8470:1"])
def test_what_is_no_address_leads_nowhere(text: str) -> None:
    assert isinstance(after(machine(None), *typed(text), ConfirmTapped()).state.page, AskAddress)


def test_an_address_of_the_settings_is_not_asked_for_again() -> None:
    assert after(machine(), BackTapped()).state == machine()


def test_nine_letters_are_no_code_and_an_eleventh_is_not_taken() -> None:
    assert after(machine(), *typed(CODE[:9]), ConfirmTapped()).effects == ()
    assert after(machine(), *typed(CODE + "X"), ConfirmTapped()).effects == (AskServer(URL, CODE),)


def test_a_link_brings_the_address_and_the_settings_go_before_it() -> None:
    link = CodeScanned("https://queue.example.cn/enrol#7K3QM-Z91RT")
    assert after(machine(None), link).effects == (AskServer("https://queue.example.cn", "7K3QM-Z91RT"),)
    assert after(machine(), link).effects == (AskServer(URL, "7K3QM-Z91RT"),)


@pytest.mark.parametrize("text", ["0471108152333", "http://192.0.2.10:8470/t/abc", "javascript:alert(1)", ""])
def test_what_else_a_scanner_reads_is_let_be(text: str) -> None:
    assert after(machine(), CodeScanned(text)) == Step(machine())


def test_a_code_without_an_address_asks_nobody() -> None:
    assert after(machine(None), CodeScanned(CODE)) == Step(machine(None))


def test_while_the_server_is_asked_no_touch_and_no_scan_means_anything() -> None:
    asking = replace(machine(), page=Asking(CODE))
    for event in (*typed("1"), ConfirmTapped(), BackTapped(), RetryTapped(), CodeScanned(CODE)):
        assert after(asking, event) == Step(asking)


@pytest.mark.parametrize("fault", Fault)
def test_after_a_fault_the_same_code_is_asked_with_again_unless_it_is_of_no_use(fault: Fault) -> None:
    failed = after(replace(machine(), page=Asking(CODE)), EnrolEnded(NotEnrolled(fault, "", CODE)))
    again = after(failed.state, RetryTapped())
    if fault in TYPED_AGAIN:
        assert (again.state.page, again.effects) == (AskCode(), ())
    else:
        assert again.effects == (AskServer(URL, CODE),)
    assert after(failed.state, BackTapped()).state.page == AskCode()


def test_once_enrolled_the_terminal_begins_when_the_technician_has_read_who_it_is() -> None:
    welcome = Welcome("云溪", "B 区 03 号", 0)
    enrolled = after(replace(machine(), page=Asking(CODE)), EnrolEnded(welcome))
    assert (enrolled.state.page, enrolled.effects) == (welcome, ())
    assert after(enrolled.state, ConfirmTapped()).effects == (BeginAsEnrolled(),)
    assert after(enrolled.state, BackTapped(), CodeScanned(CODE)).state.page == welcome


def test_the_language_changes_on_every_page() -> None:
    for page in (AskAddress(), AskCode("7"), Asking(CODE), Welcome("h", "n")):
        spoken = after(replace(machine(), page=page), LanguageTapped(Language.EN)).state
        assert (spoken.language, spoken.page) == (Language.EN, page)


def test_no_code_is_in_what_a_log_could_print() -> None:
    for page in (AskCode(CODE), Asking(CODE), NotEnrolled(Fault.CODE_OLD, "", CODE)):
        assert CODE not in repr(replace(machine(), page=page))
    assert CODE not in repr(AskServer(URL, CODE)) + repr(CodeScanned(CODE))
    assert "marker-token" not in repr(KEPT) + repr(link_of(settings(token=SecretStr("yunxi.marker-token")), Path("no")))


# Keeping


def settings(**changes: object) -> ServerSettings:
    known = {"url": URL, "hall": "yunxi"} if "token" in changes else {}
    return ServerSettings.model_validate(known | changes)


def test_the_token_is_kept_for_its_owners_eyes_alone_and_makes_this_machine_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.enrolment"
    assert link_of(settings(), file) is None
    keep(file, KEPT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    link = link_of(settings(timeout_s=7), file)
    assert link is not None
    assert (link.url, link.hall, link.token.get_secret_value(), link.timeout_s) == (URL, "yunxi", KEPT.token, 7)


def test_a_file_left_open_to_others_by_a_power_cut_is_not_written_into(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.enrolment"
    left = tmp_path / ".kiosk.enrolment.new"
    left.write_bytes(b"")
    left.chmod(0o644)
    keep(file, KEPT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_settings_go_first_their_token_their_address_and_their_hall(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.enrolment"
    keep(file, KEPT)
    moved = link_of(settings(url="http://192.0.2.99"), file)
    assert moved is not None
    assert (moved.url, moved.token.get_secret_value()) == ("http://192.0.2.99", KEPT.token)
    by_hand = link_of(settings(token="yunxi.by-hand"), file)
    assert by_hand is not None
    assert by_hand.token.get_secret_value() == "yunxi.by-hand"
    assert link_of(settings(hall="lakeside"), file) is None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"url": 1}', b"\xff\xfe"])
def test_a_damaged_file_makes_nobody(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "kiosk.enrolment"
    file.write_bytes(damage)
    assert kept_in(file) is None
    assert link_of(settings(), file) is None


def test_it_is_kept_beside_the_box_or_the_configuration_unless_the_settings_say_where() -> None:
    assert enrolment_file(settings(), Path("/var/lib/jinghou/kiosk.box")) == Path("/var/lib/jinghou/kiosk.enrolment")
    assert enrolment_file(settings(), Path("/etc/jinghou/board.toml")) == Path("/etc/jinghou/board.enrolment")
    assert enrolment_file(settings(file="/x/y"), Path("/etc/jinghou/board.toml")) == Path("/x/y")


def test_a_place_that_cannot_be_written_to_is_known_before_a_code_is_used(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        try_to_keep(tmp_path / "none" / "kiosk.enrolment")
    try_to_keep(tmp_path / "kiosk.enrolment")
    assert list(tmp_path.iterdir()) == []
    assert keeping.ENDING == ".enrolment"
