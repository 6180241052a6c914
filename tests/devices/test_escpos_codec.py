"""What printers say, told apart when it comes interleaved."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.escpos import (
    Ask,
    Automatic,
    Decoder,
    JobEnded,
    RealTime,
    Trouble,
    ask,
    end_of_job,
    job_mark,
    paper_in,
    trouble_in,
    trouble_in_automatic,
)
from jinghou_devices.kinds.receipt_printer import Paper


def test_requests_are_the_bytes_of_the_protocol() -> None:
    assert [ask(what) for what in Ask] == [bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)]
    assert end_of_job(b"@ABC") == bytes.fromhex("1D 28 48 06 00 30 30 40 41 42 43")


@pytest.mark.parametrize(
    ("what", "bits", "trouble"),
    [
        (Ask.PRINTER, 0x12, None),
        (Ask.PRINTER, 0x1A, Trouble.OFFLINE),
        (Ask.OFFLINE_CAUSE, 0x16, Trouble.COVER_OPEN),
        (Ask.OFFLINE_CAUSE, 0x32, Trouble.PAPER_OUT),
        (Ask.OFFLINE_CAUSE, 0x52, None),
        (Ask.ERROR_CAUSE, 0x1A, Trouble.CUTTER),
        (Ask.ERROR_CAUSE, 0x32, Trouble.ERROR),
        (Ask.ERROR_CAUSE, 0x52, None),
        (Ask.PAPER, 0x72, Trouble.PAPER_OUT),
        (Ask.PAPER, 0x1E, None),
    ],
)
def test_a_status_bit_is_the_trouble_of_the_protocol(what: Ask, bits: int, trouble: Trouble | None) -> None:
    assert trouble_in(what, bits) is trouble


@pytest.mark.parametrize(("bits", "paper"), [(0x12, Paper.OK), (0x1E, Paper.NEAR_END), (0x7E, Paper.OUT)])
def test_the_roll_is_full_near_its_end_or_out(bits: int, paper: Paper) -> None:
    assert paper_in(bits) is paper


@pytest.mark.parametrize(
    ("wire", "trouble"),
    [
        ("10 00 00 00", None),
        ("18 00 00 00", None),
        ("38 00 00 00", Trouble.COVER_OPEN),
        ("18 08 00 00", Trouble.CUTTER),
        ("18 20 00 00", Trouble.ERROR),
        ("10 40 00 00", None),
        ("10 00 03 00", None),
        ("18 00 0F 00", Trouble.PAPER_OUT),
    ],
)
def test_an_automatic_status_is_understood(wire: str, trouble: Trouble | None) -> None:
    (said,) = Decoder().feed(bytes.fromhex(wire))
    assert isinstance(said, Automatic)
    assert trouble_in_automatic(said.bits) is trouble


def test_the_end_of_a_job_is_known_by_its_mark() -> None:
    assert Decoder().feed(b"\x37\x22" + job_mark(7) + b"\x00") == [JobEnded(job_mark(7))]


def test_a_real_time_answer_inside_an_automatic_status_is_told_apart() -> None:
    assert Decoder().feed(bytes.fromhex("18 00 12 0C 00")) == [RealTime(0x12), Automatic(bytes.fromhex("18 00 0C 00"))]


def test_marks_of_jobs_differ_and_cannot_be_taken_for_a_status() -> None:
    marks = [job_mark(turn) for turn in range(65536)]
    assert len(set(marks)) == 65536
    assert all(byte & 0x93 not in {0x10, 0x12} for mark in marks[::97] for byte in mark)


real_time = st.integers(0, 255).map(lambda bits: bits & 0x6C | 0x12)
automatic = st.tuples(
    st.integers(0, 255).map(lambda bits: bits & 0x6C | 0x10), *[st.integers(0, 255).map(lambda b: b & 0x6F)] * 3
).map(bytes)
job = st.integers(0, 65535).map(job_mark)


@given(st.lists(real_time, max_size=5), automatic, job, st.data())
def test_answers_statuses_and_ends_of_jobs_survive_any_interleaving(
    answers: list[int], status: bytes, mark: bytes, data: st.DataObject
) -> None:
    """Answers may fall anywhere; an automatic status may fall into the end of a job."""
    ended = bytearray(b"\x37\x22" + mark + b"\x00")
    place = data.draw(st.integers(0, len(ended)))
    wire = ended[:place] + status + ended[place:]
    for answer in answers:
        wire.insert(data.draw(st.integers(0, len(wire))), answer)
    decoder = Decoder()
    cut = data.draw(st.integers(0, len(wire)))
    said = decoder.feed(bytes(wire[:cut])) + decoder.feed(bytes(wire[cut:]))
    assert sorted(one.bits for one in said if isinstance(one, RealTime)) == sorted(answers)
    assert [one for one in said if isinstance(one, Automatic)] == [Automatic(status)]
    assert [one for one in said if isinstance(one, JobEnded)] == [JobEnded(mark)]
    assert decoder.strays == 0


@given(st.binary(max_size=50), job)
def test_after_any_noise_the_end_of_a_job_is_still_heard(noise: bytes, mark: bytes) -> None:
    decoder = Decoder()
    decoder.feed(noise)
    said = decoder.feed(bytes.fromhex("10 00 00 00") + b"\x37\x22" + mark + b"\x00")
    assert JobEnded(mark) in said


def test_noise_is_counted_and_says_nothing() -> None:
    decoder = Decoder()
    assert decoder.feed(bytes(range(0x80, 0x100))) == []
    assert decoder.strays == 128


@given(st.binary(max_size=80), st.lists(st.integers(0, 80), max_size=8))
def test_however_bytes_are_split_they_say_the_same_and_nothing_breaks(wire: bytes, places: list[int]) -> None:
    whole = Decoder()
    said = whole.feed(wire)
    split = Decoder()
    cuts = [0, *sorted(min(place, len(wire)) for place in places), len(wire)]
    in_pieces = [one for start, end in pairwise(cuts) for one in split.feed(wire[start:end])]
    assert in_pieces == said
    assert split.strays == whole.strays


@given(st.lists(st.one_of(real_time.map(lambda bits: bytes((bits,))), automatic), max_size=12))
def test_statuses_one_after_the_other_byte_by_byte_are_each_what_they_are(wire: list[bytes]) -> None:
    decoder = Decoder()
    said = [one for byte in b"".join(wire) for one in decoder.feed(bytes((byte,)))]
    assert said == [RealTime(one[0]) if len(one) == 1 else Automatic(one) for one in wire]
