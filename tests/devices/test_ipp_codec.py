"""Answers of IPP printers taken apart, whatever arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.ipp import Answer, BadAnswer, bare, blocks, job_words, printer_words, read

HEAD = bytes.fromhex("02 00 00 00 00 00 00 01")


def attribute(tag: int, name: bytes, value: bytes) -> bytes:
    return bytes((tag,)) + len(name).to_bytes(2) + name + len(value).to_bytes(2) + value


WHOLE = (
    HEAD
    + b"\x01"
    + attribute(0x47, b"attributes-charset", b"utf-8")
    + b"\x05"  # an empty group
    + b"\x02"
    + attribute(0x21, b"job-id", bytes.fromhex("00 00 00 07"))
    + attribute(0x23, b"job-state", bytes.fromhex("00 00 00 09"))
    + b"\x02"
    + attribute(0x21, b"job-id", bytes.fromhex("00 00 00 08"))
    + attribute(0x44, b"job-state-reasons", b"job-printing")
    + attribute(0x44, b"", b"printer-stopped")
    + b"\x04"
    + attribute(0x22, b"printer-is-accepting-jobs", b"\x01")
    + attribute(0x33, b"copies-supported", bytes.fromhex("00 00 00 01 00 00 00 63"))
    + attribute(0x34, b"media-col-default", b"")
    + attribute(0x4A, b"", b"media-size")
    + attribute(0x34, b"", b"")
    + attribute(0x4A, b"", b"x-dimension")
    + attribute(0x21, b"", bytes.fromhex("00 00 52 08"))
    + attribute(0x37, b"", b"")
    + attribute(0x37, b"", b"")
    + attribute(0x13, b"printer-alert", b"")
    + attribute(0x23, b"printer-state", bytes.fromhex("00 00 00 03"))
    + b"\x03"
)


def test_jobs_and_printer_are_told_apart_and_each_name_has_all_its_values() -> None:
    answer = read(WHOLE)
    assert answer.status == 0
    assert answer.jobs == (
        {"job-id": (7,), "job-state": (9,)},
        {"job-id": (8,), "job-state-reasons": ("job-printing", "printer-stopped")},
    )
    assert answer.printer["printer-is-accepting-jobs"] == (True,)
    assert answer.printer["copies-supported"] == ((1, 99),)
    assert answer.printer["printer-state"] == (3,)
    assert "printer-alert" not in answer.printer


def test_a_refusal_is_an_answer_too() -> None:
    assert read(bytes.fromhex("01 01 05 06 00 00 00 01 03")) == Answer(0x0506)
    assert read(bytes.fromhex("01 01 05 06 00 00 00 01 03")).refused


@given(st.integers(0, len(WHOLE) - 1))
def test_an_answer_that_breaks_off_is_none(length: int) -> None:
    with pytest.raises(BadAnswer):
        read(WHOLE[:length])


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_an_answer_or_bad_and_nothing_else_happens(noise: bytes, headed: bool) -> None:
    try:
        answer = read(HEAD + noise if headed else noise)
    except BadAnswer:
        return
    assert isinstance(answer, Answer)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_byte_is_noticed_or_changes_nothing_of_the_form(place: int, byte: int) -> None:
    try:
        answer = read(WHOLE[:place] + bytes((byte,)) + WHOLE[place + 1 :])
    except BadAnswer:
        return
    assert all(isinstance(values, tuple) for group in (answer.printer, *answer.jobs) for values in group.values())


@pytest.mark.parametrize(
    ("reason", "stops", "words"),
    [
        ("media-empty", True, "out of paper"),
        ("media-empty-error", True, "out of paper"),
        ("media-empty-warning", False, "out of paper"),
        ("media-jam", True, "paper is jammed"),
        ("door-open", True, "a door is open"),
        ("toner-low", False, "toner is low"),
        ("toner-low-error", False, "toner is low"),
        ("com.example-smells-odd", False, "com.example-smells-odd"),
    ],
)
def test_reasons_of_a_printer_are_said_in_words_and_only_some_stop_it(reason: str, stops: bool, words: str) -> None:
    assert (blocks(reason), printer_words(reason)) == (stops, words)


def test_reasons_lose_their_severity_and_no_more() -> None:
    assert [bare(reason) for reason in ("media-low-report", "media-low", "media-jam-error")] == [
        "media-low",
        "media-low",
        "media-jam",
    ]


def test_why_a_job_ended_is_said_once_and_never_made_up() -> None:
    assert job_words(("aborted-by-system", "document-format-error")) == (
        "the printer gave up the job; the printer cannot read the document"
    )
    assert job_words(("job-canceled-at-device", "canceled-at-device")) == "the job was cancelled at the printer"
    assert job_words(("com.example-odd",)) == "com.example-odd"
    assert job_words(()) == "the printer does not say why"
