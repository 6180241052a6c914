"""Documents, through HTTP to the simulated printer; and what is said of those that fail."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from devices.simulators import Sim, until

from jinghou_config.devices import DevicesSettings
from jinghou_config.settings import ConfigError
from jinghou_devices.kinds.common import Kind, Link, Tri
from jinghou_devices.kinds.document_printer import DocumentPrinter
from jinghou_devices.kinds.receipt_printer import Paper, Printed
from jinghou_devices.station import Station

Start = Callable[..., Sim]
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\n%%EOF\n"


def settings(port: str, **options: object) -> DevicesSettings:
    device = {"driver": "ipp", "port": port, "options": options}
    return DevicesSettings.model_validate({"document_printer": device})


def uri(sim: Sim) -> str:
    return f"ipp://{sim.port}/ipp/print"


@pytest.fixture
def open_printer() -> Iterator[Callable[..., Station]]:
    opened: list[Station] = []

    def open_(port: str, **options: object) -> Station:
        station = Station.open(settings(port, **options), lambda _status: None)
        opened.append(station)
        return station

    yield open_
    for station in opened:
        station.close()


@pytest.fixture
def sim(start_sim: Start) -> Sim:
    return start_sim("ipp")


@pytest.fixture
def station(sim: Sim, open_printer: Callable[..., Station]) -> Station:
    opened = open_printer(uri(sim))
    opened.wait_online(Kind.DOCUMENT_PRINTER)
    return opened


@pytest.fixture
def printer(station: Station) -> DocumentPrinter:
    assert station.document_printer is not None
    return station.document_printer


def states(sim: Sim) -> list[str]:
    return [job["state"] for job in sim.ask("jobs")["jobs"]]


def test_a_document_is_printed_once_and_counted(station: Station, printer: DocumentPrinter, sim: Sim) -> None:
    result = printer.print(PDF).result(20)
    assert (result.printed, result.reason) == (Printed.DONE, "")
    (job,) = sim.ask("jobs")["jobs"]
    assert (job["state"], job["bytes"]) == ("completed", len(PDF))
    assert station.counters(Kind.DOCUMENT_PRINTER) == {"documents": 1, "pages": 1}


def test_the_job_has_a_name_of_its_own_that_says_nothing(printer: DocumentPrinter, sim: Sim) -> None:
    for _ in range(2):
        printer.print(PDF).result(20)
    first, second = sim.ask("jobs")["jobs"]
    assert re.fullmatch("jinghou-[0-9a-f]{16}", first["name"])
    assert (first["user"], first["name"] != second["name"]) == ("jinghou", True)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("paper_out", "out of paper"),
        ("jam", "paper is jammed"),
        ("door", "a door is open"),
        ("toner_out", "out of toner"),
        ("stopped", "it has stopped"),
        ("refuses", "it takes no jobs at the moment"),
        ("no_pdf", "it does not take PDF"),
    ],
)
def test_a_printer_that_cannot_print_refuses_and_prints_when_mended(
    printer: DocumentPrinter, sim: Sim, fault: str, reason: str
) -> None:
    sim.fault(fault)
    refused = printer.print(PDF).result(20)
    assert (refused.printed, refused.reason) == (Printed.REFUSED, reason)
    sim.fault(fault, "off")
    assert printer.print(PDF).result(20).printed is Printed.DONE
    assert states(sim) == ["completed"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"media": "na_letter_8.5x11in"}, "it has no paper na_letter"), ({"sides": "two-sided-short-edge"}, "two-sided")],
)
def test_paper_or_sides_it_does_not_have_are_refused(
    sim: Sim, open_printer: Callable[..., Station], options: dict[str, str], reason: str
) -> None:
    station = open_printer(uri(sim), **options)
    station.wait_online(Kind.DOCUMENT_PRINTER)
    assert station.document_printer is not None
    refused = station.document_printer.print(PDF).result(20)
    assert (refused.printed, states(sim)) == (Printed.REFUSED, [])
    assert reason in refused.reason


@pytest.mark.parametrize("document", [b"", b"hello", PDF[:-10]])
def test_what_is_no_whole_pdf_is_not_sent(printer: DocumentPrinter, sim: Sim, document: bytes) -> None:
    refused = printer.print(document).result(20)
    assert (refused.printed, refused.reason) == (Printed.REFUSED, "the document is not a whole PDF")
    assert states(sim) == []


@pytest.mark.parametrize("fault", ["lost_answer", "http_500", "no_job_id"])
def test_a_job_whose_answer_was_lost_is_found_by_its_name_and_not_sent_again(
    printer: DocumentPrinter, sim: Sim, fault: str
) -> None:
    sim.fault(fault)
    assert printer.print(PDF, 10.0).result(20).printed is Printed.DONE
    assert states(sim) == ["completed"]


@pytest.mark.parametrize("answer", ["http_500", "no_job_id"])
def test_a_job_that_cannot_be_found_again_is_uncertain(printer: DocumentPrinter, sim: Sim, answer: str) -> None:
    sim.fault(answer)
    sim.fault("forgets")
    result = printer.print(PDF, 4.0).result(20)
    assert result.printed is Printed.UNCERTAIN
    assert "no such job" in result.reason


def test_a_job_that_the_printer_forgets_is_uncertain(printer: DocumentPrinter, sim: Sim) -> None:
    sim.fault("forgets")
    result = printer.print(PDF).result(20)
    assert result.printed is Printed.UNCERTAIN
    assert "knows nothing of it" in result.reason


def test_a_document_that_the_printer_gives_up_fails_with_its_reason(printer: DocumentPrinter, sim: Sim) -> None:
    sim.fault("aborts")
    failed = printer.print(PDF).result(20)
    assert (failed.printed, failed.reason) == (Printed.FAILED, "the printer cannot read the document")


def test_paper_that_runs_out_meanwhile_calls_the_job_off_so_that_it_does_not_come_out_later(
    start_sim: Start, open_printer: Callable[..., Station]
) -> None:
    sim = start_sim("ipp", "--seconds", "2")
    station = open_printer(uri(sim))
    station.wait_online(Kind.DOCUMENT_PRINTER)
    assert station.document_printer is not None
    printing = station.document_printer.print(PDF)
    until(lambda: states(sim) == ["processing"])
    sim.fault("paper_out")
    failed = printing.result(20)
    assert (failed.printed, failed.reason) == (Printed.FAILED, "out of paper; the job was cancelled")
    sim.fault("paper_out", "off")
    assert states(sim) == ["canceled"]
    assert station.counters(Kind.DOCUMENT_PRINTER) == {"failed": 1}


def test_a_job_that_does_not_come_in_time_is_cancelled(printer: DocumentPrinter, sim: Sim) -> None:
    sim.fault("hangs")
    begun = time.monotonic()
    failed = printer.print(PDF, 4.0).result(20)
    assert (failed.printed, failed.reason) == (Printed.FAILED, "it was not printed in time; the job was cancelled")
    assert time.monotonic() - begun < 5.0
    assert states(sim) == ["canceled"]


def test_a_job_that_cannot_be_cancelled_is_uncertain(printer: DocumentPrinter, sim: Sim) -> None:
    sim.fault("hangs")
    sim.fault("never_cancels")
    begun = time.monotonic()
    assert printer.print(PDF, 4.0).result(20).printed is Printed.UNCERTAIN
    assert time.monotonic() - begun < 5.5


def test_a_network_that_is_gone_for_a_moment_loses_no_job(
    start_sim: Start, open_printer: Callable[..., Station]
) -> None:
    sim = start_sim("ipp", "--seconds", "1")
    station = open_printer(uri(sim))
    station.wait_online(Kind.DOCUMENT_PRINTER)
    assert station.document_printer is not None
    printing = station.document_printer.print(PDF, 20.0)
    until(lambda: states(sim) != [])
    sim.ask("unplug")
    until(lambda: states(sim) == ["completed"])
    sim.ask("replug")
    assert printing.result(25).printed is Printed.DONE
    assert states(sim) == ["completed"]


def test_health_is_what_the_printer_says(printer: DocumentPrinter, sim: Sim) -> None:
    well = printer.check_health().result(10)
    assert (well.paper, well.toner_low, well.jammed, well.cover_open) == (Paper.OK, Tri.NO, Tri.NO, Tri.NO)
    for fault in ("paper_low", "toner_low", "door"):
        sim.fault(fault)
    ill = printer.check_health().result(10)
    assert (ill.paper, ill.toner_low, ill.jammed, ill.cover_open) == (Paper.NEAR_END, Tri.YES, Tri.NO, Tri.YES)
    assert ill.reasons == ("media-low-report", "door-open-error", "toner-low-warning")


def test_a_silent_printer_is_unknown_and_neither_well_nor_out_of_paper(printer: DocumentPrinter, sim: Sim) -> None:
    sim.fault("silent")
    health = printer.check_health().result(20)
    assert {health.paper, health.toner_low, health.jammed, health.cover_open} == {Paper.UNKNOWN, Tri.UNKNOWN}


def test_a_complaint_is_told_and_taken_back(sim: Sim) -> None:
    sim.fault("jam")
    seen: list[tuple[Link, str]] = []
    station = Station.open(settings(uri(sim)), lambda status: seen.append((status.link, status.reason)))
    try:
        until(lambda: (Link.DEGRADED, "paper is jammed") in seen)
        sim.fault("jam", "off")
        until(lambda: seen[-1] == (Link.ONLINE, ""))
    finally:
        station.close()


@pytest.mark.parametrize("port", ["127.0.0.1:631", "http://h/ipp/print", "ipp:///ipp", "ipp://u:p@h/ipp", "ipp://h:x/"])
def test_a_port_of_another_form_is_a_wrong_setting(port: str) -> None:
    with pytest.raises(ConfigError, match=r"document_printer\.port"):
        Station.open(settings(port), lambda _status: None)
