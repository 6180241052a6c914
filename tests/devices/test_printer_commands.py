"""The technician's commands for printers, as processes: what they print, and their exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from devices.simulators import Sim
from PIL import Image

from jinghou_config.ticket import STANDARD_TICKET

Start = Callable[..., Sim]
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\n%%EOF\n"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jinghou_devices.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)


def print_(sim: Sim, *words: str) -> subprocess.CompletedProcess[str]:
    return run("print", "--driver", "escpos", "--port", sim.port, *words)


def print_document(port: str, *words: str) -> subprocess.CompletedProcess[str]:
    return run("print-document", "--driver", "ipp", "--port", port, *words)


def one_line(text: str) -> bool:
    return text.startswith("jinghou-devices: ") and text.count("\n") == 1


@pytest.fixture
def receipts(start_sim: Start) -> Sim:
    return start_sim("escpos", "--speed", "2000", "--tcp", "0", "--width", "58")


@pytest.fixture
def documents(start_sim: Start) -> Sim:
    return start_sim("ipp")


@pytest.fixture
def pdf(tmp_path: Path) -> str:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(PDF)
    return str(file)


def uri(sim: Sim) -> str:
    return f"ipp://{sim.port}/ipp/print"


def test_a_picture_and_a_text_over_the_network(receipts: Sim, tmp_path: Path) -> None:
    Image.new("L", (80, 24), 0).save(tmp_path / "logo.png")
    done = print_(receipts, "--picture", str(tmp_path / "logo.png"), "--text", "请坐", "--width", "58", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"printed": "done", "reason": ""})
    assert receipts.papers()[0]["text"].split() == ["[picture", "80", "x", "24]", "请坐"]


@pytest.mark.parametrize(("language", "title"), [("zh", "排队号票"), ("en", "Queue ticket")])
def test_a_template_is_tried_on_paper(receipts: Sim, language: str, title: str) -> None:
    done = print_(receipts, "--template", str(STANDARD_TICKET), "--language", language, "--width", "58")
    assert (done.returncode, done.stdout) == (0, "printed\n")
    text = receipts.papers()[0]["text"]
    assert title in text
    assert "A023" in text


def test_a_wrong_template_is_2_and_a_line(receipts: Sim, tmp_path: Path) -> None:
    file = tmp_path / "ticket.toml"
    file.write_text('[[zh]]\nblock = "text"\ntext = "{name}"\n[[en]]\nblock = "rule"\n', "utf-8")
    done = print_(receipts, "--template", str(file))
    assert (done.returncode, one_line(done.stderr)) == (2, True)
    assert "zh, block 1 (text), text: '{name}': {name} is not a field" in done.stderr


def test_no_paper_is_1_and_in_json_as_well(receipts: Sim) -> None:
    receipts.fault("paper_out")
    done = print_(receipts, "--text", "x", "--json")
    assert (done.returncode, one_line(done.stderr)) == (1, True)
    assert json.loads(done.stdout) == {"printed": "refused", "reason": "out of paper"}


def test_an_option_that_the_driver_does_not_have_is_2(receipts: Sim) -> None:
    done = print_(receipts, "--text", "x", "--option", "colour=red")
    assert (done.returncode, one_line(done.stderr)) == (2, True)
    assert "known here are end_of_job" in done.stderr


def test_a_document_is_printed(documents: Sim, pdf: str) -> None:
    done = print_document(uri(documents), pdf)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "printed"
    assert [job["state"] for job in documents.ask("jobs")["jobs"]] == ["completed"]


def test_what_became_of_a_document_in_json(documents: Sim, pdf: str) -> None:
    done = print_document(uri(documents), "--json", pdf)
    assert json.loads(done.stdout) == {"printed": "done", "reason": ""}


def test_a_document_that_is_given_up_is_1(documents: Sim, pdf: str) -> None:
    documents.fault("aborts")
    done = print_document(uri(documents), pdf)
    assert (done.returncode, one_line(done.stderr)) == (1, True)
    assert "the printer cannot read the document" in done.stderr


def test_a_document_of_which_nobody_knows_is_4(documents: Sim, pdf: str) -> None:
    documents.fault("forgets")
    done = print_document(uri(documents), pdf)
    assert (done.returncode, one_line(done.stderr)) == (4, True)


def test_a_printer_that_is_not_there_is_3(documents: Sim, pdf: str) -> None:
    documents.ask("unplug")
    done = print_document(uri(documents), pdf)
    assert (done.returncode, one_line(done.stderr)) == (3, True)


@pytest.mark.parametrize(("port", "file", "why"), [("1.2.3.4", "", "not of the form ipp://"), ("", "none", "be read")])
def test_a_wrong_call_is_2(documents: Sim, pdf: str, port: str, file: str, why: str) -> None:
    done = print_document(port or uri(documents), file or pdf)
    assert (done.returncode, one_line(done.stderr)) == (2, True)
    assert why in done.stderr


def test_the_trace_shows_operations_and_nothing_of_the_document(documents: Sim, pdf: str) -> None:
    done = print_document(uri(documents), "--trace", pdf)
    assert f"> 00 02 ‹{len(PDF)} bytes hidden›" in done.stderr
    assert "endobj" not in done.stderr
