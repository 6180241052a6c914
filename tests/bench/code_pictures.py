"""Pictures of codes whose content is known: drawn from a seed and spoilt in the ways of a hall's camera.

Glare, blur, tilt, dark mode, weak contrast, a phone's screen, small codes, noise, scratches, uneven light. The codes
are drawn by segno, and those that it does not know by zxing-cpp.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
WIDTH: Final = 640
HEIGHT: Final = 480


@dataclass(frozen=True)
class CodePicture:
    """One picture: how it was spoilt, and the bytes that its one code holds."""

    spoilt: str
    content: bytes
    picture: Grey


def pictures(seed: int, of_each: int) -> Iterator[CodePicture]:
    """`of_each` pictures of every way of spoiling; the same for the same seed."""
    for name, spoil in SPOILS.items():
        for turn in range(of_each):
            dice = np.random.default_rng((seed, turn, *name.encode()))
            content, code = _code(dice)
            yield CodePicture(name, content, _as_jpeg(spoil(code, dice), dice))


def _content(dice: np.random.Generator) -> bytes:
    number = int(dice.integers(10**9))
    text = (
        f"https://example.invalid/t/{number:09d}{number * 7:011d}",
        f"静候大厅 预约 A{number % 1000:03d},请到{number % 54 + 1}号窗口",
        f"业务受理单 {number:09d} 不动产登记 沐听雨",
        f"JH{number:09d}",
    )[int(dice.integers(4))]
    return text.encode("gb18030" if dice.random() < 0.4 else "utf-8")


def _code(dice: np.random.Generator) -> tuple[bytes, Grey]:
    """Some content and its code, one pixel a module, with a quiet zone."""
    content = _content(dice)
    other = dice.random()
    if other < 0.84 or not content.isascii():
        matrix = segno.make(content, mode="byte", error="LMQH"[int(dice.integers(4))], micro=False).matrix
        modules = np.where(np.array([list(row) for row in matrix]), 0, 255).astype(np.uint8)
        return content, _framed(modules)
    formats = zxingcpp.BarcodeFormat
    kind = (formats.DataMatrix, formats.PDF417, formats.Aztec, formats.Code128)[int(dice.integers(4))]
    drawn = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(content.decode(), kind)))
    drawn = drawn if kind is not formats.Code128 else np.repeat(drawn[:1], 40, axis=0)
    return content, _framed(drawn)


def _framed(modules: Grey) -> Grey:
    return np.asarray(np.pad(modules, 4, constant_values=255), np.uint8)


def _scene(dice: np.random.Generator) -> Grey:
    """What is behind a code: a counter, papers, a coat."""
    base = np.full((HEIGHT, WIDTH), int(dice.integers(60, 190)), np.uint8)
    for _ in range(int(dice.integers(2, 9))):
        x, y = int(dice.integers(WIDTH)), int(dice.integers(HEIGHT))
        size = (x + int(dice.integers(20, 240)), y + int(dice.integers(10, 160)))
        cv2.rectangle(base, (x, y), size, (int(dice.integers(30, 230)),), -1)
    for line in range(int(dice.integers(0, 5))):
        place = (int(dice.integers(0, WIDTH // 2)), 20 + 90 * line)
        cv2.putText(base, "JINGHOU 0123", place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20,), 2)
    return _blurred(base, 0.8)


def _placed(code: Grey, dice: np.random.Generator, size: float, tilt: float = 0.05, turn: float = 0.25) -> Grey:
    """The code in a scene, `size` pixels on its longer side, turned and seen from an angle."""
    rows, columns = code.shape
    scale = max(1, round(900 / max(rows, columns)))
    sharp = np.kron(code, np.ones((scale, scale), np.uint8))
    wide, high = size * columns / max(rows, columns), size * rows / max(rows, columns)
    wide, high = min(wide, WIDTH * 0.9), min(high, HEIGHT * 0.9)
    angle = dice.uniform(-turn, turn)
    corners = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)]) / 2
    corners *= 1 + dice.uniform(-tilt, tilt, (4, 1))
    corners += dice.uniform(-tilt, tilt, (4, 2)) * size
    corners = corners @ np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    room = np.array([WIDTH / 2, HEIGHT / 2]) - np.abs(corners).max(axis=0)
    corners += np.array([WIDTH / 2, HEIGHT / 2]) + dice.uniform(-1, 1, 2) * np.maximum(room - 4, 0)
    height, width = sharp.shape
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    shrink = _blurred(sharp, max(0.3, 0.45 * max(height, width) / size))  # a lens does not alias
    seen = cv2.warpPerspective(shrink, warp, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full_like(sharp, 255), warp, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    share = mask.astype(np.float32) / 255
    return _bytes(seen * share + _scene(dice) * (1 - share))


def _bytes(values: NDArray[np.floating]) -> Grey:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _blurred(picture: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def _as_jpeg(picture: Grey, dice: np.random.Generator) -> Grey:
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(55, 92))])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), np.uint8)


def _grain(picture: Grey, dice: np.random.Generator, sigma: float) -> Grey:
    return _bytes(picture + dice.normal(0, sigma, picture.shape))


def _modules(code: Grey) -> int:
    return int(max(code.shape))


def _plain(code: Grey, dice: np.random.Generator) -> Grey:
    return _grain(_placed(code, dice, _modules(code) * dice.uniform(4.5, 7)), dice, 3)


def _small(code: Grey, dice: np.random.Generator) -> Grey:
    return _grain(_placed(code, dice, _modules(code) * dice.uniform(1.6, 2.6), tilt=0.02), dice, 3)


def _blur(code: Grey, dice: np.random.Generator) -> Grey:
    pitch = dice.uniform(4, 7)
    return _grain(_blurred(_placed(code, dice, _modules(code) * pitch), pitch * dice.uniform(0.4, 0.85)), dice, 2)


def _motion(code: Grey, dice: np.random.Generator) -> Grey:
    pitch = dice.uniform(4, 7)
    length = int(pitch * dice.uniform(0.8, 2.0)) | 1
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), dice.uniform(0, 180), 1)
    kernel = np.asarray(cv2.warpAffine(kernel, turn, (length, length)), np.float32)
    picture = _placed(code, dice, _modules(code) * pitch)
    return _grain(np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8), dice, 2)


def _noise(code: Grey, dice: np.random.Generator) -> Grey:
    return _grain(_placed(code, dice, _modules(code) * dice.uniform(3.5, 6)), dice, dice.uniform(25, 70))


def _low_contrast(code: Grey, dice: np.random.Generator) -> Grey:
    picture = _placed(code, dice, _modules(code) * dice.uniform(3.5, 6))
    level, span = dice.uniform(60, 190), dice.uniform(0.04, 0.16)
    return _grain(_bytes(level + (picture - 128.0) * span), dice, dice.uniform(1, 3.5))


def _inverted(code: Grey, dice: np.random.Generator) -> Grey:
    dark = np.asarray(30 + (255 - code.astype(np.float32)) * 0.7, np.uint8)
    return _grain(_placed(dark, dice, _modules(code) * dice.uniform(3, 6)), dice, 5)


def _light(dice: np.random.Generator, count: int, spread: tuple[float, float]) -> NDArray[np.floating]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    light = np.zeros((HEIGHT, WIDTH))
    for _ in range(count):
        cx, cy = dice.uniform(0.25, 0.75) * WIDTH, dice.uniform(0.25, 0.75) * HEIGHT
        sx, sy = dice.uniform(*spread), dice.uniform(*spread)
        light += np.exp(-(((x - cx) / sx) ** 2 + ((y - cy) / sy) ** 2))
    return light


def _glare(code: Grey, dice: np.random.Generator) -> Grey:
    picture = _placed(code, dice, _modules(code) * dice.uniform(4.5, 7)) * dice.uniform(0.4, 0.8)
    lamp = _light(dice, int(dice.integers(1, 3)), (25, 110)) * dice.uniform(140, 330)
    return _grain(_bytes(picture + lamp), dice, 3)


def _shadow(code: Grey, dice: np.random.Generator) -> Grey:
    picture = _placed(code, dice, _modules(code) * dice.uniform(4, 7))
    angle, place = dice.uniform(0, 2 * np.pi), dice.uniform(-80, 80)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    far = (x - WIDTH / 2) * np.cos(angle) + (y - HEIGHT / 2) * np.sin(angle) - place
    light = dice.uniform(0.06, 0.25) + 1 / (1 + np.exp(-far / dice.uniform(3, 90)))
    return _grain(_bytes(picture * np.minimum(light, 1.0)), dice, 3)


def _tilt(code: Grey, dice: np.random.Generator) -> Grey:
    return _grain(
        _placed(code, dice, _modules(code) * dice.uniform(5, 8), tilt=dice.uniform(0.1, 0.2), turn=3.1), dice, 3
    )


def _screen(code: Grey, dice: np.random.Generator) -> Grey:
    """A phone's screen: the grid of its pixels beats with that of the camera, and it glows unevenly."""
    picture = _placed(code, dice, _modules(code) * dice.uniform(3.5, 6), turn=0.4).astype(np.float32)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    for _ in range(2):
        angle, period = dice.uniform(0, np.pi), dice.uniform(2.1, 9)
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
        picture *= 1 - dice.uniform(0.1, 0.45) * (0.5 + 0.5 * wave)
    bands = 1 - dice.uniform(0, 0.4) * (0.5 + 0.5 * np.sin(y * 2 * np.pi / dice.uniform(40, 200)))
    return _grain(_bytes(30 + picture * bands), dice, 5)


