"""Datalogic scanners on a serial line: a command is one character (Datalogic's serial host commands)."""

import re
from typing import Final

from pydantic import Field

from jinghou_config.devices import CodeScannerSettings
from jinghou_devices.codecs.code_frames import ENDS, Terminator
from jinghou_devices.codecs.scanner_reply import FindReply, ScannerReply
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.scanning import LeasedScanner
from jinghou_devices.drivers.serial_scanner import Command, Dialect, SerialCodeLine, TriggerOptions, serial_plan
from jinghou_devices.kinds.common import Kind

_BAUD: Final = 9600
_ENABLE: Final = b"E"
_TRIGGER: Final = b"T"
_RELEASE: Final = b"X"
_INFO: Final = b"i"


class DatalogicOptions(TriggerOptions):
    """Settings of a Datalogic scanner."""

    terminator: Terminator = Field(Terminator.CRLF, description="what ends a code: cr, lf, crlf, or none (a pause)")
    asked: bool = Field(True, description="whether it is asked about itself (i) to see how it is")


def line_that_ends_with(terminator: Terminator) -> FindReply:
    """Finds the reply to `i`: a line of text that ends as a code does. Nothing tells it from one."""
    end = re.escape(ENDS[terminator] or ENDS[Terminator.CRLF])
    line = re.compile(rb"[\r\n]*(?P<said>[^\r\n]+)" + end)

    def find(buffer: bytes) -> ScannerReply | None:
        found = line.search(buffer)
        return ScannerReply(found.start(), found.end(), accepted=True, data=found["said"]) if found else None

    return find


def _plan(settings: CodeScannerSettings, options: DatalogicOptions) -> Plan[SerialCodeLine, LeasedScanner]:
    triggered = options.trigger == "command"
    dialect = Dialect(
        trigger=Command(_TRIGGER) if triggered else None,
        stop=Command(_RELEASE) if triggered else None,
        query=Command(_INFO, line_that_ends_with(options.terminator)) if options.asked and triggered else None,
        model=lambda data: data.decode("ascii", "replace").strip() or None,
        at_start=(Command(_ENABLE),),
        asked_amid_codes=False,
    )
    return serial_plan(settings, options, dialect, _BAUD, options.trigger_every_ms / 1000)


DRIVER = Driver(Kind.CODE_SCANNER, "Datalogic scanners", _plan, DatalogicOptions, baud=_BAUD)
