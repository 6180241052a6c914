"""Cameras that OpenCV opens: pictures of now, and no wait without an end when the camera hangs."""

import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from devices.simulators import until

from jinghou_devices.errors import Cancelled, PortBusy, PortMissing
from jinghou_devices.transports.capture import CaptureVideo, open_capture
from jinghou_devices.transports.trace import Trace


class Camera:
    """A camera of which each picture is brighter than the one before; it can hang and go away."""

    def __init__(self) -> None:
        self.level = 0
        self.working = threading.Event()
        self.working.set()
        self.plugged = self.released = False
        self.opened = 0

    def open(self, _source: str) -> "Camera":
        self.working.wait(10)
        self.plugged = True
        self.opened += 1
        return self

    def isOpened(self) -> bool:  # noqa: N802  # OpenCV's name
        return self.plugged

    def grab(self) -> bool:
        self.working.wait(10)
        threading.Event().wait(0.002)
        self.level = min(self.level + 1, 255)
        return self.plugged

    def retrieve(self) -> tuple[bool, Any]:
        return self.plugged, np.full((4, 4), self.level, np.uint8)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def camera() -> Camera:
    return Camera()


@pytest.fixture
def device(tmp_path: Path) -> str:
    (tmp_path / "video0").touch()
    return str(tmp_path / "video0")


def soon(seconds: float = 2.0) -> float:
    return time.monotonic() + seconds


def test_pictures_are_of_now_and_none_is_taken_while_nobody_wants_any(camera: Camera, device: str) -> None:
    video = CaptureVideo(device, Trace(), camera.open)
    assert video.frame(soon(0.05)) is None
    assert camera.level == 0
    video.wake()
    first = video.frame(soon())
    assert first is not None
    assert first[0, 0] >= 5, "what the driver had kept from before"
    second = video.frame(soon())
    assert second is not None
    assert second[0, 0] > first[0, 0]
    video.close()
    assert camera.released


def test_a_stream_is_opened_anew_for_whoever_waits_next(camera: Camera) -> None:
    video = CaptureVideo("rtsp://192.0.2.1/stream", Trace(), camera.open)
    for opened in (2, 3):
        video.wake()
        assert video.frame(soon()) is not None
        video.rest()
        assert camera.opened == opened
    video.close()


def test_a_camera_that_hangs_holds_nobody(camera: Camera, device: str) -> None:
    video = CaptureVideo(device, Trace(), camera.open)
    camera.working.clear()
    video.wake()
    begun = time.monotonic()
    assert video.frame(soon(0.1)) is None
    video.close()
    assert time.monotonic() - begun < 3
    camera.working.set()
    until(lambda: camera.released)


def test_a_camera_that_does_not_open_is_told(camera: Camera, device: str) -> None:
    camera.working.clear()
    with pytest.raises(PortMissing, match="does not open"):
        CaptureVideo(device, Trace(), camera.open, opens_s=0.1)
    camera.working.set()
    until(lambda: camera.released)


def test_a_camera_that_goes_away_is_told(camera: Camera, device: str) -> None:
    video = CaptureVideo(device, Trace(), camera.open)
    video.wake()
    assert video.frame(soon()) is not None
    camera.plugged = False
    until(lambda: camera.released)
    with pytest.raises(PortMissing, match="went away"):
        video.frame(soon())
    video.close()


def test_a_wait_for_a_picture_is_cancelled_from_another_thread(camera: Camera, device: str) -> None:
    video = CaptureVideo(device, Trace(), camera.open)
    threading.Timer(0.1, video.cancel).start()
    with pytest.raises(Cancelled):
        video.frame(soon(5))
    video.close()


def test_a_camera_belongs_to_one_program(camera: Camera, device: str) -> None:
    video = CaptureVideo(device, Trace(), camera.open)
    with pytest.raises(PortBusy):
        CaptureVideo(device, Trace(), camera.open)
    video.close()


def test_opencv_itself_is_driven(tmp_path: Path) -> None:
    file = tmp_path / "film.avi"
    film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for level in range(0, 240, 4):
        film.write(np.full((48, 64, 3), level, np.uint8))
    film.release()
    video = CaptureVideo(f"file://{file}", Trace())
    video.wake()
    picture = video.frame(soon(5))
    assert picture is not None
    assert picture.shape == (48, 64, 3)
    video.close()


def test_a_stream_that_is_not_there_is_told_in_time() -> None:
    begun = time.monotonic()
    with pytest.raises(PortMissing):
        CaptureVideo("rtsp://user:word@127.0.0.1:9/stream", Trace(), open_capture)
    assert time.monotonic() - begun < 6
