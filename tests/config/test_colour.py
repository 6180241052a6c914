"""A hall's own colour is taken when people can read what stands on it, and refused with the ratio when they cannot."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jinghou_config.colour import HIGH, PAPER, USUAL, accents_of, contrast, readable_accent
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import KioskSettings

KIOSK = """
[screen]
px_per_mm = 2.71
[server]
url = "http://192.0.2.10:8470"
hall = "yunxi"
token = "secret"
[brand]
accent = "{}"
"""


def test_ratio_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast("#14576B", "#14576B") == 1


@given(st.integers(0, 0xFFFFFF))
def test_text_stands_out_on_all_that_is_made_of_a_colour_that_was_taken(number: int) -> None:
    colour = f"#{number:06X}"
    assume(contrast(colour, PAPER) >= USUAL)
    made = accents_of(readable_accent(colour))
    assert contrast("#5B6872", made["accentSoft"]) >= USUAL
    assert contrast(made["accentInkSoft"], made["accent"]) >= USUAL
    assert contrast("#FFFFFF", made["accentPressed"]) >= USUAL
    assert contrast(made["accentContrast"], PAPER) >= HIGH


@pytest.mark.parametrize(
    ("accent", "said"),
    [
        ("#E8B04A", "brand.accent = '#E8B04A': Value error, stands out from the paper #F6F4EF by 1.78 to 1"),
        ("teal", "brand.accent = 'teal': Value error, is not a colour such as #14576B"),
    ],
)
def test_a_colour_that_cannot_be_used_is_refused_with_its_key_and_what_was_measured(
    tmp_path: Path, accent: str, said: str
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(KIOSK.format(accent), "utf-8")
    with pytest.raises(ConfigError) as error:
        KioskSettings.load(file)
    assert said in str(error.value)
