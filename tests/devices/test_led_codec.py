"""The frames of LED display cards, against frames that were seen on real lines, and against noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.led import (
    CLEAR_SCREEN,
    HOST,
    PING,
    Area,
    Decoder,
    Effect,
    Frame,
    delete,
    encode,
    host,
    show,
)

BEGIN = b"\xa5" * 8


def crc(data: bytes) -> bytes:
    """CRC-16/ARC, as its definition has it: polynomial 8005, reflected, from 0."""
    value = 0
    for byte in data:
        for bit in range(8):
            odd = (value ^ byte >> bit) & 1
            value = value >> 1 ^ 0xA001 * odd
    return value.to_bytes(2, "little")


def answer(source: int, data: bytes) -> bytes:
    body = HOST.to_bytes(2, "little") + source.to_bytes(2, "little") + bytes(6) + b"\x51\x02"
    body += len(data).to_bytes(2, "little") + data
    escapes = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
    return BEGIN + b"".join(escapes.get(byte, bytes((byte,))) for byte in body + crc(body)) + b"\x5a"


def test_a_text_is_the_frame_that_a_real_program_sends() -> None:
    area = Area(0, 12, 512, 12, number=1, line_spacing=10, run_mode=1, timeout_s=2, speed=0x17, stay=2)
    text = "\\FO000TEMPER:21℃".encode("gb2312")
    assert encode(1, show(text, area, Effect.STILL, answer=False)) == BEGIN + bytes.fromhex(
        "01 00 00 80 00 00 00 00 00 00 FE 02 35 00 A3 06 02 00 00 00 01 2C 00 00 00 00 0C 00 40 00 0C 00 01 0A 01 02 "
        "00 00 00 00 01 01 01 00 17 02 11 00 00 00 5C 46 4F 30 30 30 54 45 4D 50 45 52 3A 32 31 A1 E6 82 DA 5A"
    )


@pytest.mark.parametrize(
    ("data", "wire"),
    [
        (PING, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A"),
        (CLEAR_SCREEN, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A3 10 01 00 00 51 F8 5A"),
    ],
)
def test_a_command_is_the_frame_that_a_real_program_sends(data: bytes, wire: str) -> None:
    assert encode(1, data) == BEGIN + bytes.fromhex(wire)


def test_each_question_comes_from_another_address_of_ours() -> None:
    assert [host(turn) for turn in (0, 1, 255, 256)] == [0x8000, 0x8001, 0x80FF, 0x8000]
    (frame,) = Decoder().feed(encode(3, PING, source=host(7)))
    assert (frame.to, frame.source) == (3, 0x8007)


def test_an_area_is_taken_away_by_its_number() -> None:
    assert delete(Area(0, 0, 64, 16, number=7)) == bytes.fromhex("A3 06 01 00 00 01 07 00")


def test_bytes_that_could_be_a_beginning_or_an_end_are_escaped() -> None:
    frame = encode(0xA55A, b"\xa5\xa6\x5a\x5b")
    assert frame.startswith(BEGIN + bytes.fromhex("5B 02 A6 02"))
    assert bytes.fromhex("A6 02 A6 01 5B 02 5B 01") in frame
    assert not set(b"\xa5\x5a") & set(frame[8:-1])
    assert Decoder().feed(frame) == [Frame(0xA55A, HOST, b"\xa5\xa6\x5a\x5b")]


def test_a_frame_in_a_log_shows_nothing_of_its_text() -> None:
    assert "secret" not in repr(Frame(1, HOST, b"secret"))


@given(st.lists(st.tuples(st.integers(1, 0xFFFF), st.binary(max_size=40)), max_size=4), st.data())
def test_answers_are_found_however_they_are_split_or_merged(
    answers: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    wire = b"".join(answer(source, body) for source, body in answers)
    decoder = Decoder()
    found: list[Frame] = []
    while wire:
        cut = data.draw(st.integers(1, len(wire)))
        found += decoder.feed(wire[:cut])
        wire = wire[cut:]
    assert [(frame.source, frame.data) for frame in found] == answers
    assert decoder.bad_frames == 0


noise = st.lists(
    st.one_of(st.binary(max_size=6), st.just(b"\xa5"), st.just(b"\x5a"), st.just(b"\xa6"), st.just(b"\x5b")), max_size=6
).map(b"".join)


@given(noise, noise, st.binary(max_size=30))
def test_an_answer_is_found_whatever_lies_before_and_after_it(before: bytes, after: bytes, body: bytes) -> None:
    assert Frame(HOST, 3, body) in Decoder().feed(before + answer(3, body) + after)


@given(st.binary(min_size=1, max_size=30), st.data())
def test_an_answer_with_one_damaged_byte_is_never_taken_for_good(body: bytes, data: st.DataObject) -> None:
    wire = bytearray(answer(3, body))
    place = data.draw(st.integers(len(BEGIN), len(wire) - 2))
    wire[place] ^= data.draw(st.integers(1, 255))
    assert Frame(HOST, 3, body) not in Decoder().feed(bytes(wire))


@given(st.lists(st.binary(max_size=100), max_size=5), st.binary(max_size=30))
def test_after_any_noise_the_next_answer_is_found(pieces: list[bytes], body: bytes) -> None:
    decoder = Decoder()
    for piece in pieces:
        decoder.feed(piece)
    assert decoder.feed(answer(3, body))[-1:] == [Frame(HOST, 3, body)]


def test_noise_without_an_end_is_not_kept_for_ever() -> None:
    decoder = Decoder()
    for _ in range(100):
        decoder.feed(b"\xa5" + b"x" * 200)
    decoder.feed(b"x" * 100_000)
    assert len(decoder._buffer) < 5000
