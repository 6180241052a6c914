"""Pictures in a camera's stream: whole ones are found, broken ones dropped, whatever lies between."""

import io

from devices.pieces import in_pieces
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jinghou_devices.codecs.mjpeg import Decoder


def jpeg(level: int, *, progressive: bool = False, thumbnail: bytes = b"") -> bytes:
    stream = io.BytesIO()
    picture = Image.effect_mandelbrot((40, 30), (-2, -1, 1, 1), 20 + level % 80)
    picture.save(stream, "JPEG", progressive=progressive, comment=thumbnail)
    return stream.getvalue()


PICTURES = [jpeg(1), jpeg(2, progressive=True), jpeg(3, thumbnail=jpeg(4))]
HEAD = b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"
LONG = b"".join(HEAD + picture for picture in PICTURES) * (0x10000 // len(PICTURES[0]))  # more than a segment may skip
noise = st.lists(
    st.one_of(st.binary(max_size=20), st.sampled_from([HEAD, b"\xff\xd8", b"\xff\xd9", b"\xff\xff", PICTURES[0][:60]])),
    max_size=4,
).map(b"".join)


def fed(wire: bytes, data: st.DataObject) -> list[bytes]:
    decoder = Decoder()
    found: list[bytes] = []
    for piece in in_pieces(wire, data):
        found += decoder.feed(piece)
    return found


@given(st.lists(st.sampled_from(PICTURES), max_size=4), st.data())
def test_pictures_are_found_however_they_are_split_or_merged(pictures: list[bytes], data: st.DataObject) -> None:
    assert fed(b"".join(HEAD + picture for picture in pictures), data) == pictures


@given(st.sampled_from(PICTURES), st.integers(4, 500), st.data())
def test_a_picture_that_breaks_off_is_dropped_and_it_is_in_step_again(
    half: bytes, cut: int, data: st.DataObject
) -> None:
    found = fed(half[:cut] + LONG, data)
    assert half[:cut] not in found
    assert found[-1] == PICTURES[2]


@given(noise, st.data())
def test_after_noise_it_is_in_step_again(before: bytes, data: st.DataObject) -> None:
    assert fed(before + LONG, data)[-1] == PICTURES[2]


@given(noise, st.data())
def test_noise_alone_ends(wire: bytes, data: st.DataObject) -> None:
    fed(wire, data)
