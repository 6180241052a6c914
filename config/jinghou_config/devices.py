"""Settings of the devices at a terminal: which driver speaks to which port."""

from typing import Literal

from pydantic import Field

from jinghou_config.settings import Section


class IdReaderSettings(Section):
    """The ID-card reader."""

    driver: Literal["sam"] = Field("sam", description="the protocol the reader speaks")
    port: str = Field(description="its serial port, best a stable name under /dev/serial/by-id")
    baud: Literal[9600, 19200, 38400, 57600, 115200] = Field(115200, description="line speed in bits per second")
    poll_ms: int = Field(300, ge=100, le=1000, description="time between two looks for a card, in milliseconds")


class ReceiptPrinterSettings(Section):
    """The receipt printer."""

    driver: Literal["escpos"] = Field("escpos", description="the protocol the printer speaks")
    port: str = Field(description="its serial port, best a stable name under /dev/serial/by-id")
    baud: Literal[9600, 19200, 38400, 57600, 115200] = Field(115200, description="line speed in bits per second")
    paper_mm: Literal[58, 80] = Field(80, description="width of the paper roll in millimetres")


class DevicesSettings(Section):
    """What is plugged into the terminal; a device that is not named is not there."""

    id_reader: IdReaderSettings | None = Field(None, description="the ID-card reader")
    receipt_printer: ReceiptPrinterSettings | None = Field(None, description="the receipt printer")
