"""Settings of the devices at a terminal: which driver speaks to which port."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jinghou_config.settings import Section


def _whole_number(value: object) -> object:
    """The environment knows only text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Baud = Annotated[Literal[9600, 19200, 38400, 57600, 115200], BeforeValidator(_whole_number)]


class IdReaderSettings(Section):
    """The ID-card reader."""

    driver: Literal["sam"] = Field("sam", description="the protocol the reader speaks")
    port: str = Field(description="its serial port, best a stable name under /dev/serial/by-id")
    baud: Baud = Field(115200, description="line speed in bits per second")
    poll_ms: int = Field(300, ge=100, le=1000, description="time between two looks for a card, in milliseconds")


class ReceiptPrinterSettings(Section):
    """The receipt printer."""

    driver: Literal["escpos"] = Field("escpos", description="the protocol the printer speaks")
    port: str = Field(description="its serial port, best a stable name under /dev/serial/by-id")
    baud: Baud = Field(115200, description="line speed in bits per second")
    paper_mm: Annotated[Literal[58, 80], BeforeValidator(_whole_number)] = Field(
        80, description="width of the paper roll in millimetres"
    )


class DevicesSettings(Section):
    """What is plugged into the terminal; a device that is not named is not there."""

    id_reader: IdReaderSettings | None = Field(None, description="the ID-card reader")
    receipt_printer: ReceiptPrinterSettings | None = Field(None, description="the receipt printer")
