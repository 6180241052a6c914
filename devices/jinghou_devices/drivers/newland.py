"""Newland (新大陆) scanners on a serial line."""

from typing import Final, Literal

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.codecs import newland
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import LeasedScanner
from jinghou_devices.drivers.serial_scanner import Command, Dialect, SerialCodeLine, TriggerOptions, serial_plan
from jinghou_devices.kinds.common import Kind

_BAUD: Final = 9600
_COMMAND: Final = r"[A-Z0-9]{6}[ -:<-~]*"


class NewlandOptions(TriggerOptions):
    """Settings of a Newland scanner."""

    query: str = Field(
        "QRYSYS", pattern=rf"^({_COMMAND})?$", description="the command that asks how it is; none: it is not asked"
    )
    reads_by_itself: Literal["sensing", "continuous"] = Field(
        "sensing", description="with trigger=always: when something moves before it, or without a pause"
    )
    exposure: int | None = Field(
        None, ge=0, le=9999, description="level of exposure (EXPLVL) for codes on screens; none: left as it is set"
    )
    setup: str = Field(
        "",
        pattern=rf"^({_COMMAND}(;{_COMMAND})*)?$",
        description="commands sent when it is opened, with ; between them",
    )


def _command(tag: str) -> Command:
    return Command(newland.command(tag), newland.reply_to(tag))


def _at_start(options: NewlandOptions) -> tuple[Command, ...]:
    if options.trigger == "command":
        mode = "SCNMOD0"
    else:
        mode = "SCNMOD2" if options.reads_by_itself == "sensing" else "SCNMOD3"
    exposure = [] if options.exposure is None else [f"EXPLVL{options.exposure}"]
    return tuple(_command(tag) for tag in (mode, *exposure, *filter(None, options.setup.split(";"))))


def _plan(settings: CodeScannerSettings, options: NewlandOptions) -> Plan[SerialCodeLine, LeasedScanner]:
    triggered = options.trigger == "command"
    dialect = Dialect(
        trigger=_command(newland.TRIGGER) if triggered else None,
        stop=_command(newland.STOP) if triggered else None,
        query=_command(options.query) if options.query else None,
        model=newland.model,
        at_start=_at_start(options),
        apart_s=newland.APART_S,
    )
    return serial_plan(settings, options, dialect, _BAUD, options.trigger_every_ms / 1000)


DRIVER = Driver(Kind.CODE_SCANNER, "Newland (新大陆) scanners", _plan, NewlandOptions, baud=_BAUD)
