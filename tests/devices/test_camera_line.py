"""A camera as a line of codes: that it is well is only said of one that sends pictures."""

import time

import numpy as np
import pytest

from jinghou_devices.drivers import camera_line
from jinghou_devices.drivers.camera_line import CameraLine
from jinghou_devices.errors import DeviceSilent, PortMissing
from jinghou_devices.transports import http_video
from jinghou_devices.transports.trace import Trace
from jinghou_devices.transports.video import Picture


class Video:
    """A camera that hangs, or is not there."""

    def __init__(self) -> None:
        self.trace = Trace()
        self.there = self.sends = True
        self._random = np.random.default_rng(1)

    def wake(self) -> None:
        if not self.there:
            raise PortMissing("the camera says 503")

    def frame(self, deadline: float) -> Picture | None:
        return self._random.integers(0, 255, (48, 64)).astype(np.uint8) if self.sends else None

    def rest(self) -> None: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def video(monkeypatch: pytest.MonkeyPatch) -> Video:
    monkeypatch.setattr(camera_line, "_SILENT_S", 0.3)
    return Video()


def test_a_camera_that_hangs_while_codes_are_wanted_is_not_well_until_it_sends_again(video: Video) -> None:
    line = CameraLine(video, 0.0)
    line.begin()
    line.next_code(time.monotonic())
    assert line.check() == ""
    video.sends = False
    with pytest.raises(DeviceSilent):
        line.next_code(time.monotonic() + 0.4)
    for _ in range(2):
        with pytest.raises(DeviceSilent):
            line.check()
        line.begin()  # whoever waits next changes nothing of it
    video.sends = True
    line.next_code(time.monotonic())
    assert line.check() == ""


def test_a_camera_that_is_gone_when_codes_are_wanted_again_is_told(video: Video) -> None:
    line = CameraLine(video, 0.0)
    line.begin()
    video.there = False
    with pytest.raises(PortMissing):
        line.begin()
    with pytest.raises(PortMissing):
        line.check()


def test_a_picture_larger_than_any_camera_has_is_none() -> None:
    header = bytes.fromhex("FFD8 FFE0 0010 4A46494600 0101 00 0001 0001 00 00 FFC0 000B 08 FFFF FFFF 01 01 11 00")
    assert http_video._picture(header + bytes.fromhex("FFD9")) is None
