"""Making a grey picture easier to read: sharper, calmer, evenly lit, of another size. Reading it is done elsewhere."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""Rows of brightness, 0 to 255."""

_LIGHT_STEP: Final = 4  # light changes slowly: it is measured on a picture this many times smaller
_LIGHT_REACH: Final = np.ones((9, 9), np.uint8)


def at_most(picture: Grey, side: int) -> Grey:
    """The picture, made smaller when one of its sides is longer than `side` pixels."""
    longest = max(picture.shape)
    return picture if longest <= side else resized(picture, side / longest)


def resized(picture: Grey, factor: float) -> Grey:
    """The picture at another size, at least one pixel."""
    height, width = picture.shape
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return _grey(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC))


def calmed(picture: Grey, sigma: float) -> Grey:
    """Without what is finer than `sigma` pixels: grain, the pixels of a screen."""
    return _grey(cv2.GaussianBlur(picture, (0, 0), sigma))


def sharpened(picture: Grey, sigma: float, amount: float) -> Grey:
    """With edges that a blur of `sigma` pixels has softened made steeper."""
    return _grey(cv2.addWeighted(picture, 1 + amount, calmed(picture, sigma), -amount, 0))


def levelled(picture: Grey) -> Grey:
    """With the darkest and the brightest of each neighbourhood made black and white: against glare, shadow, haze."""
    height, width = picture.shape
    small = resized(picture, 1 / _LIGHT_STEP)

    def spread(extreme: Grey) -> NDArray[np.float32]:
        return np.asarray(cv2.resize(calmed(extreme, _LIGHT_STEP), (width, height)), np.float32)

    dark, bright = spread(_grey(cv2.erode(small, _LIGHT_REACH))), spread(_grey(cv2.dilate(small, _LIGHT_REACH)))
    return _grey(np.clip((picture - dark) / (bright - dark + 8) * 255, 0, 255))


def contrasted(picture: Grey) -> Grey:
    """With the contrast of each eighth of the picture stretched."""
    return _grey(cv2.createCLAHE(3, (8, 8)).apply(picture))


def _grey(picture: object) -> Grey:
    return np.asarray(picture, np.uint8)
