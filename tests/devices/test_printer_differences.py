"""In what receipt printers differ: what they confirm, know, cut and can write; and that nobody need say so twice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from devices.simulators import Sim, until
from PIL import Image, ImageDraw

from jinghou_config.devices import DevicesSettings
from jinghou_config.settings import ConfigError
from jinghou_devices.errors import DeviceError, DeviceSilent, PortMissing
from jinghou_devices.kinds.common import Kind, Link, Tri
from jinghou_devices.kinds.receipt_printer import (
    Paper,
    Picture,
    Printed,
    PrintResult,
    Receipt,
    ReceiptPrinter,
    Text,
)
from jinghou_devices.station import Station
from jinghou_devices.transports.tcp import TcpTransport
from jinghou_devices.transports.trace import Trace

Start = Callable[..., Sim]
TICKET = Receipt((Text("A023"),))
LONG = Receipt(tuple(Text(f"第 {line} 行") for line in range(60)))


class Opened:
    """A station with one printer."""

    def __init__(self, port: str, baud: int | None = None, paper_mm: int = 80, **options: object) -> None:
        device = {"port": port, "baud": baud, "paper_mm": paper_mm, "options": options}
        self.links: list[Link] = []
        self.reasons: list[str] = []
        self.station = Station.open(DevicesSettings.model_validate({"receipt_printer": device}), self._seen)

    def _seen(self, status: Any) -> None:
        self.links.append(status.link)
        self.reasons.append(status.reason)

    @property
    def printer(self) -> ReceiptPrinter:
        self.station.wait_online(Kind.RECEIPT_PRINTER)
        assert self.station.receipt_printer is not None
        return self.station.receipt_printer

    def print(self, receipt: Receipt, deadline_s: float = 10.0) -> PrintResult:
        return self.printer.print(receipt, deadline_s).result(15)


@pytest.fixture
def open_printer() -> Iterator[Callable[..., Opened]]:
    opened: list[Opened] = []

    def open_(sim: Sim, **settings: Any) -> Opened:
        opened.append(Opened(sim.port, **settings))
        return opened[-1]

    yield open_
    for one in opened:
        one.station.close()


Open = Callable[..., Opened]


@pytest.fixture
def sim(start_sim: Start) -> Sim:
    return start_sim("escpos", "--speed", "2000")


def commands(sim: Sim) -> dict[str, int]:
    unknown: dict[str, int] = sim.ask("status")["unknown_commands"]
    return unknown


def test_a_printer_said_to_confirm_is_trusted_in_nothing_else(sim: Sim, open_printer: Open) -> None:
    sim.fault("no_end_of_job")
    result = open_printer(sim, end_of_job="yes").print(TICKET, 4.0)
    assert result.printed is Printed.UNCERTAIN
    assert len(sim.papers()) == 1


def test_a_printer_said_not_to_confirm_is_not_asked_to(sim: Sim, open_printer: Open) -> None:
    result = open_printer(sim, end_of_job="no").print(TICKET)
    assert (result.printed, "does not confirm" in result.reason) == (Printed.DONE, True)


def test_automatic_status_can_be_left_off(sim: Sim, open_printer: Open) -> None:
    assert open_printer(sim, automatic_status="no").print(TICKET).printed is Printed.DONE
    assert sim.ask("status")["host_wants_automatic_status"] is False


def test_what_a_simple_printer_never_answers_is_unsupported_and_no_longer_waited_for(
    sim: Sim, open_printer: Open
) -> None:
    sim.fault("few_statuses")
    sim.fault("no_end_of_job")
    opened = open_printer(sim)
    until(lambda: opened.printer.check_health().result(5).paper is None, 20)
    health = opened.printer.check_health().result(5)
    assert (health.cover_open, health.cutter_fault, health.error) == (None, None, None)
    assert opened.print(TICKET).printed is Printed.DONE


def test_what_a_printer_once_answered_is_unknown_when_it_falls_silent(sim: Sim, open_printer: Open) -> None:
    opened = open_printer(sim)
    assert opened.printer.check_health().result(5).cover_open is Tri.NO
    sim.fault("few_statuses")
    for _ in range(4):
        health = opened.printer.check_health().result(5)
    assert (health.cover_open, health.paper) == (Tri.UNKNOWN, Paper.UNKNOWN)


def test_a_printer_without_a_cutter_feeds_past_the_edge_and_has_no_cutter_fault(sim: Sim, open_printer: Open) -> None:
    opened = open_printer(sim, cutter="none")
    assert opened.print(TICKET).printed is Printed.DONE
    assert opened.printer.check_health().result(5).cutter_fault is None
    assert sim.papers() == []
    assert sim.ask("status")["unfinished_lines"] >= 6
    assert opened.station.counters(Kind.RECEIPT_PRINTER) == {"pages": 1}


def test_papers_and_cuts_are_counted_and_so_are_those_that_failed(sim: Sim, open_printer: Open) -> None:
    opened = open_printer(sim)
    opened.print(TICKET)
    opened.print(TICKET)
    sim.fault("paper_out_mid_job")
    assert opened.print(LONG).printed is Printed.FAILED
    assert opened.print(TICKET).printed is Printed.REFUSED
    assert opened.station.counters(Kind.RECEIPT_PRINTER) == {"pages": 2, "cuts": 2, "failed": 1}


def test_what_a_printer_cannot_forget_is_cut_off_before_the_next_paper(sim: Sim, open_printer: Open) -> None:
    """The command that forgets is not known to all clones."""
    sim.fault("no_clear_buffers")
    sim.fault("paper_out_mid_job")
    opened = open_printer(sim, clear_buffers="no")
    assert opened.print(LONG).printed is Printed.FAILED
    sim.fault("paper_out_mid_job", "off")
    sim.ask("paper_out", state="off")
    until(lambda: sim.ask("status")["pending_bytes"] == 0)
    assert opened.print(TICKET).printed is Printed.DONE
    assert opened.print(TICKET).printed is Printed.DONE
    *pieces, first, second = (paper["text"].strip() for paper in sim.papers())
    assert (first, second) == ("A023", "A023")
    assert not any("A023" in piece for piece in pieces)


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030"])
def test_names_are_printed_in_each_printers_characters(start_sim: Start, open_printer: Open, charset: str) -> None:
    sim = start_sim("escpos", "--speed", "2000", "--charset", charset)
    names = "张三 阿卜杜·买买提 镕 㼆 𠮷 😀e\u0301"
    assert open_printer(sim, charset=charset).print(Receipt((Text(names),))).printed is Printed.DONE
    assert (
        sim.papers()[0]["text"].strip()
        == {
            "gb2312": "张三 阿卜杜·买买提 □ □ □ □é",
            "gbk": "张三 阿卜杜·买买提 镕 □ □ □é",
            "gb18030": "张三 阿卜杜·买买提 镕 㼆 𠮷 □é",
        }[charset]
    )


def test_an_option_there_is_not_is_named(sim: Sim) -> None:
    with pytest.raises(ConfigError, match=r"receipt_printer\.options\.cutter"):
        Opened(sim.port, cutter="scissors")
    with pytest.raises(ConfigError, match="known here are end_of_job, automatic_status, clear_buffers"):
        Opened(sim.port, colour="red")


# pictures


def disc(size: int = 64) -> Image.Image:
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((0, 0, size - 1, size - 1), fill=(0, 0, 0, 255))
    return picture


@pytest.mark.parametrize("form", ["path", "bytes", "pillow", "array"])
def test_a_picture_stands_on_the_paper_in_the_middle(
    start_sim: Start, open_printer: Open, tmp_path: Path, form: str
) -> None:
    sim = start_sim("escpos", "--speed", "2000", "--paper-dir", str(tmp_path / "tray"))
    file = tmp_path / "logo.png"
    disc().save(file)
    image: Any = {
        "path": file,
        "bytes": file.read_bytes(),
        "pillow": disc(),
        "array": np.where(np.asarray(disc())[..., 3] > 0, 0, 255).astype(np.uint8),
    }[form]
    assert open_printer(sim).print(Receipt((Picture(image), Text("A023")))).printed is Printed.DONE
    (paper,) = sim.papers()
    assert paper["text"].splitlines()[:3] == ["[picture 64 x 24]", "[picture 64 x 24]", "[picture 64 x 16]"]
    assert commands(sim) == {}
    with Image.open(paper["png"]) as tray:
        centre, beside, corner = (tray.getpixel(at) for at in ((288, 60), (200, 60), (258, 30)))
    assert (centre < 60, beside > 240, corner > 240) == (True, True, True)  # type: ignore[operator]


@pytest.mark.parametrize(("paper_mm", "dots"), [(58, 384), (80, 576)])
def test_a_picture_wider_than_the_paper_is_shrunk_to_it(
    start_sim: Start, open_printer: Open, paper_mm: int, dots: int
) -> None:
    sim = start_sim("escpos", "--speed", "2000", "--width", str(paper_mm))
    wide = Image.new("L", (2000, 100), 0)
    assert open_printer(sim, paper_mm=paper_mm).print(Receipt((Picture(wide, 5000),))).printed is Printed.DONE
    assert sim.papers()[0]["text"].startswith(f"[picture {dots} x ")


def test_a_picture_that_would_keep_the_number_waiting_is_left_out_and_that_is_said(
    start_sim: Start, open_printer: Open
) -> None:
    sim = start_sim("escpos", "--speed", "2000", "--baud", "9600")
    result = open_printer(sim, baud=9600).print(Receipt((Picture(disc(560)), Text("A023"))), 8.0)
    assert (result.printed, result.reason) == (
        Printed.DONE,
        "without its pictures: the line is too slow for them",
    )
    assert sim.papers()[0]["text"].strip() == "A023"


@pytest.mark.parametrize("image", [b"no picture", Path("/nowhere/logo.png"), "a string"])
def test_what_is_no_picture_is_refused(sim: Sim, open_printer: Open, image: Any) -> None:
    result = open_printer(sim).print(Receipt((Picture(image),)))
    assert (result.printed, sim.papers()) == (Printed.REFUSED, [])
    assert "a picture cannot be read" in result.reason


# on the network


@pytest.fixture
def network_sim(start_sim: Start) -> Sim:
    return start_sim("escpos", "--speed", "100", "--tcp", "0")


def test_questions_over_the_network_fall_into_no_paper(network_sim: Sim, open_printer: Open) -> None:
    network_sim.fault("interleaved")
    opened = open_printer(network_sim)
    papers = [opened.printer.print(Receipt((Text(f"A{n:03d}"),))) for n in range(3)]
    health = [opened.printer.check_health() for _ in range(3)]
    assert [paper.result(15).printed for paper in papers] == [Printed.DONE] * 3
    assert [one.result(15).paper for one in health] == [Paper.OK] * 3
    assert [paper["text"].strip() for paper in network_sim.papers()] == ["A000", "A001", "A002"]


def test_a_printer_that_another_program_holds_is_offline_and_comes_back(network_sim: Sim, open_printer: Open) -> None:
    host, port = network_sim.port.split(":")
    with socket.create_connection((host, int(port)), 2):
        until(lambda: network_sim.ask("status")["papers"] == 0)
        opened = open_printer(network_sim)  # let in, and not listened to
        until(lambda: Link.OFFLINE in opened.links)
        assert Link.ONLINE not in opened.links
    until(lambda: opened.links[-1] is Link.ONLINE, 20)


def test_a_printer_that_refuses_the_connection_is_absent_and_the_likely_causes_are_named(open_printer: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    opened = Opened(f"127.0.0.1:{port}")
    try:
        until(lambda: Link.ABSENT in opened.links)
        assert opened.reasons[-1] == f"127.0.0.1:{port}: refuses: it is not ready, or busy with another program"
    finally:
        opened.station.close()


def test_a_name_that_the_network_does_not_know_is_named(open_printer: Open) -> None:
    opened = Opened("printer.invalid:9100")
    try:
        with pytest.raises(DeviceError, match=r"the network knows no device of this name|not looked up in time"):
            opened.station.wait_online(Kind.RECEIPT_PRINTER, 20)
    finally:
        opened.station.close()


def test_a_look_up_of_a_name_without_an_end_is_left_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()

    def look_up(*_name: object, **_how: object) -> list[object]:
        never.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    begun = time.monotonic()
    with pytest.raises(PortMissing, match="not looked up in time"):
        TcpTransport("printer.invalid", 9100, Trace())
    assert time.monotonic() - begun < 5
    never.set()


def test_a_printer_that_takes_no_more_bytes_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = TcpTransport("127.0.0.1", listener.getsockname()[1], Trace())
        begun = time.monotonic()
        with pytest.raises(DeviceSilent, match="takes no more bytes"):
            line.write(bytes(50_000_000), begun + 0.5)
        assert time.monotonic() - begun < 1.5
        line.close()
