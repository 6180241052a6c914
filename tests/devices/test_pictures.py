"""Codes in pictures: what they say, what pictures are taken, and that no picture breaks anything."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from jinghou_devices.kinds.code_scanner import ScannedCode
from jinghou_devices.pictures import zbar
from jinghou_devices.pictures.decoding import decode, decode_frame
from jinghou_devices.pictures.files import BadPicture, decode_file, read_picture

Grey = NDArray[np.uint8]


def qr(content: bytes, scale: int = 5) -> Image.Image:
    stream = io.BytesIO()
    segno.make(content, mode="byte", micro=False).save(stream, kind="png", scale=scale, border=4)
    return Image.open(stream).convert("L")


def grey(picture: Image.Image) -> Grey:
    return np.asarray(picture, np.uint8)


def only(picture: Grey) -> bytes:
    (code,) = decode(picture)
    return code.raw


@pytest.mark.parametrize("text", ["静候", "静候大厅预约A023", "不动产登记", "请", "https://example.invalid/t/1"])
@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_the_text_of_a_code_is_read_in_either_encoding(text: str, charset: str) -> None:
    (code,) = decode(grey(qr(text.encode(charset))))
    assert (code.text, code.raw, code.format) == (text, text.encode(charset), "QRCode")


@given(st.binary(min_size=1, max_size=120))
@settings(deadline=None, max_examples=40)
def test_both_readers_give_the_bytes_as_they_are(raw: bytes) -> None:
    picture = grey(qr(raw))
    assert only(picture) == raw
    assert [code.raw for code in zbar.read(picture)] in ([raw], [])


@pytest.mark.parametrize("name", ["DataMatrix", "PDF417", "Aztec", "Code128", "MicroQRCode", "Code39"])
def test_other_codes_are_read_too(name: str) -> None:
    drawn = zxingcpp.create_barcode("A023", getattr(zxingcpp.BarcodeFormat, name))
    picture = np.array(zxingcpp.write_barcode_to_image(drawn, scale=4))
    (code,) = decode(np.pad(picture, 40, constant_values=255))
    assert (code.text, code.format) == ("A023", name)


def test_a_code_in_dark_mode_is_read() -> None:
    assert only(255 - grey(qr(b"A023"))) == b"A023"


def test_a_code_in_colour_is_read() -> None:
    picture = np.stack([grey(qr(b"A023"))] * 3, axis=2)
    assert only(picture) == b"A023"
    assert only(np.dstack([picture, picture[:, :, :1]])) == b"A023"


def test_two_codes_in_a_picture_are_two() -> None:
    picture = np.hstack([grey(qr(b"one")), grey(qr(b"two"))])
    assert {code.raw for code in decode(picture)} == {b"one", b"two"}


def test_a_blurred_code_is_read_with_patience_and_not_without() -> None:
    blurred = np.asarray(cv2.GaussianBlur(grey(qr(b"https://example.invalid/t/000000001", 6)), (0, 0), 3.5), np.uint8)
    assert decode(blurred, patience_s=0) == ()
    assert only(blurred) == b"https://example.invalid/t/000000001"
    assert any(decode_frame(blurred, turn) for turn in range(8))


@given(
    arrays.arrays(
        np.uint8,
        st.one_of(
            arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=60),
            st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 5)),
        ),
    )
)
@settings(deadline=None, max_examples=60)
def test_no_picture_breaks_the_readers(picture: Grey) -> None:
    assert isinstance(decode(picture, patience_s=10), tuple)


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=10)
def test_noise_says_nothing(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (200, 320), dtype=np.uint8)
    assert decode(noise) == ()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM", "JPEG2000"])
def test_pictures_of_many_forms_are_taken(tmp_path: Path, form: str) -> None:
    file = tmp_path / "二维码 图片"
    qr(b"A023").save(file, form)
    assert [code.raw for code in _codes(file)] == [b"A023"]


def _codes(file: Path) -> tuple[ScannedCode, ...]:
    codes = decode_file(file)
    assert isinstance(codes, tuple), codes
    return codes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_exif_says(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.effect_mandelbrot((60, 40), (-2, -1, 1, 1), 50).save(tmp_path / "turned.jpg", exif=exif)
    height, width = read_picture(tmp_path / "turned.jpg").shape
    assert (width, height) == ((60, 40) if orientation <= 4 else (40, 60))


def test_black_on_nothing_is_black_on_white(tmp_path: Path) -> None:
    code = qr(b"A023")
    clear = Image.new("LA", code.size)
    clear.putalpha(code.point(lambda level: 255 - level))
    clear.save(tmp_path / "clear.png")
    assert len(_codes(tmp_path / "clear.png")) == 1


def test_sixteen_bits_a_pixel_are_scaled(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "deep.png"), grey(qr(b"A023")).astype(np.uint16) * 200)
    assert len(_codes(tmp_path / "deep.png")) == 1


def test_a_very_large_photograph_is_read_smaller(tmp_path: Path) -> None:
    large = qr(b"A023").resize((9000, 9000), Image.Resampling.NEAREST)
    large.save(tmp_path / "large.jpg")
    assert max(read_picture(tmp_path / "large.jpg").shape) < 9000
    assert len(_codes(tmp_path / "large.jpg")) == 1


def test_a_picture_that_no_memory_bears_is_told_in_a_line(tmp_path: Path) -> None:
    Image.new("1", (40000, 20000)).save(tmp_path / "huge.png")
    fault = decode_file(tmp_path / "huge.png")
    assert isinstance(fault, BadPicture)
    assert "800 million pixels are too many" in str(fault)


@given(st.integers(0, 3000), st.binary(max_size=40))
@settings(deadline=None, max_examples=40)
def test_damaged_files_are_read_or_told(tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes) -> None:
    file = tmp_path_factory.mktemp("damaged") / "picture.jpg"
    stream = io.BytesIO()
    qr(b"A023").save(stream, "JPEG")
    file.write_bytes(stream.getvalue()[:cut] + noise)
    codes = decode_file(file)
    assert "\n" not in str(codes)
