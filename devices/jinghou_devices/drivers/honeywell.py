"""Honeywell scanners on a serial line."""

from typing import Final

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.codecs import honeywell
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import LeasedScanner
from jinghou_devices.drivers.serial_scanner import Command, Dialect, SerialCodeLine, TriggerOptions, serial_plan
from jinghou_devices.kinds.common import Kind

_BAUD: Final = 115200
_COMMAND: Final = r"[A-Za-z0-9]{6}[ -:<-~]*"


class HoneywellOptions(TriggerOptions):
    """Settings of a Honeywell scanner."""

    query: str = Field(
        "REVINF", pattern=rf"^({_COMMAND})?$", description="the menu command that asks how it is; none: it is not asked"
    )
    repeats_commands: bool = Field(True, description="whether its replies begin with the command")
    setup: str = Field(
        "",
        pattern=rf"^({_COMMAND}(;{_COMMAND})*)?$",
        description="menu commands sent when it is opened, with ; between them, such as PAPHHC for codes on phones",
    )


def _menu(command: str, options: HoneywellOptions) -> Command:
    reply = honeywell.reply_to(command, repeated=options.repeats_commands)
    return Command(honeywell.menu(command), reply)


def _plan(settings: CodeScannerSettings, options: HoneywellOptions) -> Plan[SerialCodeLine, LeasedScanner]:
    triggered = options.trigger == "command"
    dialect = Dialect(
        trigger=Command(honeywell.TRIGGER) if triggered else None,
        stop=Command(honeywell.STOP) if triggered else None,
        query=_menu(options.query, options) if options.query else None,
        model=honeywell.model,
        at_start=tuple(_menu(command, options) for command in options.setup.split(";") if command),
    )
    return serial_plan(settings, options, dialect, _BAUD, options.trigger_every_ms / 1000)


DRIVER = Driver(Kind.CODE_SCANNER, "Honeywell scanners", _plan, HoneywellOptions, baud=_BAUD)
