"""Serial scanners of any make that read by themselves and send what they read. They cannot be told anything."""

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import LeasedScanner
from jinghou_devices.drivers.serial_scanner import Dialect, ScannerOptions, SerialCodeLine, serial_plan
from jinghou_devices.kinds.common import Kind

_BAUD = 9600


def _plan(settings: CodeScannerSettings, options: ScannerOptions) -> Plan[SerialCodeLine, LeasedScanner]:
    return serial_plan(settings, options, Dialect(), _BAUD)


DRIVER = Driver(
    Kind.CODE_SCANNER, "serial scanners that read by themselves, of any make", _plan, ScannerOptions, baud=_BAUD
)
