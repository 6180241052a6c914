"""Pictures from a camera: what every line of pictures can do. The network's are in `http_video`, those that OpenCV
opens in `capture`."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jinghou_devices.transports import Line

Picture = NDArray[np.uint8]
"""Rows of pixels, grey or in OpenCV's order of colours."""


class Video(Line, Protocol):
    """A camera. It costs nothing while nobody wants its pictures."""

    def wake(self) -> None:
        """Pictures are wanted, from now on: none of before is handed out. Raises DeviceError."""

    def frame(self, deadline: float) -> Picture | None:
        """The newest picture, each once; None when there was none by the deadline. Raises Cancelled, PortMissing."""

    def rest(self) -> None:
        """No more are wanted."""
