"""What scanners of each make are told and answer, against byte vectors of their protocols and against noise."""

import binascii
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs import gm65, honeywell, newland
from jinghou_devices.codecs.code_frames import Terminator
from jinghou_devices.codecs.scanner_reply import FindReply
from jinghou_devices.drivers.datalogic import line_that_ends_with

LINE = line_that_ends_with(Terminator.CRLF)
REFUSAL = b"\x01\x01\x00"
GM65_ACK = bytes.fromhex("02 00 00 01 00 33 31")
HONEYWELL_ACK = b"REVINFProduct Name: Xenon 1900\r\nBoot Revision: 1\r\n\x06"
NEWLAND_ACK = b"\x02\x010000#SCNTRG1\x06;\x03"
REPLIES: tuple[tuple[FindReply, bytes], ...] = (
    (gm65.reply_with(1), GM65_ACK),
    (honeywell.reply_to("REVINF"), HONEYWELL_ACK),
    (newland.reply_to("SCNTRG1"), NEWLAND_ACK),
)


def test_commands_are_the_bytes_of_the_protocols() -> None:
    assert bytes.fromhex("7E 00 08 01 00 02 01 AB CD") == gm65.TRIGGER
    assert bytes.fromhex("7E 00 08 01 00 02 00 AB CD") == gm65.STOP
    assert bytes.fromhex("16 54 0D") == honeywell.TRIGGER
    assert bytes.fromhex("16 55 0D") == honeywell.STOP
    assert honeywell.menu("REVINF") == bytes.fromhex("16 4D 0D") + b"REVINF."
    assert newland.command("SCNTRG1") == bytes.fromhex("7E 01 30 30 30 30") + b"#SCNTRG1" + bytes.fromhex("3B 03")
    assert newland.command("SCNMOD0", kept=True)[6:7] == b"@"


@pytest.mark.parametrize(("find", "wire"), REPLIES)
def test_a_whole_reply_is_found_and_no_part_of_one(find: FindReply, wire: bytes) -> None:
    found = find(wire)
    assert found is not None
    assert (found.begin, found.end, found.accepted) == (0, len(wire), True)
    assert [find(wire[:cut]) for cut in range(len(wire))] == [None] * len(wire)


@pytest.mark.parametrize(("find", "wire"), REPLIES)
def test_what_stands_before_a_reply_is_no_part_of_it(find: FindReply, wire: bytes) -> None:
    before = b"A code\r\x02\x00\x02\x01"
    found = find(before + wire + b"after")
    assert found is not None
    assert (found.begin, found.end) == (len(before), len(before) + len(wire))


@pytest.mark.parametrize(
    ("find", "wire"),
    [
        (gm65.reply_with(1), b"\x02\x00" + REFUSAL + binascii.crc_hqx(REFUSAL, 0).to_bytes(2)),
        (honeywell.reply_to("PAPHHC"), b"PAPHHC\x05"),
        (honeywell.reply_to("PAPHHC"), b"PAPHHC9\x15"),
        (newland.reply_to("EXPLVL3"), b"\x02\x010000#EXPLVL3\x15;\x03"),
        (newland.reply_to("NOSUCH"), b"\x02\x010000#NOSUCH\x05;\x03"),
    ],
)
def test_a_refusal_is_a_refusal(find: FindReply, wire: bytes) -> None:
    found = find(wire)
    assert found is not None
    assert not found.accepted


@given(st.integers(0, len(GM65_ACK) - 1), st.integers(1, 255))
def test_a_damaged_acknowledgement_is_none(place: int, change: int) -> None:
    wire = bytearray(GM65_ACK)
    wire[place] ^= change
    assert gm65.reply_with(1)(bytes(wire)) is None


def test_a_reply_to_another_command_is_not_ours() -> None:
    assert newland.reply_to("EXPLVL3")(NEWLAND_ACK) is None
    assert newland.reply_to("SCNTRG1")(b"\x02\x010000#EXPLVL3\x06;\x03" + NEWLAND_ACK) is not None


def test_a_model_is_what_the_scanner_calls_itself() -> None:
    reply = honeywell.reply_to("REVINF")(HONEYWELL_ACK)
    assert reply is not None
    assert honeywell.model(reply.data) == "Xenon 1900"
    assert honeywell.model(b"no such line") is None
    assert newland.model(b"\r\nProduct Name: NLS-FM430\r\nFirmware: 1") == "NLS-FM430"
    assert newland.model(b"NLS-FM430") == "NLS-FM430"
    assert newland.model(b"") is None


def test_datalogic_answers_with_a_line() -> None:
    found = LINE(b"\r\nGRYPHON 1.0\r\nnext")
    assert found is not None
    assert (found.data, found.end) == (b"GRYPHON 1.0", 15)
    assert LINE(b"GRYPHON\r") is None


def test_a_reply_in_a_log_shows_no_code() -> None:
    found = LINE(b"secret\r\n")
    assert "secret" not in repr(found)


@pytest.mark.parametrize("find", [gm65.reply_with(1), honeywell.reply_to("REVINF"), newland.reply_to("QRYSYS"), LINE])
@given(st.binary(max_size=80))
def test_no_bytes_break_the_search(find: Callable[[bytes], object], noise: bytes) -> None:
    find(noise)
