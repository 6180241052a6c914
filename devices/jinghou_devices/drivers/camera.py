"""A camera as a code scanner: of this machine, or on the network. What takes time to load is in `camera_line`."""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_config.settings import ConfigError
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import CodeLine, LeasedScanner, ShowingOptions, probe
from jinghou_devices.kinds.common import Kind
from jinghou_devices.transports.trace import Trace

_SCHEMES: Final = frozenset({"http", "rtsp", "rtsps", "https"})


class CameraOptions(ShowingOptions):
    """Settings of a camera."""

    frames_a_second: int = Field(10, ge=1, le=60, description="how many pictures are looked at while somebody waits")


def source(port: str) -> str:
    """The device or the URL that a port stands for. Raises ConfigError."""
    if port.isascii() and port.isdecimal():
        return f"/dev/video{port}"
    if "://" not in port or (urlsplit(port).scheme in _SCHEMES and urlsplit(port).hostname):
        return port
    raise ConfigError(f"code_scanner.port: {re.sub('//.*@', '//', port)!r} is no address of a camera")


def _plan(settings: CodeScannerSettings, options: CameraOptions) -> Plan[CodeLine, LeasedScanner]:
    where = source(settings.port)

    def opened(trace: Trace) -> CodeLine:
        from jinghou_devices.drivers.camera_line import CameraLine, open_video  # noqa: PLC0415  # OpenCV: 0.2 s

        return CameraLine(open_video(where, trace), 1 / options.frames_a_second)

    return Plan(
        open=opened,
        probe=probe,
        device=lambda supervisor: LeasedScanner(supervisor, options),
        at_once=False,
    )


DRIVER = Driver(
    Kind.CODE_SCANNER,
    "cameras, with the codes read here",
    _plan,
    CameraOptions,
    ports="index such as 0, /dev/video…, http://… (MJPEG), rtsp://…",
    baud=None,
)
