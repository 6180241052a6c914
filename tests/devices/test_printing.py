"""Papers, from the driver through a pty to the simulated printer's tray; and what is said of those that fail."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from devices.simulators import Sim, Watched, until

from jinghou_devices.errors import DeviceError, DeviceSilent, PortBusy, ProtocolError
from jinghou_devices.kinds.common import Kind, Link, Tri
from jinghou_devices.kinds.receipt_printer import (
    Align,
    Columns,
    Feed,
    Paper,
    Printed,
    Qr,
    Receipt,
    ReceiptPrinter,
    Text,
)

Open = Callable[..., Watched]
Start = Callable[..., Sim]

TICKET = Receipt(
    (
        Text("云溪市政务服务中心", Align.CENTRE, scale=2),
        Text("A023", Align.CENTRE, scale=4, bold=True),
        Columns(("不动产登记", "前面 3 人")),
        Qr("https://example.invalid/t/4f2a"),
        Feed(2),
    )
)
LONG = Receipt(tuple(Text(f"第 {line} 行 一二三四五六七八九十") for line in range(80)))


def printer_of(watched: Watched) -> ReceiptPrinter:
    watched.station.wait_online(Kind.RECEIPT_PRINTER)
    assert watched.station.receipt_printer is not None
    return watched.station.receipt_printer


@pytest.fixture
def sim(start_sim: Start) -> Sim:
    return start_sim("escpos", "--speed", "2000")


@pytest.fixture
def printer(sim: Sim, open_station: Open) -> ReceiptPrinter:
    return printer_of(open_station(printer=sim.port))


def test_a_ticket_lies_in_the_tray_when_it_is_done(printer: ReceiptPrinter, sim: Sim) -> None:
    result = printer.print(TICKET).result(10)
    assert (result.printed, result.reason) == (Printed.DONE, "")
    (paper,) = sim.papers()
    lines = [line.strip() for line in paper["text"].splitlines() if line.strip()]
    assert lines == [
        "云溪市政务服务中心",
        "A023",
        "不动产登记                             前面 3 人",
        "[QR https://example.invalid/t/4f2a]",
    ]
    assert paper["qr"] == ["https://example.invalid/t/4f2a"]
    assert sim.ask("status")["unknown_commands"] == {}


def test_two_tickets_are_two_papers_in_order(printer: ReceiptPrinter, sim: Sim) -> None:
    first, second = (printer.print(Receipt((Text(number),))) for number in ("A001", "A002"))
    assert [first.result(10).printed, second.result(10).printed] == [Printed.DONE] * 2
    assert [paper["text"].strip() for paper in sim.papers()] == ["A001", "A002"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("paper_out", "out of paper"), ("cover", "the cover is open")],
)
def test_a_printer_that_cannot_print_refuses_and_prints_when_mended(
    printer: ReceiptPrinter, sim: Sim, fault: str, reason: str
) -> None:
    sim.ask(fault, state="on")
    refused = printer.print(TICKET).result(10)
    assert (refused.printed, refused.reason) == (Printed.REFUSED, reason)
    sim.ask(fault, state="off")
    assert printer.print(TICKET).result(10).printed is Printed.DONE
    assert len(sim.papers()) == 1


def test_paper_that_ends_in_the_middle_fails_and_nothing_comes_out_later(printer: ReceiptPrinter, sim: Sim) -> None:
    sim.fault("paper_out_mid_job")
    failed = printer.print(LONG).result(10)
    assert failed.printed is Printed.FAILED
    assert failed.reason.startswith("out of paper")
    sim.fault("paper_out_mid_job", "off")
    until(lambda: sim.ask("status")["pending_bytes"] == 0)
    sim.ask("paper_out", state="off")
    assert sim.papers() == []
    assert printer.print(Receipt((Text("A099"),))).result(10).printed is Printed.DONE
    piece, paper = sim.papers()
    assert paper["text"].strip() == "A099"
    assert "第 79 行" not in piece["text"]


def test_a_stuck_cutter_fails_and_is_no_paper_trouble(printer: ReceiptPrinter, sim: Sim) -> None:
    sim.ask("cutter", state="error")
    failed = printer.print(TICKET).result(10)
    assert failed.printed is Printed.FAILED
    assert failed.reason.startswith("the cutter is stuck")


def test_a_cover_opened_while_printing_fails(start_sim: Start, open_station: Open) -> None:
    sim = start_sim("escpos", "--speed", "100")
    printer = printer_of(open_station(printer=sim.port))
    future = printer.print(LONG)
    until(lambda: sim.ask("status")["unfinished_lines"] >= 2)
    sim.ask("cover", state="open")
    failed = future.result(10)
    assert (failed.printed, sim.papers()) == (Printed.FAILED, [])
    assert failed.reason.startswith("the cover is open")


def test_a_printer_that_confirms_no_job_is_asked_instead(printer: ReceiptPrinter, sim: Sim) -> None:
    sim.fault("no_end_of_job")
    result = printer.print(TICKET).result(10)
    assert result.printed is Printed.DONE
    assert "does not confirm" in result.reason
    assert len(sim.papers()) == 1


@pytest.mark.parametrize("fault", ["interleaved", "split", "garbage"])
def test_answers_mixed_with_other_things_are_understood(printer: ReceiptPrinter, sim: Sim, fault: str) -> None:
    sim.fault(fault)
    assert printer.print(TICKET).result(10).printed is Printed.DONE
    assert len(sim.papers()) == 1


def test_silence_before_printing_refuses_and_nothing_is_sent(printer: ReceiptPrinter, sim: Sim) -> None:
    sim.fault("silent")
    result = printer.print(TICKET).result(10)
    assert result.printed is Printed.REFUSED
    assert "does not answer" in result.reason
    sim.fault("silent", "off")
    assert sim.ask("status")["unfinished_lines"] == 0
    assert sim.papers() == []


def test_silence_after_sending_is_uncertain(start_sim: Start, open_station: Open) -> None:
    sim = start_sim("escpos", "--speed", "50")
    printer = printer_of(open_station(printer=sim.port))
    begun = time.monotonic()
    future = printer.print(LONG, deadline_s=1.3)
    until(lambda: sim.ask("status")["unfinished_lines"] >= 1)
    sim.fault("silent")
    assert future.result(10).printed is Printed.UNCERTAIN
    assert time.monotonic() - begun < 2.3


def test_a_printer_unplugged_in_the_middle_is_uncertain_and_never_prints_again_by_itself(
    start_sim: Start, open_station: Open, tmp_path: Path
) -> None:
    link = f"{tmp_path}/printer"
    first = start_sim("escpos", "--link", link, "--baud", "9600")
    watched = open_station(printer=link, baud=9600)
    future = printer_of(watched).print(LONG)
    until(lambda: first.ask("status")["unfinished_lines"] >= 2)
    first.kill()
    assert future.result(10).printed is Printed.UNCERTAIN
    until(lambda: watched.links[-1] is Link.ABSENT)
    offline = printer_of_any(watched).print(TICKET).result(1)
    assert offline.printed is Printed.REFUSED
    second = start_sim("escpos", "--link", link, "--baud", "9600")
    until(lambda: watched.links[-1] is Link.ONLINE)
    assert second.ask("status")["unfinished_lines"] == 0
    assert printer_of(watched).print(TICKET).result(10).printed is Printed.DONE
    strip, paper = second.papers()  # what hung in the printer is cut off first
    assert (strip["text"].strip(), "A023" in paper["text"]) == ("", True)


def printer_of_any(watched: Watched) -> ReceiptPrinter:
    """The printer, whether it answers or not."""
    assert watched.station.receipt_printer is not None
    return watched.station.receipt_printer


def test_a_deadline_that_comes_while_sending_leaves_the_rest_unsent(start_sim: Start, open_station: Open) -> None:
    sim = start_sim("escpos", "--baud", "9600")  # LONG takes more than two seconds to send
    printer = printer_of(open_station(printer=sim.port, baud=9600))
    begun = time.monotonic()
    assert printer.print(LONG, deadline_s=1.0).result(10).printed is Printed.UNCERTAIN
    assert time.monotonic() - begun < 2


def test_a_receipt_that_cannot_be_printed_is_refused_with_the_reason(printer: ReceiptPrinter, sim: Sim) -> None:
    result = printer.print(Receipt((Text("x", scale=9),))).result(10)
    assert (result.printed, result.reason) == (Printed.REFUSED, "a text's scale is 1 to 8")
    assert sim.papers() == []


def test_health_is_what_the_sensors_say(printer: ReceiptPrinter, sim: Sim) -> None:
    well = printer.check_health().result(5)
    assert (well.paper, well.cover_open, well.cutter_fault, well.error) == (Paper.OK, Tri.NO, Tri.NO, Tri.NO)
    sim.ask("near_end", state="on")
    sim.ask("cover", state="open")
    ill = printer.check_health().result(5)
    assert (ill.paper, ill.cover_open) == (Paper.NEAR_END, Tri.YES)


def test_a_silent_printer_is_unknown_and_neither_well_nor_out_of_paper(printer: ReceiptPrinter, sim: Sim) -> None:
    sim.fault("silent")
    health = printer.check_health().result(5)
    assert {health.paper, health.cover_open, health.cutter_fault, health.error} == {Paper.UNKNOWN, Tri.UNKNOWN}


def test_a_printer_without_paper_is_connected_and_says_what_it_lacks(sim: Sim, open_station: Open) -> None:
    sim.ask("paper_out", state="on")
    watched = open_station(printer=sim.port)
    until(lambda: watched.links[-1] is Link.DEGRADED)
    assert watched.seen[-1].reason == "out of paper"
    sim.ask("paper_out", state="off")
    until(lambda: watched.links[-1] is Link.ONLINE)


def test_the_second_program_on_a_port_is_told_at_once(sim: Sim, open_station: Open) -> None:
    printer_of(open_station(printer=sim.port))
    with pytest.raises(PortBusy, match="another program"):
        open_station(printer=sim.port)


def test_a_port_given_back_can_be_opened_again(sim: Sim, open_station: Open) -> None:
    first = open_station(printer=sim.port)
    printer_of(first)
    first.station.close()
    assert printer_of(open_station(printer=sim.port)).print(TICKET).result(10).printed is Printed.DONE


def test_a_port_that_is_not_there_is_reported_and_tried_again(
    start_sim: Start, open_station: Open, tmp_path: Path
) -> None:
    link = f"{tmp_path}/later"
    watched = open_station(printer=link)
    assert watched.links[-1] is Link.ABSENT
    assert watched.seen[-1].reason == f"{link}: there is no such port"
    start_sim("escpos", "--link", link)
    until(lambda: watched.links[-1] is Link.ONLINE)


@pytest.mark.parametrize("file", ["plain.txt", "."])
def test_something_that_is_no_port_is_named(open_station: Open, tmp_path: Path, file: str) -> None:
    (tmp_path / "plain.txt").touch()
    watched = open_station(printer=str(tmp_path / file))
    with pytest.raises(DeviceError, match="not a serial port"):
        watched.station.wait_online(Kind.RECEIPT_PRINTER)


def test_an_id_reader_where_a_printer_should_be_is_not_taken_for_one(sam_sim: Sim, open_station: Open) -> None:
    watched = open_station(printer=sam_sim.port)
    with pytest.raises((DeviceSilent, ProtocolError)):
        watched.station.wait_online(Kind.RECEIPT_PRINTER)
