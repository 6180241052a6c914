"""The simulated printer by itself: raw bytes in, paper out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import serial
import zxingcpp
from devices.simulators import Sim, until
from escpos.printer import Dummy  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

Start = Callable[..., Sim]


def sent(sim: Sim, data: bytes) -> None:
    with serial.Serial(sim.port, 115200, timeout=2) as port:
        port.write(data)
        port.flush()
        until(lambda: len(sim.papers()) >= 1)


def extremes(picture: Image.Image) -> tuple[float, float]:
    """The darkest and the lightest grey, 0 is black."""
    darkest, lightest = picture.getextrema()
    assert isinstance(darkest, int | float)
    assert isinstance(lightest, int | float)
    return darkest, lightest


@pytest.mark.parametrize(("width", "dots"), [("80", 576), ("58", 384)])
def test_a_paper_is_a_picture_whose_qr_code_reads(start_sim: Start, tmp_path: Path, width: str, dots: int) -> None:
    sim = start_sim("escpos", "--paper-dir", str(tmp_path / "tray"), "--width", width, "--speed", "5000")
    maker = Dummy()
    maker.qr("https://example.invalid/t/静候", ec=1, size=6, native=True)
    sent(sim, b"\x1b@" + "请在此等候\n".encode("gb18030") + b"\x1ba\x01" + maker.output + b"\x1dV\x42\x00")
    (paper,) = sim.papers()
    with Image.open(paper["png"]) as picture:
        assert picture.width == dots
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["https://example.invalid/t/静候"]
        assert extremes(picture.crop((0, 28, 120, 52)))[0] < 60  # ink where the hanzi are
        assert extremes(picture.crop((130, 28, dots, 52)))[0] > 240  # and none after them
    assert Path(paper["txt"]).read_text(encoding="utf-8") == paper["text"]


def test_a_picture_made_by_python_escpos_is_printed_as_it_is(start_sim: Start, tmp_path: Path) -> None:
    sim = start_sim("escpos", "--paper-dir", str(tmp_path), "--speed", "5000")
    square = Image.new("1", (64, 32), 1)
    square.paste(0, (16, 8, 48, 24))
    maker = Dummy()
    maker.image(square, impl="bitImageRaster")
    sent(sim, maker.output + b"\x1dV\x00")
    (paper,) = sim.papers()
    assert "[picture 64 x 32]" in paper["text"]
    with Image.open(paper["png"]) as picture:
        assert extremes(picture.crop((17, 37, 47, 51)))[1] < 60
        assert extremes(picture.crop((0, 28, 15, 60)))[0] > 240


def test_hanzi_are_two_columns_and_lines_wrap_at_the_edge(start_sim: Start) -> None:
    sim = start_sim("escpos", "--width", "58", "--speed", "5000")
    sent(sim, ("候" * 17 + "\n").encode("gb18030") + b"\x1d!\x11" + b"A" * 17 + b"\n\x1dV\x00")
    assert sim.papers()[0]["text"].splitlines() == ["候" * 16, "候", "A" * 16, "A"]


def test_unknown_commands_are_counted(start_sim: Start) -> None:
    sim = start_sim("escpos", "--speed", "5000")
    sent(sim, b"\x1bz\x1bz\x1c\x01text\n\x1dV\x00")
    assert sim.ask("status")["unknown_commands"] == {"1B 7A": 2, "1C 01": 1}
    assert sim.papers()[0]["text"].splitlines() == ["text"]


def test_a_simulators_socket_is_its_owners_only_and_all_goes_with_it(start_sim: Start, tmp_path: Path) -> None:
    link = tmp_path / "port"
    sim = start_sim("sam", "--link", str(link))
    assert sim.socket.stat().st_mode & 0o777 == 0o600
    assert str(link.readlink()) == sim.port
    sim.stop()
    assert not sim.socket.exists()
    assert not os.path.lexists(link)
    assert sim.process.returncode == 0


def test_a_name_taken_over_by_a_newer_simulator_stays_when_the_older_one_goes(start_sim: Start, tmp_path: Path) -> None:
    link = tmp_path / "port"
    older, newer = start_sim("sam", "--link", str(link)), start_sim("sam", "--link", str(link))
    older.stop()
    assert str(link.readlink()) == newer.port


def test_invented_people_have_valid_numbers_from_places_that_do_not_exist(sam_sim: Sim) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for kind, place in (("resident", "100000"), ("hmt", "840000"), ("foreigner_2023", "900000")):
        number = sam_sim.ask("place", kind=kind)["person"]["number"]
        assert number.startswith(place)
        total = sum(weight * int(digit) for weight, digit in zip(weights, number[:17], strict=True))
        assert "10X98765432"[total % 11] == number[17]