def _damaged(code: Grey, dice: np.random.Generator) -> Grey:
    spoilt = code.copy()
    rows, columns = spoilt.shape
    for _ in range(int(dice.integers(1, 4))):
        thick = 1 + int(dice.random() < 0.3)
        ends = [(int(dice.integers(4, columns - 4)), int(dice.integers(4, rows - 4))) for _ in range(2)]
        cv2.line(spoilt, ends[0], ends[1], (int(dice.choice([0, 255])),), thick)
    return _grain(_placed(spoilt, dice, _modules(code) * dice.uniform(4, 7)), dice, 3)


def _everything(code: Grey, dice: np.random.Generator) -> Grey:
    """A little of several at once, as mostly."""
    pitch = dice.uniform(3, 5)
    picture = _blurred(_placed(code, dice, _modules(code) * pitch, tilt=0.1), pitch * dice.uniform(0.2, 0.4))
    lit = 20 + picture * (dice.uniform(0.2, 0.5) + 0.5 * _light(dice, 1, (150, 400)))
    return _grain(_bytes(lit), dice, dice.uniform(4, 12))


SPOILS: Final[dict[str, Callable[[Grey, np.random.Generator], Grey]]] = {
    "plain": _plain,
    "small": _small,
    "blur": _blur,
    "motion": _motion,
    "noise": _noise,
    "low contrast": _low_contrast,
    "inverted": _inverted,
    "glare": _glare,
    "shadow": _shadow,
    "tilt": _tilt,
    "screen": _screen,
    "damaged": _damaged,
    "everything": _everything,
}
