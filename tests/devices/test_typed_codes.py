"""Codes that are typed: the kernel's events, keys, and what is typed by number."""

import pytest
from devices.pieces import in_pieces
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.keyboard import EVENT, Keypad, TypedCodes
from jinghou_devices.sim.wedge import typed

ENTER, SHIFT, ALT, A = 28, 42, 56, 30


def events(keys: list[tuple[int, int]]) -> bytes:
    """As the kernel writes them, each with its report."""
    return b"".join(
        EVENT.pack(1700000000, 999, 1, key, value) + EVENT.pack(1700000000, 999, 0, 0, 0) for key, value in keys
    )


def wire(code: bytes) -> bytes:
    return events([*typed(code), (ENTER, 1), (ENTER, 0)])


printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30)


@given(st.lists(printable, max_size=3), st.data())
def test_what_is_typed_is_read_however_the_events_are_split(texts: list[str], data: st.DataObject) -> None:
    codes = TypedCodes()
    found: list[bytes] = []
    for piece in in_pieces(b"".join(wire(text.encode()) for text in texts), data):
        found += codes.feed(piece)
    assert found == [text.encode() for text in texts]


@pytest.mark.parametrize("text", ["静候大厅A023", "预约,请到8号窗口"])
def test_chinese_comes_by_its_numbers_in_gbk(text: str) -> None:
    assert TypedCodes().feed(wire(text.encode("gbk"))) == [text.encode("gbk")]


def test_chinese_comes_by_its_numbers_in_unicode_when_set_so() -> None:
    digits = [(key, value) for digit in str(ord("静")) for key, value in _tap(_KEYPAD[int(digit)])]
    keys = [(ALT, 1), *digits, (ALT, 0), (ENTER, 1), (ENTER, 0)]
    assert TypedCodes(Keypad.UNICODE).feed(events(keys)) == ["静".encode()]


_KEYPAD = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)


def _tap(key: int) -> list[tuple[int, int]]:
    return [(key, 1), (key, 0)]


def test_a_group_separator_comes_with_control() -> None:
    assert TypedCodes().feed(wire(b"01\x1d10")) == [b"01\x1d10"]


def test_a_key_held_down_is_typed_once() -> None:
    keys = [(A, 1), (A, 2), (A, 2), (A, 0), (ENTER, 1), (ENTER, 0)]
    assert TypedCodes().feed(events(keys)) == [b"a"]


def test_a_code_of_which_the_kernel_lost_keys_is_dropped_and_the_next_is_whole() -> None:
    codes = TypedCodes()
    lost = EVENT.pack(0, 0, 0, 3, 0)
    assert codes.feed(events(typed(b"ab")) + lost + wire(b"cd")) == []
    assert codes.torn == 1
    assert codes.feed(wire(b"next")) == [b"next"]


def test_a_code_without_enter_is_dropped_after_a_pause() -> None:
    codes = TypedCodes()
    codes.feed(events(typed(b"half")))
    assert codes.pause() == []
    assert codes.feed(wire(b"next")) == [b"next"]


@given(st.binary(max_size=200))
def test_noise_ends_and_the_next_events_are_in_step_again(noise: bytes) -> None:
    codes = TypedCodes()
    codes.feed(noise)
    codes.feed(wire(b"a") * 3)
    codes.pause()
    assert codes.feed(wire(b"next"))[-1:] == [b"next"]
