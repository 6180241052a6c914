"""Receipts as bytes: widths, wrapping, large text, QR codes."""

import contextlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jinghou_devices.codecs.charset import Charset, fit
from jinghou_devices.codecs.columns import printable, width, wrap
from jinghou_devices.codecs.receipt import Cutter, render
from jinghou_devices.kinds.receipt_printer import (
    Align,
    BadReceipt,
    Block,
    Columns,
    Feed,
    Picture,
    Qr,
    Receipt,
    Rule,
    Text,
)


def rendered(*blocks: Block, paper_mm: int = 80) -> bytes:
    return render(Receipt(blocks), paper_mm)


def test_a_hanzi_is_two_columns_and_full_width_punctuation_too() -> None:
    assert [width(text) for text in ("A023", "静候", "请,坐", "，", "")] == [4, 4, 5, 2, 0]


def test_full_width_punctuation_alone_is_printed_as_itself() -> None:
    assert "，".encode("gb18030") in rendered(Text("，"))


def test_text_is_gb18030_between_reset_and_cut() -> None:
    assert rendered(Text("请坐")) == bytes.fromhex("1B 40 1C 26 C7EB D7F8 0A 1D 56 42 00")


@pytest.mark.parametrize(("paper_mm", "columns"), [(58, 32), (80, 48)])
def test_a_line_takes_16_hanzi_on_58_mm_and_24_on_80_mm(paper_mm: int, columns: int) -> None:
    full = "候" * (columns // 2)
    lines = rendered(Text(full + "候"), paper_mm=paper_mm)[4:-4].split(b"\n")
    assert [line.decode("gb18030") for line in lines] == [full, "候", ""]
    assert rendered(Rule(), paper_mm=paper_mm)[4:-4] == ("─" * (columns // 2)).encode("gb18030") + b"\n"


def test_columns_stand_left_and_right() -> None:
    line = rendered(Columns(("当前等待", "3 人")), paper_mm=58)[4:-5].decode("gb18030")
    assert line.startswith("当前等待 ")
    assert line.endswith(" 3 人")
    assert width(line) == 32


def test_a_long_cell_wraps_beside_its_neighbour() -> None:
    lines = (
        rendered(Columns(("不动产登记与交易综合受理业务", "12 号窗口")), paper_mm=58)[4:-5]
        .decode("gb18030")
        .split("\n")
    )
    assert lines[0].endswith("12 号窗口")
    assert lines[1] == "理业务"
    assert max(map(width, lines)) == 32


def test_large_bold_centred_text_is_switched_on_and_off_again() -> None:
    body = rendered(Text("A023", Align.CENTRE, scale=4, bold=True))[4:-4]
    assert body == bytes.fromhex("1B6101 1B3368 1C5701 1D2133 1B4501") + b"A023\n" + bytes.fromhex(
        "1B4500 1D2100 1C5700 1B32 1B6100"
    )


@pytest.mark.parametrize(
    ("data", "store"), [("A023", "1D 28 6B 07 00 31 50 30 41 30 32 33"), ("号", "1D 28 6B 06 00 31 50 30 E5 8F B7")]
)
def test_a_qr_code_is_model_2_with_its_size_and_correction_then_stored_in_utf_8_then_printed(
    data: str, store: str
) -> None:
    before = "1D 28 6B 04 00 31 41 32 00  1D 28 6B 03 00 31 43 06  1D 28 6B 03 00 31 45 31"
    after = "1D 28 6B 03 00 31 51 30"
    assert rendered(Qr(data))[4:-4] == bytes.fromhex(f"1B6101 {before} {store} {after} 1B6100")


def test_a_name_cannot_smuggle_in_a_command() -> None:
    assert b"\x1dV" not in rendered(Text("evil\x1dV\x00\x10\x04\x01"))[:-4]


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (Qr(""), "hold something"),
        (Qr("x\x1b@"), "control characters"),
        (Qr("x" * 3000), "too many"),
        (Qr("x" * 200, module_dots=16), "wider than the paper"),
        (Qr("x", module_dots=0), "1 to 16"),
        (Text("x", scale=9), "1 to 8"),
        (Feed(-1), "0 to 255"),
        (Columns(()), "at least one"),
        (Columns(tuple("abcdefghijklmnop")), "do not fit"),
    ],
)
def test_a_receipt_that_cannot_be_printed_says_why(block: Block, why: str) -> None:
    with pytest.raises(BadReceipt, match=why):
        rendered(block)


texts = st.text(alphabet=st.sampled_from("abc XYZ019，。、（）《》静候叫号等待 \n"), max_size=80)


@given(texts, st.integers(2, 48))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(max_size=60), st.integers(2, 48))
def test_any_text_wraps_and_can_be_sent(text: str, columns: int) -> None:
    for line in wrap(text, columns):
        assert width(line) <= columns
        assert not any(byte < 0x20 or byte == 0x7F for byte in line.encode("gb18030"))


def test_closing_punctuation_does_not_begin_a_line() -> None:
    assert wrap("请在此等候叫号，谢谢", 14) == ["请在此等候叫", "号，谢谢"]
    assert wrap("请到（三号窗口", 6) == ["请到", "（三号", "窗口"]


def test_words_are_kept_whole_where_they_fit() -> None:
    assert wrap("please wait for your number", 12) == ["please wait", "for your", "number"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_the_cut_is_the_printers() -> None:
    ends = {cutter: render(Receipt(()), 80, cutter=cutter)[4:] for cutter in Cutter}
    assert ends == {Cutter.FULL: b"\x1dVA\x00", Cutter.PARTIAL: b"\x1dVB\x00", Cutter.NONE: b"\x1bd\x05"}


def test_dots_of_a_picture_are_never_taken_for_a_real_time_command() -> None:
    rows = np.full((64, 64), 255, np.uint8)
    for row, pattern in enumerate((0x1004, 0x1005, 0x1014, 0x1010)):
        bits = [int(bit) for bit in f"{pattern:016b}"]
        rows[row, :16] = [0 if bit else 255 for bit in bits]
    body = rendered(Picture(rows))[4:-4]
    assert not any(command in body for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert body.startswith(b"\x1ba\x01\x1dv0\x00\x08\x00\x18\x00\x18\x04")


@given(st.text(max_size=40), st.sampled_from(Charset))
def test_any_text_fits_and_every_character_is_in_the_set(text: str, charset: Charset) -> None:
    assert all(len(line.encode("gb18030")) <= 96 for line in wrap(fit(text, Charset.GB2312), 48))
    for character in fit(printable(text), charset):
        assert len(character.encode("gb18030")) <= (4 if charset is Charset.GB18030 else 2)


def test_what_is_never_seen_takes_no_room() -> None:
    assert fit("\u200b静\ufe0f候\u200d👍🏽", Charset.GB18030) == "静候□"


@given(st.binary(max_size=60), st.integers(0, 60))
def test_a_damaged_picture_is_refused_or_printed_and_never_breaks_anything(noise: bytes, place: int) -> None:
    file = BytesIO()
    Image.new("L", (9, 9), 0).save(file, "PNG")
    good = file.getvalue()
    with contextlib.suppress(BadReceipt):
        assert rendered(Picture(good[:place] + noise + good[place + len(noise) :])).startswith(b"\x1b@")
    with pytest.raises(BadReceipt):
        rendered(Picture(noise))
