"""The bytes of locker boards, against vectors from their makers' protocols and against noise."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.board_8a import Board8a
from jinghou_devices.codecs.cu16 import Cu16
from jinghou_devices.codecs.cu48 import Cu48
from jinghou_devices.codecs.locker import Coils, Decoder, Dialect, Refusal, Report
from jinghou_devices.codecs.relays import Relays
from jinghou_devices.codecs.wkly import Wkly
from jinghou_devices.kinds.common import Tri
from jinghou_devices.kinds.locker_board import Door, LockState

Answer = Callable[[int, Sequence[bool]], bytes]
"""What a board says of its doors, closed or not."""


def summed(body: bytes) -> bytes:
    return body + bytes((sum(body) & 0xFF,))


def xored(body: bytes) -> bytes:
    return body + bytes((reduce(xor, body),))


def crc(body: bytes) -> bytes:
    value = 0xFFFF
    for byte in body:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return body + value.to_bytes(2, "little")


def bits(closed: Sequence[bool]) -> int:
    return sum(1 << place for place, one in enumerate(closed) if one)


DIALECTS: dict[str, tuple[Dialect, int, Answer]] = {
    "cu16": (
        Cu16(),
        3,
        lambda board, closed: summed(
            bytes((2, board << 4, 0x35)) + bits(closed).to_bytes(2, "little") + bytes((0x05, 0x80, 3))
        ),
    ),
    "cu48": (
        Cu48(),
        7,
        lambda board, closed: summed(bytes((2, board, 0, 0x75, 6)) + bits(closed).to_bytes(6, "little")),
    ),
    "8a-24": (Board8a(), 1, lambda board, closed: xored(bytes((0x80, board)) + bits(closed).to_bytes(3) + b"\x33")),
    "8a-32": (Board8a(32), 9, lambda board, closed: xored(bytes((0x80, board)) + bits(closed).to_bytes(4) + b"\x33")),
    "wkly": (
        Wkly(),
        10,
        lambda board, closed: xored(
            b"WKLY" + bytes((10 + len(closed), board, 0x84, 0, len(closed), *(not one for one in closed)))
        ),
    ),
    "modbus": (Relays(), 1, lambda board, closed: crc(bytes((board, 2, 1, bits(closed))))),
}
each = pytest.mark.parametrize("name", DIALECTS)


def everything_the_host_says(dialect: Dialect, board: int) -> list[bytes]:
    said = [dialect.ask(board), dialect.unlock(board, 1), dialect.unlock(board, dialect.locks)]
    if isinstance(dialect, Relays):
        said += [dialect.ask_coils(board), dialect.release(board, 1), dialect.release_all(board)]
    return [*said, *dialect.settings(board)]


def fed(decoder: Decoder, wire: bytes, cuts: st.DataObject) -> list[object]:
    """What comes of bytes that arrive in pieces, and no more after them."""
    found: list[object] = []
    while wire:
        cut = cuts.draw(st.integers(1, len(wire)))
        found += decoder.feed(wire[:cut])
        wire = wire[cut:]
    return found + list(decoder.finish())


def doors(report: object) -> list[bool]:
    assert isinstance(report, Report)
    return [state.door is Door.CLOSED for state in report.locks]


@pytest.mark.parametrize(
    ("said", "wire"),
    [
        (Cu16().ask(0), "02 00 30 03 35"),
        (Cu16().unlock(0, 1), "02 00 31 03 36"),
        (Cu16().unlock(2, 16), "02 2F 31 03 65"),
        (Cu16(unlock_time_ms=500).settings(0)[0], "02 00 37 00 32 03 6E"),
        (Cu48().ask(0), "02 00 00 60 03 65"),
        (Cu48().unlock(0, 1), "02 00 00 61 03 66"),
        (Board8a().unlock(1, 1), "8A 01 01 11 9B"),
        (Board8a().ask(1), "80 01 00 33 B2"),
        (Wkly().unlock(10, 1), "57 4B 4C 59 09 0A 82 01 89"),
        (Relays().ask(1), "01 02 00 00 00 08 79 CC"),
        (Relays().ask_coils(1), "01 01 00 00 00 08 3D CC"),
        (Relays().unlock(1, 1), "01 05 00 00 FF 00 8C 3A"),
        (Relays().release(1, 1), "01 05 00 00 00 00 CD CA"),
        (Relays(flash_ms=700).unlock(1, 1), "01 05 02 00 00 07 8D B0"),
    ],
)
def test_what_is_said_is_the_bytes_of_the_protocol(said: bytes, wire: str) -> None:
    assert said == bytes.fromhex(wire)


def test_a_cu16_tells_doors_and_items_each_in_its_bit() -> None:
    (report,) = Cu16().decoder().feed(summed(bytes.fromhex("02 10 35 FB 7F 04 80 03")))
    assert isinstance(report, Report)
    assert report.board == 1
    assert [state.lock for state in report.locks if state.door is Door.OPEN] == [3, 16]
    assert [state.lock for state in report.locks if state.item is Tri.YES] == [3, 16]
    assert {state.item for state in report.locks} == {Tri.YES, Tri.NO}


def test_boards_without_sensors_for_items_say_that_they_cannot_see() -> None:
    for dialect, board, answer in (DIALECTS[name] for name in ("cu48", "8a-24", "wkly", "modbus")):
        (report,) = dialect.decoder().feed(answer(board, [True] * dialect.locks))
        assert isinstance(report, Report)
        assert {state.item for state in report.locks} == {None}
        assert not dialect.sees_items


@pytest.mark.parametrize(
    ("dialect", "wire", "door"),
    [
        (Board8a(closed=1), "81 01 01 00 81", Door.OPEN),
        (Board8a(closed=1), "81 01 01 11 90", Door.CLOSED),
        (Board8a(closed=0), "81 01 01 00 81", Door.CLOSED),
        (Wkly(), "57 4B 4C 59 0A 01 85 01 01 8F", Door.OPEN),
        (Wkly(closed=1), "57 4B 4C 59 0A 01 85 01 01 8F", Door.CLOSED),
    ],
)
def test_a_door_that_moves_is_heard_and_is_no_answer(dialect: Dialect, wire: str, door: Door) -> None:
    body = bytes.fromhex(wire)[:-1]
    assert dialect.decoder().feed(xored(body)) == [Report(1, (LockState(1, door, None),), asked=False)]


@each
def test_the_other_wiring_turns_every_door_over(name: str) -> None:
    dialect, board, answer = DIALECTS[name]
    turned = type(dialect)(dialect.locks, 1 - dialect.closed)  # type: ignore[call-arg, attr-defined]  # all begin with these
    closed = [lock % 3 == 0 for lock in range(dialect.locks)]
    (as_usual,) = dialect.decoder().feed(answer(board, closed))
    (turned_over,) = turned.decoder().feed(answer(board, closed))
    assert doors(as_usual) == closed
    assert doors(turned_over) == [not one for one in closed]


def test_a_relay_board_tells_its_coils_and_says_no_in_words() -> None:
    decoder = Relays().decoder()
    assert decoder.feed(crc(bytes.fromhex("01 01 01 81"))) == [Coils(1, frozenset({1, 8}))]
    assert decoder.feed(crc(bytes.fromhex("01 82 02"))) == [
        Refusal(1, "the board refused: it has no such coil or input")
    ]


@pytest.mark.parametrize(("data", "why"), [("FF 00", "result FF"), ("00 04 00 00 00 00", "tells of 4 locks")])
def test_a_wkly_board_that_cannot_tell_all_its_doors_is_refused(data: str, why: str) -> None:
    body = bytes.fromhex(data)
    (said,) = Wkly().decoder().feed(xored(b"WKLY" + bytes((8 + len(body), 1, 0x84)) + body))
    assert isinstance(said, Refusal)
    assert why in said.why


def test_a_wkly_board_is_asked_about_one_lock_too() -> None:
    assert Wkly().ask_one(10, 1).hex() == "574b4c59090a830188"
    (told,) = Wkly().decoder().feed(xored(b"WKLY" + bytes.fromhex("0B 0A 83 00 02 01")))
    assert told == Report(10, (LockState(2, Door.OPEN, None),))
    (refused,) = Wkly().decoder().feed(xored(b"WKLY" + bytes.fromhex("0B 0A 83 FF 0D 00")))
    assert refused == Refusal(10, "the board cannot tell of lock 13 (result FF)")
    assert Wkly().decoder().feed(Wkly().ask_one(10, 1)) == [], "an echo is no answer"


@each
@given(st.data())
def test_the_echo_of_what_was_said_is_never_an_answer(name: str, data: st.DataObject) -> None:
    dialect, _, _ = DIALECTS[name]
    board = data.draw(st.integers(1, 15))
    echoes = data.draw(st.lists(st.sampled_from(everything_the_host_says(dialect, board)), max_size=6))
    assert fed(dialect.decoder(), b"".join(echoes), data) == []


@each
@given(st.data())
def test_answers_are_found_after_echoes_however_they_are_split(name: str, data: st.DataObject) -> None:
    dialect, board, answer = DIALECTS[name]
    closed = data.draw(st.lists(st.booleans(), min_size=dialect.locks, max_size=dialect.locks))
    found = fed(dialect.decoder(), (dialect.ask(board) + answer(board, closed)) * 2, data)
    assert [doors(one) for one in found] == [closed, closed]


def noise(dialect: Dialect, board: int) -> st.SearchStrategy[bytes]:
    head = DIALECTS["cu16"][2](board, []) if isinstance(dialect, Cu16) else dialect.ask(board)
    bits_of_it = st.one_of(st.binary(max_size=5), st.integers(0, 4).map(lambda size: head[:size]))
    return st.lists(bits_of_it, max_size=5).map(b"".join)


@each
@given(st.data())
def test_an_answer_is_found_whatever_lies_before_and_after_it(name: str, data: st.DataObject) -> None:
    dialect, board, answer = DIALECTS[name]
    closed = data.draw(st.lists(st.booleans(), min_size=dialect.locks, max_size=dialect.locks))
    before, after = data.draw(noise(dialect, board)), data.draw(noise(dialect, board))
    found = fed(dialect.decoder(), before + answer(board, closed) + after, data)
    assert closed in [doors(one) for one in found if isinstance(one, Report) and one.asked and one.board == board]


@each
@given(st.data())
def test_an_answer_with_one_damaged_byte_is_never_accepted(name: str, data: st.DataObject) -> None:
    dialect, board, answer = DIALECTS[name]
    closed = data.draw(st.lists(st.booleans(), min_size=dialect.locks, max_size=dialect.locks))
    wire = bytearray(answer(board, closed))
    wire[data.draw(st.integers(0, len(wire) - 1))] ^= data.draw(st.integers(1, 255))
    assert [one for one in fed(dialect.decoder(), bytes(wire), data) if isinstance(one, Report) and one.asked] == []


@each
@given(st.data())
def test_any_bytes_in_any_pieces_mean_the_same_and_leave_nothing(name: str, data: st.DataObject) -> None:
    dialect, board, _ = DIALECTS[name]
    wire = b"".join(data.draw(st.lists(noise(dialect, board), max_size=10)))
    whole, split = dialect.decoder(), dialect.decoder()
    assert list(whole.feed(wire)) + list(whole.finish()) == fed(split, wire, data)
    assert (whole._buffer, split._buffer) == (b"", b"")
