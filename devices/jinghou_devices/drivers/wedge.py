"""Scanners that type as a keyboard. The port is the kernel's input device, best by its name under /dev/input/by-id."""

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.codecs.keyboard import Keypad, TypedCodes
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import LeasedScanner, ShowingOptions, probe
from jinghou_devices.drivers.serial_scanner import Dialect, SerialCodeLine
from jinghou_devices.kinds.common import Kind
from jinghou_devices.transports.input_device import InputTransport
from jinghou_devices.transports.trace import Trace


class WedgeOptions(ShowingOptions):
    """Settings of a scanner that types."""

    keypad: Keypad = Field(Keypad.GBK, description="what a number typed with Alt stands for: gbk or unicode")


def _plan(settings: CodeScannerSettings, options: WedgeOptions) -> Plan[SerialCodeLine, LeasedScanner]:
    def opened(trace: Trace) -> SerialCodeLine:
        keyboard = InputTransport(settings.port, trace)
        return SerialCodeLine(keyboard, Dialect(name=keyboard.name), TypedCodes(options.keypad))

    return Plan(open=opened, probe=probe, device=lambda supervisor: LeasedScanner(supervisor, options))


DRIVER = Driver(
    Kind.CODE_SCANNER,
    "scanners that type as a keyboard",
    _plan,
    WedgeOptions,
    ports="input device, such as /dev/input/by-id/…-event-kbd",
    baud=None,
)
