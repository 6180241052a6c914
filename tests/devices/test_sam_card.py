"""What is on a card, for each of the four layouts, written byte by byte from the protocol's table."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinghou_devices.codecs.sam_card import LAYOUTS, NATIONS, BadCard, new_address, parse
from jinghou_devices.kinds.id_reader import CardKind

NUMBER = "100000199003077893"


def area(*fields: tuple[int, str]) -> bytes:
    text = bytearray(" ".encode("utf-16-le") * 128)
    for offset, value in fields:
        raw = value.encode("utf-16-le")
        text[offset : offset + len(raw)] = raw
    return bytes(text)


RESIDENT = (
    (0, "沐听雨"),
    (30, "2"),
    (32, "15"),
    (36, "19900307"),
    (52, "云溪市静候区听雨路1号"),
    (122, NUMBER),
    (158, "云溪市公安局"),
    (188, "20200101"),
    (204, "20400101"),
)


def test_a_resident_card() -> None:
    card = parse(area(*RESIDENT))
    assert card.kind is CardKind.RESIDENT
    assert (card.name, card.sex, card.nation, card.number) == ("沐听雨", "女", "土家", NUMBER)
    assert (card.birth, card.valid_from, card.valid_to) == (date(1990, 3, 7), date(2020, 1, 1), date(2040, 1, 1))
    assert (card.address, card.issuer, card.long_term) == ("云溪市静候区听雨路1号", "云溪市公安局", False)


def test_a_card_valid_for_ever_has_no_last_day() -> None:
    card = parse(area(*RESIDENT[:-1], (204, "长期")))
    assert card.long_term
    assert card.valid_to is None


def test_a_card_of_hong_kong_macao_or_taiwan_has_a_permit_and_no_nation() -> None:
    card = parse(area(*RESIDENT, (220, "Z00000001"), (238, "01"), (248, "J")))
    assert card.kind is CardKind.HMT
    assert (card.nation, card.permit_number, card.issue_count) == ("", "Z00000001", "01")


def test_a_foreigner_card_of_2017() -> None:
    card = parse(
        area(
            (0, "SPECIMEN, BERYL"),
            (120, "1"),
            (122, "UTO000000000001"),
            (152, "UTO"),
            (158, "若水"),
            (188, "20170601"),
            (204, "20270601"),
            (220, "19851231"),
            (236, "01"),
            (240, "0000"),
            (248, "I"),
        )
    )
    assert card.kind is CardKind.FOREIGNER
    assert (card.name, card.chinese_name, card.nation) == ("SPECIMEN, BERYL", "若水", "UTO")
    assert (card.number, card.birth, card.valid_to) == ("UTO000000000001", date(1985, 12, 31), date(2027, 6, 1))
    assert (card.card_version, card.issuer) == ("01", "0000")


FOREIGNER_2023 = area(
    (0, "若水"),
    (30, "2"),
    (32, "00"),
    (36, "19851231"),
    (52, "A" * 35),
    (220, "B" * 11),
    (122, "900000198512310000"),
    (188, "20230601"),
    (204, "20330601"),
    (242, "UTO"),
    (248, "Y"),
)


def test_a_foreigner_card_of_2023_joins_the_two_parts_of_a_long_name() -> None:
    card = parse(FOREIGNER_2023)
    assert card.kind is CardKind.FOREIGNER
    assert card.name == "A" * 35 + "B" * 11
    assert (card.chinese_name, card.nation, card.valid_from) == ("若水", "UTO", date(2023, 6, 1))
    assert card.issue_count == "00"


def test_the_2023_layout_can_be_left_out_of_a_readers_profile() -> None:
    older = {letter: layout for letter, layout in LAYOUTS.items() if letter != "Y"}
    with pytest.raises(BadCard, match="type 'Y' is not known"):
        parse(FOREIGNER_2023, older)


def test_the_nations_are_those_of_the_standard() -> None:
    assert len(NATIONS) == 58
    assert [NATIONS[code] for code in ("01", "05", "15", "31", "56", "97", "98")] == [
        "汉",
        "维吾尔",
        "土家",
        "达斡尔",
        "基诺",
        "其他",
        "外国血统",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (bytes(255), "256 bytes"),
        (area((0, "沐听雨")), "no number"),
        (area((122, NUMBER)), "no name"),
        (area(*RESIDENT, (36, "19901307")), "date of birth"),
        (b"\x00\xd8" + area(*RESIDENT)[2:], "UTF-16"),
    ],
)
def test_a_damaged_card_is_refused_without_repeating_what_it_says(text: bytes, why: str) -> None:
    with pytest.raises(BadCard, match=why) as fault:
        parse(text)
    assert "沐" not in str(fault.value)
    assert "1990" not in str(fault.value)
    assert fault.value.__cause__ is None


@pytest.mark.parametrize(
    ("number", "valid"),
    [(NUMBER, True), (NUMBER[:-1] + "7", False), ("100000199013077893", False), ("UTO000000000001", None)],
)
def test_a_wrong_check_digit_is_told_and_the_card_is_read_all_the_same(number: str, valid: bool | None) -> None:
    card = parse(area(*(field for field in RESIDENT if field[0] != 122), (122, number)))
    assert (card.number, card.number_valid) == (number, valid)


def test_an_address_added_later_is_text_or_nothing() -> None:
    assert new_address("听雨路9号".ljust(35).encode("utf-16-le")) == "听雨路9号"
    assert new_address(b"") == ""
    with pytest.raises(BadCard, match="UTF-16"):
        new_address(b"\x00\xd8")


letters = st.sampled_from(["", "J", "I", "Y", "Q"])


@given(st.binary(min_size=256, max_size=256), letters)
def test_whatever_a_card_holds_it_is_a_card_or_refused(text: bytes, letter: str) -> None:
    marked = bytearray(text)
    marked[248:250] = letter.encode("utf-16-le") or b" \0"
    with contextlib.suppress(BadCard):
        assert parse(bytes(marked)).name


@given(st.binary(max_size=80))
def test_whatever_an_added_address_holds_it_is_text_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadCard):
        assert "\0" not in new_address(data)


def test_the_repr_of_a_card_shows_nothing_of_the_person() -> None:
    shown = repr(parse(area(*RESIDENT)))
    assert not any(secret in shown for secret in ("沐", NUMBER, "1990", "云溪"))
