"""Settings of the devices at a terminal: which driver speaks to which port."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from jinghou_config.settings import Section


def _whole_number(value: object) -> object:
    """The environment knows only text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Baud = Annotated[Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200], BeforeValidator(_whole_number)]
_DRIVER: Final = "what speaks to it; `jinghou-devices drivers` lists them with their options"
Option = str | int | float | bool
"""What a driver's own setting may be."""


class DeviceSettings(Section):
    """What every device has."""

    driver: str = Field(description=_DRIVER)
    port: str = Field(
        description="where it is: a serial port (best a stable name under /dev/serial/by-id), host:port, "
        "or what its driver says"
    )
    baud: Baud | None = Field(
        None, description="speed of a serial line in bits per second; none: the driver's usual one"
    )
    options: dict[str, Option] = Field(default_factory=dict, description="settings of this driver alone")


class IdReaderSettings(DeviceSettings):
    """The ID-card reader."""

    driver: str = Field("sam", description=_DRIVER)
    poll_ms: int = Field(300, ge=100, le=1000, description="time between two looks for a card, in milliseconds")


class CodeScannerSettings(DeviceSettings):
    """The code scanner."""


class ReceiptPrinterSettings(DeviceSettings):
    """The receipt printer."""

    driver: str = Field("escpos", description=_DRIVER)
    paper_mm: Annotated[Literal[58, 80], BeforeValidator(_whole_number)] = Field(
        80, description="width of the paper roll in millimetres"
    )


class DocumentPrinterSettings(DeviceSettings):
    """The printer of A4 documents."""


class LockerSettings(DeviceSettings):
    """The pickup locker: one board, or several on one line."""


class ChipCardReaderSettings(DeviceSettings):
    """The reader of chip cards."""


class WindowDisplaySettings(DeviceSettings):
    """The line displays above counters."""


class DevicesSettings(Section):
    """What is plugged into the terminal; a device that is not named is not there."""

    id_reader: IdReaderSettings | None = Field(None, description="the ID-card reader")
    code_scanner: CodeScannerSettings | None = Field(None, description="the code scanner")
    receipt_printer: ReceiptPrinterSettings | None = Field(None, description="the receipt printer")
    document_printer: DocumentPrinterSettings | None = Field(None, description="the printer of A4 documents")
    locker: LockerSettings | None = Field(None, description="the pickup locker")
    chip_card_reader: ChipCardReaderSettings | None = Field(None, description="the reader of chip cards")
    window_display: WindowDisplaySettings | None = Field(None, description="the line displays above counters")
    counters_file: Path | None = Field(
        None,
        description="file that keeps what devices have done (pages, cuts, reads, opens); none: since the start only",
    )
