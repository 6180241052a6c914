"""A ticket's template: the standard one, a hall's own, and what is said of a wrong one."""

from pathlib import Path

import pytest

from jinghou_config.settings import ConfigError
from jinghou_config.ticket import BOOKING_FIELDS, FIELDS, BookingTemplate, PictureBlock, TextBlock, TicketTemplate

REST = '[[en]]\nblock = "rule"\n'


def loaded(folder: Path, text: str) -> TicketTemplate:
    file = folder / "ticket.toml"
    file.write_text(text, "utf-8")
    return TicketTemplate.load(file)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as wrong:
        loaded(folder, text)
    assert str(wrong.value).startswith(f"{folder / 'ticket.toml'}: ")
    assert "\n" not in str(wrong.value)
    return str(wrong.value).removeprefix(f"{folder / 'ticket.toml'}: ")


def test_the_standard_ticket_has_both_languages_and_uses_every_field() -> None:
    standard = TicketTemplate.load()
    for blocks in (standard.zh, standard.en):
        text = str(blocks)
        assert [one for one in FIELDS if f"{{{one}}}" not in text and f"only_if='{one}'" not in text] == []


def test_the_standard_paper_of_a_booking_uses_every_field_of_its_own_and_none_of_a_tickets(tmp_path: Path) -> None:
    standard = BookingTemplate.load()
    for blocks in (standard.zh, standard.en):
        text = str(blocks)
        assert [one for one in BOOKING_FIELDS if f"{{{one}}}" not in text] == []
    file = tmp_path / "booking.toml"
    file.write_text('[[zh]]\nblock = "text"\ntext = "{number}"\n' + REST, "utf-8")
    with pytest.raises(ConfigError, match=r"\{number\} is not a field; there are hall, service, zone, date"):
        BookingTemplate.load(file)


def test_a_halls_own_template_is_read_with_pictures_that_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"any")
    template = loaded(
        tmp_path,
        '[[zh]]\nblock = "picture"\nfile = "logo.png"\n[[zh]]\nblock = "text"\ntext = "{{ {number} }}"\n' + REST,
    )
    picture, text = template.zh
    assert isinstance(picture, PictureBlock)
    assert picture.file == tmp_path / "logo.png"
    assert isinstance(text, TextBlock)
    assert text.text.format_map({"number": "A023"}) == "{ A023 }"


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ('[[zh]]\nblock = "text"\ntext = "{name}"', "zh, block 1 (text), text: '{name}': {name} is not a field; there"),
        ('[[zh]]\nblock = "text"\ntext = "{number.__class__}"', "is not a field"),
        ('[[zh]]\nblock = "text"\ntext = "{number!r:>9}"', "{number!r:>9} is not a field"),
        ('[[zh]]\nblock = "text"\ntext = "{}"', "{} is not a field"),
        ('[[zh]]\nblock = "text"\ntext = "{number"', "a brace without its other half"),
        ('[[zh]]\nblock = "rule"\nonly_if = "weather"', "zh, block 1 (rule), only_if: 'weather': is not a field"),
        (
            '[[zh]]\nblock = "rule"\n[[zh]]\nblock = "logo"',
            "zh, block 2: block must be one of text, columns, qr, picture",
        ),
        ('[[zh]]\ntext = "x"', "zh, block 1: block must be one of"),
        ('[[zh]]\nblock = "text"', "zh, block 1 (text), text: is missing"),
        ('[[zh]]\nblock = "text"\ntext = "x"\nscale = 9', "zh, block 1 (text), scale: 9: Input should be less than"),
        ('[[zh]]\nblock = "text"\ntext = "x"\nalign = "middle"', "'left', 'centre' or 'right'"),
        (
            '[[zh]]\nblock = "text"\ntext = "x"\ncolour = 1',
            "zh, block 1 (text), colour: is unknown; there are only_if,",
        ),
        ('[[zh]]\nblock = "picture"\nfile = "none.png"', "there is no file"),
        ("", "zh: is missing"),
        ("zh = []", "zh: []: has no blocks"),
        ('[[ug]]\nblock = "rule"\n[[zh]]\nblock = "rule"', "ug: is unknown; there are zh, en"),
        ("[[zh]", "is not TOML"),
    ],
)
def test_a_wrong_template_names_the_place_and_what_was_expected(tmp_path: Path, blocks: str, fault: str) -> None:
    assert fault in refused(tmp_path, f"{blocks}\n{REST}")


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        TicketTemplate.load(tmp_path / "none.toml")
