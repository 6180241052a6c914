"""Scan modules of the GM65 class, as they sit in most small terminals."""

from typing import Final

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.codecs import gm65
from jinghou_devices.codecs.scanner_reply import FindReply
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import LeasedScanner
from jinghou_devices.drivers.serial_scanner import Command, Dialect, SerialCodeLine, TriggerOptions, serial_plan
from jinghou_devices.kinds.common import Kind

_BAUD: Final = 9600


class Gm65Options(TriggerOptions):
    """Settings of a GM65-class module."""

    asked: bool = Field(True, description="whether the module is asked for its settings to see how it is")
    settings_byte: int | None = Field(
        None,
        ge=0,
        le=255,
        description="the byte of settings (zone 0) it is given when opened, such as 213, to read when told; "
        "none: left as it is set",
    )
    acknowledges: bool = Field(True, description="whether it acknowledges the trigger before it sends a code")


def _settings(byte: int, acknowledged: FindReply | None) -> Command:
    return Command(gm65.write_zone(gm65.MODE, byte), acknowledged)


def _plan(settings: CodeScannerSettings, options: Gm65Options) -> Plan[SerialCodeLine, LeasedScanner]:
    triggered = options.trigger == "command"
    acknowledged = gm65.reply_with(1) if options.acknowledges else None
    dialect = Dialect(
        trigger=Command(gm65.TRIGGER, acknowledged) if triggered else None,
        stop=Command(gm65.STOP, acknowledged) if triggered else None,
        at_start=() if options.settings_byte is None else (_settings(options.settings_byte, acknowledged),),
        query=Command(gm65.ASK, gm65.reply_with(1)) if options.asked else None,
    )
    return serial_plan(settings, options, dialect, _BAUD, options.trigger_every_ms / 1000)


DRIVER = Driver(Kind.CODE_SCANNER, "GM65-class scan modules", _plan, Gm65Options, baud=_BAUD)
