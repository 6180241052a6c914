"""Codes in the bytes of serial scanners: their ends, their character sets, and the noise around them."""

import pytest
from devices.pieces import in_pieces
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.code_frames import ENDS, LONGEST, CodeFrames, Terminator
from jinghou_devices.codecs.code_text import text_of

TERMINATED = (Terminator.CR, Terminator.LF, Terminator.CRLF)
code = st.binary(min_size=1, max_size=40).filter(lambda raw: b"\r" not in raw and b"\n" not in raw)


def fed(frames: CodeFrames, wire: bytes, data: st.DataObject) -> list[bytes]:
    """What is found when the bytes come in pieces of any size."""
    found: list[bytes] = []
    for piece in in_pieces(wire, data):
        found += frames.feed(piece)
    return found


@given(st.sampled_from(TERMINATED), st.lists(code, max_size=5), st.data())
def test_codes_are_found_however_they_are_split_or_merged(
    end: Terminator, codes: list[bytes], data: st.DataObject
) -> None:
    frames = CodeFrames(end)
    assert fed(frames, b"".join(one + ENDS[end] for one in codes), data) == codes
    assert not frames.amid


@given(st.lists(code, max_size=5), st.data())
def test_a_scanner_that_adds_a_line_feed_is_understood_where_cr_was_expected(
    codes: list[bytes], data: st.DataObject
) -> None:
    assert fed(CodeFrames(Terminator.CR), b"".join(one + b"\r\n" for one in codes), data) == codes


@given(st.binary(min_size=1, max_size=LONGEST), st.data())
def test_without_terminator_a_pause_ends_a_code_of_any_bytes(raw: bytes, data: st.DataObject) -> None:
    frames = CodeFrames(Terminator.NONE)
    assert fed(frames, raw, data) == []
    assert frames.amid
    assert frames.pause() == [raw]
    assert frames.pause() == []


@given(st.sampled_from(TERMINATED), code)
def test_a_code_that_breaks_off_is_never_handed_out_and_the_next_is_whole(end: Terminator, half: bytes) -> None:
    frames = CodeFrames(end)
    assert frames.feed(half) == []
    assert frames.pause() == []
    assert frames.torn == 1
    assert frames.feed(b"whole" + ENDS[end]) == [b"whole"]


@given(st.sampled_from(list(Terminator)), st.integers(1, 3), st.data())
def test_noise_without_an_end_is_dropped_and_kept_small(end: Terminator, times: int, data: st.DataObject) -> None:
    frames = CodeFrames(end)
    assert fed(frames, b"\x9a" * (LONGEST * times + 1), data) == []
    assert len(frames._buffer) <= LONGEST
    assert frames.pause() == []
    assert frames.torn == 1


def test_a_code_that_is_longer_than_any_code_is_dropped_whole() -> None:
    frames = CodeFrames(Terminator.CRLF)
    assert frames.feed(b"x" * (LONGEST + 1) + b"\r") == []
    assert frames.feed(b"\nnext\r\n") == [b"next"]


@given(st.sampled_from(list(Terminator)), st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_and_pauses_end(end: Terminator, pieces: list[bytes]) -> None:
    frames = CodeFrames(end)
    for piece in pieces:
        frames.feed(piece)
        frames.pause()
    frames.forget()
    assert not frames.amid


@given(st.text())
def test_utf_8_reads_as_it_was_written(text: str) -> None:
    assert text_of(text.encode("utf-8", "replace")) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("text", ["静候大厅 A023", "不动产登记受理单", "沐听雨", "A023"])
def test_gbk_reads_as_it_was_written(text: str) -> None:
    assert text_of(text.encode("gbk")) == text


@given(st.binary())
def test_any_bytes_are_some_text(raw: bytes) -> None:
    assert isinstance(text_of(raw), str)
