"""The frames of ID-card readers, against byte vectors from the protocol and against noise."""

from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.sam import PREAMBLE, SPEEDS, Command, Decoder, Reply, encode, meaning, sam_id, split

GOLDEN_REQUESTS = {
    Command.RESET: "00 03 10 FF EC",
    Command.STATUS: "00 03 11 FF ED",
    Command.SAM_ID: "00 03 12 FF EE",
    Command.FIND: "00 03 20 01 22",
    Command.SELECT: "00 03 20 02 21",
    Command.READ_BASE: "00 03 30 01 32",
    Command.READ_WITH_FINGERPRINT: "00 03 30 10 23",
    Command.READ_NEW_ADDRESS: "00 03 30 03 30",
    Command.MANAGEMENT_NUMBER: "00 03 30 05 36",
    Command.SPEED_115200: "00 03 60 00 63",
    Command.SPEED_57600: "00 03 60 01 62",
    Command.SPEED_38400: "00 03 60 02 61",
    Command.SPEED_19200: "00 03 60 03 60",
    Command.SPEED_9600: "00 03 60 04 67",
}
GOLDEN_REPLIES = [
    ("00 04 00 00 90 94", 0x90, 0),
    ("00 08 00 00 9F 00 00 00 00 97", 0x9F, 4),
    ("00 04 00 00 80 84", 0x80, 0),
    ("00 0C 00 00 90 00 00 00 00 00 00 00 00 9C", 0x90, 8),
    ("00 04 00 00 81 85", 0x81, 0),
    ("00 04 00 00 41 45", 0x41, 0),
    ("00 04 00 00 91 95", 0x91, 0),
    ("00 04 00 00 32 36", 0x32, 0),
]


def frame(status: int, data: bytes = b"") -> bytes:
    body = (len(data) + 4).to_bytes(2) + bytes((0, 0, status)) + data
    return PREAMBLE + body + bytes((reduce(xor, body),))


def test_every_command_has_a_golden_vector() -> None:
    assert set(GOLDEN_REQUESTS) == set(Command)


@pytest.mark.parametrize("command", Command)
def test_a_request_is_the_bytes_of_the_protocol(command: Command) -> None:
    assert encode(command) == PREAMBLE + bytes.fromhex(GOLDEN_REQUESTS[command])


@pytest.mark.parametrize(("wire", "status", "length"), GOLDEN_REPLIES)
def test_a_reply_of_the_protocol_is_understood(wire: str, status: int, length: int) -> None:
    assert Decoder().feed(PREAMBLE + bytes.fromhex(wire)) == [Reply(bytes((0, 0, status)), bytes(length))]


def test_a_read_reply_is_1295_bytes_and_falls_into_text_and_photo() -> None:
    text, photo = bytes(range(256)), b"\x55" * 1024
    wire = frame(0x90, b"\x01\x00\x04\x00" + text + photo)
    assert len(wire) == 1295
    (reply,) = Decoder().feed(wire)
    parts = split(reply.data)
    assert (parts.text, parts.photo, parts.fingerprint) == (text, photo, b"")


@pytest.mark.parametrize(("length", "total"), [(1024, 2321), (512, 1809), (0, 1297)])
def test_a_read_with_fingerprint_has_three_parts_and_one_of_three_lengths(length: int, total: int) -> None:
    text, photo, fingerprint = bytes(range(256)), b"\x55" * 1024, b"\x77" * length
    wire = frame(0x90, b"\x01\x00\x04\x00" + length.to_bytes(2) + text + photo + fingerprint)
    assert len(wire) == total
    (reply,) = Decoder().feed(wire)
    parts = split(reply.data, with_fingerprint=True)
    assert (parts.text, parts.photo, parts.fingerprint) == (text, photo, fingerprint)
    assert "U" not in repr(parts)
    assert "w" not in repr(parts)


def test_a_reply_without_a_fingerprint_is_not_taken_for_one_with() -> None:
    with pytest.raises(ValueError, match="card's data"):
        split(b"\x01\x00\x04\x00" + bytes(256) + b"\x55" * 1024, with_fingerprint=True)


def test_every_speed_has_a_command_of_its_own() -> None:
    assert sorted(SPEEDS) == [9600, 19200, 38400, 57600, 115200]
    assert len(set(SPEEDS.values())) == 5


@pytest.mark.parametrize(
    "data", [b"", b"\x01\x00\x04\x00", b"\x00\x10\x00\x00" + bytes(16), b"\x01\x00\x00\x01" + bytes(256)]
)
def test_card_data_whose_lengths_do_not_add_up_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="card's data"):
        split(data)


def test_the_number_of_the_security_module_reads_as_on_its_label() -> None:
    data = bytes.fromhex("0500 0100 27D23201 15CD5B07 01000000")
    assert sam_id(data) == "05.01-20107815-0123456789-0000000001"
    with pytest.raises(ValueError, match="16 bytes"):
        sam_id(data[:-1])


def test_a_reply_in_a_log_shows_nothing_of_the_card() -> None:
    assert "secret" not in repr(Reply(b"\x00\x00\x90", b"secret"))


def test_every_status_has_words_and_an_unknown_one_its_number() -> None:
    assert "lifted" in meaning(0x41)
    assert meaning(0xEE) == "unknown status EE"


@given(st.lists(st.tuples(st.sampled_from([0x90, 0x80, 0x9F, 0x41]), st.binary(max_size=40)), max_size=4), st.data())
def test_replies_are_found_however_they_are_split_or_merged(
    replies: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    wire = b"".join(frame(status, body) for status, body in replies)
    decoder = Decoder()
    found: list[Reply] = []
    while wire:
        cut = data.draw(st.integers(1, len(wire)))
        found += decoder.feed(wire[:cut])
        wire = wire[cut:]
    assert [(reply.sw3, reply.data) for reply in found] == replies


noise = st.lists(
    st.one_of(st.binary(max_size=6), st.just(PREAMBLE), st.just(PREAMBLE + b"\x05\x08"), st.just(b"\xaa")), max_size=6
).map(b"".join)


@given(noise, noise, st.binary(max_size=30))
def test_a_reply_is_found_whatever_lies_before_and_after_it(before: bytes, after: bytes, body: bytes) -> None:
    decoder = Decoder()
    found = decoder.feed(before + frame(0x90, body) + after) + decoder.finish()
    assert Reply(b"\x00\x00\x90", body) in found


@given(st.binary(min_size=1, max_size=30), st.data())
def test_a_reply_with_one_damaged_byte_is_never_taken_for_good(body: bytes, data: st.DataObject) -> None:
    wire = bytearray(frame(0x90, body))
    place = data.draw(st.integers(len(PREAMBLE), len(wire) - 1))
    wire[place] ^= data.draw(st.integers(1, 255))
    decoder = Decoder()
    assert Reply(b"\x00\x00\x90", body) not in decoder.feed(bytes(wire)) + decoder.finish()


@given(st.binary(max_size=200))
def test_noise_alone_ends_and_keeps_little(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(data)
    decoder.finish()
    assert len(decoder._buffer) < len(PREAMBLE)


@given(st.binary(max_size=60), st.booleans())
def test_card_data_of_any_form_is_refused_or_falls_into_parts(data: bytes, with_fingerprint: bool) -> None:
    with pytest.raises(ValueError, match="card's data"):
        split(data, with_fingerprint=with_fingerprint)
